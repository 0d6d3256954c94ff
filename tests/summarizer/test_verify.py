"""Verdicts: what a source says passes, one changed fact does not, and the reason is named."""

from collections.abc import Sequence

import pytest

from summarizer.engine import Engine
from summarizer.vectors import Matrix, to_matrix
from summarizer.verify import judge, read_source, verify

TRUE = [
    "A storm hit the northern coast on Monday, killing 12 people, officials said.",
    "A storm hit the northern coast on Monday, killing 12 people.",
    "Keller accused Mayor Tom Reed of ignoring warnings.",
    "More than 4,000 homes have no power.",
    "The army has not been sent to the region.",
    "A storm hit the northern coast on Monday, and schools may open again next week.",
    "More than 4,000 houses have no electricity, according to the grid operator.",
    "On Tuesday, Minister Anna Keller visited the flooded towns of Brook and Harling.",
]
FALSE = [
    ("A storm hit the northern coast on Monday, killing 21 people, officials said.", "number"),
    ("A storm hit the northern coast on Friday, killing 12 people, officials said.", "date"),
    ("The army has been sent to the region.", "negation"),
    ("Mayor Tom Reed accused Keller of ignoring warnings, which Reed denied.", "roles"),
    ("Minister Anna Schmidt visited the flooded towns of Brook and Harling on Tuesday.", "name"),
    ("“We will rebuild every road,” Keller said.", "quotation"),
    ("A storm hit the southern coast on Monday, killing 12 people, officials said.", "opposite"),
    ("On Tuesday, Mayor Tom Reed visited the flooded towns of Brook and Harling.", "name"),
    ("Fishermen celebrated the launch of a satellite with fireworks.", "novelty"),
]


@pytest.mark.parametrize("claim", TRUE)
def test_what_the_source_says_is_supported(engine: Engine, storm: str, claim: str) -> None:
    verdict = engine.verify(storm, [claim])[0]
    assert verdict.supported, verdict


@pytest.mark.parametrize(("claim", "kind"), FALSE)
def test_one_error_is_refused_and_named(engine: Engine, storm: str, claim: str, kind: str) -> None:
    verdict = engine.verify(storm, [claim])[0]
    assert not verdict.supported, verdict
    assert kind in {each for each, _ in verdict.reasons}, verdict.reasons


def test_a_bound_denies_nothing_and_a_name_may_begin_a_sentence(engine: Engine) -> None:
    source = "Caloundra won the match in Noosa before a crowd of at least 300 people. The rain did not stop."
    for claim in (
        "Caloundra won the match in Noosa.",
        "Caloundra won the match in Noosa before no fewer than 300 people.",
    ):
        reasons = engine.verify(source, [claim])[0].reasons
        assert not {"name", "negation"} & {kind for kind, _ in reasons}, reasons


def test_a_claim_is_as_good_as_its_worst_sentence(engine: Engine, storm: str) -> None:
    good, bad = TRUE[0], FALSE[0][0]
    alone, both = engine.verify(storm, [bad, f"{good} {bad}"])
    assert both.score == pytest.approx(alone.score, abs=0.01)


def test_lower_cased_text_is_judged_too(engine: Engine, storm: str) -> None:
    right, wrong = engine.verify(
        storm,
        [
            "minister anna keller visited the flooded towns of brook and harling on tuesday.",
            "mayor tom reed visited the flooded towns of brook and harling on tuesday.",
        ],
    )
    assert right.score > wrong.score


def test_other_languages_are_judged_by_words(engine: Engine) -> None:
    source = "Путин и Си Цзиньпин встретились в Москве во вторник. Стороны подписали два соглашения. Китай не поставляет оружие России."
    right, wrong = engine.verify(source, ["Стороны подписали два соглашения.", "Китай поставляет оружие России."])
    assert right.supported
    assert right.score > wrong.score
    assert not wrong.supported


def test_nothing_supports_nothing(engine: Engine, storm: str) -> None:
    assert [verdict.supported for verdict in engine.verify("", ["A storm hit."])] == [False]
    assert [verdict.supported for verdict in engine.verify(storm, ["", "…"])] == [False, False]
    assert engine.verify(storm, []) == []


def test_a_heading_of_the_source_counts(engine: Engine, storm: str) -> None:
    claim = "Storm kills twelve on northern coast"
    assert engine.verify(f"{claim}\n\n{storm}", [claim])[0].supported


