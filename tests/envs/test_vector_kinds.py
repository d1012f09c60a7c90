"""Gymnasium's own vectors, in this process and in others, give what ours gives; none leaves a browser behind."""

from __future__ import annotations

import multiprocessing
import os
import tempfile
import time
from pathlib import Path

import gymnasium
import numpy as np
import pytest
from gymnasium.vector import AsyncVectorEnv, AutoresetMode, SyncVectorEnv

import webagent_envs  # noqa: F401  (registers the environments)
from webagent_envs.chromium import shared
from webagent_envs.env import WebEnv
from webagent_envs.spaces import Click
from webagent_envs.vector import WebVectorEnv

TASK = "click-test-2"


def one_env() -> WebEnv:
    return WebEnv(TASK, obs_mode="tensor", input="dom", max_steps=3)


def ours(mode: AutoresetMode, num_envs: int = 2) -> WebVectorEnv:
    settings = {"obs_mode": "tensor", "input": "dom", "max_steps": 3}
    envs = gymnasium.make_vec(f"webagent/{TASK}-v1", num_envs=num_envs, autoreset_mode=mode, **settings)
    assert isinstance(envs, WebVectorEnv)
    return envs


def play(envs: gymnasium.vector.VectorEnv, steps: int = 8) -> list[object]:
    """What a vector gives, to choices drawn from its own masks."""
    generator = np.random.default_rng(0)
    seen, infos = envs.reset(seed=5)
    story: list[object] = [_plain(seen), _plain(infos)]
    for _ in range(steps):
        choices = np.array([generator.choice(np.flatnonzero(mask)) for mask in infos["action_mask"]])
        seen, rewards, terminated, truncated, infos = envs.step(choices)
        story += [_plain(seen), rewards.tolist(), terminated.tolist(), truncated.tolist(), _plain(infos)]
    return story


def _plain(value: object) -> object:
    """Without times, and as lists, which can be compared."""
    if isinstance(value, dict):
        return {key: _plain(one) for key, one in value.items() if "step_ms" not in key}
    return [_plain(one) for one in value] if isinstance(value, np.ndarray | list | tuple) else value


def browsers_of(pid: int) -> list[str]:
    """Processes of the browsers that process ``pid`` started, and the folders that it made for them."""
    mark = f"webagent-profile-{pid}-"
    found = [str(folder) for folder in Path(tempfile.gettempdir()).glob(f"{mark}*")]
    for process in Path("/proc").glob("[0-9]*"):
        try:
            if mark in (process / "cmdline").read_text(errors="replace"):
                found.append(process.name)
        except OSError:
            continue  # it has ended meanwhile
    return found


def none_left(pids: list[int], seconds: float = 10) -> bool:
    deadline = time.monotonic() + seconds
    while any(map(browsers_of, pids)):
        if time.monotonic() > deadline:
            return False
        time.sleep(0.05)
    return True


@pytest.fixture(scope="module")
def story() -> list[object]:
    """What our own vector gives."""
    envs = ours(AutoresetMode.NEXT_STEP)
    told = play(envs)
    envs.close()
    return told


@pytest.mark.parametrize("mode", [AutoresetMode.NEXT_STEP, AutoresetMode.SAME_STEP])
def test_sync_vectors_give_what_ours_gives(mode: AutoresetMode) -> None:
    mine = ours(mode)
    theirs = SyncVectorEnv([one_env] * 2, autoreset_mode=mode)
    assert mine.metadata["autoreset_mode"] is theirs.metadata["autoreset_mode"] is mode
    assert mine.single_observation_space == theirs.single_observation_space
    assert mine.action_space == theirs.action_space
    assert play(mine) == play(theirs)
    mine.close()
    theirs.close()


@pytest.mark.parametrize("mode", [AutoresetMode.NEXT_STEP, AutoresetMode.SAME_STEP])
def test_what_was_seen_last_is_not_lost(mode: AutoresetMode) -> None:
    envs = ours(mode)
    alone = one_env()
    envs.reset(seed=5)
    _, info = alone.reset(seed=5)
    choice = int(np.flatnonzero(info["action_mask"])[0])
    ended = False
    while not ended:
        last, _, terminated, truncated, _ = alone.step(choice)
        ended = terminated or truncated
        seen, *_, infos = envs.step(np.array([choice, choice]))
    first, _ = alone.reset()
    if mode is AutoresetMode.SAME_STEP:
        assert infos["_final_obs"][0]
        assert _plain(infos["final_obs"][0]) == _plain(last)
    else:
        assert "final_obs" not in infos
        assert _plain({key: value[0] for key, value in seen.items()}) == _plain(last)
        seen, *_ = envs.step(np.array([choice, choice]))
    assert _plain({key: value[0] for key, value in seen.items()}) == _plain(first)
    envs.close()
    alone.close()


@pytest.mark.filterwarnings("ignore:This process:DeprecationWarning")  # forking under threads is what is tested
@pytest.mark.parametrize("context", ["fork", "spawn", "forkserver"])
def test_async_vectors_give_what_ours_gives(context: str, story: list[object]) -> None:
    assert shared().alive  # the worker processes must not use this one
    envs = AsyncVectorEnv([one_env] * 2, context=context)
    pids = [process.pid for process in envs.processes]
    assert play(envs) == story
    assert all(map(browsers_of, pids))
    envs.close()
    assert none_left(pids)
    assert shared().alive


def test_workers_that_are_killed_leave_no_process() -> None:
    envs = AsyncVectorEnv([one_env] * 2, context="spawn")
    envs.reset(seed=1)
    pids = [process.pid for process in envs.processes]
    envs.close(terminate=True)
    shared().close()
    shared()  # a new browser sweeps up the folders of those that could not
    assert none_left(pids)


def test_make_vec_makes_gymnasium_s_vectors_too(story: list[object]) -> None:
    settings = {"obs_mode": "tensor", "input": "dom", "max_steps": 3}
    envs = gymnasium.make_vec(f"webagent/{TASK}-v1", 2, vectorization_mode="async", **settings)
    assert isinstance(envs, AsyncVectorEnv)
    assert play(envs) == story
    envs.close()


def one_readable() -> WebEnv:
    return WebEnv(TASK, input="dom")


def test_what_has_no_fixed_size_comes_from_other_processes_too() -> None:
    envs = AsyncVectorEnv([one_readable] * 2, context="spawn", shared_memory=False)
    alone = one_readable()
    seen, _ = envs.reset(seed=1)
    assert seen[0] == alone.reset(seed=1)[0]
    seen, *_ = envs.step((Click(seen[0].elements[-1].ref),) * 2)
    assert seen[0] == alone.step(Click(alone.observation.elements[-1].ref))[0]
    envs.close()
    alone.close()


def test_every_mode_that_make_vec_knows_is_declared() -> None:
    for mode in AutoresetMode:
        envs = ours(mode, 1)
        assert envs.metadata["autoreset_mode"] is mode
        envs.close()


def _play_ours() -> int:
    envs = ours(AutoresetMode.NEXT_STEP)
    play(envs, 1)
    envs.close()
    return os.getpid()


def test_our_vector_in_another_process_leaves_no_browser() -> None:
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        pid = pool.apply(_play_ours)
        assert browsers_of(pid)
        pool.close()
        pool.join()
    assert none_left([pid])
