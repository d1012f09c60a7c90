"""Small things that are drawn: shapes, letters and digits, or coloured boxes, of several colours and two sizes."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from typing import NamedTuple

from webagent.data.pages.exercises.desk import Desk

__all__ = ["COLORS", "Drawn", "drawn", "named", "picture"]

COLORS: dict[str, tuple[str, ...]] = {
    "red": ("#ff0000", "#e53935", "#d32f2f"),
    "green": ("#008000", "#2e9e32", "#00ff00"),
    "blue": ("#0000ff", "#1565c0", "#2244dd"),
    "yellow": ("#ffff00", "#fdd835", "#ffeb3b"),
    "orange": ("#ffa500", "#fb8c00"),
    "purple": ("#800080", "#7b1fa2"),
    "black": ("#000000", "#111111"),
    "grey": ("#808080", "#9e9e9e"),
    "pink": ("#ffc0cb", "#ff69b4"),
    "magenta": ("#ff00ff",),
    "cyan": ("#00ffff", "#00bcd4"),
    "aqua": ("#00ffff",),
    "brown": ("#a52a2a",),
}
_ALIKE = ({"cyan", "aqua"}, {"red", "brown"}, {"magenta", "pink", "purple"}, {"orange", "brown"})
_SHAPES = ("circle", "square", "triangle", "rectangle", "ellipse", "letter", "digit")
_BOXES = ("box", "block", "square", "tile")
_OTHERWISE = {"grey": "gray", "digit": "number"}
_PLURALS = {"box": "boxes"}


class Drawn(NamedTuple):
    """One of them.

    Attributes:
        kind: what it is called.
        color: likewise.
        large: of the two sizes.
    """

    kind: str
    color: str
    large: bool


def drawn(desk: Desk, *, boxes: bool = False) -> tuple[list[Drawn], bool]:
    """What a page shows, and whether of two sizes; ``boxes``: boxes of one kind only."""
    m = desk.m
    kinds = [m.one(_BOXES)] if boxes else m.some(list(_SHAPES), 1, 4)
    if "square" in kinds and "rectangle" in kinds:
        kinds.remove("square")
    colors: list[str] = []
    for color in m.some(list(COLORS), 6, 6):
        if not any({color, other} <= alike for other in colors for alike in _ALIKE):
            colors.append(color)
    colors = colors[: m.number(1 if len(kinds) > 1 else 2, 4)]
    sized = m.chance(0.6)
    count = m.number(3, 20) if m.chance(0.6) else m.number(3, 10)
    things = [Drawn(m.one(kinds), m.one(colors), sized and m.chance(0.5)) for _ in range(count)]
    return things, sized and len({thing.large for thing in things}) == 2


def named(desk: Desk, things: list[Drawn], sized: bool) -> tuple[str, str, list[bool]]:
    """Some of them: what one and several are called, and which they are. Mostly there is one at least."""
    m = desk.m
    like = things[m.number(0, len(things) - 1)]
    if m.chance(0.08):
        like = Drawn(m.one([one.kind for one in things]), m.one([one.color for one in things]), m.chance(0.5))
    by_kind, by_color, by_size = m.chance(0.6), m.chance(0.6), sized and m.chance(0.45)
    meant = [
        (not by_kind or one.kind == like.kind)
        and (not by_color or one.color == like.color)
        and (not by_size or one.large == like.large)
        for one in things
    ]
    characters = any(one.kind in ("letter", "digit") for one in things)
    noun = like.kind if by_kind else m.one(["item", "thing"] if characters else ["item", "shape", "object", "figure"])
    before = [m.one(["large", "large", "big"] if like.large else ["small", "small", "little"])] if by_size else []
    color = _OTHERWISE.get(like.color, like.color) if m.chance(0.4) else like.color
    before += [color] if by_color else []
    noun = _OTHERWISE.get(noun, noun) if m.chance(0.3) else noun
    return " ".join([*before, noun]), " ".join([*before, _PLURALS.get(noun, f"{noun}s")]), meant


def picture(desk: Desk, things: list[Drawn], marks: Sequence[str] = (), zone: str = "") -> str:
    """They, drawn: in an SVG picture, or as boxes one after the other.

    Args:
        desk: what it is made with.
        things: what is drawn.
        marks: attributes of each.
        zone: attributes of a frame at the bottom of the picture; none when not given.
    """
    m = desk.m
    shades = {color: m.one(COLORS[color]) for color in dict.fromkeys(one.color for one in things)}
    kinds = {one.kind for one in things}
    if kinds <= {"box", "block", "tile"} or (kinds == {"square"} and m.chance(0.8) and not zone):
        return _boxes(desk, things, shades)
    cell = m.number(20, 30)
    columns = max(3, min((desk.width - 20) // cell, m.number(4, 12)))
    free = columns * -(-len(things) // columns) + (columns if m.chance(0.5) else 0)
    places = [int(place) for place in m.random.permutation(free)[: len(things)]]
    height = (max(places) // columns + 1) * cell
    sizes = m.number(3, 4), m.number(6, 9)
    drawn = "".join(
        _mark(desk, one, shades[one.color], ((place % columns + 0.5) * cell, (place // columns + 0.5) * cell), sizes)
        .replace(" ", f" {mark} " if mark else " ", 1)
        for one, place, mark in zip(things, places, marks or [""] * len(things), strict=True)
    )  # fmt: skip
    if zone:
        frame = f'x="2" y="{height + 2}" width="{columns * cell - 4}" height="56" fill="#eeeeee" stroke="#777777"'
        drawn, height = f"<rect {zone} {frame}></rect><g>{drawn}</g>", height + 60
    border = m.one(["", ' style="border:1px solid #999"', ' style="background:#fff;display:block"'])
    return f'<svg{m.cls("picture")} width="{columns * cell}" height="{height}"{border}>{drawn}</svg>'


def _mark(desk: Desk, one: Drawn, shade: str, middle: tuple[float, float], sizes: tuple[int, int]) -> str:
    m = desk.m
    r = sizes[1] if one.large else sizes[0]
    x, y = (place + m.number(-1, 1) for place in middle)
    fill = f'fill="{shade}"'
    if one.kind in ("letter", "digit"):
        text = m.one("abcdefghijkmnopqrstuvwxyzABCDEFGHKLMNPRTX") if one.kind == "letter" else str(m.number(0, 9))
        return f'<text x="{x - r / 2}" y="{y + r}" font-size="{2.4 * r:.0f}" {fill}>{escape(text)}</text>'
    if one.kind == "circle":
        return f'<circle cx="{x}" cy="{y}" r="{r}" {fill}></circle>'
    if one.kind == "ellipse":
        return f'<ellipse cx="{x}" cy="{y}" rx="{1.3 * r:.1f}" ry="{r}" {fill}></ellipse>'
    if one.kind == "triangle":
        return f'<polygon points="{x},{y - r} {x - r},{y + r} {x + r},{y + r}" {fill}></polygon>'
    across = r if one.kind == "square" else 1.4 * r
    return f'<rect x="{x - across:.1f}" y="{y - r}" width="{2 * across:.1f}" height="{2 * r}" {fill}></rect>'


def _boxes(desk: Desk, things: list[Drawn], shades: dict[str, str]) -> str:
    m = desk.m
    tag, small = m.one(["div", "span", "i", "li"]), m.number(6, 9)
    large, name = small * 2 + m.number(0, 6), m.cls("cell")
    made = []
    for one in things:
        side = large if one.large else small
        style = f"display:inline-block;width:{side}px;height:{side}px;margin:2px;background:{shades[one.color]}"
        made.append(f'<{tag}{name} style="{style}"></{tag}>')
    return f"<div{m.cls('board')}>{m.one(['', ' ']).join(made)}</div>"
