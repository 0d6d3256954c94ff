"""Splitting on cases that break simple rules, in ten and more languages, and properties over any text."""

from pathlib import Path

import pytest
from hypothesis import given, settings, strategies as st

from summarizer.sentences import split, split_paragraph
from summarizer.tables import language_table

SEED = Path(__file__).parent / "seed.txt"

# Language, and the sentences that a paragraph made of them must be split into.
HARD = [
    ("en", "Mr. Smith went to Washington.", "He came back."),
    ("en", "Dr. J. R. Brown and Prof. A. B. Lee spoke.", "Nobody listened."),
    ("en", "It began at 7 a.m. ET on Tuesday.", "It ended at noon."),
    ("en", "The talks ended at 5 p.m.", "The ministers left."),
    ("en", "The U.S. Senate voted.", "The bill failed."),
    ("en", "He lives in the U.S.", "He likes it."),
    ("en", "Prices rose 3.5 percent.", "Wages rose 1.2 percent."),
    ("en", "It cost $4.5 billion, i.e. too much.", "Nobody paid."),
    ("en", "“Is it over?” he asked.", "She nodded."),
    ("en", '"Is it over?" Mr. Smith asked.', "She nodded."),
    ("en", "“We won. We are proud,” Xi said.", "The crowd cheered."),
    ("en", "He said: “We won.”", "The crowd cheered."),
    ("en", "She left (see Fig. 3 for details).", "He stayed."),
    ("en", "(He left. She stayed.)", "Nobody saw it."),
    ("en", "John F. Kennedy Jr. was there.", "So was his wife."),
    ("en", "Apple Inc. reported a loss.", "Shares fell."),
    ("en", "She works at Apple Inc.", "The firm is large."),
    ("en", "See No. 5 on the list.", "It is good."),
    ("en", "He moved to St. Louis on Jan. 5.", "It was cold."),
    ("en", "Gen. Lee and Lt. Col. West met.", "They agreed."),
    ("en", "Visit example.com for more than news.", "It is free."),
    ("en", "Wait... what happened?", "Nobody knows."),
    ("en", "Stop!", "Who goes there?", "A friend."),
    ("en", "He shouted “Stop!” and ran.", "They followed."),
    ("en", "Yahoo! is a company.", "It was large."),
    ("en", "The E.U. agreed.", "The U.K. did not."),
    ("en", "Version 2.0.1 is out.", "It is fast."),
    ("en", "The vote was 52-48.", "It passed."),
    ("en", "In 2019. he wrote nothing.", "In 2020 he wrote much."),
    ("en", "Rep. Alexandria Ocasio-Cortez spoke.", "Sen. Ted Cruz answered."),
    ("en", "Vitamin C. is healthy."),
    ("en", "He read “War and Peace.”", "It took weeks."),
    ("en", "Ph.D. students protested.", "Rents rose."),
    ("en", "About 12 p.m. Monday, police arrived.", "They left soon."),
    ("en", "The case Roe v. Wade was overturned.", "Protests followed."),
    ("en", "It is 5 ft. 3 in. tall.", "It weighs little."),
    ("de", "Am 5. März kam Dr. Müller z.B. nach Berlin.", "Er blieb."),
    ("de", "Das Unternehmen erzielte 3,5 Mio. Euro Gewinn.", "Die Aktie stieg."),
    ("de", "Am 24. Dezember ist Heiligabend.", "Alle freuen sich."),
    ("de", "„Wir gehen nicht“, sagte Merkel.", "Sie blieb."),
    ("de", "Die Firma Bosch GmbH wächst.", "Sie baut an."),
    ("de", "Prof. Dr. h.c. Maier sprach.", "Viele hörten zu."),
    ("de", "Er kam ca. 1990 nach Köln.", "Dort lebt er."),
    ("fr", "M. Dupont est arrivé.", "Il est reparti."),
    ("fr", "Mme Durand et le Dr. Petit ont parlé.", "Personne n’a écouté."),
    ("fr", "« C’est fini », a dit M. Macron.", "La salle a applaudi."),
    ("fr", "Le prix est de 3,50 euros.", "C’est cher."),
    ("fr", "Est-ce vrai ?", "Oui, c’est vrai."),
    ("fr", "Il habite av. Foch, p. ex.", "Il y est bien."),
    ("es", "El Sr. García llegó a EE.UU. el lunes.", "Nadie lo vio."),
    ("es", "¿Qué pasó?", "Nadie lo sabe.", "¡Increíble!"),
    ("es", "La Sra. López y el Dr. Ruiz hablaron.", "Todos callaron."),
    ("es", "Costó 3.500 euros.", "Es mucho."),
    ("it", "Il sig. Rossi è arrivato.", "Nessuno lo ha visto."),
    ("it", "Il prof. Bianchi ha parlato.", "Era tardi."),
    ("pt", "O Sr. Silva chegou.", "Ninguém o viu."),
    ("pt", "Custou R$ 3,5 mil.", "É muito."),
    ("ru", "В 2019 г. Путин приехал в г. Москву.", "Он выступил."),
    ("ru", "Это сказал А. С. Пушкин.", "Все согласились."),
    ("ru", "Цена выросла на 3,5 млн руб. за год.", "Это много."),
    ("ru", "«Мы победили. Мы рады», — сказал Иванов.", "Зал встал."),
    ("ru", "Он живёт на ул. Ленина, д. 5.", "Дом старый."),
    ("ru", "Купили хлеб, соль и т.д.", "Денег не осталось."),
    ("uk", "У 2019 р. він приїхав до м. Києва.", "Його зустріли."),
    ("cs", "Dne 5. března přijel Ing. Novák.", "Nikdo ho neviděl."),
    ("cs", "Stálo to 3,5 mil. Kč.", "To je moc."),
    ("pl", "Prof. Kowalski przyjechał do m.in. Krakowa.", "Nikt go nie widział."),
    ("pl", "Kosztowało to 5 tys. zł.", "To dużo."),
    ("el", "Ο κ. Παπαδόπουλος έφτασε.", "Κανείς δεν τον είδε."),
    ("el", "Τι έγινε;", "Κανείς δεν ξέρει."),
    ("ar", "وصل الرئيس أمس.", "هل رأيته؟", "نعم رأيته."),
    ("ar", "قال: «سنعود. لن نستسلم».", "صفق الجميع."),
    ("he", "הנשיא הגיע אתמול.", "איש לא ראה אותו."),
    ("hi", "राष्ट्रपति कल आए।", "किसी ने नहीं देखा।"),
    ("hi", "डॉ. शर्मा बोले।", "सब चुप थे।"),
    ("hi", "क्या हुआ?", "कोई नहीं जानता।"),
    ("zh", "总统昨天到了。", "没有人看见他。"),
    ("zh", "“我们赢了。我们很高兴。”他说。", "大家鼓掌。"),
    ("zh", "价格上涨了3.5%。", "这很多！", "为什么？"),
    ("ja", "首相は昨日到着した。", "誰も見なかった。"),
    ("ja", "「勝った。うれしい。」と彼は言った。", "皆が拍手した。"),
    ("ko", "대통령이 어제 도착했다.", "아무도 보지 못했다."),
    ("tr", "Dr. Yılmaz geldi.", "Kimse görmedi."),
    ("tr", "Fiyat 3,5 milyon lira oldu.", "Bu çok."),
    ("ur", "صدر کل آئے۔", "کسی نے نہیں دیکھا۔"),
    ("hy", "Նա եկավ։", "Ոչ ոք չտեսավ։"),
    ("am", "ፕሬዝዳንቱ መጡ።", "ማንም አላየም።"),
]

