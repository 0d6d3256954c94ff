"""An unmodified python-telegram-bot process talks to the playground: what any bot does, end to end."""

import asyncio
import base64
import os
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

BOT = """
import os
from telegram import InlineKeyboardButton, InlineKeyboardMarkup
from telegram.ext import ApplicationBuilder, CallbackQueryHandler, CommandHandler, MessageHandler, filters

origin = os.environ["ORIGIN"]

async def start(update, context):
    keys = InlineKeyboardMarkup([[InlineKeyboardButton("Go", callback_data="go")]])
    await update.message.reply_text("<b>Hello</b> &amp; welcome", parse_mode="HTML", reply_markup=keys)

async def pressed(update, context):
    await update.callback_query.answer("pressed")
    await update.callback_query.edit_message_text("edited")

async def document(update, context):
    file = await update.message.document.get_file()
    content = bytes(await file.download_as_bytearray())
    await update.message.reply_document(content[::-1], filename="reversed.txt", caption=str(len(content)))

app = (
    ApplicationBuilder().token("100001:PLAYGROUND")
    .base_url(origin + "/bot").base_file_url(origin + "/file/bot").build()
)
app.add_handler(CommandHandler("start", start))
app.add_handler(CallbackQueryHandler(pressed))
app.add_handler(MessageHandler(filters.Document.ALL, document))
app.run_polling()
"""


@pytest.fixture
async def bot(loopback: Any, tmp_path: Path) -> AsyncIterator[asyncio.subprocess.Process]:
    program = tmp_path / "bot.py"
    program.write_text(BOT)
    environment = {name: value for name, value in os.environ.items() if not name.lower().endswith("_proxy")}
    process = await asyncio.create_subprocess_exec(
        sys.executable, str(program), env={**environment, "ORIGIN": loopback.origin}
    )
    yield process
    if process.returncode is None:
        process.terminate()
        assert await asyncio.wait_for(process.wait(), 20) == 0


@pytest.mark.slow
@pytest.mark.usefixtures("bot")
async def test_a_real_bot_polls_sends_edits_answers_and_moves_files(loopback: Any) -> None:
    ann = await loopback.person()
    await loopback.say(ann, ann, "/start")
    (hello,) = await loopback.bot_messages(ann, bool)
    assert hello["text"] == "Hello & welcome"
    assert hello["entities"] == [{"offset": 0, "length": 5, "type": "bold"}]

    data = hello["reply_markup"]["inline_keyboard"][0][0]["callback_data"]
    order = {"user": ann, "message_id": hello["message_id"], "data": data}
    press = (await loopback.ctl(f"chats/{ann}/callbacks", order))["id"]
    await loopback.bot_messages(ann, lambda found: found[0]["text"] == "edited")
    assert (await loopback.ctl(f"callbacks/{press}"))["answer"]["text"] == "pressed"

    content = base64.b64encode(b"abc" * 1000).decode()
    await loopback.ctl(f"chats/{ann}/documents", {"user": ann, "file_name": "a.txt", "base64": content})
    back = (await loopback.bot_messages(ann, lambda found: len(found) == 2))[1]
    assert (back["caption"], back["document"]["file_name"]) == ("3000", "reversed.txt")
    stored = await loopback.fetch(f"/_control/files/{back['document']['file_id']}")
    assert stored.body == b"cba" * 1000
