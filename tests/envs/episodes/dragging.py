"""Things to drag: boxes, shapes, items of a list, handles."""

import re
from itertools import cycle

from tests.envs.episodes.player import Player, fails, give_up, passes, submit_at_once
from webagent_envs.spaces import Drag, Element

fails(
    "drag-box", "drag-circle", "drag-single-shape", "drag-shapes-2", "resize-textarea", "use-slider-2",
    "form-sequence",
)(submit_at_once)  # fmt: skip
WAYS = {"left": (-30, 0), "right": (30, 0), "up": (0, -30), "down": (0, 30)}
SHAPES = ("rect", "circle", "polygon")


@passes("drag-box")
def box(p: Player) -> None:
    p.act(Drag(p.find(marked="draggableSmall").ref, to=p.find(marked="draggableLarge").ref))
    p.submit()


@passes("drag-circle", "drag-single-shape")
def a_way(p: Player) -> None:
    shape = next(e for e in p.seen.elements if e.tag in SHAPES)
    p.drag(shape, *WAYS[re.search(r"Drag the \w+ (\w+)", p.said)[1]])
    p.submit()


def movable(p: Player) -> list[Element]:
    return [e for e in p.seen.elements if e.tag in SHAPES and e.attributes.get("id") != "shape-container"]


def asked_shapes(p: Player) -> list[Element]:
    word = re.search(r"Drag all (\w+)", p.said)[1]
    tags = {"rectangles": "rect", "circles": "circle", "triangles": "polygon"}
    if word in tags:
        return [e for e in movable(p) if e.tag == tags[word]]
    fills = p.js("[...document.querySelectorAll('svg *')].map((node) => node.getAttribute('fill'))")
    drawn = [e for e in p.seen.elements if e.tag in SHAPES]
    return [e for e, fill in zip(drawn, fills, strict=True) if fill == word]


@passes("drag-shapes")
def into_box(p: Player) -> None:
    for shape in asked_shapes(p):
        p.drag_to(shape, *p.find(marked="shape-container").center)
    p.submit()


@fails("drag-shapes")
def wrong_into_box(p: Player) -> None:
    others = [shape for shape in movable(p) if shape not in asked_shapes(p)]
    p.drag_to((others or movable(p))[0], *p.find(marked="shape-container").center) if others else None
    p.submit() if others else give_up(p)


@passes("drag-shapes-2")
def into_boxes(p: Player) -> None:
    left, right = p.all(marked="shape-container")
    wanted = asked_shapes(p)
    for shape in movable(p):
        p.drag_to(shape, *(left if shape in wanted else right).center)
    p.submit()


def place(p: Player, name: str, now: int, count: int) -> int:
    """The place, from 0, that the command asks for."""
    where = p.said.removeprefix(f"Drag {name} ")
    if ordinal := re.search(r"to the (\d+)", where):
        return int(ordinal[1]) - 1
    if where.startswith("to the"):
        names = {"top": 0, "bottom": count - 1} if count == 5 else {
            "top left": 0, "top center": 1, "top right": 2, "center left": 3, "center": 4, "center right": 5,
            "bottom left": 6, "bottom center": 7, "bottom right": 8,
        }  # fmt: skip
        return names[where.removeprefix("to the ").rstrip(".")]
    across = 1 if count == 5 else 3
    return now + {"up": -across, "down": across, "left": -1, "right": 1}[where.split()[0]]


def drop(p: Player, item: Element, place: Element) -> None:
    """Drag an item past the middle of another, where they change places."""
    (x, y), (to_x, to_y) = item.center, place.center
    p.drag_to(item, to_x + 5 * ((to_x > x) - (to_x < x)), to_y + 5 * ((to_y > y) - (to_y < y)))


def sort_item(p: Player, *, wrong: int = 0) -> None:
    items = p.all(tag="li")
    name = re.search(r"Drag (\S+)", p.said)[1]
    now = next(at for at, item in enumerate(items) if p.all(text=name, inside=item))
    target = (place(p, name, now, len(items)) + wrong) % len(items)
    if target == now:
        target = (target + 1) % len(items)
    drop(p, items[now], items[target])


@passes("drag-items", "drag-items-grid")
def item(p: Player) -> None:
    sort_item(p)


@fails("drag-items", "drag-items-grid")
def item_elsewhere(p: Player) -> None:
    sort_item(p, wrong=1)


@passes("drag-sort-numbers")
def sort_numbers(p: Player) -> None:
    for at in range(4):
        items = p.all(tag="li")
        values = [int(p.find(tag="div", inside=item).text) for item in items]
        least = values.index(min(values[at:]), at)
        if least != at:
            drop(p, items[least], items[at])
    p.submit()


@fails("drag-sort-numbers")
def unsort_numbers(p: Player) -> None:
    items = p.all(tag="li")
    values = [int(p.find(tag="div", inside=item).text) for item in items]
    drop(p, items[0], items[3]) if values == sorted(values) else None
    p.submit()


@passes("resize-textarea")
def resize(p: Player) -> None:
    step = 15 if "larger" in p.said else -15
    p.drag(p.find(marked="ui-resizable-se"), step, step)
    p.submit()


# -- sliders and spinners


def slide(p: Player, handle: int, wanted: int, shown: str) -> None:
    p.click(p.all(marked="ui-slider-handle")[handle])
    while (now := int(p.find(marked=shown).text)) != wanted:
        p.press("ArrowRight" if now < wanted else "ArrowLeft")


@passes("use-slider")
def slider(p: Player) -> None:
    slide(p, 0, p.number(), "val")
    p.submit()


@fails("use-slider")
def slider_left(p: Player) -> None:
    if int(p.find(marked="val").text) == p.number():
        slide(p, 0, p.number() + (1 if p.number() <= p.js("$('#slider').slider('option', 'min')") else -1), "val")
    p.submit()


@passes("use-slider-2")
def sliders(p: Player) -> None:
    for handle, wanted in enumerate(re.findall(r"\d+", p.said)):
        slide(p, handle, int(wanted), f"val-{handle + 1}")
    p.submit()


@passes("form-sequence")
def slider_and_box(p: Player) -> None:
    slide(p, 0, p.number(), "val")
    which = re.search(r"(\d)(?:st|nd|rd)", p.said)[1]
    p.click(marked=f"checkbox-{which}")
    p.submit()


@passes("use-spinner")
def spinner(p: Player) -> None:
    for _ in range(abs(p.number())):
        p.click(marked="ui-spinner-up" if p.number() > 0 else "ui-spinner-down")
    p.click(tag="button", text="Submit")


@fails("use-spinner")
def spinner_too_far(p: Player) -> None:
    p.click(marked="ui-spinner-down" if p.number() >= 0 else "ui-spinner-up")
    p.click(tag="button", text="Submit")


def front(p: Player) -> str:
    """The number on the side of the cube that faces the user."""
    return p.find(marked="active").text


@passes("drag-cube")
def turn_cube(p: Player) -> None:
    """Turn it about one axis and the other until the wanted side comes to the front: any side does after some turns."""
    turns = cycle(((60, 0), (0, 60)))
    while front(p) != p.quoted()[0]:
        cube = p.find(marked="viewport")
        p.hover(cube)  # else the way back from the last drag would count as one
        p.drag(cube, *next(turns))
        p.wait(1)  # it turns on for a while
    p.submit()


@fails("drag-cube")
def wrong_side(p: Player) -> None:
    p.submit() if front(p) != p.quoted()[0] else give_up(p)
