"""The vector of pages for Stable-Baselines3, and the policy that points at elements."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import gymnasium
import numpy as np
import pytest
import torch
from sb3_contrib import MaskablePPO
from stable_baselines3 import PPO
from stable_baselines3.common.vec_env import DummyVecEnv, VecMonitor

import webagent_envs  # noqa: F401  (registers the environments)
from webagent.learn.reinforce import NEVER, ElementNet, ElementPolicy, MaskableElementPolicy, SB3VecEnv

SMALL = {"n_steps": 16, "batch_size": 24, "n_epochs": 1, "seed": 0, "device": "cpu"}


@pytest.fixture(autouse=True)
def one_thread() -> Iterator[None]:
    """The browser needs the other core."""
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


@pytest.fixture
def pages() -> Iterator[SB3VecEnv]:
    envs = SB3VecEnv("click-test-2", 3, input="dom", max_steps=3)
    yield envs
    envs.close()


def story(envs: SB3VecEnv | DummyVecEnv) -> list[object]:
    generator = np.random.default_rng(0)
    envs.seed(3)
    seen = envs.reset()
    told: list[object] = [plain(seen), plain(envs.reset_infos)]
    for _ in range(8):
        masks = np.stack(envs.env_method("action_masks"))
        seen, rewards, dones, infos = envs.step(np.array([generator.choice(np.flatnonzero(m)) for m in masks]))
        told += [plain(seen), rewards.tolist(), dones.tolist(), plain(infos), plain(envs.reset_infos)]
    return told


def plain(value: object) -> object:
    """Without times, and as lists, which can be compared."""
    if isinstance(value, dict):
        return {key: plain(one) for key, one in value.items() if key != "step_ms"}
    return [plain(one) for one in value] if isinstance(value, np.ndarray | list) else value


def test_it_is_what_a_dummy_vector_is_only_faster(pages: SB3VecEnv) -> None:
    def one() -> gymnasium.Env:
        return gymnasium.make("webagent/click-test-2-v1", obs_mode="tensor", input="dom", max_steps=3)

    dummy = DummyVecEnv([one] * 3)
    assert pages.observation_space == dummy.observation_space
    assert pages.action_space == dummy.action_space
    assert story(pages) == story(dummy)
    dummy.close()


def test_the_pages_can_be_reached(pages: SB3VecEnv) -> None:
    pages.set_options({"data_mode": "test"})
    pages.reset()
    assert pages.get_attr("data_mode") == ["test"] * 3
    pages.set_attr("max_steps", 7, indices=[1])
    assert pages.get_attr("max_steps") == [3, 7, 3]
    assert pages.env_is_wrapped(gymnasium.Wrapper) == [False] * 3
    pages.set_options([{"data_mode": "test"}, {}, {}])
    with pytest.raises(ValueError, match="one dictionary for all"):
        pages.reset()


def test_pictures_of_all_pages() -> None:
    envs = SB3VecEnv("click-test-2", 2, render_mode="rgb_array")
    envs.reset()
    assert [picture.shape for picture in envs.get_images()] == [(320, 500, 3)] * 2
    assert envs.render().shape == (640, 500, 3)
    envs.close()


def test_pages_of_one_s_own() -> None:
    envs = SB3VecEnv("", 2, html="<button>OK</button>", instruction="press OK")
    assert envs.reset()["mask"].sum(1).tolist() == [2, 2]
    envs.close()


def test_padding_is_never_chosen_and_changes_nothing(pages: SB3VecEnv) -> None:
    net = ElementNet(pages.observation_space, int(pages.action_space.n))
    arrays = {key: torch.as_tensor(value).float() for key, value in pages.reset().items()}
    scores = net(arrays)[:, : net.choices]
    count = int(arrays["mask"][0].sum())
    assert torch.isfinite(scores).all() and (scores[0, count : net.elements] == NEVER).all()
    typing = scores[0, net.elements : -3].view(net.elements, net.texts)
    assert (typing[count:] == NEVER).all() and (typing[:count] > NEVER).all()
    longer = {key: value.clone() for key, value in arrays.items()}
    longer["mask"][1:] = 1  # other pages of the batch are longer now
    assert torch.allclose(net(longer)[0], net(arrays)[0], atol=1e-5)


@pytest.mark.parametrize(("method", "policy"), [(PPO, ElementPolicy), (MaskablePPO, MaskableElementPolicy)])
def test_it_learns_and_can_be_saved(pages: SB3VecEnv, tmp_path: Path, method: type, policy: type) -> None:
    model = method(policy, VecMonitor(pages, info_keywords=("is_success",)), **SMALL)
    before = [parameter.clone() for parameter in model.policy.parameters()]
    model.learn(96)
    assert any((old != new).any() for old, new in zip(before, model.policy.parameters(), strict=True))
    model.save(tmp_path / "model.zip")
    again = method.load(tmp_path / "model.zip", device="cpu")
    seen = pages.reset()
    masks = {"action_masks": np.stack(pages.env_method("action_masks"))} if method is MaskablePPO else {}
    chosen, _ = model.predict(seen, deterministic=True, **masks)
    assert (again.predict(seen, deterministic=True, **masks)[0] == chosen).all()
    assert (chosen < model.action_space.n).all()