def test_a_very_long_source_is_compared_with_a_shortlist(engine: Engine) -> None:
    text = "\n".join(
        f"Town {number} met on Monday. It raised its taxes by {number} percent." for number in range(4_000)
    )
    source = read_source(text, "en")
    embedded: list[int] = []

    def embed(texts: Sequence[str]) -> Matrix:
        embedded.append(len(texts))
        return to_matrix(engine.embed(texts))

    verdicts = verify(source, ["Town 7 met on Monday.", "Town 9 met on Monday."], embed)
    assert len(source.text.sentences) == 8_000
    assert [verdict.supported for verdict in verdicts] == [True, True]
    assert sum(embedded) <= 210


def test_the_weights_never_reward_an_error() -> None:
    assert all(weight <= 0 for weight in judge().weights)
    assert 0 < judge().threshold < 1


CLAIMS = {
    "ru": (
        (
            "Президент Финляндии Саули Ниинистё во вторник встретился в Хельсинки с премьер-министром Швеции Ульфом Кристерссоном. "
            "Стороны подписали соглашение на 3,5 млрд евро. «Мы готовы помочь соседям», — заявил Кристерссон. "
            "Венгрия может ратифицировать заявку. На шахте погибли 12 человек, ещё 30 пострадали. Экспорт газа вырос на 15%."
        ),
        ["Стороны подписали соглашение на 3,5 миллиарда евро.", "На шахте погибли двенадцать человек."],
        [
            "Стороны подписали соглашение на 3,5 млн евро.",
            "Стороны подписали соглашение на 3,5 млрд долларов.",
            "«Мы готовы помочь соседям», — заявил Ниинистё.",
            "Венгрия ратифицировала заявку.",
            "На шахте погибли 30 человек, ещё 12 пострадали.",
            "Экспорт газа упал на 15%.",
        ],
    ),
    "de": (
        (
            "Die Deutsche Bahn hat am 3. März 2023 den Konzern Schenk für 1,4 Milliarden Euro verkauft. Die Gewerkschaft EVG lehnt den "
            "Verkauf ab. Der Umsatz stieg um 18 Prozent. Die EU-Kommission könnte das Geschäft stoppen. Rund 12.000 Mitarbeiter sind nicht betroffen."
        ),
        ["Die Deutsche Bahn hat Schenk für 1,4 Mrd. Euro verkauft.", "Der Umsatz stieg um 18 %."],
        [
            "Die Deutsche Bahn hat Schenk für 1,4 Millionen Euro verkauft.",
            "Die Deutsche Bahn hat Schenk für 1,4 Milliarden Euro gekauft.",
            "Der Umsatz sank um 18 Prozent.",
            "Die EU-Kommission hat das Geschäft gestoppt.",
            "Rund 12.000 Mitarbeiter sind betroffen.",
            "Die Gewerkschaft EVG begrüßt den Verkauf.",
        ],
    ),
    "es": (
        (
            "El presidente Gabriel Boric anunció el 12 de abril un plan de 2.500 millones de dólares. El ministro Mario Marcel negó que el "
            "Gobierno vaya a subir los impuestos. «No habrá nuevos impuestos este año», dijo Marcel. El desempleo bajó al 7,9 % en marzo. "
            "Perú podría firmar el acuerdo en mayo. Argentina venció a Brasil por 2-1."
        ),
        ["Boric anunció un plan de 2.500 millones de dólares.", "El desempleo bajó al 7,9 por ciento en marzo."],
        [
            "Boric anunció un plan de 2,5 millones de dólares.",
            "El ministro Mario Marcel anunció que el Gobierno va a subir los impuestos.",
            "«No habrá nuevos impuestos este año», dijo Boric.",
            "El desempleo subió al 7,9 % en marzo.",
            "Perú firmó el acuerdo en mayo.",
            "Brasil venció a Argentina por 2-1.",
        ],
    ),
    "zh": (
        (
            "中国国家主席习近平3月21日在莫斯科与俄罗斯总统普京举行会谈。双方签署了两项协议，总额达50亿美元。普京表示，俄罗斯不会关闭天然气管道。"
            "四川省发生5.8级地震，造成12人死亡，30人受伤。去年出口增长了百分之十五。欧盟可能在五月实施新制裁。"
        ),
        ["去年出口增长了15%。", "四川省发生5.8级地震，造成十二人死亡。"],
        [
            "双方签署了两项协议，总额达50亿欧元。",
            "俄罗斯会关闭天然气管道。",
            "四川省发生5.8级地震，造成30人死亡，12人受伤。",
            "去年出口下降了百分之十五。",
            "欧盟在五月实施新制裁。",
            "习近平与普京在北京举行会谈。",
        ],
    ),
    "ar": (
        (
            "التقى الرئيس المصري عبد الفتاح السيسي يوم الثلاثاء في القاهرة رئيس الوزراء العراقي. ووقع الجانبان اتفاقا بقيمة 5 مليارات دولار. "
            "وقال وزير الخارجية سامح شكري إن مصر لن ترسل قوات إلى السودان. وارتفعت الصادرات بنسبة 15 في المئة. وقد توقع الأردن الاتفاق في مايو. "
            "وقال شكري: «لن نتخلى عن أشقائنا». وفاز فريق مرسيليا على فريق باريس بهدفين مقابل هدف."
        ),
        ["وارتفعت الصادرات بنسبة 15%.", "ووقع الجانبان اتفاقا بقيمة 5 مليارات دولار."],
        [
            "ووقع الجانبان اتفاقا بقيمة 5 ملايين دولار.",
            "وقال وزير الخارجية سامح شكري إن مصر سترسل قوات إلى السودان.",
            "وانخفضت الصادرات بنسبة 15 في المئة.",
            "وقال السيسي: «لن نتخلى عن أشقائنا».",
            "فاز فريق باريس على فريق مرسيليا بهدفين مقابل هدف.",
        ],
    ),
}


