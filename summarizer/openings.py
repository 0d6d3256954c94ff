"""Whether a sentence can stand alone: its opening leans on nothing before it.

In: a sentence and its language. Out: True where it begins with a pronoun, a connective or a quotation that only the sentence
before makes clear ("He also …", "That plan …").
"""

from summarizer.tables import language_table

_QUOTE_MARKS = "\"“«„「『”»'‘"
_NO_SPACES = frozenset({"zh", "ja"})
_OPENING_CHARS = 60


def is_dangling(sentence: str, lang: str | None) -> bool:
    """Whether the opening needs the sentence before."""
    table = language_table(lang)
    folded = sentence.lstrip(_QUOTE_MARKS + " -–—(").casefold()
    for opening in table.dangling:
        if folded.startswith(opening):
            rest = folded[len(opening) :]
            if not rest or lang in _NO_SPACES or not (rest[0].isalnum() or rest[0] == "-"):
                return not folded.startswith(table.forward)
    return any(f" {phrase} " in f" {folded[:_OPENING_CHARS]} " for phrase in table.dangling_inside)


def opens_with_quotation(sentence: str) -> bool:
    """Whether it begins with somebody's words rather than with what happened."""
    return sentence[:1] in _QUOTE_MARKS
