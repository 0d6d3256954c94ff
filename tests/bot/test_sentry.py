"""What is reported of a fault: its type and place, and no word of anybody's."""

import os
import subprocess
import sys

TOKEN = "100001:AAEsecretsecretsecretsecretsecretsecr"
PROGRAM = f"""
import logging, sys
import structlog
from sentry_sdk.transport import Transport
from bot import log, sentry

class Printer(Transport):
    def capture_envelope(self, envelope):
        sys.stdout.write(envelope.serialize().decode() + "\\n")

log.configure("INFO", as_json=True, secrets=["hunter2"])
sentry.start("https://key@sentry.example/1", ["hunter2"], transport=Printer)

def reads_an_article():
    text = "the text of an article"
    raise ValueError(f"cannot read {{text}} with {TOKEN} and hunter2")

try:
    reads_an_article()
except ValueError as error:
    structlog.get_logger("bot").exception("tick_broke_off", tick="enrich", sentence="what a person wrote")
    sentry.report(error)
logging.getLogger("library").error("it failed for %s", "a person called Rita")
structlog.get_logger("bot").warning("not_a_fault")
"""


def test_a_fault_is_reported_without_texts_and_secrets() -> None:
    done = subprocess.run([sys.executable, "-c", PROGRAM], capture_output=True, text=True, timeout=60, check=True)
    sent = done.stdout
    for wanted in ("ValueError", "reads_an_article", "tick_broke_off", "it failed for", "byline@"):
        assert wanted in sent
    for private in (
        "the text of an article",
        "a person wrote",
        "Rita",
        "hunter2",
        TOKEN,
        "not_a_fault",
    ):
        assert private not in sent


def test_without_a_dsn_nothing_of_sentry_is_loaded() -> None:
    program = "import sys\nfrom bot.commands.running import load\nload(None)\nassert 'sentry_sdk' not in sys.modules"
    environment = {name: value for name, value in os.environ.items() if not name.startswith("BYLINE_")}
    subprocess.run([sys.executable, "-c", program], env=environment, timeout=60, check=True)
