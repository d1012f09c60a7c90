"""Examples as bytes and back: arrays end to end, words by their spelling, as ids differ from book to book."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import fields
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray
from safetensors.numpy import load, save

from webagent.learn.labels import Label
from webagent.policy.features import Sample
from webagent.policy.words import WordBook

__all__ = ["Packed", "pack", "unpack"]

_LEVEL = 3  # of zstd
_FIELDS = tuple(field.name for field in fields(Sample))
_LOCAL = ("tokens", "words")  # hold places in the vocabulary


Packed = tuple[Sample, Label, str, bool]
"""One example: sample, label, name of the task, whether it is kept from training."""


def pack(episodes: Sequence[Sequence[Packed]], names: Sequence[str], book: WordBook) -> bytes:
    """Episodes as bytes.

    Args:
        episodes: the examples of each.
        names: the task of each.
        book: gave the words their ids.
    """
    examples = [example for episode in episodes for example in episode]
    samples = [sample for sample, _, _, _ in examples]
    said = [sample.vocabulary for sample in samples]
    ids, local = np.unique(np.concatenate([np.zeros(1, np.int32), *said]), return_inverse=True)
    about = {
        "words": [book.word(int(id)) for id in ids],
        "episodes": [(name, len(episode)) for name, episode in zip(names, episodes, strict=True)],
        "examples": [(_plain(label), task, held_out) for _, label, task, held_out in examples],
    }
    arrays = {"about": np.frombuffer(json.dumps(about).encode(), np.uint8)}
    for name in _FIELDS if examples else ():
        parts = [getattr(sample, name) for sample in samples]
        arrays[name] = local.ravel()[1:].astype(np.int32) if name == "vocabulary" else np.concatenate(parts)
        arrays[f"{name} lengths"] = np.array([len(part) for part in parts], np.int64)
    content = save({name: np.ascontiguousarray(array) for name, array in arrays.items()})
    return len(content).to_bytes(8, "big") + bytes(pa.Codec("zstd", _LEVEL).compress(content, asbytes=True))


def unpack(content: bytes, book: WordBook, wanted: Callable[[int], bool]) -> list[tuple[str, list[Packed]]]:
    """Episodes by task, as they were packed.

    Args:
        content: what `pack` made.
        book: gives the words their ids.
        wanted: whether to take the episode of a number; of others only the task is told.
    """
    size = int.from_bytes(content[:8], "big")
    arrays = load(pa.Codec("zstd").decompress(content[8:], size, asbytes=True))
    about = json.loads(arrays["about"].tobytes())
    ids = np.array([book.id(word) for word in about["words"]], np.int32)
    parts = {name: _cut(arrays, name) for name in _FIELDS} if about["examples"] else {}
    episodes: list[tuple[str, list[Packed]]] = []
    first = 0
    for number, (name, count) in enumerate(about["episodes"]):
        rows = range(first, first + count) if wanted(number) else ()
        first += count
        examples: list[Packed] = []
        for row in rows:
            label, task, held_out = about["examples"][row]
            # Copies: a view of one keeps the arrays of all in memory.
            sample = Sample(**_in_book({field: part[row].copy() for field, part in parts.items()}, ids))
            examples.append((sample, _label(label), task, held_out))
        episodes.append((name, examples))
    return episodes


def _cut(arrays: dict[str, NDArray[Any]], name: str) -> list[NDArray[Any]]:
    return np.split(arrays[name], np.cumsum(arrays[f"{name} lengths"])[:-1])


def _in_book(parts: dict[str, NDArray[Any]], ids: NDArray[np.int32]) -> dict[str, NDArray[Any]]:
    """The parts of a sample whose vocabulary is in places of ``ids``: in ids, by their order."""
    vocabulary = ids[parts["vocabulary"]]
    order = np.argsort(vocabulary)
    places = np.empty(len(order), np.int16)
    places[order] = np.arange(len(order))
    return parts | {"vocabulary": vocabulary[order]} | {name: places[parts[name]] for name in _LOCAL}


def _plain(label: Label) -> dict[str, Any]:
    return {name: np.asarray(value).tolist() for name, value in label._asdict().items()}


def _label(plain: dict[str, Any]) -> Label:
    """A label again; what its parts are is told by what they are by default."""
    parts: dict[str, Any] = {}
    for name, default in Label._field_defaults.items():
        value = plain[name]
        if isinstance(default, np.ndarray):
            parts[name] = np.array(value, default.dtype).reshape(-1, *default.shape[1:])
        else:
            parts[name] = tuple(value) if isinstance(default, tuple) else value
    return Label(**parts)
