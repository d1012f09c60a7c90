"""Speech as a face of a conversation: what is heard goes the way of what is typed, once it is certain enough."""

from __future__ import annotations

import time
from collections.abc import Callable, Container, Sequence
from typing import Any, NamedTuple, Protocol

import msgspec

from webagent.errors import UsageError
from webagent.live.agent import Agent
from webagent.live.chat import Inbox, Second
from webagent.live.ear import Ear
from webagent.live.person import Mark, Question
from webagent.live.phrases import STOPPING, Meaning, answers, numbers, phrase, stops
from webagent.live.recall import Recalling
from webagent.live.result import HIDDEN, ActionRecord, Candidate, Outcome, Result
from webagent.live.said import Reading, Said
from webagent.voice.agreement import Choice, Limits, Verdict, judge
from webagent.voice.hearing import Heard, Hypothesis, Recognizer, Sound
from webagent.voice.vocabulary import Label, Vocabulary
from webagent.voice.words import spoken
from webagent_envs.cdp import stoppable, within
from webagent_envs.spaces import Observation

__all__ = ["DOING", "SLEEP", "WAKE", "SpokenFace", "Turn"]

_ENOUGH = 0.2  # share from which "stop" among the hypotheses stops
_MEANT = 0.5  # share of the hypotheses that must agree on a phrase that does something
_ASKS = 0.1  # makes weights so small that the person is asked in any case
_GLANCE = 0.001  # seconds to look for what was done in the bar
_DRAWING = 0.5  # seconds for a page to show something in the middle of an act
_PAUSE = 0.02  # seconds between two looks at whether somebody has finished
SLEEP = ("go to sleep", "stop listening")
WAKE = ("wake up", "start listening")
DOING: frozenset[Meaning] = frozenset(("yes", "number", "undo", "other", "quit"))
"""Phrases that do something; the others only talk, or end what is going on."""


