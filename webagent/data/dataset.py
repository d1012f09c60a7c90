"""The dataset format: a folder with ``meta/info.json`` and Parquet shards under ``data/``, one row a step.

``pandas.read_parquet(folder + "/data")`` reads it without this package.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

import msgspec
import pyarrow as pa
import pyarrow.parquet as pq

from webagent.data.columns import (
    SCHEMA,
    SINCE,
    action_from,
    dialogs_from,
    elements_from,
    elements_to,
    plain_action,
    targets_from,
)
from webagent.data.records import Episode, Step
from webagent.errors import DataError
from webagent_envs.spaces import Action, Observation

__all__ = ["FORMAT_VERSION", "Row", "read_episodes", "read_info", "read_rows", "upgrade", "write_info", "write_shard"]

FORMAT_VERSION = 3
_OLDEST = 1  # what came since then is looked up in `columns.SINCE`
_ROWS_AT_ONCE = 512


def write_shard(path: Path, episodes: Iterable[Episode]) -> int:
    """Write episodes as one Parquet file; the file appears only when it is complete.

    Returns:
        Number of rows (steps).
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_suffix(path.suffix + ".partial")
    rows = 0
    with pq.ParquetWriter(partial, SCHEMA, compression="zstd") as writer:
        for batch in _batches(episodes):
            writer.write_table(_table(batch))
            rows += len(batch)
    partial.replace(path)
    return rows


def _batches(episodes: Iterable[Episode]) -> Iterator[list[tuple[Episode, int]]]:
    batch: list[tuple[Episode, int]] = []
    for episode in episodes:
        batch += [(episode, index) for index in range(len(episode.steps))]
        if len(batch) >= _ROWS_AT_ONCE:
            yield batch
            batch = []
    if batch:
        yield batch


def _table(rows: list[tuple[Episode, int]]) -> pa.Table:
    steps = [episode.steps[index] for episode, index in rows]
    seen = [step.observation for step in steps]
    columns: dict[str, Any] = {
        "episode_id": [episode.id for episode, _ in rows],
        "task": [episode.task for episode, _ in rows],
        "step": [index for _, index in rows],
        "command": [page.instruction for page in seen],
        "url": [page.url for page in seen],
        "title": [page.title for page in seen],
        "viewport": [list(page.viewport) for page in seen],
        "scroll": [list(page.scroll) for page in seen],
        "elements": elements_to([page.elements for page in seen]),
        "history": [[plain_action(action) for action in page.actions] for page in seen],
        "action": [plain_action(step.action) for step in steps],
        "success": [episode.success for episode, _ in rows],
        "source": [episode.source for episode, _ in rows],
        "targets": [msgspec.to_builtins(step.targets) for step in steps],
        "secret": [step.secret for step in steps],
        "seconds": [step.seconds for step in steps],
        "picture": [step.picture or None for step in steps],
        "dialogs": [msgspec.to_builtins(step.dialogs) for step in steps],
    }
    return pa.Table.from_arrays([_array(columns[field.name], field.type) for field in SCHEMA], schema=SCHEMA)


def _array(values: Any, kind: pa.DataType) -> pa.Array:
    return values if isinstance(values, pa.Array) else pa.array(values, type=kind)


def write_info(path: Path, **facts: object) -> None:
    """Write ``meta/info.json`` of the dataset folder ``path``."""
    meta = path / "meta"
    meta.mkdir(parents=True, exist_ok=True)
    partial = meta / "info.partial"
    partial.write_text(json.dumps({"format_version": FORMAT_VERSION, **facts}, indent=1) + "\n", "utf-8")
    partial.replace(meta / "info.json")


def upgrade(path: Path) -> None:
    """Write the shards of a dataset again where they are of an older version, so that new ones may stand beside them.

    The version that ``meta/info.json`` tells is left to `write_info`.

    Raises:
        DataError: no dataset there, or a damaged shard.
    """
    if read_info(path)["format_version"] < FORMAT_VERSION:
        for shard in sorted((path / "data").glob("*.parquet")):
            write_shard(shard, list(_read_shard(shard, None, True)))


def read_info(path: Path) -> dict[str, Any]:
    """The contents of ``meta/info.json``.

    Raises:
        DataError: no dataset there, or one of another format version.
    """
    file = path / "meta" / "info.json"
    if not path.is_dir():
        raise DataError(f"{path}: no such folder; make a dataset with `webagent data import SOURCE --out {path}`")
    try:
        info = json.loads(file.read_text("utf-8"))
    except FileNotFoundError:
        raise DataError(
            f"{path} is no dataset (it has no meta/info.json): if an import was interrupted, run it again"
        ) from None
    except ValueError:
        raise DataError(f"{file} is damaged: run `webagent data import` again into an empty folder") from None
    version = info.get("format_version") if isinstance(info, dict) else None
    if not isinstance(version, int) or not _OLDEST <= version <= FORMAT_VERSION:
        raise DataError(
            f"{path} has format version {version}, this webagent reads versions {_OLDEST} to {FORMAT_VERSION}: "
            "import the data again, or use a newer webagent"
        )
    return dict(info)


