"""What a person would call an element by the look of it: its colour, its shape, its size beside others.

Such words enter the network as the label of what has no other: "the large aqua triangle" meets them as it meets a name.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from colorsys import rgb_to_hls
from functools import cache

from webagent_envs.spaces import Element

__all__ = ["DRAWN", "color_names", "how_many", "looks", "shade_of"]

DRAWN = frozenset({"circle", "ellipse", "line", "path", "polygon", "polyline", "rect", "text"})
"""Tags of what is drawn in a picture: ``Element.color`` is what fills them."""

_SHAPES = {
    "circle": ["circle"],
    "ellipse": ["ellipse", "oval"],
    "line": ["line"],
    "polyline": ["line"],
    "rect": ["rectangle"],
}
_BY_POINTS = {3: "triangle", 4: "quadrilateral", 5: "pentagon", 6: "hexagon"}
_SIZES = 1.4  # things of one kind are called large and small from this ratio of their heights on

# Upper ends of the hue ranges, in degrees, of saturated colours.
_HUES = (
    (15, "red"),
    (42, "orange"),
    (68, "yellow"),
    (165, "green"),
    (195, "cyan"),
    (255, "blue"),
    (305, "purple"),
    (320, "magenta"),
    (345, "pink"),
    (361, "red"),
)
# Names of CSS (https://www.w3.org/TR/css-color-4/#named-colors) that people use for these very colours.
_NAMED = {
    "#00ff00": ("lime",),
    "#00ffff": ("cyan", "aqua"),
    "#000080": ("navy",),
    "#008080": ("teal",),
    "#40e0d0": ("turquoise",),
    "#4b0082": ("indigo",),
    "#800000": ("maroon",),
    "#800080": ("purple",),
    "#808000": ("olive",),
    "#808080": ("grey", "gray"),
    "#a52a2a": ("brown",),
    "#c0c0c0": ("silver",),
    "#d2b48c": ("tan",),
    "#ee82ee": ("violet",),
    "#f5f5dc": ("beige",),
    "#fa8072": ("salmon",),
    "#ff00ff": ("magenta", "fuchsia"),
    "#ffa500": ("orange",),
    "#ffc0cb": ("pink",),
    "#ffd700": ("gold",),
}
_NEAR = 30.0  # distance in RGB, of 442, up to which a colour bears such a name


_HUE_NAMES = {name for _, name in _HUES} | {"black", "white", "grey"}
_LOOKS = frozenset(
    {"large", "small", "square", "shape", "digit", "letter"}
    | {name for names in _SHAPES.values() for name in names}
    | set(_BY_POINTS.values())
    | _HUE_NAMES
    | {name for names in _NAMED.values() for name in names}
)
"""All that `looks` may call a thing by which not everything of its kind is called."""
_CHARACTERS = re.compile("(?!as|is|us)[A-Za-z0-9]s")  # "how many Bs"


@cache
def color_names(color: str) -> tuple[str, ...]:
    """The words for ``"#rrggbb"``: the common one of its hue, then those of the CSS colour that it nearly is.

    None for ``""``.
    """
    if not color:
        return ()
    named = min(_NAMED, key=lambda known: _distance(known, color))
    close = _NAMED[named] if _distance(named, color) <= _NEAR else ()
    return tuple(dict.fromkeys([_hue_name(color), *close]))


def _rgb(color: str) -> tuple[int, ...]:
    return tuple(int(color[i : i + 2], 16) for i in (1, 3, 5))


def _distance(one: str, other: str) -> float:
    return float(sum((a - b) ** 2 for a, b in zip(_rgb(one), _rgb(other), strict=True)) ** 0.5)


def _hue_name(color: str) -> str:
    red, green, blue = (part / 255 for part in _rgb(color))
    hue, lightness, saturation = rgb_to_hls(red, green, blue)
    if lightness < 0.08:
        return "black"
    if lightness > 0.95:
        return "white"
    if saturation < 0.12:
        return "grey"
    return next(name for end, name in _HUES if hue * 360 < end)


def shade_of(element: Element) -> str:
    """The colour that one sees it in, ``"#rrggbb"``, or ``""`` where none is known."""
    return element.color if element.tag in DRAWN else element.background


def looks(chosen: Sequence[Element]) -> list[list[str]]:
    """For each element the words that it is called by where it is there to be looked at, and nothing else names it.

    Size beside its like, colours, shape, what a single character is: "large", "cyan", "aqua", "circle", "shape".
    """
    large, small = _sizes(chosen)
    return [
        [
            *(["large"] if row in large else ["small"] if row in small else []),
            *color_names(shade_of(element)),
            *_shape(element),
            *_character(element),
        ]
        if _is_thing(element)
        else []
        for row, element in enumerate(chosen)
    ]


def how_many(command: Sequence[str], chosen: Sequence[Element], seen_as: Sequence[Sequence[str]]) -> int | None:
    """How many things look as the command says: "the large red circles" are all that are large, red and a circle.

    Args:
        command: its words.
        chosen: E elements.
        seen_as: what `looks` says of them.

    Returns:
        The count, of all things where the command says nothing of a look; ``None`` where there are no things.
    """
    things = [
        {*words, f"{element.text}s"} for element, words in zip(chosen, seen_as, strict=True) if _is_thing(element)
    ]
    if not things:
        return None
    said = [word.lower() for word in command]
    wanted = {word if word in _LOOKS else word.removesuffix("s") for word in said} & _LOOKS
    wanted |= {word for word in command[1:] if _CHARACTERS.fullmatch(word)}
    return sum(wanted <= thing for thing in things)


def _shape(element: Element) -> list[str]:
    if element.tag not in DRAWN or element.tag in ("text", "path"):
        return []
    if element.tag == "rect" and abs(element.box[2] - element.box[3]) < 1:
        return ["rectangle", "square", "shape"]
    corners = len(element.attributes.get("points", "").replace(",", " ").split()) // 2
    return [*_SHAPES.get(element.tag, [_BY_POINTS[corners]] if corners in _BY_POINTS else []), "shape"]


def _is_thing(element: Element) -> bool:
    """Whether it is there to be looked at: something drawn, or a box of some colour without words."""
    if element.tag in DRAWN:
        return element.tag != "path"  # mostly a part of an icon
    return bool(element.background) and not (element.role or element.name or element.text)


def _sizes(chosen: Sequence[Element]) -> tuple[set[int], set[int]]:
    """Rows of the large and of the small ones, where things of one parent are of clearly different heights."""
    things: dict[int, list[int]] = {}
    for row, element in enumerate(chosen):
        if _is_thing(element):
            things.setdefault(element.parent, []).append(row)
    large: set[int] = set()
    small: set[int] = set()
    for rows in things.values():
        heights = [max(1.0, chosen[row].box[3]) for row in rows]
        if max(heights) < _SIZES * min(heights):
            continue
        middle = (max(heights) * min(heights)) ** 0.5
        large |= {row for row, height in zip(rows, heights, strict=True) if height > middle}
        small |= {row for row, height in zip(rows, heights, strict=True) if height <= middle}
    return large, small


def _character(element: Element) -> list[str]:
    """What a text of one character is called."""
    if len(element.text) != 1:
        return []
    return ["digit", "number"] if element.text.isdecimal() else ["letter"] if element.text.isalpha() else []
