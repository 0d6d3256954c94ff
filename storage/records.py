"""Nested values as JSON columns, and back: sentences, facts, summaries, key sentences, messages, citations.

Short lists in place of objects where a table holds many; what is read back equals what was written, but for vectors, which
lose half their precision.
"""

from base64 import b64decode, b64encode
from collections.abc import Sequence
from typing import Any

import numpy as np

from news.audience import Attachment, Button, FileKind, OutMessage
from news.ids import ArticleId, ModelId, StoryId
from news.reading import (
    Citation,
    CitedSentence,
    Facts,
    KeySentence,
    Method,
    Quotation,
    Sentence,
    Summary,
    SummarySentence,
    Vector,
)

Json = Any


def sentences_to_json(sentences: Sequence[Sentence]) -> Json:
    return [[each.index, each.text, True] if each.leans else [each.index, each.text] for each in sentences]


def sentences_from_json(record: Json) -> tuple[Sentence, ...]:
    return tuple(Sentence(*each) for each in record)


def facts_to_json(facts: Facts) -> Json:
    return {
        "names": sorted(facts.names),
        "numbers": sorted(facts.numbers),
        "dates": sorted(facts.dates),
        "quotations": [[quotation.text, quotation.speaker] for quotation in facts.quotations],
    }


def facts_from_json(record: Json) -> Facts:
    return Facts(
        names=frozenset(record["names"]),
        numbers=frozenset(record["numbers"]),
        dates=frozenset(record["dates"]),
        quotations=tuple(Quotation(text, speaker) for text, speaker in record["quotations"]),
    )


def summary_to_json(summary: Summary) -> Json:
    return {
        "sentences": [[each.text, each.origin, each.verified, each.dropped] for each in summary.sentences],
        "method": summary.method,
        "model": summary.model,
        "seconds": summary.seconds,
    }


def summary_from_json(record: Json) -> Summary:
    return Summary(
        sentences=tuple(
            SummarySentence(text=text, origin=origin, verified=verified, dropped=dropped)
            for text, origin, verified, dropped in record["sentences"]
        ),
        method=Method(record["method"]),
        model=None if record["model"] is None else ModelId(record["model"]),
        seconds=record["seconds"],
    )


def key_sentences_to_row(sentences: Sequence[KeySentence]) -> dict[str, Json]:
    """The columns of `key_sentences`. All vectors are of one model: one enrichment was made by one."""
    vectors = [sentence.vector for sentence in sentences if sentence.vector is not None]
    assert len({vector.model for vector in vectors}) <= 1, "vectors of two models never mix"
    single = np.frombuffer(b"".join(vector.data for vector in vectors), dtype="<f4")
    return {
        "sentences": [[each.index, each.text, each.vector is not None] for each in sentences],
        "model": vectors[0].model if vectors else None,
        "vectors": single.astype("<f2").tobytes(),
    }


def key_sentences_from_row(sentences: Json, model: str | None, vectors: bytes) -> tuple[KeySentence, ...]:
    count = sum(has_vector for _, _, has_vector in sentences)
    single = np.frombuffer(vectors, dtype="<f2").astype("<f4").reshape(max(count, 1), -1)
    rows = iter(single)
    return tuple(
        KeySentence(index, text, Vector(ModelId(model or ""), next(rows).tobytes()) if has_vector else None)
        for index, text, has_vector in sentences
    )


def citations_to_json(citations: Sequence[Citation]) -> Json:
    return [[citation.article_id, citation.revision] for citation in citations]


def cited_to_json(sentences: Sequence[CitedSentence]) -> Json:
    return [[each.text, citations_to_json(each.citations), each.dropped] for each in sentences]


def update_to_json(sentences: Sequence[CitedSentence], known_to: int | None) -> Json:
    """What a version of a story added; who knows it stands behind each sentence, where somebody does."""
    return [[*row, *([] if known_to is None else [known_to])] for row in cited_to_json(sentences)]


def known_to_from_json(record: Json) -> int | None:
    return next((known_to for _, _, _, *rest in record for known_to in rest), None)


def cited_from_json(record: Json) -> tuple[CitedSentence, ...]:
    return tuple(
        CitedSentence(
            text=text,
            citations=tuple(Citation(ArticleId(article_id), revision) for article_id, revision in citations),
            dropped=dropped,
        )
        for text, citations, dropped, *_ in record
    )


def without_citation(record: Json, article_id: ArticleId) -> Json:
    """Cited sentences as JSON without an article: one that only it says goes, words and all."""
    kept = []
    for text, citations, *rest in record:
        others = [citation for citation in citations if citation[0] != article_id]
        if others:
            kept.append([text, others, *rest])
    return kept


def versions_from_json(record: Json) -> tuple[tuple[StoryId, int], ...]:
    return tuple((StoryId(story_id), version) for story_id, version in record)


def message_to_json(message: OutMessage) -> Json:
    attachment = message.attachment
    return {
        "html": message.html,
        "buttons": [[[button.text, button.data, button.url] for button in row] for row in message.buttons],
        "silent": message.silent,
        "preview": message.preview,
        "attachment": None
        if attachment is None
        else [attachment.kind, attachment.name, b64encode(attachment.data).decode("ascii")],
    }


def message_from_json(record: Json) -> OutMessage:
    attachment = record["attachment"]
    return OutMessage(
        html=record["html"],
        buttons=tuple(tuple(Button(text, data, url) for text, data, url in row) for row in record["buttons"]),
        silent=record["silent"],
        preview=record["preview"],
        attachment=None
        if attachment is None
        else Attachment(kind=FileKind(attachment[0]), name=attachment[1], data=b64decode(attachment[2])),
    )
