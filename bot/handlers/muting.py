"""/mute and /unmute: what a chat does not want to hear of, and the buttons that bring it back."""

from bot import callbacks
from bot.callbacks import Area
from bot.desk import Desk, Visit
from bot.handlers.keyboard import rows_of, undo_button
from news.audience import Button, Mute, MuteKind
from news.ids import StoryId

LABEL = 50  # characters of a button


async def mute(desk: Desk, visit: Visit) -> None:
    """/mute WORDS or PUBLISHER: they are left out; without words, what is muted."""
    value = " ".join(visit.words.split())[:100]
    if not value:
        await _list(desk, visit)
        return
    domain = "." in value and " " not in value and not value.endswith(".")
    await desk.memory.note_before(visit.chat)
    await desk.services.chats.mute(
        visit.chat.id, Mute(MuteKind.PUBLISHER if domain else MuteKind.WORD, value.lower() if domain else value)
    )
    await desk.tell(visit, "chat.muted", [[undo_button(visit)]], value=value)


async def _list(desk: Desk, visit: Visit) -> None:
    choices = await mute_buttons(desk, visit)
    await desk.tell(visit, "chat.mutes_list" if choices else "chat.mute_what", rows_of(choices, 1))


async def mute_buttons(desk: Desk, visit: Visit) -> list[Button]:
    """What is muted, each with a button that ends it; a story by its headline."""
    muted = visit.chat.mutes
    numbers = [StoryId(int(each.value)) for each in muted if each.kind is MuteKind.STORY]
    async with desk.services.open_unit(readonly=True) as unit:
        titles = {str(number): story.title for number in numbers for story in await unit.stories.get([number])}
    return [
        Button(f"✕ {titles.get(each.value, each.value)[:LABEL]}", data=callbacks.encode(Area.SETTINGS, "unmute", at))
        for at, each in enumerate(muted)
    ]


async def unmute(desk: Desk, visit: Visit) -> None:
    """/unmute WORDS: they are told of again; without words, what is muted."""
    wanted = visit.words.strip().casefold()
    for each in visit.chat.mutes:
        if each.value.casefold() == wanted:
            await desk.memory.note_before(visit.chat)
            await desk.services.chats.unmute(visit.chat.id, each)
            await desk.tell(visit, "chat.unmuted", [[undo_button(visit)]], value=each.value)
            return
    if wanted:
        await desk.tell(visit, "chat.unmute_none", value=visit.words.strip()[:100])
    else:
        await _list(desk, visit)
