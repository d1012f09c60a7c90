"""Where a session is found: a file that only its owner may read says how it is reached."""

from __future__ import annotations

import contextlib
import hashlib
import os
import secrets
import shutil
import socket
import tempfile
from collections.abc import Iterator
from pathlib import Path

import msgspec

from webagent.home import home, private_folder

__all__ = ["Address", "addresses", "dial", "forget", "listen", "log_file", "read", "write"]


class Address(msgspec.Struct, frozen=True, kw_only=True):
    """How a session is reached.

    Attributes:
        browser: what it is attached to, as it was named.
        pid: of its process.
        token: to be shown by clients.
        path: of its socket; ``""`` on systems that have none...
        port: ...which use this port of the machine instead.
    """

    browser: str
    pid: int
    token: str
    path: str = ""
    port: int = 0


def _file(browser: str) -> Path:
    name = hashlib.blake2s(browser.encode(), digest_size=8).hexdigest()
    return private_folder("sessions") / f"{name}.json"


def log_file(browser: str) -> Path:
    """What the session for this browser has printed: nothing, unless it broke."""
    return _file(browser).with_suffix(".log")


def read(browser: str) -> Address | None:
    """The address of the session for this browser; ``None`` when there seems to be none."""
    with contextlib.suppress(OSError, msgspec.DecodeError):
        return msgspec.json.decode(_file(browser).read_bytes(), type=Address)
    return None


def addresses() -> Iterator[Address]:
    """All of them, also those left over from sessions that were killed."""
    for file in sorted((home() / "sessions").glob("*.json")):
        with contextlib.suppress(OSError, msgspec.DecodeError):
            yield msgspec.json.decode(file.read_bytes(), type=Address)


def write(address: Address) -> None:
    """Make a session known.

    Raises:
        FileExistsError: another one is already.
    """
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL
    with os.fdopen(os.open(_file(address.browser), flags, 0o600), "wb") as file:
        file.write(msgspec.json.encode(address))


def forget(address: Address) -> None:
    """Remove what belongs to a session that has ended."""
    if read(address.browser) == address:
        _file(address.browser).unlink(missing_ok=True)
    if address.path:
        shutil.rmtree(Path(address.path).parent, ignore_errors=True)


def listen(browser: str) -> tuple[socket.socket, Address]:
    """A socket for a new session, and how it is reached."""
    token = secrets.token_urlsafe(16)
    if not hasattr(socket, "AF_UNIX"):
        door = socket.create_server(("127.0.0.1", 0))
        return door, Address(browser=browser, pid=os.getpid(), token=token, port=door.getsockname()[1])
    # not among the other files: the path of a socket must be short
    path = Path(tempfile.mkdtemp(prefix="webagent-session-")) / "socket"  # the folder has mode 0700
    door = socket.socket(socket.AF_UNIX)
    door.bind(str(path))
    path.chmod(0o600)
    door.listen()
    return door, Address(browser=browser, pid=os.getpid(), token=token, path=str(path))


def dial(address: Address, timeout: float) -> socket.socket:
    """A connection to a session.

    Raises:
        OSError: it is not there any more.
    """
    if not address.path:
        return socket.create_connection(("127.0.0.1", address.port), timeout)
    line = socket.socket(socket.AF_UNIX)
    line.settimeout(timeout)
    try:
        line.connect(address.path)
    except OSError:
        line.close()
        raise
    return line
