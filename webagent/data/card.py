"""The card of a dataset: what it holds, where it comes from, who agreed, and under which licence."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

from webagent.data.dataset import read_info

__all__ = ["card_text", "write_card"]

_UNSAID = "none was given: ask whoever recorded it before using it for anything else"

_CARD = """---
license: {spdx}
tags:
- web-agents
- demonstrations
configs:
- config_name: default
  data_files: data/*.parquet
---

# {title}

{episodes} episodes, {steps} steps, format version {version}. One row is one step: the command, the elements of the
page as it was just before, and what was done.

| | |
|---|---|
| source | {source} |
| consent | {consent} |
| licence | {licence} |
| made with | {made_with} |

Passwords, and fields that were chosen to be kept private, were never written down: `secret` marks the steps where
something was typed that is not here. Read it with `pandas.read_parquet("data")`, look at it with `webagent view DIR`.

| command | episodes |
|---|---|
{commands}
"""
_LISTED = 40


def write_card(folder: Path) -> None:
    """Write ``README.md`` of a dataset folder."""
    (folder / "README.md").write_text(card_text(folder, folder.resolve().name), "utf-8")


def card_text(folder: Path, title: str) -> str:
    """The card of a dataset folder, from its ``meta/info.json`` and its rows."""
    info = read_info(folder)
    counts, steps = Counter[str](), 0
    for shard in sorted((folder / "data").glob("*.parquet")):
        table = pq.read_table(shard, columns=["episode_id", "command", "step"])
        steps += table.num_rows
        rows = zip(table["command"].to_pylist(), table["step"].to_pylist(), strict=True)
        counts.update(command for command, step in rows if step == 0)
    return _text(title, info, counts, steps)


def _text(title: str, info: dict[str, Any], counts: Counter[str], steps: int) -> str:
    licence = str(info.get("licence") or "")
    listed = [f"| {_cell(command)} | {count} |" for command, count in counts.most_common(_LISTED)]
    if len(counts) > _LISTED:
        others = counts.total() - sum(count for _, count in counts.most_common(_LISTED))
        listed.append(f"| and {len(counts) - _LISTED} others | {others} |")
    return _CARD.format(
        title=title,
        spdx=licence.lower() if licence and " " not in licence else "other",
        episodes=sum(counts.values()),
        steps=steps,
        version=info["format_version"],
        source=info.get("source", ""),
        consent=info.get("consent") or _UNSAID,
        licence=licence or _UNSAID,
        made_with=info.get("made_with", ""),
        commands="\n".join(listed),
    )


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ")
