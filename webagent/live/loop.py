"""The command loop: look, decide, act, until the policy says stop."""

from __future__ import annotations

import hashlib
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import NamedTuple

import msgspec

from webagent.live.acts import Acts
from webagent.live.consent import Consent
from webagent.live.diary import Diary
from webagent.live.doubt import candidates_of, near_equal, offers
from webagent.live.following import unchosen
from webagent.live.person import Doubt, Nobody, Person
from webagent.live.result import HIDDEN, ActionRecord, Candidate, ElementNote, Outcome, Result, hide
from webagent.live.said import Reading
from webagent.live.sense import sensible
from webagent.live.trace import Trace
from webagent.live.trust import Ruling, Trust
from webagent.live.unfinished import Deed, premature, unfinished
from webagent.live.words import describe, is_secret, name_of
from webagent_envs.cdp import stoppable
from webagent_envs.errors import BrowserError, Stopped
from webagent_envs.page import Page
from webagent_envs.spaces import Action, Goto, Observation, Press, Say, Select, Stop, TabNew, Type, to_dict

__all__ = ["Acts", "Command", "Decision", "First", "Settings", "secrets_of"]


class First(NamedTuple):
    """What a person said is meant.

    Attributes:
        action: to be done first, instead of what the policy would; ``None`` when nothing was said.
        only: that is all there is to do.
        past: what was done about the same command before, oldest first, each with the page on which it was.
        readings: what it may mean, best first, where it was not certain what was said.
    """

    action: Action | None = None
    only: bool = False
    past: tuple[Deed, ...] = ()
    readings: tuple[Reading, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Settings:
    """How a command is carried out.

    Attributes:
        max_steps: actions after which the command counts as failed.
        threshold: confidence in [0, 1] below which nothing is done.
        yes: act below the threshold, too, and without asking.
        dry_run: decide on the first action, but do nothing.
        on_action: called after each action.
        screenshot: file for a PNG of the page in the end.
        trace: folder for a trace of every step.
        person: who is shown what is done, and asked.
        trust: what need not be asked about.
        diary: where everything that is done is noted.
        first: what a person said is meant.
        glance: seconds for which what is about to be done is highlighted; 0 for not at all.
    """

    max_steps: int = 30
    threshold: float = 0.4
    yes: bool = False
    dry_run: bool = False
    on_action: Callable[[ActionRecord], None] | None = None
    screenshot: Path | None = None
    trace: Path | None = None
    person: Person = field(default_factory=Nobody)
    trust: Trust = field(default_factory=Trust)
    diary: Diary | None = None
    first: First = field(default_factory=First)
    glance: float = 0.0


@dataclass(frozen=True)
class Decision:
    """What the policy made of one look at the page.

    Attributes:
        observation: what it looked at.
        ranked: actions with their confidence, best first.
        policy_ms: milliseconds that it took.
        chosen: the first of them was chosen by a person.
        recalled: id of the demonstration that it goes by; ``""`` for none.
    """

    observation: Observation
    ranked: tuple[tuple[Action, float], ...]
    policy_ms: float
    chosen: bool = False
    recalled: str = ""

    @property
    def action(self) -> Action:
        """The best one."""
        return self.ranked[0][0]

    @property
    def confidence(self) -> float:
        """In the best one, in [0, 1]."""
        return self.ranked[0][1]


class Command:
    """One command on one page, from the first look to the outcome.

    Attributes:
        text: what was asked for; of an utterance that may have been one of several, the one that was meant.
        decisions: those that were carried out, oldest first.
        pending: the one that is being asked about, or was looked at last.
        records: the same, as they are told.
        secrets: what was typed into password fields.
    """

    def __init__(self, text: str, page: Page, policy: Acts, settings: Settings) -> None:
        self.text = text
        self._page = page
        self._policy = policy
        self._settings = settings
        self._started = time.perf_counter()
        self._url = ""
        self._actions = tuple(action for action, _ in settings.first.past)
        self.records: tuple[ActionRecord, ...] = ()
        self._consent = Consent(page, settings.trust, settings.person, yes=settings.yes, glance=settings.glance)
        self.decisions: list[Decision] = []
        self.pending: Decision | None = None
        self.secrets: frozenset[str] = frozenset()
        self._answered: set[tuple[str, int]] = set()  # pages and elements between which the person has chosen
        self._last: tuple[bytes, Action] | None = None
        self._done: Counter[tuple[bytes, Action]] = Counter()
        self._trace = Trace(settings.trace) if settings.trace else None

    def run(self) -> Result:
        """Act until the policy says stop, is unsure, is stuck, or may not go on."""
        try:
            with stoppable(self._settings.person.stopped):
                result = self._act()
            if self._settings.screenshot:
                self._settings.screenshot.write_bytes(self._page.screenshot())
        except Stopped:
            result = self._result("refused", "stopped, as you wished; what was done until then stays done")
        except BrowserError as error:
            result = self._result("failed", str(error), page_lost=True)
        if self._trace:
            self._trace.result(result.to_dict())
        if self._settings.diary:
            self._settings.diary.end(result)
        return result

    def _act(self) -> Result:
        """The loop itself."""
        observation = self._page.observe(self.text, self._actions)
        self._settings.trust.knows(observation.url)
        while True:
            self._url = observation.url
            self.pending = self._decide(observation)
            decision = self._sure(self.pending)
            self._settle_text(decision)
            self._hide_secret(decision)
            ruling = None
            outcome = self._outcome(decision)
            if outcome is None:
                ruling, refusal = self._consent.get(decision.action, observation)
                outcome = self._result("refused", refusal) if refusal else None
            if outcome is not None:
                self._keep(decision, None)
                return outcome
            assert ruling is not None
            observation = self._perform(decision, ruling)

    def _decide(self, observation: Observation) -> Decision:
        """Ask the policy."""
        if self._trace:
            self._trace.picture(self._page.screenshot())
        began = time.perf_counter()
        told = self._settings.first
        first, readings = (None, ()) if self.decisions else (told.action, told.readings)
        ranked = tuple(self._policy.act(observation)) if not told.only else ((Stop(), 1.0),)
        if first is not None:
            ranked = ((first, 1.0), *ranked)
        elif readings:
            ranked = tuple((item.action, item.weight) for item in readings if item.fits(observation))
        policy_ms = 1000 * (time.perf_counter() - began)
        recalled = getattr(self._policy, "recalled", "")
        if ranked and not (recalled or first or readings or told.only):
            ranked = sensible(ranked, self._deeds(), observation)
        return Decision(observation, ranked, policy_ms, chosen=first is not None, recalled=recalled)

    def _settle_text(self, decision: Decision) -> None:
        """From now on the command is worded as it was heard by those who take it to mean this."""
        if decision.ranked and not self.decisions:
            texts = (item.text for item in self._settings.first.readings if item.action == decision.action)
            self.text = next(texts, self.text)

    def _hide_secret(self, decision: Decision) -> None:
        """From now on nobody is told what is about to be typed into a password field."""
        self.secrets |= secrets_of(decision.ranked[:1], decision.observation)

    def _sure(self, decision: Decision) -> Decision:
        """The decision, or what the person chose instead where it is in doubt."""
        reason = self._doubt(decision)
        if not reason or self._settings.dry_run or not (open_to := offers(decision.ranked)):
            return decision
        url = decision.observation.url
        meant = {(url, getattr(action, "ref", 0)) for action, _ in open_to[:2]}
        if meant <= self._answered:  # to ask the same again would be deaf: what was chosen is all that was meant
            return replace(decision, ranked=((Stop(), 1.0), *decision.ranked), chosen=True)
        number = self._settings.person.choose(Doubt(reason, candidates_of(decision.ranked, decision.observation)))
        if not 0 < number <= len(open_to):
            return decision
        self._answered = meant | {(url, getattr(open_to[number - 1][0], "ref", 0))}
        return replace(decision, ranked=((open_to[number - 1][0], 1.0), *decision.ranked), chosen=True)

    def _doubt(self, decision: Decision) -> str:
        """Why the person is asked what is meant; ``""`` when it is clear enough."""
        if not decision.ranked or decision.chosen or self._settings.yes:
            return ""
        if decision.confidence < self._settings.threshold:
            return f"I am not sure {'what to do next, or whether it is done' if self._actions else 'what is meant'}"
        if decision.recalled or self._settings.first.only:  # who was shown the command, or was told all of it, knows
            left = early = ""
        else:
            seen, deeds = decision.observation, self._deeds()
            stops = isinstance(decision.action, Stop)
            left = (unfinished(self.text, deeds, seen) or unchosen(self.text, deeds, seen)) if stops else ""
            early = premature(self.text, decision.action, deeds, seen)
        if left or early:
            return f"nothing was done about “{left or early}”" + (" yet" if early else "")
        return "I see two that could be meant" if near_equal(decision.ranked, decision.observation) else ""

    def _deeds(self) -> tuple[Deed, ...]:
        """What was done about the command, also before it was corrected."""
        return (*self._settings.first.past, *((made.action, made.observation) for made in self.decisions))

    def _outcome(self, decision: Decision) -> Result | None:
        """The end of the command, if this is one."""
        settings = self._settings
        if not decision.ranked:
            return self._result("unsure", "there is nothing on this page that I could act on")
        if reason := self._doubt(decision):
            candidates = candidates_of(decision.ranked, decision.observation)
            return self._result("unsure", reason, candidates=candidates)
        if isinstance(decision.action, Stop):
            chosen = "that was what you chose" if settings.first.only else "the policy says that the command is done"
            return self._result("done", chosen)
        if settings.dry_run:
            ruling, _ = self._consent.judge(decision.action, decision.observation)
            asks = f"; you would be asked, as it {ruling.why}" if ruling.causes else ""
            candidates = candidates_of(decision.ranked, decision.observation)
            return self._result("done", f"dry run: nothing was done{asks}", candidates=candidates)
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

    def _perform(self, decision: Decision, ruling: Ruling) -> Observation:
        """Carry the decision out and look again."""
        if self._settings.person.stopped():  # deciding takes a while
            raise Stopped("stopped")
        began = time.perf_counter()
        observation, error = self._page.step(decision.action, self.text, self._actions)
        page_ms = 1000 * (time.perf_counter() - began)
        error = error or self._consent.declined()
        self._actions = (*self._actions, decision.action)
        record = _record(decision, ruling, page_ms, error)
        self.records = (*self.records, record)
        self.decisions.append(decision)
        if self._settings.diary:
            self._settings.diary.act(_masked(record, self.secrets), decision.observation.url)
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
        self._trace.step(line, self.secrets)

    def _result(
        self, outcome: Outcome, reason: str, *, candidates: tuple[Candidate, ...] = (), page_lost: bool = False
    ) -> Result:
        """The outcome, with nothing secret in it."""
        return Result(
            outcome=outcome,
            reason=hide(reason, self.secrets),
            command=hide(self.text, self.secrets),
            url=self._url,
            seconds=round(time.perf_counter() - self._started, 3),
            actions=self.records,
            candidates=candidates,
            page_lost=page_lost,
        )


def secrets_of(ranked: Sequence[tuple[Action, float]], seen: Observation) -> frozenset[str]:
    """What some of these actions would type into password fields."""
    typed = (action for action, _ in ranked if isinstance(action, Type))
    return frozenset(action.text for action in typed if is_secret(seen.element(action.ref)))


def _masked(record: ActionRecord, secrets: frozenset[str]) -> ActionRecord:
    """The record with nothing secret in its words."""
    return msgspec.structs.replace(record, words=hide(record.words, secrets), error=hide(record.error, secrets))


def _record(decision: Decision, ruling: Ruling, page_ms: float, error: str) -> ActionRecord:
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
        tier=ruling.tier.name.lower(),
        why=ruling.why,
    )


def _text(action: Action) -> str | None:
    """The words that an action carries."""
    match action:
        case Type(text=text) | Select(option=text) | Press(keys=text) | Say(text=text):
            return text
        case Goto(url=url) | TabNew(url=url):
            return url
    return None


def _fingerprint(observation: Observation) -> bytes:
    """Equal for a page that did not change; where the focus is, and what is new, does not count."""
    elements = [msgspec.structs.replace(element, focused=False, new=False) for element in observation.elements]
    page = msgspec.structs.replace(observation, elements=tuple(elements), actions=())
    return hashlib.blake2b(msgspec.msgpack.encode(page)).digest()
