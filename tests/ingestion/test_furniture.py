import pytest

from ingestion.furniture import Cleaned, author_in, author_name, clean, folded, is_furniture, without_headline, words

SENTENCE = "The two sides are to sign two major agreements to expand their partnership, according to the Kremlin, on the second day of the visit, officials said."


@pytest.mark.parametrize(
    "line",
    [
        "Scroll Top", "ADVERTISEMENT", "Share this article", "Read more", "Photo: Getty Images", "© 2023 Example Media", "12 comments", "Поделиться", "广告",
        "The post Talks in Moscow appeared first on Example.", "Follow us on Twitter and Facebook", "Читайте также: Что сказал Путин", "3 min read", "(责任编辑：王一)", "* * *",
        "3 / 14", "<<", "Нашли ошибку? Выделите её и нажмите Ctrl + Enter", "ann@example.org", "™ & © 2013 Example Network, Inc. All rights reserved.", "(END)",
        "Facebook https://www.facebook.com/example", "Write to Ann Lee at ann.lee@example.org",
        "The views expressed in the comments are those of their authors.", "Comments are moderated before they are published",
        "الآراء الواردة أدناه لا تعبر عن رأي الموقع، بل تعكس وجهات نظر أصحابها فقط.", "［有料会員限定］ この記事は会員限定です。",
        "Мнение читателей может не совпадать с мнением редакции",
    ],
)  # fmt: skip
def test_furniture_is_known(line: str) -> None:
    assert is_furniture(line)


@pytest.mark.parametrize(
    "line",
    [
        SENTENCE, "Search parties found the boat on Monday.", "Home prices rose 5% in March.", "More than 40 people died.", "Comments by the minister drew anger.",
        "The views expressed in the report are those of forty scientists.", "Comments were mixed after the vote.",
        "Photographs of the meeting show both leaders.", "Next week they meet again.", "Читайте между строк — советует министр.", "They said: read more books.",
        "All rights reserved for the poor were cut by the government this week, and the two sides of the house did not agree on what should take their place in the years to come, or who should pay.",
        "42", "{", "Write to me, he said.",
    ],
)  # fmt: skip
def test_sentences_are_not_furniture(line: str) -> None:
    assert not is_furniture(line)


@pytest.mark.parametrize(
    ("line", "name"),
    [
        ("By Paul Bumman", "Paul Bumman"), ("by Ann Lee and Bob Ray", "Ann Lee and Bob Ray"), ("Written by Ann Lee | March 3", "Ann Lee"),
        ("Автор: Иван Петров", "Иван Петров"), ("Von Anna Schmidt", "Anna Schmidt"), ("作者：王小明", "王小明"), ("By Ann Lee, Moscow correspondent", "Ann Lee"),
        ("By Tuesday the talks were over.", None), ("By the time he arrived, it was over.", None), ("By 2030", None), ("Bystanders watched", None), ("By far the largest", None),
    ],
)  # fmt: skip
def test_the_authors_line(line: str, name: str | None) -> None:
    assert author_in(line) == name


def test_names_have_no_addresses() -> None:
    assert author_name("ann@example.org") is None


def test_what_follows_related_posts_goes_and_the_author_is_kept() -> None:
    cleaned = clean(
        ["A headline", SENTENCE, SENTENCE, "By Ann Lee", "Related Posts", "Another story of ours", "A third one"],
        title="A headline",
    )
    assert cleaned.paragraphs == (SENTENCE, SENTENCE)
    assert cleaned.author == "Ann Lee"


@pytest.mark.parametrize(
    "heading", ["More Must-Reads From Example", "Latest in Business", "Top stories", "Related coverage", "ข่าวที่เกี่ยวข้อง"]
)
def test_a_list_of_other_stories_goes_with_its_heading(heading: str) -> None:
    lines = [SENTENCE, SENTENCE, heading, "Another story of ours", "A third one"]
    assert clean(lines).paragraphs == (SENTENCE, SENTENCE)
    assert clean([SENTENCE, f"{heading}, he said.", SENTENCE]).paragraphs == (
        SENTENCE,
        f"{heading}, he said.",
        SENTENCE,
    )


def test_a_caption_that_comes_with_each_picture_goes_and_repeated_code_stays() -> None:
    lines = [line for _ in range(5) for line in (SENTENCE, "Storm over the coast", "list: [", "ORDER BY period", "63")]
    assert set(clean(lines).paragraphs) == {SENTENCE, "list: [", "ORDER BY period", "63"}
    assert "Storm over the coast" in clean(lines[:10]).paragraphs


def test_an_article_goes_on_after_a_box_of_links() -> None:
    cleaned = clean([SENTENCE, SENTENCE, "Related", "Another story of ours", SENTENCE, SENTENCE])
    assert cleaned.paragraphs.count(SENTENCE) == 4


def test_the_words_are_spelled_as_they_are_compared() -> None:
    for line in (*words().lines, *words().endings, *words().paywall, *words().consent):
        assert line == line.casefold().strip()


@pytest.mark.parametrize(
    ("first", "goes"),
    [
        ("Putin and Xi resume talks in Moscow", True),
        ("Putin and  Xi resume talks in Moscow:", True),
        ("Background", False),  # a heading within the text
        ("Why do the two meet again?", False),  # may be the first sentence
        (
            "In this photo dated Tuesday " + "the two leaders shake hands at the Kremlin before their talks " * 3,
            False,
        ),  # a caption
    ],
)
def test_a_headline_that_is_not_the_title_does_not_begin_the_text(first: str, goes: bool) -> None:
    headings = frozenset(folded(each) for each in (first, "Another heading of the page"))
    kept = without_headline(Cleaned((first, SENTENCE), "Ann Lee"), headings)
    assert kept == Cleaned((SENTENCE,) if goes else (first, SENTENCE), "Ann Lee")
    assert without_headline(Cleaned((SENTENCE,), None), headings).paragraphs == (SENTENCE,)
    assert without_headline(Cleaned((), None), headings).paragraphs == ()
