"""Names this process for a lease, so that another process on the same machine can tell when it is dead.

The name holds the boot of the machine, the process namespace (a container has its own), the process number and when that
process began: a number that is used anew is another process. Where the system tells none of it the name is only random, and
then nobody is ever held for dead: its lease has to lapse.
"""

import os
import secrets
from pathlib import Path

_BOOT = Path("/proc/sys/kernel/random/boot_id")
_NAMESPACE = Path("/proc/self/ns/pid")
_BEGAN = 19  # of the fields of /proc/PID/stat after the name in brackets


def name() -> str:
    """A new name of this process."""
    try:
        here, began = _here(), _began(os.getpid())
    except OSError:
        here, began = "", None
    return "/".join((here, str(os.getpid()), str(began), secrets.token_hex(8)))


def is_dead(holder: str) -> bool:
    """Whether it is certain that the process of that name has ended."""
    try:
        here, number, began, _ = holder.split("/")
        if not here or here != _here():
            return False
        return str(_began(int(number))) != began
    except (OSError, ValueError):
        return False


def _here() -> str:
    """This boot and this process namespace."""
    return f"{_BOOT.read_text('ascii').strip()}+{_NAMESPACE.readlink().name}"


def _began(number: int) -> str | None:
    """When the process began, in ticks since the boot; None: there is none, or only its exit status is left."""
    try:
        fields = Path(f"/proc/{number}/stat").read_text("utf-8", "replace").rsplit(") ", 1)[1].split()
    except (FileNotFoundError, ProcessLookupError):
        return None
    return None if fields[0] in {"Z", "X"} else fields[_BEGAN]
