"""Events reach stderr with their fields, and no secret does."""

import json
import subprocess
import sys
from typing import Any

SECRET = "110201543:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw"
PROGRAM = f"""
import logging, structlog
from bot import log
log.configure("INFO", as_json=True, secrets=["hush"])
logger = structlog.get_logger("x")
logger.info("message_sent", chat=7, url="https://api.telegram.org/bot{SECRET}/sendMessage", nested={{"k": ["a hush b"]}})
logger.debug("not_shown")
logging.getLogger("httpx").info("HTTP Request: POST https://api.telegram.org/bot{SECRET}/getMe")
logging.getLogger("telegram.ext").warning("failed for %s", "https://api.telegram.org/bot{SECRET}/getMe")
try:
    raise ValueError("bad address https://api.telegram.org/bot{SECRET}/getMe")
except ValueError:
    logger.exception("send_broke_off")
"""


def lines() -> list[dict[str, Any]]:
    done = subprocess.run([sys.executable, "-c", PROGRAM], capture_output=True, text=True, check=True, timeout=60)
    assert done.stdout == ""
    assert SECRET not in done.stderr
    assert "hush" not in done.stderr
    return [json.loads(line) for line in done.stderr.splitlines()]


def test_events_have_their_fields_and_no_secrets() -> None:
    sent, library, broken = lines()
    assert sent["event"] == "message_sent"
    assert sent["chat"] == 7
    assert sent["level"] == "info"
    assert sent["url"] == "https://api.telegram.org/bot‹secret›/sendMessage"
    assert library["logger"] == "telegram.ext"
    assert library["event"].startswith("failed for https://api.telegram.org/bot‹secret›")
    assert "ValueError" in broken["exception"]
