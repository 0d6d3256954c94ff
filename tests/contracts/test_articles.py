from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from news.audience import Address
from news.entities import Article, ArticleKind, ArticleRevision, NewArticle, Trace
from news.ids import ArticleId, SourceId
from news.ports import OpenUnitOfWork, UnitOfWork
from news.reading import Facts, Method, Quotation, Summary, SummarySentence, Vector
from tests.make import NOW, TEXT, chat, cited, enrichment, new_article, new_source, revision, story_update


async def _stored(unit: UnitOfWork, *articles: NewArticle) -> list[ArticleId]:
    """Store articles of one source, each with a URL of its own where none is given."""
    if not await unit.sources.all():
        await unit.sources.add(new_source())
    return await unit.articles.add(articles)


def _numbered(count: int, **changes: object) -> list[NewArticle]:
    return [new_article(url=f"https://example.com/{n}", guid=str(n), **changes) for n in range(count)]


async def test_what_was_added_is_read_back_in_the_order_asked(open_unit: OpenUnitOfWork) -> None:
    given = new_article(
        author="A. B.", kind=ArticleKind.OPINION, image_url="https://example.com/i.png", whole=False, dated=False
    )
    async with open_unit() as unit:
        ids = await _stored(unit, given, *_numbered(2))
        await unit.commit()
    async with open_unit(readonly=True) as unit:
        (first,) = await unit.articles.get([ids[0]])
        backwards = await unit.articles.get([ids[2], ArticleId(999), ids[0]])
    fields = {name: getattr(given, name) for name in NewArticle.__dataclass_fields__}
    assert first == Article(id=ids[0], revision=1, story_id=None, **fields)
    assert [article.id for article in backwards] == [ids[2], ids[0]]


async def test_many_are_added_at_once_in_order(open_unit: OpenUnitOfWork) -> None:
    async with open_unit() as unit:
        ids = await _stored(unit, *_numbered(1_200))
        assert len(set(ids)) == 1_200
        assert [article.url for article in await unit.articles.get(ids)] == [each.url for each in _numbered(1_200)]
        urls = [each.url for each in _numbered(1_200)]
        assert [each.id for each in await unit.articles.known(SourceId(1), urls, [])] == ids


async def test_known_by_url_of_any_source_and_by_guid_of_this_one(open_unit: OpenUnitOfWork) -> None:
    async with open_unit() as unit:
        other = await unit.sources.add(new_source(url="https://other.example"))
        mine = await unit.sources.add(new_source())
        ids = await unit.articles.add(
            [
                new_article(source_id=other.id, url="u1", guid="g1"),
                new_article(source_id=mine.id, url="u2", guid="g2"),
                new_article(source_id=mine.id, url="u3", guid=None),
            ]
        )
        known = await unit.articles.known(mine.id, ["u1", "u9"], ["g1", "g2"])
        assert [article.id for article in known] == ids[:2]
        assert await unit.articles.known(other.id, [], ["g2"]) == []
        assert await unit.articles.known(mine.id, [], []) == []


@pytest.mark.parametrize(("flipped", "near"), [((), True), ((0, 31, 63), True), ((0, 16, 32, 48), False)])
async def test_similar_texts_differ_in_at_most_three_bits(
    open_unit: OpenUnitOfWork, flipped: tuple[int, ...], near: bool
) -> None:
    fingerprint = 0xF0F0_1234_8765_ABCD
    other = fingerprint
    for bit in flipped:
        other ^= 1 << bit
    async with open_unit() as unit:
        ids = await _stored(unit, new_article(fingerprint=fingerprint))
        found = await unit.articles.similar_texts([other, 1], NOW)
        assert [article.id for article in found] == (ids if near else [])
        assert await unit.articles.similar_texts([other], NOW + timedelta(seconds=1)) == []
        if near:
            assert found[0].fingerprint == fingerprint


