"""Pages that several attempts come to are read once: all attempts at a seed begin with the same one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from webagent.policy.policy import Policy, Seen
from webagent_envs.spaces import Action, Observation

__all__ = ["Readings", "Unread", "read_once"]

_REMEMBERED = 64  # pages of a seed: the first ones, to which most attempts come

Readings = dict[tuple[Action, ...], Seen]
"""What the policy says of pages of one seed, by the actions that led there."""


class Unread(NamedTuple):
    """A page that an attempt has come to.

    Attributes:
        observation: the page.
        way: the actions that led there.
        readings: what was read at the same seed.
    """

    observation: Observation
    way: tuple[Action, ...]
    readings: Readings

    @property
    def known(self) -> Seen | None:
        """What the policy says of it, if it was read before; the same way may have led to another page then."""
        seen = self.readings.get(self.way)
        return seen if seen is not None and seen.observation == self.observation else None


def read_once(policy: Policy, pages: Sequence[Unread]) -> list[Seen]:
    """What the policy says of each page; of those not read before, equal ones are read as one."""
    seen = [page.known for page in pages]
    missing = [page for page, known in zip(pages, seen, strict=True) if known is None]
    different: list[Observation] = []
    places = [_place(page.observation, different) for page in missing]
    read = policy.read_batch(different)
    for page, place in zip(missing, places, strict=True):
        if len(page.readings) < _REMEMBERED:
            page.readings.setdefault(page.way, read[place])
    found = (read[place] for place in places)
    return [next(found) if known is None else known for known in seen]


def _place(observation: Observation, different: list[Observation]) -> int:
    """Where it stands among the ``different`` ones, to which it is added if it is new."""
    for place, other in enumerate(different):
        if other == observation:
            return place
    different.append(observation)
    return len(different) - 1
