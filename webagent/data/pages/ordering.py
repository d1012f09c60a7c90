"""Ways to mean a target by its order among its like, and by which of them it stands between."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

from numpy.random import Generator

from webagent.data.pages.naming import Reference, family, noun, pick
from webagent.data.pages.scene import Scene, Target, plain
from webagent.data.pages.standing import regions

__all__ = ["by_neighbours", "by_order"]

_ORDINALS = [
    "first",
    "second",
    "third",
    "fourth",
    "fifth",
    "sixth",
    "seventh",
    "eighth",
    "ninth",
    "tenth",
    "eleventh",
    "twelfth",
]
_MOST_OF_A_KIND = 8
"""Of more on a page, nobody counts them all; in a part of it one does."""


def by_order(scene: Scene, target: Target, random: Generator) -> Iterator[Reference]:
    """Which one it is among those of its label, or among those of its kind: on the page, or in a part of it."""
    thing = noun(target, random)
    of_kind = [other for other in scene.targets if family(other) == family(target)]
    if target.label and len(target.label) <= 40:
        same = [other for other in of_kind if plain(other.label) == plain(target.label)]
        yield from _ordered(same, target, pick(random, [target.label, f"{target.label} {noun(target)}"]), random)
    if len(of_kind) == 1 and target.kind not in ("item", "option", "treeitem"):
        yield Reference(f"the {thing if target.kind != 'select' else 'drop-down'}", "kind")
    elif len(of_kind) <= _MOST_OF_A_KIND:
        yield from _ordered(of_kind, target, thing, random)
    for region, where in regions(scene, target, random):
        inside = set(scene.within(region.ref))
        fellows = [other for other in of_kind if other.ref in inside]
        for reference in _ordered(fellows, target, pick(random, [thing, "entry", thing]), random):
            where = pick(random, [where, where.replace("in the ", "of the ")])
            yield reference._replace(words=f"{reference.words} {where}")
    yield from _under_heading(scene, target, of_kind, random)


def _under_heading(scene: Scene, target: Target, of_kind: Sequence[Target], random: Generator) -> Iterator[Reference]:
    """Its order among those under one heading: "the second link under News", "the second country" of "Countries"."""
    heading = scene.sections.get(target.ref, "")
    if not heading or scene.times[plain(heading)] > 1:
        return
    fellows = [other for other in of_kind if scene.sections.get(other.ref) == heading]
    where = pick(random, [f"under {heading}", f"in {heading}", f"in the {heading} section", f"of {heading}"])
    for reference in _ordered(fellows, target, noun(target, random), random):
        yield reference._replace(words=f"{reference.words} {where}")
    one = _singular(heading)
    if one and not any(one in plain(other.label) for other in scene.targets):
        yield from _ordered(fellows, target, one, random)


def _singular(heading: str) -> str:
    """What one of the things under a heading is called, ``""`` where the heading names no things."""
    words = plain(heading)
    if len(words.split()) > 2 or not words.replace(" ", "").isalpha() or len(words) < 4:
        return ""
    if words.endswith("ies"):
        return f"{words[:-3]}y"
    return words[:-1] if words.endswith("s") and not words.endswith("ss") else ""


def _ordered(group: Sequence[Target], target: Target, said: str, random: Generator) -> Iterator[Reference]:
    """Say "the second <said>" where a group of 2 to 12 stands in reading order."""
    if not 2 <= len(group) <= len(_ORDINALS) or not _in_reading_order(group):
        return
    place = next(i for i, other in enumerate(group) if other.ref == target.ref)
    words = [_ORDINALS[place], f"{place + 1}{('st', 'nd', 'rd')[place] if place < 3 else 'th'}"][: 2 - (place == 0)]
    if place == len(group) - 1:
        words = ["last", words[0], "last"]
    elif place == len(group) - 2 and place > 1:
        words += [pick(random, ["second to last", "last but one"])]
    if _stacked(group, 1) and place in (0, len(group) - 1):
        words += ["top", "topmost", "upper"][: 2 + (len(group) == 2)] if not place else ["bottom", "lowest"]
    if _stacked(group, 0) and place in (0, len(group) - 1):
        words += ["leftmost", "left"] if not place else ["rightmost", "right"]
    yield Reference(f"the {pick(random, words)} {said}", "position")


def _in_reading_order(group: Sequence[Target]) -> bool:
    ys = [(round(target.box[1]), round(target.box[3])) for target in group]
    pairs = zip(group, group[1:], ys, ys[1:], strict=False)
    return all(b0 >= a1 - 4 or (abs(b0 - a0) < 8 and t.box[0] < u.box[0]) for t, u, (a0, a1), (b0, _) in pairs)


def _stacked(group: Sequence[Target], axis: int) -> bool:
    """Whether each begins where the one before ends, along an axis (0: across, 1: down)."""
    return all(b.box[axis] >= a.box[axis + 2] - 2 for a, b in pairwise(group))


def by_neighbours(scene: Scene, target: Target, random: Generator) -> Iterator[Reference]:
    """The one before it and the one after it in its row or list, where each of their labels stands only once."""
    row = _row_of(scene, target)
    place = next((i for i, other in enumerate(row) if other.ref == target.ref), -1)
    if place < 0 or not _in_reading_order(row):
        return
    thing = noun(target, random)
    before, after = (_called(scene, row, place + step) for step in (-1, 1))
    said = []
    if before and after:
        said += [f"the {thing} between {before} and {after}"] * 2
    if before:
        said += [
            f"the {thing} after {before}",
            f"the next {thing} after {before}",
            f"the {thing} that follows {before}",
        ]
        said += [
            f"the {thing} {words} {before}" for words in _ways(row, ("to the right of", "right of"), ("below", "under"))
        ]
    if after:
        said += [f"the {thing} before {after}", f"the {thing} just before {after}"]
        said += [
            f"the {thing} {words} {after}" for words in _ways(row, ("to the left of", "left of"), ("above", "over"))
        ]
    if said:
        yield Reference(pick(random, said), "relation")


def _row_of(scene: Scene, target: Target) -> list[Target]:
    """Those of its kind in the smallest container around it that holds at least three of them."""
    of_kind = [other for other in scene.targets if family(other) == family(target)]
    for container in scene.above(target.ref):
        inside = set(scene.within(container.ref))
        row = [other for other in of_kind if other.ref in inside]
        if len(row) >= 3:
            return row if len(row) <= 2 * len(_ORDINALS) else []
    return []


def _called(scene: Scene, row: Sequence[Target], place: int) -> str:
    """The label of one of a row, ``""`` if there is none that tells it from all else on the page."""
    label = row[place].label if 0 <= place < len(row) else ""
    return label if len(label) <= 40 and sum(plain(o.label) == plain(label) for o in scene.targets) == 1 else ""


def _ways(row: Sequence[Target], across: Sequence[str], down: Sequence[str]) -> Sequence[str]:
    if _stacked(row, 0):
        return across
    return down if _stacked(row, 1) else ()
