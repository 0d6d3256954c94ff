"""What a loopback server cannot stand for: addresses of YouTube and Telegram."""

from collections.abc import AsyncIterator

import pytest

from ingestion.config import IngestionConfig
from ingestion.fetch import ACCEPT_PAGE, NO_VALIDATORS, Fetched, Fetcher, Validators
from ingestion.parsing import ParserPool
from ingestion.probing import SourceProbe
from ingestion.refusals import status_message
from news.entities import SourceKind
from news.errors import FetchError, ParseError
from tests.ingestion.test_channels import PREVIEW

CHANNEL = "UC" + "a" * 22
VIDEOS = f"https://www.youtube.com/feeds/videos.xml?channel_id={CHANNEL}"


class CannedFetcher(Fetcher):
    """Answers from memory."""

    def __init__(self, pages: dict[str, bytes]) -> None:
        super().__init__(IngestionConfig())
        self.pages = pages
        self.asked: list[str] = []

    async def fetch(self, url: str, *, accept: str = ACCEPT_PAGE, validators: Validators = NO_VALIDATORS) -> Fetched:
        self.asked.append(url)
        if url not in self.pages:
            raise FetchError(status_message(404), target=url, code="http_404", status=404)
        return Fetched(
            url=url, body=self.pages[url], content_type="", validators=validators, moved_to=None, wait_at_least=None
        )


FEED = b"<feed xmlns='http://www.w3.org/2005/Atom'><title>Videos of the lake</title><entry><id>1</id><title>Ice</title></entry></feed>"


@pytest.fixture
async def fetcher() -> AsyncIterator[CannedFetcher]:
    made = CannedFetcher(
        {VIDEOS: FEED, "https://t.me/s/lake": PREVIEW, "https://t.me/s/person": b"<html><body>Contact</body></html>"}
    )
    made.pages["https://www.youtube.com/@lake"] = (
        f'<html><body><script>{{"externalId":"{CHANNEL}"}}</script></body></html>'.encode()
    )
    yield made
    await made.close()


def probe(fetcher: Fetcher) -> SourceProbe:
    return SourceProbe(fetcher, ParserPool(0, 10.0), IngestionConfig())


@pytest.mark.parametrize(
    "given",
    [
        f"https://www.youtube.com/channel/{CHANNEL}/videos",
        "https://www.youtube.com/@lake",
        "www.youtube.com/@lake",
        VIDEOS,
    ],
)
async def test_a_youtube_channel_has_a_feed(fetcher: CannedFetcher, given: str) -> None:
    (candidate,) = await probe(fetcher).probe(given)
    assert (candidate.url, candidate.title, candidate.kind) == (VIDEOS, "Videos of the lake", SourceKind.FEED)


@pytest.mark.parametrize("given", ["https://t.me/lake", "t.me/lake", "https://t.me/s/lake", "https://t.me/lake/3"])
async def test_a_telegram_channel_is_a_list_of_pages(fetcher: CannedFetcher, given: str) -> None:
    (candidate,) = await probe(fetcher).probe(given)
    assert (candidate.url, candidate.kind) == ("https://t.me/s/lake", SourceKind.PAGES)
    assert [document.title for document in candidate.newest] == ["The ice broke.", "The lake froze."]


async def test_a_person_or_a_private_channel_cannot_be_read(fetcher: CannedFetcher) -> None:
    with pytest.raises(ParseError) as caught:
        await probe(fetcher).probe("https://t.me/person")
    assert caught.value.code == "no_source_found"


async def test_a_site_that_offers_nothing_is_asked_a_bounded_number_of_times(fetcher: CannedFetcher) -> None:
    links = "".join(f'<a href="/feed/{n}">RSS {n}</a>' for n in range(100))
    fetcher.pages["https://news.example/"] = f"<html><body>{links}</body></html>".encode()
    with pytest.raises(ParseError):
        await probe(fetcher).probe("https://news.example/")
    assert len(fetcher.asked) < 20
