"""What was read becomes articles: decides for each document whether it is new, changed, the same, too old or no article.

In go documents, what is stored of them, the source and `now`; out comes an `IngestPlan`. Pure: the service does what the
plan says. Nothing raises: a document that cannot be used becomes a refusal, so one bad entry never loses its feed.

- The same page (`urls.page_key`) or, within a feed, the same GUID is the same article. A GUID that changes does not matter
  while the address stays, nor an address while the GUID stays, unless title and text say that the GUID was used anew.
- Another title or text is a revision. A teaser of a stored whole text is not: it is only how the feed shows it today. Nor is what
  another feed shows of the page, or two feeds with two headlines would take turns; only a whole text for an opening counts.
- The first read of a feed is a baseline: its newest entries are articles, the others count as old, then and at every later
  read. Later an entry is too old when it was published longer ago than `max_age`. Neither holds for what is given by hand.
- No date, or one that lies in the future: the time of reading, marked as not dated.
- A near-copy is an article of its own with `copy_of`.
"""

import hashlib
from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from news.entities import (
    Article,
    ArticleKind,
    ArticleRevision,
    Document,
    NewArticle,
    PublisherRegister,
    Refusal,
    Source,
    SourceKind,
    Trace,
)
from news.fingerprint import SAME_BITS, distance, fingerprint, shared_share
from news.urls import canonical, domain_of, is_web_address, page_key

_DAWN = datetime(1900, 1, 1, tzinfo=UTC)  # earlier dates, and the epoch itself, are what broken feeds write for "none"
_EPOCH_DAY = datetime(1970, 1, 1, tzinfo=UTC).date()


