"""The dashboard shows the metrics that are exported, all of them and no others; so does the page on operating."""

import json
import re
from pathlib import Path

from bot import metrics
from bot.governor import Governor
from bot.health import Watch
from bot.notices import Notices
from bot.outcomes import Outcomes, Policy
from news.chats import ChatService
from tests import make
from tests.fakes.jobs import FakeJobQueue
from tests.fakes.storage import FakeDatabase

DOCS = Path(__file__).resolve().parents[2] / "docs"


async def test_the_dashboard_shows_what_is_exported() -> None:
    database = FakeDatabase()
    chats = ChatService(database.open_unit)
    outcomes = Outcomes(database.open_unit, chats, Notices(database.open_unit), Policy(), lambda: make.NOW)
    families = await metrics.read_by(
        database.open_unit, outcomes, Governor(), Watch(), lambda: make.NOW, FakeJobQueue()
    )()
    exported = {f"{each.name}_total" if each.type == "counter" else each.name for each in families}
    panels = json.loads((DOCS / "grafana-dashboard.json").read_text("utf-8"))["panels"]
    shown = {name for panel in panels for each in panel["targets"] for name in re.findall(r"byline_\w+", each["expr"])}
    assert shown == exported
    assert set(re.findall(r"byline_\w+", (DOCS / "operations.md").read_text("utf-8"))) == exported
