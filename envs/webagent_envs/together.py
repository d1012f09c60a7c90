"""Runs several calls that talk to a browser at once, in one thread: while one waits for an answer, the others go on.

The calls need not know: each runs in a greenlet of its own, and the one place where a `Connection` waits gives way.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, Protocol, TypeVar

from greenlet import getcurrent, greenlet

__all__ = ["alone", "give_way", "together"]

Result = TypeVar("Result")
TURN = 0.02  # seconds to listen to one browser while calls wait for another one too


class Channel(Protocol):
    """What a call waits for: messages of a browser."""

    def listen(self, deadline: float) -> None:
        """Read what has come; wait for something until ``deadline`` of `time.monotonic`."""


class _Errand(greenlet):
    """One of the calls; ``waits`` says for what, while it does."""

    waits: tuple[Channel, Callable[[], bool], float]
    result: Any = None
    failure: BaseException | None = None
    apart = False

    def perform(self, call: Callable[[], Any]) -> None:
        try:
            self.result = call()
        except BaseException as error:  # raised again by `together`
            self.failure = error


def give_way(channel: Channel, ready: Callable[[], bool], deadline: float) -> bool:
    """Let the other calls go on until ``ready()`` or ``deadline``; false when there are none: listen then."""
    errand = getcurrent()
    if not isinstance(errand, _Errand) or errand.apart or errand.parent is None:
        return False
    if ready():
        return True
    errand.waits = channel, ready, deadline
    errand.parent.switch()
    return True


@contextmanager
def alone() -> Iterator[None]:
    """Within, this call does not give way: for what must not be interrupted, such as the hold of a lock."""
    errand = getcurrent()
    if not isinstance(errand, _Errand):
        yield
        return
    before, errand.apart = errand.apart, True
    try:
        yield
    finally:
        errand.apart = before


def together(calls: Sequence[Callable[[], Result]]) -> list[Result]:
    """The results of all calls, in their order; when some fail, all are ended before the first error is raised."""
    errands = [_Errand(_Errand.perform) for _ in calls]
    for errand, call in zip(errands, calls, strict=True):
        errand.switch(errand, call)
    while waiting := [errand for errand in errands if not errand.dead]:
        if not _resume(waiting):
            _listen(waiting)
    for errand in errands:
        if errand.failure is not None:
            raise errand.failure
    return [errand.result for errand in errands]


def _resume(waiting: Sequence[_Errand]) -> bool:
    """Let the calls go on whose wait is over; whether there were any."""
    now = time.monotonic()
    over = [errand for errand in waiting if errand.waits[1]() or now >= errand.waits[2]]
    for errand in over:
        errand.switch()
    return bool(over)


def _listen(waiting: Sequence[_Errand]) -> None:
    channels = list(dict.fromkeys(errand.waits[0] for errand in waiting))
    until = min(errand.waits[2] for errand in waiting)
    if len(channels) > 1:
        until = min(until, time.monotonic() + TURN / len(channels))
    for channel in channels:
        channel.listen(until)
