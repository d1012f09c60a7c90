"""Pointer gestures as protocol commands for a real mouse."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from webagent_envs.page.keys import MODIFIERS
from webagent_envs.spaces import Action, Click, ClickAt, DoubleClick, Drag, Element, Hover

__all__ = ["Point", "known_point", "mouse_events"]

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


def known_point(
    action: Action, elements: Mapping[int, Element], points: Mapping[int, Point], size: tuple[int, int]
) -> tuple[Point, Point | None] | None:
    """Where an action starts and, of a drag, ends, as far as the last observation tells; ``None`` when it does not.

    Args:
        action: what to do.
        elements: the last observation, by ref.
        points: where to click the elements whose middle is not their own, by ref.
        size: of the viewport.
    """
    if isinstance(action, ClickAt):
        return (action.x, action.y), None
    if not isinstance(action, Click | DoubleClick | Hover | Drag):
        return None
    start = _visible_point(action.ref, elements, points, size)
    if start is None or not isinstance(action, Drag):
        return None if start is None else (start, None)
    if not action.to:
        return start, (start[0] + action.dx, start[1] + action.dy)
    end = _visible_point(action.to, elements, points, size)
    return None if end is None else (start, end)


def _visible_point(
    ref: int, elements: Mapping[int, Element], points: Mapping[int, Point], size: tuple[int, int]
) -> Point | None:
    element = elements.get(ref)
    if element is None or not (element.in_viewport and element.visible) or element.disabled or element.tag == "option":
        return None
    x, y = points.get(ref) or element.center
    if not (0 <= x < size[0] and 0 <= y < size[1]) or _scrolled_out(element, (x, y), elements):
        return None
    return None if _maybe_covered(element, (x, y), elements) else (x, y)


def _scrolled_out(element: Element, point: Point, elements: Mapping[int, Element]) -> bool:
    """Whether the point lies outside a box that the element scrolls in, and so shows something else."""
    boxes = [elements[ref] for ref in _ancestors(element, elements)]
    return any(outer.scroll is not None and not _contains(outer, point) for outer in boxes)


def _contains(element: Element, point: Point) -> bool:
    left, top, width, height = element.box
    return left <= point[0] < left + width and top <= point[1] < top + height


def _maybe_covered(element: Element, point: Point, elements: Mapping[int, Element]) -> bool:
    """Whether the box of an element that neither holds ``element`` nor is held by it contains the point."""
    at_point = [other for other in elements.values() if _contains(other, point)]
    above = _ancestors(element, elements)
    return any(
        other.ref not in above and other.ref != element.ref and element.ref not in _ancestors(other, elements)
        for other in at_point
    )


def _ancestors(element: Element, elements: Mapping[int, Element]) -> set[int]:
    found: set[int] = set()
    parent = element.parent
    while parent in elements and parent not in found:
        found.add(parent)
        parent = elements[parent].parent
    return found
