"""One spelling for one address: `canonical`; and which other spellings surely name the same page: `spellings`, `page_key`.

In goes what a feed, a page or a person gave, out comes text; nothing is looked up and nothing raises: text that is no web
address comes back trimmed. A canonical address is also the link that readers press, so only what cannot change where it
leads is taken off: the fragment, a default port, a name and password, tracking parameters, a trailing index file, letters'
case of scheme and host. Scheme, `www.`, a mobile host and a last slash stay in the link, but do not make another page:
`page_key` leaves them out. `canonical` is idempotent.
"""

import re
from urllib.parse import SplitResult, quote, urlsplit, urlunsplit

from news.ids import CanonicalUrl

_TRACKING = re.compile(
    r"utm_\w+|ga_\w+|mtm_\w+|pk_\w+|piwik_\w+|matomo_\w+|hsa_\w+|_hs\w+|fbclid|gclid|gclsrc|dclid|gbraid|wbraid|yclid|msclkid|"
    r"twclid|ttclid|igshid|igsh|mc_[ce]id|mkt_tok|vero_(?:id|conv)|oly_(?:enc|anon)_id|wickedid|ocid|cmpid|cmp_id|icid|xtor|"
    r"at_(?:medium|campaign|custom\d|link_\w+|ptr_name|format|bbc_team)|ns_(?:mchannel|source|campaign|linkname|fee)|smid|smtyp|"
    r"sref|srnd|guccounter|guce_\w+|spm|ftag|wt[._]mc(?:_id)?|__twitter_impression|amp_js_v|usqp|s_cid|traffic_source|"
    r"ref_src|ref_url|_ga|_gl|cx_(?:testid|testvariant|artpos)|dlvrit_\w+|share_(?:source|token)",
    re.IGNORECASE,
)
"""Parameters that tell where a reader came from, as analytics, mail and advertising systems name them."""

_TRACKING_PAIR = re.compile(
    r"(?:ref|source|src|from|via|origin|cmp|ito|feature|partner)=(?:rss\w*|feed\w*|atom|twitter|facebook|share\w*|social|email|newsletter|googlenews)",
    re.IGNORECASE,
)
"""Parameters that may choose a page, with values that do not."""

_INDEX = re.compile(r"/(?:index|default)\.(?:html?|php|aspx?|jsp)$", re.IGNORECASE)
_PORTS = {"http": 80, "https": 443}
_BARE_HOST = re.compile(r"^(?:[\w-]+\.)+[^\W\d_]{2,}(?::\d+)?(?:[/?#]|$)")
_NO_HOST = re.compile(r"[\s<>\"\\^`{|}]")  # what no name of a host has
_ESCAPE = re.compile(r"%([0-9a-fA-F]{2})")
_UNRESERVED = frozenset(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")
_SAFE = "/:@!$&'()*+,;=~-._%?"
_MOBILE = frozenset({"m", "mobile", "amp", "www"})


def is_web_address(text: str) -> bool:
    """Whether a text is an http or https address with a host."""
    try:
        parts = urlsplit(text.strip())
        host = (parts.hostname or "").strip(".")
        return parts.scheme in _PORTS and bool(host) and not _NO_HOST.search(host) and parts.port != 0
    except ValueError:
        return False


def with_scheme(text: str) -> str:
    """What a person typed as an address: `example.com/feed` gets https, everything else is only trimmed."""
    trimmed = text.strip()
    return f"https://{trimmed}" if _BARE_HOST.match(trimmed) else trimmed


def canonical(url: str) -> CanonicalUrl:
    """The one spelling of an address."""
    trimmed = url.strip()
    if not is_web_address(trimmed):
        return CanonicalUrl(trimmed)
    parts = urlsplit(trimmed)
    path = _INDEX.sub("/", _spelled(parts.path)) or "/"
    return CanonicalUrl(urlunsplit((parts.scheme, _host(parts), path, _query(parts.query), "")))


def domain_of(url: str) -> str:
    """The host of an address without `www.`, lower case; empty where there is none."""
    if not is_web_address(url):
        return ""
    return (urlsplit(url.strip()).hostname or "").strip(".").removeprefix("www.")


def page_key(url: str) -> str:
    """What two spellings of one page have in common: equal keys, same page. No address: keys are for comparing."""
    address = canonical(url)
    if not is_web_address(address):
        return address
    parts = urlsplit(address)
    labels = parts.netloc.split(".")
    host = ".".join(labels[1:]) if len(labels) > 2 and labels[0] in _MOBILE else parts.netloc
    query = f"?{parts.query}" if parts.query else ""
    return f"{host}{parts.path.rstrip('/')}{query}"


def spellings(url: str) -> tuple[CanonicalUrl, ...]:
    """The canonical addresses under which the page may be known: either scheme, with and without `www.` and a last slash."""
    address = canonical(url)
    if not is_web_address(address):
        return (address,)
    parts = urlsplit(address)
    labels = parts.netloc.split(".")
    main = ".".join(labels[1:]) if len(labels) > 2 and labels[0] in _MOBILE else parts.netloc
    usual = parts.port is None and "[" not in parts.netloc and len(labels) > 1
    hosts = dict.fromkeys([parts.netloc, main, f"www.{main}"]) if usual else [parts.netloc]
    schemes = tuple(_PORTS) if usual else (parts.scheme,)
    bare = parts.path.rstrip("/")
    paths = dict.fromkeys([parts.path, bare or "/", f"{bare}/"])
    return tuple(
        CanonicalUrl(urlunsplit((scheme, host, path, parts.query, "")))
        for scheme in schemes
        for host in hosts
        for path in paths
    )


def _host(parts: SplitResult) -> str:
    """Host, and port where it is not the scheme's own; a name and password go."""
    name = (parts.hostname or "").strip(".")
    shown = f"[{name}]" if ":" in name else name
    return shown if parts.port in {None, _PORTS[parts.scheme]} else f"{shown}:{parts.port}"


def _spelled(part: str) -> str:
    """A path or query with its escapes spelled one way: what needs none is plain, the others have capital digits."""
    once = _ESCAPE.sub(_unescaped, part)
    return quote(once, safe=_SAFE, errors="surrogatepass")


def _unescaped(match: re.Match[str]) -> str:
    byte = int(match.group(1), 16)
    return chr(byte) if byte in _UNRESERVED else match.group().upper()


def _query(query: str) -> str:
    """The parameters that choose the page, as they are written, in their order."""
    kept = [pair for pair in query.split("&") if pair and not _is_tracking(pair)]
    return _spelled("&".join(kept))


def _is_tracking(pair: str) -> bool:
    return bool(_TRACKING.fullmatch(pair.partition("=")[0]) or _TRACKING_PAIR.fullmatch(pair))
