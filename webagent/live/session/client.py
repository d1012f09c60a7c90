"""Talks to a session, and starts one where there is none. Light: this is what a second command waits for."""

from __future__ import annotations

import contextlib
import subprocess
import sys
import time
from collections.abc import Iterator
from types import TracebackType
from typing import TypeVar

from webagent import __version__
from webagent.errors import SessionFault
from webagent.live.session import place
from webagent.live.session.protocol import (
    EndSession,
    Fault,
    FromSession,
    Hello,
    Message,
    Welcome,
    decode_session,
    encode,
)

__all__ = ["Client", "reach", "running"]

CONNECT_TIMEOUT = 10.0  # a session that is just starting is busy
START_TIMEOUT = 30.0
_started: list[subprocess.Popen[bytes]] = []  # held: they go on when we end

Wanted = TypeVar("Wanted", bound=Message)


class Client:
    """One connection to a session, for one request."""

    def __init__(self, address: place.Address) -> None:
        """Connect, and be let in.

        Raises:
            OSError: nobody is there any more.
            SessionFault: it did not let us in.
        """
        self._address = address
        self._socket = place.dial(address, CONNECT_TIMEOUT)
        self._lines = self._socket.makefile("rb")
        try:
            self.tell(Hello(version=__version__, token=address.token))
            self.welcome = self.receive(Welcome)
        except BaseException:
            self.close()
            raise
        self._socket.settimeout(None)

    def tell(self, message: Message) -> None:
        """Send a message."""
        self._socket.sendall(encode(message))

    def messages(self) -> Iterator[FromSession]:
        """What the session says, until it hangs up.

        Raises:
            SessionFault: the request could not be met.
        """
        try:
            for line in self._lines:
                message = decode_session(line)
                if isinstance(message, Fault):
                    raise SessionFault(message.reason, message.exit_code)
                yield message
        except ConnectionError:
            return

    def receive(self, kind: type[Wanted]) -> Wanted:
        """The next message of a kind; others are passed over.

        Raises:
            SessionFault: the session ended before.
        """
        for message in self.messages():
            if isinstance(message, kind):
                return message
        raise self.lost()

    def lost(self) -> SessionFault:
        """What to say when the session has ended in the middle of something."""
        words = ""
        with contextlib.suppress(OSError):
            words = " | ".join(place.log_file(self._address.browser).read_text(errors="replace").split("\n")[-4:])
        said = f"; it said: {words.strip(' |')}" if words.strip(" |") else ""
        return SessionFault(f"the session broke off in the middle{said}. Give the command again: it starts a new one")

    def close(self) -> None:
        """Hang up; a command that is under way is stopped by that."""
        self._lines.close()
        self._socket.close()

    def __enter__(self) -> Client:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def running(browser: str) -> Client | None:
    """A connection to the session for this browser, if there is one; what is left over from others is removed.

    Raises:
        SessionFault: it is there, and does not answer.
    """
    address = place.read(browser)
    if address is None:
        return None
    try:
        return Client(address)
    except TimeoutError:
        raise SessionFault(
            f"the session (process {address.pid}) does not answer: end that process, then try again"
        ) from None
    except (OSError, SessionFault):
        place.forget(address)
        return None


def reach(browser: str) -> Client:
    """A connection to the session for this browser, which is started if need be.

    Args:
        browser: one of `webagent.live.browsers.BROWSERS`, or a DevTools address.

    Raises:
        SessionFault: none can be started.
    """
    client = running(browser)
    if client is not None and client.welcome.version != __version__:  # webagent was upgraded meanwhile
        _end(client)
        client = None
    return client or _start(browser)


def _end(client: Client) -> None:
    with client, contextlib.suppress(OSError, SessionFault):
        client.tell(EndSession())
        for _ in client.messages():
            pass


def _start(browser: str) -> Client:
    log = place.log_file(browser)
    # the same search path as ours, so that it runs the same code wherever it starts
    code = f"import sys; sys.path[:] = {sys.path!r}; from webagent.live.session.server import main; main({browser!r})"
    quiet = subprocess.DEVNULL
    log.unlink(missing_ok=True)
    log.touch(mode=0o600)
    with log.open("wb") as said:
        command = [sys.executable, "-c", code]
        process = subprocess.Popen(command, stdin=quiet, stdout=quiet, stderr=said, start_new_session=True)
    _started.append(process)
    deadline = time.monotonic() + START_TIMEOUT
    while time.monotonic() < deadline:
        client = running(browser)
        if client is not None:
            return client
        if process.poll():  # 0: another one was faster, and will be there soon
            break
        time.sleep(0.02)
    words = " | ".join(log.read_text(errors="replace").strip().splitlines()[-3:])
    raise SessionFault(f"no session can be started; it said: {words or 'nothing'}. `webagent doctor` may tell more")
