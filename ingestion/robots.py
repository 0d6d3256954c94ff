"""Whether a site's robots.txt lets us read a page. Asked for article pages, not for feeds: those are a reader's own wish.

A robots.txt that is missing or refused allows all (RFC 9309, 2.3.1.3); one whose server fails forbids for a while, as the
RFC asks. The answer is kept for a day per site, at most 1,000 sites.
"""

import time
from collections import OrderedDict
from urllib.parse import urlsplit

from protego import Protego

from ingestion.fetch import Fetcher
from news.errors import FetchError

_KEEP_S = 24 * 3600.0
_KEEP_FAILED_S = 600.0
_MAX_SITES = 1000
_MAX_BYTES = 500 * 1024  # RFC 9309 asks for at least so many

_ALL = ""
_NOTHING = "User-agent: *\nDisallow: /"


class RobotsRules:
    """Asks robots.txt, once per site and day."""

    def __init__(self, fetcher: Fetcher, user_agent: str) -> None:
        self._fetcher = fetcher
        self._name = user_agent.partition("/")[0]
        self._known: OrderedDict[str, tuple[float, Protego]] = OrderedDict()

    async def allows(self, url: str) -> bool:
        """Whether the page may be read."""
        parts = urlsplit(url)
        site = f"{parts.scheme}://{parts.netloc}"
        kept = self._known.get(site)
        if kept is None or kept[0] < time.monotonic():
            text, keep_s = await self._text(f"{site}/robots.txt")
            kept = (time.monotonic() + keep_s, Protego.parse(text))
            self._known[site] = kept
            self._known.move_to_end(site)
            if len(self._known) > _MAX_SITES:
                self._known.popitem(last=False)
        return bool(kept[1].can_fetch(url, self._name))

    async def _text(self, url: str) -> tuple[str, float]:
        try:
            answer = await self._fetcher.fetch(url, accept="text/plain, */*;q=0.1")
        except FetchError as error:
            if error.status is not None and error.status < 500 and error.status != 429:
                return _ALL, _KEEP_S
            if error.code in {
                "address_refused",
                "bad_address",
                "too_many_redirects",
                "too_large",
                "unsupported_encoding",
            }:
                return _ALL, _KEEP_FAILED_S
            return _NOTHING, _KEEP_FAILED_S
        return answer.body[:_MAX_BYTES].decode("utf-8", errors="replace"), _KEEP_S
