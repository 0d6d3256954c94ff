"""What a page declares of itself: canonical address, title, author, moment, site, language, picture, schema.org types.

In: the parsed page and its address. Out: `Metadata`; what is not declared is None or empty. JSON-LD first, then meta tags,
then visible marks (`<time>`, `rel=author`). Pure.
"""

import calendar
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urljoin, urlsplit

from htmldate import find_date
from lxml.html import HtmlElement

from ingestion.dates import moment
from ingestion.feedfile import language
from ingestion.furniture import author_name
from ingestion.htmltext import heading, one_line

_DATE_METAS = (
    "article:published_time", "og:article:published_time", "datepublished", "date", "dc.date", "dc.date.issued", "dcterms.created",
    "pubdate", "publishdate", "publish-date", "publication_date", "parsely-pub-date", "sailthru.date", "article.published",
    "og:published_time", "cxenseparse:recs:publishtime", "mediator_published_time", "weibo:article:create_at",
)  # fmt: skip
_AUTHOR_METAS = (
    "author",
    "article:author_name",
    "byl",
    "parsely-author",
    "sailthru.author",
    "dc.creator",
    "mediator_author",
)
_AUTHOR_MARKS = (
    "//*[contains(concat(' ', @rel, ' '), ' author ')] | //*[@itemprop='author' or @itemprop='creator']"
    " | //*[self::a or self::span or self::p or self::div or self::address or self::li]"
    "[contains(@class, 'byline') or contains(@class, 'author-name') or contains(@class, 'author_name') or contains(@class, 'article-author')]"
)
"""Where pages show the author, as far as the mark itself says so."""

_LAST_MONTH = re.compile(rf"\s+(?:{'|'.join([*calendar.month_name[1:], *calendar.month_abbr[1:]])})\.?$", re.IGNORECASE)
_TITLE_PARTS = re.compile(r"\s+[|–—·»•-]\s+|\s*[|｜_]\s*")
_MAX_NODES = 400  # of a page's JSON-LD


@dataclass(frozen=True, slots=True, kw_only=True)
class Metadata:
    """What a page says of itself."""

    url: str | None
    title: str
    author: str | None
    published_at: datetime | None
    site: str | None
    lang: str | None
    image_url: str | None
    types: frozenset[str]
    og_type: str
    section: str
    free: bool | None
    article_body: str


def metadata_of(tree: HtmlElement, url: str | None) -> Metadata:
    """Read the page's head and JSON-LD."""
    metas = _metas(tree)
    nodes = list(_json_ld(tree))
    article = next((node for node in nodes if _is_article(node)), {})
    site = one_line(metas.get("og:site_name") or metas.get("application-name") or _name(article.get("publisher")) or "")
    return Metadata(
        url=_canonical(tree, metas, url),
        title=_title(tree, metas, article, site),
        author=_author(tree, metas, article),
        published_at=_published_at(tree, metas, article),
        site=site[:100] or None,
        lang=language(tree.get("lang") or metas.get("og:locale") or metas.get("content-language")),
        image_url=_image(metas, article, url),
        types=frozenset(kind for node in nodes for kind in _types(node)),
        og_type=metas.get("og:type", "").lower(),
        section=one_line(metas.get("article:section") or _string(article.get("articleSection"))),
        free=_free(nodes),
        article_body=_string(article.get("articleBody")),
    )


def _metas(tree: HtmlElement) -> dict[str, str]:
    found: dict[str, str] = {}
    for meta in tree.iter("meta"):
        name = meta.get("property") or meta.get("name") or meta.get("itemprop") or meta.get("http-equiv")
        content = (meta.get("content") or "").strip()
        if name and content:
            found.setdefault(name.strip().lower(), content)
    return found


def _json_ld(tree: HtmlElement) -> Iterator[Mapping[str, object]]:
    count = 0
    for script in tree.iter("script"):
        if "ld+json" not in (script.get("type") or ""):
            continue
        try:
            queue: list[object] = [json.loads(script.text or "", strict=False)]
        except (ValueError, RecursionError):
            continue
        while queue and count < _MAX_NODES:
            value = queue.pop(0)
            if isinstance(value, list):
                queue.extend(value)
            elif isinstance(value, dict):
                count += 1
                yield value
                queue.extend(value.get(key) for key in ("@graph", "mainEntity", "mainEntityOfPage", "hasPart"))


def _types(node: Mapping[str, object]) -> tuple[str, ...]:
    kind = node.get("@type")
    kinds = kind if isinstance(kind, list) else [kind]
    return tuple(str(one).rpartition("/")[2] for one in kinds if isinstance(one, str))


def _is_article(node: Mapping[str, object]) -> bool:
    return any(kind.endswith(("Article", "Posting", "Report")) for kind in _types(node))


def _canonical(tree: HtmlElement, metas: Mapping[str, str], url: str | None) -> str | None:
    links = [link.get("href") for link in tree.iter("link") if (link.get("rel") or "").lower() == "canonical"]
    for candidate in (*links, metas.get("og:url")):
        found = _web_address(candidate, url)
        if found and (url is None or _same_site(found, url)) and not _is_front(found, url):
            return found
    return url


