"""What carried a choice: each word and each element is taken away in turn, and what that costs is its weight.

This is occlusion (Zeiler and Fergus 2014, https://arxiv.org/abs/1311.2901) on words and elements instead of patches. It
asks the policy nothing but to act, so it explains any policy, and it says what would really have changed.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import msgspec

from webagent.live.loop import Acts
from webagent.live.recall.wording import words_of
from webagent.live.words import name_of
from webagent_envs.spaces import Action, Element, Observation

__all__ = ["Box", "Part", "confidence_in", "weigh_elements", "weigh_words"]

Box = tuple[float, float, float, float]
_LEAST = 0.02  # lighter parts are noise
_MOST_ELEMENTS = 24


class Part(msgspec.Struct, frozen=True):
    """A word or an element, and what it did for the choice.

    Attributes:
        text: the word, or what the element is called.
        weight: share of the confidence that is lost without it, at most 1; below 0 where it spoke for something else.
        ref: of the element; 0 for a word.
        box: left, top, width, height of the element in CSS pixels.
    """

    text: str
    weight: float
    ref: int = 0
    box: Box | None = None


def confidence_in(policy: Acts, observation: Observation, action: Action) -> float:
    """How sure a policy is of just this action, in [0, 1]; 0 when it is not among its best few."""
    return sum(confidence for other, confidence in policy.act(observation) if other == action)


def weigh_words(policy: Acts, observation: Observation, action: Action) -> tuple[Part, ...]:
    """Each word of the command, in its order."""
    words = observation.instruction.split()
    whole = confidence_in(policy, observation, action)
    parts = []
    for place, word in enumerate(words):
        less = msgspec.structs.replace(observation, instruction=" ".join(words[:place] + words[place + 1 :]))
        parts.append(Part(word, _lost(whole, confidence_in(policy, less, action) if len(words) > 1 else 0.0)))
    return tuple(parts)


def weigh_elements(policy: Acts, observation: Observation, action: Action) -> tuple[Part, ...]:
    """The elements whose words mattered, the heaviest first; none that made next to no difference."""
    whole = confidence_in(policy, observation, action)
    parts = []
    for element in _telling(observation, getattr(action, "ref", 0)):
        mute = msgspec.structs.replace(element, name="", text="", value="", attributes={})
        elements = tuple(mute if other.ref == element.ref else other for other in observation.elements)
        less = msgspec.structs.replace(observation, elements=elements)
        weight = _lost(whole, confidence_in(policy, less, action))
        parts.append(Part(name_of(element), weight, element.ref, element.box))
    heavy = [part for part in parts if abs(part.weight) >= _LEAST]
    return tuple(sorted(heavy, key=lambda part: -abs(part.weight)))


def _lost(whole: float, less: float) -> float:
    return round((whole - less) / whole, 4) if whole else 0.0


def _telling(observation: Observation, ref: int) -> Sequence[Element]:
    """The elements that may have said something: the one that is chosen, those that share words, those beside it."""
    said = set(words_of(observation.instruction))
    chosen = observation.element(ref)
    spoken = [element for element in observation.elements if element.visible and (element.name or element.text)]
    shared = {element.ref: len(said & set(words_of(f"{element.name} {element.text}"))) for element in spoken}

    def rank(element: Element) -> tuple[bool, int, float]:
        return element.ref != ref, -shared[element.ref], _distance(element, chosen)

    return sorted(_innermost(spoken, ref), key=rank)[:_MOST_ELEMENTS]


def _innermost(elements: Sequence[Element], ref: int) -> Iterator[Element]:
    """Those that say what none inside them says, and the one with this ref."""
    inner = {(element.parent, element.text or element.name) for element in elements}
    yield from (e for e in elements if e.ref == ref or (e.ref, e.text or e.name) not in inner)


def _distance(one: Element, other: Element | None) -> float:
    if other is None:
        return 0.0
    return abs(one.box[0] - other.box[0]) + 2 * abs(one.box[1] - other.box[1])
