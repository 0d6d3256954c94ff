"""Reactions count as thumbs: a person's in private, the balance of everybody's in a group or a channel."""

from news.audience import Address, ChatKind, DeliveryKind, NewDelivery, OutMessage
from news.ids import ChatId, StoryId
from tests.bot.office import GROUP, OWNER, READER, STRANGER, Office

TALKS = "Vladimir Putin and Xi Jinping met in Moscow. They spoke for four hours about trade between Russia and China."


async def _told(place: int = READER) -> tuple[Office, ChatId, list[StoryId]]:
    """An office whose chat there was told one story in message 1, and both in message 2."""
    office = Office()
    kind = ChatKind.PRIVATE if place > 0 else ChatKind.SUPERGROUP
    chat = await office.services.chats.open(Address(place), kind, office.now)
    for title, text in (("Talks in Moscow", TALKS), ("Floods", "The Indus has flooded villages in Sindh province.")):
        await office.newsroom.story(title, text)
    async with office.newsroom.open_unit() as unit:
        stories = [story.id for story in await unit.stories.since(office.now.replace(year=2000), 9)]
        rows = [
            NewDelivery(
                chat_id=chat.id,
                key=f"push:{number}",
                part=0,
                kind=DeliveryKind.PUSH,
                message=OutMessage(html="x"),
                stories=tuple((story, 1) for story in stories[: number + 1]),
                not_before=office.now,
            )
            for number in range(2)
        ]
        await unit.deliveries.add(rows, office.now)
        await unit.commit()
    await office.newsroom.send_all(office.now)
    return office, chat.id, stories


async def _ratings(office: Office, chat: ChatId) -> dict[StoryId, int]:
    async with office.newsroom.open_unit(readonly=True) as unit:
        return await unit.chats.ratings(chat)


async def test_a_reaction_to_a_message_of_one_story_is_a_thumb() -> None:
    office, chat, [one, _] = await _told()
    before = ""
    for emoji, rated in (("👎", {one: -1}), ("👍", {one: 1}), ("🔥", {one: 1}), ("😁", {}), ("", {})):
        await office.react(emoji, 1, before=before)
        assert await _ratings(office, chat) == rated, emoji
        before = emoji
    await office.react("👍", 1, OWNER)
    await office.react("👍", 99)
    assert await _ratings(office, chat) == {}, "neither another's chat nor another message counts"


async def test_a_liking_of_a_digest_is_one_of_all_it_told_and_a_dislike_of_none() -> None:
    office, chat, [one, other] = await _told()
    await office.react("👎", 2)
    assert await _ratings(office, chat) == {}
    await office.react("", 2, before="👎")
    await office.services.chats.rate(chat, one, -1, office.now)
    await office.react("👍", 2)
    assert await _ratings(office, chat) == {one: -1, other: 1}, "the thumb that was given to one story stays"
    await office.react("", 2, before="👍")
    assert await _ratings(office, chat) == {one: -1}


async def test_in_a_group_the_balance_of_all_counts() -> None:
    office, chat, [one, _] = await _told(GROUP)
    await office.react("👍", 1, READER, GROUP)
    assert await _ratings(office, chat) == {one: 1}
    await office.react("👎", 1, STRANGER, GROUP)
    assert await _ratings(office, chat) == {}
    await office.react("👎", 1, OWNER, GROUP)
    assert await _ratings(office, chat) == {one: -1}
    await office.react("", 1, STRANGER, GROUP, before="👎")
    await office.react("", 1, OWNER, GROUP, before="👎")
    assert await _ratings(office, chat) == {one: 1}


async def test_a_banned_person_has_no_say() -> None:
    office, chat, _ = await _told(GROUP)
    await office.say(f"/ban {STRANGER}", OWNER)
    await office.react("👍", 1, STRANGER, GROUP)
    assert await _ratings(office, chat) == {}


async def test_in_a_channel_telegrams_own_counts_count() -> None:
    office, chat, [one, _] = await _told(GROUP)
    await office.count_reactions({"👍": 3, "👎": 1, "😁": 9}, 1, GROUP)
    assert await _ratings(office, chat) == {one: 1}
    await office.count_reactions({"👍": 3, "👎": 4}, 1, GROUP)
    assert await _ratings(office, chat) == {one: -1}
    await office.count_reactions({}, 1, GROUP)
    assert await _ratings(office, chat) == {}
