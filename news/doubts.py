"""What is doubted is not told: cards and answers without what a chat reported, enrichments without what was struck for all. Pure."""

from collections.abc import Collection, Sequence
from dataclasses import replace

from news.audience import StoryCard
from news.questions import TopicAnswer, TopicLine
from news.reading import Enrichment, Sentence, Summary


def card_without(card: StoryCard, doubted: Collection[str]) -> StoryCard:
    """The card without these sentences; its headline and sources stay."""
    kept = tuple(each for each in card.sentences if each.text not in doubted)
    return card if len(kept) == len(card.sentences) else replace(card, sentences=kept)


def lines_without(lines: Sequence[TopicLine], doubted: Collection[str]) -> tuple[TopicLine, ...]:
    """The lines that are not these sentences."""
    return tuple(line for line in lines if line.text not in doubted)


def answer_without(answer: TopicAnswer, doubted: Collection[str]) -> TopicAnswer:
    """The answer without these sentences, wherever in it they stand."""
    if not doubted:
        return answer
    return replace(
        answer,
        sentences=lines_without(answer.sentences, doubted),
        timeline=lines_without(answer.timeline, doubted),
        perspectives=lines_without(answer.perspectives, doubted),
        disagreements=lines_without(answer.disagreements, doubted),
    )


def forms(sentences: Sequence[Sentence], summary: Summary, text: str) -> frozenset[str]:
    """A sentence as it was told, and as its article has it where the summary shortened it."""
    origins = {each.origin for each in summary.sentences if each.text == text}
    return frozenset({text, *(each.text for each in sentences if each.index in origins)})


def summary_without(sentences: Sequence[Sentence], summary: Summary, struck: Collection[str]) -> Summary:
    """A summary without these sentences of its article, whether whole or shortened."""
    gone = {each.index for each in sentences if each.text in struck}
    told = tuple(each for each in summary.sentences if each.text not in struck and each.origin not in gone)
    return replace(summary, sentences=told)


def sentences_without(sentences: Sequence[Sentence], struck: Collection[str]) -> tuple[Sentence, ...]:
    """An article's sentences that may still be told."""
    return tuple(each for each in sentences if each.text not in struck)


def enrichment_without(made: Enrichment, struck: Collection[str]) -> Enrichment:
    """What was computed of an article, without these sentences."""
    return replace(
        made,
        sentences=sentences_without(made.sentences, struck),
        key_sentences=tuple(each for each in made.key_sentences if each.text not in struck),
        summary=summary_without(made.sentences, made.summary, struck),
    )