@pytest.mark.parametrize("lang", CLAIMS)
def test_in_each_language_what_is_so_is_kept_and_what_is_not_is_refused(lang: str) -> None:
    text, right, wrong = CLAIMS[lang]
    source = read_source(text, lang)
    for claim in right:
        assert verify(source, [claim], None)[0].supported, claim
    for claim in wrong:
        verdict = verify(source, [claim], None)[0]
        assert not verdict.supported, claim
        assert verdict.reasons, claim


DEAL = (
    "Renwick Motors bought the Danish battery maker Voltaq for $5.2 billion on 14 March 2023, the companies said on Tuesday. The deal "
    "raises Renwick's share of the European market from 12 percent to 19 percent. Dr. John F. Haldane, the chief executive of Voltaq, "
    "will leave in June. Renwick's chairwoman Maria Costa said the firm did not plan to close any plants. A fire at a Renwick warehouse "
    "in Leeds killed two workers in January. The European Commission may still block the purchase. The attacker was shot dead by police."
)


@pytest.mark.parametrize(
    "claim",
    [
        "Renwick Motors purchased Voltaq for 5.2 billion dollars.",
        "Renwick bought Voltaq for $5.2bn in March 2023.",
        "Voltaq was bought by Renwick Motors for $5.2 billion.",
        "J. F. Haldane will leave in June.",
        "The deal raises Renwick's share of the European market to 19%.",
        "The firm does not plan to close any plants, Maria Costa said.",
    ],
)
def test_other_words_for_the_same_are_kept(engine: Engine, claim: str) -> None:
    verdict = engine.verify(DEAL, [claim])[0]
    assert verdict.supported, verdict


@pytest.mark.parametrize(
    "claim",
    [
        "Renwick Motors was bought by Voltaq for $5.2 billion.",
        "Renwick Motors sold Voltaq for $5.2 billion.",
        "The deal raises Renwick's share of the European market to 12 percent.",
        "Haldane left in June.",
        "B. F. Haldane will leave in June.",
        "The firm does not plan to close any plants, John Haldane said.",
        "A fire at a Voltaq warehouse in Leeds killed two workers in January.",
        "A fire at a Renwick warehouse in Leeds injured two workers in January.",
        "The European Commission will block the purchase.",
        "The attacker shot a police officer dead.",
        "Renwick bought Voltaq after a fire killed two workers in Leeds.",
    ],
)
def test_near_copies_with_one_error_are_refused(engine: Engine, claim: str) -> None:
    verdict = engine.verify(DEAL, [claim])[0]
    assert not verdict.supported, verdict
    assert verdict.reasons
