"""Which articles a followed topic is told for: those that are about it, not those that name it in passing.

A push or a section of a digest tells the whole story of an article, where an answer quotes only the sentences that speak of the
question. So an article is wanted whose headline and opening name what is followed; another one that answers the search only where
its headline names something of it and at least a third of its sentences do. Of a topic of one word a tenth of the sentences is enough.
An article that names nothing and yet answers, as in another language, is near enough by itself. A word that leads away from an article refuses it, as in answers (`news.contrast`).
In: one unit of work, the question with its vectors. Out: the articles, the most relevant first. Raises StorageError.
"""

from collections.abc import Collection, Mapping, Sequence

from news.aliases import AliasTable
from news.asking import Asked
from news.contrast import leads_elsewhere
from news.entities import Article
from news.ids import ArticleId
from news.ports import UnitOfWork
from news.ranking import Found, Naming, QueryPlan
from news.reading import Enrichment
from news.retrieval import retrieve
from news.subject import Focus, opened, subject_of

THROUGHOUT = 1 / 3
"""Share of an article's sentences that name something of what is followed. Of the labelled articles of `benchmarks/topics_followed.py`
whose opening does not name it all, no right one has less; half of the wrong ones do."""


OF_ONE_WORD = 1 / 10
"""The same for a topic of one word, without regard to the headline. Between a tenth and a fifth precision and recall of Reuters' countries
and topics by week outweigh each other (F1 .67, .37 to .38), so it is the share that leaves out least."""


async def followed(unit: UnitOfWork, asked: Asked, aliases: AliasTable) -> list[Found]:
    """The articles of the question's window that are about it, most relevant first."""
    retrieval = await retrieve(unit, asked.query, asked.vector, aliases)
    ids = [each.hit.article_id for each in retrieval.relevant]
    articles = {article.id: article for article in await unit.articles.get(ids) if not article.removed}
    focus = opened(subject_of(retrieval.question.poles, wide=retrieval.question.wide), articles)
    elsewhere = await led_elsewhere(unit, asked, retrieval.question, focus, ids)
    near = [each for each in retrieval.relevant if each.hit.article_id in articles.keys() - elsewhere]
    unsure = [each.hit.article_id for each in near if not _is_plainly_about(each, focus)]
    enrichments = await unit.articles.enrichments(unsure) if unsure else {}
    return [
        each
        for each in near
        if each.hit.article_id not in unsure
        or _speaks_throughout(articles[each.hit.article_id], enrichments.get(each.hit.article_id), focus)
    ]


async def led_elsewhere(
    unit: UnitOfWork, asked: Asked, question: QueryPlan, focus: Focus, article_ids: Sequence[ArticleId]
) -> Collection[ArticleId]:
    """The articles that are near for the other words of the question alone."""
    if asked.vector is None or not asked.without or not article_ids:
        return frozenset()
    cosines = await unit.articles.cosines([asked.vector, *asked.without.values()], article_ids)
    return frozenset(
        known
        for known, (near, *near_without) in cosines.items()
        if leads_elsewhere(known, question.poles, focus, near, _by_word(asked, near_without))
    )


def _by_word(asked: Asked, near_without: Sequence[float]) -> Mapping[str, float]:
    return dict(zip(asked.without, near_without, strict=True))


def _is_plainly_about(found: Found, focus: Focus) -> bool:
    return found.naming is Naming.NOTHING or focus.is_about(found.hit.article_id)


def _speaks_throughout(article: Article, enrichment: Enrichment | None, focus: Focus) -> bool:
    of_one_word = len(focus.subject.names) == 1
    if not of_one_word and not focus.subject.named(article.title):
        return False
    sentences = enrichment.sentences if enrichment is not None else ()
    naming = sum(bool(focus.subject.named(sentence.text)) for sentence in sentences)
    return naming >= (OF_ONE_WORD if of_one_word else THROUGHOUT) * len(sentences)
