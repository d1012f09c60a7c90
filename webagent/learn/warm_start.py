"""A trained policy inside Stable-Baselines3: PPO goes on from what the demonstrations taught.

What an agent chooses here is the policy's own choice, an element and a kind of action; what the action says besides
(the text, the key, the distance) is filled in by the checkpoint, which stays as it is.

Needs ``pip install 'webagent[rl]'``. Letters: B batch, E elements, L tokens, U distinct words, K kinds, P kinds that
name no element, D width.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any, cast

import numpy as np
import torch
from gymnasium import spaces
from numpy.typing import NDArray
from sb3_contrib.common.maskable.policies import MaskableActorCriticPolicy
from stable_baselines3.common.policies import ActorCriticPolicy
from stable_baselines3.common.torch_layers import BaseFeaturesExtractor
from stable_baselines3.common.vec_env.base_vec_env import VecEnvIndices, VecEnvStepReturn
from torch import Tensor

from webagent.learn.reinforce import NEVER, PointingPolicy, SB3VecEnv
from webagent.learn.weights import load_network
from webagent.policy.actions import BROWSER_KINDS, KIND_GROUPS, KINDS, PAGE_KINDS
from webagent.policy.batch import Batch, relate
from webagent.policy.checkpoint import shipped_weights
from webagent.policy.command import STEP_FEATURES, TOKEN_FEATURES
from webagent.policy.features import ELEMENT_FEATURES, KIND_COLUMNS, MAX_TOKENS, WORD_SLOTS, featurize
from webagent.policy.padding import Padded, pad
from webagent.policy.policy import Policy
from webagent.policy.tree import ANCESTORS
from webagent.policy.words import NGRAMS, WordBook
from webagent_envs.spaces import Observation

__all__ = ["CHOICES", "ELEMENTS", "MaskableWarmPolicy", "NetworkFeatures", "PolicyVecEnv", "WarmPolicy"]

ELEMENTS = 64
"""E: candidates of a page that can be chosen; those behind them are left out."""
CHOICES = ELEMENTS * len(KINDS) + len(PAGE_KINDS)
"""How many choices there are: element times kind, then the kinds that name no element."""
_WORDS = 384  # distinct words of a page with its command

_SIZES: dict[str, tuple[int, ...]] = {
    "rows": (_WORDS,),
    "ngrams": (_WORDS, NGRAMS),
    "numbers": (_WORDS,),
    "ordinals": (_WORDS,),
    "tokens": (MAX_TOKENS,),
    "token_features": (MAX_TOKENS, TOKEN_FEATURES),
    "token_mask": (MAX_TOKENS,),
    "command_lengths": (),
    "words": (ELEMENTS, WORD_SLOTS),
    "tags": (ELEMENTS,),
    "roles": (ELEMENTS,),
    "families": (ELEMENTS,),
    "numeric": (ELEMENTS, ELEMENT_FEATURES),
    "quantities": (ELEMENTS,),
    "said_quantities": (MAX_TOKENS,),
    "boxes": (ELEMENTS, 4),
    "ancestors": (ELEMENTS, ANCESTORS),
    "container_sizes": (ELEMENTS, ANCESTORS),
    "kinds": (ELEMENTS, KIND_COLUMNS),
    "element_mask": (ELEMENTS,),
    "step": (STEP_FEATURES,),
}
"""Shape of each part of a `Padded` page, without the first axis."""
_WHOLE = frozenset({"rows", "ngrams", "tokens", "command_lengths", "words", "tags", "roles", "families", "ancestors"})
_TRUTHS = frozenset({"ordinals", "token_mask", "kinds", "element_mask"})


_ON_THE_PAGE = np.array([kind not in BROWSER_KINDS for kind in PAGE_KINDS], np.bool_)


class PolicyVecEnv(SB3VecEnv):
    """Many pages in one browser, as the policy's network reads them: observations are the parts of a `Padded` page.

    Args:
        task: name of a MiniWoB++ task; ``""`` for a page of one's own.
        num_envs: how many pages.
        checkpoint: folder of the policy that fills in texts, keys and distances; the shipped one by default.
        settings: of every `WebEnv`, except ``obs_mode``.
    """

    def __init__(self, task: str, num_envs: int, *, checkpoint: Path | str | None = None, **settings: Any) -> None:
        super().__init__(task, num_envs, obs_mode="elements", **settings)
        self.observation_space = spaces.Dict(
            {name: spaces.Box(-np.inf, np.inf, size, np.float32) for name, size in _SIZES.items()}
        )
        self.action_space = spaces.Discrete(CHOICES)
        self._policy = Policy.load(checkpoint)
        self._book = WordBook()
        self._seen: Sequence[Observation] = ()
        self._masks: NDArray[np.bool_] = np.zeros((num_envs, CHOICES), np.bool_)

    def reset(self) -> Any:
        """Begin an episode on every page; what is seen, stacked."""
        self._seen = super().reset()
        return self._stack()

    def step_async(self, actions: NDArray[Any]) -> None:
        """Turn the choices into actions, and note them."""
        chosen = [divmod(int(action), len(KINDS)) for action in actions]
        self._chosen = tuple(
            self._policy.fill_in(
                self._seen,
                [(place, (PAGE_KINDS if place == ELEMENTS else KINDS)[number]) for place, number in chosen],
            )
        )

    def step_wait(self) -> VecEnvStepReturn:
        """Do it on all pages at once; where an episode ends, the next begins."""
        seen, rewards, dones, told = super().step_wait()
        self._seen = cast("Sequence[Observation]", seen)
        for info in told:
            if "terminal_observation" in info:
                info["terminal_observation"] = self._read(info["terminal_observation"])[0]
        return self._stack(), rewards, dones, told

    def env_method(self, method_name: str, *args: Any, indices: VecEnvIndices = None, **kwargs: Any) -> list[Any]:
        """Call a method of each `WebEnv`; ``action_masks`` says which choices fit the page."""
        if method_name == "action_masks":
            return [self._masks[i] for i in self._get_indices(indices)]
        return super().env_method(method_name, *args, indices=indices, **kwargs)

    def _stack(self) -> dict[str, NDArray[np.float32]]:
        each = [self._read(seen) for seen in self._seen]
        self._masks = np.stack([mask for _, mask in each])
        return {name: np.stack([parts[name] for parts, _ in each]) for name in _SIZES}

    def _read(self, seen: Observation) -> tuple[dict[str, NDArray[np.float32]], NDArray[np.bool_]]:
        """One observation as arrays of fixed shape, and which choices fit it: [CHOICES]."""
        if len(self._book) > 1_000_000:
            self._book = WordBook()
        page = pad([featurize(seen, self._book)], self._book)
        parts = {name: np.zeros(size, np.float32) for name, size in _SIZES.items()}
        for name, part in parts.items():
            whole = getattr(page, name)[0]
            kept = tuple(slice(0, min(have, room)) for have, room in zip(whole.shape, part.shape, strict=True))
            part[kept] = whole[kept]
        # A word that found no room is as good as none.
        for name in ("tokens", "words"):
            parts[name][parts[name] >= _WORDS] = 0
        fits = parts["kinds"][:, list(KIND_GROUPS)] * parts["element_mask"][:, None] > 0
        return parts, np.concatenate([fits.ravel(), _ON_THE_PAGE])


class NetworkFeatures(BaseFeaturesExtractor):
    """The policy's network: scores of all choices, then what it makes of the page.

    Args:
        observation_space: of `PolicyVecEnv`.
        choices: CHOICES.
        checkpoint: folder to begin with; the shipped weights by default.
    """

    def __init__(self, observation_space: spaces.Dict, choices: int, checkpoint: Path | str | None = None) -> None:
        network, _ = load_network(Path(checkpoint) if checkpoint else shipped_weights())
        super().__init__(observation_space, choices + network.config.width)
        self.network = network

    def train(self, mode: bool = True) -> NetworkFeatures:
        """Learn, but without dropout: what is learned from must be as likely as when it was drawn."""
        super().train(mode)
        self.network.eval()
        return self

    def forward(self, seen: dict[str, Tensor]) -> Tensor:
        """Scores, then the mean state of the elements: [B, CHOICES + D]."""
        batch = _batch(seen)
        scores = self.network(batch)
        mask = batch.element_mask[..., None]
        page = (scores.elements * mask).sum(1) / mask.sum(1).clamp(min=1)
        actions = torch.nn.functional.pad(
            scores.actions, (0, 0, 0, ELEMENTS - scores.actions.shape[1]), value=NEVER
        ).flatten(1)
        return torch.cat([actions, scores.page, page], dim=1)


def _batch(seen: dict[str, Tensor]) -> Batch[Tensor]:
    """The arrays of `PolicyVecEnv` as the network takes them, cut to the longest of the batch."""
    arrays = {name: seen[name].numpy() for name in _SIZES}
    longest = {
        _WORDS: int((arrays["ngrams"].max(2) > 0).sum(1).max()) + 1,
        MAX_TOKENS: max(1, int(arrays["token_mask"].sum(1).max())),
        ELEMENTS: max(1, int(arrays["element_mask"].sum(1).max())),
    }
    parts = {}
    for name, size in _SIZES.items():
        part = arrays[name] if size else arrays[name].ravel()  # of a number, SB3 makes a vector of one
        if size and name != "step":
            part = part[:, : longest[size[0]]]
        parts[name] = part.astype(np.int64 if name in _WHOLE else np.bool_ if name in _TRUTHS else np.float32)
    return relate(Padded(**parts)).map(torch.from_numpy)


class WarmPolicy(PointingPolicy, ActorCriticPolicy):
    """For `stable_baselines3.PPO` and `A2C`: the checkpoint's scores are the logits to begin with."""

    extractor = NetworkFeatures


class MaskableWarmPolicy(PointingPolicy, MaskableActorCriticPolicy):
    """For `sb3_contrib.MaskablePPO`: the same, and what does not fit the page is never chosen."""

    extractor = NetworkFeatures