async def test_a_revision_replaces_the_text_and_keeps_the_story(open_unit: OpenUnitOfWork) -> None:
    async with open_unit() as unit:
        (article_id,) = await _stored(unit, new_article())
        await unit.articles.enrich(enrichment(article_id))
        story_id = await unit.stories.create(article_id, "T", story_update(article_id))
        later = NOW + timedelta(hours=2)
        revision = ArticleRevision(
            article_id=article_id, title="Corrected", text="Two met.", read_at=later, fingerprint=2**64 - 1, whole=False
        )
        await unit.articles.revise([revision])
        (article,) = await unit.articles.get([article_id])
        assert (article.title, article.text, article.read_at) == ("Corrected", "Two met.", later)
        assert (article.revision, article.whole, article.fingerprint) == (2, False, 2**64 - 1)
        assert article.story_id == story_id
        assert [waiting.id for waiting in await unit.articles.unenriched(5)] == [article_id]
        second = enrichment(article_id, text="Two met.", revision=2)
        await unit.articles.enrich(second)
        sentences = await unit.articles.sentences([(article_id, 1), (article_id, 2), (article_id, 3)])
        assert sentences == {(article_id, 1): enrichment(1).sentences, (article_id, 2): second.sentences}
        assert (await unit.articles.enrichments([article_id]))[article_id].revision == 2


async def test_the_unenriched_wait_oldest_first(open_unit: OpenUnitOfWork) -> None:
    async with open_unit() as unit:
        new = _numbered(3)
        times = [NOW, NOW - timedelta(hours=1), NOW - timedelta(hours=2)]
        ids = await _stored(unit, *(replace(each, read_at=at) for each, at in zip(new, times, strict=True)))
        assert [article.id for article in await unit.articles.unenriched(2)] == [ids[2], ids[1]]
        assert await unit.articles.count_unenriched() == 3
        await unit.articles.enrich(enrichment(ids[2]))
        assert await unit.articles.count_unenriched() == 2
        assert [article.id for article in await unit.articles.unenriched(9)] == [ids[1], ids[0]]


async def test_what_no_model_has_read_can_be_made_to_wait_again(open_unit: OpenUnitOfWork) -> None:
    lead = Summary(sentences=(), method=Method.LEAD, model=None, seconds=0.0)
    async with open_unit() as unit:
        ids = await _stored(unit, *_numbered(7, lang=None))
        bare: dict[str, Any] = {"vector": None, "summary": lead}
        for article_id, changes in zip(
            ids,
            (
                {**bare, "enriched_at": NOW + timedelta(hours=2)},
                {**bare, "enriched_at": NOW + timedelta(hours=1), "lang": None},
                {**bare, "lang": "zh"},
                {"summary": lead},  # a model made its vector
                {"vector": None},  # a model made its summary
                bare,
            ),
            strict=False,
        ):
            await unit.articles.enrich(enrichment(article_id, **changes))
        await unit.articles.revise([revision(ids[5])])
        assert await unit.articles.taken_by_lead(NOW, frozenset({"en"}), 9) == [ids[1], ids[0]]
        assert await unit.articles.taken_by_lead(NOW, None, 9) == [ids[2], ids[1], ids[0]]
        assert await unit.articles.taken_by_lead(NOW, None, 1) == [ids[2]]
        assert await unit.articles.taken_by_lead(NOW + timedelta(hours=9), None, 9) == []

        assert [article.id for article in await unit.articles.unenriched(9)] == [ids[5], ids[6]]
        await unit.articles.enrich_again([ids[0], ids[5], ids[6]])
        assert [article.id for article in await unit.articles.unenriched(9)] == [ids[0], ids[5], ids[6]]
        assert await unit.articles.taken_by_lead(NOW, None, 9) == [ids[2], ids[1]]
        assert (await unit.articles.enrichments([ids[0]]))[ids[0]].summary == lead, "told as before meanwhile"
        await unit.articles.enrich(enrichment(ids[0]))
        assert [article.id for article in await unit.articles.unenriched(9)] == [ids[5], ids[6]]


