"""Ways to carry messages to a browser and back: two pipes, or a websocket."""

from __future__ import annotations

import contextlib
import os
import select
import time
from collections.abc import Sequence
from typing import Any, Protocol

from webagent_envs.errors import BrowserCrashed, DeadlineExceeded

__all__ = ["PipeTransport", "SocketTransport", "Transport"]

READ_SIZE = 1 << 18


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
        self._unread = bytearray()
        self._unsent = bytearray()  # what a browser that was stuck has not taken; half a message would end it
        self._readable = _poll((read_fd, select.POLLIN))
        self._both = _poll((read_fd, select.POLLIN), (write_fd, select.POLLOUT))
        self._open = True

    def send(self, messages: Sequence[bytes], deadline: float) -> None:
        """Write all messages at once."""
        self._unsent += b"\0".join(messages) + b"\0"
        while self._unsent:
            try:
                del self._unsent[: os.write(self._write_fd, self._unsent)]
            except BlockingIOError:
                self._make_room(deadline)
            except OSError as error:
                raise BrowserCrashed(f"the browser went away ({error})") from None

    def _make_room(self, deadline: float) -> None:
        # the browser may itself be waiting for us to read, so reading goes on while writing waits
        ready = self._both.poll(max(0.0, deadline - time.monotonic()) * 1000)
        if not ready:
            raise DeadlineExceeded("the browser takes no more commands; close it and start again")
        if all(descriptor == self._read_fd for descriptor, _ in ready):
            self._fill()

    def receive(self, deadline: float) -> list[bytes]:
        """At least one message, or none when ``deadline`` has passed."""
        while True:
            end = self._unread.rfind(b"\0")
            if end >= 0:
                messages = bytes(self._unread[:end]).split(b"\0")
                del self._unread[: end + 1]
                return messages
            left = deadline - time.monotonic()
            if left <= 0 or not self._readable.poll(left * 1000):
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
        self._unread += data

    def close(self) -> None:
        """Close both pipes; the browser ends by itself then."""
        if self._open:
            self._open = False
            os.close(self._read_fd)
            os.close(self._write_fd)


def _poll(*wanted: tuple[int, int]) -> select.poll:
    made = select.poll()
    for descriptor, events in wanted:
        made.register(descriptor, events)
    return made


class SocketTransport:
    """Messages over the websocket of a browser that somebody else started."""

    def __init__(self, url: str, timeout: float) -> None:
        from websockets.sync.client import connect

        self._open = contextlib.ExitStack()
        # no proxy: the endpoint is this machine, or a machine that was named on purpose
        options: dict[str, Any] = {"proxy": None, "compression": None, "ping_interval": None, "close_timeout": 1}
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
