"""A given text is summarized and set among the stored story that it belongs to; nothing of it is stored."""

from collections.abc import Sequence
from datetime import timedelta

import pytest

from news.entities import Document
from news.errors import BadRequest, SummaryError
from news.given import GivenService
from news.reading import Reading
from tests import make
from tests.fakes.models import FakeEmbedder, FakeSummarizer
from tests.news.test_writing import WORDS, Writing
from tests.newsroom import Newsroom

TITLE = "Ferry sinks near Harwich harbour with 300 aboard"
TEXT = (
    "A ferry with 300 people aboard sank near Harwich harbour on Monday, the coastguard said. "
    "At least 12 of them died. Rescue boats from Harwich searched the sea all night."
)
HOUR = timedelta(hours=1)


def service(newsroom: Newsroom, **parts: FakeSummarizer) -> GivenService:
    summarizer = parts.get("summarizer", FakeSummarizer())
    return GivenService(newsroom.open_unit, summarizer, FakeEmbedder(), make.PUBLISHERS)


@pytest.fixture
async def newsroom() -> Newsroom:
    newsroom = Newsroom()
    story = await newsroom.story(TITLE, TEXT, publisher="bbc.co.uk", published_at=make.NOW - HOUR)
    await newsroom.join(story, f"{TITLE}, 12 dead", TEXT, new=True, publisher="tass.com", published_at=make.NOW - HOUR)
    await newsroom.story("Zoo welcomes a panda", "A cub was born.", publisher="reuters.com", published_at=make.NOW)
    return newsroom


async def test_who_else_reports_it(newsroom: Newsroom) -> None:
    page = Document(target="x", url="https://daily.example/ferry", title=TITLE, text=TEXT, published_at=make.NOW)
    given = await service(newsroom).summarize(page, make.NOW)
    assert [(each.n, each.publisher) for each in given.others] == [(2, "TASS"), (3, "BBC")]
    assert given.publisher == "daily.example"
    assert given.sentences
    assert all(each.text in TEXT for each in given.sentences)


async def test_its_own_outlet_is_not_named_beside_it(newsroom: Newsroom) -> None:
    page = Document(target="x", url="https://www.bbc.co.uk/other", title=TITLE, text=TEXT, published_at=make.NOW)
    given = await service(newsroom).summarize(page, make.NOW)
    assert [each.publisher for each in given.others] == ["TASS"]


async def test_what_nobody_reports_stands_alone(newsroom: Newsroom) -> None:
    pasted = Document(target="text", text="My aunt bakes bread. She sells it on the market each Saturday.")
    given = await service(newsroom).summarize(pasted, make.NOW)
    assert given.others == ()
    assert given.publisher == ""
    assert [each.origin for each in given.sentences] == [0, 1]


@pytest.mark.parametrize("text", ["", "   ", "🙂🙂", "... !!!"])
async def test_a_text_without_words_is_refused(newsroom: Newsroom, text: str) -> None:
    with pytest.raises(BadRequest) as refused:
        await service(newsroom).summarize(Document(target="text", text=text), make.NOW)
    assert refused.value.code == "no_text"


async def test_a_model_that_fails_is_told(newsroom: Newsroom) -> None:
    broken = service(newsroom, summarizer=FakeSummarizer(fails_on="POISON"))
    with pytest.raises(SummaryError):
        await broken.summarize(Document(target="text", text="POISON is here."), make.NOW)


FIRST = Document(target="a.txt", title="Ferry sinks near Harwich", text=TEXT)
SECOND = Document(
    target="b.txt",
    title="Ferry sinks off Harwich",
    text="A ferry with 300 people aboard sank near Harwich harbour on Monday. At least 9 of them died on Monday.",
)


async def test_given_reports_are_told_as_one_story_citing_each(newsroom: Newsroom) -> None:
    told = await service(newsroom).tell([FIRST, SECOND], make.NOW)
    cited = {one.article_id for each in told.card.sentences for one in each.citations}
    assert (told.model, cited) == (None, {1, 2})
    assert [(each.n, each.publisher) for each in told.card.sources] == [(1, "b.txt"), (2, "a.txt")]
    assert all(each.text in TEXT + SECOND.text for each in told.card.sentences)


async def test_a_model_tells_given_reports_where_one_writes(newsroom: Newsroom) -> None:
    writing = Writing()
    told = await service(newsroom, summarizer=writing).tell([FIRST, SECOND], make.NOW)
    assert [each.text for each in told.card.sentences] == [WORDS]
    assert told.model == "writer@1"
    assert len(writing.read_stories[0].reports) == 2


async def test_given_reports_that_cannot_be_read_are_refused(newsroom: Newsroom) -> None:
    with pytest.raises(SummaryError):
        await service(newsroom, summarizer=FakeSummarizer(fails_on="Harwich")).tell([FIRST, SECOND], make.NOW)
    with pytest.raises(BadRequest) as refused:
        await service(newsroom).tell([FIRST, Document(target="c.txt", text="?!")], make.NOW)
    assert refused.value.code == "no_text"


async def test_texts_of_furniture_alone_are_refused(newsroom: Newsroom) -> None:
    class Strict(FakeSummarizer):
        async def read(self, texts: Sequence[str]) -> list[Reading]:
            return [Reading("en", ()) for _ in texts]

    with pytest.raises(BadRequest) as refused:
        await service(newsroom, summarizer=Strict()).tell([Document(target="c.txt", text="Read more")], make.NOW)
    assert refused.value.code == "not_told"
