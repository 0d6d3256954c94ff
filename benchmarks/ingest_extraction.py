"""Text of pages: ours beside plain trafilatura, readability-lxml and newspaper4k (each where it is installed), in one run.

F1 over 4-word shingles as in scrapinghub's article-extraction-benchmark (characters for scripts without spaces), mean of
pages; 130 pages of Mozilla's readability and 28 of newspaper4k, read in place. What readability expects is the output of
Mozilla's own algorithm, which keeps more than an article; newspaper4k's texts are mostly its own output. Pages whose expected text
is shorter than `LEAST_WORDS` are left out for all alike: those we refuse as no article.

python -m benchmarks.ingest_extraction [--update] [--worst]
"""

import re
import sys
import time
import warnings
from collections import Counter
from collections.abc import Callable, Iterator
from importlib import import_module
from pathlib import PurePosixPath

import trafilatura

from benchmarks.ingest_data import DEV, archive, judged
from ingestion.htmltext import amount, plain
from ingestion.pages import LEAST_WORDS, parse_page
from news.entities import Document

Extract = Callable[[bytes], str]
_CJK = re.compile(r"[\u0e00-\u0eff\u1000-\u109f\u3040-\u30ff\u3400-\u9fff]")
_TOKEN = re.compile(r"\w+")


def shingles(text: str) -> Counter[tuple[str, ...]]:
    spaced = _CJK.sub(lambda match: f" {match.group()} ", text)
    tokens = [token.casefold() for token in _TOKEN.findall(spaced)]
    return Counter(tuple(tokens[at : at + 4]) for at in range(max(1, len(tokens) - 3)))


def f1(found: str, expected: str) -> float:
    ours, theirs = shingles(found), shingles(expected)
    common = sum((ours & theirs).values())
    return 2 * common / max(1, sum(ours.values()) + sum(theirs.values()))


def pages() -> Iterator[tuple[str, str, bytes, str]]:
    """(set, name, page, expected text)."""
    files = archive(DEV / "extract__readability.tar.gz")
    for name, data in files.items():
        expected = files.get(str(PurePosixPath(name).with_name("expected.html")))
        if name.endswith("/source.html") and expected is not None:
            yield "readability", name.split("/")[-2], data, plain(expected.decode("utf-8", "replace"))
    files = archive(DEV / "extract__newspaper4k.tar.gz")
    for name, data in files.items():
        if "html/" in name:
            expected = files.get(name.replace("html/", "txt/").replace(".html", ".txt"))
            if expected is not None:
                yield "newspaper4k", PurePosixPath(name).stem, data, expected.decode("utf-8", "replace")


def ours(data: bytes) -> str:
    found = parse_page(data, "page.html", None)
    return found.text if isinstance(found, Document) else ""


def plain_trafilatura(data: bytes) -> str:
    return trafilatura.extract(data, fast=True, include_comments=False) or ""


def by_readability(data: bytes) -> str:
    return plain(import_module("readability").Document(data.decode("utf-8", "replace")).summary())


def by_newspaper(data: bytes) -> str:
    article = import_module("newspaper").Article("http://example.org/", fetch_images=False)
    article.download(input_html=data.decode("utf-8", "replace"))
    article.parse()
    return str(article.text)


def rivals() -> dict[str, Extract]:
    found: dict[str, Extract] = {"ours": ours, "trafilatura": plain_trafilatura}
    for name, module, extract in (
        ("readability-lxml", "readability", by_readability),
        ("newspaper4k", "newspaper", by_newspaper),
    ):
        try:
            import_module(module)
        except ImportError:
            print(f"absent, left out: {name}", file=sys.stderr)
        else:
            found[name] = extract
    return found


def main() -> bool:
    warnings.simplefilter("ignore")
    scores: dict[tuple[str, str], list[tuple[float, str]]] = {}
    seconds: dict[str, float] = {}
    material = [page for page in pages() if amount(page[3]) >= LEAST_WORDS]
    for rival, extract in rivals().items():
        for group, name, data, expected in material:
            began = time.process_time()
            try:
                text = extract(data)
            except Exception as error:  # noqa: BLE001 (a rival that breaks has no text)
                print("broke:", rival, name, repr(error)[:100], file=sys.stderr)
                text = ""
            seconds[rival] = seconds.get(rival, 0.0) + time.process_time() - began
            scores.setdefault((group, rival), []).append((f1(text, expected), name))
    if not scores:
        return True
    measured: dict[str, float] = {}
    for (group, rival), found in sorted(scores.items()):
        mean = round(sum(score for score, _ in found) / len(found), 4)
        print(
            f"{group:12} {rival:18} pages {len(found):4}  F1 {mean:.4f}  CPU {1000 * seconds[rival] / len(material):6.1f} ms a page"
        )
        if rival == "ours":
            measured[f"{group}_f1"] = mean
            if "--worst" in sys.argv:
                print(*sorted(found)[:25], sep="\n")
    for group in {group for group, _ in scores}:
        others = [
            sum(s for s, _ in found) / len(found)
            for (one, rival), found in scores.items()
            if one == group and rival != "ours"
        ]
        measured[f"{group}_ahead_of_best"] = round(measured[f"{group}_f1"] - max(others), 4)
    return judged("extraction", measured)


if __name__ == "__main__":
    sys.exit(0 if main() else 1)
