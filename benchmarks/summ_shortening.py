"""Long sentences made short enough for a digest by leaving out their asides: how many, and how many the verifier holds.

    python -m benchmarks.summ_shortening [--print 100]

The leads and the other sentences of more than 40 words in the English development pairs, in Wikinews 2019-2020 and in the English
and French texts of MultiLing 2011. Only deleting: the rest is checked to stand in its sentence in order, but for a raised first
letter. "Held": the verifier finds the rest in its sentence; the engine shows only those. Whether the rest reads well and means the same is for the eye: `--print` shows so many, mixed by a fixed seed.
"""

import random
import sys
from collections.abc import Iterator
from dataclasses import dataclass

import torch

from benchmarks.summ_floors import check, digest, parser
from benchmarks.summ_open import data_folder, read_rows
from summarizer.compression import Compressed, compress, shorten
from summarizer.config import SummarizerConfig
from summarizer.embedding import Encoder
from summarizer.sentences import split
from summarizer.verify import read_source, verify
from summarizer.words import count_words

FILES = (
    "dev/summ__english_pairs.jsonl.gz",
    "open/retrieval__wikinews_2019_2020.jsonl.gz",
    "open/mds__multiling2011.jsonl.gz",
)
MOST_WORDS = 40


@dataclass(frozen=True, slots=True)
class Long:
    """A sentence too long for a digest, with its text and what was made of it."""

    text: str
    lang: str
    lead: bool
    whole: str
    short: Compressed

    @property
    def fits(self) -> bool:
        return count_words(self.short.text) <= MOST_WORDS


def texts() -> Iterator[tuple[str, str]]:
    for row in read_rows(FILES[0]):
        yield str(row["article"]), "en"
    for row in read_rows(FILES[1]):
        yield str(row["text"]), "en"
    for row in read_rows(FILES[2]):
        if row["lang"] in {"en", "fr"} and isinstance(row["docs"], list):
            for doc in row["docs"]:
                yield str(doc["text"]), str(row["lang"])


def long_sentences() -> Iterator[Long]:
    for text, lang in texts():
        for sentence in split(text, lang):
            plain = compress(sentence.text, lang)
            if count_words(plain.text) > MOST_WORDS:
                yield Long(text, lang, sentence.index == 0, plain.text, shorten(plain, MOST_WORDS, lang))


def is_subsequence(short: str, whole: str) -> bool:
    rest = iter(whole.casefold())
    return all(character in rest for character in short.casefold() if not character.isspace())


def main() -> int:
    options = parser(__doc__)
    options.add_argument("--print", type=int, default=0, dest="shown", help="so many of them for the eye")
    arguments = options.parse_args()
    torch.set_num_threads(1)  # more of them spin against whatever else runs
    found = list(long_sentences())
    short = [each for each in found if each.fits]
    leads = [each for each in found if each.lead]
    embed = Encoder(SummarizerConfig()).embed
    held = [
        verify(read_source(each.whole, each.lang), [each.short.text], embed if each.lang == "en" else None)[0].supported
        for each in short
    ]
    measured = {
        "sentences that fit": len(short) / len(found),
        "in order": sum(is_subsequence(each.short.text, each.whole) for each in short) / len(short),
        "leads that fit and are held": sum(each.lead and kept for each, kept in zip(short, held, strict=True))
        / len(leads),
        "held by the verifier": sum(held) / len(held),
    }
    print(f"{len(leads)} leads and {len(found)} sentences of more than {MOST_WORDS} words, {len(short)} made to fit")
    refused = [each for each, kept in zip(short, held, strict=True) if not kept]
    random.Random(20261123).shuffle(short)
    for place, each in enumerate(short[: arguments.shown], 1):
        print(f"\n{place}. {'(refused) ' if each in refused else ''}{each.short.text}\n  -- {each.short.dropped}")
    files = [data_folder() / name for name in FILES]
    return check("shortening", measured, digest(files), arguments, tolerance=0.02)


if __name__ == "__main__":
    sys.exit(main())
