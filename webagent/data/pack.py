"""One plain dataset out of several, with fixed splits and a card: rows to train on and to score with no browser."""

from __future__ import annotations

import shutil
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import Any

from webagent.data.dataset import read_episodes, read_info, write_info, write_shard
from webagent.data.records import Episode
from webagent.data.splits import is_held_out
from webagent.errors import DataError

__all__ = ["SPLITS", "pack"]

SPLITS = ("train", "test")
_EPISODES = 1000  # a shard

_CARD = """---
license: {licence}
task_categories:
- other
tags:
- web-agents
- miniwob
configs:
- config_name: default
  data_files:
  - split: train
    path: data/train-*.parquet
  - split: test
    path: data/test-*.parquet
---

# Commands, pages and what people did

One row is one step of an episode: the command, the elements of the page as it was, and the action. Load it with
`pandas.read_parquet("data")` or `datasets.load_dataset("parquet", data_dir="data")`; train on it with
`webagent train --data DIR`, and score a policy, with no browser, with `webagent eval --offline DIR`.

| split | episodes | steps |
|---|---|---|
{splits}

An episode is in `test` by a checksum of its task and command, so the same command is never in both.
Made by webagent from: {sources}.

## Columns

`episode_id`, `task`, `step` (from 0), `command`, `url`, `title`, `viewport` (width, height), `scroll` (x, y),
`elements` (list of: ref, parent, tag, role, name, text, value, placeholder, attributes, box, scroll, checked, selected,
focused, disabled, visible, editable, clickable, in_viewport, new, color, background), `history` (the actions before),
`action` (kind, ref, text, keys, option, to, x, y, dx, dy, url, index, seconds, modifiers,
button; null where its kind has none), `success`, `source`; of recordings also `targets` (how to find the element
again), `secret`, `seconds`, `picture`, `dialogs` (what was answered).

## Episodes by task

| task | train | test |
|---|---|---|
{tasks}
"""


def pack(folders: Sequence[Path], out: Path) -> dict[str, Any]:
    """Write the successful episodes of some datasets as one, split and with a card.

    Args:
        folders: datasets, at least one.
        out: a folder that does not exist or is empty.

    Returns:
        ``{"path", "splits": {name: {"episodes", "steps"}}}``.

    Raises:
        DataError: a dataset cannot be read, or ``out`` holds something.
    """
    if out.exists() and any(out.iterdir()):
        raise DataError(f"{out} is not empty; choose another folder, or empty it")
    infos = [read_info(folder) for folder in folders]
    partial = out.with_name(f"{out.name}.partial")
    shutil.rmtree(partial, ignore_errors=True)
    counts: dict[str, Counter[str]] = {split: Counter() for split in SPLITS}
    steps: Counter[str] = Counter()
    for split in SPLITS:
        for number, episodes in enumerate(_shards(folders, split)):
            counts[split].update(episode.task or episode.source for episode in episodes)
            steps[split] += write_shard(partial / "data" / f"{split}-{number:05}.parquet", episodes)
    splits = {split: {"episodes": counts[split].total(), "steps": steps[split]} for split in SPLITS}
    sources = [str(info.get("source", folder.name)) for info, folder in zip(infos, folders, strict=True)]
    licences = sorted({str(info["licence"]) for info in infos if info.get("licence")})
    write_info(partial, source=", ".join(sources), licence=", ".join(licences), splits=splits)
    (partial / "README.md").write_text(_card(counts, splits, sources, licences), "utf-8")
    if out.exists():
        out.rmdir()
    partial.rename(out)
    return {"path": str(out), "splits": splits}


def _shards(folders: Sequence[Path], split: str) -> Iterator[list[Episode]]:
    wanted = (
        episode
        for folder in folders
        for episode in read_episodes(folder)
        if episode.success and is_held_out(episode) == (split == "test")
    )
    while part := list(islice(wanted, _EPISODES)):
        yield part


def _card(
    counts: dict[str, Counter[str]], splits: dict[str, dict[str, int]], sources: Sequence[str], licences: Sequence[str]
) -> str:
    tasks = sorted(set().union(*counts.values()))
    return _CARD.format(
        licence=licences[0].lower() if len(licences) == 1 else "other",
        splits="\n".join(f"| {name} | {row['episodes']:,} | {row['steps']:,} |" for name, row in splits.items()),
        sources=", ".join(sources),
        tasks="\n".join(f"| {task} | {counts['train'][task]} | {counts['test'][task]} |" for task in tasks),
    )
