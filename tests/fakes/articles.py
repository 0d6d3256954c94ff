"""Articles in memory: texts by revision, what was computed from them, searches."""

import math
import struct
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from news.doubts import enrichment_without, forms
from news.entities import LEFT_OUT, Article, ArticleRevision, NewArticle, Trace
from news.ids import ArticleId, ChatId, ModelId, SourceId
from news.reading import Enrichment, Hit, Method, Neighbour, Sentence, Vector, Window, WordQuery
from tests.fakes.tables import RevisionText, Tables
from tests.fakes.words import matches, words


class FakeArticles:
    """Implements `news.ports.Articles`."""

    def __init__(self, tables: Tables) -> None:
        self._tables = tables

    async def known(self, source_id: SourceId, urls: Sequence[str], guids: Sequence[str]) -> list[Article]:
        return [
            article
            for article in self._tables.articles.values()
            if article.url in urls
            or (article.source_id == source_id and article.guid is not None and article.guid in guids)
        ]

    async def similar_texts(self, fingerprints: Sequence[int], since: datetime) -> list[Article]:
        return [
            article
            for article in self._tables.articles.values()
            if article.read_at >= since
            and not article.removed
            and any((article.fingerprint ^ other).bit_count() <= 3 for other in fingerprints)
        ]

    async def add(self, articles: Sequence[NewArticle]) -> list[ArticleId]:
        return [self._add(article) for article in articles]

    def _add(self, article: NewArticle) -> ArticleId:
        assert all(article.url != known.url for known in self._tables.articles.values()), "the URL is stored already"
        article_id = ArticleId(self._tables.next_id("article"))
        fields = {name: getattr(article, name) for name in NewArticle.__dataclass_fields__}
        self._tables.articles[article_id] = Article(id=article_id, revision=1, story_id=None, **fields)
        self._tables.revisions[article_id, 1] = RevisionText(article.title, article.text, article.read_at)
        return article_id

    async def revise(self, revisions: Sequence[ArticleRevision]) -> None:
        for revision in revisions:
            article = self._tables.articles[revision.article_id]
            self._tables.articles[article.id] = replace(
                article,
                title=revision.title,
                text=revision.text,
                read_at=revision.read_at,
                fingerprint=revision.fingerprint,
                whole=revision.whole,
                revision=article.revision + 1,
            )
            texts = RevisionText(revision.title, revision.text, revision.read_at)
            self._tables.revisions[article.id, article.revision + 1] = texts

    async def get(self, article_ids: Sequence[ArticleId]) -> list[Article]:
        return [self._tables.articles[known] for known in article_ids if known in self._tables.articles]

    async def by_url(self, url: str) -> Article | None:
        return next((article for article in self._tables.articles.values() if article.url == url), None)

    async def count_read(self, since: datetime) -> int:
        return sum(article.read_at >= since and not article.removed for article in self._tables.articles.values())

    async def since(self, since: datetime | None, limit: int) -> list[Article]:
        wanted = [
            article
            for article in self._tables.articles.values()
            if not article.removed and (since is None or article.published_at >= since)
        ]
        return sorted(wanted, key=lambda article: article.published_at, reverse=True)[:limit]

    async def remove(self, article_id: ArticleId) -> None:
        article = self._tables.articles[article_id]
        self._tables.articles[article_id] = replace(article, title="", text="", removed=True)
        self._tables.doubts = tuple(each for each in self._tables.doubts if each[0] != article_id)
        for texts in [key for key in self._tables.revisions if key[0] == article_id]:
            del self._tables.revisions[texts]
        for key in [key for key in self._tables.enrichments if key[0] == article_id]:
            del self._tables.enrichments[key]
        self._tables.corrections.pop(article_id, None)

    async def doubt(self, article_id: ArticleId, text: str, chat_id: ChatId) -> None:
        if (article_id, chat_id, text) not in self._tables.doubts:
            self._tables.doubts = (*self._tables.doubts, (article_id, chat_id, text))

    async def doubted(self, chat_ids: Sequence[ChatId]) -> dict[ChatId, frozenset[str]]:
        found: dict[ChatId, frozenset[str]] = {}
        for _, chat_id, text in self._tables.doubts:
            if chat_id is not None and chat_id in chat_ids and chat_id in self._tables.outbox.chats:
                found[chat_id] = found.get(chat_id, frozenset()) | {text}
        return found

    async def strike(self, article_id: ArticleId, text: str) -> None:
        own = {key: made for key, made in self._tables.enrichments.items() if key[0] == article_id}
        texts = frozenset({text}.union(*(forms(made.sentences, made.summary, text) for made in own.values())))
        self._tables.doubts = (*self._tables.doubts, *((article_id, None, each) for each in sorted(texts)))
        for key, made in own.items():
            self._tables.enrichments[key] = enrichment_without(made, texts)
        for story in list(self._tables.stories.values()):
            updates = tuple(
                replace(each, sentences=tuple(one for one in each.sentences if one.text not in texts))
                if each.article_id == article_id
                else each
                for each in story.updates
            )
            self._tables.stories[story.id] = replace(story, updates=updates)
        its_story = self._tables.articles[article_id].story_id
        if its_story is not None:
            self._tables.writings[its_story] = tuple(
                replace(each, sentences=tuple(one for one in each.sentences if one.text not in texts))
                for each in self._tables.writings.get(its_story, ())
            )

    async def unenriched(self, limit: int, *, among: Sequence[ArticleId] | None = None) -> list[Article]:
        return [article for article in self._waiting() if among is None or article.id in among][:limit]

    async def unenriched_ids(self, limit: int) -> list[ArticleId]:
        return [article.id for article in self._waiting()[:limit]]

    async def count_unenriched(self) -> int:
        return len(self._waiting())

    def _waiting(self) -> list[Article]:
        waiting = [
            article
            for article in self._tables.articles.values()
            if not article.removed
            and ((article.id, article.revision) not in self._tables.enrichments or article.id in self._tables.again)
        ]
        return sorted(waiting, key=lambda article: (article.read_at, article.id))

    async def taken_by_lead(self, since: datetime, languages: frozenset[str] | None, limit: int) -> list[ArticleId]:
        found = [
            enrichment
            for (article_id, revision), enrichment in self._tables.enrichments.items()
            if (article := self._tables.articles[article_id]).revision == revision
            and article.read_at >= since
            and not article.removed
            and article_id not in self._tables.again
            and enrichment.vector is None
            and enrichment.summary.method is Method.LEAD
            and (languages is None or enrichment.lang is None or enrichment.lang in languages)
        ]
        return [each.article_id for each in sorted(found, key=lambda each: (each.enriched_at, each.article_id))][:limit]

    async def enrich_again(self, article_ids: Sequence[ArticleId]) -> None:
        for article_id in article_ids:
            if (article_id, self._tables.articles[article_id].revision) in self._tables.enrichments:
                self._tables.again = self._tables.again | {article_id}

    async def enrich(self, enrichment: Enrichment) -> None:
        article = self._tables.articles.get(enrichment.article_id)
        if article is None or article.removed or article.revision != enrichment.revision:
            return
        kept = enrichment_without(enrichment, self._tables.struck(article.id))
        self._tables.enrichments[article.id, article.revision] = kept
        self._tables.again = self._tables.again - {article.id}
        self._tables.articles[article.id] = replace(article, lang=enrichment.lang or article.lang)

    async def enrichments(self, article_ids: Sequence[ArticleId]) -> dict[ArticleId, Enrichment]:
        found = {article_id: self._enrichment(article_id) for article_id in article_ids}
        return {article_id: enrichment for article_id, enrichment in found.items() if enrichment is not None}

    def _enrichment(self, article_id: ArticleId) -> Enrichment | None:
        """What was computed for the latest revision that has been enriched."""
        revisions = [number for known, number in self._tables.enrichments if known == article_id]
        return self._tables.enrichments[article_id, max(revisions)] if revisions else None

    async def sentences(
        self, citations: Sequence[tuple[ArticleId, int]]
    ) -> dict[tuple[ArticleId, int], tuple[Sentence, ...]]:
        return {
            citation: self._tables.enrichments[citation].sentences
            for citation in citations
            if citation in self._tables.enrichments
        }

    async def neighbours(
        self, enrichment: Enrichment, *, text: str, around: datetime, within: timedelta, limit: int
    ) -> list[Neighbour]:
        found = []
        for article in self._findable():
            other = self._enrichment(article.id)
            if article.id == enrichment.article_id or article.story_id is None or other is None:
                continue
            if abs(article.published_at - around) > within:
                continue
            similarity = self._similarity(enrichment.vector, text, article, other)
            if similarity is None:
                continue
            found.append(
                Neighbour(
                    article_id=article.id,
                    story_id=article.story_id,
                    similarity=similarity,
                    by_words=enrichment.vector is None,
                    publisher=article.publisher,
                    title=article.title,
                    lang=article.lang,
                    published_at=article.published_at,
                    facts=other.facts,
                    text_chars=len(article.text),
                    copy_of=article.copy_of,
                    story_size=len(self._tables.stories[article.story_id].article_ids),
                )
            )
        return sorted(found, key=lambda near: (-near.similarity, near.article_id))[:limit]

    def _similarity(self, vector: Vector | None, text: str, article: Article, other: Enrichment) -> float | None:
        """The cosine of vectors, or of tf-idf words; None where the two cannot be compared."""
        if vector is None:
            return self._cosine_of_words(text, f"{article.title}\n{article.text}")
        if other.vector is None or other.vector.model != vector.model:
            return None
        return cosine(vector, other.vector)

    def _cosine_of_words(self, one: str, two: str) -> float:
        documents = [set(words(f"{article.title}\n{article.text}")) for article in self._findable()]

        def weighed(text: str) -> dict[str, float]:
            counts = Counter(words(text))
            return {
                word: count * (1 + math.log((1 + len(documents)) / (1 + sum(word in each for each in documents))))
                for word, count in counts.items()
            }

        left, right = weighed(one), weighed(two)
        product = sum(weight * right.get(word, 0.0) for word, weight in left.items())
        length = math.hypot(*left.values()) * math.hypot(*right.values())
        return product / length if length else 0.0

    async def search_words(self, query: WordQuery, window: Window, limit: int) -> list[Hit]:
        hits = []
        for article in self._findable():
            score = matches(query, f"{article.title}\n{article.text}")
            if score > 0 and window.since <= article.published_at < window.until:
                hits.append(_hit(article, score))
        return sorted(hits, key=lambda hit: (-hit.score, hit.article_id))[:limit]

    async def search_vector(self, vector: Vector, window: Window, limit: int) -> list[Hit]:
        hits = []
        for article in self._findable():
            enrichment = self._enrichment(article.id)
            if enrichment is None or enrichment.vector is None or enrichment.vector.model != vector.model:
                continue
            if window.since <= article.published_at < window.until:
                hits.append(_hit(article, cosine(vector, enrichment.vector)))
        return sorted(hits, key=lambda hit: (-hit.score, hit.article_id))[:limit]

    async def cosines(
        self, vectors: Sequence[Vector], article_ids: Sequence[ArticleId]
    ) -> dict[ArticleId, list[float]]:
        found = {}
        for article_id in article_ids:
            enrichment = self._enrichment(article_id)
            own = enrichment.vector if enrichment is not None else None
            if own is not None and vectors and own.model == vectors[0].model:
                found[article_id] = [cosine(vector, own) for vector in vectors]
        return found

    async def vector_bytes(self, model: ModelId) -> int | None:
        vectors = (self._enrichment(article_id) for article_id in self._tables.articles)
        found = (each.vector for each in vectors if each is not None and each.vector is not None)
        return next((len(vector.data) for vector in found if vector.model == model), None)

    def _findable(self) -> list[Article]:
        return [
            article
            for article in self._tables.articles.values()
            if not article.removed and self._enrichment(article.id) is not None
        ]

    async def search_phrase(self, article_ids: Sequence[ArticleId], phrase: str) -> list[ArticleId]:
        wanted = " ".join(phrase.casefold().split())
        return [
            article.id
            for article in await self.get(article_ids)
            if wanted in " ".join(article.title.casefold().split())
            or wanted in " ".join(article.text.casefold().split())
        ]

    async def trace(self, traces: Sequence[Trace]) -> None:
        self._tables.traces = (*self._tables.traces, *traces)

    async def traces(self, url: str) -> list[Trace]:
        return [trace for trace in self._tables.traces if trace.url == url]

    async def left_out(self, source_id: SourceId, urls: Sequence[str]) -> frozenset[str]:
        traces = [trace for trace in self._tables.traces if trace.source_id == source_id]
        return frozenset({trace.url for trace in traces if trace.outcome in LEFT_OUT} & set(urls))

    async def forget(self, read_before: datetime, limit: int) -> int:
        cited = self._tables.outbox.cited()
        old = [
            article
            for article in self._tables.articles.values()
            if article.read_at < read_before and article.id not in cited
        ]
        for article in sorted(old, key=lambda known: known.read_at)[:limit]:
            await self.remove(article.id)
            if not article.dated:
                await self.trace(
                    [Trace(url=article.url, at=article.read_at, source_id=article.source_id, outcome="too_old")]
                )
            del self._tables.articles[article.id]
            self._leave_story(article)
        return min(len(old), limit)

    def _leave_story(self, article: Article) -> None:
        if article.story_id is None:
            return
        story = self._tables.stories[article.story_id]
        left = tuple(known for known in story.article_ids if known != article.id)
        if not left:
            del self._tables.stories[story.id]
            return
        times = [self._tables.articles[known].published_at for known in left]
        self._tables.stories[story.id] = replace(story, article_ids=left, first_seen=min(times), last_seen=max(times))


def _hit(article: Article, score: float) -> Hit:
    return Hit(
        article_id=article.id,
        story_id=article.story_id,
        published_at=article.published_at,
        publisher=article.publisher,
        score=score,
    )


def cosine(one: Vector, two: Vector) -> float:
    """Of two unit vectors of one model."""
    assert one.model == two.model, "vectors of two models never mix"
    left, right = (struct.unpack(f"<{len(each.data) // 4}f", each.data) for each in (one, two))
    return float(sum(a * b for a, b in zip(left, right, strict=True)))
