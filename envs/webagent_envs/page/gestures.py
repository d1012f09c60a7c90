"""Pointer gestures as protocol commands for a real mouse."""

from __future__ import annotations

from typing import Any

from webagent_envs.page.keys import MODIFIERS
from webagent_envs.spaces import Action, Click, DoubleClick, Drag, Hover

__all__ = ["Point", "mouse_events"]

Point = tuple[float, float]
DRAG_MOVES = 5


def mouse_events(action: Action, at: Point, to: Point | None = None) -> list[dict[str, Any]]:
    """Parameters of ``Input.dispatchMouseEvent`` for a click, double click, hover or drag.

    Args:
        action: what to do; anything that is no hover, double click or drag is a click.
        at: where, in CSS pixels of the viewport.
        to: where a drag ends.
    """
    bits = sum(MODIFIERS[name] for name in set(action.modifiers)) if isinstance(action, Click) else 0
    events = [_event("mouseMoved", at, bits)]
    if isinstance(action, Hover):
        return events
    if isinstance(action, Drag):
        return events + _drag(at, to or at)
    for count in range(1, 3 if isinstance(action, DoubleClick) else 2):
        events.append(_event("mousePressed", at, bits, button="left", buttons=1, clickCount=count))
        events.append(_event("mouseReleased", at, bits, button="left", clickCount=count))
    return events


def _drag(at: Point, to: Point) -> list[dict[str, Any]]:
    moves = [
        (at[0] + (to[0] - at[0]) * part / DRAG_MOVES, at[1] + (to[1] - at[1]) * part / DRAG_MOVES)
        for part in range(1, DRAG_MOVES + 1)
    ]
    return [
        _event("mousePressed", at, 0, button="left", buttons=1, clickCount=1),
        *(_event("mouseMoved", point, 0, button="left", buttons=1) for point in moves),
        _event("mouseReleased", to, 0, button="left", clickCount=1),
    ]


def _event(kind: str, point: Point, modifiers: int, **more: Any) -> dict[str, Any]:
    return {"type": kind, "x": point[0], "y": point[1], "modifiers": modifiers, **more}
