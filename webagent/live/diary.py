"""The log of everything that was done, for the person it was done for: ``webagent log``."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any, Literal

import msgspec

from webagent.home import private_folder
from webagent.live.result import ActionRecord, Result

__all__ = ["Diary", "Entry", "read_diary"]

_FOLDER = "log"


class Entry(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One line of the log.

    Attributes:
        time: local time with its offset, in seconds.
        kind: an ``"act"``, or the ``"end"`` of a command.
        words: the act in words, or the command; with typed secrets masked.
        url: address of the page.
        tier: of an act: free, shown or asked.
        why: of an act: why it was asked about; of a command: what became of it, in a sentence.
        outcome: of a command: done, failed, unsure or refused; of an act: what went wrong.
    """

    time: str
    kind: Literal["act", "end"]
    words: str
    url: str = ""
    tier: str = ""
    why: str = ""
    outcome: str = ""


class Diary:
    """Writes the log, one line at once, into one file a month that only its owner can read."""

    def act(self, record: ActionRecord, url: str) -> None:
        """Note what was just done."""
        self._write(
            Entry(
                time=_now(),
                kind="act",
                words=record.words,
                url=url,
                tier=record.tier,
                why=record.why,
                outcome=record.error,
            )
        )

    def end(self, result: Result) -> None:
        """Note what became of a command."""
        about = {"words": result.command, "url": result.url, "why": result.reason, "outcome": result.outcome}
        self._write(Entry(time=_now(), kind="end", **about))

    def _write(self, entry: Entry) -> None:
        file = private_folder(_FOLDER) / f"{entry.time[:7]}.jsonl"
        descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        with os.fdopen(descriptor, "a", encoding="utf-8") as stream:
            stream.write(json.dumps(msgspec.to_builtins(entry), ensure_ascii=False) + "\n")


def read_diary(folder: Path) -> Iterator[Entry]:
    """The log, oldest first; a line that was only half written is left out.

    Args:
        folder: what ``webagent.home.home()`` gives.
    """
    for file in sorted((folder / _FOLDER).glob("*.jsonl")):
        for line in file.read_text(encoding="utf-8").splitlines():
            try:
                yield msgspec.json.decode(line, type=Entry)
            except msgspec.DecodeError:
                continue


def _now() -> str:
    return datetime.now().astimezone().isoformat(timespec="seconds")


def plain(entry: Entry) -> dict[str, Any]:
    """Plain data, for JSON."""
    found: dict[str, Any] = msgspec.to_builtins(entry)
    return found
