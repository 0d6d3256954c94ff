"""Whether an article is of what was asked, or only near it for the other words: "Nobel Prize in literature" is not answered by physics.

A word that an article's beginning does not name may still be meant by it ("poisoning" by "Novichok"). If the question without the word
is plainly nearer to the article than the question with it, the word leads elsewhere and the article does not answer. This needs no
table and no grammar, so it holds in every language that the model knows. In: the question's poles, what openings name, cosines. Pure.
"""

import re
from collections.abc import Mapping, Sequence

from news.aliases import Pole
from news.ids import ArticleId
from news.subject import Focus

APART = 0.04
"""What the cosine may gain without a word. Over all questions of `benchmarks/topics_wikinews.py` right articles gain at most
.038, wrong ones up to .097."""

MOST_WORDS = 4
"""Words that are tried: each is a text to embed, and in longer questions no single word decides."""


def without(text: str, poles: Sequence[Pole]) -> dict[str, str]:
    """The question without each of its plain words, by word; none where it has but one pole, or too many."""
    plain = [pole.word for pole in poles if not pole.acts]
    if len(poles) < 2 or len(plain) > MOST_WORDS:
        return {}
    left = {word: " ".join(re.sub(rf"(?<!\w){re.escape(word)}(?!\w)", " ", text).split()) for word in plain}
    return {word: rest for word, rest in left.items() if rest and rest != text}


def leads_elsewhere(
    article_id: ArticleId, poles: Sequence[Pole], focus: Focus, near: float, near_without: Mapping[str, float]
) -> bool:
    """Whether a word that the article's beginning does not name leads away from it."""
    named = focus.openings.get(article_id, frozenset())
    missing = [pole.word for place, pole in enumerate(poles) if place not in named and pole.word in near_without]
    return any(near_without[word] - near > APART for word in missing)
