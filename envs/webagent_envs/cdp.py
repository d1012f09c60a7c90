"""A thin client of the Chrome DevTools Protocol: commands are written in batches, every read has a deadline.

One `Connection` serves a whole browser; pages are told apart by their flat session id. It is synchronous and needs
no event loop of its own, so it works the same in a script, a notebook, a thread or a worker process.
"""

from __future__ import annotations

import contextlib
import math
import re
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextvars import ContextVar
from typing import Any, NamedTuple, TypeVar

import msgspec

from webagent_envs.errors import BrowserCrashed, BrowserError, DeadlineExceeded, PageClosed, Stopped
from webagent_envs.together import give_way
from webagent_envs.transport import Transport

__all__ = ["Command", "Connection", "ProtocolError", "Reply", "decoded", "stoppable", "within"]

Value = TypeVar("Value")
# pages may hold halves of characters, of which JSON knows nothing; what must stay as it is comes first
HALVES = re.compile(
    rb"\\\\|\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|(?P<half>\\u[dD][89a-fA-F][0-9a-fA-F]{2})"
)
NO_SESSION = -32001
TURN = 0.02  # seconds that one thread may listen while others want to speak


_last_moment: ContextVar[float] = ContextVar("last_moment", default=math.inf)


@contextlib.contextmanager
def within(seconds: float) -> Iterator[None]:
    """Whatever is waited for in here is waited for no longer than ``seconds`` in all."""
    token = _last_moment.set(min(_last_moment.get(), time.monotonic() + seconds))
    try:
        yield
    finally:
        _last_moment.reset(token)


_stopped: ContextVar[Callable[[], bool] | None] = ContextVar("stopped", default=None)


@contextlib.contextmanager
def stoppable(stopped: Callable[[], bool]) -> Iterator[None]:
    """Whatever is waited for in here ends with `Stopped` soon after ``stopped()`` has become true."""
    token = _stopped.set(stopped)
    try:
        yield
    finally:
        _stopped.reset(token)


def decoded(decode: Callable[[bytes | str | msgspec.Raw], Value], text: bytes | str | msgspec.Raw) -> Value:
    """What JSON text says; half characters are replaced.

    Raises:
        msgspec.DecodeError: it is no JSON, or not what is looked for.
    """
    try:
        return decode(text)
    except msgspec.DecodeError:
        data = text.encode() if isinstance(text, str) else bytes(text)
        return decode(HALVES.sub(lambda found: b"\\ufffd" if found["half"] else found[0], data))


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
            try:
                self._guarded(self._transport.send, messages, min(deadline, _last_moment.get()))
            except BrowserError:
                self.forget(tickets)
                raise
            return tickets

    def tell(self, command: Command) -> None:
        """Write a command whose answer nobody needs."""
        with self._lock, contextlib.suppress(BrowserError):
            self.forget(self.send([command], time.monotonic() + 1))

    def forget(self, tickets: Sequence[tuple[int, str]]) -> None:
        """The replies to these are not wanted any more."""
        for ticket, _ in tickets:
            self._replies.pop(ticket, None)

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
            self.forget(tickets)
        if any(reply.error is not None and reply.error.code == NO_SESSION for reply in replies):
            raise PageClosed("the page was closed; open it again")
        return replies

    def listen_until(self, holds: Callable[[], bool], session: str, deadline: float) -> bool:
        """Read until something holds that messages for ``session`` bring about; false when ``deadline`` passed before.

        Raises:
            BrowserError: the session has ended.
            Stopped: see `stoppable`.
        """
        deadline = min(deadline, _last_moment.get())
        stopped = _stopped.get()
        if give_way(self, lambda: holds() or session in self._ended or not self.alive, deadline):
            deadline = time.monotonic()  # another call has listened for us
        while True:
            if stopped is not None and stopped():
                raise Stopped("stopped")
            with self._lock:
                turn = min(deadline, time.monotonic() + TURN)
                while not holds():
                    self._check(session)
                    if not self._listen(turn) or time.monotonic() >= turn:
                        break
                if holds():
                    return True
            if turn >= deadline:
                return False
            time.sleep(0.0001)  # lets another thread have its turn

    def _check(self, session: str) -> None:
        error = self._ended.get(session) or self._dead
        if error is not None:
            raise type(error)(*error.args)  # a new one each time: what is raised keeps hold of where it was

    def listen(self, deadline: float) -> None:
        """Read what has come; wait for something until ``deadline``, but not for long."""
        with self._lock, contextlib.suppress(BrowserCrashed):  # those who wait for it are told
            self._listen(min(deadline, time.monotonic() + TURN))

    def _listen(self, deadline: float) -> bool:
        messages: list[bytes] = self._guarded(self._transport.receive, deadline)
        for message in messages:
            self._dispatch(decoded(self._decode, message))
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
        self._check("")
        try:
            return function(*arguments)
        except BrowserCrashed as error:
            self._dead = BrowserCrashed(f"{error}; start it again{self._epitaph()}")
            raise BrowserCrashed(*self._dead.args) from None

    def close(self) -> None:
        """Let go of the browser; later commands raise `BrowserCrashed`. Idempotent."""
        if self._dead is None:
            self._dead = BrowserCrashed("the browser was closed; open a new one")
        with self._lock:  # its numbers may soon be those of other files: nobody must be reading
            self._transport.close()

    def abandon(self) -> None:
        """`close` in a forked child, where the thread that held the lock does not exist."""
        self._lock = threading.RLock()
        self.close()
