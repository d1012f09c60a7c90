"""The command loop: look, decide, act, until the policy says stop."""

from __future__ import annotations

import hashlib
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import msgspec

from webagent.live.result import HIDDEN, ActionRecord, Candidate, ElementNote, Outcome, Result, hide
from webagent.live.trace import Trace
from webagent.live.words import describe, is_secret, name_of
from webagent_envs.cdp import stoppable
from webagent_envs.errors import BrowserError, Stopped
from webagent_envs.page import Page
from webagent_envs.spaces import Action, Goto, Observation, Press, Say, Select, Stop, TabNew, Type, to_dict

__all__ = ["Acts", "Command", "Settings"]

_SHOWN = 5  # candidates offered when unsure


class Acts(Protocol):
    """Whatever can decide: the policy that ships, or one of your own."""

    def act(self, observation: Observation) -> list[tuple[Action, float]]:
        """Possible next actions with a confidence in [0, 1] each, best first."""
        ...


@dataclass(frozen=True, kw_only=True)
class Settings:
    """How a command is carried out.

    Attributes:
        max_steps: actions after which the command counts as failed.
        threshold: confidence in [0, 1] below which nothing is done.
        yes: act below the threshold, too.
        dry_run: decide on the first action, but do nothing.
        on_action: called after each action.
        screenshot: file for a PNG of the page in the end.
        trace: folder for a trace of every step.
        stopped: asked again and again: whether the person wants no more of it.
    """

    max_steps: int = 30
    threshold: float = 0.4
    yes: bool = False
    dry_run: bool = False
    on_action: Callable[[ActionRecord], None] | None = None
    screenshot: Path | None = None
    trace: Path | None = None
    stopped: Callable[[], bool] = lambda: False


@dataclass(frozen=True)
class Decision:
    """What the policy made of one look at the page."""

    observation: Observation
    ranked: tuple[tuple[Action, float], ...]
    policy_ms: float

    @property
    def action(self) -> Action:
        """The best one."""
        return self.ranked[0][0]

    @property
    def confidence(self) -> float:
        """In the best one, in [0, 1]."""
        return self.ranked[0][1]


