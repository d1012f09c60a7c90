"""Successes without what they can do without, on real pages."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from webagent.data.records import Episode, Step
from webagent.learn.collect import Attempt
from webagent.learn.plainer import oddness, plain_successes, plainer
from webagent_envs.env import WebEnv
from webagent_envs.spaces import Action, Click, DoubleClick, Hover, Type, Wait

SEED = 2**31 + 5


@pytest.fixture
def env() -> Iterator[WebEnv]:
    env = WebEnv("enter-text", input="dom")
    yield env
    env.close()


def refs(env: WebEnv) -> tuple[int, int, str]:
    """Field and button of the page, and what is to be typed."""
    observation, info = env.reset(seed=SEED)
    field = next(element.ref for element in observation.elements if element.editable)
    button = next(element.ref for element in observation.elements if element.tag == "button")
    return field, button, info["instruction"].split('"')[1]


def test_what_did_nothing_goes_and_a_click_is_enough(env: WebEnv) -> None:
    field, button, text = refs(env)
    odd = [Wait(), Hover(button), Type(field, "something else"), Type(field, text), Wait(), DoubleClick(button)]
    steps = plainer(env, SEED, odd)
    assert steps is not None
    assert [step.action for step in steps] == [Type(field, text), Click(button)]
    assert steps[0].observation.instruction
    assert steps[1].observation.element(field).value == text  # type: ignore[union-attr]


def test_what_is_plain_stays_as_it_is(env: WebEnv) -> None:
    field, button, text = refs(env)
    assert plainer(env, SEED, [Type(field, text), Click(button)]) is None


def test_what_never_succeeds_becomes_nothing(env: WebEnv) -> None:
    field, button, _ = refs(env)
    assert plainer(env, SEED, [Type(field, "wrong"), Wait(), Click(button)]) is None


def test_of_each_page_one_plainer_success_is_added(env: WebEnv) -> None:
    field, button, text = refs(env)
    observation, _ = env.reset(seed=SEED)

    def attempt(number: int, *actions: Action) -> Attempt:
        steps = tuple(Step(observation, action) for action in actions)
        episode = Episode(id=str(number), task=env.task, command="", steps=steps, success=True, source="practice")
        return Attempt(episode, SEED, odd=False)

    plain = attempt(1, Type(field, text), Click(button))
    odd = attempt(2, Wait(), Type(field, text), DoubleClick(button))
    [added] = plain_successes(env, [odd])
    assert added.odd
    assert added.episode.success
    assert [step.action for step in added.episode.steps] == [Type(field, text), Click(button)]
    assert list(plain_successes(env, [odd, plain])) == []


def test_fewer_acts_are_plainer_and_then_plain_ones() -> None:
    ways = [[Click(1), Click(2)], [Hover(1)], [Click(1)], [Hover(1), Click(2)]]
    assert sorted(ways, key=oddness) == [[Click(1)], [Hover(1)], [Click(1), Click(2)], [Hover(1), Click(2)]]
