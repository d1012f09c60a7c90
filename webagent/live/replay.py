"""Doing again what was recorded, also with other values, on a page that may have changed; or saying why not.

Each element is found again by `webagent.data.finding`, which tells when it cannot be sure; then nothing is done.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from typing import Any, Literal

import msgspec

from webagent.data.finding import find
from webagent.data.records import Episode, Step
from webagent.data.values import Values
from webagent.data.ways import Sight, refs_of
from webagent.live.answering import Answering
from webagent.live.words import answered, describe
from webagent_envs.errors import BrowserError
from webagent_envs.page import Page
from webagent_envs.spaces import Action, Click, Observation

__all__ = ["PATIENCE", "Replayed", "replay"]

PATIENCE = 5.0  # seconds for which an element is waited for
_AGAIN = 0.15  # seconds between two looks
_TOGGLES = frozenset({"checkbox", "switch", "menuitemcheckbox"})


class Replayed(msgspec.Struct, frozen=True, kw_only=True):
    """What became of a replay: the JSON of ``webagent replay --json``.

    Attributes:
        outcome: whether every step was done.
        step: number, from 1, of the one that could not be done.
        reason: why not.
        episode: id of what was replayed.
        steps: how many steps were done.
        seconds: how long that took.
    """

    outcome: Literal["done", "failed"]
    step: int | None = None
    reason: str = ""
    episode: str = ""
    steps: int = 0
    seconds: float = 0.0

    def to_dict(self) -> dict[str, Any]:
        """Plain data, for JSON."""
        plain: dict[str, Any] = msgspec.to_builtins(self)
        return plain


class _Failed(Exception):
    """A step cannot be done."""


def replay(
    page: Page,
    episode: Episode,
    values: Mapping[str, str] | None = None,
    *,
    patience: float = PATIENCE,
    tell: Callable[[str], None] = lambda words: None,
) -> Replayed:
    """Do the steps of an episode on a page.

    Args:
        page: where it begins, or anywhere else: then its first page is opened.
        episode: what was recorded.
        values: what to type, choose or look for instead: by the name of the field, or by the old value.
        patience: seconds for which each element is waited for.
        tell: called with each step in words.

    Raises:
        UsageError: a name among ``values`` is that of nothing in the episode.
    """
    began = time.monotonic()
    bound = Values(episode, values or {})
    run = _Run(page, episode, bound, patience, tell)
    usual, page.on_dialog = page.on_dialog, run.answering.answer
    try:
        done, reason = run.all()
    finally:
        page.on_dialog = usual
    seconds = round(time.monotonic() - began, 2)
    whole = done == len(episode.steps)
    return Replayed(
        outcome="done" if whole else "failed",
        step=None if whole else done + 1,
        reason=reason,
        episode=episode.id,
        steps=done,
        seconds=seconds,
    )


class _Run:
    """One replay, from the first step to the last."""

    def __init__(
        self, page: Page, episode: Episode, bound: Values, patience: float, tell: Callable[[str], None]
    ) -> None:
        self._page = page
        self._episode = episode
        self._bound = bound
        self._patience = patience
        self._tell = tell
        self._done: tuple[Action, ...] = ()
        self.answering = Answering()

    def all(self) -> tuple[int, str]:
        """How many steps were done, and why no more."""
        for index, step in enumerate(self._episode.steps):
            words = describe(step.action, step.observation) + answered(self._bound.answers(index))
            try:
                if index == 0:
                    self._arrive(step)
                note = self._do(index, step)
                self._hear_out()
            except (_Failed, BrowserError) as error:
                return index, f"step {index + 1} ({words}): {error}"
            self._tell(f"{index + 1}. {words}{note}")
        return len(self._episode.steps), ""

    def _arrive(self, first: Step) -> None:
        """Be on the page where it began; one that has moved is recognised by its first element."""
        wanted = first.observation.url
        here = self._look()
        if _place(here.url) == _place(wanted) or not wanted:
            return
        refs, _ = self._found(first, here)
        if not refs or not all(refs):
            self._page.goto(wanted)

    def _do(self, index: int, step: Step) -> str:
        """Do one step; a note for whoever watches.

        Raises:
            _Failed: it cannot be done, or not surely.
        """
        deadline = time.monotonic() + self._patience
        while True:
            seen = self._look()
            self._refuse_unexpected()
            refs, reason = self._found(step, seen)
            if all(refs):
                if self._is_done(step, seen, refs):
                    return " (it is so already)"
                reason = self._act(index, step, refs)
                if not reason:
                    return ""
            if time.monotonic() > deadline:
                raise _Failed(reason)
            time.sleep(_AGAIN)

    def _hear_out(self) -> None:
        """Wait for the dialogs that came of the step.

        Raises:
            _Failed: one did not come, or another one did.
        """
        deadline = time.monotonic() + self._patience
        while self.answering.awaited and not self.answering.unexpected:
            if time.monotonic() > deadline:
                raise _Failed(self.answering.awaited)
            time.sleep(_AGAIN)
            self._look()
        self._refuse_unexpected()

    def _refuse_unexpected(self) -> None:
        if self.answering.unexpected:
            raise _Failed(self.answering.unexpected)

    def _look(self) -> Observation:
        return self._page.observe(self._episode.command, self._done)

    def _found(self, step: Step, seen: Observation) -> tuple[list[int], str]:
        """The elements of a step as they are now, 0 for one that cannot be told, and why."""
        then, now = Sight(step.observation), Sight(seen)
        refs = []
        for ref in refs_of(step.action):
            if ref not in then.by_ref:
                return [0], "its element was not on the page when it was recorded: record it again"
            found = find(ref, then, now, self._bound.words)
            if not found.ref:
                return [0], f"{found.reason}: nothing was clicked; show it again with `webagent record`"
            refs.append(found.ref)
        return refs, ""

    @staticmethod
    def _is_done(step: Step, seen: Observation, refs: list[int]) -> bool:
        """A switch that stands as the click would leave it: another one would undo that."""
        if not isinstance(step.action, Click) or step.action.button != "left":
            return False
        then, now = step.observation.element(step.action.ref), seen.element(refs[0])
        return then is not None and now is not None and then.role in _TOGGLES and then.checked != now.checked

    def _act(self, index: int, step: Step, refs: list[int]) -> str:
        """Do it; why the page refused, or ``""``."""
        names = [name for name in ("ref", "to") if getattr(step.action, name, 0)]
        action = msgspec.structs.replace(step.action, **dict(zip(names, refs, strict=True)))
        ready = self._bound.applied(index, action)
        if ready is None:
            raise _Failed(self._bound.missing(index))
        self.answering.expect(self._bound.answers(index))
        _, error = self._page.step(ready, self._episode.command, self._done)
        if not error:
            self._done = (*self._done, ready)
        return error


def _place(url: str) -> str:
    """An address without what comes after the page."""
    return url.partition("#")[0].partition("?")[0]
