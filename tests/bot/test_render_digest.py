"""A digest tells each story with its sources, fits its messages, and admits what it has to."""

from datetime import timedelta

from hypothesis import given, settings, strategies as st

from bot import callbacks, cutting, markup, texts
from bot.render_digest import digest as render
from news.audience import ChatKind, Footer, Length, Part, StoryStatus
from news.ids import ArticleId, StoryId
from news.reading import Citation
from tests import make
from tests.bot import tdlib, telling
from tests.bot.test_markup import HOSTILE

ENGLISH = texts.load("en")
CHAT = make.chat()


def text(part: Part) -> str:
    return tdlib.parse(part.message.html).text


def links(part: Part) -> list[tuple[str, str]]:
    parsed = tdlib.parse(part.message.html)
    raw = parsed.text.encode("utf-16-le")
    return [
        (raw[2 * start : 2 * (start + length)].decode("utf-16-le"), url)
        for kind, start, length, url in parsed.entities
        if kind == "TextUrl"
    ]


def test_a_digest_as_a_reader_sees_it() -> None:
    update = telling.card(
        2,
        title="Ukraine grain deal extended",
        status=StoryStatus.UPDATE,
        told_at=make.NOW - timedelta(days=1),
        sentences=(telling.said("The extension is for 120 days.", 2),),
        outlets=1,
        topic="grain",
    )
    (part,) = render(telling.digest(telling.card(), update), CHAT, ENGLISH)
    assert text(part) == (
        "Tue, Mar 21 · 08:00\n"
        "2 stories, 1 minute\n\n"
        "1. Putin and Xi resume talks in Moscow · new\n"
        "Economic cooperation takes centre stage.¹ Two agreements are to be signed.¹ ²\n"
        "9 outlets, 5 countries · first: TASS 06:00 · ¹ Euronews ² TASS\n\n"
        "2. Ukraine grain deal extended · update · your topic “grain”\n"
        "Since Mar 20, 12:00: The extension is for 120 days.²\n"
        "² TASS · 06:00\n\n"
        "41 of 44 sources read, newest 12:00."
    )
    assert part.stories == ((StoryId(1), 2), (StoryId(2), 2))
    assert set(part.citations) == {Citation(ArticleId(1), 1), Citation(ArticleId(2), 1)}
    assert [[button.text for button in row] for row in part.message.buttons] == [["1", "2"], ["Settings"]]


def test_every_sentence_carries_its_link() -> None:
    (part,) = render(telling.digest(telling.card()), CHAT, ENGLISH)
    assert ("¹", "https://example.com/1") in links(part)
    assert ("²", "https://example.com/2") in links(part)
    assert ("Putin and Xi resume talks in Moscow", "https://example.com/1") in links(part)
    assert ("² TASS", "https://example.com/2") in links(part)


def test_a_sentence_without_its_source_is_not_told() -> None:
    card = telling.card(sentences=(telling.said("Nobody can prove this.", 99), telling.said("This is proved.", 2)))
    (part,) = render(telling.digest(card), CHAT, ENGLISH)
    assert "Nobody" not in text(part)
    assert "This is proved.²" in text(part)


def test_an_entry_says_on_which_number_publishers_differ() -> None:
    dead = (telling.said("12 people died", 1), telling.said("15 people died", 3))
    hurt = (telling.said("30 were injured", 1), telling.said("41 were injured", 2))
    (part,) = render(telling.digest(telling.card(differing=(dead, hurt))), CHAT, ENGLISH)
    assert "\nNumbers differ: “12 people died” (¹ Euronews); “15 people died” (³ Reuters)\n9 outlets" in text(part)
    assert "injured" not in text(part)
    assert Citation(ArticleId(3), 1) in part.citations


def test_the_buttons_open_the_cards_of_their_stories() -> None:
    (part,) = render(telling.digest(telling.card(7), telling.card(9)), CHAT, ENGLISH)
    pressed = [callbacks.decode(button.data or "") for button in part.message.buttons[0]]
    assert [(each.area, each.verb, each.number()) for each in pressed] == [("s", "card", 7), ("s", "card", 9)]


def test_times_are_the_readers_own() -> None:
    (part,) = render(telling.digest(telling.card(), zone="Asia/Tokyo"), CHAT, ENGLISH)
    assert "first: TASS 15:00" in text(part)
    assert "newest 21:00" in text(part)


