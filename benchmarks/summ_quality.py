"""Summaries beside Lead-3, LexRank, TextRank and LSA, by source: ROUGE against human summaries.

    python -m benchmarks.summ_quality [--print 20] [--others] [--words 90]

English: the development pairs, read in place from EVAL_DATA. Every method gets, article by article, the words of the article's
first three sentences as its budget, and three sentences at most. Reported by source, never pooled; the gain over Lead-3 has
floors. `--others` runs sumy's methods too (with our splitter; minutes; the `bench` extra brings it), `--print N` shows summaries to the eye.
`--words N` gives every article N words instead: beside Lead-3 as it is, whatever its length, and the first sentences that fit; no floors.
"""

import sys
from collections import defaultdict
from collections.abc import Callable, Sequence
from importlib.util import find_spec

import numpy as np
import torch

from benchmarks.summ_floors import check, digest, parser
from benchmarks.summ_open import data_folder, read_rows
from benchmarks.summ_rouge import rouge
from news.reading import SummaryInput
from summarizer.compression import cut_at_word
from summarizer.config import SummarizerConfig
from summarizer.engine import Engine
from summarizer.words import count_words

PAIRS = "dev/summ__english_pairs.jsonl.gz"
_MIN_BUDGET = 30
Method = Callable[[SummaryInput, int], str]
Scores = dict[str, dict[str, list[tuple[float, float, float]]]]


def lead3(item: SummaryInput, max_words: int) -> str:  # noqa: ARG001 (the budget is made of it)
    return " ".join(one.text for one in item.reading.sentences[:3])


def lead(item: SummaryInput, max_words: int) -> str:
    """As many of the first sentences as fit; a first one that does not is cut."""
    kept: list[str] = []
    for one in item.reading.sentences:
        if count_words(" ".join([*kept, one.text])) > max_words:
            break
        kept.append(one.text)
    return " ".join(kept) or cut_at_word(item.reading.sentences[0].text, max_words).text


def of_sumy(name: str) -> Method:
    """One of sumy's methods on our sentences; its own tokenizer would download data."""
    from sumy.models.dom import ObjectDocumentModel, Paragraph, Sentence
    from sumy.summarizers.lex_rank import LexRankSummarizer
    from sumy.summarizers.lsa import LsaSummarizer
    from sumy.summarizers.text_rank import TextRankSummarizer

    from summarizer.words import words

    class Tokenizer:
        def to_words(self, text: str) -> tuple[str, ...]:
            return tuple(words(text))

    kinds = {"lexrank": LexRankSummarizer, "textrank": TextRankSummarizer, "lsa": LsaSummarizer}
    summarizer = kinds[name]()

    def run(item: SummaryInput, max_words: int) -> str:
        sentences = [Sentence(one.text, Tokenizer()) for one in item.reading.sentences]
        chosen = summarizer(ObjectDocumentModel([Paragraph(sentences)]), 3)
        kept, left = [], max_words
        for sentence in chosen:
            left -= count_words(str(sentence))
            if left >= 0:
                kept.append(str(sentence))
        return " ".join(kept)

    return run


def measure(engine: Engine, others: Sequence[str], shown: int, fixed_words: int | None) -> Scores:
    methods: dict[str, Method] = {
        "ours": lambda item, most: engine.summarize([item], max_words=most)[0].text,
        "lead-3": lead3,
        **({"lead": lead} if fixed_words else {}),
        **{name: of_sumy(name) for name in others},
    }
    scores: Scores = defaultdict(lambda: defaultdict(list))
    for place, row in enumerate(read_rows(PAIRS)):
        reading = engine.read([str(row["article"])])[0]
        if len(reading.sentences) < 2:
            continue
        item = SummaryInput(title=str(row["title"] or ""), reading=reading)
        budget = fixed_words or max(_MIN_BUDGET, count_words(lead3(item, 0)))
        references = row["refs"] if isinstance(row["refs"], list) and row["refs"] else [row["summary"]]
        for name, method in methods.items():
            text = method(item, budget)
            found = [rouge(text, str(reference)) for reference in references]
            scores[str(row["source"])][name].append(max(found))
            if name == "ours" and place < shown:
                print(f"{row['title'] or row['id']}\n  {text}\n")
    return scores


def main() -> int:
    options = parser(__doc__)
    options.add_argument("--print", type=int, default=0, dest="shown", help="so many summaries for the eye")
    options.add_argument("--others", action="store_true", help="LexRank, TextRank and LSA too")
    options.add_argument("--words", type=int, default=None, help="a budget of so many words for every article")
    arguments = options.parse_args()
    path = data_folder() / PAIRS
    if not path.is_file():
        print(f"no {PAIRS}: nothing was measured")
        return 0
    torch.set_num_threads(1)  # more of them spin against whatever else runs
    engine = Engine(SummarizerConfig())
    others = ["lexrank", "textrank", "lsa"] if arguments.others else []
    if others and find_spec("sumy") is None:
        print("LexRank, TextRank and LSA are skipped: sumy is not installed (pip install 'byline[bench]')")
        others = []
    scores = measure(engine, others, arguments.shown, arguments.words)
    gains: dict[str, float] = {}
    for source, methods in sorted(scores.items()):
        means = {name: np.mean(rows, axis=0) for name, rows in methods.items()}
        for name, (r1, r2, rl) in means.items():
            print(f"{source:14} {name:9} R1 {r1:5.1f}  R2 {r2:5.1f}  RL {rl:5.1f}  of {len(methods[name])}")
        for place, kind in enumerate(("r1", "r2", "rl")):
            gains[f"{source} {kind} over lead-3"] = float(means["ours"][place] - means["lead-3"][place])
    if arguments.words:
        return 0
    gains["mean r1 over lead-3"] = float(np.mean([value for key, value in gains.items() if " r1 " in key]))
    return check("quality", gains, digest([path]), arguments, tolerance=0.25)


if __name__ == "__main__":
    sys.exit(main())
