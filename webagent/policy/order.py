"""Order and rank of an element among its like: what "the third", "the last" and "the cheapest" speak of."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Hashable, Sequence

import numpy as np
from numpy.typing import NDArray

from webagent.policy.roles import family
from webagent.policy.tree import PageTree
from webagent_envs.spaces import Element

__all__ = ["ORDERS", "ORDER_FEATURES", "among_like", "rank"]

ORDER_FEATURES = 28
ORDERS = (0, 5, 10, 15, 20)
"""Where, among the features, the order (from 1, / 10) stands: in the same parent, of the same label, of all, in the
same part of the page, in the same list."""

_MOST = 4.0  # order and counts are told up to 40
_QUANTITY = re.compile(r"\d[\d,]*(?:\.\d+)?")


def rank(values: NDArray[np.float32]) -> NDArray[np.float32]:
    """Places of values [E] in their order, equal ones alike, divided by the greatest possible."""
    places = np.searchsorted(np.unique(values.round()), values.round()) / max(1, len(values) - 1)
    return places.astype(np.float32)


def among_like(page: PageTree, chosen: Sequence[Element], labels: Sequence[str]) -> NDArray[np.float32]:
    """Order and rank of each element: [E, ORDER_FEATURES].

    Five times (among those of the same parent and tag; on the page among those of the same kind and label; among all of
    the same kind; of the same family in the same part of the page; in the smallest container that holds several):
    order (from 1) / 10, order from the end / 10, how many / 10, whether it is the first, the last of several. Then,
    among those of the same tag and class that show a quantity: whether it is the least, the greatest, whether it shows
    one.
    """
    kinds = [_kind(element) for element in chosen]
    tags = [(element.parent, element.tag) for element in chosen]
    named = [(kind, label.casefold()) for kind, label in zip(kinds, labels, strict=True)]
    families = [family(element) for element in chosen]
    parts = [(_ref_of_part(page, element), name) for element, name in zip(chosen, families, strict=True)]
    groups: tuple[Sequence[Hashable], ...] = (tags, named, kinds, parts, _lists(page, chosen, families))
    return np.concatenate([*map(_order, groups), _quantities(chosen)], axis=1)


def _ref_of_part(page: PageTree, element: Element) -> int:
    return next((part.ref for part in page.parts(element)), 0)


def _lists(page: PageTree, chosen: Sequence[Element], families: Sequence[str]) -> list[tuple[int, str]]:
    """Of each element the smallest container with another one of its family, 0 for none, and the family."""
    paths = [page.path(element)[:-1] for element in chosen]
    held = Counter((ref, name) for path, name in zip(paths, families, strict=True) for ref in path)
    return [
        (next((ref for ref in reversed(path) if held[ref, name] > 1), 0), name)
        for path, name in zip(paths, families, strict=True)
    ]


def _kind(element: Element) -> tuple[str, str]:
    """What one calls "a link" or "a check box", whatever tag shows it."""
    if element.role:
        return "role", element.role
    return element.tag, element.attributes.get("class", "").split(" ")[0]


def _order(groups: Sequence[Hashable]) -> NDArray[np.float32]:
    """[E, 5]: where each stands in its group, by the order of the document."""
    counts: dict[Hashable, int] = {}
    before = []
    for group in groups:
        before.append(counts.get(group, 0))
        counts[group] = before[-1] + 1
    place, count = np.array(before), np.array([counts[group] for group in groups])
    result = np.empty((len(groups), 5), np.float32)
    result[:, 0] = (place + 1) / 10
    result[:, 1] = (count - place) / 10
    result[:, 2] = count / 10
    result[:, 3] = (place == 0) & (count > 1)
    result[:, 4] = (place == count - 1) & (count > 1)
    return np.minimum(result, np.float32(_MOST))


def _quantities(chosen: Sequence[Element]) -> NDArray[np.float32]:
    """[E, 3]: is the least, is the greatest, shows a quantity, where several of a kind do."""
    like: dict[tuple[str, str], list[int]] = {}
    for row, element in enumerate(chosen):
        like.setdefault((element.tag, element.attributes.get("class", "").split(" ")[0]), []).append(row)
    result = np.zeros((len(chosen), 3), np.float32)
    for rows in like.values():
        quantities = [(row, quantity) for row in rows if (quantity := _quantity(chosen[row].text)) is not None]
        if len(quantities) > 1:
            least, greatest = min(q for _, q in quantities), max(q for _, q in quantities)
            for row, quantity in quantities:
                result[row] = quantity == least, quantity == greatest, 1
    return result


def _quantity(text: str) -> float | None:
    """The number that a short text shows: "$472" is 472, "7h 12m" is 7.2 (parts of 60)."""
    if len(text) > 24:
        return None
    parts: list[str] = _QUANTITY.findall(text)
    if not parts:
        return None
    return sum(float(part.replace(",", "")) / 60.0**place for place, part in enumerate(parts))
