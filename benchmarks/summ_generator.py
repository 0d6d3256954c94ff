"""The verifier behind a real generator: sentences that SmolLM2-135M-Instruct wrote, labelled by hand.

    python -m benchmarks.summ_generator [--print 20]
    python -m benchmarks.summ_generator --model FOLDER [--write FILE]

The texts are open ones that train nothing: 40 articles of the held-out third of Wikinews 2019-2020, and the first reports of each
English story of MultiLing 2011, told together. `data/generated_sentences.jsonl` holds what the model wrote of them, sentence by
sentence, and whether a text says it, labelled by the guide beside it before the verifier had read any. Without a model:
how many of the wrong ones pass and how many of the right ones are kept, beside the share of common words. With one (any
local folder of transformers, or the address of an OpenAI-compatible server): what becomes of its texts - sentences kept,
replaced, texts that gave way to extraction, seconds - and with `--write` its raw sentences, to be labelled.
"""

import json
import sys
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import torch

from benchmarks.summ_floors import check, digest, parser
from benchmarks.summ_open import articles, data_folder, read_rows
from benchmarks.summ_verifier import common
from news.ids import ArticleId
from news.reading import Citation, Report, Sentence, StoryInput, SummaryInput
from summarizer.chunking import shares
from summarizer.config import SummarizerConfig
from summarizer.engine import Engine
from summarizer.generation import ENDS, beginning
from summarizer.sentences import split, split_paragraph
from summarizer.tables import language_table
from summarizer.verify import read_source
from summarizer.words import count_words, words
from summarizer.writer import open_generator

LABELLED = Path(__file__).parent / "data" / "generated_sentences.jsonl"
ARTICLES, REPORTS = 40, 4
ARTICLE_WORDS, STORY_WORDS = 60, 40
INPUT_WORDS = 1200  # of what the model reads at once: two minutes of a small model on one core are enough
_DEADLINE_S = 300.0


@dataclass(frozen=True, slots=True)
class Text:
    """What the model reads at once: an article, or reports of a story."""

    id: str
    reports: tuple[tuple[Sentence, ...], ...]

    @property
    def max_words(self) -> int:
        return ARTICLE_WORDS if len(self.reports) == 1 else STORY_WORDS

    def shown(self) -> list[list[Sentence]]:
        """Of each report the sentences that fit."""
        lengths = [sum(count_words(one.text) for one in report) for report in self.reports]
        budgets = shares(lengths, INPUT_WORDS)
        return [beginning(report, budget) for report, budget in zip(self.reports, budgets, strict=True)]


def texts() -> list[Text]:
    """The articles and stories, in a fixed order."""
    single = [Text(one.id, (split(one.text, "en"),)) for one in articles(held_out=True)[:ARTICLES]]
    stories = []
    for row in read_rows("open/mds__multiling2011.jsonl.gz"):
        docs = row["docs"]
        if row["lang"] == "en" and isinstance(docs, list):
            reports = tuple(split(str(doc["text"]), "en") for doc in docs[:REPORTS])
            stories.append(Text(f"multiling-{row['id']}", reports))
    return [*single, *stories]


def write(model: str, file: Path) -> None:
    """What the model writes of each text, sentence by sentence, unchecked and unlabelled."""
    generator = open_generator(SummarizerConfig(summary_model=model, threads=1))
    with file.open("w", encoding="utf-8") as out:
        for text in texts():
            shown = [" ".join(one.text for one in report) for report in text.shown()]
            written = generator.write(shown, text.max_words, _DEADLINE_S)
            for claim in split_paragraph(written, language_table("en")):
                if words(claim):
                    out.write(json.dumps({"id": text.id, "sentence": claim, "right": None}) + "\n")
            out.flush()


def tell(model: str, shown: int) -> None:
    """What becomes of the texts behind the verifier."""
    engine = Engine(SummarizerConfig(summary_model=model, threads=1))
    fates: Counter[str] = Counter()
    began = time.monotonic()
    for number, text in enumerate(texts()):
        told = _told(engine, text)
        fates["told" if told else "left to extraction"] += 1
        if number < shown:
            print(f"\n{text.id}", *(told or ["(extracted)"]), sep="\n  ")
    seconds = time.monotonic() - began
    print(f"{dict(fates)}; {seconds / len(texts()):.1f} s a text")


