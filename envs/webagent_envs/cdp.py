"""A thin client of the Chrome DevTools Protocol: commands are written in batches, every read has a deadline.

One `Connection` serves a whole browser; pages are told apart by their flat session id. It is synchronous and needs
no event loop of its own, so it works the same in a script, a notebook, a thread or a worker process.
"""

from __future__ import annotations

import contextlib
import os
import select
import threading
import time
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple, Protocol

import msgspec

from webagent_envs.errors import BrowserCrashed, BrowserError, DeadlineExceeded, PageClosed
from webagent_envs.together import give_way

__all__ = ["Command", "Connection", "PipeTransport", "ProtocolError", "Reply", "SocketTransport", "Transport"]

READ_SIZE = 1 << 18
NO_SESSION = -32001
TURN = 0.02  # seconds that one thread may listen while others want to speak


class ProtocolError(BrowserError):
    """The browser answered a command with an error."""


class Command(NamedTuple):
    """One protocol command; ``session`` is the page it is for, ``""`` the browser itself."""

    method: str
    params: dict[str, Any] = {}  # noqa: RUF012  (never changed)
    session: str = ""


class Fault(msgspec.Struct, frozen=True):
    """Why a command failed."""

    message: str
    code: int = 0
    data: str = ""


class Reply(msgspec.Struct, frozen=True, rename="camel"):
    """Anything the browser says: the answer to a command (``id`` > 0) or an event (``method``)."""

    id: int = 0
    result: msgspec.Raw = msgspec.Raw(b"{}")
    error: Fault | None = None
    method: str = ""
    params: msgspec.Raw = msgspec.Raw(b"{}")
    session_id: str = ""

    def get(self) -> dict[str, Any]:
        """The result as plain data.

        Raises:
            ProtocolError: when the browser refused the command.
        """
        if self.error is not None:
            raise ProtocolError(f"the browser refused a command: {self.error.message} {self.error.data}".strip())
        plain: dict[str, Any] = msgspec.json.decode(self.result)
        return plain


class Transport(Protocol):
    """Carries messages to and from one browser."""

    def send(self, messages: Sequence[bytes], deadline: float) -> None:
        """Write all messages at once."""

    def receive(self, deadline: float) -> list[bytes]:
        """At least one message, or none when ``deadline`` (of `time.monotonic`) has passed."""

    def close(self) -> None:
        """Let go of the channel; idempotent."""


class PipeTransport:
    """Messages that end in NUL over the two pipes of ``--remote-debugging-pipe``."""

    def __init__(self, read_fd: int, write_fd: int) -> None:
        self._read_fd, self._write_fd = read_fd, write_fd
        os.set_blocking(read_fd, False)
        os.set_blocking(write_fd, False)
        self._buffer = bytearray()
        self._poll = select.poll()
        self._poll.register(read_fd, select.POLLIN)
        self._open = True

    def send(self, messages: Sequence[bytes], deadline: float) -> None:
        """Write all messages at once."""
        data = memoryview(b"\0".join(messages) + b"\0")
        while data:
            try:
                data = data[os.write(self._write_fd, data) :]
            except BlockingIOError:
                self._make_room(deadline)
            except (BrokenPipeError, OSError) as error:
                raise BrowserCrashed(f"the browser went away ({error})") from None

    def _make_room(self, deadline: float) -> None:
        # the browser may itself be waiting for us to read, so reading goes on while writing waits
        readable, writable, _ = select.select(
            [self._read_fd], [self._write_fd], [], max(0.0, deadline - time.monotonic())
        )
        if not readable and not writable:
            raise DeadlineExceeded("the browser takes no more commands; close it and start again")
        if readable and not writable:
            self._fill()

    def receive(self, deadline: float) -> list[bytes]:
        """At least one message, or none when ``deadline`` has passed."""
        while True:
            end = self._buffer.rfind(b"\0")
            if end >= 0:
                messages = bytes(self._buffer[:end]).split(b"\0")
                del self._buffer[: end + 1]
                return messages
            left = deadline - time.monotonic()
            if left <= 0 or not self._poll.poll(left * 1000):
                return []
            self._fill()

    def _fill(self) -> None:
        try:
            data = os.read(self._read_fd, READ_SIZE)
        except BlockingIOError:
            return
        except OSError as error:
            raise BrowserCrashed(f"the browser went away ({error})") from None
        if not data:
            raise BrowserCrashed("the browser ended")
        self._buffer += data

    def close(self) -> None:
        """Close both pipes; the browser ends by itself then."""
        if self._open:
            self._open = False
            os.close(self._read_fd)
            os.close(self._write_fd)