FURNITURE = [
    "Scroll Top", "Related Posts", "Related articles:", "Read more", "READ MORE: Storm hits the coast", "Advertisement", "By Paul Bumman",
    "By Jane Doe and John Smith, Reuters", "Photo: Getty Images", "Image source, Getty Images", "President Xi with President Putin",
    "10:45 a.m. ET", "10.45 GMT", "Updated 14:03 GMT", "Published: March 21, 2023", "2 hours ago", "5 min read", "Share this article", "Follow us on Twitter",
    "Sign up for our newsletter", "© 2023 The Company. All rights reserved", "reporter@example.com", "https://example.com/a", "#news", "• • •", "Comments",
    "(Reporting by John Smith; Editing by Jane Doe)", "Lire aussi : La tempête", "Lesen Sie auch: Der Sturm", "Читайте также: Буря", "Leer también: La tormenta",
    "Fotos: AFP/Getty", "Skip to main content", "责任编辑：王小明", "Topics:", "Tags: storm, coast, flood", "Tuesday, 21 March 2023", "21/03/2023 14:05",
]  # fmt: skip

PROSE = [
    "By then he was dead.", "Read the small print before you sign.", "Video shows police firing at the crowd.", "Published in 1984, the novel sold well.",
    "From Berlin he went to Paris.", "Share prices fell on Monday.", "Home sales rose in March.", "More than 40 people died.", "Live animals were found.",
    "Next week the court will decide.", "Watching the storm, she wept.", "Contact was lost at 10:45 GMT.",
]  # fmt: skip


