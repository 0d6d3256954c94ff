"""Sentence vectors from words alone, for languages that the encoder does not know: tf-idf over the text's own sentences.

In: texts of one article or of several. Out: a float32 matrix of unit rows; rows of texts without words are zeros.
"""

import math
from collections import Counter
from collections.abc import Sequence

import numpy as np

from summarizer.vectors import Matrix, unit
from summarizer.words import words

_STEM_CHARS = 6  # longer words are cut here: inflected forms of one word meet without a stemmer of each language


def tfidf(texts: Sequence[str]) -> Matrix:
    """Unit tf-idf rows, shape (len(texts), distinct stems)."""
    counts = [Counter(word[:_STEM_CHARS] for word in words(text)) for text in texts]
    seen: Counter[str] = Counter(stem for count in counts for stem in count)
    columns = {stem: column for column, stem in enumerate(seen)}
    rows = np.zeros((len(texts), max(1, len(columns))), dtype=np.float32)
    for row, count in enumerate(counts):
        for stem, times in count.items():
            rows[row, columns[stem]] = (1 + math.log(times)) * math.log(1 + len(texts) / seen[stem])
    return unit(rows)
