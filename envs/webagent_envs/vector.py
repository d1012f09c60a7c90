"""Many environments in one browser, stepped at once: what `gymnasium.make_vec` makes of a ``webagent/`` id."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any

import gymnasium
import numpy as np
from gymnasium.vector import AutoresetMode, VectorEnv
from gymnasium.vector.utils import batch_space, concatenate, create_empty_array, iterate
from numpy.typing import NDArray

from webagent_envs.env import WebEnv
from webagent_envs.together import together

__all__ = ["WebVectorEnv"]

Begun = tuple[Any, dict[str, Any]]
Stepped = tuple[Any, float, bool, bool, dict[str, Any]]
Infos = dict[str, Any]


class WebVectorEnv(VectorEnv[Any, Any, NDArray[Any]]):
    """N environments, each with a page of its own, in one browser and one thread.

    While one page is at work the others are given theirs, so a step of all takes little longer than the slowest. Each
    environment plays the episodes that a `WebEnv` with its seeds and actions plays.

    Observations and actions are batched as Gymnasium does: arrays for ``obs_mode="tensor"``, tuples for the others.
    ``infos`` holds one array for each key of `WebEnv`'s ``info``, and ``step_ms``, the time of the whole step.

    Args:
        num_envs: N.
        autoreset_mode: ``NEXT_STEP`` (Gymnasium's default): the step after an end begins the next episode and takes no
            action; ``SAME_STEP``: the step that ends an episode also begins the next, and what it saw last is in
            ``infos["final_obs"]`` and ``infos["final_info"]``; ``DISABLED``: the caller resets, with
            ``options={"reset_mask": mask}``.
        settings: of every `WebEnv`.

    Raises:
        ValueError: N is less than 1, or an option has no such value.
    """

    def __init__(
        self, num_envs: int = 1, *, autoreset_mode: AutoresetMode | str = AutoresetMode.NEXT_STEP, **settings: Any
    ) -> None:
        if num_envs < 1:
            raise ValueError(f"num_envs={num_envs} is not possible: use 1 or more")
        self.num_envs = num_envs
        self.autoreset_mode = AutoresetMode(autoreset_mode)
        self.envs = tuple(WebEnv(**settings) for _ in range(num_envs))
        self.render_mode = self.envs[0].render_mode
        self.metadata = {**WebEnv.metadata, "autoreset_mode": self.autoreset_mode}
        self.single_observation_space = self.envs[0].observation_space
        self.single_action_space = self.envs[0].action_space
        self.observation_space = batch_space(self.single_observation_space, num_envs)
        self.action_space = self._batched_actions()
        self._over = np.zeros(num_envs, dtype=np.bool_)
        self._seen: list[Any] = [None] * num_envs

    def _batched_actions(self) -> gymnasium.Space[Any]:
        """Each part samples what fits the page of its own environment."""
        if self.envs[0].obs_mode == "tensor":
            return batch_space(self.single_action_space, self.num_envs)
        return gymnasium.spaces.Tuple([env.action_space for env in self.envs])

    # -- Gymnasium

    def reset(
        self, *, seed: int | Sequence[int | None] | None = None, options: Mapping[str, Any] | None = None
    ) -> tuple[Any, Infos]:
        """Begin an episode in each environment, all at once.

        Args:
            seed: one for each environment; or one number, then environment i gets ``seed + i``.
            options: as of `WebEnv.reset`; ``"reset_mask"``, N booleans, picks the environments, the others go on.

        Raises:
            ValueError: there are not N seeds, or no boolean for each environment.
        """
        started = time.perf_counter()
        seeds = self._seeds(seed)
        rest = {key: value for key, value in (options or {}).items() if key != "reset_mask"}
        chosen = self._chosen((options or {}).get("reset_mask"))
        begun = together([partial(self.envs[i].reset, seed=seeds[i], options=rest) for i in chosen])
        infos: Infos = {}
        for i, (seen, info) in zip(chosen, begun, strict=True):
            self._seen[i] = seen
            infos = self._add_info(infos, info, i)
        self._over[chosen] = False
        return self._batch(), self._timed(infos, started)

    def step(self, actions: Any) -> tuple[Any, NDArray[Any], NDArray[Any], NDArray[Any], Infos]:
        """Act in all environments at once.

        Raises:
            InvalidAction: one of them is no action at all.
            ValueError: there is not one action for each environment.
            gymnasium.error.ResetNeeded: there is no episode.
        """
        started = time.perf_counter()
        each = list(iterate(self.action_space, actions))
        if len(each) != self.num_envs:
            raise ValueError(f"{len(each)} actions for {self.num_envs} environments: give one for each")
        results = together([self._call(i, action) for i, action in enumerate(each)])
        rewards = np.array([result[1] for result in results], dtype=np.float64)
        terminated = np.array([result[2] for result in results], dtype=np.bool_)
        truncated = np.array([result[3] for result in results], dtype=np.bool_)
        infos: Infos = {}
        for i, result in enumerate(results):
            self._seen[i] = result[0]
            infos = self._add_info(infos, result[4], i)
        self._over = terminated | truncated
        if self.autoreset_mode is AutoresetMode.SAME_STEP:
            self._over[:] = False
        return self._batch(), rewards, terminated, truncated, self._timed(infos, started)

    def render(self) -> tuple[Any, ...] | None:
        """What ``render_mode`` asks for, of each environment."""
        return tuple(together([env.render for env in self.envs])) if self.render_mode else None

    def close_extras(self, **kwargs: Any) -> None:
        """Close the pages; a shared browser ends with the process."""
        together([env.close for env in self.envs])

    def action_masks(self) -> NDArray[np.int8]:
        """Which of the choices of ``obs_mode="tensor"`` fit: 1 or 0 for each, a row for each environment."""
        return np.stack([env.action_masks() for env in self.envs])

    # -- parts

    def _call(self, i: int, action: Any) -> Callable[[], Stepped]:
        env = self.envs[i]
        if self._over[i] and self.autoreset_mode is AutoresetMode.NEXT_STEP:
            return partial(_begin, env)
        same = self.autoreset_mode is AutoresetMode.SAME_STEP
        return partial(_step_and_begin if same else _step, env, action)

    def _seeds(self, seed: int | Sequence[int | None] | None) -> list[int | None]:
        if seed is None:
            return [None] * self.num_envs
        if isinstance(seed, int | np.integer):
            return [int(seed) + i for i in range(self.num_envs)]
        if len(seed) != self.num_envs:
            raise ValueError(f"{len(seed)} seeds for {self.num_envs} environments: give one for each")
        return list(seed)

    def _chosen(self, mask: Any) -> list[int]:
        if mask is None:
            return list(range(self.num_envs))
        picked = np.asarray(mask)
        if picked.shape != (self.num_envs,) or picked.dtype != np.bool_ or not picked.any():
            raise ValueError(f"reset_mask={mask!r} is not possible: give {self.num_envs} booleans, one of them true")
        return [int(i) for i in np.flatnonzero(picked)]

    def _batch(self) -> Any:
        """All observations, in arrays that are new each time."""
        out: Any = create_empty_array(self.single_observation_space, self.num_envs)
        return concatenate(self.single_observation_space, self._seen, out)

    def _timed(self, infos: Infos, started: float) -> Infos:
        milliseconds = (time.perf_counter() - started) * 1000
        infos["step_ms"] = np.full(self.num_envs, milliseconds)
        infos["_step_ms"] = np.ones(self.num_envs, dtype=np.bool_)
        return infos


def _step(env: WebEnv, action: Any) -> Stepped:
    return env.step(action)


def _begin(env: WebEnv) -> Stepped:
    seen, info = env.reset()
    return seen, 0.0, False, False, info


def _step_and_begin(env: WebEnv, action: Any) -> Stepped:
    last, reward, terminated, truncated, final = env.step(action)
    if not (terminated or truncated):
        return last, reward, terminated, truncated, final
    seen, info = env.reset()
    return seen, reward, terminated, truncated, {**info, "final_obs": last, "final_info": final}
