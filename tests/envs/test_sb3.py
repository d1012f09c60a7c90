"""Stable-Baselines3's own checks and vectors."""

from __future__ import annotations

import functools
import multiprocessing
import tempfile
import time
from pathlib import Path

import gymnasium
import gymnasium.utils.env_checker
import numpy as np
import pytest
from sb3_contrib import MaskablePPO
from sb3_contrib.common.maskable.utils import get_action_masks, is_masking_supported
from stable_baselines3.common.env_checker import check_env
from stable_baselines3.common.vec_env import DummyVecEnv, SubprocVecEnv, VecEnv

import webagent_envs  # noqa: F401  (registers the environments)
from webagent_envs.tasks import ALL

SAMPLE = (
    "bisect-angle",
    "choose-date",
    "click-checkboxes",
    "click-pie",
    "drag-items",
    "email-inbox",
    "enter-time",
    "flight.AA",
    "login-user",
    "tic-tac-toe",
    "use-autocomplete",
    "visual-addition",
)

pytestmark = [
    # SB3 would rather have flat arrays; tables of elements are for networks that know them, and it flattens the rest
    pytest.mark.filterwarnings("ignore:Your observation .* has an unconventional shape:UserWarning"),
    pytest.mark.filterwarnings("ignore:This process:DeprecationWarning"),  # forking under threads is what is tested
]


def tensor_env(task: str = "click-test-2") -> gymnasium.Env:
    return gymnasium.make(f"webagent_envs:webagent/{task}-v1", obs_mode="tensor", input="dom", max_steps=4)


def check(task: str) -> None:
    """The checks of both libraries."""
    env = tensor_env(task)
    check_env(env)
    gymnasium.utils.env_checker.check_env(env.unwrapped, skip_render_check=True)
    env.close()


@pytest.mark.parametrize("task", SAMPLE)
def test_check_env(task: str) -> None:
    check(task)


@pytest.mark.slow
@pytest.mark.parametrize("task", [task for task in ALL if task not in SAMPLE])
def test_check_env_of_every_task(task: str) -> None:
    check(task)


def test_check_env_of_a_page() -> None:
    check_env(gymnasium.make("webagent/Page-v1", html="<button>OK</button>", instruction="x", obs_mode="tensor"))


def story(envs: VecEnv) -> list[object]:
    """What a vector gives to choices drawn from its masks."""
    generator = np.random.default_rng(0)
    envs.seed(3)
    seen = envs.reset()
    told: list[object] = [{key: value.tolist() for key, value in seen.items()}]
    assert is_masking_supported(envs)
    for _ in range(6):
        choices = np.array([generator.choice(np.flatnonzero(mask)) for mask in get_action_masks(envs)])
        seen, rewards, dones, infos = envs.step(choices)
        told += [{key: value.tolist() for key, value in seen.items()}, rewards.tolist(), dones.tolist()]
        told += [[info["instruction"], info["is_success"], "terminal_observation" in info] for info in infos]
    return told


@functools.cache
def expected() -> list[object]:
    envs = DummyVecEnv([tensor_env] * 2)
    told = story(envs)
    envs.close()
    return told


@pytest.mark.parametrize("method", ["fork", "spawn", "forkserver"])
def test_subprocesses_give_what_one_process_gives(method: str) -> None:
    envs = SubprocVecEnv([tensor_env] * 2, start_method=method)
    pids = [process.pid for process in envs.processes]
    assert story(envs) == expected()
    assert all(_left_of(pid) for pid in pids)
    envs.close()
    deadline = time.monotonic() + 10
    while any(_left_of(pid) for pid in pids):
        assert time.monotonic() < deadline, "a browser is left behind"
        time.sleep(0.05)
    assert not {process.pid for process in multiprocessing.active_children()}.intersection(pids)


def _left_of(pid: int) -> list[Path]:
    """Profiles of browsers that a process started; each is removed when its browser has ended."""
    return list(Path(tempfile.gettempdir()).glob(f"webagent-profile-{pid}-*"))


def test_maskable_ppo_takes_them_as_they_are() -> None:
    envs = DummyVecEnv([tensor_env] * 2)
    model = MaskablePPO("MultiInputPolicy", envs, n_steps=8, batch_size=8, n_epochs=1, device="cpu")
    model.learn(16)
    seen = envs.reset()
    masks = get_action_masks(envs)
    choices, _ = model.predict(seen, action_masks=masks)
    assert all(mask[choice] for mask, choice in zip(masks, choices, strict=True))
    envs.close()
