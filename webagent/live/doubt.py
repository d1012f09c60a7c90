"""When to ask instead of acting: too little confidence, or two things that are meant as likely."""

from __future__ import annotations

from collections.abc import Sequence

from webagent.live.result import Candidate
from webagent.live.words import describe, name_of
from webagent_envs.spaces import Action, Element, Observation, Stop

__all__ = ["candidate_of", "candidates_of", "near_equal", "offers"]

Ranked = Sequence[tuple[Action, float]]

_SHOWN = 5  # candidates offered at most
_FEWEST = 2  # ... and at least, if there are so many
_LIKELY = 0.05  # share of the best confidence below which the others are not offered
_RIVAL = 0.5  # share of the best confidence from which on another element is as likely to be meant
_TWIN = 0.1  # the same for one that is called just so: what tells them apart was perhaps not said


def near_equal(ranked: Ranked, seen: Observation) -> bool:
    """Whether the best two actions are about different elements, and either may well be meant."""
    (best, confidence), *others = ranked
    rival = next(((action, score) for action, score in others if not isinstance(action, Stop)), None)
    if isinstance(best, Stop) or rival is None:
        return False
    one, other = (seen.element(getattr(action, "ref", 0)) for action in (best, rival[0]))
    if one is None or other is None or _alike(one, other, seen):
        return False
    twins = (one.role, name_of(one)) == (other.role, name_of(other))
    return rival[1] >= (_TWIN if twins else _RIVAL) * confidence


def _alike(one: Element, other: Element, seen: Observation) -> bool:
    """Whether to act on either is the same to a person: one holds the other, or is its label."""
    if one.ref == other.ref or _holds(one, other, seen) or _holds(other, one, seen):
        return True
    return "label" in (one.tag, other.tag) and name_of(one) == name_of(other)


def _holds(outer: Element, inner: Element, seen: Observation) -> bool:
    parents = {element.ref: element.parent for element in seen.elements}
    ref = inner.parent
    while ref and ref != outer.ref:
        ref = parents.get(ref, 0)
    return ref == outer.ref


def offers(ranked: Ranked) -> list[tuple[Action, float]]:
    """The best few actions that touch the page, for a person to choose from: two, and others that may well be meant."""
    found: list[tuple[Action, float]] = [choice for choice in ranked if not isinstance(choice[0], Stop)][:_SHOWN]
    likely = max((confidence for _, confidence in found), default=0.0) * _LIKELY
    return [choice for place, choice in enumerate(found) if place < _FEWEST or choice[1] >= likely]


def candidates_of(ranked: Ranked, seen: Observation) -> tuple[Candidate, ...]:
    """The same, as a person and a program are told of them."""
    return tuple(candidate_of(action, confidence, seen) for action, confidence in offers(ranked))


def candidate_of(action: Action, confidence: float, seen: Observation) -> Candidate:
    """One action, with a confidence in [0, 1], as it is offered."""
    element = seen.element(getattr(action, "ref", 0))
    return Candidate(
        ref=element.ref if element else 0,
        name=name_of(element) if element else "",
        kind=action.kind,
        words=describe(action, seen),
        confidence=round(confidence, 4),
        box=element.box if element else None,
    )
