"""Topic names over two research collections, beside BM25 (any word) on the same articles in the same run: precision of the first 20.

reuters: names of countries and of topics over Reuters-21578; an article is right that has the code.
agnews: forty names of subjects, ten of each section of AG news; an article is right that stands in the subject's section.
Articles get their vector of title and opening, as enriching gives it. `limit` takes every n-th article of Reuters; 0 is all.
"""

from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC, datetime, timedelta
from statistics import mean

from benchmarks.ingest_data import DEV, rows
from benchmarks.topics_store import Text, asked, embed_openings, store
from bot.reference import aliases
from news.entities import PublisherRegister
from news.questions import TopicQuery
from news.reading import WordQuery
from news.topics import TopicService
from storage.engine import open_database
from summarizer.workers import Models

REUTERS = DEV / "retrieval__reuters21578.jsonl.gz"
AGNEWS = DEV / "retrieval__agnews_test.jsonl.gz"
SHOWN = 20
PLACES = {"west-germany": "West Germany", "ussr": "Soviet Union", "uk": "United Kingdom", "uae": "United Arab Emirates"}
TOPIC_NAMES = {
    "grain": "grain", "crude": "crude oil", "trade": "trade", "interest": "interest rates", "ship": "shipping", "wheat": "wheat",
    "corn": "corn", "sugar": "sugar", "coffee": "coffee", "gold": "gold", "money-supply": "money supply", "nat-gas": "natural gas",
    "livestock": "livestock", "soybean": "soybean", "cpi": "consumer prices", "copper": "copper", "cocoa": "cocoa", "jobs": "unemployment",
    "rice": "rice", "iron-steel": "steel", "cotton": "cotton", "alum": "aluminium", "rubber": "rubber", "barley": "barley", "zinc": "zinc",
    "palm-oil": "palm oil", "pet-chem": "petrochemicals", "silver": "silver", "gnp": "economic growth", "bop": "balance of payments",
    "reserves": "foreign reserves", "money-fx": "exchange rates", "dlr": "dollar", "acq": "takeover", "earn": "earnings",
}  # fmt: skip
SUBJECTS = {
    "world": (
        "Iraq", "Israel and the Palestinians", "Darfur", "North Korea nuclear talks", "hostages", "Afghanistan election", "suicide bombing",
        "peacekeepers", "Ukraine election", "Chechnya",
    ),
    "sports": (
        "football", "baseball", "tennis", "Olympic medals", "golf tournament", "basketball", "cricket", "Formula One", "boxing", "cycling",
    ),
    "business": (
        "oil prices", "stock market", "interest rates", "airlines", "retail sales", "mergers", "quarterly profit", "jobs report",
        "accounting fraud", "dollar and euro",
    ),
    "sci/tech": (
        "software security", "space mission", "search engines", "mobile phones", "video games", "computer chips", "climate change", "fossils",
        "digital music", "open source",
    ),
}  # fmt: skip

Search = Callable[[TopicQuery], Awaitable[list[str]]]


async def reuters(models: Models, url: str, limit: int) -> dict[str, float]:
    """Countries and topics over Reuters-21578."""
    articles = [row for row in rows(REUTERS) if row["text"].strip()]
    articles = articles[:: max(1, -(-len(articles) // limit))] if limit else articles
    now = datetime(1987, 10, 25, tzinfo=UTC)
    labels = {str(row["id"]): (set(row["places"]), set(row["topics"])) for row in articles}
    texts = [
        Text(
            str(row["id"]), f"https://example.org/{row['id']}", row["title"] or "", row["text"], dated(row["date"], now)
        )
        for row in articles
    ]
    judgements: dict[str, dict[str, set[str]]] = {}
    for kind, index, names in (("countries", 0, country_names(labels)), ("topics", 1, TOPIC_NAMES)):
        relevant = {names[code]: {key for key, each in labels.items() if code in each[index]} for code in names}
        judgements[f"reuters_{kind}"] = {name: keys for name, keys in relevant.items() if len(keys) >= SHOWN}
    return await compared(models, url, texts, judgements, now)


async def agnews(models: Models, url: str) -> dict[str, float]:
    """Subjects over AG news, by section."""
    now = datetime(2005, 1, 1, tzinfo=UTC)
    labels: dict[str, str] = {}
    texts = []
    for at, row in enumerate(rows(AGNEWS)):
        labels[str(at)] = row["label"]
        texts.append(
            Text(str(at), f"https://example.org/{at}", row["title"], row["text"], now - timedelta(minutes=at + 1))
        )
    sections = {section: {key for key, label in labels.items() if label == section} for section in SUBJECTS}
    judgements = {name: sections[section] for section, names in SUBJECTS.items() for name in names}
    return await compared(models, url, texts, {"agnews_subjects": judgements}, now)


async def compared(
    models: Models,
    url: str,
    texts: Sequence[Text],
    judgements: dict[str, dict[str, set[str]]],
    now: datetime,
) -> dict[str, float]:
    """The precision of ours and of BM25 over each set of judgements: the right articles by question."""
    measured: dict[str, float] = {}
    async with open_database(url) as database:
        stored = await store(database, texts)
        await embed_openings(database, models.embedder, stored)
        topics = TopicService(database.open_unit, models.summarizer, models.embedder, PublisherRegister(), aliases())

        async def ours(query: TopicQuery) -> list[str]:
            return [stored[hit.article_id] for hit in await topics.search(query, now, limit=SHOWN)]

        async def bm25(query: TopicQuery) -> list[str]:
            words = WordQuery(groups=tuple((term,) for term in query.terms), any_group=True, lang=query.lang)
            async with database.open_unit(readonly=True) as unit:
                hits = await unit.articles.search_words(words, query.window, SHOWN)
            return [stored[hit.article_id] for hit in hits]

        systems: tuple[tuple[str, Search], ...] = (("ours", ours), ("bm25", bm25))
        for name, relevant in judgements.items():
            for system, search in systems:
                scores = [precision(await search(asked(question, now)), keys) for question, keys in relevant.items()]
                measured[f"{name}_{system}_p20"] = mean(scores)
            measured[f"{name}_queries"] = float(len(relevant))
    return measured


def country_names(labels: dict[str, tuple[set[str], set[str]]]) -> dict[str, str]:
    """The countries' names by Reuters' codes; nearly every article is about the United States."""
    codes = sorted({code for places, _ in labels.values() for code in places} - {"usa"})
    return {code: PLACES.get(code, code.replace("-", " ").title()) for code in codes}


def precision(hits: Sequence[str], relevant: set[str]) -> float:
    """The share of right ones among the first that are shown."""
    return sum(key in relevant for key in hits) / SHOWN


def dated(text: str, now: datetime) -> datetime:
    """The date of a Reuters article; a day before `now` where it has none."""
    try:
        return datetime.strptime(text.strip()[:20], "%d-%b-%Y %H:%M:%S").replace(tzinfo=UTC)
    except ValueError:
        return now - timedelta(days=1)