async def test_an_enrichment_is_read_back(open_unit: OpenUnitOfWork) -> None:
    facts = Facts(
        names=frozenset({"putin", "xi"}),
        numbers=frozenset({"120 days"}),
        dates=frozenset({"2023-03-21"}),
        quotations=(Quotation("We agreed.", "Xi"), Quotation("No.")),
    )
    async with open_unit() as unit:
        with_vector, without = await _stored(unit, *_numbered(2, lang=None))
        given = enrichment(with_vector, facts=facts)
        await unit.articles.enrich(given)
        key = tuple(replace(each, vector=None) for each in given.key_sentences)
        bare = enrichment(without, vector=None, key_sentences=key, lang="zh")
        await unit.articles.enrich(bare)
        read = await unit.articles.enrichments([without, with_vector, ArticleId(999)])
        assert (await unit.articles.get([without]))[0].lang == "zh"
    assert list(read) == [without, with_vector]
    assert read[without] == bare
    got = read[with_vector]
    assert replace(got, vector=None, key_sentences=()) == replace(given, vector=None, key_sentences=())
    assert got.vector is not None
    assert given.vector is not None
    _assert_near(got.vector, given.vector)
    for one, other in zip(got.key_sentences, given.key_sentences, strict=True):
        assert (one.index, one.text) == (other.index, other.text)
        assert one.vector is not None
        assert other.vector is not None
        _assert_near(one.vector, other.vector)


def _assert_near(one: Vector, other: Vector) -> None:
    """Storage keeps half precision."""
    import struct

    assert one.model == other.model
    numbers = [struct.unpack(f"<{len(each.data) // 4}f", each.data) for each in (one, other)]
    assert numbers[0] == pytest.approx(numbers[1], abs=1e-3)


async def test_a_stale_enrichment_is_ignored(open_unit: OpenUnitOfWork) -> None:
    async with open_unit() as unit:
        (article_id,) = await _stored(unit, new_article())
        await unit.articles.revise(
            [ArticleRevision(article_id=article_id, title="T", text=TEXT, read_at=NOW, fingerprint=1)]
        )
        await unit.articles.enrich(enrichment(article_id))
        assert await unit.articles.enrichments([article_id]) == {}
        assert await unit.articles.count_unenriched() == 1
        await unit.articles.enrich(enrichment(999))  # an article that is gone


async def test_since_gives_the_newest_published_first(open_unit: OpenUnitOfWork) -> None:
    async with open_unit() as unit:
        times = [NOW - timedelta(days=1), NOW, NOW - timedelta(days=2)]
        ids = await _stored(
            unit, *(replace(each, published_at=at) for each, at in zip(_numbered(3), times, strict=True))
        )
        assert [article.id for article in await unit.articles.since(None, 9)] == [ids[1], ids[0], ids[2]]
        assert [article.id for article in await unit.articles.since(times[0], 9)] == [ids[1], ids[0]]
        assert [article.id for article in await unit.articles.since(None, 1)] == [ids[1]]


async def test_a_taken_down_article_keeps_nothing_but_its_url(open_unit: OpenUnitOfWork) -> None:
    async with open_unit() as unit:
        gone, stays = await _stored(unit, *_numbered(2))
        for article_id in (gone, stays):
            await unit.articles.enrich(enrichment(article_id))
        await unit.articles.remove(gone)
        article = await unit.articles.by_url("https://example.com/0")
        assert article is not None
        assert (article.removed, article.title, article.text) == (True, "", "")
        known = await unit.articles.known(SourceId(1), ["https://example.com/0"], [])
        assert [each.removed for each in known] == [True]
        assert [each.id for each in await unit.articles.since(None, 9)] == [stays]
        assert list(await unit.articles.enrichments([gone, stays])) == [stays]
        assert await unit.articles.sentences([(gone, 1)]) == {}
        assert await unit.articles.search_phrase([gone, stays], "putin and xi") == [stays]
        assert await unit.articles.count_unenriched() == 0
        assert [each.id for each in await unit.articles.similar_texts([article.fingerprint], NOW)] == [stays]


async def test_a_phrase_is_found_without_regard_to_case_and_white_space(open_unit: OpenUnitOfWork) -> None:
    async with open_unit() as unit:
        one, two, three = await _stored(
            unit,
            new_article(url="1", title="Grain  deal", text="Nothing."),
            new_article(url="2", text="The GRAIN\n\ndeal holds 100%."),
            new_article(url="3", text="A deal on grain."),
        )
        assert await unit.articles.search_phrase([three, two, one], " grain deal") == [two, one]
        assert await unit.articles.search_phrase([three, two, one], "100%") == [two]
        assert await unit.articles.search_phrase([], "grain") == []


