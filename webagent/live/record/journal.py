"""An episode on disk while it is recorded: each change is written at once, so a crash costs one step at most.

One JSON object a line: the first says which episode it is, ``{"step": i, …}`` sets a step (again), ``{"steps": n}``
drops those from n on. A last line that was cut short is passed over.
"""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import msgspec

from webagent.data.records import Step

__all__ = ["Journal", "Journaled", "read_journal"]


class Journaled(msgspec.Struct, kw_only=True):
    """What a journal says.

    Attributes:
        id: of the episode.
        command: what was asked for, with nothing secret in it.
        started: when, in seconds of `time.time`.
        task: of the environment; ``""`` for none.
        url: of the page where it began.
        steps: as they stand.
    """

    id: str
    command: str
    started: float
    task: str = ""
    url: str = ""
    steps: list[Step] = []


class Journal:
    """Writes an episode, and takes it up again where a crash left it.

    Args:
        path: of the file.
        episode: what it says so far; its steps are brought up to date.
    """

    def __init__(self, path: Path, episode: Journaled) -> None:
        self.path = path
        self.episode = episode
        path.parent.mkdir(parents=True, exist_ok=True)
        self._rewrite()

    def keep(self, steps: list[Step]) -> None:
        """These are the steps now; what has changed is on disk when this returns."""
        known = self.episode.steps
        same = 0
        while same < min(len(known), len(steps)) and known[same] is steps[same]:
            same += 1
        lines = [_step_line(index, step) for index, step in enumerate(steps[same:], start=same)]
        if len(steps) < len(known):
            lines.append(json.dumps({"steps": len(steps)}).encode())
        self.episode.steps = list(steps)
        if lines:
            self._append(lines)

    def call_it(self, command: str) -> None:
        """The command has another wording: nothing of the old one stays on disk."""
        if command != self.episode.command:
            self.episode.command = command
            self._rewrite()

    def remove(self) -> None:
        """The episode is on disk elsewhere, or not wanted."""
        self.path.unlink(missing_ok=True)

    def _append(self, lines: list[bytes]) -> None:
        with self.path.open("ab") as file:
            file.write(b"".join(line + b"\n" for line in lines))
            file.flush()
            os.fsync(file.fileno())

    def _rewrite(self) -> None:
        partial = self.path.with_suffix(".partial")
        head = msgspec.to_builtins(self.episode)
        del head["steps"]
        lines = [json.dumps(head).encode(), *(_step_line(i, step) for i, step in enumerate(self.episode.steps))]
        with os.fdopen(os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
            file.write(b"".join(line + b"\n" for line in lines))
            file.flush()
            os.fsync(file.fileno())
        partial.replace(self.path)


def _step_line(index: int, step: Step) -> bytes:
    return msgspec.json.encode({"step": index, "is": step})


def read_journal(path: Path) -> Journaled | None:
    """What a journal says; none when not even its first line is whole."""
    episode: Journaled | None = None
    for line in path.read_bytes().split(b"\n"):
        try:
            news: dict[str, Any] = json.loads(line)
            if episode is None:
                episode = msgspec.convert(news, Journaled)
            elif "steps" in news:
                del episode.steps[news["steps"] :]
            else:
                episode.steps[news["step"] :] = [msgspec.json.decode(json.dumps(news["is"]), type=Step)]
        except (ValueError, KeyError, msgspec.ValidationError):
            continue  # cut short by a crash
    return episode
