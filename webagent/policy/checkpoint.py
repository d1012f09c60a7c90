"""A policy on disk: a folder with ``config.json`` and ``weights.safetensors``; no pickle."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path
from typing import Any, TypeAlias

import msgspec
import torch
from safetensors import SafetensorError
from safetensors.torch import load_file, save_file
from torch import Tensor

from webagent.errors import CheckpointError
from webagent.policy.model import ModelConfig, Network

__all__ = [
    "FORMAT_VERSION",
    "IDENTITY",
    "CheckpointConfig",
    "Honesty",
    "honest",
    "load_network",
    "save_network",
    "shipped_weights",
]

FORMAT_VERSION = 3
Honesty: TypeAlias = tuple[float, float, float]
IDENTITY: Honesty = (1.0, 1.0, 0.0)
_EDGE = 1e-4


class CheckpointConfig(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What stands in ``config.json``.

    Attributes:
        format_version: of the folder; other versions are refused.
        model: sizes of the network, enough to build it again.
        temperature: divides the action logits so that confidences are calibrated (Guo et al. 2017,
            https://arxiv.org/abs/1706.04599).
        honesty: makes the confidence in an action honest, see `honest`.
        stop_threshold: in [0, 1]; above it the policy holds the command to be done.
        untried: kinds of action that nothing has shown to the network yet; drawn in practice only.
        training: how these weights were made: command line, data, seed, versions.
    """

    format_version: int
    model: ModelConfig
    temperature: float = 1.0
    honesty: Honesty = IDENTITY
    stop_threshold: float = 0.5
    untried: tuple[str, ...] = ()
    training: dict[str, Any] = {}


def honest(confidence: Tensor, honesty: Honesty | Tensor) -> Tensor:
    """Beta calibration (Kull et al. 2017, https://proceedings.mlr.press/v54/kull17a.html) of confidences in [0, 1].

    It keeps their order: ``sigmoid(a log c - b log(1 - c) + shift)`` with a, b >= 0.
    """
    a, b, shift = honesty
    inside = confidence.clamp(_EDGE, 1 - _EDGE)
    return torch.sigmoid(a * inside.log() - b * (1 - inside).log() + shift)


def shipped_weights() -> Path:
    """Folder of the weights inside the package."""
    return Path(str(files("webagent.policy") / "weights"))


def save_network(folder: Path, network: Network, config: CheckpointConfig) -> None:
    """Write a checkpoint; the folder is made when it is missing."""
    folder.mkdir(parents=True, exist_ok=True)
    halves = {name: tensor.detach().half().contiguous() for name, tensor in network.state_dict().items()}
    save_file(halves, folder / "weights.safetensors")
    (folder / "config.json").write_bytes(msgspec.json.format(msgspec.json.encode(config), indent=2) + b"\n")


def load_network(folder: Path) -> tuple[Network, CheckpointConfig]:
    """Read a checkpoint.

    Raises:
        CheckpointError: it is missing, damaged, or of another format version.
    """
    config = _read_config(folder / "config.json")
    network = Network(config.model)
    weights = folder / "weights.safetensors"
    try:
        network.load_state_dict({name: tensor.float() for name, tensor in load_file(weights).items()})
    except FileNotFoundError:
        raise CheckpointError(f"{weights} is missing; train a policy with: webagent train") from None
    except (SafetensorError, RuntimeError, OSError) as error:
        first = str(error).splitlines()[0]
        raise CheckpointError(f"{weights} cannot be read ({first}); copy or train it again") from None
    return network.eval(), config


def _read_config(path: Path) -> CheckpointConfig:
    try:
        raw = path.read_bytes()
    except OSError:
        raise CheckpointError(
            f"no checkpoint at {path.parent} (config.json is missing); give the folder that webagent train wrote"
        ) from None
    try:
        version = msgspec.json.decode(raw).get("format_version")
        if version == FORMAT_VERSION:
            return msgspec.json.decode(raw, type=CheckpointConfig)
    except (msgspec.DecodeError, AttributeError) as error:
        raise CheckpointError(f"{path} is damaged ({error}); copy or train it again") from None
    raise CheckpointError(
        f"{path} is of format version {version}, this webagent reads version {FORMAT_VERSION}; "
        "train the policy again, or install the webagent that made it"
    )