async def test_traces_are_kept_in_order(open_unit: OpenUnitOfWork) -> None:
    async with open_unit() as unit:
        source = await unit.sources.add(new_source())
        lines = [
            Trace(url="u", at=NOW, source_id=source.id, outcome="new"),
            Trace(url="v", at=NOW, source_id=None, outcome="too_old", detail="2001"),
            Trace(url="u", at=NOW + timedelta(hours=1), source_id=source.id, outcome="same"),
        ]
        await unit.articles.trace(lines)
        await unit.articles.trace([])
        assert await unit.articles.traces("u") == [lines[0], lines[2]]
        assert await unit.articles.traces("w") == []


async def test_old_articles_are_forgotten_whole(open_unit: OpenUnitOfWork) -> None:
    old = NOW - timedelta(days=100)
    async with open_unit() as unit:
        new = _numbered(3)
        first, second, fresh = await _stored(
            unit, replace(new[0], read_at=old), replace(new[1], read_at=old + timedelta(days=1)), new[2]
        )
        for article_id in (first, second, fresh):
            await unit.articles.enrich(enrichment(article_id))
        alone = await unit.stories.create(first, "Alone", story_update(first))
        shared = await unit.stories.create(second, "Shared", story_update(second))
        await unit.stories.join(shared, fresh, title="Shared", update=None)
        assert await unit.articles.forget(NOW - timedelta(days=50), 1) == 1
        assert [each.id for each in await unit.articles.get([first, second, fresh])] == [second, fresh]
        assert await unit.stories.get([alone]) == []
        assert await unit.articles.forget(NOW - timedelta(days=50), 9) == 1
        (story,) = await unit.stories.get([shared])
        assert story.article_ids == (fresh,)
        assert await unit.articles.by_url(new[0].url) is None
        assert await unit.articles.forget(NOW - timedelta(days=50), 9) == 0


async def test_what_a_read_of_this_source_met_and_did_not_take(open_unit: OpenUnitOfWork) -> None:
    outcomes = ("too_old", "not_article", "removed", "new", "changed", "same", "timed_out")
    async with open_unit() as unit:
        source, other = (
            await unit.sources.add(new_source()),
            await unit.sources.add(new_source(url="https://b.example")),
        )
        await unit.articles.trace([Trace(url=name, at=NOW, source_id=source.id, outcome=name) for name in outcomes])
        await unit.articles.trace([Trace(url="elsewhere", at=NOW, source_id=other.id, outcome="too_old")])
        await unit.commit()
    async with open_unit(readonly=True) as unit:
        asked = [*outcomes, "elsewhere", "never met", *map(str, range(1_200))]
        assert await unit.articles.left_out(source.id, asked) == {"too_old", "not_article", "removed"}
        assert await unit.articles.left_out(source.id, []) == frozenset()


async def test_of_a_forgotten_article_without_a_date_its_address_is_remembered(open_unit: OpenUnitOfWork) -> None:
    long_ago = NOW - timedelta(days=90)
    async with open_unit() as unit:
        await _stored(
            unit,
            new_article(url="https://example.com/undated", guid=None, dated=False, read_at=long_ago),
            new_article(url="https://example.com/dated", guid=None, read_at=long_ago),
        )
        await unit.articles.trace([Trace(url="old", at=long_ago, source_id=SourceId(1), outcome="too_old")])
        for _ in range(2):
            await unit.articles.forget(NOW - timedelta(days=30), 9)
        await unit.commit()
    async with open_unit(readonly=True) as unit:
        asked = ["https://example.com/undated", "https://example.com/dated", "old"]
        assert await unit.articles.left_out(SourceId(1), asked) == {"https://example.com/undated", "old"}