class Turn(msgspec.Struct, frozen=True, kw_only=True):
    """What became of one utterance: a line of ``webagent listen --json``.

    Attributes:
        heard: what was understood, as text; ``""`` for nothing.
        alternatives: what it may have been as well.
        engine: what recognised it; ``"typed"`` for what was typed into the bar.
        outcome: as for typed commands; an utterance that only spoke to webagent, such as "undo", is ``done`` as well;
            one that made webagent ask something back is ``unsure``.
        reason: the outcome in a sentence, or the question.
        actions: what was done.
        candidates: when unsure, and after "show numbers": what a number means.
        url: address of the page in the end.
        heard_s: seconds from the end of the utterance to its text.
        seconds: seconds from the end of the utterance to the outcome, or the question.
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


class _Utterance(NamedTuple):
    """One that nothing has been told about yet; moments are those of the clock for durations."""

    heard: Heard
    began: float
    heard_s: float


class _Question(NamedTuple):
    """What is asked just now."""

    reason: str
    candidates: tuple[Candidate, ...] = ()


class Hears(Second, Protocol):
    """A bar that shows how an utterance is heard."""

    def hearing(self) -> None:
        """It is being understood."""
        ...

    def heard(self, text: str) -> None:
        """This was understood."""
        ...

    def pump(self, seconds: float = 0.02) -> None:
        """Hear what was said there, for so long."""
        ...


class SpokenFace:
    """Hears utterances, and gives a conversation those on which the recogniser and the policy agree.

    Args:
        agent: has the page, and the policy.
        recognizer: understands.
        ear: where sound comes from.
        tell: is told what became of each utterance.
        inbox: what is typed into the bar, and the stop key.
        bar: the bar, if there is one.
    """

    def __init__(
        self,
        agent: Agent,
        recognizer: Recognizer,
        ear: Ear,
        tell: Callable[[Turn], None],
        inbox: Inbox,
        bar: Hears | None = None,
    ) -> None:
        self._agent = agent
        self._recognizer = recognizer
        self._ear = ear
        self._write = tell
        self._inbox = inbox
        self._bar = bar
        self._limits = Limits()
        self._stops = Vocabulary((), (), (), (Label(words, spoken(words)) for words in stops()))
        recognizer.bias(self._stops)  # it is made now, and kept: "stop" must not wait for it
        self._last_stop: _Utterance | None = None
        self._open: _Utterance | None = None
        self._spoken: Said | None = None
        self._question: _Question | None = None
        self._numbered = 0
        self._instead = False  # a command came instead of an answer
        self._asleep = False

    # -- heard

    def listen(self) -> Said | None:
        """Wait for the next utterance that says something here, or is typed into the bar."""
        if self._open is not None and self._question is not None:
            self._tell_turn("unsure", self._question.reason, self._question.candidates)
        self._bias()  # so that the models are being made while the person still speaks
        text = self._inbox.get(self._attend)
        said, self._spoken = self._spoken, None
        if text is None:
            return None
        if said is None or said.text != text:
            said = Said(text)
            typed = Heard((Hypothesis(text, 1.0, " ".join(spoken(text))),), "typed", 1.0)
            self._open = _Utterance(typed, time.perf_counter(), 0.0)
            if typed.hypotheses[0].spoken in (*SLEEP, *WAKE) and self._rests(typed):
                return self.listen()
        found = phrase(text)
        self._instead = self._question is not None and found is None
        if self._question is None and found is not None and found.meaning == "quit":
            self._tell_turn("done", "goodbye")  # nothing comes after it
        return said

    def stopped(self) -> bool:
        """Whether the person has said stop, or pressed the stop key.

        It is asked by the thread that acts, so nothing is done while what was said is being understood.
        """
        with stoppable(lambda: False):  # what it takes to hear and to show is no part of what is to be stopped
            if self._ear.take(self._is_stop):
                self._tell_stop()
                self._inbox.stop()
            elif self._bar is not None and self._ear.speaking:
                with within(_DRAWING):
                    self._bar.pump(_GLANCE)
        return self._inbox.stopped()

    def hear_out(self) -> None:
        """Wait while somebody is saying something: it may be "stop"."""
        if self._bar is not None:
            with stoppable(lambda: False):
                self._bar.pump(_GLANCE)  # the key that opens the microphone may have been pressed
        while not self.stopped() and self._ear.speaking:
            time.sleep(_PAUSE)

    def _is_stop(self, sound: Sound) -> bool:
        """Whether a sound ends what is going on: only that is listened for, whatever the page is about."""
        began = time.perf_counter()
        if self._bar is not None:
            self._bar.hearing()
        self._recognizer.bias(self._stops)
        heard = self._recognizer.hear(sound)
        if not _says(heard, STOPPING):
            return False
        first = sorted(heard.hypotheses, key=lambda hypothesis: not _means(hypothesis, STOPPING))
        self._last_stop = _Utterance(heard._replace(hypotheses=tuple(first)), began, time.perf_counter() - began)
        return True

    def _tell_stop(self) -> None:
        """Tell that what is going on ends; what was said before and had not begun is not done either."""
        waiting = self._ear.forget()
        doing, self._open = self._open, self._last_stop
        self._tell_turn("done", f"stopped; {waiting} said before it will not be done" if waiting else "stopped")
        self._open = doing

    def _attend(self) -> None:
        """Look after the bar, and put the next utterance into the inbox if there is one."""
        if self._bar is not None:
            self._bar.pump()
        sound = self._ear.poll()
        if sound is not None:
            if self._bar is not None:
                self._bar.hearing()
            self._spoken = self._understand(sound)
            if self._spoken is not None:
                self._inbox.put(self._spoken.text)
        elif self._ear.ended:
            self._inbox.put(None)

    def _bias(self) -> Observation:
        """Expect the words of the page as it is now, and what can be answered; the page."""
        page = self._agent.page
        if page is None:
            raise UsageError("no page is open; open one before listening")
        seen = page.observe("")
        policy = self._agent.policy
        expected: Sequence[str] = ()
        if self._question is not None:
            expected = answers(len(self._question.candidates))
        elif self._numbered:
            expected = numbers(self._numbered)
        elif isinstance(policy, Recalling):
            expected = policy.commands(seen.url)
        self._recognizer.bias(Vocabulary.of(seen, expected))
        return seen

    def _understand(self, sound: Sound) -> Said | None:
        """What a sound says to the conversation; nothing where that is told already, as it needs to hear no more."""
        began = time.perf_counter()
        seen = self._bias()  # the page may have changed by itself
        heard = self._recognizer.hear(sound)
        self._open = _Utterance(heard, began, time.perf_counter() - began)
        if not heard.hypotheses:
            self._tell_turn("unsure", "I did not understand that; say it again")
            return None
        if _says(heard, ("stop",)):
            return Said("stop")
        if self._rests(heard):
            return None
        best = heard.hypotheses[0]
        if self._bar is not None:
            self._bar.heard(best.text)
        found = phrase(best.spoken)
        if found is None or (found.meaning == "number" and not (self._numbered or self._question)):
            return self._command(heard, seen)
        meant = sum(other.share for other in heard.hypotheses if phrase(other.spoken) == found)
        if found.meaning in DOING and (heard.trust < self._limits.trust or meant < _MEANT):
            self._tell_turn("unsure", f"I am not sure that you said “{best.text}”; say it again")
            return None
        return Said(best.spoken)

    def _rests(self, heard: Heard) -> bool:
        """Whether it is asleep, or was just woken or sent to sleep."""
        best = heard.hypotheses[0].spoken
        if best in WAKE or (self._asleep and any(other.spoken in WAKE for other in heard.hypotheses)):
            self._asleep = False
            self._tell_turn("done", "listening")
        elif self._asleep:
            self._tell_turn("refused", "asleep; say “wake up”")
        elif best in SLEEP:
            self._asleep = True
            self._tell_turn("done", "asleep until you say “wake up”")
        else:
            return False
        return True

    def _command(self, heard: Heard, seen: Observation) -> Said | None:
        """A command, with what it may mean, where the policy finds it on the page."""
        verdict, choices, reason = judge(heard, seen, self._agent.policy, self._limits)
        if self._question is not None and verdict != "act":  # nor is it an answer
            self._tell_turn("unsure", f"that is no answer. {self._question.reason}", self._question.candidates)
            return None
        if verdict == "refused" or not choices:
            self._tell_turn("refused" if verdict == "refused" else "unsure", reason)
            return None
        return Said(choices[0].hypothesis.text, _readings(verdict, choices, seen))

    # -- told

    def tell(self, result: Result) -> None:
        """Tell what became of an utterance."""
        self._question = None
        if self._bar is not None:
            self._bar.tell(result)
        if self._instead:  # this is about the command before, of which it is told that it was unsure
            self._instead = False
        else:
            self._write_turn(result)

    def mark(self, mark: Mark | None) -> None:
        """Show it in the page."""
        if self._bar is not None:
            self._bar.mark(mark)

    def question(self, question: Question) -> None:
        """Ask; what can be answered is expected from now on."""
        self._question = _Question(f"May I {question.mark.words}? {question.reason.capitalize()}. Say yes or no")
        if self._bar is not None:
            self._bar.question(question)

    def number(self, reason: str, candidates: Sequence[Candidate]) -> None:
        """Show numbers, and expect them."""
        self._numbered = len(candidates)
        self._question = _Question(f"{reason}; say a number", tuple(candidates)) if candidates else None
        if self._bar is not None:
            self._bar.number(reason, candidates)

    def _tell_turn(self, outcome: Outcome, reason: str, candidates: tuple[Candidate, ...] = ()) -> None:
        """Tell what became of an utterance that the conversation needs not hear of, or waits for an answer to."""
        heard = self._open.heard.hypotheses[0].text if self._open and self._open.heard.hypotheses else ""
        result = Result(
            outcome=outcome, reason=reason, command=heard, url="", seconds=0.0, candidates=tuple(candidates)
        )
        if self._bar is not None and self._question is None:
            self._bar.tell(result)
        self._write_turn(result)

    def _write_turn(self, result: Result) -> None:
        if self._open is None:
            return
        (heard, began, heard_s), self._open = self._open, None
        texts = [hypothesis.text for hypothesis in heard.hypotheses]
        if HIDDEN in result.command:  # part of it went into a password field
            texts = [result.command]
        turn = Turn(
            heard=texts[0] if texts else "",
            alternatives=tuple(texts[1:]),
            engine=heard.engine,
            outcome=result.outcome,
            reason=result.reason,
            actions=result.actions,
            candidates=result.candidates,
            url=result.url,
            heard_s=round(heard_s, 3),
            seconds=round(time.perf_counter() - began, 3),
        )
        self._write(turn)


def _says(heard: Heard, wanted: Container[Meaning]) -> bool:
    """Whether enough of what may have been said means one of these."""
    return sum(other.share for other in heard.hypotheses if _means(other, wanted)) >= _ENOUGH


def _means(hypothesis: Hypothesis, wanted: Container[Meaning]) -> bool:
    found = phrase(hypothesis.spoken)
    return found is not None and found.meaning in wanted


def _readings(verdict: Verdict, choices: Sequence[Choice], seen: Observation) -> tuple[Reading, ...]:
    """What an utterance may mean: to be done where all agree, to be asked about where they do not."""
    readings = []
    for place, choice in enumerate(choices):
        weight = (1.0 if place == 0 else choice.weight) if verdict == "act" else _ASKS * choice.weight
        element = seen.element(getattr(choice.action, "ref", 0))
        readings.append(Reading(choice.action, weight, choice.hypothesis.text, element))
    return tuple(readings)
