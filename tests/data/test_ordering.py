"""Commands that count, and commands that say what stands before and after."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np

from webagent.data.pages.command import references
from webagent.data.pages.ordering import by_neighbours, by_order
from webagent.data.pages.scene import Scene, Target

TABS = "".join(f"<button role=tab style='width:90px'>{name}</button>" for name in ("All", "Active", "Done", "Late"))
COUNTRIES = "<section><h2>Countries</h2>" + "".join(
    f"<div><label><input type=checkbox>{name}</label></div>" for name in ("Japan", "Peru", "Kenya")
)
PAGE = f"<a href=#x>Home</a><div role=tablist>{TABS}</div>{COUNTRIES}</section><section><p>News</p></section>"


def named(scene: Scene, label: str) -> Target:
    return next(target for target in scene.targets if target.label == label)


def said(way: Callable[..., Iterator], scene: Scene, label: str) -> set[str]:
    target = named(scene, label)
    return {ref.words for seed in range(60) for ref in way(scene, target, np.random.default_rng(seed))}


def test_the_things_under_a_heading_are_called_by_it(scene: Scene) -> None:
    words = said(by_order, scene, "Peru")
    assert {"the second country", "the 2nd country"} <= words
    assert {"the second checkbox under Countries", "the 2nd box in the Countries section"} & words


def test_the_last_and_the_one_before_it_are_called_so(scene: Scene) -> None:
    assert {"the last tab", "the rightmost tab"} <= said(by_order, scene, "Late")
    assert {"the second to last tab", "the last but one tab"} & said(by_order, scene, "Done")


def test_neighbours_tell_which_one_it_is(scene: Scene) -> None:
    words = said(by_neighbours, scene, "Active")
    assert {"the tab between All and Done", "the tab after All", "the tab before Done"} <= words
    assert {"the tab to the right of All", "the tab right of All"} & words
    assert not any("below" in one for one in words)
    assert said(by_neighbours, scene, "Home") == set()


def test_they_are_among_all_references(scene: Scene) -> None:
    kinds = {
        kind for seed in range(5) for kind in references(scene, named(scene, "Peru"), "", np.random.default_rng(seed))
    }
    assert {"text", "position", "relation"} <= kinds