def test_what_was_late_missed_quiet_or_wanting_is_said() -> None:
    (part,) = render(
        telling.digest(
            telling.card(),
            late_since=make.NOW - timedelta(hours=4),
            missed=2,
            still=(telling.card(5, title="Floods"), telling.card(6, title="Strikes")),
            quiet_topics=(("semiconductors", make.NOW - timedelta(days=4)), ("tea", None)),
            corrections=(telling.corrected(),),
            footer=Footer(sources_ok=1, sources_all=2, newest_at=None, openings_only=1, by_lead=2, waiting=3),
        ),
        CHAT,
        ENGLISH,
    )
    shown = text(part)
    for words in (
        "Due at 08:00, sent at 12:00.",
        "It stands for 2 earlier digests too.",
        "Still developing: Floods; Strikes",
        "Your topic “semiconductors”: nothing new since Fri, Mar 17.",
        "Your topic “tea”: nothing new.",
        "Corrected by TASS: The extension is for 60 days. Told before: It is for 120 days.",
        "1 of 2 sources read. 1 summary is of an opening only. 2 summaries are the articles’ own beginnings.",
        "3 articles wait to be read closely.",
    ):
        assert words in shown


def test_a_part_says_which_sentences_it_tells() -> None:
    (part,) = render(telling.digest(telling.card()), CHAT, ENGLISH)
    assert part.sentences == telling.card().sentences
    assert not part.corrects


def test_a_correction_alone_is_news() -> None:
    (part,) = render(telling.digest(corrections=(telling.corrected(),)), CHAT, ENGLISH)
    assert "Nothing new" not in text(part)
    assert "<s>It is for 120 days.</s>" in part.message.html
    assert part.corrects
    assert part.sentences == (telling.corrected().now,)
    assert part.citations == telling.corrected().now.citations
    assert part.stories == ()


def test_an_empty_digest_is_one_quiet_line() -> None:
    (part,) = render(telling.digest(), make.chat(silent=True), ENGLISH)
    assert text(part).startswith("Tue, Mar 21 · 08:00\nNothing new for you.")
    assert part.stories == ()
    assert part.message.silent


def test_many_stories_go_into_several_messages_each_whole() -> None:
    cards = [
        telling.card(number, title=f"Story {number}", sentences=(telling.said(f"Fact {number}. " + "word " * 80),))
        for number in range(1, 13)
    ]
    parts = render(telling.digest(*cards), make.chat(length=Length.LONG), ENGLISH)
    assert len(parts) > 1
    assert [story for part in parts for story, _ in part.stories] == list(range(1, 13))
    for part in parts:
        for story, _ in part.stories:
            assert f"{story}. Story {story} ·" in text(part)
            assert f"Fact {story}." in text(part)
        assert len(part.message.buttons[0]) == min(8, len(part.stories))
    assert [row[0].text for row in parts[-1].message.buttons][-1] == "Settings"
    assert all("sources read" not in text(part) for part in parts[:-1])


def test_a_story_longer_than_a_message_is_told_once_its_last_piece_has_come() -> None:
    card = telling.card(sentences=(telling.said("Long. " * 1500),))
    parts = render(telling.digest(card), CHAT, ENGLISH)
    assert len(parts) >= 3
    assert [len(part.stories) for part in parts].count(1) == 1
    assert parts[-1].stories == ((StoryId(1), 2),)
    assert all(part.citations for part in parts[1:])


@settings(max_examples=60, deadline=None)
@given(st.lists(HOSTILE, min_size=8, max_size=8), st.integers(1, 12), st.integers(1, 400))
def test_hostile_stories_are_valid_within_the_limits_and_open_only_their_own_addresses(
    strange: list[str], stories: int, repeats: int
) -> None:
    sources = tuple(
        telling.ref(number, title=strange[0], publisher=strange[1], url=f"https://example.com/{number}")
        for number in (1, 2)
    )
    cards = [
        telling.card(
            number,
            title=strange[2] * repeats,
            sentences=(telling.said(strange[3] * repeats, 1), telling.said(strange[4], 2, 1)),
            sources=sources,
            first_publisher=strange[5],
            topic=strange[6],
        )
        for number in range(1, stories + 1)
    ]
    parts = render(
        telling.digest(*cards, still=tuple(cards), quiet_topics=((strange[7], None),) * 3),
        make.chat(kind=ChatKind.PRIVATE),
        ENGLISH,
    )
    told = [story for part in parts for story in part.stories]
    assert told == [(StoryId(number), 2) for number in range(1, stories + 1)]
    for part in parts:
        parsed = tdlib.parse(part.message.html)
        assert parsed.text.strip()
        assert cutting.measure(markup.trusted(part.message.html)).fits(cutting.MESSAGE)
        assert {url for _, _, _, url in parsed.entities} <= {"", "https://example.com/1", "https://example.com/2"}
        assert not {"Mention", "BotCommand"} & set(tdlib.detected(parsed.text))
