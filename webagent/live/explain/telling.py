"""An explanation in a few lines of text."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from webagent.live.explain.explanation import Explanation, Shown
from webagent.live.explain.weighing import Part
from webagent.live.result import Candidate, percent

__all__ = ["in_words"]

_NAMED = 4  # words, and elements
_HEAVY = 0.1  # weight from which on a part is named
_ENDS = {
    "done": "then it is done",
    "unsure": "there I would ask",
    "another page": "then I look at what comes up",
    "too long": "and so on",
}


def in_words(explanation: Explanation) -> str:
    """What a person is told."""
    return "\n".join(_lines(explanation))


def _lines(explanation: Explanation) -> Iterator[str]:
    choice = explanation.choice
    if choice is None:
        yield "There is nothing on this page that I could act on."
        return
    head = "It seems done; otherwise I would" if explanation.done else "I would"
    yield f"{head} {_candidate(choice)}."
    if words := _named(explanation.words):
        yield f"Because you said {words}."
    if elements := _named(explanation.elements):
        yield f"Because the page says {elements}."
    if explanation.runner_up is not None:
        yield f"Second best: {_candidate(explanation.runner_up)}."
    for shown in explanation.shown:
        yield _demonstration(shown)
    steps = [step.words for step in explanation.ahead]
    if len(steps) > 1 or (steps and explanation.ahead[-1].last):
        yield f"Expected: {', then '.join(steps)}; {_ENDS[explanation.ahead[-1].last]}."


def _candidate(candidate: Candidate) -> str:
    return f"{candidate.words} ({percent(candidate.confidence)})"


def _named(parts: Sequence[Part]) -> str:
    heavy = sorted((part for part in parts if part.weight >= _HEAVY), key=lambda part: -part.weight)[:_NAMED]
    return ", ".join(f"“{part.text}” ({percent(part.weight)})" for part in heavy)


def _demonstration(shown: Shown) -> str:
    how = "As you showed me" if shown.followed else "Like what I was shown"
    return f"{how} for “{shown.command}”: {', then '.join(shown.steps)}."
