"""What was said, and what it may mean where that is not certain, as in speech."""

from __future__ import annotations

from typing import NamedTuple

from webagent_envs.spaces import Action, Element, Observation

__all__ = ["Reading", "Said"]


class Reading(NamedTuple):
    """What an utterance may mean on the page on which it was said.

    Attributes:
        action: the first thing to do.
        weight: in [0, 1].
        text: the wording that means it.
        element: what the action is about, as it was then.
    """

    action: Action
    weight: float
    text: str
    element: Element | None

    def fits(self, now: Observation) -> bool:
        """Whether what it is about is still there."""
        if self.element is None:
            return True
        there = now.element(self.element.ref)
        return there is not None and _marks(there) == _marks(self.element)


class Said(NamedTuple):
    """An utterance.

    Attributes:
        text: in words.
        readings: what it may mean, best first; none where its words say it all.
    """

    text: str
    readings: tuple[Reading, ...] = ()


def _marks(element: Element) -> tuple[str, str, str]:
    return element.tag, element.role, element.name
