"""Between torch's network and a checkpoint."""

from __future__ import annotations

from pathlib import Path

import torch

from webagent.policy.checkpoint import CheckpointConfig, read_checkpoint, write_checkpoint
from webagent.policy.model import Network
from webagent.policy.numerics import Floats

__all__ = ["load_network", "save_network", "weights_of"]


def weights_of(network: Network) -> dict[str, Floats]:
    """Every parameter, by name."""
    return {name: tensor.numpy() for name, tensor in network.state_dict().items()}


def save_network(folder: Path, network: Network, config: CheckpointConfig) -> None:
    """Write a checkpoint; the folder is made when it is missing."""
    write_checkpoint(folder, weights_of(network), config)


def load_network(folder: Path) -> tuple[Network, CheckpointConfig]:
    """Read a checkpoint to go on learning.

    Raises:
        CheckpointError: it is missing, damaged, or of another format version.
    """
    weights, config = read_checkpoint(folder)
    network = Network(config.model)
    network.load_state_dict({name: torch.from_numpy(part) for name, part in weights.items()})
    return network.eval(), config