class SocketTransport:
    """Messages over the websocket of a browser that somebody else started."""

    def __init__(self, url: str, timeout: float) -> None:
        from websockets.sync.client import connect

        self._open = contextlib.ExitStack()
        # no proxy: the endpoint is this machine, or a machine that was named on purpose
        options: dict[str, Any] = {"proxy": None, "compression": None, "ping_interval": None}
        connecting = connect(url, max_size=None, max_queue=None, open_timeout=timeout, **options)
        self._socket = self._open.enter_context(connecting)

    def send(self, messages: Sequence[bytes], deadline: float) -> None:
        """Write all messages."""
        from websockets.exceptions import ConnectionClosed

        try:
            for message in messages:
                self._socket.send(message, text=True)
        except ConnectionClosed as error:
            raise BrowserCrashed(f"the browser closed the connection ({error})") from None

    def receive(self, deadline: float) -> list[bytes]:
        """One message, or none when ``deadline`` has passed."""
        from websockets.exceptions import ConnectionClosed

        try:
            return [self._socket.recv(timeout=max(0.0, deadline - time.monotonic()), decode=False)]
        except TimeoutError:
            return []
        except ConnectionClosed as error:
            raise BrowserCrashed(f"the browser closed the connection ({error})") from None

    def close(self) -> None:
        """Close the connection; the browser stays open."""
        self._open.close()


