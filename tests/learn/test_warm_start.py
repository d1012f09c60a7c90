"""The shipped policy in Stable-Baselines3: the same choices, and PPO goes on from them."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest
import torch

pytest.importorskip("sb3_contrib", reason="needs the extra rl")

from sb3_contrib import MaskablePPO
from sb3_contrib.common.maskable.utils import get_action_masks
from stable_baselines3 import PPO

from webagent.learn.warm_start import CHOICES, ELEMENTS, MaskableWarmPolicy, PolicyVecEnv, WarmPolicy
from webagent.policy import Policy
from webagent.policy.actions import KINDS, PAGE_KINDS
from webagent_envs.spaces import Stop, Wait

SETTINGS = {"n_steps": 8, "batch_size": 16, "n_epochs": 1, "device": "cpu", "seed": 0}


@pytest.fixture(scope="module")
def pages() -> Iterator[PolicyVecEnv]:
    env = PolicyVecEnv("login-user", 2, input="dom", reset_mode="fast")
    yield env
    env.close()


def test_the_first_choices_are_those_of_the_policy(pages: PolicyVecEnv) -> None:
    model = MaskablePPO(MaskableWarmPolicy, pages, **SETTINGS)
    policy = Policy.load()
    pages.seed(5)
    seen = pages.reset()
    for _ in range(3):
        masks = get_action_masks(pages)
        choices, _ = model.predict(seen, action_masks=masks, deterministic=True)
        assert all(masks[row, choice] for row, choice in enumerate(choices))
        wanted = [next(a for a, _ in ranked if not isinstance(a, Stop)) for ranked in policy.act_batch(pages._seen)]
        pages.step_async(choices)
        assert list(pages._chosen) == wanted
        seen, _, dones, _ = pages.step_wait()
    assert dones.all()


def test_a_choice_is_scored_alike_alone_and_beside_others(pages: PolicyVecEnv) -> None:
    model = MaskablePPO(MaskableWarmPolicy, pages, **SETTINGS)
    seen = {name: torch.from_numpy(part) for name, part in pages.reset().items()}
    extractor = model.policy.features_extractor
    assert not extractor.train().network.training
    with torch.no_grad():
        both = extractor(seen)
        alone = torch.cat([extractor({name: part[row : row + 1] for name, part in seen.items()}) for row in range(2)])
    possible = both[:, :CHOICES] > -9e3
    assert possible.any()
    assert torch.equal(possible, alone[:, :CHOICES] > -9e3)
    torch.testing.assert_close(both[:, :CHOICES][possible], alone[:, :CHOICES][possible], atol=1e-3, rtol=1e-3)


@pytest.mark.parametrize(("method", "policy"), [(PPO, WarmPolicy), (MaskablePPO, MaskableWarmPolicy)])
def test_ppo_goes_on_from_it_and_is_saved(pages: PolicyVecEnv, method, policy, tmp_path) -> None:  # type: ignore[no-untyped-def]
    model = method(policy, pages, learning_rate=1e-4, **SETTINGS)
    before = {name: weight.clone() for name, weight in model.policy.state_dict().items()}
    model.learn(32)
    after = model.policy.state_dict()
    assert any("network.layers" in name and not torch.equal(before[name], after[name]) for name in before)
    model.save(tmp_path / "model")
    again = method.load(tmp_path / "model", device="cpu")
    seen = pages.reset()
    assert np.array_equal(model.predict(seen, deterministic=True)[0], again.predict(seen, deterministic=True)[0])


def test_what_ended_is_told_as_it_was(pages: PolicyVecEnv) -> None:
    pages.reset()
    wait = ELEMENTS * len(KINDS) + PAGE_KINDS.index("wait")
    for _ in range(30):
        _, _, dones, infos = pages.step(np.array([wait, wait]))
        if dones.any():
            break
    row = int(np.flatnonzero(dones)[0])
    last = infos[row]["terminal_observation"]
    assert last.keys() == pages.observation_space.spaces.keys()
    assert all(last[name].shape == space.shape for name, space in pages.observation_space.spaces.items())


def test_a_choice_that_does_not_fit_becomes_waiting(pages: PolicyVecEnv) -> None:
    pages.reset()
    assert Policy.load().fill_in(pages._seen, [(ELEMENTS - 1, "click"), (0, "select")]) == [Wait(), Wait()]
