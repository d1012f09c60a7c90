"""The terminal as a face of a conversation: lines that are typed, or that a program writes, and the bar in the page."""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable, Sequence
from typing import IO, Any, Protocol

import msgspec

from webagent.live.person import Mark, Question
from webagent.live.phrases import STOPPING, phrase
from webagent.live.result import Candidate, Result
from webagent.live.said import Said

__all__ = ["ChatFace", "Inbox", "Second", "Writer", "read_script", "read_typing"]

_PUMP = 0.05  # seconds between two looks at what the bar has heard


class Inbox:
    """Utterances from wherever they come, in order; "stop" gets through at once while something is going on."""

    def __init__(self) -> None:
        self._said: queue.Queue[str | None] = queue.Queue()
        self._stop = threading.Event()
        self._listening = False

    def put(self, said: str | None) -> None:
        """Somebody said this; ``None``: there will be no more."""
        found = phrase(said) if said else None
        if not self._listening and found is not None and found.meaning in STOPPING:
            self._stop.set()
        else:
            self._said.put(said)

    def stop(self) -> None:
        """The stop key: ends what is going on, and answers every question with no."""
        self._stop.set()
        if self._listening:
            self._said.put("stop")

    def get(self, meanwhile: Callable[[], None] | None = None, more: Callable[[], None] | None = None) -> str | None:
        """The next utterance; ``more`` may put one here, ``meanwhile`` is done again and again until there is one."""
        self._listening = True
        self._stop.clear()
        try:
            if more is not None and self._said.empty():
                more()
            while True:
                try:
                    return self._said.get(timeout=_PUMP if meanwhile else None)
                except queue.Empty:
                    assert meanwhile is not None
                    meanwhile()
        finally:
            self._listening = False

    def stopped(self) -> bool:
        """Whether somebody said stop since the last `get`."""
        return self._stop.is_set()


class Writer(Protocol):
    """Where a conversation is written to."""

    def result(self, result: Result) -> None:
        """What became of an utterance."""
        ...

    def event(self, kind: str, words: str, candidates: Sequence[Candidate] = ()) -> None:
        """What is about to be done (``"doing"``), or asked (``"ask"``, ``"choose"``)."""
        ...


class Second(Protocol):
    """Another place where the same conversation shows and hears: the bar in the page."""

    def tell(self, result: Result) -> None:
        """What became of an utterance."""
        ...

    def mark(self, mark: Mark | None) -> None:
        """Show what is about to be done."""
        ...

    def question(self, question: Question) -> None:
        """Ask."""
        ...

    def number(self, reason: str, candidates: Sequence[Candidate]) -> None:
        """Show numbers."""
        ...

    def pump(self) -> None:
        """Hear what was said there, and see to it that it is still there."""
        ...


class ChatFace:
    """Hears from an inbox, and writes.

    Args:
        inbox: what was said.
        writer: what is told.
        more: gets the next line into the inbox, where lines are not put there by themselves.
        second: the bar, if there is one.
    """

    def __init__(
        self, inbox: Inbox, writer: Writer, more: Callable[[], None] | None = None, second: Second | None = None
    ) -> None:
        self._inbox = inbox
        self._writer = writer
        self._more = more
        self._second = second

    def listen(self) -> Said | None:
        """Wait for the next utterance."""
        said = self._inbox.get(self._second.pump if self._second else None, self._more)
        return None if said is None else Said(said)

    def tell(self, result: Result) -> None:
        """Write what became of an utterance."""
        self._writer.result(result)
        if self._second:
            self._second.tell(result)

    def mark(self, mark: Mark | None) -> None:
        """Write what is about to be done, and show it in the page."""
        if mark is not None:
            self._writer.event("doing", mark.words)
        if self._second:
            self._second.mark(mark)

    def question(self, question: Question) -> None:
        """Ask in both places."""
        self._writer.event("ask", f"May I {question.mark.words}? {question.reason.capitalize()}.")
        if self._second:
            self._second.question(question)

    def number(self, reason: str, candidates: Sequence[Candidate]) -> None:
        """Show numbers in both places."""
        if candidates:
            self._writer.event("choose", reason, candidates)
        if self._second:
            self._second.number(reason, candidates)

    def hear_out(self) -> None:
        """What is typed is heard when it is there."""

    def stopped(self) -> bool:
        """Whether stop was said, typed, or pressed."""
        return self._inbox.stopped()


def read_script(inbox: Inbox, lines: IO[str]) -> Callable[[], None]:
    """A function that reads one line of a program into the inbox: it says nothing ahead of its time."""

    def more() -> None:
        line = lines.readline()
        inbox.put(line.rstrip("\r\n") if line else None)

    return more


def read_typing(inbox: Inbox, prompt: Callable[[], str]) -> threading.Thread:
    """Read what a person types, in a thread of its own, so that "stop" is heard at any time.

    Args:
        inbox: where it goes.
        prompt: waits for a line; raises ``KeyboardInterrupt`` on Ctrl-C, ``EOFError`` in the end.
    """

    def read() -> None:
        presses = 0
        while True:
            try:
                said = prompt()
            except KeyboardInterrupt:
                presses += 1
                inbox.stop() if presses == 1 else inbox.put(None)
                continue
            except EOFError:
                return inbox.put(None)
            presses = 0
            inbox.put(said)

    thread = threading.Thread(target=read, daemon=True, name="webagent-typing")
    thread.start()
    return thread


def event_line(kind: str, words: str, candidates: Sequence[Candidate]) -> dict[str, Any]:
    """An event of a conversation as plain data, for programs."""
    return {"event": kind, "words": words, "candidates": msgspec.to_builtins(candidates)}
