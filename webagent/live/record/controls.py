"""How a person steers a recording: keys in the terminal, signals, and the bar in the page."""

from __future__ import annotations

import contextlib
import os
import queue
import select
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from importlib.resources import files
from types import FrameType
from typing import Any, Literal

__all__ = ["BAR", "BAR_ID", "Controls", "Order"]

Order = Literal["finish", "keep", "redo", "drop", "name"]
KEYS: dict[str, Order] = {"q": "finish", "k": "keep", "r": "redo", "d": "drop", "n": "name"}
BAR_ID = "webagent-record-bar"
BAR = files("webagent").joinpath("live", "record", "bar.js").read_text()
"""A function of (id, command, steps) that shows the bar, or brings it up to date."""


class Controls:
    """Orders in the order in which they were given.

    The words of a ``name`` come after it. As a context it listens to the terminal and to SIGINT and SIGTERM, both of
    which mean ``finish``.

    Args:
        tell: called with what the person should know.
    """

    def __init__(self, tell: Callable[[str], None] = lambda words: None) -> None:
        self.tell = tell
        self._orders: queue.SimpleQueue[tuple[Order, str]] = queue.SimpleQueue()
        self._stop = threading.Event()

    def give(self, order: Order, words: str = "") -> None:
        """Give an order; ``words`` is the command of a ``name``."""
        self._orders.put((order, words))

    def taken(self) -> Iterator[tuple[Order, str]]:
        """The orders given since the last call."""
        while True:
            try:
                yield self._orders.get_nowait()
            except queue.Empty:
                return

    @contextlib.contextmanager
    def listening(self) -> Iterator[Controls]:
        """Listen to the terminal and to signals."""

        def finish(number: int, frame: FrameType | None) -> None:
            self.give("finish")

        known = {one: signal.signal(one, finish) for one in (signal.SIGINT, signal.SIGTERM)}
        reader = threading.Thread(target=self._read, daemon=True)
        with _single_keys():
            reader.start()
            try:
                yield self
            finally:
                self._stop.set()
                reader.join(timeout=1)
                for number, handler in known.items():
                    signal.signal(number, handler)

    def _read(self) -> None:
        naming: list[str] | None = None
        for character in self._characters():
            if naming is not None:
                if character in "\r\n":
                    self.give("name", "".join(naming).strip())
                    naming = None
                else:
                    naming.append(character)
            elif character == "n":
                naming = []
            elif character in KEYS:
                self.give(KEYS[character])

    def _characters(self) -> Iterator[str]:
        try:
            source = sys.stdin.fileno()
        except (AttributeError, OSError, ValueError):  # there is none
            return
        while not self._stop.is_set():
            ready, _, _ = select.select([source], [], [], 0.2)
            if ready:
                read = os.read(source, 1)
                if not read:  # nobody will say anything any more
                    return
                yield read.decode("utf-8", "replace")


@contextlib.contextmanager
def _single_keys() -> Iterator[None]:
    """Let a terminal hand over each key at once, and not each line."""
    if sys.stdin is None or sys.stdin.closed or not sys.stdin.isatty():
        yield
        return
    import termios
    import tty

    before: list[Any] = termios.tcgetattr(sys.stdin)
    tty.setcbreak(sys.stdin)
    try:
        yield
    finally:
        termios.tcsetattr(sys.stdin, termios.TCSADRAIN, before)
