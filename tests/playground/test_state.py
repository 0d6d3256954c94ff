import json
from pathlib import Path

from hypothesis import given, strategies as st

from playground.network import open_network, save_network
from playground.parameters import Upload
from playground.people import create_chat, new_user, press, react, text_fields, write
from playground.posting import post
from playground.state import Bot, Chat, World, dump, load, write_atomically


def test_people_chats_messages_and_updates_survive_a_restart(tmp_path: Path) -> None:
    path = tmp_path / "state.json"
    network = open_network(path)
    bot = Bot(100001, "100001:X", "probe_bot", "Probe", commands={"default|": [{"command": "a", "description": "b"}]})
    network.world.bots[bot.id] = bot
    ann = new_user(network, "Ann", "ann", "de")
    chat = create_chat(network, "private", "", [ann.id], bot)
    write(network, chat, ann.id, text_fields("/start"), {})
    sent = post(network, chat, bot.id, {"text": "hello"})
    react(network, chat, ann.id, sent, "👍")
    press(network, chat, ann.id, sent, "x")
    stored = network.files.add(Upload("a.txt", b"abc", "text/plain"), "document")
    save_network(network, path, closing=True)

    again = open_network(path)
    assert again.world == network.world
    assert again.world.chats[ann.id].messages[sent.body["message_id"]].reactions == {ann.id: ["👍"]}
    queue = again.queue(again.world.bots[bot.id])
    assert [update.encoded() for update in queue.pending.values()] == [
        update.encoded() for update in network.queue(bot).pending.values()
    ]
    assert len(queue.pending) == 2
    found = again.files.get(stored.id)
    assert found == stored
    assert again.files.content(stored) == b"abc"


def test_after_a_crash_no_id_is_given_twice(tmp_path: Path) -> None:
    path = tmp_path / "state.json"
    network = open_network(path)
    network.world.bots[1] = Bot(1, "1:X", "b", "B")
    save_network(network, path, closing=False)
    again = open_network(path)
    assert again.world.next_message_id > network.world.next_message_id + 100
    assert again.world.bots[1].next_update_id > network.world.bots[1].next_update_id + 100


def test_a_failed_write_leaves_the_old_file(tmp_path: Path) -> None:
    path = tmp_path / "state.json"
    write_atomically(path, "old")
    (tmp_path / "state.json.new").mkdir()
    try:
        write_atomically(path, "new")
    except OSError:
        pass
    else:
        raise AssertionError("the write cannot have worked")
    assert path.read_text() == "old"


def test_private_chats_and_groups_share_a_message_counter_and_supergroups_do_not() -> None:
    world = World()
    private, group, big = Chat(5, "private"), Chat(-5, "group"), Chat(-100, "supergroup")
    assert [world.new_message_id(chat) for chat in (private, group, big, private, big)] == [1, 2, 1, 3, 2]


@given(st.text(max_size=50), st.integers(1, 10**12))
def test_any_world_reads_back_as_it_was_written(text: str, number: int) -> None:
    world = World(admin_id=number)
    world.chats[number] = Chat(number, "group", text, members={number: "member"})
    assert load(json.loads(dump(world))) == world
