"""The encoder beside the plain loop at the same precision in one run, an article's enrichment, and a claim's verdict.

    python -m benchmarks.summ_speed [--threads 1]

512 sentences of open news. The plain loop is the usual one: batches of 16 sorted by characters, padded, mean pooling. Both run in turn,
three times each, and the best run of each counts, for other programs share the machine. Ratios are to be read, not seconds.
"""

import argparse
import asyncio
import random
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
from transformers import AutoModel, AutoTokenizer

from benchmarks.summ_corruptions import ERRORS
from benchmarks.summ_open import OpenArticle, articles
from benchmarks.summ_rewriting import write
from news.reading import SummaryInput
from summarizer.config import SummarizerConfig
from summarizer.embedding import Encoder
from summarizer.engine import Engine
from summarizer.loading import bundled_folder
from summarizer.verify import read_source, verify
from summarizer.workers import open_models

SENTENCES = 512
ROUNDS = 3


def plain_loop(texts: list[str], dtype: torch.dtype) -> Callable[[], Any]:
    folder = str(bundled_folder())
    tokenizer = AutoTokenizer.from_pretrained(folder, local_files_only=True)
    encoder = AutoModel.from_pretrained(folder, local_files_only=True, dtype=dtype).eval()

    @torch.inference_mode()
    def run() -> Any:
        out: list[Any] = [None] * len(texts)
        order = sorted(range(len(texts)), key=lambda place: len(texts[place]))
        for start in range(0, len(order), 16):
            chunk = order[start : start + 16]
            entry = tokenizer(
                [texts[i] for i in chunk], padding=True, truncation=True, max_length=256, return_tensors="pt"
            )
            hidden = encoder(**entry).last_hidden_state.float()
            mask = entry["attention_mask"].unsqueeze(-1)
            for place, row in zip(
                chunk, torch.nn.functional.normalize((hidden * mask).sum(1) / mask.sum(1), dim=1), strict=True
            ):
                out[place] = row.numpy()
        return np.stack(out)

    return run


def gemm_rate(dtype: torch.dtype) -> float:
    """GFLOP/s of one matrix product of the encoder's shape."""
    one, other = torch.randn(512, 384).to(dtype), torch.randn(384, 1536).to(dtype)
    one @ other
    best = 0.0
    for _ in range(5):
        started = time.perf_counter()
        for _ in range(50):
            one @ other
        best = max(best, 50 * 2 * 512 * 384 * 1536 / (time.perf_counter() - started) / 1e9)
    return best


def claims_s(article: OpenArticle, encoder: Encoder) -> Iterator[float]:
    """The time of each of a few claims, rewritten or with an error, against their article."""
    rng = random.Random(article.id)
    source = read_source(article.text, "en")
    source.vectors = encoder.embed(source.text.sentences[:200])
    for place in range(0, len(article.sentences), 2):
        made = write(article.sentences, place, rng)
        if made is not None:
            claim = ERRORS["entity"](made[1], article.sentences, rng) or made[1]
            started = time.perf_counter()
            verify(source, [claim], encoder.embed)
            yield time.perf_counter() - started


def most_mb(pid: int | None) -> float:
    """The most memory that a process has had."""
    status = Path(f"/proc/{pid}/status").read_text(encoding="ascii")
    return int(status.split("VmHWM:")[1].split()[0]) / 1024


async def peak_mb(texts: Sequence[OpenArticle]) -> float:
    """What the model's own process needed at the most for reading, embedding, summarizing and verifying (Linux)."""
    with open_models(SummarizerConfig(threads=1, device="cpu")) as models:
        for article in texts:
            reading = (await models.summarizer.read([article.text]))[0]
            vectors = tuple(await models.embedder.embed([one.text for one in reading.sentences]))
            item = SummaryInput(title="", reading=reading, vectors=vectors)
            await models.summarizer.summarize([item], max_words=60)
            await models.summarizer.verify(article.text, [article.sentences[0]])
        return most_mb(models.process.pid)


def seconds(run: Callable[[], Any]) -> float:
    started = time.perf_counter()
    run()
    return time.perf_counter() - started


def main() -> int:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--threads", type=int, default=1)
    torch.set_num_threads(options.parse_args().threads)
    held = articles(held_out=False)
    texts = list(dict.fromkeys(sentence for article in held for sentence in article.sentences))[:SENTENCES]
    encoder = Encoder(SummarizerConfig(device="cpu"))
    plain = plain_loop(texts, encoder.dtype)
    likeness = float((encoder.embed(texts) * plain()).sum(1).min())
    ours_s, plain_s = np.inf, np.inf
    for _ in range(ROUNDS):
        ours_s, plain_s = min(ours_s, seconds(lambda: encoder.embed(texts))), min(plain_s, seconds(plain))
    tokens = sum(len(ids) for ids in AutoTokenizer.from_pretrained(str(bundled_folder()))(texts)["input_ids"])
    share = tokens * 21.5e6 / ours_s / 1e9 / gemm_rate(encoder.dtype)
    print(
        f"{encoder.dtype}, {torch.get_num_threads()} threads: {SENTENCES / ours_s:.0f} sentences/s, plain loop {SENTENCES / plain_s:.0f}"
    )
    print(
        f"ratio {plain_s / ours_s:.3f} (aim 1.15), {share:.0%} of this machine's own rate in products of that shape, least cosine {likeness:.4f}"
    )
    engine = Engine(SummarizerConfig(device="cpu"))
    engine.embed(["warm"])
    took = []
    for article in held[:20]:
        started = time.perf_counter()
        reading = engine.read([article.text])[0]
        vectors = tuple(engine.embed([one.text for one in reading.sentences]))
        item = SummaryInput(title="", reading=reading, vectors=vectors)
        engine.summarize([item], max_words=60)
        engine.key_sentences([item], limit=10)
        took.append(time.perf_counter() - started)
    print(f"an article read, embedded, summarized: median {np.median(took):.3f} s, slowest {max(took):.3f} s (aim 0.2)")
    took = [took_s * 1000 for article in held[:20] for took_s in claims_s(article, encoder)]
    print(
        f"a claim with its source's vectors at hand: median {np.median(took):.1f} ms, 90th percentile "
        f"{np.percentile(took, 90):.1f} ms, of {len(took)} (aim 20)"
    )
    print(f"memory of the model's process at the most: {asyncio.run(peak_mb(held[:20])):.0f} MB (aim 700)")
    return 0 if plain_s / ours_s > 1 and likeness > 0.995 else 1


if __name__ == "__main__":
    sys.exit(main())
