"""Reinforcement learning with Stable-Baselines3: a vector of pages for it, and a policy that points at elements.

Needs ``pip install 'webagent[rl]'``. Letters: B batch, E elements (padded), W texts that can be typed, D width.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

import numpy as np
import torch
from gymnasium import Wrapper, spaces
from numpy.typing import NDArray
from sb3_contrib.common.maskable.policies import MaskableActorCriticPolicy
from stable_baselines3.common.policies import ActorCriticPolicy, BasePolicy
from stable_baselines3.common.torch_layers import BaseFeaturesExtractor
from stable_baselines3.common.type_aliases import Schedule
from stable_baselines3.common.vec_env.base_vec_env import VecEnv, VecEnvIndices, VecEnvStepReturn
from torch import Tensor, nn

from webagent_envs.vector import WebVectorEnv

__all__ = ["ElementNet", "ElementPolicy", "MaskableElementPolicy", "PointingPolicy", "SB3VecEnv"]

NEVER = -1e9  # score of a choice on an element that is not there
KEYS = 3  # the choices that belong to no element: Enter, scroll up, scroll down


class SB3VecEnv(VecEnv):
    """Many pages in one browser and one process, as Stable-Baselines3 takes them.

    Its other vectors work too, but `DummyVecEnv` steps one page after the other, and `SubprocVecEnv` starts a browser
    for each page.

    Args:
        task: name of a MiniWoB++ task; ``""`` for a page of one's own, named by ``url`` or ``html`` in ``settings``.
        num_envs: how many pages.
        obs_mode: of every `WebEnv`.
        settings: the others of every `WebEnv`.
    """

    def __init__(self, task: str, num_envs: int, *, obs_mode: str = "tensor", **settings: Any) -> None:
        self._pages = WebVectorEnv(num_envs, autoreset_mode="SameStep", task=task, obs_mode=obs_mode, **settings)
        self._chosen: Any = np.zeros(num_envs, np.int64)
        super().__init__(num_envs, self._pages.single_observation_space, self._pages.single_action_space)

    def reset(self) -> Any:
        """Begin an episode on every page; what is seen, stacked."""
        if any(options != self._options[0] for options in self._options):
            raise ValueError("the pages have different options: give set_options() one dictionary for all of them")
        seen, infos = self._pages.reset(seed=self._seeds, options=self._options[0])
        self.reset_infos = [_of_one(infos, i) for i in range(self.num_envs)]
        self._reset_seeds()
        self._reset_options()
        return seen

    def step_async(self, actions: NDArray[Any]) -> None:
        """Note what to do on each page."""
        self._chosen = actions

    def step_wait(self) -> VecEnvStepReturn:
        """Do it on all pages at once; where an episode ends, the next begins."""
        seen, rewards, terminated, truncated, infos = self._pages.step(self._chosen)
        dones = terminated | truncated
        told = [_of_one(infos, i) for i in range(self.num_envs)]
        for i in map(int, np.flatnonzero(dones)):
            self.reset_infos[i] = told[i]
            told[i] = {**_of_one(infos["final_info"], i), "terminal_observation": infos["final_obs"][i]}
        for info, ran_out in zip(told, truncated.tolist(), strict=True):
            info["TimeLimit.truncated"] = ran_out
        return seen, rewards.astype(np.float32), dones, told

    def close(self) -> None:
        """Close the pages."""
        self._pages.close()

    def get_images(self) -> Sequence[NDArray[np.uint8] | None]:
        """A picture of each page, with ``render_mode="rgb_array"``."""
        return self._pages.render() or ()

    def get_attr(self, attr_name: str, indices: VecEnvIndices = None) -> list[Any]:
        """An attribute of each `WebEnv`."""
        return [getattr(env, attr_name) for env in self._picked(indices)]

    def set_attr(self, attr_name: str, value: Any, indices: VecEnvIndices = None) -> None:
        """Set an attribute of each `WebEnv`."""
        for env in self._picked(indices):
            setattr(env, attr_name, value)

    def env_method(self, method_name: str, *args: Any, indices: VecEnvIndices = None, **kwargs: Any) -> list[Any]:
        """Call a method of each `WebEnv`, such as ``action_masks``."""
        return [getattr(env, method_name)(*args, **kwargs) for env in self._picked(indices)]

    def env_is_wrapped(self, wrapper_class: type[Wrapper[Any, Any, Any, Any]], indices: Any = None) -> list[bool]:
        """No page is wrapped; put `VecMonitor` and the like around all of them."""
        return [False for _ in self._picked(indices)]

    def _picked(self, indices: VecEnvIndices) -> Iterable[Any]:
        return [self._pages.envs[i] for i in self._get_indices(indices)]


def _of_one(infos: dict[str, Any], i: int) -> dict[str, Any]:
    """The ``info`` of one environment, out of those of all."""
    own = (key for key in infos if not key.startswith("_") and not key.startswith("final_") and infos["_" + key][i])
    values = ((key, infos[key][i]) for key in own)
    return {key: value.item() if isinstance(value, np.generic) else value for key, value in values}


class ElementNet(BaseFeaturesExtractor):
    """Scores every choice by the element it is about: one small network, the same for each element.

    An element is told by its role, flags, box and words, and by how its words match the instruction's; then also by
    what else is on the page. No weight belongs to a place in the table, so what is learned on one page holds on
    others. Padding is never chosen.

    Args:
        observation_space: of ``obs_mode="tensor"``.
        choices: how many, N = E + E * W + 3.
        width: D.
    """

    def __init__(self, observation_space: spaces.Dict, choices: int, width: int = 64) -> None:
        super().__init__(observation_space, choices + width)
        shapes = {key: space.shape or () for key, space in observation_space.items()}
        self.elements = shapes["mask"][0]
        self.choices, self.texts = choices, (choices - KEYS) // self.elements - 1
        roles = int(observation_space["role"].high.max()) + 1  # type: ignore[attr-defined]
        told = sum(shapes[key][1] for key in ("box", "flags", "match", "words")) + shapes["instruction"][0]
        self.role = nn.Embedding(roles, 16)
        self.element = nn.Sequential(nn.Linear(told + 16, width), nn.ReLU(), nn.Linear(width, width), nn.ReLU())
        self.on_page = nn.Sequential(nn.Linear(3 * width, width), nn.ReLU())
        self.acts = nn.Linear(width, 1 + self.texts)
        self.page = nn.Sequential(nn.Linear(2 * width, width), nn.ReLU())
        self.keys = nn.Linear(width, KEYS)

    def forward(self, seen: dict[str, Tensor]) -> Tensor:
        """Scores of the choices, then a summary of the page: [B, N + D]."""
        there = seen["mask"].bool()
        longest = max(1, int(there.sum(1).max()))
        there = there[:, :longest]
        row = {key: seen[key][:, :longest] for key in ("box", "flags", "match", "words", "role")}
        shared = row["words"] * seen["instruction"][:, None]
        told = [self.role(row["role"].long()), row["box"], row["flags"], row["match"], row["words"], shared]
        known = self.element(torch.cat(told, -1)) * there[..., None]  # [B, longest, D], never below 0
        around = torch.cat([known.amax(1), known.sum(1) / there.sum(1, keepdim=True).clamp(min=1)], -1)
        acts = self.acts(self.on_page(torch.cat([known, around[:, None].expand(-1, longest, -1)], -1)))
        acts = acts.masked_fill(~there[..., None], NEVER)
        acts = nn.functional.pad(acts, (0, 0, 0, self.elements - longest), value=NEVER)
        page = self.page(around)
        return torch.cat([acts[..., 0], acts[..., 1:].flatten(1), self.keys(page), page], -1)


class _Heads(nn.Module):
    """Parts what `ElementNet` gives: scores for the actor, the page for the critic."""

    def __init__(self, choices: int, width: int) -> None:
        super().__init__()
        self.latent_dim_pi, self.latent_dim_vf = choices, width
        self.critic = nn.Sequential(nn.Linear(width, width), nn.ReLU())

    def forward(self, features: Tensor) -> tuple[Tensor, Tensor]:
        return self.forward_actor(features), self.forward_critic(features)

    def forward_actor(self, features: Tensor) -> Tensor:
        return features[:, : self.latent_dim_pi]

    def forward_critic(self, features: Tensor) -> Tensor:
        value: Tensor = self.critic(features[:, self.latent_dim_pi :])
        return value


class PointingPolicy(BasePolicy):
    """What the policies here have in common: the features begin with a score for each choice.

    Attributes:
        extractor: makes them: N scores, then what the critic is told.
    """

    extractor: Callable[..., BaseFeaturesExtractor]
    action_net: Any
    mlp_extractor: Any

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"ortho_init": False, **kwargs})  # the last layers must begin small

    def make_features_extractor(self) -> BaseFeaturesExtractor:
        """The network that scores the choices."""
        return self.extractor(self.observation_space, self._choices, **self.features_extractor_kwargs)

    @property
    def _choices(self) -> int:
        assert isinstance(self.action_space, spaces.Discrete)
        return int(self.action_space.n)

    def _build_mlp_extractor(self) -> None:
        self.mlp_extractor = _Heads(self._choices, self.features_extractor.features_dim - self._choices)

    def _build(self, lr_schedule: Schedule) -> None:
        super()._build(lr_schedule)  # type: ignore[misc]  # of the class that this is mixed into
        self.action_net = nn.Identity()
        # without the layer that stood there
        settings = {"lr": lr_schedule(1), **self.optimizer_kwargs}
        self.optimizer = self.optimizer_class(self.parameters(), **settings)


class ElementPolicy(PointingPolicy, ActorCriticPolicy):
    """For `stable_baselines3.PPO` and `A2C`: the scores of `ElementNet` are the logits."""

    extractor = ElementNet


class MaskableElementPolicy(PointingPolicy, MaskableActorCriticPolicy):
    """For `sb3_contrib.MaskablePPO`: the same, and what does not fit the page is never chosen."""

    extractor = ElementNet
