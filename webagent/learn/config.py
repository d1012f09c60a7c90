"""What decides a training run, and a practice. Kept apart, so that reading the options loads no torch."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

__all__ = ["FinetuneConfig", "PracticeConfig", "TrainConfig"]


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
    workers: int = field(default=1, metadata={"help": "processes, each with batches of its own; best one a core"})
    seed: int = field(default=0, metadata={"help": "of everything random"})


@dataclass(frozen=True, kw_only=True)
class PracticeConfig:
    """Everything that decides a practice."""

    out: Path = field(metadata={"help": "folder for the rounds; an interrupted practice in it goes on"})
    data: tuple[Path, ...] = field(metadata={"help": "datasets to go on learning from beside the successes"})
    start: Path | None = field(default=None, metadata={"help": "checkpoint folder to begin with; else the shipped one"})
    tasks: str = field(default="demos56", metadata={"help": "all, demos56, or names"})
    rounds: int = field(default=60, metadata={"help": "how often to act and then learn"})
    visits: int = field(default=12, metadata={"help": "tasks a round; those that now succeed and now fail come often"})
    starts: int = field(default=12, metadata={"help": "pages of each of them"})
    tries: int = field(default=6, metadata={"help": "attempts at a page, drawn as likely as the policy holds them"})
    further: int = field(default=50, metadata={"help": "odder attempts at a page where none of those succeeds"})
    keep: int = field(default=200, metadata={"help": "imitate at most this many last finds of a task"})
    updates: int = field(default=60, metadata={"help": "gradient steps a round"})
    learning_rate: float = field(default=2e-4, metadata={"help": "rate of AdamW, after a warm-up"})
    pages: int = field(default=8, metadata={"help": "episodes played at once"})
    input: Literal["trusted", "dom"] = field(default="trusted", metadata={"help": "how the pages are acted on"})
    workers: int = field(default=1, metadata={"help": "processes or Ray actors that play, a browser each"})
    ray: str = field(default="", metadata={"help": "play on this Ray cluster: auto, or its address"})
    seed: int = field(default=0, metadata={"help": "of everything random"})


@dataclass(frozen=True, kw_only=True)
class FinetuneConfig:
    """Everything that decides how memory is folded into weights."""

    out: Path = field(metadata={"help": "checkpoint folder to write"})
    memory: Path | None = field(default=None, metadata={"help": "what was taught; else webagent's memory"})
    data: tuple[Path, ...] = field(default=(), metadata={"help": "datasets not to forget; else pages are made for it"})
    start: Path | None = field(default=None, metadata={"help": "checkpoint folder to begin with; else the shipped one"})
    updates: int = field(default=300, metadata={"help": "gradient steps"})
    learning_rate: float = field(default=2e-4, metadata={"help": "peak rate of AdamW: warm-up, then down to 0"})
    seed: int = field(default=0, metadata={"help": "of everything random"})