def _is_front(candidate: str, url: str | None) -> bool:
    # many sites declare their front page on every page by mistake
    return url is not None and urlsplit(candidate).path in {"", "/"} and urlsplit(url).path not in {"", "/"}


def _same_site(one: str, other: str) -> bool:
    first, second = ((urlsplit(url).hostname or "").removeprefix("www.") for url in (one, other))
    return first == second or first.endswith("." + second) or second.endswith("." + first)


def _title(tree: HtmlElement, metas: Mapping[str, str], article: Mapping[str, object], site: str) -> str:
    headline = heading(_string(article.get("headline")))
    declared = heading(metas.get("og:title") or metas.get("twitter:title") or "")
    element = tree.find(".//title")
    full = one_line(element.text_content()) if element is not None else ""
    heads = [one_line(node.text_content()) for node in tree.iter("h1")]
    title = headline or declared
    if not title:
        title = next((head for head in heads if len(head) > 10 and head in full), "") or full
    title = without_site(title, site)
    if not title and len(heads) == 1:
        title = heads[0]
    return title[:500]


def without_site(title: str, site: str) -> str:
    """The title without the site's name at its end or beginning, where it is parted by a mark."""
    parts = _TITLE_PARTS.split(title)
    if len(parts) < 2 or not site:
        return title
    name = site.casefold()
    if parts[-1].casefold() in name or name in parts[-1].casefold():
        return title[: title.rindex(parts[-1])].rstrip(" |–—·»•-_｜")
    if parts[0].casefold() == name:
        return title[len(parts[0]) :].lstrip(" |–—·»•-_｜")
    return title


def _author(tree: HtmlElement, metas: Mapping[str, str], article: Mapping[str, object]) -> str | None:
    people = article.get("author")
    names = [_name(one) for one in (people if isinstance(people, list) else [people])]
    listed = [one_line(name) for name in names if name]
    if listed:
        return ", ".join(dict.fromkeys(listed))[:200]
    for key in _AUTHOR_METAS:
        name = one_line(metas.get(key, "")).removeprefix("By ").removeprefix("by ")
        if name and "://" not in name and "@" not in name:
            return name[:200]
    return next((shown for node in tree.xpath(_AUTHOR_MARKS)[:12] if (shown := _byline(node))), None)


def _byline(node: HtmlElement) -> str | None:
    line = one_line(" ".join(node.itertext()))
    if not line or len(line) > 100:
        return None
    bare = re.sub(r"^(?:written\s+)?(?:by|par|von|por|di|da|автор)\b:?\s+", "", line, flags=re.IGNORECASE)
    bare, dated, _ = bare.partition(next(iter(re.findall(r"\s+\d", bare)), "\n"))
    if dated:  # "Ann Lee March 3, 2023"
        bare = _LAST_MONTH.sub("", bare)
    name = author_name(bare) if bare else None
    return name if name and " " in name and len(name) < 60 else None


def _published_at(tree: HtmlElement, metas: Mapping[str, str], article: Mapping[str, object]) -> datetime | None:
    texts = [_string(article.get("datePublished")), *(metas.get(key, "") for key in _DATE_METAS)]
    texts += [_string(article.get("dateCreated")), _string(article.get("dateModified"))]
    texts += [
        node.get("datetime") or node.get("content") or "" for node in tree.xpath("//*[@itemprop='datePublished']")[:2]
    ]
    stamps = [node.get("datetime") for node in tree.xpath("//time[@datetime]")[:4]]
    if len(set(stamps)) <= 2:  # more are those of a list
        texts += [stamp for stamp in stamps if stamp]
    return next((found for text in texts if (found := moment(text))), None) or _shown_day(tree)


def _shown_day(tree: HtmlElement) -> datetime | None:
    # the day alone, from where pages show it; the extensive search would also take a footer's
    try:
        return moment(find_date(tree, extensive_search=False, original_date=True))
    except (ValueError, TypeError, AttributeError, OverflowError):
        return None


def _image(metas: Mapping[str, str], article: Mapping[str, object], url: str | None) -> str | None:
    listed = article.get("image")
    first = listed[0] if isinstance(listed, list) and listed else listed
    own = first.get("url") if isinstance(first, dict) else first
    for candidate in (metas.get("og:image"), metas.get("twitter:image"), own):
        found = _web_address(candidate, url)
        if found:
            return found
    return None


def _free(nodes: list[Mapping[str, object]]) -> bool | None:
    for node in nodes:
        value = node.get("isAccessibleForFree")
        if value is not None:
            return str(value).strip().lower() not in {"false", "0", "no"}
    return None


def _web_address(link: object, base: str | None) -> str | None:
    if not isinstance(link, str) or not link.strip():
        return None
    try:
        found = urljoin(base or "", link.strip())
        parts = urlsplit(found)
    except ValueError:
        return None
    return found if parts.scheme in {"http", "https"} and parts.hostname else None


def _name(value: object) -> str:
    if isinstance(value, Mapping):
        return heading(_string(value.get("name")))
    return heading(value) if isinstance(value, str) and "://" not in value else ""


def _string(value: object) -> str:
    if isinstance(value, list) and value:
        value = value[0]
    return value.strip() if isinstance(value, str) else ""
