"""Gymnasium spaces for the vocabulary of `spaces`: strict about what belongs to them, and able to sample."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any, get_args

import gymnasium
import msgspec
import numpy as np
from gymnasium.vector.utils import batch_space, concatenate, create_empty_array

from webagent_envs.errors import InvalidAction
from webagent_envs.page.keys import parse_chord
from webagent_envs.spaces import (
    Action,
    Click,
    DoubleClick,
    Drag,
    Element,
    Hover,
    Observation,
    Press,
    Scroll,
    Select,
    Type,
    action_from_dict,
)

__all__ = ["ActionSpace", "ElementsSpace"]

SAMPLED_KEYS = ("Enter", "Tab", "Escape", "Backspace", "ArrowDown", "ArrowUp", "Control+A")
SAMPLED_WORDS = ("hello", "42", "2026-01-31", "a b c")
SCROLLS = (-120.0, -60.0, 60.0, 120.0)


class ActionSpace(gymnasium.Space[Action]):
    """Every `Action`, and the plain dictionaries that stand for one (``{"kind": "click", "ref": 3}``).

    Samples fit the page as it is now; they never leave it and never end the episode.

    Args:
        elements: gives the elements of the page as it is now.
        seed: of the sampling.
    """

    def __init__(self, elements: Callable[[], Sequence[Element]] = tuple, seed: int | None = None) -> None:
        self._elements: Callable[[], Sequence[Element]] = elements
        super().__init__(None, None, seed)

    @property
    def is_np_flattenable(self) -> bool:
        """Actions have no fixed shape; ``obs_mode="tensor"`` offers a flat choice instead."""
        return False

    def contains(self, x: Any) -> bool:
        """Whether this is an action, every field of it of its declared type and finite."""
        try:
            action = action_from_dict(x) if isinstance(x, Mapping) else x
            if not isinstance(action, get_args(Action)):
                return False
            plain = msgspec.to_builtins(action)
            action_from_dict(plain)
            if isinstance(action, Press):
                parse_chord(action.keys)
        except (InvalidAction, TypeError):
            return False
        numbers = [value for value in plain.values() if isinstance(value, int | float)]
        return all(math.isfinite(number) for number in numbers) and plain.get("ref", 0) >= 0

    def sample(self, mask: Any = None, probability: Any = None) -> Action:
        """A random action on a random element of the page; neither argument is used."""
        elements = [e for e in self._elements() if e.visible and e.in_viewport and not e.disabled and e.tag != "body"]
        if not elements:
            return Scroll(0, 0.0, self._pick(SCROLLS))
        element = self._pick(elements)
        action: Action = self._pick(self._choices(element, elements))
        return action

    def _choices(self, element: Element, elements: Sequence[Element]) -> list[Action]:
        if element.editable:
            return [Type(element.ref, self._pick(SAMPLED_WORDS)), Press(self._pick(SAMPLED_KEYS), element.ref)]
        if element.tag == "select":
            options = [e.text or e.name for e in elements if e.parent == element.ref and e.tag == "option"]
            return [Select(element.ref, self._pick(options))] if options else [Click(element.ref)]
        if element.scroll is not None:
            return [Scroll(element.ref, 0.0, self._pick(SCROLLS)), Click(element.ref)]
        # clicks are what pages live on, so they are drawn more often
        other = self._pick(elements).ref
        return [*4 * [Click(element.ref)], DoubleClick(element.ref), Hover(element.ref), Drag(element.ref, other)]

    def _pick(self, items: Sequence[Any]) -> Any:
        return items[int(self.np_random.integers(len(items)))]

    def __eq__(self, other: object) -> bool:
        """All of them hold the same actions."""
        return isinstance(other, ActionSpace)

    def __repr__(self) -> str:
        return "ActionSpace()"

    def __getstate__(self) -> dict[str, Any]:
        """All but the page, which does not travel to another process."""
        return {**self.__dict__, "_elements": tuple}

    def __deepcopy__(self, memo: dict[int, Any]) -> ActionSpace:
        copy = ActionSpace(self._elements)
        copy._np_random = self._np_random
        return copy


class ElementsSpace(gymnasium.Space[Observation]):
    """Every `Observation` that a page can give: finite boxes, refs that are there once, parents before children."""

    def __init__(self, seed: int | None = None) -> None:
        super().__init__(None, None, seed)

    @property
    def is_np_flattenable(self) -> bool:
        """Pages have no fixed size; ``obs_mode="tensor"`` offers fixed shapes instead."""
        return False

    def contains(self, x: Any) -> bool:
        """Whether this is an observation, each field of its declared type and in its range."""
        if not isinstance(x, Observation):
            return False
        try:
            msgspec.convert(msgspec.to_builtins(x), Observation)
        except (msgspec.ValidationError, TypeError):
            return False
        refs = {0}
        for element in x.elements:
            if element.ref in refs or element.ref < 1 or element.parent not in refs:
                return False
            if not all(map(math.isfinite, element.box)) or min(element.box[2:]) < 0:
                return False
            refs.add(element.ref)
        return all(map(math.isfinite, (*x.viewport, *x.scroll)))

    def sample(self, mask: Any = None, probability: Any = None) -> Observation:
        """A small random page; neither argument is used."""
        count = int(self.np_random.integers(1, 9))
        elements = []
        for ref in range(1, count + 1):
            left, top = (float(number) for number in self.np_random.integers(0, 140, size=2))
            parent = int(self.np_random.integers(0, ref))
            name = str(self.np_random.choice(["OK", "Cancel", "Next", "a long label"]))
            box = (left, top, 20.0, 10.0)
            elements.append(
                Element(ref=ref, tag="button", parent=parent, role="button", name=name, box=box, clickable=True)
            )
        return Observation(instruction="Click the button.", viewport=(160.0, 210.0), elements=tuple(elements))

    def __eq__(self, other: object) -> bool:
        """All of them hold the same observations."""
        return isinstance(other, ElementsSpace)

    def __repr__(self) -> str:
        return "ElementsSpace()"


# In a vector environment such values stand side by side in a tuple, as Gymnasium does with its own Text and Graph.


def _batch(space: gymnasium.Space[Any], n: int = 1) -> gymnasium.spaces.Tuple[Any]:
    seeds = space.np_random.integers(0, np.iinfo(np.int32).max, size=n)
    return gymnasium.spaces.Tuple([type(space)(seed=int(seed)) for seed in seeds])


def _concatenate(space: gymnasium.Space[Any], items: Sequence[Any], out: Any) -> tuple[Any, ...]:
    return tuple(items)


def _create_empty(space: gymnasium.Space[Any], n: int = 1, fn: Any = np.zeros) -> tuple[Any, ...]:
    return tuple(None for _ in range(n))


for kind in (ActionSpace, ElementsSpace):
    batch_space.register(kind, _batch)
    concatenate.register(kind, _concatenate)
    create_empty_array.register(kind, _create_empty)
