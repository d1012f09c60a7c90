"""What the network chooses among, in the order of its logits; shared by what learns and what acts."""

from __future__ import annotations

__all__ = [
    "BROWSER_KINDS",
    "CHARACTERS",
    "END",
    "KEYS",
    "KINDS",
    "KIND_GROUPS",
    "MASKED",
    "MODES",
    "PAGE_KINDS",
    "PIECES",
    "SCROLLS",
    "SHIFTS",
    "SPOTS",
    "TABS",
]

KINDS = (
    "click", "double_click", "hover", "type", "press", "select", "drag", "drag_by", "click_at", "scroll", "drag_across",
)  # fmt: skip
"""Kinds of action that name an element, in the order of the logits; ``drag_across`` selects its text with the mouse."""
KIND_GROUPS = (0, 0, 0, 1, 1, 2, 3, 3, 4, 5, 6)
"""For each kind the column of ``Sample.kinds`` that says whether an element takes it."""
BROWSER_KINDS = ("back", "forward", "reload", "goto", "tab_new", "tab_switch", "tab_close")
"""Kinds of action on the browser itself; no part of a task that takes place on one page."""
PAGE_KINDS = ("wait", "press_key", "scroll_page", *BROWSER_KINDS)
"""Kinds of action that name no element; their logits stand behind those of the elements."""
KEYS = ("Enter", "Tab", "Escape", "Backspace", "Delete", "Space", "ArrowUp", "ArrowDown", "ArrowLeft", "ArrowRight")
MODES = ("span", "copy", "write", "upper", "lower", "joined")
"""Where typed text comes from: a span of the command, an element's text, characters of our own, a span of the command
in upper case, in lower case, the texts of an element and all beside it in one box, read as one word."""
PIECES = ("all", *range(10), -1, *range(10, 20))
"""What is copied of an element's text: all of it, its first to tenth word, its last word, its eleventh to twentieth."""
SHIFTS = (-130, -90, -66, -48, -34, -23, -15, -9, -5, -2, 0, 2, 5, 9, 15, 23, 34, 48, 66, 90, 130)
"""How far something is dragged along an axis, CSS px."""
SPOTS = 16
"""A click at a place of an element hits one of SPOTS x SPOTS equal fields of its box."""
SCROLLS = (-1e5, -0.8, 0.8, 1e5)
"""How far a box is scrolled down, in heights of the box: to its top, a page up, a page down, to its end."""
TABS = (*range(9), -1)
"""Which tab is switched to, by its place; -1: the last."""
CHARACTERS = "".join(map(chr, range(32, 127)))
END = len(CHARACTERS)
"""Id of "no more characters"; also what stands before the first."""
MASKED = -1e4
"""Logit of what is impossible."""
