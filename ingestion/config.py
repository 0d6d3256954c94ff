"""What ingestion may do and how much of it: limits, manners and the addresses that are allowed though not public.

The composition root fills this from the settings; nothing in this package reads the environment.
"""

from dataclasses import dataclass

DEFAULT_USER_AGENT = "Byline/0.1 (news reader for Telegram)"
"""Sent with every request, and the name that robots.txt rules are looked up for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class IngestionConfig:
    """Limits of reading. Bytes count after decompression, and the same limit holds before it."""

    allow: tuple[str, ...] = ()  # "host", "host:port", "10.0.0.0/8", "[::1]:8080": may be fetched though not public
    user_agent: str = DEFAULT_USER_AGENT
    max_bytes: int = 5 * 2**20  # of one feed, page or file; the largest feed of the test suites has 1.4 MB
    max_redirects: int = 5
    max_entries: int = 500  # of one feed; more are cut out of its middle
    connect_timeout_s: float = 10.0
    total_timeout_s: float = 30.0  # of one address, all redirects and the body included, waiting for a turn not
    host_spacing_s: float = 1.0  # between two requests to one host, from end to start
    allowed_host_parallel: int = 8  # requests at a time to one host of `allow`, where no spacing holds
    max_parallel: int = 32  # requests at a time to all hosts
    baseline_pages: int = 30  # pages fetched at the first read of a source, the newest
    max_pages: int = 60  # pages fetched at any other read of a source
    parse_processes: int = 2  # the second starts when the first is busy; 0: parse in a thread, which cannot be stopped
    parse_timeout_s: float = 20.0  # of one feed or page; then its process is killed
    respect_robots: bool = True  # for article pages; a feed is asked for by its reader