class Connection:
    """Commands to one browser, and its answers and events.

    A lock makes it safe for several threads; a process that was forked must open its own.

    Args:
        transport: the channel.
        epitaph: what else is known when the browser goes away (the last lines it printed), for the error.
    """

    def __init__(self, transport: Transport, epitaph: Callable[[], str] = str) -> None:
        self._transport = transport
        self._epitaph = epitaph
        self._lock = threading.RLock()
        self._encode = msgspec.json.Encoder().encode
        self._decode = msgspec.json.Decoder(Reply).decode
        self._last_id = 0
        self._replies: dict[int, Reply | None] = {}
        self._ended: dict[str, BrowserError] = {}
        self._listeners: dict[str, Callable[[str, msgspec.Raw], None]] = {}
        self._dead: BrowserCrashed | None = None

    @property
    def alive(self) -> bool:
        """Whether the browser was still there when it was last asked."""
        return self._dead is None

    def subscribe(self, session: str, listener: Callable[[str, msgspec.Raw], None] | None) -> None:
        """Call ``listener(method, params)`` on each event of a session, while replies are awaited; ``None`` ends it."""
        if listener is None:
            self._listeners.pop(session, None)
            self._ended.pop(session, None)
        else:
            self._listeners[session] = listener

    def request(self, commands: Sequence[Command], timeout: float) -> list[Reply]:
        """Write all commands at once and await all replies, in the order of the commands.

        Raises:
            DeadlineExceeded: not all replies came within ``timeout`` seconds.
            BrowserCrashed: the browser, or the renderer of an addressed page, went away.
            PageClosed: an addressed page was closed.
        """
        deadline = time.monotonic() + timeout
        return self.wait(self.send(commands, deadline), deadline)

    def call(self, method: str, timeout: float, session: str = "", **params: Any) -> dict[str, Any]:
        """One command; its result as plain data."""
        return self.request([Command(method, params, session)], timeout)[0].get()

    def send(self, commands: Sequence[Command], deadline: float) -> list[tuple[int, str]]:
        """Write all commands at once; `wait` with the tickets that come back awaits their replies."""
        with self._lock:
            tickets, messages = [], []
            for method, params, session in commands:
                self._last_id += 1
                message = {"id": self._last_id, "method": method, "params": params}
                if session:
                    message["sessionId"] = session
                tickets.append((self._last_id, session))
                messages.append(self._encode(message))
                self._replies[self._last_id] = None
            self._guarded(self._transport.send, messages, deadline)
            return tickets

    def tell(self, command: Command) -> None:
        """Write a command whose answer nobody needs."""
        with self._lock, contextlib.suppress(BrowserError):
            (ticket,) = self.send([command], time.monotonic() + 1)
            del self._replies[ticket[0]]

    def wait(self, tickets: Sequence[tuple[int, str]], deadline: float) -> list[Reply]:
        """The replies to what `send` wrote. Raises as `request` does."""
        try:
            for ticket, session in tickets:
                if not self.listen_until(lambda ticket=ticket: self._replies[ticket] is not None, session, deadline):  # type: ignore[misc]
                    raise DeadlineExceeded(
                        "the page did not answer in time; it may be busy in an endless loop: load it again"
                    )
            replies = [reply for ticket, _ in tickets if (reply := self._replies[ticket]) is not None]
        finally:
            for ticket, _ in tickets:
                self._replies.pop(ticket, None)
        if any(reply.error is not None and reply.error.code == NO_SESSION for reply in replies):
            raise PageClosed("the page was closed; open it again")
        return replies

    def answered(self, tickets: Sequence[tuple[int, str]]) -> bool:
        """Whether all replies have come to what `send` wrote and `wait` has not taken yet."""
        return all(self._replies[ticket] is not None for ticket, _ in tickets)

    def listen_until(self, holds: Callable[[], bool], session: str, deadline: float) -> bool:
        """Read until something holds that messages for ``session`` bring about; false when ``deadline`` passed before.

        Raises:
            BrowserError: the session has ended.
        """
        if give_way(self, lambda: holds() or session in self._ended or not self.alive, deadline):
            deadline = time.monotonic()  # another call has listened for us
        while True:
            with self._lock:
                now = time.monotonic()
                turn = min(deadline, now + TURN)
                while not holds():
                    self._check(session)
                    if not self._listen(turn):
                        break
                else:
                    return True
            if turn >= deadline:
                return False
            time.sleep(0.0001)  # lets another thread have its turn

    def _check(self, session: str) -> None:
        error = self._ended.get(session) or self._dead
        if error is not None:
            raise error

    def listen(self, deadline: float) -> None:
        """Read what has come; wait for something until ``deadline``, but not for long."""
        with self._lock, contextlib.suppress(BrowserCrashed):  # those who wait for it are told
            self._listen(min(deadline, time.monotonic() + TURN))

    def _listen(self, deadline: float) -> bool:
        messages: list[bytes] = self._guarded(self._transport.receive, deadline)
        for message in messages:
            self._dispatch(self._decode(message))
        return bool(messages)

    def _dispatch(self, reply: Reply) -> None:
        if reply.id:
            if reply.id in self._replies:
                self._replies[reply.id] = reply
            return
        if reply.method == "Target.detachedFromTarget":
            self._end(msgspec.json.decode(reply.params)["sessionId"], PageClosed("the page was closed; open it again"))
        elif reply.method == "Inspector.targetCrashed":
            self._end(reply.session_id, BrowserCrashed("the page's renderer process crashed; load the page again"))
        if listener := self._listeners.get(reply.session_id):
            listener(reply.method, reply.params)

    def _end(self, session: str, error: BrowserError) -> None:
        # a renderer that crashed is detached later; the first reason is the true one
        if session in self._listeners:
            self._ended.setdefault(session, error)

    def _guarded(self, function: Callable[..., Any], *arguments: Any) -> Any:
        if self._dead is not None:
            raise self._dead
        try:
            return function(*arguments)
        except BrowserCrashed as error:
            self._dead = BrowserCrashed(f"{error}; start it again{self._epitaph()}")
            raise self._dead from None

    def close(self) -> None:
        """Let go of the browser; later commands raise `BrowserCrashed`. Idempotent."""
        if self._dead is None:
            self._dead = BrowserCrashed("the browser was closed; open a new one")
        self._transport.close()
