"""Whether a publisher took a whole report back: the notice that stands in the place of its text.

Of an article that is simply gone nothing is known but an address that no longer answers, which also happens to what was moved, locked
or never read again; that is no statement of anybody, and nothing can be cited for it. A publisher who leaves a notice ("This article
has been withdrawn") makes one. It counts where hardly anything else is left: the text is a few words, or at most a third as long as it was, and
one of its first new sentences says that an article, a story or a report was taken back. What a report *about* a withdrawal loses is not that.
In: the sentences of the earlier revision, the new one. Out: the notice, or None. Pure.
"""

import re
from collections.abc import Sequence

from news.folding import folded
from news.lexicon import RETRACTED, RETRACTING
from news.reading import Sentence
from news.wording import count_words

MOST_LEFT = 1 / 3
"""Of the words of the earlier revision: a notice replaces a text, it does not go with it."""

_SHORT_WORDS = 25  # a notice may be as long, where the text itself was short
_LOOKED_AT = 3  # sentences of the new revision; a notice comes first


def _beginning_with(stems: Sequence[str]) -> re.Pattern[str]:
    """Words that begin so; scripts that join or do not part words are looked for anywhere."""
    anywhere = [stem for stem in stems if re.match(r"[\u0600-\u06ff\u3400-\u9fff]", stem)]
    at_start = [stem for stem in stems if stem not in anywhere]
    return re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, at_start))})|{'|'.join(map(re.escape, anywhere))}")


_TAKEN_BACK, _THING = _beginning_with(RETRACTING), _beginning_with(RETRACTED)


def notice(before: Sequence[Sentence], now: Sequence[Sentence]) -> Sentence | None:
    """The sentence by which the publisher takes the report back; None where it does not."""
    words_before = sum(count_words(sentence.text) for sentence in before)
    if sum(count_words(sentence.text) for sentence in now) > max(_SHORT_WORDS, MOST_LEFT * words_before):
        return None
    said = {sentence.text for sentence in before}
    return next((each for each in now[:_LOOKED_AT] if each.text not in said and _takes_back(each.text)), None)


def _takes_back(text: str) -> bool:
    plain = folded(text)
    return _TAKEN_BACK.search(plain) is not None and _THING.search(plain) is not None
