"""What the in-page script answers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec

from webagent_envs.page.gestures import Point
from webagent_envs.spaces import Action, Element, Observation

__all__ = ["DUE", "Prepared", "View", "decode_view", "observation_of"]

ACTIONS_KEPT = 32
DUE = "due"
"""The answer of a page that must be drawn before it can be observed: there is something that it learns so only."""


class View(msgspec.Struct, frozen=True):
    """What the in-page script says of the page."""

    url: str
    title: str
    viewport: tuple[float, float]
    scroll: tuple[float, float]
    elements: tuple[Element, ...]
    points: dict[int, Point] = {}
    probe: Any = None
    error: str = ""


class Prepared(msgspec.Struct, frozen=True):
    """What is left of an action for real mouse and keys."""

    error: str = ""
    point: Point | None = None
    to: Point | None = None
    keys: bool = False


decode_view = msgspec.json.Decoder(View).decode


def observation_of(view: View, instruction: str, actions: Sequence[Action]) -> Observation:
    """The observation that a view makes with a command and the actions so far, oldest first."""
    kept = tuple(actions)[-ACTIONS_KEPT:]
    page = {name: getattr(view, name) for name in ("url", "title", "viewport", "scroll", "elements")}
    return Observation(instruction=instruction, actions=kept, **page)
