"""Updates labelled by a person before the rules were tried on them: none with a new fact may be withheld."""

import pytest

from news.facts import extract
from news.novelty import known_of, new_sentences
from news.reading import Sentence
from tests import make
from tests.news.labelled_updates import HELD_OUT, MORE

UPDATES = {
    "dam": (
        "en",
        (
            "A dam burst above Derna on Sunday night after heavy rain. At least 2,000 people died, officials in Tripoli said. "
            "Roads into the town are cut and rescuers arrive by helicopter."
        ),
        [
            "The death toll in Derna passed 5,000, officials said on Tuesday.",
            "Egypt and Turkey sent planes with tents and doctors to Derna.",
            "The attorney general Al-Siddiq al-Sour ordered the arrest of eight dam managers.",
            "“We asked for repairs ten years ago,” the mayor Abdel Ghaithi said.",
            "A second dam near Benghazi threatens to give way, engineers warned.",
            "Parliament approved 10 billion dinars for the reconstruction of the town.",
        ],
        [
            "Rescuers arrive in Derna by helicopter because roads are cut.",
            "Officials said that at least 2,000 people died after the dam burst above Derna.",
            "Heavy rain on Sunday night burst a dam above the town of Derna.",
        ],
    ),
    "strike": (
        "en",
        (
            "Train drivers in Germany began a strike on Wednesday over pay and hours. The union GDL wants a 35-hour week. "
            "Deutsche Bahn cancelled most long-distance trains and called the strike irresponsible."
        ),
        [
            "Deutsche Bahn offered the drivers 13 percent more pay on Thursday.",
            "A court in Frankfurt rejected an injunction against the strike.",
            "The strike was called off after mediation by former minister Thomas de Maiziere.",
            "Freight traffic to Austria collapsed and carmakers fear interruptions of production.",
        ],
        [
            "The union GDL wants a week of 35 hours for train drivers.",
            "Most long-distance trains were cancelled by Deutsche Bahn on Wednesday.",
        ],
    ),
    "vote": (
        "ru",
        (
            "Парламент Финляндии одобрил вступление страны в НАТО во вторник. За решение проголосовали 184 депутата. "
            "Премьер-министр Санна Марин назвала решение историческим."
        ),
        [
            "Президент Саули Ниинистё подпишет закон 23 марта.",
            "Против вступления выступили семь депутатов, сообщила газета Хельсингин Саномат.",
            "Турция ратифицирует заявку Финляндии до выборов, заявил Эрдоган.",
        ],
        [
            "За вступление Финляндии в НАТО проголосовали 184 депутата парламента.",
            "Санна Марин назвала решение парламента историческим.",
        ],
    ),
    "fire": (
        "de",
        (
            "In einer Lagerhalle in Dortmund ist am Montag ein Feuer ausgebrochen. Die Feuerwehr war mit 120 Kräften im Einsatz. "
            "Verletzt wurde niemand, die Ursache ist unklar."
        ),
        [
            "Der Schaden liegt nach Angaben der Polizei bei drei Millionen Euro.",
            "Ein Feuerwehrmann wurde am Dienstag mit Rauchvergiftung ins Krankenhaus Unna gebracht.",
        ],
        ["Die Feuerwehr war in der Lagerhalle in Dortmund mit 120 Kräften im Einsatz."],
    ),
    "election": (
        "es",
        (
            "Los ciudadanos de Chile votaron el domingo por una nueva constitución. La participación fue del 85 por ciento. "
            "El presidente Gabriel Boric hablará por la noche."
        ),
        [
            "El rechazo ganó con el 62 por ciento de los votos.",
            "Boric anunció cambios en su gabinete y recibirá a los partidos en La Moneda.",
        ],
        ["La participación en Chile fue del 85 %, según los datos del domingo."],
    ),
    "rocket": (
        "zh",
        "中国周二在酒泉发射了一枚火箭。火箭将三颗卫星送入轨道。",
        ["发射中心主任张伟说，下一次发射将在5月12日进行。", "整个计划耗资50亿元。"],
        ["火箭周二在酒泉发射。"],
    ),
}
STORIES = [*UPDATES.values(), *MORE.values(), *HELD_OUT.values()]
NEWS = [(lang, told, update) for lang, told, updates, _ in STORIES for update in updates]
NO_NEWS = [(lang, told, repeat) for lang, told, _, repeats in STORIES for repeat in repeats]


def found(lang: str, told: str, text: str) -> int:
    known = known_of([make.enrichment(text=told, lang=lang, facts=extract(told, lang))])
    enrichment = make.enrichment(sentences=(Sentence(0, text),), lang=lang, facts=extract(text, lang))
    return len(new_sentences(enrichment, known, make.NOW))


@pytest.mark.parametrize(("lang", "told", "update"), NEWS)
def test_no_new_fact_is_withheld(lang: str, told: str, update: str) -> None:
    assert found(lang, told, update) > 0


@pytest.mark.parametrize(("lang", "told", "repeat"), NO_NEWS)
def test_nothing_is_told_twice(lang: str, told: str, repeat: str) -> None:
    assert found(lang, told, repeat) == 0


def test_there_are_enough_of_both() -> None:
    assert len(NEWS) >= 70
    assert len(NO_NEWS) >= 50
