"""`byline chats list`, `chats show`, `digest`: the chats and what they are told."""

from typing import Annotated

import typer

from bot.commands import options
from bot.commands.output import cell, emit, say, table
from bot.commands.running import with_services
from bot.services import Services
from news.audience import Chat, Digest, Part, Topic
from news.errors import BadRequest
from news.ids import ChatId

chats_app = typer.Typer(no_args_is_help=True, help="The chats that are told.")


async def find(services: Services, number: int) -> Chat:
    """A chat by our number, or by Telegram's. Raises BadRequest (`chat_not_found`)."""
    async with services.open_unit(readonly=True) as unit:
        found = await unit.chats.get(ChatId(number))
        known = [found] if found is not None else await unit.chats.at(number)
    if known:
        return known[0]
    raise BadRequest(f"There is no chat {number}; `byline chats list` lists them.", code="chat_not_found")


def _chat(chat: Chat) -> dict[str, object]:
    return {
        "chat": chat.id,
        "telegram_id": chat.address.telegram_id,
        "thread_id": chat.address.thread_id,
        "kind": chat.kind,
        "title": chat.title,
        "status": chat.status,
        "zone": chat.timetable.zone,
        "times": [f"{time:%H:%M}" for time in chat.timetable.times],
        "weekdays": sorted(chat.timetable.weekdays),
        "language": chat.language,
        "length": chat.length,
        "next_due_at": chat.next_due_at,
        "paused_until": chat.paused_until,
        "blocked_code": chat.blocked_code,
        "created_at": chat.created_at,
    }


def _in_words(value: object) -> str:
    """A value as a person reads it: a list of topics or mutes by what each of them says."""
    if isinstance(value, list):
        return ", ".join(map(_in_words, value))
    if isinstance(value, dict):
        return str(value.get("query") or value.get("value"))
    return cell(value)


def _topic(topic: Topic) -> dict[str, object]:
    return {"topic": topic.id, "query": topic.query, "mode": topic.mode, "created_at": topic.created_at}


@chats_app.command("list")
def list_chats(json: options.Json = False, database: options.Database = None) -> None:
    """All chats."""

    async def work(services: Services) -> None:
        found = await services.chats.all()
        for chat in found if json else ():
            emit(_chat(chat))
        if not json:
            lines = [
                (chat.id, chat.address.telegram_id, chat.kind, chat.status, chat.timetable.zone, chat.next_due_at)
                for chat in found
            ]
            table(("chat", "telegram", "kind", "status", "zone", "next digest"), lines, empty="No chats yet.")

    with_services(work, database=database)


@chats_app.command("show")
def show_chat(
    number: Annotated[int, typer.Argument(metavar="ID", help="Our number of the chat, or Telegram's.")],
    json: options.Json = False,
    database: options.Database = None,
) -> None:
    """One chat with what it follows and mutes."""

    async def work(services: Services) -> None:
        chat = await find(services, number)
        topics = await services.chats.topics(chat.id)
        told = _chat(chat) | {
            "topics": [_topic(topic) for topic in topics],
            "mutes": [{"kind": mute.kind, "value": mute.value} for mute in chat.mutes],
        }
        if json:
            emit(told)
        else:
            for name, value in told.items():
                if value not in (None, "", []):
                    say(f"{name}: {_in_words(value)}")

    with_services(work, database=database)


def digest(
    chat: Annotated[int | None, typer.Option("--chat", metavar="ID", help="For this chat; default: a preview.")] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Write nothing.")] = False,
    at: options.At = None,
    json: options.Json = False,
    database: options.Database = None,
) -> None:
    """Compose a digest; with --chat and without --dry-run it goes to the outbox, and the running bot sends it."""

    async def work(services: Services) -> None:
        now = options.now(at)
        if chat is None or dry_run:
            chat_id = None if chat is None else (await find(services, chat)).id
            for_chat, composed, parts = await services.digests.preview(now, chat_id)
            _show(None if chat is None else for_chat, composed, parts, json=json)
            return
        for_chat = await find(services, chat)
        written = await services.digests.compose_now(for_chat.id, now)
        if written is None:
            message = "This minute's digest of that chat is written already; the same slot is never sent twice."
            raise BadRequest(message, code="slot_written")
        _show(for_chat, written, services.render_digest(written, for_chat), json=json)

    with_services(work, database=database)


def _show(chat: Chat | None, composed: Digest, parts: tuple[Part, ...], *, json: bool) -> None:
    if not json:
        for part in parts:
            say(part.message.html + "\n")
        return
    stories = [
        {"story": card.story_id, "version": card.version, "status": card.status}
        for card in (*composed.stories, *composed.still)
    ]
    emit(
        {
            "chat": None if chat is None else chat.id,
            "slot": composed.slot.key,
            "parts": [part.message.html for part in parts],
            "stories": stories,
        }
    )