def _told(engine: Engine, text: Text) -> list[str]:
    if len(text.reports) == 1:
        reading = engine.read([" ".join(one.text for one in text.reports[0])])[0]
        summary = engine.summarize([SummaryInput(title="", reading=reading)], max_words=text.max_words)[0]
        found = [(each.text, each.origin is None) for each in summary.sentences]
        if summary.method != "abstractive":
            return []
    else:
        reports = tuple(
            Report(citation=Citation(ArticleId(number), 1), sentences=tuple(report))
            for number, report in enumerate(text.shown(), 1)
        )
        [written] = engine.tell([StoryInput(version=1, lang="en", reports=reports)], max_words=text.max_words)
        if written is None:
            return []
        own = {one.text for report in reports for one in report.sentences}
        found = [
            (f"{each.text} [{', '.join(str(one.article_id) for one in each.citations)}]", each.text not in own)
            for each in written.sentences
        ]
    return [f"{'written ' if by_model else 'replaced'} {sentence}" for sentence, by_model in found]


def judge(shown: int) -> dict[str, float]:
    """The verifier on the labelled sentences: each against every text that the model read, as `summarizer.generation` does."""
    engine = Engine(SummarizerConfig(threads=1, device="cpu"))
    by_id = {text.id: ["\n\n".join(one.text for one in report) for report in text.shown()] for text in texts()}
    rows = [json.loads(line) for line in LABELLED.read_text(encoding="utf-8").splitlines()]
    kept: list[tuple[bool, bool, float]] = []
    for row in rows:
        sources = by_id[row["id"]]
        verdicts = [engine.verify(source, [row["sentence"]])[0] for source in sources]
        supported = any(each.supported for each in verdicts) and row["sentence"].endswith(ENDS)
        kept.append(
            (
                bool(row["right"]),
                supported,
                max(common(read_source(source, "en"), row["sentence"]) for source in sources),
            )
        )
        if shown and supported != row["right"]:
            shown -= 1
            best = max(verdicts, key=lambda each: each.score)
            print(
                f"{'PASSED, wrong' if supported else 'refused, right'} {best.score:.2f} {row['id']}: {row['sentence']}"
            )
    wrong, right = [each for each in kept if not each[0]], [each for each in kept if each[0]]
    print(f"{len(right)} right and {len(wrong)} wrong sentences")
    print(f"best accuracy of the share of common words: {_best(kept):.3f}")
    return {
        "wrong refused": sum(not passed for _, passed, _ in wrong) / len(wrong),
        "right kept": sum(passed for _, passed, _ in right) / len(right),
        "accuracy": sum(label == passed for label, passed, _ in kept) / len(kept),
    }


def _best(kept: Sequence[tuple[bool, bool, float]]) -> float:
    """Of the share of common words, at the threshold that suits these sentences best: kinder than any real use."""
    return max(sum(label == (share >= least) for label, _, share in kept) / len(kept) for _, _, least in kept)


def main() -> int:
    made = parser(__doc__)
    made.add_argument(
        "--print", type=int, default=0, dest="shown", help="show so many texts, or errors of the verifier"
    )
    made.add_argument("--model", help="a folder or an address: tell the texts with it")
    made.add_argument("--write", type=Path, help="with --model: its raw sentences, to be labelled")
    arguments = made.parse_args()
    if not data_folder().is_dir():
        print(f"skipped: no data in {data_folder()}")
        return 0
    torch.set_num_threads(1)
    if arguments.model and arguments.write:
        write(arguments.model, arguments.write)
        return 0
    if arguments.model:
        tell(arguments.model, arguments.shown)
        return 0
    inputs = [
        data_folder() / f"open/{name}.jsonl.gz" for name in ("retrieval__wikinews_2019_2020", "mds__multiling2011")
    ]
    return check("generator", judge(arguments.shown), digest([*inputs, LABELLED]), arguments, 0.005)


if __name__ == "__main__":
    sys.exit(main())