async def test_a_struck_sentence_is_told_nowhere_and_stays_in_the_article(open_unit: OpenUnitOfWork) -> None:
    async with open_unit() as unit:
        source = await unit.sources.add(new_source())
        [one, other] = await unit.articles.add(
            [new_article(source_id=source.id), new_article(source_id=source.id, url="u2", guid="u2")]
        )
        for each in (one, other):
            await unit.articles.enrich(enrichment(each))
        told = enrichment(one).summary.sentences[0].text
        story_id = await unit.stories.create(
            one, "T", story_update(one, sentences=(cited(told, article_id=one), cited("Another one.", article_id=one)))
        )
        await unit.commit()
    async with open_unit() as unit:
        await unit.articles.strike(one, told)
        await unit.commit()
    async with open_unit(readonly=True) as unit:
        found = await unit.articles.enrichments([one, other])
        [story] = await unit.stories.get([story_id])
        assert told not in [each.text for each in found[one].summary.sentences]
        assert told not in [each.text for each in found[one].key_sentences]
        assert told not in [each.text for each in found[one].sentences], "an opening may be told beside its summary"
        assert told in (await unit.articles.get([one]))[0].text
        assert found[other].summary == enrichment(other).summary
        assert len(found[other].key_sentences) == len(enrichment(other).key_sentences)
        assert [each.text for each in story.updates[0].sentences] == ["Another one."]


async def test_striking_a_shortened_sentence_strikes_the_whole_one_and_the_other_way_round(
    open_unit: OpenUnitOfWork,
) -> None:
    async with open_unit() as unit:
        one, other = await _stored(unit, *_numbered(2))
        made = enrichment(one)
        [whole, *_] = made.sentences
        short = SummarySentence(text="Putin and Xi met.", origin=whole.index, verified=True, dropped=" in Moscow")
        summary = replace(made.summary, sentences=(short,))
        for each in (one, other):
            await unit.articles.enrich(enrichment(each, summary=summary))
        await unit.articles.strike(one, short.text)
        await unit.articles.strike(other, whole.text)
        for found in (await unit.articles.enrichments([one, other])).values():
            assert found.summary.sentences == ()
            assert whole not in found.sentences
            assert whole.text not in [each.text for each in found.key_sentences]


async def test_a_struck_sentence_does_not_come_back_with_a_later_enrichment(open_unit: OpenUnitOfWork) -> None:
    async with open_unit() as unit:
        one, other = await _stored(unit, *_numbered(2))
        await unit.commit()
    told = enrichment(one).summary.sentences[0].text
    async with open_unit() as unit:
        await unit.articles.enrich(enrichment(one))
        await unit.articles.strike(one, told)
        await unit.articles.strike(one, told)
        await unit.articles.enrich(enrichment(one))
        await unit.articles.enrich(enrichment(other))
        again = story_update(one, sentences=(cited(told, article_id=one), cited("Another one.", article_id=one)))
        story_id = await unit.stories.create(one, "T", again)
        await unit.stories.join(story_id, one, title="T", update=again)
        await unit.commit()
    async with open_unit(readonly=True) as unit:
        found = await unit.articles.enrichments([one, other])
        assert told not in [each.text for each in found[one].summary.sentences]
        assert told not in [each.text for each in found[one].key_sentences]
        assert found[other].summary == enrichment(other).summary
        [story] = await unit.stories.get([story_id])
        assert [[each.text for each in update.sentences] for update in story.updates] == [["Another one."]] * 2


async def test_a_chat_is_not_told_what_it_doubts(open_unit: OpenUnitOfWork) -> None:
    async with open_unit() as unit:
        one, other = await _stored(unit, *_numbered(2))
        mine = (await unit.chats.add(chat(address=Address(1001)))).id
        theirs = (await unit.chats.add(chat(address=Address(1002)))).id
        await unit.articles.doubt(one, "Wrong.", mine)
        await unit.articles.doubt(one, "Wrong.", mine)
        await unit.articles.doubt(other, "Wrong too.", mine)
        await unit.articles.strike(other, "Struck.")
        await unit.commit()
    async with open_unit(readonly=True) as unit:
        assert await unit.articles.doubted([mine, theirs]) == {mine: frozenset({"Wrong.", "Wrong too."})}
    async with open_unit() as unit:
        await unit.articles.remove(one)
        assert await unit.articles.doubted([mine]) == {mine: frozenset({"Wrong too."})}
        await unit.chats.remove(mine)
        assert await unit.articles.doubted([mine]) == {}
