"""Tells what a page is (article, opinion, live, gallery, video, paywall, list) by simple means, each rule on its own.

In: the address, the title, what the page declares and how much text it has. Out: a kind. The order matters: a live blog
behind a paywall is a paywall, an opinion video with a full text is an opinion. Pure.
"""

import re
from dataclasses import dataclass
from urllib.parse import urlsplit

from ingestion.furniture import words
from news.entities import ArticleKind

_SHORT_WORDS = 120  # less than this beside a player, pictures or a wall is a caption or a teaser
_LIVE_PATH = re.compile(
    r"(?:^|[/_-])(?:live|liveblog|live-?updates?|live-?blog|live-?reporting|live-?ticker|newsticker|en-?direct|directo|as-it-happened)(?:[/_.-]|$)"
)
_LIVE_TITLE = re.compile(
    r"^(?:live|liveblog|live updates?|live blog|en direct|direct|liveticker|en vivo|onlain|онлайн|直播)\b\s*[:|–—-]"
    r"|[-–—|:]\s*(?:live|live updates?|live blog|as it happened|en direct|liveticker|en vivo|онлайн)$|\bas it happened$|^(?:直播|文字直播)",
    re.IGNORECASE,
)
_OPINION_PATH = re.compile(
    r"/(?:opinions?|comment|commentisfree|commentary|op-?eds?|columns?|columnists?|editorials?|perspectives?|viewpoints?|ideas"
    r"|debats?|tribunes?|meinung|kommentare?|opinion(?:es)?|tribuna|columnas?|opinioni|mnenie|mneniya|kolonki|columnists?|guandian|pinglun)(?:/|$)"
)
_OPINION_TITLE = re.compile(
    r"^(?:opinions?|comment|op-?ed|editorial|column|analysis & opinion|opinión|kommentar|tribune|мнение|колонка|社评|评论|社論|社説)\s*[:|｜]"
    r"|\|\s*(?:opinion|editorial|comment)\s*$",
    re.IGNORECASE,
)
_GALLERY_PATH = re.compile(
    r"/(?:galler(?:y|ies)|photos?|photo-?galler(?:y|ies)|pictures|in-pictures|slideshows?|picture-?gallery|fotos?|fotostrecke|galerie|galeria|fotogaler[ií]as?|photo-?essay|images)(?:/|$|-)"
)
_GALLERY_TITLE = re.compile(
    r"\b(?:in pictures|in photos|photo gallery|photo essay|photos of the (?:day|week)|slideshow|en images|in bildern|fotogalería|фотогалерея|фоторепортаж)\b|(?:组图|图集|高清图)",
    re.IGNORECASE,
)
_VIDEO_PATH = re.compile(r"/(?:videos?|watch|clips?|av|shorts|tv)(?:/|$)")
_VIDEO_TITLE = re.compile(
    r"^(?:video|watch|видео|vidéo|vídeo)\s*[:|]|[-–—|(\[]\s*(?:video|видео|vidéo|vídeo|视频)\s*[)\]]?$", re.IGNORECASE
)
_VIDEO_HOSTS = ("youtube.com", "youtu.be", "vimeo.com", "dailymotion.com", "rutube.ru", "bilibili.com")
_LIST_PATH = re.compile(
    r"^/(?:[a-z]{2}(?:[-_][a-z]{2})?/?)?(?:(?:index|home|default|main)(?:\.\w{2,5})?)?$|/(?:tags?|topics?|category|categories|section|author|authors|search|archive|page)/[^/]*/?$",
    re.IGNORECASE,
)
_LIST_TYPES = frozenset({"CollectionPage", "SearchResultsPage", "ProfilePage", "ItemList"})
_ARTICLE_TYPES = frozenset(
    {
        "Article",
        "NewsArticle",
        "ReportageNewsArticle",
        "AnalysisNewsArticle",
        "BackgroundNewsArticle",
        "BlogPosting",
        "Report",
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class PageSigns:
    """What a page says of itself and what was counted in it."""

    url: str | None
    title: str
    types: frozenset[str] = frozenset()  # schema.org types of its JSON-LD
    og_type: str = ""
    section: str = ""
    free: bool | None = None  # schema.org isAccessibleForFree
    text_words: int = 0
    link_words: int = 0  # words inside links, of the whole page
    page_words: int = 0  # of the whole page
    pictures: int = 0  # in the main part
    page_text: str = ""  # the beginning and the end of all visible words, lower case


def kind_of_page(signs: PageSigns) -> ArticleKind:
    """The kind of a fetched page."""
    path = _path(signs.url)
    short = signs.text_words < _SHORT_WORDS
    if "LiveBlogPosting" in signs.types or _is_live(path, signs.title):
        return ArticleKind.LIVE
    if is_paywalled(signs):
        return ArticleKind.PAYWALL
    if _is_opinion(signs, path):
        return ArticleKind.OPINION
    if _is_gallery(signs, path, short=short):
        return ArticleKind.GALLERY
    if short and _is_video(signs, path):
        return ArticleKind.VIDEO
    return ArticleKind.LIST if _is_list(signs, path) else ArticleKind.ARTICLE


def kind_of_entry(url: str | None, title: str) -> ArticleKind:
    """The kind that an address and a title alone give away."""
    path = _path(url)
    if _is_live(path, title):
        return ArticleKind.LIVE
    if _OPINION_PATH.search(path) or _OPINION_TITLE.search(title):
        return ArticleKind.OPINION
    if _GALLERY_TITLE.search(title) or _GALLERY_PATH.search(path):
        return ArticleKind.GALLERY
    if _VIDEO_TITLE.search(title) or _VIDEO_PATH.search(path) or _host(url).endswith(_VIDEO_HOSTS):
        return ArticleKind.VIDEO
    return ArticleKind.ARTICLE


def is_paywalled(signs: PageSigns) -> bool:
    """Whether only an opening is shown, for want of payment, a login or a consent."""
    if signs.text_words >= 3 * _SHORT_WORDS:
        return False
    if signs.free is False and signs.text_words < 2 * _SHORT_WORDS:
        return True
    return any(phrase in signs.page_text for phrase in words().paywall) and signs.text_words < 2 * _SHORT_WORDS


def is_consent(page_text: str, text_words: int) -> bool:
    """Whether the page is a door (cookies, robots, JavaScript) and nothing behind it is shown."""
    return text_words < _SHORT_WORDS and any(phrase in page_text for phrase in words().consent)


def _is_live(path: str, title: str) -> bool:
    return _LIVE_PATH.search(path) is not None or _LIVE_TITLE.search(title) is not None


def _is_opinion(signs: PageSigns, path: str) -> bool:
    section = signs.section.casefold()
    return (
        "OpinionNewsArticle" in signs.types
        or _OPINION_PATH.search(path) is not None
        or _OPINION_TITLE.search(signs.title) is not None
        or section in {"opinion", "opinions", "editorial", "commentary", "op-ed", "мнения", "meinung", "opinión"}
    )


def _is_gallery(signs: PageSigns, path: str, *, short: bool) -> bool:
    if signs.types & {"ImageGallery", "MediaGallery"}:
        return True
    named = _GALLERY_PATH.search(path) is not None or _GALLERY_TITLE.search(signs.title) is not None
    return named and (short or signs.pictures * 60 >= signs.text_words)


def _is_video(signs: PageSigns, path: str) -> bool:
    return (
        signs.og_type.startswith("video")
        or ("VideoObject" in signs.types and not signs.types & _ARTICLE_TYPES)
        or _VIDEO_PATH.search(path) is not None
        or _VIDEO_TITLE.search(signs.title) is not None
        or _host(signs.url).endswith(_VIDEO_HOSTS)
    )


def _is_list(signs: PageSigns, path: str) -> bool:
    is_list_path = signs.url is not None and _LIST_PATH.search(path or "/") is not None
    if signs.types & _ARTICLE_TYPES or (
        signs.og_type == "article" and not (is_list_path and signs.text_words < _SHORT_WORDS)
    ):
        return False
    if is_list_path:
        return True
    mostly_links = signs.page_words > 0 and signs.link_words * 2 > signs.page_words
    return mostly_links and (bool(signs.types & _LIST_TYPES) or signs.text_words * 3 < signs.link_words)


def _path(url: str | None) -> str:
    try:
        return urlsplit(url).path.lower() if url else ""
    except ValueError:
        return ""


def _host(url: str | None) -> str:
    try:
        return (urlsplit(url).hostname or "") if url else ""
    except ValueError:
        return ""
