"""What can be made from the program is made from it: the pages in `docs/` are as `make docs` writes them."""

import pytest

from bot import docs


@pytest.mark.parametrize("name", sorted(docs.PAGES))
def test_the_page_is_up_to_date(name: str) -> None:
    written = (docs.DOCS / name).read_text("utf-8")
    assert written == docs.PAGES[name](), "run `make docs`"
