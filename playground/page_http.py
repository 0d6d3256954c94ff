"""Serves the chat page: three static files, under a policy that lets it run nothing else."""

from importlib import resources
from typing import Any, Final

from tornado.web import HTTPError, RequestHandler

KINDS: Final = {"html": "text/html", "css": "text/css", "js": "text/javascript", "svg": "image/svg+xml"}
POLICY: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob:; connect-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
FILES: Final = ("index.html", "page.css", "app.js", "composer.js", "entities.js", "messages.js", "icon.svg")


class PageHandler(RequestHandler):
    """One file of the page."""

    def get(self, name: str) -> None:
        name = name or "index.html"
        if name not in FILES:
            raise HTTPError(404)
        self.set_header("Content-Type", f"{KINDS[name.rpartition('.')[2]]}; charset=utf-8")
        self.set_header("Content-Security-Policy", POLICY)
        self.set_header("X-Content-Type-Options", "nosniff")
        self.set_header("Cache-Control", "no-cache")
        self.finish(resources.files("playground").joinpath("page", name).read_bytes())


def page_routes() -> list[Any]:
    """The routes of the page."""
    return [(r"/(index\.html|page\.css|[a-z]+\.js|icon\.svg|)", PageHandler)]
