"""Dragging: into another place of a grid or a list, into order, into a box."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape

from webagent.data.pages.exercises.desk import Desk, Exercise, Goal
from webagent.data.pages.exercises.drawings import drawn, named, picture
from webagent.data.pages.flows import Act

__all__ = ["drags"]

_TO = (
    "drag {0} to the {1}", "move {0} to the {1}", "put {0} in the {1}", "drag {0} into the {1} cell",
    "place {0} at the {1}",
    "take {0} and drop it at the {1}", "bring {0} to the {1} position", "{0} belongs in the {1}, drag it there",
    "move {0} so that it is at the {1}", "drag {0} over to the {1}",
)  # fmt: skip
_BESIDE = (
    "move {0} {1} {2}", "drag {0} {1} {2}", "put {0} right {1} {2}", "place {0} {1} {2}",
    "{0} should stand {1} {2}, move it",
    "drag {0} so that it is {1} {2}", "reorder the list: {0} comes {1} {2}", "drag the item {0} {1} {2}",
)  # fmt: skip
_SWAP = (
    "swap {0} and {1}", "let {0} and {1} change places", "drag {0} onto {1}", "exchange {0} and {1}", "drop {0} on {1}",
    "switch {0} with {1}", "swap {0} with {1}", "drag {0} to where {1} is",
)  # fmt: skip
_PLACE = (
    "move {0} to the {1} of the list", "drag {0} to the {1} position", "put {0} in {1} place",
    "{0} goes to the {1} place",
    "make {0} the {1} in the list", "drag {0} to the {1} spot", "move {0} to {1} place",
    "drag {0} so that it is the {1} one",
)  # fmt: skip
_SORT = (
    "sort the {0} in {1} order", "drag the {0} into {1} order", "put the {0} in {1} order",
    "arrange the {0} in {1} order",
    "order the {0} so that they are {1}", "sort the {0}, {1}", "bring the {0} into {1} order",
    "rearrange the {0} to be {1}",
    "move the {0} until they are in {1} order",
)  # fmt: skip
_UP: tuple[str, ...] = ("ascending", "increasing", "rising")
_DOWN: tuple[str, ...] = ("descending", "decreasing", "falling")
_ALPHABETICAL = ("alphabetical", "alphabetic")
_INTO = (
    "drag all {0} into the {1}", "put the {0} in the {1}", "move every {2} into the {1}",
    "drop all the {0} into the {1}",
    "drag the {0} to the {1}", "collect the {0} in the {1}", "all {0} go into the {1}", "bring each {2} to the {1}",
    "take the {0} and drop them in the {1}",
)  # fmt: skip
_NAMED_INTO = (
    "drag {0} into the {1}", "put {0} in the {1}", "move {0} to the {1}", "drop {0} into the {1}", "{0} into the {1}",
    "drag {0} to the {1}", "bring {0} to the {1}", "{0} must go in the {1}", "let {0} go into the {1}",
)  # fmt: skip
_BOXES = ("box", "basket", "bin", "tray", "frame", "area", "target")
_ROWS, _COLUMNS = {1: ("",), 2: ("top", "bottom"), 3: ("top", "middle", "bottom")}, {
    1: ("",), 2: ("left", "right"), 3: ("left", "center", "right")}  # fmt: skip
_NTH = ("first", "second", "third", "fourth", "fifth", "sixth")


def drags(desk: Desk) -> Iterator[Exercise]:
    """Pages with something to drag."""
    ways = (_grid, _grid, _list, _list, _sort, _into_box, _shapes)
    while True:
        desk.clear()
        made = ways[desk.m.number(0, len(ways) - 1)](desk)
        if made is not None:
            yield made


def _names(desk: Desk, low: int, high: int) -> list[str]:
    """Different short names of one kind."""
    m = desk.m
    kind = m.one(["people", "cities", "words", "words", "numbers"])
    if kind == "numbers":
        return list(dict.fromkeys(str(m.number(1, 99)) for _ in range(m.number(low, high))))
    named = (m.word(kind) for _ in range(3 * high))
    short = list(dict.fromkeys(name.split()[0] if kind == "people" else name for name in named))
    return [name for name in short if len(name) < 14][: m.number(low, high)]


def _whole(desk: Desk, html: str, words: str, acts: list[Act], goal: dict[str, str]) -> Exercise:
    """With a button to end with in half of the pages."""
    if desk.m.chance(0.5):
        page = desk.page(html)
        return desk.exercise(page, desk.said(words), acts, Goal("", goal))
    label, send, button = desk.send()
    words = desk.said(desk.pressing(words, label))
    return desk.exercise(desk.page(html, button), words, (*acts, Act(send)), Goal(send, goal))


def _things(desk: Desk, names: list[str], way: str, tag: str, style: str) -> dict[str, tuple[str, str]]:
    name = desk.m.cls("item")
    return {one: desk.mark(f'<{tag}{name} style="{style}">{escape(one)}</{tag}>', drags=way) for one in names}


def _style(desk: Desk) -> str:
    m = desk.m
    ground = m.one(["#fff", "#eee", "#def", "#ffe9b0", "#e3f2e3"])
    return f"background:{ground};border:1px solid #888;padding:{m.number(1, 6)}px;margin:{m.number(0, 3)}px"


def _moved(ids: list[str], one: str, over: str, way: str) -> list[str]:
    """The order after something was dragged onto something else."""
    held, place = ids.index(one), ids.index(over)
    after = list(ids)
    if way == "swap":
        after[held], after[place] = over, one
    else:
        after.insert(place, after.pop(held))
    return after


def _grid(desk: Desk) -> Exercise | None:
    m = desk.m
    rows, columns = m.number(1, 3), m.number(2, 3)
    names = _names(desk, rows * columns, rows * columns)
    if len(names) < rows * columns:
        return None
    way = m.one(["swap", "shift"])
    table = way == "swap" and m.chance(0.5)
    side = max(34, min(90, (desk.width - 30) // columns - 10))
    made = _things(
        desk, names, way, "td" if table else m.one(["div", "li"]), f"{_style(desk)};width:{side}px;list-style:none"
    )
    cells = [html for _, html in made.values()]
    if table:
        inner = "".join(f"<tr>{''.join(cells[row * columns : (row + 1) * columns])}</tr>" for row in range(rows))
        grid = f"<table><tbody>{inner}</tbody></table>"
    else:
        style = f"display:grid;grid-template-columns:repeat({columns},max-content);padding:0;text-align:center"
        grid = f'<div style="{style}">{"".join(cells)}</div>'
    board, html = desk.mark(f"<div{m.cls('grid-box')}>{grid}</div>", order="", v="")
    one, place = m.number(0, len(names) - 1), m.number(0, len(names) - 1)
    if one == place:
        return None
    where = " ".join(part for part in (_ROWS[rows][place // columns], _COLUMNS[columns][place % columns]) if part)
    where = {"middle center": m.one(["center", "middle"])}.get(where, where)
    where = where.replace("center", "centre") if m.chance(0.3) else where
    ids = [id for id, _ in made.values()]
    words = m.one(_SWAP).format(names[one], names[place]) if m.chance(0.25) else m.one(_TO).format(names[one], where)
    order = " ".join(_moved(ids, ids[one], ids[place], way))
    return _whole(desk, html, words, [Act(ids[one], "drag", ids[place])], {board: order})


def _rows(desk: Desk, names: list[str], way: str) -> tuple[str, str, list[str]]:
    """Things one below the other: id, markup, and ids of the things."""
    m = desk.m
    tag = m.one(["li", "div", "div", "p"])
    made = _things(desk, names, way, tag, f"{_style(desk)};max-width:{m.number(60, 240)}px")
    body = "".join(html for _, html in made.values())
    outer = m.one(["ul", "ol"]) if tag == "li" else "div"
    board, html = desk.mark(f"<{outer}{m.cls('sortable')}>{body}</{outer}>", order="", v="")
    return board, html, [id for id, _ in made.values()]


def _list(desk: Desk) -> Exercise | None:
    """Something is moved above or below something else, or to a place in the list."""
    m = desk.m
    names = _names(desk, 3, 6)
    board, html, ids = _rows(desk, names, "shift")
    one, place = m.number(0, len(names) - 1), m.number(0, len(names) - 1)
    if one == place:
        return None
    if m.chance(0.5):
        side = m.one(["below", "under", "after"]) if one < place else m.one(["above", "before", "on top of"])
        words = m.one(_BESIDE).format(names[one], side, names[place])
    else:
        nth = "last" if place == len(names) - 1 and m.chance(0.5) else _NTH[place]
        words = m.one(_PLACE).format(names[one], nth)
        ends = {0: "top", len(names) - 1: "bottom"}
        if place in ends and m.chance(0.5):
            words = m.one(_PLACE[:1] + _TO[:3]).format(names[one], ends[place])
    order = " ".join(_moved(ids, ids[one], ids[place], "shift"))
    return _whole(desk, html, words, [Act(ids[one], "drag", ids[place])], {board: order})


def _sort(desk: Desk) -> Exercise | None:
    """Numbers, or words by the alphabet: what comes first is dragged to the first place, and so on."""
    m = desk.m
    if m.chance(0.75):
        names = list(dict.fromkeys(str(m.number(-20 if m.chance(0.1) else 0, 99)) for _ in range(m.number(3, 5))))
        noun, ranked = "numbers", sorted(names, key=int)
        up, down = _UP, _DOWN
    else:
        names = list(dict.fromkeys(m.word("words").lower() for _ in range(m.number(3, 4))))
        noun, ranked = "words", sorted(names)
        up, down = _ALPHABETICAL, ()
    if down and m.chance(0.4):
        ranked, up = ranked[::-1], down
    way = m.one(["swap", "shift"])
    board, html, ids = _rows(desk, names, way)
    wanted = [ids[names.index(name)] for name in ranked]
    acts, order = [], ids
    for place, id in enumerate(wanted):
        if order[place] != id:
            acts.append(Act(id, "drag", order[place]))
            order = _moved(order, id, order[place], way)
    if not acts:
        return None
    return _whole(desk, html, m.one(_SORT).format(noun, m.one(up)), acts, {board: " ".join(wanted)})


def _into_box(desk: Desk) -> Exercise | None:
    """Some of several named things go into a box."""
    m = desk.m
    names = _names(desk, 3, 6)
    chosen = m.some(names, 1, min(3, len(names)))
    way = m.one(["div", "span", "li"])
    made = _things(desk, names, "into", way, f"{_style(desk)};display:inline-block")
    noun = m.one(_BOXES)
    width = m.number(80, max(90, min(260, desk.width - 40)))
    style = f"width:{width}px;min-height:{m.number(50, 90)}px;border:2px dashed #777"
    text = m.one([noun.capitalize(), "Drop here", noun])
    zone, box = desk.mark(f'<div{m.cls("zone")} style="{style}">{text}</div>', zone="")
    listed = ", ".join(chosen[:-1]) + m.one([" and ", ", "]) + chosen[-1] if len(chosen) > 1 else chosen[0]
    words = m.one(_NAMED_INTO)
    marked = {one: (id, html.replace(" data-drags", " data-v data-drags", 1)) for one, (id, html) in made.items()}
    shown = "<div>" + " ".join(html for _, html in marked.values()) + "</div>"
    goal = {id: zone if one in chosen else "" for one, (id, _) in marked.items()}
    acts = [Act(marked[one][0], "drag", zone) for one in chosen]
    body = shown + box if m.chance(0.6) else box + shown
    return _whole(desk, body, words.format(listed, noun), acts, goal)


def _shapes(desk: Desk) -> Exercise | None:
    """Some of what is drawn goes into a box of the same picture."""
    things, sized = drawn(desk)
    things = things[:7]
    sized = sized and len({one.large for one in things}) == 2
    one, many, meant = named(desk, things, sized)
    if not 0 < sum(meant) <= 4 or {"square", "rectangle"} & {thing.kind for thing in things}:
        return None
    noun = desk.m.one(_BOXES)
    ids = [desk.id() for _ in things]
    zone = desk.id()
    marks = [f'id="{id}" data-v data-drags="into"' for id in ids]
    html = picture(desk, things, marks=marks, zone=f'id="{zone}" data-zone')
    wanted = [id for id, one_of_them in zip(ids, meant, strict=True) if one_of_them]
    words = desk.m.one(_INTO).format(many, noun, one)
    goal = {id: zone if id in wanted else "" for id in ids}
    return _whole(desk, html, words, [Act(id, "drag", zone) for id in wanted], goal)
