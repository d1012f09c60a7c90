"""A network that is being trained: optimizer, moving average of the weights, and all of it as one state to save."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import torch
from torch import Tensor
from torch.optim.swa_utils import AveragedModel

from webagent.learn.together import mean_gradients
from webagent.policy.model import Network

__all__ = ["Learner", "read_state", "write_state"]

_AVERAGE = 0.999
_CLIP = 1.0


class Learner:
    """Takes gradient steps.

    Attributes:
        network: the weights as they are.
    """

    def __init__(self, network: Network, learning_rate: float, weight_decay: float) -> None:
        self.network = network
        self._averaged = AveragedModel(network, avg_fn=_average)
        decayed = [p for p in network.parameters() if p.ndim > 1]
        plain = [p for p in network.parameters() if p.ndim <= 1]
        self._optimizer = torch.optim.AdamW(
            [{"params": decayed, "weight_decay": weight_decay}, {"params": plain, "weight_decay": 0.0}],
            lr=learning_rate,
            betas=(0.9, 0.98),
            fused=True,
        )

    @property
    def averaged_network(self) -> Network:
        """The network with the moving average of the weights, which generalises better than the last ones."""
        network = self._averaged.module
        assert isinstance(network, Network)
        return network

    def step(self, loss: Tensor, rate: float) -> None:
        """One gradient step at a learning rate."""
        for group in self._optimizer.param_groups:
            group["lr"] = rate
        self._optimizer.zero_grad(set_to_none=True)
        torch.autograd.backward(loss)
        mean_gradients(self.network)
        torch.nn.utils.clip_grad_norm_(self.network.parameters(), _CLIP)
        self._optimizer.step()
        self._averaged.update_parameters(self.network)

    def state(self) -> dict[str, Any]:
        """Everything that decides how it goes on, chance included."""
        return {
            "network": self.network.state_dict(),
            "averaged": self._averaged.state_dict(),
            "optimizer": self._optimizer.state_dict(),
            "torch_random": torch.get_rng_state(),
        }

    def restore(self, state: dict[str, Any]) -> None:
        """Go on from a `state`."""
        self.network.load_state_dict(state["network"])
        self._averaged.load_state_dict(state["averaged"])
        self._optimizer.load_state_dict(state["optimizer"])
        torch.set_rng_state(state["torch_random"])


def write_state(path: Path, state: dict[str, Any]) -> None:
    """Write a state so that there is a whole one at any moment."""
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_suffix(".part")
    torch.save(state, partial)
    partial.replace(path)


def read_state(path: Path) -> dict[str, Any]:
    """Read a state."""
    state: dict[str, Any] = torch.load(path, weights_only=True)
    return state


def _average(averaged: Tensor, new: Tensor, count: Tensor | int) -> Tensor:
    """Exponential moving average, with a shorter memory at the start."""
    keep = min(_AVERAGE, (1 + float(count)) / (10 + float(count)))
    return averaged.lerp(new, 1 - keep)
