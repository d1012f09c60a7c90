"""Is a dataset sound? Every problem is named by file, row and field."""

from __future__ import annotations

import math
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import msgspec
import pyarrow as pa
import pyarrow.parquet as pq

from webagent.data.columns import action_from, elements_from, schema_of
from webagent.data.dataset import read_info
from webagent_envs.spaces import ACTION_KINDS, Element

__all__ = ["Problem", "check"]

_ROWS_AT_ONCE = 256
_HISTORY = 32


class Problem(NamedTuple):
    """Something that is wrong with a dataset.

    Attributes:
        file: path below the dataset folder.
        row: number of the row in the file, from 0; ``None`` for the whole file.
        field: name of the column, with what is inside after dots.
        problem: what is wrong, in words.
    """

    file: str
    row: int | None
    field: str
    problem: str

    def __str__(self) -> str:
        return f"{self.file}{'' if self.row is None else f', row {self.row}'}, {self.field}: {self.problem}"


def check(folder: Path) -> Iterator[Problem]:
    """Look at every row of a dataset.

    Raises:
        DataError: there is no dataset.
    """
    info = read_info(folder)
    shards = sorted((folder / "data").glob("*.parquet"))
    if not shards:
        yield Problem("data", None, "*.parquet", "there is no such file: nothing was written here")
    seen: set[str] = set()
    for shard in shards:
        yield from _Shard(folder, shard, info["format_version"], seen).problems()


class _Shard:
    """One file.

    Args:
        folder: the dataset.
        path: of the file.
        version: of the format.
        seen: ids of the episodes in the files before; those of this one are added.
    """

    def __init__(self, folder: Path, path: Path, version: int, seen: set[str]) -> None:
        self._path = path
        self._name = str(path.relative_to(folder))
        self._version = version
        self._seen = seen
        self._before: dict[str, Any] | None = None

    def problems(self) -> Iterator[Problem]:
        try:
            file = pq.ParquetFile(self._path)
        except (pa.ArrowInvalid, OSError) as error:
            yield Problem(self._name, None, "*", f"it cannot be read ({error}): delete it, or write it again")
            return
        with file:
            wrong = list(self._columns(file.schema_arrow))
            yield from wrong
            if wrong:
                return
            row = 0
            for batch in file.iter_batches(batch_size=_ROWS_AT_ONCE):
                yield from self._batch(batch, row)
                row += len(batch)

    def _columns(self, there: pa.Schema) -> Iterator[Problem]:
        for field in schema_of(self._version):
            index = there.get_field_index(field.name)
            if index < 0:
                yield Problem(self._name, None, field.name, "the column is missing")
            elif field.name != "action" and there.field(index).type != field.type:
                kinds = f"it holds {there.field(index).type}, and should hold {field.type}"
                yield Problem(self._name, None, field.name, kinds)

    def _batch(self, batch: pa.RecordBatch, first: int) -> Iterator[Problem]:
        try:
            tables = elements_from(batch.column("elements"))
        except (msgspec.ValidationError, TypeError, ValueError) as error:
            yield Problem(self._name, first, "elements", str(error))
            return
        rows = batch.drop_columns(["elements"]).to_pylist()
        for number, (row, elements) in enumerate(zip(rows, tables, strict=True), start=first):
            for field, problem in self._row(row, elements):
                yield Problem(self._name, number, field, problem)
            self._before = row

    def _row(self, row: dict[str, Any], elements: tuple[Element, ...]) -> Iterator[tuple[str, str]]:
        yield from self._order(row)
        yield from _page(row, elements)
        refs = {element.ref for element in elements}
        yield from _action(row, refs)
        for index, target in enumerate(row.get("targets") or ()):
            if target["ref"] not in refs:
                yield f"targets.{index}.ref", f"element {target['ref']} is not among the elements"
        told = (row["action"] or {}).get("text") or ""
        if row.get("secret") and told.strip("•") and not _is_file(row, elements):
            yield "action.text", "the step is secret, and the text is there all the same"

    def _order(self, row: dict[str, Any]) -> Iterator[tuple[str, str]]:
        name, before = row["episode_id"], self._before
        if not name:
            yield "episode_id", "it is empty"
        if before is None or before["episode_id"] != name:
            if name in self._seen:
                yield "episode_id", f"episode {name} stands in two places: its rows must follow one another"
            self._seen.add(name)
            if row["step"] != 0:
                yield "step", f"the first step of an episode must be 0, and is {row['step']}"
            return
        if row["step"] != before["step"] + 1:
            yield "step", f"it must be {before['step'] + 1} after {before['step']}, and is {row['step']}"
        for field in ("task", "command", "success", "source"):
            if row[field] != before[field]:
                yield field, f"{row[field]!r} differs from {before[field]!r} of the step before"


def _is_file(row: dict[str, Any], elements: tuple[Element, ...]) -> bool:
    ref = row["action"]["ref"]
    return any(one.ref == ref and one.attributes.get("type") == "file" for one in elements)


def _page(row: dict[str, Any], elements: tuple[Element, ...]) -> Iterator[tuple[str, str]]:
    if not (row["command"] or "").strip():
        yield "command", "it is empty"
    for field in ("viewport", "scroll"):
        if not _finite(row[field], 2):
            yield field, f"{row[field]} are not two numbers"
    known = {0}
    for index, element in enumerate(elements):
        where = f"elements.{index}"
        if element.ref <= 0 or element.ref in known:
            yield f"{where}.ref", f"{element.ref} is not a number above 0 of its own"
        if element.parent not in known:
            yield f"{where}.parent", f"element {element.parent} does not stand before it"
        if not _finite(element.box, 4):
            yield f"{where}.box", f"{element.box} are not four numbers"
        if not element.tag:
            yield f"{where}.tag", "it is empty"
        known.add(element.ref)


def _finite(numbers: Any, count: int) -> bool:
    return numbers is not None and len(numbers) == count and all(n is not None and math.isfinite(n) for n in numbers)


def _action(row: dict[str, Any], refs: set[int]) -> Iterator[tuple[str, str]]:
    action = row["action"]
    if action is None or action.get("kind") not in ACTION_KINDS:
        yield "action.kind", f"{action and action.get('kind')!r} is none of {', '.join(ACTION_KINDS)}"
        return
    try:
        action_from(action)
    except msgspec.ValidationError as error:
        yield "action", f"it is no {action['kind']}: {error}"
    for field in ("ref", "to"):
        if action.get(field) and action[field] not in refs:
            yield f"action.{field}", f"element {action[field]} is not among the elements"
    expected = min(row["step"], _HISTORY)
    if len(row["history"] or ()) != expected:
        yield "history", f"it holds {len(row['history'] or ())} actions, and should hold {expected}"
