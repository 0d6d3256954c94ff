"""A story with its texts: who reports it, and how a shortened sentence stood in its article."""

from news.ids import ArticleId
from news.reading import CitedSentence
from news.told import only_family, whole
from news.wording import alike
from tests import make
from tests.news.telling import article, told


def test_only_family() -> None:
    assert only_family(told(article(1, publisher="tass.com"))) == "Russian state"
    assert only_family(told(article(1, publisher="tass.com"), article(2, publisher="bbc.co.uk"))) is None


def test_a_compressed_sentence_is_found_whole() -> None:
    text = "The World Health Organization (WHO) met on Monday. It said nothing."
    short = CitedSentence(
        text="The World Health Organization met on Monday.", citations=make.cited().citations, dropped="(WHO)"
    )
    enrichments = {ArticleId(1): make.enrichment(1, text)}
    assert whole(short, enrichments).text == "The World Health Organization (WHO) met on Monday."
    assert whole(short, {}) == short
    assert whole(make.cited(), enrichments) == make.cited()


def test_alike() -> None:
    assert alike("A ship sank off the coast.", "The ship sank off the coast on Monday.")
    assert not alike("A ship sank off the coast.", "Parliament passed the budget.")
