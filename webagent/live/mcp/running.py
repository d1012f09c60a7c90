"""A command under way, for a client that cannot be asked in the middle: it waits there for the client's next call."""

from __future__ import annotations

import threading
import time
from itertools import count
from queue import SimpleQueue
from typing import NamedTuple

import msgspec

from webagent.live.agent import Agent
from webagent.live.loop import secrets_of
from webagent.live.mcp.told import Answer, Question
from webagent.live.person import Doubt, Mark
from webagent.live.person import Question as Leave
from webagent.live.result import Candidate, Result, hide
from webagent_envs.errors import Stopped

__all__ = ["Running"]

_ids = count(1)


class _Asked(NamedTuple):
    """A question, and what it is about."""

    question: Question
    candidates: tuple[Candidate, ...] = ()


class Running:
    """Carries out one command in a thread of its own, which stands still while something is asked.

    So an answer continues the very command that asked: what was typed is not typed again, and a yes is for what was
    shown, as `webagent.live.consent` sees to it. It is the person of that command.

    Args:
        agent: acts.
        command: what to do.
        yes: without asking.

    Attributes:
        command: what was asked for.
        question: what is being asked; ``None`` while it acts, and in the end.
    """

    def __init__(self, agent: Agent, command: str, *, yes: bool) -> None:
        self.command = command
        self.question: Question | None = None
        self._agent = agent
        self._yes = yes
        self._began = time.monotonic()
        self._told: SimpleQueue[_Asked | Result | Exception] = SimpleQueue()
        self._answers: SimpleQueue[int] = SimpleQueue()
        self._halted = threading.Event()
        self._given_up = threading.Event()
        self._ended = False
        threading.Thread(target=self._run, daemon=True, name="webagent-command").start()

    def _run(self) -> None:
        try:
            result = self._agent.do(self.command, yes=self._yes, person=self)
        except Exception as error:  # told to whoever waits for the answer
            self._told.put(error)
        else:
            self._told.put(result)

    # -- for the client

    def wait(self, given_up: threading.Event) -> Answer:
        """Until it is done or something is asked: what became of it.

        Args:
            given_up: set when nobody waits any longer, which ends it.

        Raises:
            WebagentError, BrowserError: it could not be begun.
        """
        self._given_up = given_up
        told = self._told.get()
        if isinstance(told, _Asked):
            self.question = told.question
            return self._asking(told)
        self.question, self._ended = None, True
        if isinstance(told, Exception):
            raise told
        return Answer(**{name: getattr(told, name) for name in told.__struct_fields__})

    def answer(self, number: int) -> None:
        """Answer what is asked: 0 is no, or none of them; 1 is yes, or the first."""
        self.question = None
        self._answers.put(number)

    def halt(self) -> None:
        """Have it end before the next key or click."""
        self._halted.set()
        self._answers.put(0)

    def finish(self) -> None:
        """Wait for the end, and answer no to whatever is asked until then."""
        while not self._ended:
            if self.question is not None:
                self.answer(0)
            try:
                self.wait(self._halted)
            except Exception:  # nobody asks any more what became of it
                return

    def _asking(self, asked: _Asked) -> Answer:
        """What a client is told while something is asked."""
        command, question = self._agent.last, asked.question
        if command is None or command.pending is None:
            raise RuntimeError("something was asked about before the page was looked at")
        secrets = command.secrets | secrets_of(command.pending.ranked, command.pending.observation)
        answer = Answer(
            outcome="unsure" if question.kind == "choose" else "refused",
            reason=question.why if question.kind == "choose" else f"May I {question.words}? {question.why}.",
            command=self.command,
            url=command.pending.observation.url,
            seconds=round(time.monotonic() - self._began, 3),
            actions=command.records,
            candidates=asked.candidates,
            question=question,
            next=_NEXT[question.kind].format(id=question.id, last=len(asked.candidates)),
        )
        return _masked(answer, secrets)

    # -- as the person of the command, in its thread

    def show(self, mark: Mark) -> None:
        """What was done is told in the end."""

    def approve(self, question: Leave) -> bool:
        """Wait for the client's yes or no."""
        why = question.reason.capitalize()
        asked = Question(id=f"q{next(_ids)}", kind="approve", words=question.mark.words, why=why)
        return self._ask(_Asked(asked)) > 0

    def choose(self, doubt: Doubt) -> int:
        """Wait for the client's number."""
        asked = Question(id=f"q{next(_ids)}", kind="choose", words="", why=doubt.reason)
        return self._ask(_Asked(asked, doubt.candidates))

    def stopped(self) -> bool:
        """Whether the client wants it to end."""
        return self._halted.is_set() or self._given_up.is_set()

    def _ask(self, asked: _Asked) -> int:
        if not self.stopped():
            self._told.put(asked)
            number = self._answers.get()
            if not self.stopped():
                return number
        raise Stopped("stopped")


_NEXT = {
    "choose": "Call do again with the same command, question={id} and choose=1 to {last}, or 0 for none of them. "
    "Any other command ends this one.",
    "approve": "If whoever you work for wants just that, call do again with the same command, question={id} and "
    "approve=true. Any other call leaves it undone.",
}


def _masked(answer: Answer, secrets: frozenset[str]) -> Answer:
    """The same, with no password in it."""
    return msgspec.convert(hide(msgspec.to_builtins(answer), secrets), Answer)
