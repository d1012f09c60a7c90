"""The tensor view and its flat choice, on pages made here: no browser is needed."""

from __future__ import annotations

import gymnasium
import numpy as np
import pytest

from webagent_envs.spaces import Click, Element, Observation, Press, Scroll, Type
from webagent_envs.views import FLAGS, TensorView

PAGE = Observation(
    instruction='Enter "ada" and press Log in',
    viewport=(200.0, 100.0),
    elements=(
        Element(ref=3, tag="body", box=(0, 0, 200, 100)),
        Element(ref=5, tag="input", parent=3, role="textbox", editable=True, box=(20, 10, 100, 20)),
        Element(ref=8, tag="button", parent=3, role="button", name="Log in", clickable=True, box=(1e6, 50, 50, 20)),
        Element(ref=9, tag="button", parent=3, role="button", name="Help", disabled=True),
        Element(ref=11, tag="div", parent=5, visible=False),
    ),
)
VIEW = TensorView(elements=6, texts=4, buckets=16)


def test_arrays_say_what_is_there() -> None:
    seen = VIEW(PAGE)
    assert seen in VIEW.space
    assert seen["mask"].tolist() == [1, 1, 1, 1, 1, 0]
    assert seen["parent"].tolist() == [-1, 0, 0, 0, 1, -1]
    assert seen["box"][1] == pytest.approx([0.1, 0.1, 0.5, 0.2])
    assert seen["box"][2][0] == 8.0, "far away is far away"
    assert seen["flags"][1].tolist() == [flag in ("visible", "editable", "in_viewport") for flag in FLAGS]
    assert seen["match"][2] == pytest.approx([1.0, 2 / 6])
    assert not seen["match"][[0, 1, 3]].any()
    assert (seen["words"][2] <= seen["instruction"]).all() and seen["words"][2].any()
    assert seen["role"][2] == seen["role"][3] != seen["role"][1]


def test_what_does_not_fit_is_left_out_from_the_end() -> None:
    small = TensorView(elements=2, texts=4, buckets=16)
    seen = small(PAGE)
    assert seen in small.space and seen["mask"].tolist() == [1, 1]
    assert small.mask(PAGE).sum() == 2 + 4 + 3


def test_the_mask_is_of_the_choices_that_fit() -> None:
    actions = [VIEW.action(choice, PAGE) for choice in np.flatnonzero(VIEW.mask(PAGE))]
    typed = [Type(5, text) for text in ("ada", "Enter", "and", "press")]
    keys = [Press("Enter"), Scroll(0, 0.0, -100.0), Scroll(0, 0.0, 100.0)]
    assert actions == [Click(3), Click(5), Click(8), *typed, *keys]


def test_a_choice_that_fits_nothing_does_nothing() -> None:
    short = Observation(instruction="Press", elements=PAGE.elements)
    space = VIEW.actions
    assert isinstance(space, gymnasium.spaces.Discrete) and space.n == 6 * (1 + 4) + 3
    assert VIEW.action(5, PAGE) == VIEW.action(6 + 5 * 4, PAGE) == VIEW.action(6 + 4 + 1, short) == Click(0)
    assert VIEW.action(6 + 4, short) == Type(5, "Press")
    assert all(VIEW.action(int(choice), PAGE) is not None for choice in range(int(space.n)))


def test_no_page_at_all() -> None:
    empty = Observation(instruction="")
    assert VIEW(empty) in VIEW.space
    assert VIEW.mask(empty).sum() == 3