@pytest.mark.parametrize("case", HARD, ids=lambda case: f"{case[0]}-{case[1][:24]}")
def test_hard_cases(case: tuple[str | None, ...]) -> None:
    lang, *wanted = case
    joined = ("" if lang in {"zh", "ja"} else " ").join(str(one) for one in wanted)
    assert split_paragraph(joined, language_table(lang)) == wanted


@pytest.mark.parametrize("line", FURNITURE)
def test_furniture_is_no_sentence(line: str) -> None:
    text = f"{line}\n\nA storm hit the coast on Monday and killed many people.\n\n{line}"
    assert [one.text for one in split(text, "en")] == ["A storm hit the coast on Monday and killed many people."]


@pytest.mark.parametrize("sentence", PROSE)
def test_prose_that_looks_like_furniture_stays(sentence: str) -> None:
    assert sentence in [one.text for one in split(f"It was late. {sentence} That was all.", "en")]
    assert [one.text for one in split(f"The storm came late.\n\n{sentence}", "en")][-1] == sentence


def test_the_seed_has_nineteen_sentences_and_no_furniture() -> None:
    found = split(SEED.read_text(encoding="utf-8"), "en")
    assert len(found) == 19
    assert [one.index for one in found] == list(range(19))
    assert found[0].text.startswith("Russian President Vladimir Putin")
    assert found[16].text.endswith("with respect,” Putin said.")
    whole = " ".join(one.text for one in found)
    assert not any(part in whole for part in ("Scroll", "Related", "Bumman", "Xi with President"))


def test_hard_wrapped_lines_are_joined() -> None:
    text = "The storm that hit the coast on Monday has killed many\npeople in the towns of the north, officials said there.\nSchools are closed."
    assert [one.text for one in split(text, "en")] == [
        "The storm that hit the coast on Monday has killed many people in the towns of the north, officials said there.",
        "Schools are closed.",
    ]


def test_marks_of_lists_are_no_sentences() -> None:
    text = "1. First the council raised taxes.\n2. Then it cut spending on roads.\n• Nobody was asked before the vote."
    assert [one.text for one in split(text, "en")] == [
        "First the council raised taxes.",
        "Then it cut spending on roads.",
        "Nobody was asked before the vote.",
    ]
    assert split("5. März ist ein Feiertag in diesem Land.", "de")[0].text.startswith("5. März")


def test_a_live_blog_gives_its_entries_without_stamps() -> None:
    text = "10:15 GMT\nPolice say two people were arrested in Paris.\n10:02 GMT\nThe march has begun with 3,000 people.\nPhoto: AFP\nRead more: What we know"
    assert [one.text for one in split(text, "en")] == [
        "Police say two people were arrested in Paris.",
        "The march has begun with 3,000 people.",
    ]


def test_a_table_gives_its_rows_only_when_there_is_nothing_else() -> None:
    table = "Team | Won | Lost\nReds | 12 | 3\nBlues | 9 | 6"
    assert [one.text for one in split(table, "en")] == table.split("\n")
    assert [one.text for one in split(f"{table}\n\nThe Reds won the league.", "en")] == ["The Reds won the league."]


def test_code_is_left_out_of_prose() -> None:
    text = "The patch fixes a crash.\n\nif (x == 0) { return foo(); }\nfor (i = 0; i < n; i++) { x += 1; }\n\nUsers should update."
    assert [one.text for one in split(text, "en")] == ["The patch fixes a crash.", "Users should update."]


def test_a_long_text_is_split_in_linear_time() -> None:
    text = 'He said (it was late "and he left. ' * 30_000
    assert len(split(text, "en")) > 1000


@given(st.text(max_size=400), st.sampled_from(["en", "de", "ru", "zh", "ar", "hi", "el", None]))
@settings(max_examples=150, deadline=None)
def test_nothing_is_added_or_reordered(text: str, lang: str | None) -> None:
    squeezed = "".join(text.split())
    place = 0
    for index, sentence in enumerate(split(text, lang)):
        assert sentence.index == index
        assert sentence.text == " ".join(sentence.text.split())
        found = squeezed.find("".join(sentence.text.split()), place)
        assert found >= 0 or not any(character.isalpha() for character in sentence.text) or "\n\n" in text
        place = max(place, found)


@given(st.text(alphabet=st.sampled_from('ab AB.!?"“”()。1'), max_size=200))
@settings(max_examples=200, deadline=None)
def test_a_paragraph_is_its_sentences(text: str) -> None:
    assert "".join("".join(split_paragraph(text, language_table("en"))).split()) == "".join(text.split())
