"""Ways to mean a target by where it stands: its row, its section, what is beside it."""

from __future__ import annotations

from collections.abc import Iterator

from numpy.random import Generator

from webagent.data.pages.naming import Reference, alike, family, noun, pick, wordings
from webagent.data.pages.scene import Box, Scene, Target, Text, plain
from webagent_envs.spaces import Element

__all__ = ["by_cell", "by_region", "by_relation", "by_row", "by_section", "by_tick", "regions"]

_MOST_ALIKE = 60


def by_row(scene: Scene, target: Target, random: Generator) -> Iterator[Reference]:
    """Its row: a text that stands with it and not with the others of its label."""
    same = _like(scene, target)
    if not 2 <= len(same) <= _MOST_ALIKE:
        return
    keys = [text for text in _keys(scene, target, same) if len(text.text) <= 40][:3]
    if not keys:
        return
    key, thing = pick(random, [text.text for text in keys]), noun(target)
    if not target.label:
        said = [f"the {thing} next to {key}", f"the {thing} in the row of {key}", f"the {thing} beside {key}"]
        said += [f"the {thing} for {key}", f"the {thing} in the {key} row", *([key] if thing == "checkbox" else [])]
        yield Reference(pick(random, said), "row")
        return
    label = target.label
    said = [f"{label} next to {key}", f"the {label} {thing} next to {key}", f"the {label} {thing} in the row of {key}"]
    said += [
        f"{label} for {key}",
        f"the {label} {thing} of {key}",
        f"{label} in the {key} row",
        f"{label} beside {key}",
    ]
    said += [f"the {label} {thing} for {key}", f"{key}'s {label} {thing}"]
    yield Reference(pick(random, said), "row")
    if plain(label) in wordings()["imperatives"]:
        verb, what = pick(random, [label, *alike(label)]), pick(random, wordings()["row_nouns"])
        said = [f"{verb} {key}", f"{verb} the {key} one", f"{verb} the row of {key}", f"{verb} the {what} {key}"]
        yield Reference(pick(random, said), "row", True)


def by_tick(scene: Scene, target: Target, random: Generator) -> Iterator[Reference]:
    """A box that is there to pick a row, called by what stands in the row; the one in the head of a table: "all"."""
    if target.kind != "checkbox" or (target.label and not _picks_a_row(scene, target)):
        return
    if any(container.tag == "thead" for container in scene.above(target.ref)):
        yield Reference(pick(random, ["all", "all rows", "everything", "every row", "the whole table"]), "row")
        return
    boxes = [other for other in scene.targets if other.kind == "checkbox"]
    keys = [text.text for text in _keys(scene, target, boxes) if len(text.text) <= 40][:2] if len(boxes) > 1 else []
    if keys:
        key = pick(random, keys)
        said = [key, key, f"the row of {key}", f"the {key} row", f"the box of {key}", f"the checkbox in front of {key}"]
        yield Reference(pick(random, said), "row")


def _picks_a_row(scene: Scene, target: Target) -> bool:
    """Whether its label is that of no text beside it ("Select row 3", for those who do not see)."""
    return scene.times[plain(target.label)] <= 1 and target.element.attributes.get("aria-label", "") != ""


def _like(scene: Scene, target: Target) -> list[Target]:
    return [o for o in scene.targets if plain(o.label) == plain(target.label) and family(o) == family(target)]


def _keys(scene: Scene, target: Target, others: list[Target]) -> Iterator[Text]:
    """Texts of its own row that stand nowhere else on the page."""
    box = scene.own_box(target, [other for other in others if other.ref != target.ref])
    inside = set(scene.within(box))
    for text in scene.texts:
        if text.ref not in inside or text.ref == target.ref or plain(text.text) == plain(target.label):
            continue
        if scene.times[plain(text.text)] > 1 or not _beside(text.box, target.box):
            continue
        gaps = sorted((_gap(text.box, other.box), other.ref) for other in others)
        if gaps[0][1] == target.ref and gaps[0][0] + 4 < gaps[1][0]:
            yield text


def _beside(text: Box, box: Box) -> bool:
    """In one line with it, or a little above it as on a card."""
    level = min(text[3], box[3]) - max(text[1], box[1]) > 0 or abs(text[1] + text[3] - box[1] - box[3]) < 50
    return level or (0 <= box[1] - text[3] < 260 and min(text[2], box[2]) > max(text[0], box[0]) - 150)


def _gap(a: Box, b: Box) -> float:
    """How far apart two boxes are; up and down counts three times, for rows are read across."""
    dx = max(0.0, a[0] - b[2], b[0] - a[2])
    dy = max(0.0, a[1] - b[3], b[1] - a[3])
    if dy == 0:  # two rows may both overlap a tall text: the middles decide
        dy = abs(a[1] + a[3] - b[1] - b[3]) / 8
    return dx + 3 * dy


