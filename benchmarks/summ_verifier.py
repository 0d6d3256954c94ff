"""The verifier beside word overlap and the longest common subsequence: FRANK, FactCC, and our 300 minimal pairs.

    python -m benchmarks.summ_verifier

Prints AUC for "faithful" by set, the accuracy on pairs (true scores above false) by kind of error, errors that pass and true
claims that are kept at the shipped threshold, and the time of a claim. The hard pairs (`benchmarks/summ_hard_pairs.py`) are
those in which the false claim shares more words with its source than the true one. FRANK and FactCC are read in place from EVAL_DATA.
"""

import gzip
import json
import sys
import time
from collections import defaultdict
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import torch

from benchmarks.summ_floors import check, digest, parser
from benchmarks.summ_open import data_folder, read_rows
from summarizer.alignment import common_length
from summarizer.config import SummarizerConfig
from summarizer.embedding import Encoder
from summarizer.verify import Source, judge, read_source, verify
from summarizer.words import words

FRANK, FACTCC = "dev/faith__frank.jsonl.gz", "dev/faith__summac_factcc.jsonl.gz"
PAIRS, HARD_PAIRS = (Path(__file__).parent / "data" / f"verifier_{name}.jsonl.gz" for name in ("pairs", "hard_pairs"))
Scorer = Callable[[Source, str], float]


def overlap(source: Source, claim: str) -> float:
    """The share of the claim's words that stand somewhere in the source."""
    own = words(claim)
    there = {word for sentence in source.text.sentences for word in words(sentence)}
    return sum(word in there for word in own) / max(1, len(own))


def common(source: Source, claim: str) -> float:
    """The longest common subsequence with the best sentence, as a share of the claim."""
    own = words(claim)
    return max((common_length(own, words(one)) for one in source.text.sentences), default=0) / max(1, len(own))


def area(scores: Sequence[float], labels: Sequence[int]) -> float:
    """The chance that a faithful claim scores above an unfaithful one; ties count half."""
    values, truth = np.array(scores), np.array(labels)
    good, bad = values[truth == 1][:, None], values[truth == 0][None, :]
    return float(((good > bad) + 0.5 * (good == bad)).mean())


def area_of(name: str, scorers: dict[str, Scorer]) -> dict[str, float]:
    rows = read_rows(name)
    labels = [int(str(row["label"])) for row in rows]
    scores: dict[str, list[float]] = defaultdict(list)
    sources: dict[str, Source] = {}
    for row in rows:
        text = str(row["article"])
        if text not in sources:
            sources[text] = read_source(text, "en")
        source = sources[text]
        for scorer, function in scorers.items():
            scores[scorer].append(function(source, str(row["summary"])))
    kinds = [str(row["source"]) for row in rows]
    found = {scorer: area(values, labels) for scorer, values in scores.items()}
    for kind in sorted(set(kinds)):
        if kind != kinds[0] or len(set(kinds)) > 1:
            chosen = [place for place, one in enumerate(kinds) if one == kind]
            found[f"ours {kind}"] = area([scores["ours"][i] for i in chosen], [labels[i] for i in chosen])
    return found


def pairs_accuracy(pairs: Path, scorers: dict[str, Scorer]) -> tuple[dict[str, float], dict[str, float]]:
    """Accuracy of each scorer over all pairs, and of ours by kind with kept and passed at the threshold."""
    sources: dict[str, Source] = {}
    right: dict[str, list[float]] = defaultdict(list)
    ours: dict[str, list[float]] = defaultdict(list)
    threshold = judge().threshold
    with gzip.open(pairs, "rt", encoding="utf-8") as file:
        for line in file:
            row = json.loads(line)
            if "source" in row:
                sources[row["article"]] = read_source(row["source"], "en")
                continue
            source = sources[row["article"]]
            for scorer, function in scorers.items():
                true, false = function(source, row["true"]), function(source, row["false"])
                right[scorer].append((true > false) + 0.5 * (true == false))
                if scorer == "ours":
                    ours[row["kind"]].append((true > false) + 0.5 * (true == false))
                    ours["kept"].append(true >= threshold)
                    ours["passed"].append(false >= threshold)
    return {name: float(np.mean(values)) for name, values in right.items()}, {
        name: float(np.mean(values)) for name, values in ours.items()
    }


def measure() -> dict[str, float]:
    torch.set_num_threads(1)  # more of them spin against whatever else runs
    encoder = Encoder(SummarizerConfig())
    took: list[float] = []

    def ours(source: Source, claim: str) -> float:
        if source.vectors is None:
            source.vectors = encoder.embed(source.text.sentences[:200])
        started = time.perf_counter()
        score = verify(source, [claim], encoder.embed)[0].score
        took.append(time.perf_counter() - started)
        return score

    scorers: dict[str, Scorer] = {"ours": ours, "overlap": overlap, "lcs": common}
    found: dict[str, float] = {}
    if (data_folder() / "dev").is_dir():
        for name, short in ((FRANK, "frank"), (FACTCC, "factcc")):
            found |= {f"{short} {scorer}": value for scorer, value in area_of(name, scorers).items()}
    else:
        print("no dev data: FRANK and FactCC are left out")
    for pairs, short in ((PAIRS, "pairs"), (HARD_PAIRS, "hard pairs")):
        overall, kinds = pairs_accuracy(pairs, scorers)
        kinds["refused"] = 1 - kinds.pop("passed")
        found |= {f"{short} {name}": value for name, value in overall.items()}
        found |= {f"{short} ours {name}": value for name, value in kinds.items()}
    found["ms a claim"] = float(np.median(took) * 1000)
    return found


def main() -> int:
    arguments = parser(__doc__).parse_args()
    found = measure()
    took = found.pop("ms a claim")
    print(f"{took:.1f} ms a claim with its source's vectors at hand")
    files = [data_folder() / name for name in (FRANK, FACTCC)]
    if not all(path.is_file() for path in files):
        print("no dev data: FRANK and FactCC are left out, floors are not compared")
        return 0
    return check("verifier", found, digest([*files, PAIRS, HARD_PAIRS]), arguments, tolerance=0.012)


if __name__ == "__main__":
    sys.exit(main())
