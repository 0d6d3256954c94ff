"""Makes benchmarks/data/verifier_pairs.jsonl.gz: 300 pairs of a true claim and the same claim with one error.

Run once, before the verifier was tuned; the file is the test, this script says how it came to be.
"""

import gzip
import json
import random
from collections.abc import Sequence
from pathlib import Path

from benchmarks.summ_corruptions import ERRORS, paraphrase
from benchmarks.summ_open import OpenArticle, articles

DATA = Path(__file__).parent / "data"
PAIRS = 300


def main() -> None:
    rng = random.Random(20230321)
    held_out = articles(held_out=True)
    rng.shuffle(held_out)
    wanted = {kind: PAIRS // len(ERRORS) + (place < PAIRS % len(ERRORS)) for place, kind in enumerate(ERRORS)}
    pairs: list[dict[str, str]] = []
    for kind, number in wanted.items():
        pairs.extend(_of_kind(kind, number, held_out, rng))
    save(DATA / "verifier_pairs.jsonl.gz", held_out, pairs)


def save(out: Path, held_out: Sequence[OpenArticle], pairs: Sequence[dict[str, str]]) -> None:
    """The articles that the pairs cite, then the pairs."""
    cited = {pair["article"] for pair in pairs}
    rows: list[dict[str, str]] = [{"article": one.id, "source": one.text} for one in held_out if one.id in cited]
    rows.extend(pairs)
    with gzip.GzipFile(out, "wb", mtime=0) as file:
        file.write("".join(json.dumps(pair, ensure_ascii=False) + "\n" for pair in rows).encode())
    print(len(pairs), "pairs")


def _of_kind(kind: str, number: int, held_out: list[OpenArticle], rng: random.Random) -> list[dict[str, str]]:
    offered = [(article, sentence) for article in held_out for sentence in article.sentences]
    rng.shuffle(offered)
    made: list[dict[str, str]] = []
    for article, sentence in offered:
        if not 9 <= len(sentence.split()) <= 40:
            continue
        true = paraphrase(sentence, article.sentences, rng)
        false = ERRORS[kind](true, article.sentences, rng)
        if false and false != true:
            made.append(
                {"id": f"{kind}-{len(made)}", "kind": kind, "article": article.id, "true": true, "false": false}
            )
        if len(made) == number:
            break
    return made


if __name__ == "__main__":
    main()
