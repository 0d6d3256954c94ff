"""Words: how many a text has, and which it has, in scripts with and without spaces.

Han, Kana, Thai, Lao, Khmer and Myanmar are written without spaces: there a word is taken as two characters (Thai and its
neighbours four), so that a budget in words means about the same length of reading in every script.
"""

import re
import unicodedata

_RUN = re.compile(
    r"(?P<wide>[\u2e80-\u303f\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff]+)"
    r"|(?P<thai>[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff]+)"
    r"|(?P<word>[^\W_]+(?:[\u0300-\u036f\u0591-\u05c7\u064b-\u065f\u0900-\u0903\u093a-\u094f\u0962\u0963'’.-]*[^\W_\u2e80-\u9fff]+)*)"
)
_WIDE_PER_WORD = 2
_THAI_PER_WORD = 4


def count_words(text: str) -> int:
    """How many words a reader would count; tokens between spaces, but for scripts without spaces."""
    wide = sum(len(run) for run in re.findall(r"[\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff]+", text))
    thai = sum(len(run) for run in re.findall(r"[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff]+", text))
    if not wide and not thai:
        return len(text.split())
    rest = re.sub(
        r"[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u2e80-\u303f\u3040-\u30ff\u3400-\u9fff\uff00-\uffef]+", " ", text
    )
    return -(-wide // _WIDE_PER_WORD) + -(-thai // _THAI_PER_WORD) + len(rest.split())


def words(text: str) -> list[str]:
    """The folded words of a text in order; pairs of characters where there are no spaces."""
    found: list[str] = []
    for match in _RUN.finditer(unicodedata.normalize("NFKC", text).casefold()):
        run = match.group()
        if match.lastgroup == "word":
            found.append(run.replace("’", "'").removesuffix("'s"))
        else:
            found.extend(run[i : i + 2] for i in range(max(1, len(run) - 1)))
    return found
