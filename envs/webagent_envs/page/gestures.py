"""Pointer gestures as protocol commands for a real mouse."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from webagent_envs.page.keys import MODIFIERS
from webagent_envs.spaces import Click, ClickAt, DoubleClick, Element, Hover

__all__ = ["Point", "drag_points", "known_point", "mouse_event", "mouse_events", "mouse_move"]

Point = tuple[float, float]
DRAG_MOVES = 5


def mouse_event(kind: str, at: Point, modifiers: int = 0, **more: Any) -> dict[str, Any]:
    """Parameters of ``Input.dispatchMouseEvent`` for one event at a point of the viewport."""
    held = {"buttons": 2 if more.get("button") == "right" else 1} if kind == "mousePressed" else {}
    return {"type": kind, "x": at[0], "y": at[1], "modifiers": modifiers, **held, **more}


def mouse_move(at: Point, **more: Any) -> list[dict[str, Any]]:
    """A move that reaches the page at once.

    By itself it waits for the next frame; the release of no button, which no page sees, ends that wait.
    """
    return [mouse_event("mouseMoved", at, **more), mouse_event("mouseReleased", at, **{**more, "button": "none"})]


def mouse_events(action: Click | DoubleClick | Hover | ClickAt, at: Point) -> list[dict[str, Any]]:
    """Parameters of ``Input.dispatchMouseEvent`` for a click, double click or hover at a point of the viewport."""
    if isinstance(action, Hover):
        return mouse_move(at)
    bits = sum(MODIFIERS[name] for name in set(action.modifiers))
    events = [mouse_event("mouseMoved", at, bits)]
    button = action.button if isinstance(action, Click) else "left"
    for count in range(1, 3 if isinstance(action, DoubleClick) else 2):
        for kind in ("mousePressed", "mouseReleased"):
            events.append(mouse_event(kind, at, bits, button=button, clickCount=count))
    return events


def drag_points(start: Point, end: Point) -> list[Point]:
    """Where the pointer is seen on its way, the end included."""
    parts = [number / DRAG_MOVES for number in range(1, DRAG_MOVES + 1)]
    return [(start[0] + (end[0] - start[0]) * part, start[1] + (end[1] - start[1]) * part) for part in parts]


def known_point(
    ref: int, elements: Mapping[int, Element], points: Mapping[int, Point], size: tuple[int, int]
) -> Point | None:
    """Where to click an element, as far as the last observation tells; ``None`` when it does not.

    Args:
        ref: of the element.
        elements: the last observation, by ref.
        points: where to click the elements whose middle is not their own, by ref.
        size: of the viewport.
    """
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