def by_cell(scene: Scene, target: Target, random: Generator) -> Iterator[Reference]:
    """Row and column of a table."""
    cells = [container for container in scene.above(target.ref) if container.tag in ("td", "th")]
    tables = [container for container in scene.above(target.ref) if container.tag == "table"]
    if not cells or not tables or (target.label and target.kind in ("link", "button")):
        return
    inside = set(scene.within(tables[0].ref))
    heads = [e for e in scene.observation.elements if e.ref in inside and e.tag == "th" and 1 < len(e.name) <= 30]
    column = _head(scene, heads, scene.box(cells[0]))
    if column is None or sum(plain(head.name) == plain(column.name) for head in heads) > 1:
        return
    mates = [o for o in scene.targets if o.ref in inside and family(o) == family(target) and o.label == target.label]
    left, _, right, _ = scene.box(column)
    mates = [other for other in mates if left <= (other.box[0] + other.box[2]) / 2 <= right]
    if not 2 <= len(mates) <= _MOST_ALIKE:
        return
    keys = [text.text for text in _keys(scene, target, mates) if len(text.text) <= 40][:2]
    if keys:
        key, head, thing = pick(random, keys), column.name, noun(target)
        said = [
            f"the {head} of {key}",
            f"{head} for {key}",
            f"{key}'s {head}",
            f"the {head} {thing} in the row of {key}",
        ]
        yield Reference(pick(random, said), "cell")


def _head(scene: Scene, heads: list[Element], cell: Box) -> Element | None:
    middle = (cell[0] + cell[2]) / 2
    over = [head for head in heads if scene.box(head)[0] <= middle <= scene.box(head)[2]]
    return over[0] if len(over) == 1 else None


def by_section(scene: Scene, target: Target, random: Generator) -> Iterator[Reference]:
    """The heading above it."""
    heading = scene.sections.get(target.ref, "")
    if not heading or not target.label or len(target.label) > 40 or scene.times[plain(heading)] > 1:
        return
    same = _like(scene, target)
    here = [other for other in same if scene.sections.get(other.ref) == heading]
    if len(here) == 1 and (len(same) > 1 or random.random() < 0.15):
        label, thing = target.label, noun(target)
        said = [f"{label} under {heading}", f"the {label} {thing} in the {heading} section", f"{label} in {heading}"]
        said += [f"the {label} {thing} under {heading}", f"{label} below the heading {heading}"]
        yield Reference(pick(random, said), "section")


def by_region(scene: Scene, target: Target, random: Generator) -> Iterator[Reference]:
    """The part of the page it stands in: header, footer, sidebar, dialog, ..."""
    if not target.label or len(target.label) > 40:
        return
    same = _like(scene, target)
    for region, where in regions(scene, target, random):
        inside = set(scene.within(region.ref))
        if sum(other.ref in inside for other in same) == 1 and (len(same) > 1 or random.random() < 0.15):
            said = pick(random, [target.label, f"the {target.label} {noun(target)}"])
            yield Reference(f"{said} {where}", "section")
            return


def regions(scene: Scene, target: Target, random: Generator) -> Iterator[tuple[Element, str]]:
    """Regions around the target of which the page has only one, with words for them."""
    phrases = wordings()["landmarks"]
    roles = [element.role for element in scene.observation.elements]
    for region in scene.landmarks(target):
        if roles.count(region.role) == 1:
            where = pick(random, phrases[region.role])
            if where != "in the menu" or not {"menu", "navigation"} <= set(roles):
                yield region, where


def by_relation(scene: Scene, target: Target, random: Generator) -> Iterator[Reference]:
    """Above, below, left of, right of, or next to a text that stands only once on the page."""
    mine = set(scene.within(target.ref)) | {element.ref for element in scene.above(target.ref)}
    mates = [o for o in scene.targets if family(o) == family(target) and o.ref != target.ref]
    found = []
    for text in scene.texts:
        if text.ref in mine or len(text.text) > 40 or scene.times[plain(text.text)] > 1:
            continue
        if plain(text.text) == plain(target.label):
            continue
        for direction, words in _DIRECTIONS.items():
            gap = _along(direction, text.box, target.box)
            if not 0 <= gap < 120:
                continue
            sides = ("left", "right") if direction in ("left", "right") else (direction,)  # "next to" may be either
            if all(not 0 <= _along(side, text.box, o.box) < 2 * gap + 24 for o in mates for side in sides):
                found.append((gap, f"the {noun(target)} {pick(random, words)} {text.text}"))
    if found:
        nearest = sorted(found)[:3]
        yield Reference(nearest[int(random.integers(len(nearest)))][1], "relation")


_DIRECTIONS = {
    "below": ["below", "under", "beneath", "just below"],
    "above": ["above", "over", "just above"],
    "right": ["to the right of", "right of", "next to", "after", "beside"],
    "left": ["to the left of", "left of", "next to", "before"],
}


def _along(direction: str, text: Box, box: Box) -> float:
    """Gap from a text to a box in a direction; -1 when the box does not stand there."""
    level = min(text[3], box[3]) - max(text[1], box[1]) > 0.4 * min(text[3] - text[1], box[3] - box[1])
    aligned = min(text[2], box[2]) - max(text[0], box[0]) > 0.4 * min(text[2] - text[0], box[2] - box[0])
    gaps = {
        "below": box[1] - text[3] + 4 if aligned else -1.0,
        "above": text[1] - box[3] + 4 if aligned else -1.0,
        "right": box[0] - text[2] + 4 if level else -1.0,
        "left": text[0] - box[2] + 4 if level else -1.0,
    }
    return gaps[direction]
