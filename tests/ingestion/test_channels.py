from datetime import UTC, datetime

from ingestion.channels import parse_channel
from ingestion.feeds import FeedParse
from ingestion.refusals import Unreadable

PREVIEW = b"""<html><body><div class="tgme_channel_info"><div class="tgme_channel_info_header_title"><span>News of the Lake</span></div></div>
<div class="tgme_widget_message" data-post="lake/1"><div class="tgme_widget_message_text">The lake <b>froze</b>.<br/>Nobody saw it.</div>
<a><time datetime="2026-11-22T10:00:00+00:00">10:00</time></a></div>
<div class="tgme_widget_message" data-post="lake/2"><div class="tgme_widget_message_photo"></div></div>
<div class="tgme_widget_message" data-post="lake/3"><div class="tgme_widget_message_text">A reply</div><div class="tgme_widget_message_text">The ice broke.</div>
<a><time datetime="2026-11-23T10:00:00+00:00">10:00</time></a></div></body></html>"""


def test_messages_newest_first() -> None:
    made = parse_channel(PREVIEW, "https://t.me/s/lake")
    assert isinstance(made, FeedParse)
    assert made.title == "News of the Lake"
    newest, oldest = made.documents
    assert (newest.url, newest.text) == ("https://t.me/lake/3", "The ice broke.")
    assert (oldest.title, oldest.text) == ("The lake froze.", "The lake froze.\n\nNobody saw it.")
    assert oldest.published_at == datetime(2026, 11, 22, 10, tzinfo=UTC)


def test_another_page_is_no_channel() -> None:
    assert isinstance(parse_channel(b"<html><body>Contact @lake</body></html>", "https://t.me/s/lake"), Unreadable)
