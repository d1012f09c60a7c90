"""The switch of the microphone: the terminal and the bar in the page share it."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Literal, TypeAlias

__all__ = ["Hearing", "Talk"]

Hearing: TypeAlias = Literal["", "shut", "opening", "listening", "muted", "open"]


class Talk:
    """Open or shut, from whichever thread.

    Args:
        always: it is open from the beginning, and being shut only rests; else what is said while it is open is one
            utterance.
        opened: called whenever it is opened.

    Attributes:
        hears: sound is coming in.
        dropped: what was said since it was opened does not count.
        over: there will be no more.
        shut: set while it is shut.
    """

    def __init__(self, *, always: bool = False, opened: Callable[[], None] = lambda: None) -> None:
        self.always = always
        self.hears = self.dropped = self.over = False
        self.shut = threading.Event()
        self._open = threading.Event()
        self._opened = opened
        (self._open if always else self.shut).set()

    @property
    def is_open(self) -> bool:
        """Whether it is open."""
        return self._open.is_set()

    @property
    def hearing(self) -> Hearing:
        """How things are, for whoever looks at them."""
        if self.always:
            return "open" if self.is_open else "muted"
        if not self.is_open:
            return "shut"
        return "listening" if self.hears else "opening"

    def open(self) -> None:
        """Begin to listen."""
        if self.is_open or self.over:
            return
        self.dropped = False
        self._opened()
        self.shut.clear()
        self._open.set()

    def close(self) -> None:
        """End: what was said is an utterance."""
        self._open.clear()
        self.shut.set()

    def drop(self) -> None:
        """End, and forget what was said."""
        self.dropped = True
        self.close()

    def toggle(self) -> None:
        """Begin, or end."""
        if self.is_open:
            self.close()
        else:
            self.open()

    def end(self) -> None:
        """Nothing will be said any more."""
        self.over = True
        self.close()
        self._open.set()  # whoever waits for it

    def wait(self) -> bool:
        """Wait until it is open; false when there will be no more."""
        self._open.wait()
        return not self.over
