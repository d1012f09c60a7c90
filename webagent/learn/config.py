"""What decides a training run. Kept apart from the training itself, so that reading its options loads no torch."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

__all__ = ["TrainConfig"]


@dataclass(frozen=True, kw_only=True)
class TrainConfig:
    """Everything that decides a training run; kept beside the weights."""

    data: tuple[Path, ...] = field(metadata={"help": "dataset folders, as written by webagent data import"})
    out: Path = field(metadata={"help": "checkpoint folder to write"})
    start: Path | None = field(default=None, metadata={"help": "checkpoint folder whose weights to start from"})
    updates: int = field(default=20_000, metadata={"help": "gradient steps"})
    batch: int = field(default=48, metadata={"help": "examples a gradient step"})
    learning_rate: float = field(default=1e-3, metadata={"help": "peak rate of AdamW: warm-up, then cosine to 1 %"})
    weight_decay: float = field(default=0.05, metadata={"help": "of AdamW"})
    balance: float = field(default=0.25, metadata={"help": "a task of n examples is drawn in proportion to n^balance"})
    per_task: int = field(default=0, metadata={"help": "at most this many episodes of each task; 0 = all"})
    width: int = field(default=128, metadata={"help": "width of the network"})
    layers: int = field(default=4, metadata={"help": "layers of the network"})
    seed: int = field(default=0, metadata={"help": "of everything random"})
