"""The open English texts that train the verifier and make its pairs, parted once and for all by article.

Data: Wikinews 2019-2020 (CC BY 2.5, Wikinews authors) and MultiLing 2011 (Wikinews of 2005-2006, the same licence), read in
place from EVAL_DATA (default ../shared/data). MultiLing trains nothing.
"""

import gzip
import hashlib
import json
import os
from dataclasses import dataclass
from pathlib import Path

from summarizer.sentences import split


@dataclass(frozen=True, slots=True)
class OpenArticle:
    id: str
    text: str
    sentences: tuple[str, ...]
    lead: tuple[str, ...]
    body: str  # the text after its lead


def data_folder() -> Path:
    return Path(os.environ.get("EVAL_DATA", "../shared/data"))


def read_rows(name: str) -> list[dict[str, object]]:
    with gzip.open(data_folder() / name, "rt", encoding="utf-8") as file:
        return [json.loads(line) for line in file]


def articles(*, held_out: bool) -> list[OpenArticle]:
    """A third is held out for the pairs, the rest trains."""
    found = []
    for row in read_rows("open/retrieval__wikinews_2019_2020.jsonl.gz"):
        name = str(row["id"])
        if (int(hashlib.sha256(name.encode()).hexdigest(), 16) % 3 == 0) != held_out:
            continue
        text, lead = str(row["text"]), str(row["lead"])
        kept = tuple(sentence.text for sentence in split(text, "en"))
        body = text.removeprefix(lead).strip()
        if len(kept) >= 6:
            found.append(OpenArticle(name, text, kept, tuple(one.text for one in split(lead, "en")), body))
    return found


def multiling(lang: str) -> list[OpenArticle]:
    """The texts of MultiLing 2011 in a language, of which nothing is trained."""
    found = []
    for row in read_rows("open/mds__multiling2011.jsonl.gz"):
        docs = row["docs"]
        if row["lang"] != lang or not isinstance(docs, list):
            continue
        for doc in docs:
            kept = tuple(sentence.text for sentence in split(str(doc["text"]), lang))
            if len(kept) >= 6:
                found.append(OpenArticle(str(doc["id"]), str(doc["text"]), kept, (), ""))
    return found
