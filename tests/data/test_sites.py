"""Sites of our own: what is asked for is what the steps do."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from webagent.data.dataset import read_episodes
from webagent.data.pages.build import PagesConfig, action_of, build_pages
from webagent.data.pages.flows import Flow, flows
from webagent.data.pages.sites import Site, make_site
from webagent_envs.env import WebEnv
from webagent_envs.spaces import Click, Observation, Type

LISTED = {"list", "add", "remove", "rename", "change", "mark"}
"""Kinds of commands that end at a list."""


def drawn(site: Site, most: int = 12) -> list[Flow]:
    return list(flows(site, most, np.random.default_rng(0)))


def shown(observation: Observation) -> list[str]:
    """Heads of the screens that are shown."""
    return [element.text for element in observation.elements if element.tag == "h2" and element.visible]


def carried_out(site: Site, flow: Flow) -> Observation:
    env = WebEnv(html=site.html)
    try:
        seen, _ = env.reset()
        for act in (*flow.before, *flow.acts):
            action = action_of(act, seen)
            assert action is not None, (flow, act)
            seen, _, _, _, info = env.step(action)
            assert not info["action_error"], (flow, act)
        return seen
    finally:
        env.close()


def test_sites_repeat() -> None:
    assert make_site(7) == make_site(7) != make_site(8)
    assert drawn(make_site(7)) == drawn(make_site(7))


@pytest.mark.parametrize("seed", range(6))
def test_every_command_can_be_carried_out_and_ends_where_it_should(seed: int) -> None:
    site = make_site(seed)
    lists = {kind.plural.capitalize() for kind in site.kinds}
    for flow in drawn(site):
        heads = shown(carried_out(site, flow))
        if flow.kind in LISTED:
            assert len(heads) == 1 and heads[0] in lists, flow
        elif flow.kind in ("leave", "open"):
            assert not lists & set(heads), flow


@pytest.mark.parametrize("seed", range(40))
def test_what_is_typed_is_said(seed: int) -> None:
    for flow in drawn(make_site(seed)):
        for act in (*flow.before, *flow.acts):
            assert act.what != "type" or act.text in flow.words or act.text[:2].isdigit(), flow


@pytest.mark.parametrize("seed", range(20))
def test_what_is_elsewhere_is_called_by_its_kind(seed: int) -> None:
    site = make_site(seed)
    entries = {kind.entry: kind for kind in site.kinds}
    for flow in drawn(site, 20):
        for act in flow.acts[:2]:
            if act.id in entries:
                kind = entries[act.id]
                assert kind.noun[:-1].lower() in flow.words.lower() or typo(kind.noun, flow.words), flow


def typo(noun: str, words: str) -> bool:
    """Whether a word has the letters of the noun, two of them swapped."""
    return any(sorted(noun) == sorted(word.strip("s")) or sorted(noun) == sorted(word) for word in words.split())


def test_the_dataset_holds_every_step_with_the_page_before_it(tmp_path: Path) -> None:
    report = build_pages(["sites"], tmp_path / "out", PagesConfig(pages=3, pairs=16))
    episodes = list(read_episodes(tmp_path / "out"))
    assert report["pairs"] == len(episodes) and {e.task.split("-")[2] for e in episodes} == {"sites"}
    adding = next(episode for episode in episodes if episode.task == "page-add-sites")
    typed = next(step for step in adding.steps if isinstance(step.action, Type))
    assert isinstance(adding.steps[-1].action, Click) and adding.steps[-1].observation.actions
    field = typed.observation.element(typed.action.ref)
    assert field is not None and field.editable and field.visible
    after = adding.steps[adding.steps.index(typed) + 1].observation.element(typed.action.ref)
    assert after is not None and after.value == typed.action.text
