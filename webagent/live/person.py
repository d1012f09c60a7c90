"""Whoever gave a command, while it is carried out: sees what is done, is asked, can stop it."""

from __future__ import annotations

from typing import NamedTuple, Protocol

from webagent.live.result import Candidate

__all__ = ["Box", "Doubt", "Mark", "Nobody", "Person", "Question"]

Box = tuple[float, float, float, float]


class Mark(NamedTuple):
    """What is about to be done.

    Attributes:
        words: the act in words.
        box: what it is about: left, top, width, height in CSS pixels of the viewport; ``None`` for nothing visible.
        free: it needs no attention.
        keys: that are about to be pressed.
    """

    words: str
    box: Box | None
    free: bool = False
    keys: str = ""


class Question(NamedTuple):
    """May this be done?

    Attributes:
        mark: what.
        reason: why it is asked, in a sentence.
    """

    mark: Mark
    reason: str


class Doubt(NamedTuple):
    """Which of these is meant?

    Attributes:
        reason: why it is asked, in a sentence.
        candidates: what could be meant, best first.
    """

    reason: str
    candidates: tuple[Candidate, ...]


class Person(Protocol):
    """How a command reaches the person who gave it."""

    def show(self, mark: Mark) -> None:
        """Tell what is about to be done; called before every act, also after a yes."""
        ...

    def approve(self, question: Question) -> bool:
        """Wait for a yes or no; false when there is nobody to ask."""
        ...

    def choose(self, doubt: Doubt) -> int:
        """Wait for the number of a candidate, from 1; 0 for none of them, or nobody to ask."""
        ...

    def stopped(self) -> bool:
        """Whether the person wants it to end now."""
        ...


class Nobody:
    """Nobody sees it and nobody answers."""

    def show(self, mark: Mark) -> None:
        """Nobody looks."""

    def approve(self, question: Question) -> bool:
        """Nobody says yes."""
        return False

    def choose(self, doubt: Doubt) -> int:
        """Nobody chooses."""
        return 0

    def stopped(self) -> bool:
        """Nobody stops it."""
        return False
