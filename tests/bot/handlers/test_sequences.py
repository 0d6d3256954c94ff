"""Random taps and texts of several people, as a state machine: no unhandled error, no dead keyboard, nobody gains by another's buttons.

`SEQUENCES=2000 pytest tests/bot/handlers/test_sequences.py` runs the full number.
"""

import asyncio
import os
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, settings as hypothesis_settings, strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from bot.desk import Place
from bot.handlers.routes import COMMANDS
from news.audience import Chat, ChatKind
from tests.bot.office import GROUP, OWNER, READER, STRANGER, Office, html
from tests.fakes.messenger import Sent

SEQUENCES = int(os.environ.get("SEQUENCES", "8"))
pytestmark = pytest.mark.timeout(120 + SEQUENCES)  # seconds: the full number takes minutes
CHANNEL = -1001
TALKS = "Vladimir Putin and Xi Jinping met in Moscow. They spoke for four hours about trade between Russia and China."
PEOPLE = st.sampled_from([READER, STRANGER, OWNER])
WORDS = st.sampled_from(
    [
        *(f"/{name}" for name in COMMANDS),
        *("/follow chips", "/follow +China trade", "/mute golf", "/mute example.com", "/unmute golf", "/pause 2"),
        *(
            "/subscribe 7:15 Berlin",
            "/subscribe 99",
            "/timezone Tokyo",
            "/manage @our_news",
            "/manage @our_news /resume",
        ),
        *(
            "/ban 3",
            "/demote 3",
            "/promote 2",
            "/broadcast Hello <all>",
            "/invite 2 2",
            "/rename 1 x",
            "/why x",
            "/nothing",
        ),
        *(
            "Moscow",
            "Russia China trade",
            "and trade",
            "x",
            "?",
            "🙂",
            "Berlin",
            "<b>",
            "https://x.example/",
            "a" * 500,
        ),
    ]
)


class Sequences(RuleBasedStateMachine):
    """What people do, in any order; the buttons pressed are those that were shown, by whoever."""

    def __init__(self) -> None:
        super().__init__()
        self.loop = asyncio.new_event_loop()
        self.office = Office()
        self.shown: list[tuple[int, str, str]] = []  # chat, data, first bold words
        self.said = ""

    def teardown(self) -> None:
        self.loop.close()

    @initialize()
    def open_(self) -> None:
        self.loop.run_until_complete(self.office.newsroom.story("Talks in Moscow", TALKS))
        self.office.places["@our_news"] = Place(CHANNEL, ChatKind.CHANNEL, "Ours", may_post=True)
        self.office.group_admins.add(READER)

    @rule(words=WORDS, user=PEOPLE, in_group=st.booleans())
    def say(self, words: str, user: int, in_group: bool) -> None:
        self._happened(self.office.say(words, user, GROUP if in_group else None), words)

    @precondition(lambda self: self.shown)
    @rule(pick=st.integers(0, 10_000), user=PEOPLE)
    def press(self, pick: int, user: int) -> None:
        """A button that was shown, pressed where it stands: in a private chat by its person, in a group by anybody."""
        chat, data, bold = self.shown[-1 - pick % min(len(self.shown), 60)]
        self._happened(self.office.press(data, user if chat < 0 else chat, chat if chat < 0 else None, bold), data)
        assert self.said, f"{data} is a dead button"

    @precondition(lambda self: self.shown)
    @rule(pick=st.integers(0, 10_000), user=PEOPLE)
    def press_anothers(self, pick: int, user: int) -> None:
        """Data of another person's button, sent from one's own chat: nobody else's settings change."""
        chat, data, bold = self.shown[pick % len(self.shown)]
        if user in {chat, OWNER} or (data.startswith("m:") and user == READER):
            return
        before = self._others(user)
        self._happened(self.office.press(data, user, None, bold), data)
        assert self._others(user) == before, data

    @invariant()
    def no_fault_of_ours(self) -> None:
        assert "Something went wrong" not in self.said

    def _happened(self, doing: Any, what: str) -> None:
        self.office.now += timedelta(seconds=20)
        sent: list[Sent] = self.loop.run_until_complete(doing)
        self.said = html(sent)
        assert "Something went wrong" not in self.said, what
        for each in sent:
            bold = each.message.html.partition("<b>")[2].partition("</b>")[0]
            for row in each.message.buttons:
                self.shown += [(each.address.telegram_id, button.data, bold) for button in row if button.data]

    def _others(self, user: int) -> list[tuple[Chat, Any]]:
        async def read() -> list[tuple[Chat, Any]]:
            service = self.office.services.chats
            chats = [chat for chat in await service.all() if chat.address.telegram_id != user]
            return [(chat, await service.topics(chat.id)) for chat in chats]

        return self.loop.run_until_complete(read())


TestSequences = Sequences.TestCase
TestSequences.settings = hypothesis_settings(
    max_examples=SEQUENCES, stateful_step_count=25, deadline=None, suppress_health_check=list(HealthCheck)
)
