"""Spans, distances, places and amounts that the network chooses among, and the way back from recorded actions."""

from __future__ import annotations

import re

import numpy as np
from numpy.typing import NDArray

from webagent.policy.actions import PIECES, SCROLLS, SHIFTS, SPOTS
from webagent.policy.features import Sample
from webagent_envs.spaces import ClickAt, Drag, Element, Observation, Scroll

__all__ = [
    "drag_across",
    "drag_by",
    "field_of",
    "hit_field",
    "joined_text",
    "piece_of",
    "piece_text",
    "scroll_by",
    "scroll_of",
    "shift_of",
    "span_text",
    "unbroken",
    "whole_words",
]

_WORD = re.compile(r"\S+")
_BEGINNING = re.compile(r"""(?:^|(?<=[\s"“‘(\[<{:=#$])|(?<=^')|(?<=\W'))(?=\S)""")
_END = re.compile(r"""(?<=\S)(?=$|\s|["”’)\]>}]|[.,;:!?](?!\w)|'(?!\w)|['’]s\b)""")
_CLOSING = ".,;:!?)\"'”’"

_HALF_A_LINE = 6.0  # CSS px
_TO_THE_END = 1e4  # CSS px; scrolling further than this means "to the end"


def span_text(instruction: str, sample: Sample, first: int, last: int) -> str:
    """The text of the tokens ``first`` to ``last``: a piece of the command, or one of the extra digits."""
    count = len(sample.spans)
    if first >= count:
        return str(first - count)
    return instruction[int(sample.spans[first, 0]) : int(sample.spans[min(last, count - 1), 1])]


def whole_words(instruction: str, sample: Sample, length: int) -> NDArray[np.bool_]:
    """Which spans of tokens are what stands between two spaces, without the marks at its end: [length, length].

    First and last token; none with an extra digit.
    """
    allowed = np.zeros((length, length), np.bool_)
    starts = {int(start): place for place, start in enumerate(sample.spans[:, 0])}
    ends = {int(end): place for place, end in enumerate(sample.spans[:, 1])}
    for word in _WORD.finditer(instruction):
        end = word.start() + len(word.group().rstrip(_CLOSING))
        if word.start() in starts and end in ends:
            allowed[starts[word.start()], ends[end]] = True
    return allowed


def unbroken(instruction: str, sample: Sample, length: int) -> NDArray[np.bool_]:
    """Which spans of tokens begin where a word begins and end where one ends: [length, length], first and last token.

    Nobody means a part of an e-mail address, a time or a number. An extra digit stands alone.
    """
    beginnings = {match.start() for match in _BEGINNING.finditer(instruction)}
    ends = {match.start() for match in _END.finditer(instruction)}
    extra = [True] * (length - len(sample.spans))
    first = np.array([int(start) in beginnings for start in sample.spans[:, 0]] + extra, np.bool_)
    last = np.array([int(end) in ends for end in sample.spans[:, 1]] + extra, np.bool_)
    return first[:, None] & last


def piece_text(text: str, number: int) -> str:
    """One of PIECES of a text; ``""`` when it has not so many words."""
    piece = PIECES[number]
    if isinstance(piece, str):
        return text
    words = _words(text)
    return words[piece] if -len(words) <= piece < len(words) else ""


def piece_of(text: str, wanted: str) -> int | None:
    """Which of PIECES of a text says the same, upper and lower case alike; ``None`` when none does."""
    said = " ".join(wanted.split()).casefold()
    if " ".join(text.split()).casefold() == said:
        return 0
    words = [word.casefold() for word in _words(text)]
    found = (number for number, piece in enumerate(PIECES) if number and said in words[piece : piece + 1 or None])
    return next(found, None)


def _words(text: str) -> list[str]:
    return [word.strip(".,;:!?") for word in text.split()]


def drag_by(element: Element, across: int, down: int) -> Drag:
    """Drag the element by a pair of SHIFTS."""
    return Drag(element.ref, dx=SHIFTS[across], dy=SHIFTS[down])


def drag_across(element: Element) -> Drag:
    """Draw the mouse from the beginning of the element's first line to the end of its last: its text is selected."""
    left, top, width, height = element.box
    inset = min(_HALF_A_LINE, height / 2)
    return Drag(0, x=left + 1, y=top + inset, dx=width - 2, dy=height - 2 * inset)


def joined_text(observation: Observation, element: Element) -> str:
    """What stands in the box around an element, without anything between: letters that are set one by one."""
    return "".join(one.text for one in observation.elements if one.parent == element.parent and one.visible)


def shift_of(action: Drag) -> tuple[int, int]:
    """The pair of SHIFTS nearest to what was dragged."""
    return _nearest(SHIFTS, action.dx), _nearest(SHIFTS, action.dy)


def hit_field(element: Element, across: int, down: int) -> ClickAt:
    """Click the middle of one of the SPOTS x SPOTS fields of the element's box."""
    left, top, width, height = element.box
    return ClickAt(round(left + (across + 0.5) / SPOTS * width), round(top + (down + 0.5) / SPOTS * height))


def field_of(element: Element, action: ClickAt) -> tuple[int, int] | None:
    """The field of the element's box that holds the point; ``None`` when the box does not."""
    left, top, width, height = element.box
    across, down = (action.x - left) / max(width, 1), (action.y - top) / max(height, 1)
    if not (0 <= across < 1 and 0 <= down < 1):
        return None
    return int(across * SPOTS), int(down * SPOTS)


def scroll_by(ref: int, height: float, amount: int) -> Scroll:
    """Scroll an element, or the page (ref 0), down by one of SCROLLS, which counts in its ``height`` in CSS px."""
    share = SCROLLS[amount]
    return Scroll(ref, dy=share if abs(share) > _TO_THE_END else round(share * height))


def scroll_of(height: float, action: Scroll) -> int:
    """Which of SCROLLS is nearest to how far something of that ``height`` was scrolled down."""
    shares = action.dy if abs(action.dy) > _TO_THE_END else action.dy / max(height, 1)
    return _nearest(SCROLLS, shares)


def _nearest(choices: tuple[float, ...], wanted: float) -> int:
    return min(range(len(choices)), key=lambda number: abs(choices[number] - wanted))