def read_episodes(
    path: Path, *, tasks: Collection[str] | None = None, pictures: bool = False, shards: str = "*.parquet"
) -> Iterator[Episode]:
    """Stream the episodes of a dataset folder of any version, in the order of its shards.

    Args:
        path: the dataset folder.
        tasks: only these tasks.
        pictures: with the pictures of the steps.
        shards: only the files whose names fit.

    Raises:
        DataError: no dataset there, a later format version, or a damaged shard.
    """
    read_info(path)
    for shard in sorted((path / "data").glob(shards)):
        yield from _read_shard(shard, None if tasks is None else frozenset(tasks), pictures)


class Row(NamedTuple):
    """One step as it stands in a dataset, for whoever scores steps one by one.

    Attributes:
        task: as in the episode.
        step: what was seen and done.
        wording: kind of wording of the command; ``""`` when the dataset does not say.
        refs: elements that are right; the one that was acted on, unless the dataset names more.
    """

    task: str
    step: Step
    wording: str
    refs: tuple[int, ...]


def read_rows(path: Path, shards: str = "*.parquet") -> Iterator[Row]:
    """Stream the steps of the shards of a dataset folder whose names fit.

    Raises:
        DataError: no dataset there, another format version, no such shard, or a damaged one.
    """
    read_info(path)
    found = sorted((path / "data").glob(shards))
    if not found:
        raise DataError(f"{path}/data holds no {shards}; choose another split, or make the dataset again")
    for shard in found:
        with _reading(shard), pq.ParquetFile(shard) as file:
            columns = [*_columns(file, False), *({"wording"} & set(file.schema_arrow.names))]
            for batch in file.iter_batches(batch_size=_ROWS_AT_ONCE, columns=columns):
                wordings = batch.column("wording").to_pylist() if "wording" in columns else [""] * len(batch)
                for (row, step), wording in zip(_rows(batch, None), wordings, strict=True):
                    refs = row["action"].get("refs") or [getattr(step.action, "ref", 0)]
                    yield Row(row["task"], step, wording or "", tuple(refs))


@contextmanager
def _reading(shard: Path) -> Iterator[None]:
    """Say what is wrong with a shard that cannot be read."""
    try:
        yield
    except (pa.ArrowInvalid, msgspec.ValidationError, OSError, KeyError) as error:
        raise DataError(f"{shard} is cut short or damaged ({error}): delete it and run the import again") from None


def _read_shard(shard: Path, tasks: frozenset[str] | None, pictures: bool) -> Iterator[Episode]:
    open_rows: list[tuple[dict[str, Any], Step]] = []
    with _reading(shard), pq.ParquetFile(shard) as file:
        for batch in file.iter_batches(batch_size=_ROWS_AT_ONCE, columns=_columns(file, pictures)):
            for row in _rows(batch, tasks):
                if open_rows and row[0]["episode_id"] != open_rows[0][0]["episode_id"]:
                    yield _episode(open_rows)
                    open_rows = []
                open_rows.append(row)
    if open_rows:
        yield _episode(open_rows)


def _columns(file: pq.ParquetFile, pictures: bool) -> list[str]:
    """The columns to read: of an older version those that it has."""
    there = set(file.schema_arrow.names)
    wanted = [name for name in SCHEMA.names if pictures or name != "picture"]
    return [name for name in wanted if name in there or name not in SINCE]


def _rows(batch: pa.RecordBatch, tasks: frozenset[str] | None) -> Iterator[tuple[dict[str, Any], Step]]:
    names = batch.column("task").to_pylist()
    wanted = [i for i, name in enumerate(names) if tasks is None or name in tasks]
    if not wanted:
        return
    batch = batch.take(pa.array(wanted)) if len(wanted) < len(names) else batch
    tables = elements_from(batch.column("elements"))
    plain = [name for name in batch.schema.names if name != "elements"]
    columns = [batch.column(name).to_pylist() for name in plain]
    for elements, *values in zip(tables, *columns, strict=True):
        row = dict(zip(plain, values, strict=True))
        history: tuple[Action, ...] = tuple(map(action_from, row["history"]))
        observation = Observation(
            instruction=row["command"],
            url=row["url"],
            title=row["title"],
            viewport=tuple(row["viewport"]),
            scroll=tuple(row["scroll"]),
            elements=elements,
            actions=history,
        )
        yield (
            row,
            Step(
                observation,
                action_from(row["action"]),
                targets_from(row.get("targets")),
                bool(row.get("secret")),
                row.get("seconds") or 0.0,
                row.get("picture") or b"",
                dialogs_from(row.get("dialogs")),
            ),
        )


def _episode(rows: list[tuple[dict[str, Any], Step]]) -> Episode:
    first = rows[0][0]
    return Episode(
        id=first["episode_id"],
        task=first["task"],
        command=first["command"],
        steps=tuple(step for _, step in rows),
        success=first["success"],
        source=first["source"],
    )
