"""What lies under a point of a page."""

from __future__ import annotations

from webagent_envs.spaces import Element, Observation, Scroll

__all__ = ["element_under", "scroll_under"]


def scroll_under(observation: Observation, at: tuple[float, float], dx: float, dy: float) -> Scroll:
    """What turning the wheel there scrolls: the innermost box that can move that way, else the page.

    Args:
        observation: the page.
        at: point of the viewport, in CSS pixels.
        dx: how far to the right, in CSS pixels.
        dy: how far down, in CSS pixels.
    """
    for element in reversed(observation.elements):
        if _holds(element, at) and _can_move(element, dx, dy):
            return Scroll(element.ref, dx, dy)
    return Scroll(0, dx, dy)


def element_under(observation: Observation, at: tuple[float, float]) -> Element | None:
    """The last element that a point of the viewport lies in: the innermost one, where nothing overlaps."""
    return next((element for element in reversed(observation.elements) if _holds(element, at)), None)


def _holds(element: Element, at: tuple[float, float]) -> bool:
    left, top, width, height = element.box
    return left <= at[0] < left + width and top <= at[1] < top + height


def _can_move(element: Element, dx: float, dy: float) -> bool:
    if element.scroll is None:
        return False
    left, top, most_left, most_top = element.scroll
    return _room(left, most_left, dx) or _room(top, most_top, dy)


def _room(at: float, most: float, by: float) -> bool:
    return (by < 0 < at) or (by > 0 and at < most)
