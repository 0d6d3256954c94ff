"""What a chat doubts is not told to it: cards and answers without some of their sentences. Pure."""

from collections.abc import Collection, Sequence
from dataclasses import replace

from news.audience import StoryCard
from news.questions import TopicAnswer, TopicLine


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
