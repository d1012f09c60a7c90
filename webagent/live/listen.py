"""Commands by voice: from what was heard on a page to what becomes of it."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import msgspec

from webagent.errors import UsageError
from webagent.live.agent import Agent
from webagent.live.phrases import Meaning, phrase
from webagent.live.result import HIDDEN, ActionRecord, Candidate, Outcome, Result
from webagent.live.words import describe, name_of
from webagent.voice.agreement import Choice, Judgement, Limits, Ranks, judge
from webagent.voice.hearing import Heard, Recognizer, Sound
from webagent.voice.vocabulary import Vocabulary
from webagent_envs.spaces import Action, Click, Observation

__all__ = ["Directed", "Listener", "Turn"]

_SHOWN = 5
_NUMBERED = 60  # elements that "show numbers" gives a number
_STOPPING = 0.2  # share from which "stop" among the hypotheses stops
_SLEEP = ("go to sleep", "stop listening")
_WAKE = ("wake up", "start listening")
HELP = (
    "“click …”, “type … into …”, “choose …”, or any command in your own words; “show numbers”, then a number; "
    "“stop”, “cancel”; “go to sleep”, “wake up”"
)
"""What can be said."""


class Turn(msgspec.Struct, frozen=True, kw_only=True):
    """What became of one utterance: a line of ``webagent listen --json``.

    Attributes:
        heard: what was understood, as text; ``""`` for nothing.
        alternatives: what it may have been as well.
        engine: what recognised it.
        outcome: as for typed commands; an utterance that only spoke to webagent, such as "stop", is ``done``.
        reason: the outcome in a sentence.
        actions: what was done.
        candidates: when unsure, and after "show numbers": what a number means.
        url: address of the page in the end.
        heard_s: seconds from the end of the utterance to its text.
        seconds: seconds from the end of the utterance to the outcome.
    """

    heard: str
    alternatives: tuple[str, ...]
    engine: str
    outcome: Outcome
    reason: str
    actions: tuple[ActionRecord, ...] = ()
    candidates: tuple[Candidate, ...] = ()
    url: str = ""
    heard_s: float = 0.0
    seconds: float = 0.0

    @property
    def exit_code(self) -> int:
        """0 done, 1 failed, 4 unsure or refused."""
        return {"done": 0, "failed": 1}.get(self.outcome, 4)

    def to_dict(self) -> dict[str, Any]:
        """Plain data, for JSON."""
        plain: dict[str, Any] = msgspec.to_builtins(self)
        return plain


class Directed:
    """A policy whose next first step is settled from outside; what follows is up to the policy itself.

    Attributes:
        judgement: what came of the last utterance that it judged.
    """

    def __init__(self, policy: Ranks, limits: Limits) -> None:
        self._policy = policy
        self._limits = limits
        self._heard: Heard | None = None
        self._chosen: Action | None = None
        self._text = ""
        self.judgement: Judgement | None = None

    def expect(self, heard: Heard) -> None:
        """The next command is what was heard."""
        self._heard, self._chosen, self.judgement = heard, None, None

    def choose(self, choice: Choice) -> None:
        """The next command begins with this."""
        self._heard, self._chosen, self._text = None, choice.action, choice.hypothesis.text

    def act(self, observation: Observation) -> list[tuple[Action, float]]:
        """The first step by judgement or choice, the rest by the policy, for the text that was settled on."""
        if not observation.actions:
            if self._chosen is not None:
                return [(self._chosen, 1.0)]
            if self._heard is not None:
                return self._judge(self._heard, observation)
        return self._policy.act(msgspec.structs.replace(observation, instruction=self._text))

    def _judge(self, heard: Heard, observation: Observation) -> list[tuple[Action, float]]:
        self.judgement = judge(heard, observation, self._policy, self._limits)
        choices = self.judgement.choices
        if self.judgement.verdict == "act":
            self._text = choices[0].hypothesis.text
            return [(choices[0].action, 1.0)]
        return [(choice.action, 0.0) for choice in choices]


class Listener:
    """Turns utterances into commands on the page that an agent has open."""

    def __init__(
        self, agent: Agent, directed: Directed, recognizer: Recognizer, stopped: Callable[[], bool] = lambda: False
    ) -> None:
        """Listen with ``recognizer``; ``agent`` acts with ``directed`` as its policy.

        Args:
            agent: has the page.
            directed: the agent's policy.
            recognizer: understands.
            stopped: asked between actions; when true, the command ends there.
        """
        self._agent = agent
        self._directed = directed
        self._recognizer = recognizer
        self.stopped = stopped
        self._offered: tuple[Choice, ...] = ()
        self._asleep = False

    def ready(self) -> None:
        """Expect the words of the page as it is now."""
        self._recognizer.bias(Vocabulary.of(self._look()))

    def hear(self, sound: Sound) -> Turn:
        """Understand an utterance and do what it says."""
        began = time.perf_counter()
        self.ready()  # the page may have changed by itself
        heard = self._recognizer.hear(sound)
        heard_s = time.perf_counter() - began
        turn = self._turn(heard)
        return msgspec.structs.replace(
            turn, heard_s=round(heard_s, 3), seconds=round(time.perf_counter() - began, 3), engine=heard.engine
        )

    def _look(self) -> Observation:
        """The page as it is now."""
        if self._agent.page is None:
            raise UsageError("no page is open; open one before listening")
        return self._agent.page.observe("")

    def is_stop(self, sound: Sound) -> bool:
        """Whether an utterance says "stop"."""
        return _says_stop(self._recognizer.hear(sound))

    def _turn(self, heard: Heard) -> Turn:
        if not heard.hypotheses:
            return _turn(heard, "unsure", "I did not understand that; say it again")
        best = heard.hypotheses[0]
        if _says_stop(heard):
            self._offered = ()
            return _turn(heard, "done", "stopped")
        if best.spoken in _WAKE or (self._asleep and any(other.spoken in _WAKE for other in heard.hypotheses)):
            self._asleep = False
            return _turn(heard, "done", "listening")
        if self._asleep:
            return _turn(heard, "refused", "asleep; say “wake up”")
        if best.spoken in _SLEEP:
            self._asleep = True
            return _turn(heard, "done", "asleep until you say “wake up”")
        said = phrase(best.spoken)
        if said is not None and (said.meaning != "number" or self._offered):
            return self._conversation(heard, said.meaning, said.number)
        self._directed.expect(heard)
        return self._command(heard, best.text)

    def _conversation(self, heard: Heard, meaning: Meaning, number: int) -> Turn:
        """What speaks to webagent itself."""
        if meaning == "yes" and len(self._offered) == 1:
            meaning, number = "number", 1
        if meaning == "number":
            if not -1 <= number <= len(self._offered) or number == 0:
                return _turn(heard, "unsure", f"there are only {len(self._offered)}; say one of these numbers")
            choice = self._offered[number - (number > 0)]
            self._directed.choose(choice)
            return self._command(heard, choice.hypothesis.text)
        if meaning == "show numbers":
            return self._number(heard)
        if meaning == "help":
            return _turn(heard, "done", HELP)
        if meaning in ("cancel", "no", "hide numbers"):
            self._offered = ()
            return _turn(heard, "done", "cancelled" if meaning == "cancel" else "very well")
        return _turn(heard, "refused", f"“{heard.hypotheses[0].text}” is not something that can be done here")

    def _number(self, heard: Heard) -> Turn:
        """Give a number to what can be clicked."""
        page = self._look()
        shown = [e for e in page.elements if e.clickable and e.visible and e.in_viewport and not e.disabled]
        named = [element for element in shown if name_of(element)][:_NUMBERED]
        self._offered = tuple(Choice(Click(e.ref), 1.0, heard.hypotheses[0]) for e in named)
        return _turn(heard, "done", "say a number", candidates=_candidates(self._offered, page))

    def _command(self, heard: Heard, text: str) -> Turn:
        """Let the agent act."""
        self._offered = ()
        try:
            result = self._agent.do(text, on_action=self._check)
        except Stopped:
            return _turn(heard, "failed", "stopped on the way")
        judgement = self._directed.judgement
        outcome, reason, candidates = result.outcome, result.reason, result.candidates
        if not result.actions and judgement is not None and judgement.verdict != "act":
            outcome, reason = judgement.verdict, judgement.reason
            self._offered = judgement.choices[:_SHOWN]
            candidates = _candidates(self._offered, self._look())
        return _turn(heard, outcome, reason, candidates, result)

    def _check(self, record: ActionRecord) -> None:
        if self.stopped():
            raise Stopped


def _says_stop(heard: Heard) -> bool:
    return any(hypothesis.spoken == "stop" and hypothesis.share >= _STOPPING for hypothesis in heard.hypotheses)


class Stopped(Exception):
    """Somebody said "stop" while a command was carried out."""


def _turn(
    heard: Heard,
    outcome: Outcome,
    reason: str,
    candidates: tuple[Candidate, ...] = (),
    result: Result | None = None,
) -> Turn:
    texts = [hypothesis.text for hypothesis in heard.hypotheses]
    if result is not None and HIDDEN in result.command:  # part of it went into a password field
        texts = [result.command]
    return Turn(
        heard=texts[0] if texts else "",
        alternatives=tuple(texts[1:]),
        engine=heard.engine,
        outcome=outcome,
        reason=reason,
        candidates=candidates,
        actions=result.actions if result else (),
        url=result.url if result else "",
    )


def _candidates(choices: tuple[Choice, ...], page: Observation) -> tuple[Candidate, ...]:
    """Choices as they are shown."""
    found = []
    for choice in choices:
        element = page.element(getattr(choice.action, "ref", 0))
        found.append(
            Candidate(
                ref=element.ref if element else 0,
                name=name_of(element) if element else "",
                kind=choice.action.kind,
                words=describe(choice.action, page),
                confidence=round(choice.weight, 4),
            )
        )
    return tuple(found)
