"""Signs: each error raises its own, and what is only shortened or turned round raises none of them."""

import pytest

from news.facts import extract, name_words
from summarizer.alignment import prepare
from summarizer.sentences import split
from summarizer.signs import Signs, signs

DEAL = (
    "Renwick Motors bought Voltaq for $5.2 billion on 14 March 2023. Its share of the market rises from 12 percent to 19 percent. "
    "Dr. John F. Haldane, the chief executive of Voltaq, will leave in June. “We could not go on alone,” Haldane said. "
    "Maria Costa said the firm did not plan to close plants. The European Commission may still block the purchase. "
    "Reed was accused by Keller of fraud. The House voted 230-to-198. Jens Lund visited Leeds last week. Police shot protesters in Leeds. The program said the series will go on next year."
)


def measured(claim: str, text: str = DEAL, lang: str = "en") -> tuple[Signs, set[str]]:
    facts = extract(text, lang)
    source = prepare([sentence.text for sentence in split(text, lang)], lang, name_words(facts))
    found, reasons = signs(claim, source, (extract(claim, lang), facts), None, None)
    return found, {kind for kind, _ in reasons}


@pytest.mark.parametrize(
    ("claim", "kind"),
    [
        ("Renwick Motors bought Voltaq for $5.2 million.", "number"),
        ("Renwick Motors bought Voltaq for 5.2 billion euros.", "number"),
        ("Renwick Motors bought Voltaq on 15 March 2023.", "date"),
        ("Renwick Motors sold Voltaq for $5.2 billion.", "opposite"),
        ("Its share of the market rises to 12 percent.", "number"),
        ("Its share of the market rises from 19 percent to 12 percent.", "roles"),
        ("Its share of the market falls from 12 percent to 19 percent.", "opposite"),
        ("Haldane left in June.", "modality"),
        ("The European Commission will block the purchase.", "modality"),
        ("The European Commission blocks the purchase.", "modality"),
        ("Maria Costa said the firm did plan to close plants.", "negation"),
        ("John Haldane said the firm did not plan to close plants.", "speaker"),
        ("Voltaq said the series will go on next year.", "speaker"),
        ("B. F. Haldane will leave in June.", "name"),
        ("The chief executive of What will leave in June.", "name"),
        ("Keller was accused by Reed of fraud.", "roles"),
        ("Reed accused Keller of fraud.", "roles"),
        ("Reed accused somebody of fraud.", "roles"),
        ("Voltaq bought Renwick Motors for $5.2 billion.", "roles"),
        ("The House voted 198-to-230.", "roles"),
        ("Protesters shot police in Leeds.", "roles"),
        ("Jens Lund visited Leeds last month.", "number"),
    ],
)
def test_an_error_is_named(claim: str, kind: str) -> None:
    assert kind in measured(claim)[1]


@pytest.mark.parametrize(
    "claim",
    [
        "Renwick Motors bought Voltaq for 5.2 billion dollars in March 2023.",
        "Voltaq was bought by Renwick Motors for $5.2bn.",
        "Its share of the market rises to 19%.",
        "Haldane will leave in June.",
        "J. F. Haldane will leave in June.",
        "“We could not go on alone,” said Haldane.",
        "The firm did not plan to close plants, Maria Costa said.",
        "Keller accused Reed of fraud.",
        "The House voted 230-198.",
    ],
)
def test_what_is_only_said_otherwise_has_no_reason(claim: str) -> None:
    assert measured(claim)[1] == set()


@pytest.mark.parametrize(
    ("lang", "source", "claim", "kind"),
    [
        ("ru", "Экспорт газа вырос на 15%.", "Экспорт газа упал на 15%.", "opposite"),
        ("ru", "Центробанк повысил ставку с 7,5 до 8,5%.", "Центробанк повысил ставку до 7,5%.", "number"),
        ("ru", "Венгрия может ратифицировать заявку.", "Венгрия ратифицирует заявку.", "modality"),
        ("de", "Der Umsatz stieg um 18 Prozent.", "Der Umsatz sank um 18 Prozent.", "opposite"),
        (
            "de",
            "Das Feuer brach im dritten Stock aus. Jan Unger sprach.",
            "„Das Feuer brach aus“, sagte Jan Unger.",
            "quotation",
        ),
        ("es", "Perú podría firmar el acuerdo en mayo.", "Perú firmó el acuerdo en mayo.", "modality"),
        ("es", "Vidal fue expulsada por el partido.", "El partido fue expulsado por Vidal.", "roles"),
        ("zh", "去年出口增长了百分之十五。", "去年出口下降了15%。", "opposite"),
        ("zh", "俄罗斯不会关闭天然气管道。", "俄罗斯会关闭天然气管道。", "negation"),
        ("zh", "岸田文雄在东京会见了尹锡悦。", "尹锡悦在东京会见了岸田文雄。", "roles"),
        ("ar", "وقد يواجه المتهمون السجن.", "سيواجه المتهمون السجن.", "modality"),
        ("ar", "فاز فريق مرسيليا على فريق باريس بهدفين.", "فاز فريق باريس على فريق مرسيليا بهدفين.", "roles"),
        (
            "ar",
            "التقى الرئيس السيسي الوفد. وقال شكري: «لن نتخلى عن أشقائنا».",
            "وقال السيسي: «لن نتخلى عن أشقائنا».",
            "speaker",
        ),
    ],
)
def test_an_error_is_named_in_other_languages(lang: str, source: str, claim: str, kind: str) -> None:
    assert kind in measured(claim, source, lang)[1]


def test_a_copy_has_no_signs() -> None:
    for sentence in split(DEAL, "en"):
        assert set(measured(sentence.text)[0].row()) == {0.0}, sentence.text
