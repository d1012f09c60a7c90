"""A policy on disk: a folder with ``config.json`` and ``weights.safetensors``; no pickle."""

from __future__ import annotations

from collections.abc import Mapping
from importlib.resources import files
from pathlib import Path
from typing import Any, TypeAlias

import msgspec
import numpy as np
from numpy.typing import NDArray
from safetensors import SafetensorError
from safetensors.numpy import load_file, save_file

from webagent.errors import CheckpointError
from webagent.policy.numerics import Floats, sigmoid
from webagent.policy.sizes import ModelConfig, shapes

__all__ = [
    "FORMAT_VERSION",
    "IDENTITY",
    "CheckpointConfig",
    "Honesty",
    "evidence",
    "honest",
    "read_checkpoint",
    "shipped_weights",
    "write_checkpoint",
]

FORMAT_VERSION = 4
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


def evidence(confidence: NDArray[Any]) -> NDArray[np.float64]:
    """What `honest` weighs of confidences [n] in [0, 1]: [n, 3]."""
    inside = np.clip(np.asarray(confidence, np.float64), _EDGE, 1 - _EDGE)
    return np.stack([np.log(inside), -np.log1p(-inside), np.ones_like(inside)], axis=-1)


def honest(confidence: NDArray[Any], honesty: Honesty) -> NDArray[np.float64]:
    """Beta calibration (Kull et al. 2017, https://proceedings.mlr.press/v54/kull17a.html) of confidences in [0, 1].

    It keeps their order: ``sigmoid(a log c - b log(1 - c) + shift)`` with a, b >= 0.
    """
    mended: NDArray[np.float64] = sigmoid(evidence(confidence) @ np.array(honesty))
    return mended


def shipped_weights() -> Path:
    """Folder of the weights inside the package."""
    return Path(str(files("webagent.policy") / "weights"))


def write_checkpoint(folder: Path, weights: Mapping[str, Floats], config: CheckpointConfig) -> None:
    """Write a checkpoint; the folder is made when it is missing."""
    folder.mkdir(parents=True, exist_ok=True)
    save_file({name: part.astype(np.float16) for name, part in weights.items()}, folder / "weights.safetensors")
    (folder / "config.json").write_bytes(msgspec.json.format(msgspec.json.encode(config), indent=2) + b"\n")


def read_checkpoint(folder: Path) -> tuple[dict[str, Floats], CheckpointConfig]:
    """Read a checkpoint: its weights by name, and its configuration.

    Raises:
        CheckpointError: it is missing, damaged, or of another format version.
    """
    config = _read_config(folder / "config.json")
    path = folder / "weights.safetensors"
    try:
        weights = {name: part.astype(np.float32) for name, part in load_file(path).items()}
    except FileNotFoundError:
        raise CheckpointError(f"{path} is missing; train a policy with: webagent train") from None
    except (SafetensorError, OSError) as error:
        first = str(error).splitlines()[0]
        raise CheckpointError(f"{path} cannot be read ({first}); copy or train it again") from None
    wanted = shapes(config.model)
    wrong = sorted(name for name in wanted | weights if name not in weights or weights[name].shape != wanted.get(name))
    if wrong:
        raise CheckpointError(f"{path} does not fit its config.json ({wrong[0]}); copy or train it again")
    return weights, config


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
