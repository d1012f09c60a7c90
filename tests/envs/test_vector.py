"""Many environments in one browser: the same episodes as one alone, ends and beginnings as Gymnasium has them."""

import gymnasium
import numpy as np
import pytest
from gymnasium.vector import AutoresetMode

import webagent_envs  # noqa: F401  (registers the environments)
from webagent_envs.cdp import Command
from webagent_envs.env import WebEnv
from webagent_envs.spaces import Click, Goto, Say, Wait
from webagent_envs.vector import WebVectorEnv

TASKS = ("click-checkboxes", "email-inbox", "click-tab-2-hard")


@pytest.fixture
def make():
    made = []

    def maker(task="click-test", num_envs=2, **settings):
        made.append(gymnasium.make_vec(f"webagent/{task}-v1", num_envs=num_envs, **settings))
        return made[-1]

    yield maker
    for env in made:
        env.close()


def button(page):
    return Click(next(element for element in page.elements if element.tag == "button").ref)


def plain(infos, i):
    """The ``info`` of one environment, out of those of all."""
    return {
        key: value[i]
        for key, value in infos.items()
        if not key.startswith("_") and key != "step_ms" and infos["_" + key][i]
    }


def test_it_is_what_make_vec_makes(make):
    envs = make(num_envs=3)
    assert isinstance(envs.unwrapped, WebVectorEnv)
    assert envs.metadata["autoreset_mode"] is AutoresetMode.NEXT_STEP
    seen, infos = envs.reset(seed=4)
    assert infos["seed"].tolist() == [4, 5, 6]
    assert infos["step_ms"].min() > 0
    assert seen in envs.observation_space
    assert envs.action_space.sample() in envs.action_space


@pytest.mark.parametrize("input", ["trusted", "dom"])
@pytest.mark.parametrize("task", TASKS)
def test_the_same_episodes_as_one_alone(make, task, input):
    envs = make(task, 3, input=input, max_steps=4)
    singles = [WebEnv(task, input=input, max_steps=4) for _ in range(3)]
    for env in (envs, *singles):
        env.action_space.seed(3)
    over = [False] * 3
    seen, infos = envs.reset(seed=7)
    for i, env in enumerate(singles):
        assert (seen[i], plain(infos, i)) == env.reset(seed=7 + i)
    for _ in range(9):
        # the same draw for all, from pages that are the same
        actions = tuple(env.action_space.sample() for env in singles)
        seen, rewards, terminated, truncated, infos = envs.step(actions)
        for i, env in enumerate(singles):
            wanted = (*env.reset(),) if over[i] else env.step(actions[i])
            assert seen[i] == wanted[0]
            assert plain(infos, i) == wanted[-1]
            ends = (0.0, False, False) if over[i] else wanted[1:4]
            assert (rewards[i], terminated[i], truncated[i]) == ends
            over[i] = bool(terminated[i] or truncated[i])
    for env in singles:
        env.close()


def test_the_next_step_begins_the_next_episode(make):
    envs = make()
    first, _ = envs.reset(seed=1)
    last, rewards, terminated, *_ = envs.step((button(first[0]), Wait(0.1)))
    assert (rewards.tolist(), terminated.tolist()) == ([1.0, 0.0], [True, False])
    seen, rewards, terminated, _, infos = envs.step((button(first[0]), button(first[1])))
    assert (rewards.tolist(), terminated.tolist()) == ([0.0, 1.0], [False, True])
    assert seen[0].actions == ()
    assert infos["seed"][0] != 1
    assert last[0].actions == (button(first[0]),), "an observation that was given away has changed"


def test_the_same_step_begins_the_next_episode(make):
    envs = make(autoreset_mode=AutoresetMode.SAME_STEP)
    first, _ = envs.reset(seed=1)
    seen, rewards, terminated, _, infos = envs.step((button(first[0]), Wait(0.1)))
    assert (rewards.tolist(), terminated.tolist()) == ([1.0, 0.0], [True, False])
    assert seen[0].actions == ()
    assert infos["_final_obs"].tolist() == infos["_final_info"].tolist() == [True, False]
    assert infos["final_obs"][0].actions == (button(first[0]),)
    assert infos["final_info"]["is_success"].tolist() == [True, False]
    assert infos["is_success"].tolist() == [False, False]


def test_chosen_environments_are_reset(make):
    envs = make(autoreset_mode="Disabled")
    envs.reset(seed=1)
    envs.step((Wait(0.1), Wait(0.1)))
    seen, infos = envs.reset(seed=[9, None], options={"reset_mask": np.array([True, False])})
    assert (seen[0].actions, seen[1].actions) == ((), (Wait(0.1),))
    assert (infos["seed"][0], infos["_seed"].tolist()) == (9, [True, False])


def test_arrays_and_texts_are_batched(make):
    envs = make("login-user", 2, obs_mode="tensor")
    arrays, infos = envs.reset(seed=1)
    assert arrays in envs.observation_space
    assert (infos["action_mask"] == envs.unwrapped.action_masks()).all()
    before = {key: value.copy() for key, value in arrays.items()}
    envs.step(np.array([int(np.flatnonzero(mask)[0]) for mask in infos["action_mask"]]))
    assert all((arrays[key] == before[key]).all() for key in arrays), "an observation that was given away has changed"
    texts, _ = make("login-user", 2, obs_mode="text").reset(seed=1)
    assert [text.splitlines()[0] for text in texts] == list(infos["instruction"])


def test_one_that_fails_leaves_the_others_alone(make):
    envs = make(num_envs=3)
    first, _ = envs.reset(seed=1)
    page = envs.unwrapped.envs[1].page
    page.browser.connection.tell(Command("Page.crash", {}, page._tab.session))
    _, rewards, terminated, truncated, infos = envs.step((button(first[0]), Say("x"), Goto("about:blank")))
    assert (rewards.tolist(), terminated.tolist()) == ([1.0, 0.0, 0.0], [True, False, False])
    assert truncated.tolist() == [False, True, True]
    assert "crashed" in infos["action_error"][1]
    assert "was left" in infos["action_error"][2]
    seen, *_ = envs.step((Say("x"),) * 3)
    assert all(page.actions == () and len(page.elements) > 2 for page in seen)


def test_what_is_wrong_is_said(make):
    with pytest.raises(ValueError, match="use 1 or more"):
        WebVectorEnv(0, task="click-test")
    envs = make()
    with pytest.raises(gymnasium.error.ResetNeeded):
        envs.step((Say("x"), Say("y")))
    for wrong in ({"seed": [1]}, {"options": {"reset_mask": np.array([True])}}):
        with pytest.raises(ValueError, match="2"):
            envs.reset(**wrong)
