"""The rules for kinds and refusals on real pages, read where they lie (EVAL_DATA); nothing of them is kept here."""

import os
import tarfile
from functools import cache
from pathlib import Path

import pytest

from ingestion.pages import parse_page
from ingestion.refusals import Unreadable
from news.entities import ArticleKind

DEV = Path(os.environ.get("EVAL_DATA", Path(__file__).parents[3] / "shared" / "data")) / "dev"


@cache
def files(archive: str) -> dict[str, bytes]:
    path = DEV / archive
    if not path.exists():
        pytest.skip(f"{archive} is not here")
    with tarfile.open(path) as tar:
        members = [(member.name, tar.extractfile(member)) for member in tar if member.name.endswith(".html")]
        return {name.removeprefix("./"): file.read() for name, file in members if file is not None}


@pytest.mark.parametrize(
    ("archive", "name", "kind"),
    [
        ("extract__readability.tar.gz", "herald-sun-1/source.html", ArticleKind.OPINION),
        ("extract__readability.tar.gz", "nytimes-5/source.html", ArticleKind.LIST),
        ("extract__readability.tar.gz", "bbc-1/source.html", ArticleKind.ARTICLE),
        ("extract__readability.tar.gz", "cnn/source.html", ArticleKind.ARTICLE),
        ("extract__readability.tar.gz", "nytimes-1/source.html", ArticleKind.ARTICLE),
        ("extract__readability.tar.gz", "guardian-1/source.html", ArticleKind.ARTICLE),
        ("extract__newspaper4k.tar.gz", "html/cnn_main_site.html", ArticleKind.LIST),
        ("extract__newspaper4k.tar.gz", "html/wired_main_site.html", ArticleKind.LIST),
        ("extract__newspaper4k.tar.gz", "html/yahoo_main_site.html", ArticleKind.LIST),
        ("extract__newspaper4k.tar.gz", "html/japanese_article.html", ArticleKind.PAYWALL),
        ("extract__newspaper4k.tar.gz", "html/yna_co_kr.html", ArticleKind.ARTICLE),
        ("extract__newspaper4k.tar.gz", "html/chinese_article.html", ArticleKind.ARTICLE),
        ("extract__newspaper4k.tar.gz", "html/video_article_01.html", ArticleKind.ARTICLE),
    ],
)
def test_kinds_of_real_pages(archive: str, name: str, kind: ArticleKind) -> None:
    made = parse_page(files(archive)[name], name, None)
    assert not isinstance(made, Unreadable)
    assert made.kind is kind
    assert made.title
