"""Finding an element again by the ways in which it was known, or saying why it cannot be told.

Two pages are compared: the one on which the element was used, and the one that is there now. What it says must be the
same. Of everything else, enough must agree; it must agree better for this element than for any other on the page now,
and this element must be the best match of the one used among all on the page then. So a row that has gone is not taken
for another row, whatever happens to ids, order and looks.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import NamedTuple

from webagent.data.ways import Known, Sight, tidy
from webagent_envs.spaces import Element

__all__ = ["Found", "find", "rebound"]

_WEIGHTS = {
    "role and name": 4.0,
    "test id": 4.0,
    "id": 2.0,
    "form name": 2.0,
    "address": 2.0,
    "row": 2.0,
    "shape": 2.0,
    "before": 1.0,
    "after": 1.0,
    "class": 1.0,
    "tags": 1.0,
    "place": 1.0,
    "colours": 0.5,
    "input type": 0.5,
}
"""What it counts when two elements agree in a way; when they differ, half of that is taken off."""
_GIVEN = ("test id", "id", "form name", "address", "shape")
_AROUND = ("row", "before", "after")
"""Ways that speak of this one element, not of its kind: names that were given to it, and what stands around it."""
_ENOUGH = 3.5
_MARGIN = 1.0
_SAME_ROW = 0.5  # share of the texts of two rows that they have in common
_OTHER_ROW = 0.25
_LARGE = 12  # texts; what says more is no row, but a part of the page
_STILL = 48.0  # CSS px by which an element may have moved that only its place tells from others
_AS_LARGE = 0.75  # of its width and height, likewise


class Found(NamedTuple):
    """What became of looking for an element.

    Attributes:
        ref: of the element on the page now; 0 when it cannot be told.
        reason: why not.
        agreed: ways that hold for it.
    """

    ref: int
    reason: str = ""
    agreed: tuple[str, ...] = ()


class _Match(NamedTuple):
    score: float
    agreed: tuple[str, ...]
    differ: tuple[str, ...]


def find(ref: int, then: Sight, now: Sight, bound: Mapping[str, str] | None = None) -> Found:
    """Find an element of one page on another.

    Args:
        ref: of the element on the page where it was used.
        then: that page.
        now: the page to look on.
        bound: words that stand for others this time, e.g. ``{"Ada": "Grace"}``: an element that is known by one of
            them is looked for by the other.

    Returns:
        The element, or the reason why none can be told. It never raises, and never guesses.
    """
    wanted = then.known(ref)
    if bound:
        other = rebound(wanted, bound)
        if other is not None:
            return _find_other(wanted, other, now)
    says = wanted.ways.get("role and name", "")
    pool = [now.known(one.ref) for one in now.alike(wanted.element)]
    pool = [one for one in pool if one.ways.get("role and name", "") == says]
    if not pool:
        return Found(0, f"{_called(wanted)} is not on the page")
    matches = [(match, one) for one in pool if not _is_other(match := _match(wanted, one), wanted)]
    if not matches:
        return Found(0, f"{_called(wanted)} is not where it was: what says the same stands beside other things")
    ranked = sorted(matches, key=lambda pair: (_placed(pair[0]) - pair[0].score, -pair[0].score))
    best, chosen = ranked[0]
    rivals = sum(_rivals(best, match) for match, _ in ranked[1:])
    if rivals:
        return Found(0, f"{rivals + 1} elements could be {_called(wanted)}")
    if _doubtful(best, wanted, chosen):
        kept = ", ".join(best.agreed) or "nothing"
        return Found(0, f"what is like {_called(wanted)} differs too much: the same is only {kept}")
    if not _is_mutual(best, wanted, chosen, then):
        return Found(0, f"{_called(wanted)} has gone, and what is there now was another one before")
    return Found(chosen.element.ref, agreed=best.agreed)


def _is_other(match: _Match, wanted: Known) -> bool:
    """Whether it is certainly another one: of another name, or in another row, which may stand where this one stood."""
    return "test id" in match.differ or ("row" in match.differ and _is_small(wanted.ways["row"]))


def _doubtful(best: _Match, wanted: Known, chosen: Known) -> bool:
    """Whether too little is left of what told this element from others of its kind."""
    if best.score < _ENOUGH:
        return True
    given = [way for way in _GIVEN if way in best.agreed]
    around = [way for way in _AROUND if way in best.agreed]
    if "role and name" in wanted.ways:
        return not given and not around and any(way in best.differ for way in ("address", *_AROUND))
    if given:
        return False
    return not (around or not best.differ) or not _stands_still(wanted.element, chosen.element)


def _stands_still(one: Element, other: Element) -> bool:
    (x, y), (u, v) = one.center, other.center
    sizes = zip(one.box[2:], other.box[2:], strict=True)
    as_large = all(min(a, b) >= _AS_LARGE * max(a, b) for a, b in sizes)
    return as_large and abs(x - u) <= _STILL and abs(y - v) <= _STILL


def _is_mutual(best: _Match, wanted: Known, chosen: Known, then: Sight) -> bool:
    """No other element of the page then is as much like the one that was chosen."""
    says = wanted.ways.get("role and name", "")
    for other in then.alike(wanted.element):
        known = then.known(other.ref)
        if other.ref == wanted.element.ref or known.ways.get("role and name", "") != says:
            continue
        match = _match(known, chosen)
        if not _is_other(match, known) and _rivals(best, match):
            return False
    return True


def _rivals(best: _Match, other: _Match) -> bool:
    """Whether two matches are too close to each other; their order tells them apart only where nothing has moved."""
    moved = any(way in best.differ for way in ("row", "before", "after", "tags", "place"))
    gap = best.score - other.score
    if moved:
        gap -= _placed(best) - _placed(other)
    return gap < _MARGIN


def _placed(match: _Match) -> float:
    weight = _WEIGHTS["place"]
    return weight if "place" in match.agreed else -weight / 2 if "place" in match.differ else 0.0


def _match(one: Known, other: Known) -> _Match:
    score = 0.0
    agreed: list[str] = []
    differ: list[str] = []
    for way, weight in _WEIGHTS.items():
        mine, theirs = one.ways.get(way, ""), other.ways.get(way, "")
        if not mine:  # nothing is known by it
            continue
        same = _same(way, mine, theirs)
        if same is None:
            continue
        score += weight if same else -weight / 2
        (agreed if same else differ).append(way)
    return _Match(score, tuple(agreed), tuple(differ))


def _same(way: str, mine: str, theirs: str) -> bool | None:
    if way != "row":
        return mine == theirs
    ours, others = mine.split("\n"), theirs.split("\n")
    share = len({*ours} & {*others}) / len({*ours, *others})
    if _is_small(mine):  # rows are called by what they begin with
        return share >= _SAME_ROW and ours[0] in others and others[0] in ours
    return True if share >= _SAME_ROW else False if share < _OTHER_ROW else None


def _is_small(row: str) -> bool:
    return row.count("\n") < _LARGE


def _called(known: Known) -> str:
    says = known.ways.get("role and name", "")
    kind, _, name = says.partition(": ")
    noun = kind or known.element.role or f"<{known.element.tag}>"
    near = known.ways.get("before", "")
    return f'the {noun} "{name}"' if name else f'the {noun} after "{near}"' if near else f"the {noun}"


# -- with other words


def rebound(known: Known, bound: Mapping[str, str]) -> dict[str, str] | None:
    """The ways by which an element is looked for when some words stand for others; none when it has nothing of them."""
    changed = {}
    for way in ("role and name", "row", "before", "after"):
        value = known.ways.get(way, "")
        said = _said(value, bound)
        if said != value:
            changed[way] = said
    return changed or None


def _said(text: str, bound: Mapping[str, str]) -> str:
    for old, new in bound.items():
        if tidy(old):
            text = re.sub(rf"(?<!\w){re.escape(tidy(old))}(?!\w)", lambda _, new=new: tidy(new), text)  # type: ignore[misc]
    return text


def _find_other(wanted: Known, changed: Mapping[str, str], now: Sight) -> Found:
    """An element that is known by other words this time: by all of them, and by nothing that told only the old one."""
    says = changed.get("role and name", wanted.ways.get("role and name", ""))
    pool = [now.known(one.ref) for one in now.alike(wanted.element)]
    pool = [one for one in pool if one.ways.get("role and name", "") == says]
    name = says.partition(": ")[2] or _called(wanted)
    if not pool:
        return Found(0, f'"{name}" is not on the page')
    if "role and name" not in changed:
        pool = [one for one in pool if _in_changed(one, wanted, changed)]
        if not pool:
            return Found(0, f'no "{name}" stands where it is wanted')
    if len(pool) > 1:
        pool = _like_in_kind(wanted.element, wanted, pool)
    if len(pool) != 1:
        return Found(0, f'{len(pool)} elements could be "{name}"')
    return Found(pool[0].element.ref, agreed=tuple(changed))


def _in_changed(one: Known, wanted: Known, changed: Mapping[str, str]) -> bool:
    """Its row says the words that were put in, and none of those that were taken out."""
    for way, said in changed.items():
        new = set(said.split("\n")) - set(wanted.ways.get(way, "").split("\n"))
        if new and not new <= set(one.ways.get(way, "").split("\n")):
            return False
    return True


def _like_in_kind(element: Element, wanted: Known, pool: list[Known]) -> list[Known]:
    for way in ("tags", "class"):
        like = [one for one in pool if one.ways.get(way, "") == wanted.ways.get(way, "")]
        pool = like or pool
    return pool