@dataclass(frozen=True, slots=True, kw_only=True)
class IngestRules:
    """The limits of ingestion."""

    baseline: int = 30  # entries of a first read that become articles
    backdated: timedelta = timedelta(days=1)  # how long before the first read an entry that appears later may be dated
    max_age: timedelta = timedelta(days=30)  # older entries of a feed are not news
    future_tolerance: timedelta = timedelta(minutes=15)  # a clock ahead; the date counts as now and as given
    copy_within: timedelta = timedelta(days=7)  # near-copies are sought among articles read since
    copy_share: float = 0.8  # of the shorter text's shingles; wire copies with other openings reach .85
    live_pause: timedelta = timedelta(hours=1)  # between two revisions of a live page
    sources_at_once: int = 16
    sources_per_round: int = 500
    documents_per_commit: int = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A document with what identifies it."""

    document: Document
    url: str  # canonical, or a urn of ours where there is no address
    key: str  # of the page
    guid: str | None  # None where it cannot be trusted
    fingerprint: int
    publisher: str


@dataclass(frozen=True, slots=True)
class Stored:
    """What the database knows near the entries: the same pages or GUIDs, texts with a near fingerprint, what was too old."""

    known: Sequence[Article] = ()
    similar: Sequence[Article] = ()
    left_out: Collection[str] = ()  # addresses that an earlier read of the source met and did not take


@dataclass(frozen=True, slots=True)
class Planned:
    """An article to add; `repeats` is the place in `IngestPlan.new` of the one that it nearly repeats."""

    article: NewArticle
    repeats: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class IngestPlan:
    """What is to be stored. Originals stand before their copies."""

    new: tuple[Planned, ...] = ()
    changed: tuple[ArticleRevision, ...] = ()
    same: int = 0
    refused: tuple[Refusal, ...] = ()
    traces: tuple[Trace, ...] = ()


def read_entries(documents: Sequence[Document], source: Source, publishers: PublisherRegister) -> tuple[Entry, ...]:
    """The documents with their identity: one for each page, in the order given."""
    by_hand = source.kind is SourceKind.HAND
    uses = Counter(document.guid for document in documents if document.guid)
    entries: dict[str, Entry] = {}
    for document in documents:
        url = _address(document, source)
        # a GUID that several entries share names nothing; by hand, GUIDs of many feeds meet
        guid = document.guid if document.guid and uses[document.guid] == 1 and not by_hand else None
        entry = Entry(
            document=document,
            url=url,
            key=page_key(url),
            guid=guid,
            fingerprint=fingerprint(document.text or document.title),
            publisher=_publisher(url, source, publishers),
        )
        entries.setdefault(entry.key, entry)
    return tuple(entries.values())


def plan_ingest(
    entries: Sequence[Entry], stored: Stored, source: Source, now: datetime, rules: IngestRules
) -> IngestPlan:
    """What is to be stored of the entries."""
    planner = _Planner(stored, source, now, rules)
    first_read = source.kind is not SourceKind.HAND and source.state.baseline_at is None
    baseline = _newest(entries, rules.baseline) if first_read else None
    for place, entry in enumerate(entries):
        planner.take(entry, in_baseline=baseline is None or place in baseline)
    return planner.plan()


class _Planner:
    """Takes entries one by one and remembers what it decided."""

    def __init__(self, stored: Stored, source: Source, now: datetime, rules: IngestRules) -> None:
        self._by_key = {page_key(article.url): article for article in stored.known}
        self._by_guid = {
            article.guid: article for article in stored.known if article.guid and article.source_id == source.id
        }
        self._similar = stored.similar
        self._left_out = frozenset(stored.left_out)
        self._source = source
        self._now = now
        self._rules = rules
        self._new: list[Planned] = []
        self._changed: dict[int, ArticleRevision] = {}
        self._refused: list[Refusal] = []
        self._traces: list[Trace] = []
        self._same = 0

    def plan(self) -> IngestPlan:
        return IngestPlan(
            new=tuple(self._new),
            changed=tuple(self._changed.values()),
            same=self._same,
            refused=tuple(self._refused),
            traces=tuple(self._traces),
        )

    def take(self, entry: Entry, *, in_baseline: bool) -> None:
        """Decide on one entry."""
        known = self._known(entry)
        if known is not None:
            self._take_known(entry, known)
        elif refusal := _refusal(entry.document):
            self._refused.append(refusal)
            self._trace_once(entry.url, "not_article", refusal.code)
        elif not in_baseline:
            self._trace_once(entry.url, "too_old", "not among the newest of the first read")
        elif self._is_too_old(entry):
            self._trace_once(
                entry.url, "too_old", "published before the first read, or longer ago than articles are taken"
            )
        else:
            self._take_new(entry)

    def _known(self, entry: Entry) -> Article | None:
        known = self._by_key.get(entry.key)
        if known is None and entry.guid is not None:
            known = self._by_guid.get(entry.guid)
            if known is not None and _is_another(entry.document, known):
                return None
        return known

    def _take_known(self, entry: Entry, known: Article) -> None:
        if known.removed:
            self._same += 1
            self._trace_once(known.url, "removed", "taken down earlier")
            return
        revision = self._revision(entry, known)
        if revision is None:
            self._same += 1
            return
        self._changed[known.id] = revision
        what = "title" if revision.text == known.text else "text"
        self._trace(known.url, "changed", what)

    def _revision(self, entry: Entry, known: Article) -> ArticleRevision | None:
        """The new text of a known article, None where it says the same."""
        document = entry.document
        is_elsewhere = self._source.kind is not SourceKind.HAND and known.source_id != self._source.id
        if is_elsewhere and (known.whole or not document.whole):
            return None
        title = known.title if is_elsewhere else _one_line(document.title) or known.title
        keeps_text = not document.text or (known.whole and not document.whole) or _is_opening(document.text, known.text)
        text = known.text if keeps_text else document.text
        if _folded(title) == _folded(known.title) and _folded(text) == _folded(known.text):
            return None
        if known.kind is ArticleKind.LIVE and self._now - known.read_at < self._rules.live_pause:
            return None
        return ArticleRevision(
            article_id=known.id,
            title=title,
            text=text,
            read_at=self._now,
            fingerprint=known.fingerprint if keeps_text else entry.fingerprint,
            whole=known.whole if keeps_text else document.whole,
        )

    def _is_too_old(self, entry: Entry) -> bool:
        if self._source.kind is SourceKind.HAND:
            return False
        published_at = _given_date(entry.document)
        if published_at is None:  # only the traces tell it from one that was put in since
            return entry.url in self._left_out
        first_read_at = self._source.state.baseline_at
        passed_over = first_read_at is not None and published_at < first_read_at - self._rules.backdated
        return passed_over or published_at < self._now - self._rules.max_age

    def _take_new(self, entry: Entry) -> None:
        document = entry.document
        published_at, dated = self._published(document)
        original, repeats = self._original(entry)
        article = NewArticle(
            source_id=self._source.id,
            url=entry.url,
            guid=entry.guid,
            title=_one_line(document.title),
            text=document.text,
            author=document.author,
            published_at=published_at,
            dated=dated,
            read_at=self._now,
            lang=document.lang,
            site=document.site,
            publisher=entry.publisher,
            kind=document.kind,
            image_url=document.image_url,
            whole=document.whole and bool(document.text),
            fingerprint=entry.fingerprint,
            copy_of=original.copy_of or original.id if original is not None else None,
        )
        self._new.append(Planned(article, repeats))
        self._trace(entry.url, "new", f"near-copy of {original.url}" if original is not None else "")

    def _published(self, document: Document) -> tuple[datetime, bool]:
        """When it was published, and whether that was given."""
        given = _given_date(document)
        if given is None or given > self._now + self._rules.future_tolerance:
            return self._now, False
        return min(given, self._now), True

    def _original(self, entry: Entry) -> tuple[Article | None, int | None]:
        """The stored article that the entry nearly repeats, or the place of an earlier entry that it repeats."""
        text = entry.document.text
        if not text:
            return None, None
        for article in self._similar:
            if self._is_copy(entry, article.fingerprint, article.text):
                return article, None
        for place, planned in enumerate(self._new):
            if planned.repeats is None and self._is_copy(entry, planned.article.fingerprint, planned.article.text):
                return None, place
        return None, None

    def _is_copy(self, entry: Entry, other: int, text: str) -> bool:
        near = distance(entry.fingerprint, other) <= SAME_BITS
        return near and shared_share(entry.document.text, text) >= self._rules.copy_share

    def _trace_once(self, url: str, outcome: str, detail: str) -> None:
        """For what each poll meets again: the first time says it all."""
        if url not in self._left_out:
            self._trace(url, outcome, detail)

    def _trace(self, url: str, outcome: str, detail: str) -> None:
        self._traces.append(Trace(url=url, at=self._now, source_id=self._source.id, outcome=outcome, detail=detail))


def _address(document: Document, source: Source) -> str:
    """The canonical address; without one, a name made of what stays when the text is corrected."""
    for given in (document.url, document.guid):
        if given and is_web_address(given):
            return canonical(given)
    if document.url and document.url.strip():
        return document.url.strip()
    if source.kind is SourceKind.HAND:
        day = document.published_at.date().isoformat() if document.published_at else ""
        return _urn("hand", source.name.casefold(), day, _folded(document.title) or _folded(document.text[:200]))
    return _urn("entry", source.url, document.guid or _folded(document.title) or _folded(document.text[:200]))


def _urn(kind: str, *parts: str) -> str:
    digest = hashlib.blake2b("\n".join(parts).encode(errors="replace"), digest_size=10).hexdigest()
    return f"urn:byline:{kind}:{digest}"


def _publisher(url: str, source: Source, publishers: PublisherRegister) -> str:
    """The publisher's domain: of the article's address, else of the source's; by hand the source's name has to do."""
    domain = domain_of(url) or domain_of(source.site_url or "") or domain_of(source.url)
    return publishers.of(domain).domain if domain else source.name.casefold()


def _newest(entries: Sequence[Entry], count: int) -> set[int]:
    """The places of the newest entries. Without a date the feed's own order has to do, which is newest first."""
    dates = [_given_date(entry.document) for entry in entries]
    dated = any(date is not None for date in dates)
    order = (
        sorted(range(len(entries)), key=lambda place: dates[place] or _DAWN, reverse=True)
        if dated
        else range(len(entries))
    )
    return set(order[:count])


def _refusal(document: Document) -> Refusal | None:
    """Why a document cannot be an article; None where it can."""
    if not document.title.strip() and not document.text.strip():
        return Refusal(target=document.target, code="empty", message="There is neither a title nor a text.")
    if document.kind is ArticleKind.LIST:
        return Refusal(
            target=document.target, code="not_article", message="This page lists articles and is none itself."
        )
    return None


def _given_date(document: Document) -> datetime | None:
    given = document.published_at
    return given if given is not None and given >= _DAWN and given.date() != _EPOCH_DAY else None


def _is_another(document: Document, known: Article) -> bool:
    """Whether a GUID was used anew: another title, and a text that shares next to nothing."""
    if _folded(document.title) == _folded(known.title):
        return False
    return bool(document.text and known.text) and shared_share(document.text, known.text) < 0.2


def _is_opening(text: str, whole: str) -> bool:
    """Whether a text is only the beginning of a longer one, with or without dots at its end."""
    opening = _folded(text).rstrip(" .…[]")
    return len(opening) < len(_folded(whole)) * 0.8 and _folded(whole).startswith(opening)


def _folded(text: str) -> str:
    return " ".join(text.casefold().split())


def _one_line(text: str) -> str:
    return " ".join(text.split())
