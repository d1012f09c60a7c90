"""Memory: the demonstrations that were taught, each in a file of its own, beside the weights."""

from __future__ import annotations

import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import msgspec

from webagent.data.card import write_card
from webagent.data.dataset import read_episodes, read_info, upgrade, write_info, write_shard
from webagent.data.records import Episode
from webagent.errors import DataError
from webagent.home import home, private_folder

__all__ = ["Memory"]

_SOURCE = "taught"
_NAME = "memory"


class Memory:
    """A dataset folder, one shard an episode, so that one can be forgotten without touching the others.

    Args:
        folder: by default ``memory`` below ``WEBAGENT_HOME``.
    """

    def __init__(self, folder: Path | None = None) -> None:
        self.folder = folder or home() / _NAME
        self._is_ours = folder is None
        self._known: dict[Path, tuple[int, Episode]] = {}

    def add(self, source: Path) -> list[str]:
        """Take in the episodes of a dataset that did what was asked for; their ids.

        Raises:
            DataError: there is none.
        """
        added = []
        info = read_info(source)
        if self._is_ours:
            private_folder(_NAME)
        if self._info():
            upgrade(self.folder)
        for episode in read_episodes(source):
            if episode.success and episode.steps:
                write_shard(self._file(episode.id), [episode])
                added.append(episode.id)
        if not added:
            raise DataError(f"{source} holds no finished episode: record one with `webagent record`")
        self._note(licence=str(info.get("licence", "")), consent=str(info.get("consent", "")))
        return added

    def episodes(self) -> list[Episode]:
        """Everything that is known, oldest first. Files that have not changed are not read again."""
        found = []
        for path in sorted((self.folder / "data").glob("*.parquet")):
            changed = path.stat().st_mtime_ns
            known = self._known.get(path)
            if known is None or known[0] != changed:
                known = self._known[path] = changed, self._read(path)
            found.append(known[1])
        return found

    def _read(self, path: Path) -> Episode:
        name = path.name.removesuffix(".parquet")
        return next(iter(read_episodes(self.folder, shards=f"{_escaped(name)}.parquet")))

    def get(self, name: str) -> Episode:
        """The episode of this id, or the only one whose id begins so.

        Raises:
            DataError: there is none, or several.
        """
        hits = [episode for episode in self.episodes() if episode.id.startswith(name)]
        exact = [episode for episode in hits if episode.id == name]
        if len(exact or hits) != 1:
            what = "nothing" if not hits else f"{len(hits)} things"
            raise DataError(f"memory holds {what} called {name}; `webagent memory list` says what there is")
        return (exact or hits)[0]

    def remove(self, name: str) -> str:
        """Forget an episode; its id. Raises as `get` does."""
        upgrade(self.folder)
        episode = self.get(name)
        self._file(episode.id).unlink()
        self._note()
        return episode.id

    def edit(self, name: str, command: str) -> Episode:
        """Give an episode another command. Raises as `get` does."""
        upgrade(self.folder)
        episode = self.get(name)
        steps = tuple(
            msgspec.structs.replace(step, observation=msgspec.structs.replace(step.observation, instruction=command))
            for step in episode.steps
        )
        changed = msgspec.structs.replace(episode, command=command, steps=steps)
        write_shard(self._file(episode.id), [changed])
        self._note()
        return changed

    def export(self, out: Path, names: Sequence[str] = ()) -> int:
        """Write episodes as a dataset of their own; how many. All of them when none is named.

        Raises:
            DataError: ``out`` is not empty, or one of them is not there.
        """
        if out.exists() and any(out.iterdir()):
            raise DataError(f"{out} is not empty; choose another folder, or empty it")
        wanted = [self.get(name) for name in names] or self.episodes()
        for episode in wanted:
            write_shard(out / "data" / self._file(episode.id).name, [episode])
        facts = {name: value for name, value in self._info().items() if name != "format_version"}
        write_info(out, **{**facts, "source": _SOURCE, "episodes": len(wanted)})
        write_card(out)
        return len(wanted)

    def _file(self, name: str) -> Path:
        safe = "".join(character if character.isalnum() or character in "-_" else "_" for character in name)
        return self.folder / "data" / f"{safe}.parquet"

    def _info(self) -> dict[str, Any]:
        return read_info(self.folder) if (self.folder / "meta" / "info.json").exists() else {}

    def _note(self, **more: str) -> None:
        old = {name: value for name, value in self._info().items() if name != "format_version"}
        facts = {**old, **{name: value for name, value in more.items() if value}}
        facts |= {"source": _SOURCE, "changed": time.strftime("%Y-%m-%d")}
        write_info(self.folder, **{**facts, "episodes": len(list((self.folder / "data").glob("*.parquet")))})


def _escaped(name: str) -> str:
    return "".join(f"[{character}]" if character in "*?[" else character for character in name)
