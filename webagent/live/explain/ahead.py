"""What is expected to be done next, before any of it is: the page is imagined as each step would leave it."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from webagent.live.loop import Acts
from webagent.live.words import describe
from webagent_envs.spaces import Action, Click, Element, Observation, Press, Select, Stop, Type

__all__ = ["Expected", "expected", "imagine"]

_TICKED = frozenset({"checkbox", "switch", "menuitemcheckbox"})
_MOST = 12


class Expected(msgspec.Struct, frozen=True):
    """A step that is expected.

    Attributes:
        words: what would be done.
        confidence: in [0, 1].
        last: why nothing is said of what follows: ``"done"``, ``"unsure"``, ``"another page"``, ``"too long"``; ``""``
            where something follows.
    """

    words: str
    confidence: float
    last: str = ""


def expected(policy: Acts, observation: Observation, threshold: float) -> tuple[Expected, ...]:
    """The steps from here on, as far as the page can be imagined.

    Args:
        policy: decides.
        observation: the page as it is.
        threshold: confidence in [0, 1] below which a person would be asked.
    """
    steps: list[Expected] = []
    while True:
        ranked = policy.act(observation)
        action, confidence = ranked[0] if ranked else (Stop(), 0.0)
        if isinstance(action, Stop):
            return _ended(steps, "done" if confidence >= threshold else "unsure")
        steps.append(Expected(describe(action, observation), round(confidence, 4)))
        if confidence < threshold:
            return _ended(steps, "unsure")
        if _leaves(action, observation):
            return _ended(steps, "another page")
        if len(steps) == _MOST:
            return _ended(steps, "too long")
        observation = imagine(observation, action)


def _ended(steps: list[Expected], why: str) -> tuple[Expected, ...]:
    return (*steps[:-1], msgspec.structs.replace(steps[-1], last=why)) if steps else ()


def imagine(observation: Observation, action: Action) -> Observation:
    """The page after an action, as far as that follows from the page itself: values, ticks, what has the focus."""
    elements = tuple(_after(element, action, observation) for element in observation.elements)
    return msgspec.structs.replace(observation, elements=elements, actions=(*observation.actions, action))


def _after(element: Element, action: Action, observation: Observation) -> Element:
    meant = element.ref == getattr(action, "ref", 0)
    changes = dict(_changes(element, action)) if meant else {}
    if isinstance(action, Select) and element.parent == action.ref and element.tag == "option":
        changes["selected"] = action.option in (element.text, element.name)
    acted_on = observation.element(getattr(action, "ref", 0))
    if acted_on is not None and isinstance(action, (Click, Type, Select)):
        changes["focused"] = meant and (element.editable or element.clickable)
    return msgspec.structs.replace(element, **changes) if changes else element


def _changes(element: Element, action: Action) -> Iterator[tuple[str, str | bool]]:
    """What becomes of the element that is acted on."""
    match action:
        case Type(text=text):
            yield "value", text
        case Select(option=option):
            yield "value", option
        case Click() if element.role in _TICKED:
            yield "checked", not element.checked
        case Click() if element.role == "radio":
            yield "checked", True


def _leaves(action: Action, observation: Observation) -> bool:
    """Whether what follows shows only when it was done: links, buttons, Enter, and all that moves the browser."""
    element = observation.element(getattr(action, "ref", 0))
    if isinstance(action, Press):
        return action.keys == "Enter"
    if not isinstance(action, Click):
        return not isinstance(action, (Type, Select))
    return element is None or not (element.role in _TICKED | {"radio"} or element.editable)
