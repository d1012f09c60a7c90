"""What became of a command: the JSON of ``webagent do --json``.

Clients of a session import this module, so it imports next to nothing.
"""

from __future__ import annotations

from typing import Any, Literal, TypeAlias

import msgspec

__all__ = ["HIDDEN", "ActionRecord", "Candidate", "ElementNote", "Outcome", "Result", "hide", "percent"]

HIDDEN = "•••••"
"""Stands for whatever was typed into a password field; always five, so that the length is no hint."""

Outcome: TypeAlias = Literal["done", "failed", "unsure", "refused"]


class ElementNote(msgspec.Struct, frozen=True):
    """The element that an action was about."""

    ref: int
    role: str
    name: str
    tag: str


class ActionRecord(msgspec.Struct, frozen=True, kw_only=True):
    """One action that was carried out.

    Attributes:
        kind: of the action, e.g. ``"click"``.
        element: what it was about, if anything.
        text: what was typed, pressed, chosen, opened or said; hidden when it went into a password field.
        words: the action in words.
        confidence: of the policy, in [0, 1].
        policy_ms: milliseconds that the policy took to decide.
        page_ms: milliseconds that the page took: acting, settling and observing.
        error: why the page refused the action; ``""`` when it did not.
        tier: how much leave it needed: ``"free"``, ``"shown"`` or ``"asked"``.
        why: why it needed more than to be shown, in words; ``""`` when it did not.
    """

    kind: str
    element: ElementNote | None
    text: str | None
    words: str
    confidence: float
    policy_ms: float
    page_ms: float
    error: str = ""
    tier: str = "free"
    why: str = ""


class Candidate(msgspec.Struct, frozen=True, kw_only=True):
    """Something that the command may have meant; its ``box`` is left, top, width, height in the viewport."""

    ref: int
    name: str
    kind: str
    words: str
    confidence: float
    box: tuple[float, float, float, float] | None = None


class Result(msgspec.Struct, frozen=True, kw_only=True):
    """What became of a command.

    Attributes:
        outcome: ``done``: the policy says so; ``failed``; ``unsure``: nothing (more) was done, see ``candidates``;
            ``refused``: it was not allowed to act.
        reason: the outcome in a sentence.
        command: what was asked for.
        url: address of the page in the end.
        seconds: from the first look at the page to the outcome.
        actions: what was done, oldest first.
        candidates: when unsure or on a dry run: what could be meant, best first.
        page_lost: the page or the browser went away, or could not be had.
    """

    outcome: Outcome
    reason: str
    command: str
    url: str
    seconds: float
    actions: tuple[ActionRecord, ...] = ()
    candidates: tuple[Candidate, ...] = ()
    page_lost: bool = False

    @property
    def exit_code(self) -> int:
        """0 done, 1 failed, 3 no browser or page, 4 unsure or refused."""
        if self.page_lost:
            return 3
        return {"done": 0, "failed": 1}.get(self.outcome, 4)

    def to_dict(self) -> dict[str, Any]:
        """Plain data, for JSON."""
        plain: dict[str, Any] = msgspec.to_builtins(self)
        return plain


def hide(value: Any, secrets: frozenset[str]) -> Any:
    """Plain data again, with every secret in every string replaced."""
    if isinstance(value, str):
        for secret in sorted(secrets, key=len, reverse=True):
            value = value.replace(secret, HIDDEN)
        return value
    if isinstance(value, dict):
        return {key: hide(item, secrets) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [hide(item, secrets) for item in value]
    return value


def percent(confidence: float) -> str:
    """A confidence in [0, 1] as a person reads it; never 100 %."""
    return f"{min(99, round(100 * confidence))} %"
