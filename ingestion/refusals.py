"""The codes with which ingestion refuses, and the sentences that say what can be done.

| code | error | what it means |
| --- | --- | --- |
| `bad_address` | FetchError | the text is not an http(s) address |
| `address_refused` | FetchError | the address, a redirect or one of its DNS answers is not public, or the port is not 80 or 443 |
| `name_not_found` | FetchError | the host name does not resolve |
| `connect_failed` | FetchError | no connection, or it broke |
| `tls_failed` | FetchError | the certificate or the handshake is bad |
| `timed_out` | FetchError | no complete answer in time |
| `too_large` | FetchError | more bytes than `max_bytes`, on the wire, inflated or in a file |
| `too_many_redirects` | FetchError | more than `max_redirects`, or a redirect without a target |
| `unsupported_encoding` | FetchError | a Content-Encoding that was not asked for, or a broken one |
| `source_gone` | FetchError | HTTP 410: the publisher ended it |
| `http_NNN` | FetchError | any other HTTP error, `status` is the number: `http_404`, `http_503` … |
| `robots_refused` | FetchError | robots.txt forbids the page |
| `file_not_found` | FetchError | no such file |
| `file_unreadable` | FetchError | a folder, or the file may not be read |
| `empty` | ParseError | nothing, or white space, was read |
| `unsupported` | ParseError | a PDF, picture, archive, OPML list …: not text, HTML or a feed |
| `not_a_feed` | ParseError | the address of a feed gave something else, for example an error page in HTML |
| `not_an_article` | ParseError | a page or file with no text of an article |
| `no_source_found` | ParseError | neither a feed nor a page that leads to one |
| `parse_timed_out` | ParseError | reading it took longer than `parse_timeout_s` and was stopped |
| `parse_failed` | ParseError | a parser broke on it |
| `bad_opml` | ParseError | the list of feeds is not OPML |
"""

from dataclasses import dataclass

from ingestion.addresses import AddressRefused
from news.errors import FetchError, ParseError


@dataclass(frozen=True, slots=True)
class Unreadable:
    """Why a parser gave nothing. A value, because it crosses from a parsing process; `raise_for` makes the error of it."""

    code: str
    message: str

    def raise_for(self, target: str) -> "ParseError":
        """The error to raise for the target."""
        return ParseError(self.message, target=target, code=self.code)


EMPTY = Unreadable("empty", "There is nothing in it; give a file or page that has text.")
UNSUPPORTED = Unreadable("unsupported", "This is not text, HTML or a feed; give the article's web page or a text file.")
OPML_GIVEN = Unreadable("unsupported", "This is an OPML list of feeds, not an article; import it as sources instead.")
NOT_A_FEED = Unreadable(
    "not_a_feed", "The answer is not a feed; check the address, or add the site's home page instead."
)
NOT_AN_ARTICLE = Unreadable("not_an_article", "No article's text was found; give the page of one article, or its text.")
PARSE_FAILED = Unreadable("parse_failed", "It could not be read; try again later, or give the text itself.")
PARSE_TIMED_OUT = Unreadable("parse_timed_out", "Reading it took too long and was stopped; give another address.")
BAD_OPML = Unreadable("bad_opml", "This is not an OPML list; export the feeds as OPML from your reader and try again.")

NO_SOURCE_FOUND = "No feed was found there; give the address of the feed, or of the site's news page."

_ADVICE = {
    "address_refused": "Only public addresses are read, by http and https on their usual ports.",
    "bad_address": "Give a complete address that begins with http:// or https://.",
    "name_not_found": "The host name does not exist; check the spelling.",
    "connect_failed": "The server could not be reached; try again later.",
    "tls_failed": "The server's certificate is not valid; try again later or use another address.",
    "timed_out": "The server did not answer in time; try again later.",
    "too_large": "It is larger than may be read; give a smaller one.",
    "too_many_redirects": "The server redirects in circles; open the address in a browser and give the one it ends at.",
    "unsupported_encoding": "The server compressed the answer in a way that is not accepted; use another address.",
    "source_gone": "The publisher has ended it (HTTP 410); remove it or give the new address.",
    "robots_refused": "The site's robots.txt forbids reading this page; use its feed instead.",
    "file_not_found": "There is no such file; check the path.",
    "file_unreadable": "The file may not be read; check that it is a file and its permissions.",
}

_STATUS_ADVICE = {
    401: "The server wants a login (HTTP 401); use a public address.",
    403: "The server refuses readers like this one (HTTP 403); try the site's feed or another address.",
    404: "The page does not exist (HTTP 404); check the address.",
    429: "The server wants fewer requests (HTTP 429); it is asked again later.",
}


def fetch_error(code: str, target: str, *, detail: str = "") -> FetchError:
    """The error of a code of the table above; `detail` comes first in its message."""
    return FetchError(" ".join(filter(None, (detail, _ADVICE[code]))), target=target, code=code)


def refused_address(target: str, refusal: AddressRefused) -> FetchError:
    """`address_refused`, with what an operator does who wants it read all the same."""
    error = fetch_error("address_refused", target, detail=str(refusal))
    if refusal.entry is None:
        return error
    cure = f"If it is to be read all the same, add {refusal.entry} to BYLINE_FETCH_ALLOW."
    return FetchError(f"{error.message} {cure}", target=target, code=error.code)


def status_message(status: int) -> str:
    """What can be done about an HTTP status."""
    if status in _STATUS_ADVICE:
        return _STATUS_ADVICE[status]
    if status >= 500:
        return f"The server has a fault (HTTP {status}); it is asked again later."
    return f"The server refused (HTTP {status}); check the address."