class Command:
    """One command on one page, from the first look to the outcome."""

    def __init__(self, text: str, page: Page, policy: Acts, settings: Settings) -> None:
        self._text = text
        self._page = page
        self._policy = policy
        self._settings = settings
        self._started = time.perf_counter()
        self._url = ""
        self._actions: tuple[Action, ...] = ()
        self._records: tuple[ActionRecord, ...] = ()
        self._secrets: frozenset[str] = frozenset()
        self._last: tuple[bytes, Action] | None = None
        self._done: Counter[tuple[bytes, Action]] = Counter()
        self._trace = Trace(settings.trace) if settings.trace else None

    def run(self) -> Result:
        """Act until the policy says stop, is unsure, is stuck, or may not go on."""
        try:
            with stoppable(self._settings.stopped):
                result = self._act()
            if self._settings.screenshot:
                self._settings.screenshot.write_bytes(self._page.screenshot())
        except Stopped:
            result = self._result("refused", "stopped, as you wished; what was done until then stays done")
        except BrowserError as error:
            result = self._result("failed", str(error), page_lost=True)
        if self._trace:
            self._trace.result(result.to_dict())
        return result

    def _act(self) -> Result:
        """The loop itself."""
        observation = self._page.observe(self._text, self._actions)
        while True:
            self._url = observation.url
            decision = self._decide(observation)
            if outcome := self._outcome(decision):
                self._keep(decision, None)
                return outcome
            observation = self._perform(decision)

    def _decide(self, observation: Observation) -> Decision:
        """Ask the policy."""
        if self._trace:
            self._trace.picture(self._page.screenshot())
        began = time.perf_counter()
        ranked = tuple(self._policy.act(observation))
        policy_ms = 1000 * (time.perf_counter() - began)
        if ranked and isinstance(ranked[0][0], Type) and is_secret(observation.element(ranked[0][0].ref)):
            self._secrets |= {ranked[0][0].text}
        return Decision(observation, ranked, policy_ms)

    def _outcome(self, decision: Decision) -> Result | None:
        """The end of the command, if this is one."""
        settings = self._settings
        if not decision.ranked:
            return self._result("unsure", "there is nothing on this page that I could act on")
        if decision.confidence < settings.threshold and not settings.yes:
            doubt = "what to do next, or whether it is done" if self._actions else "what is meant"
            return self._result("unsure", f"I am not sure {doubt}", candidates=_candidates(decision))
        if isinstance(decision.action, Stop):
            return self._result("done", "the policy says that the command is done")
        if settings.dry_run:
            return self._result("done", "dry run: nothing was done", candidates=_candidates(decision))
        if len(self._actions) >= settings.max_steps:
            return self._result("failed", f"not done after {settings.max_steps} actions; allow more with --max-steps")
        step = (_fingerprint(decision.observation), decision.action)
        # Once more is right where something came in between, such as a dialog that took the first typing.
        if step == self._last or self._done[step] > 1:
            words = describe(decision.action, decision.observation)
            return self._result("failed", f"stuck: “{words}” was done before and changed nothing; word it differently")
        self._last = step
        self._done[step] += 1
        return None

    def _perform(self, decision: Decision) -> Observation:
        """Carry the decision out and look again."""
        if self._settings.stopped():  # deciding takes a while
            raise Stopped("stopped")
        began = time.perf_counter()
        observation, error = self._page.step(decision.action, self._text, self._actions)
        page_ms = 1000 * (time.perf_counter() - began)
        self._actions = (*self._actions, decision.action)
        record = _record(decision, page_ms, error)
        self._records = (*self._records, record)
        self._keep(decision, record)
        if self._settings.on_action:
            self._settings.on_action(record)
        return observation

    def _keep(self, decision: Decision, record: ActionRecord | None) -> None:
        """Write a step into the trace, if one is kept."""
        if self._trace is None:
            return
        scores = [{"action": to_dict(action), "confidence": confidence} for action, confidence in decision.ranked]
        line = {
            "observation": to_dict(decision.observation),
            "action": to_dict(decision.action) if decision.ranked else None,
            "done": msgspec.to_builtins(record),
            "scores": scores,
            "policy_ms": decision.policy_ms,
        }
        self._trace.step(line, self._secrets)

    def _result(
        self, outcome: Outcome, reason: str, *, candidates: tuple[Candidate, ...] = (), page_lost: bool = False
    ) -> Result:
        """The outcome, with nothing secret in it."""
        return Result(
            outcome=outcome,
            reason=hide(reason, self._secrets),
            command=hide(self._text, self._secrets),
            url=self._url,
            seconds=round(time.perf_counter() - self._started, 3),
            actions=self._records,
            candidates=candidates,
            page_lost=page_lost,
        )


def _record(decision: Decision, page_ms: float, error: str) -> ActionRecord:
    """What was done, for people and programs."""
    action, observation = decision.action, decision.observation
    element = observation.element(getattr(action, "ref", 0))
    return ActionRecord(
        kind=action.kind,
        element=ElementNote(element.ref, element.role, name_of(element), element.tag) if element else None,
        text=HIDDEN if is_secret(element) and isinstance(action, Type) else _text(action),
        words=describe(action, observation),
        confidence=round(decision.confidence, 4),
        policy_ms=round(decision.policy_ms, 2),
        page_ms=round(page_ms, 2),
        error=error,
    )


def _text(action: Action) -> str | None:
    """The words that an action carries."""
    match action:
        case Type(text=text) | Select(option=text) | Press(keys=text) | Say(text=text):
            return text
        case Goto(url=url) | TabNew(url=url):
            return url
    return None


def _candidates(decision: Decision) -> tuple[Candidate, ...]:
    """The best few actions that touch the page, for a person to choose from."""
    observation = decision.observation
    ranked = [(action, score) for action, score in decision.ranked if not isinstance(action, Stop)][:_SHOWN]
    found = []
    for action, confidence in ranked:
        element = observation.element(getattr(action, "ref", 0))
        candidate = Candidate(
            ref=element.ref if element else 0,
            name=name_of(element) if element else "",
            kind=action.kind,
            words=describe(action, observation),
            confidence=round(confidence, 4),
        )
        found.append(candidate)
    return tuple(found)


def _fingerprint(observation: Observation) -> bytes:
    """Equal for a page that did not change; where the focus is, and what is new, does not count."""
    elements = [msgspec.structs.replace(element, focused=False, new=False) for element in observation.elements]
    page = msgspec.structs.replace(observation, elements=tuple(elements), actions=())
    return hashlib.blake2b(msgspec.msgpack.encode(page)).digest()
