"""Elements and actions as Arrow columns, and back."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import msgspec
import pyarrow as pa

from webagent.data.ways import Target
from webagent_envs.spaces import ACTION_KINDS, Action, Answered, Element

__all__ = [
    "SCHEMA",
    "SINCE",
    "action_from",
    "dialogs_from",
    "elements_from",
    "elements_to",
    "plain_action",
    "schema_of",
    "targets_from",
]

_BOX = pa.list_(pa.float32(), 4)
_PAIR = pa.list_(pa.float32(), 2)
_TEXT = pa.string()
_NUMBER = pa.float64()

_ELEMENT = {
    "ref": pa.int32(),
    "parent": pa.int32(),
    "tag": _TEXT,
    "role": _TEXT,
    "name": _TEXT,
    "text": _TEXT,
    "value": _TEXT,
    "placeholder": _TEXT,
    "attributes": pa.map_(_TEXT, _TEXT),
    "box": _BOX,
    "scroll": _BOX,
    "checked": pa.bool_(),
    "selected": pa.bool_(),
    "focused": pa.bool_(),
    "disabled": pa.bool_(),
    "visible": pa.bool_(),
    "editable": pa.bool_(),
    "clickable": pa.bool_(),
    "in_viewport": pa.bool_(),
    "new": pa.bool_(),
    "color": _TEXT,
    "background": _TEXT,
}
_ACTION = {
    "kind": _TEXT,
    "ref": pa.int32(),
    "text": _TEXT,
    "keys": _TEXT,
    "option": _TEXT,
    "to": pa.int32(),
    "x": _NUMBER,
    "y": _NUMBER,
    "dx": _NUMBER,
    "dy": _NUMBER,
    "url": _TEXT,
    "index": pa.int32(),
    "seconds": _NUMBER,
    "modifiers": pa.list_(_TEXT),
    "button": _TEXT,
}
_TARGET = {
    "ref": pa.int32(),
    "ways": pa.list_(pa.struct([("kind", _TEXT), ("value", _TEXT), ("count", pa.int32())])),
    "box": _BOX,
    "near": pa.list_(_TEXT),
}
_DIALOG = [("type", _TEXT), ("message", _TEXT), ("accepted", pa.bool_()), ("text", _TEXT)]
_ELEMENT_TYPE = pa.struct(list(_ELEMENT.items()))
_ACTION_TYPE = pa.struct(list(_ACTION.items()))

SCHEMA = pa.schema(
    [
        ("episode_id", _TEXT),
        ("task", _TEXT),
        ("step", pa.int32()),
        ("command", _TEXT),
        ("url", _TEXT),
        ("title", _TEXT),
        ("viewport", _PAIR),
        ("scroll", _PAIR),
        ("elements", pa.list_(_ELEMENT_TYPE)),
        ("history", pa.list_(_ACTION_TYPE)),
        ("action", _ACTION_TYPE),
        ("success", pa.bool_()),
        ("source", _TEXT),
        ("targets", pa.list_(pa.struct(list(_TARGET.items())))),
        ("secret", pa.bool_()),
        ("seconds", _NUMBER),
        ("picture", pa.binary()),
        ("dialogs", pa.list_(pa.struct(_DIALOG))),
    ]
)
"""One row a step. Columns of an action that its kind does not have are null."""

SINCE = {"targets": 2, "secret": 2, "seconds": 2, "picture": 2, "dialogs": 3}
"""The format version that brought a column; those not named were there from the first."""
_BUTTON_SINCE = 3


def schema_of(version: int) -> pa.Schema:
    """The columns of a format version."""
    known = pa.schema([field for field in SCHEMA if SINCE.get(field.name, 1) <= version])
    if version >= _BUTTON_SINCE:
        return known
    action = pa.struct([field for field in _ACTION_TYPE if field.name != "button"])
    return known.set(known.get_field_index("history"), pa.field("history", pa.list_(action)))


def elements_to(tables: Sequence[Sequence[Element]]) -> pa.Array:
    """Element tables as one list column."""
    flat = [element for table in tables for element in table]
    offsets = [0]
    for table in tables:
        offsets.append(offsets[-1] + len(table))
    columns = []
    for name, kind in _ELEMENT.items():
        values = [getattr(element, name) for element in flat]
        if name == "attributes":
            values = [list(value.items()) for value in values]
        columns.append(pa.array(values, type=kind))
    structs = pa.StructArray.from_arrays(columns, fields=list(_ELEMENT_TYPE))
    return pa.ListArray.from_arrays(pa.array(offsets, pa.int32()), structs, type=SCHEMA.field("elements").type)


def elements_from(column: pa.ListArray) -> list[tuple[Element, ...]]:
    """The inverse of ``elements_to``."""
    structs = column.flatten()
    fields = [_values(structs.field(name), name) for name in _ELEMENT]
    names = tuple(_ELEMENT)
    flat = [Element(**dict(zip(names, row, strict=True))) for row in zip(*fields, strict=True)]
    ends = [0]
    for length in column.value_lengths().to_pylist():
        ends.append(ends[-1] + length)
    return [tuple(flat[start:end]) for start, end in pairwise(ends)]


def _values(column: pa.Array, name: str) -> list[Any]:
    if name == "attributes":
        keys, items = column.keys.to_pylist(), column.items.to_pylist()
        return [dict(zip(keys[a:b], items[a:b], strict=True)) for a, b in pairwise(column.offsets.to_pylist())]
    if name == "box":
        numbers = iter(column.flatten().to_pylist())
        return list(zip(numbers, numbers, numbers, numbers, strict=True))
    if name == "scroll":
        return [None if box is None else tuple(box) for box in column.to_pylist()]
    values: list[Any] = column.to_pylist()
    return values


def plain_action(action: Action) -> dict[str, Any]:
    """An action as a dictionary of its own fields."""
    plain: dict[str, Any] = msgspec.to_builtins(action)
    return plain


def action_from(row: dict[str, Any]) -> Action:
    """The inverse of ``plain_action``; columns that the kind does not have are ignored."""
    fields = ACTION_KINDS[row["kind"]].__struct_fields__
    plain = {name: row[name] for name in fields if row.get(name) is not None}
    action: Action = msgspec.convert({"kind": row["kind"], **plain}, Action)
    return action


def dialogs_from(rows: list[dict[str, Any]] | None) -> tuple[Answered, ...]:
    """Answered dialogs out of plain data; none where there is none."""
    return msgspec.convert(rows or (), tuple[Answered, ...])


def targets_from(rows: list[dict[str, Any]] | None) -> tuple[Target, ...]:
    """Targets out of plain data; none where there is none."""
    return msgspec.convert(rows or (), tuple[Target, ...])
