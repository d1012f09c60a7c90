"""A person at a terminal, for a single command: told what is done, asked in a line, stops it with Ctrl-C."""

from __future__ import annotations

from collections.abc import Callable

from webagent.live.person import Doubt, Mark, Question
from webagent.live.phrases import phrase

__all__ = ["TerminalPerson"]


class TerminalPerson:
    """Asks in lines.

    Args:
        say: shows a line.
        ask: shows a prompt and gives the line that is typed, without its end; ``""`` when there will be none.
    """

    def __init__(self, say: Callable[[str], None], ask: Callable[[str], str]) -> None:
        self._say = say
        self._ask = ask

    def show(self, mark: Mark) -> None:
        """What was done is told afterwards, with how sure it was."""

    def approve(self, question: Question) -> bool:
        """Yes or no; no unless it is said."""
        answer = phrase(self._ask(f"May I {question.mark.words}? {question.reason.capitalize()}. [y/N] "))
        return answer is not None and answer.meaning == "yes"

    def choose(self, doubt: Doubt) -> int:
        """The number of a candidate, or 0."""
        self._say(f"{doubt.reason}:")
        for number, candidate in enumerate(doubt.candidates, start=1):
            self._say(f"{number:3}. {candidate.words}")
        answer = phrase(self._ask("Which one? [number, or Enter for none] "))
        if answer is None or answer.meaning != "number":
            return 0
        number = answer.number if answer.number > 0 else len(doubt.candidates)
        return number if number <= len(doubt.candidates) else 0

    def stopped(self) -> bool:
        """Ctrl-C ends the program by itself."""
        return False
