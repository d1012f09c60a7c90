"""Datasets in the formats of others: a Hugging Face dataset folder, and Minari."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from webagent.data.card import card_text
from webagent.data.columns import SCHEMA, SINCE
from webagent.data.dataset import read_episodes, read_info
from webagent.data.records import Episode, Step
from webagent.errors import DataError, UsageError
from webagent_envs.spaces import ACTION_KINDS, Action, Observation

__all__ = ["FORMATS", "export"]

_LONGEST = 1000  # characters of an action's text, for Minari
_ELEMENTS = 128  # rows of a page, for Minari
_AT_ONCE = 64  # episodes
_NOT_A_NAME = re.compile(r"[^\w-]+")


def export(folder: Path, out: Path, to: str) -> dict[str, Any]:
    """Write a dataset in another format.

    Args:
        folder: the dataset.
        out: a folder that does not exist or is empty.
        to: one of ``FORMATS``.

    Returns:
        ``{"path", "format", "episodes", "steps"}``.

    Raises:
        DataError: the dataset cannot be read, or ``out`` holds something.
        UsageError: what the format needs is not installed.
    """
    read_info(folder)
    if out.exists() and any(out.iterdir()):
        raise DataError(f"{out} is not empty; choose another folder, or empty it")
    out.mkdir(parents=True, exist_ok=True)
    episodes, steps = FORMATS[to](folder, out)
    return {"path": str(out), "format": to, "episodes": episodes, "steps": steps}


# -- Hugging Face


def _to_huggingface(folder: Path, out: Path) -> tuple[int, int]:
    """Parquet without maps, which the `datasets` library does not know, and a card that it reads."""
    (out / "data").mkdir()
    ids: set[str] = set()
    steps = 0
    shards = sorted((folder / "data").glob("*.parquet"))
    for number, shard in enumerate(shards):
        table = _unmapped(_completed(pq.read_table(shard)))
        ids.update(table["episode_id"].to_pylist())
        steps += table.num_rows
        pq.write_table(table, out / "data" / f"train-{number:05}-of-{len(shards):05}.parquet", compression="zstd")
    (out / "README.md").write_text(card_text(folder, out.resolve().name), "utf-8")
    shutil.copytree(folder / "meta", out / "meta")
    return len(ids), steps


def _completed(table: pa.Table) -> pa.Table:
    """An older version, with the columns that came since."""
    for field in SCHEMA:
        if field.name in SINCE and field.name not in table.schema.names:
            table = table.append_column(field, pa.nulls(table.num_rows, field.type))
    return table


def _unmapped(table: pa.Table) -> pa.Table:
    at = table.schema.get_field_index("elements")
    lists = table.column(at).combine_chunks()
    structs = lists.flatten()
    names = [field.name for field in structs.type]
    columns = [structs.field(name) for name in names]
    maps = columns[names.index("attributes")]
    pair = pa.StructArray.from_arrays([maps.keys, maps.items], names=["name", "value"])
    columns[names.index("attributes")] = pa.ListArray.from_arrays(maps.offsets, pair)
    lengths = lists.value_lengths().fill_null(0).to_numpy(zero_copy_only=False)
    offsets = pa.array(np.concatenate([[0], np.cumsum(lengths)]).astype(np.int32))
    rebuilt = pa.ListArray.from_arrays(offsets, pa.StructArray.from_arrays(columns, names=names))
    return table.set_column(at, "elements", rebuilt)


# -- Minari


def _to_minari(folder: Path, out: Path) -> tuple[int, int]:
    """Pages as arrays of fixed shape, as ``obs_mode="tensor"`` has them; actions as kind, rows and text."""
    try:
        import minari
        from minari.dataset.minari_storage import MinariStorage
    except ImportError:
        raise UsageError("Minari is not installed: python -m pip install 'webagent[minari]'") from None
    import gymnasium

    from webagent_envs.views import TensorView

    view = TensorView(_ELEMENTS)
    row = gymnasium.spaces.Discrete(_ELEMENTS + 1)
    text = gymnasium.spaces.Text(_LONGEST, min_length=0, charset="".join(sorted(_characters(folder))))
    actions = gymnasium.spaces.Dict(
        {"kind": gymnasium.spaces.Discrete(len(ACTION_KINDS)), "row": row, "text": text, "to": row}
    )
    storage = MinariStorage.new(out, observation_space=view.space, action_space=actions, data_format="arrow")
    buffers = (_buffer(episode, view) for episode in read_episodes(folder))
    while part := list(islice(buffers, _AT_ONCE)):
        storage.update_episodes(part)
    info = read_info(folder)
    storage.update_metadata(
        {
            "dataset_id": f"webagent/{_NOT_A_NAME.sub('-', folder.resolve().name) or 'export'}-v0",
            "minari_version": minari.__version__,
            "algorithm_name": str(info.get("source", "")),
            "description": f"Licence: {info.get('licence') or 'none given'}. Kinds: {', '.join(ACTION_KINDS)}.",
        }
    )
    (out / "README.md").write_text(card_text(folder, out.resolve().name), "utf-8")
    return int(storage.total_episodes), int(storage.total_steps)


def _characters(folder: Path) -> set[str]:
    """Every character that some action's text holds."""
    return {" "}.union(*(_said(step.action) for episode in read_episodes(folder) for step in episode.steps))


def _said(action: Action) -> str:
    """What an action types, presses, chooses, opens or says."""
    words = (getattr(action, name) for name in ("text", "keys", "option", "url") if hasattr(action, name))
    return next(words, "")[:_LONGEST]


def _buffer(episode: Episode, view: Callable[[Observation], dict[str, Any]]) -> Any:
    """One episode; the page after the last action was not recorded, so the last one seen stands there again."""
    from minari.data_collector import EpisodeBuffer

    pages = [view(step.observation) for step in episode.steps]
    pages.append(pages[-1])
    count = len(episode.steps)
    acts = [_row_action(step) for step in episode.steps]
    return EpisodeBuffer(
        observations={name: np.stack([page[name] for page in pages]) for name in pages[0]},
        actions={name: _column([act[name] for act in acts]) for name in acts[0]},
        rewards=[0.0] * (count - 1) + [float(episode.success)],
        terminations=[False] * (count - 1) + [True],
        truncations=[False] * count,
        options={"episode_id": episode.id, "task": episode.task, "command": episode.command},
    )


def _column(values: list[Any]) -> Any:
    return values if isinstance(values[0], str) else np.array(values)


def _row_action(step: Step) -> dict[str, Any]:
    """An action with rows of the page, counted from 1, where it has refs; 0 for none, and for what is too far down."""
    rows = {element.ref: row for row, element in enumerate(step.observation.elements[:_ELEMENTS], start=1)}
    where = {
        name: rows.get(getattr(step.action, attribute, 0), 0) for name, attribute in (("row", "ref"), ("to", "to"))
    }
    return {"kind": list(ACTION_KINDS).index(step.action.kind), **where, "text": _said(step.action)}


FORMATS: dict[str, Callable[[Path, Path], tuple[int, int]]] = {"huggingface": _to_huggingface, "minari": _to_minari}
"""What writes each format; it returns how many episodes and steps there are."""
