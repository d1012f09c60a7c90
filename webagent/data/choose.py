"""One episode out of a folder."""

from __future__ import annotations

from pathlib import Path

from webagent.data.dataset import read_episodes
from webagent.data.records import Episode
from webagent.errors import DataError

__all__ = ["choose_episode"]


def choose_episode(folder: Path, name: str | None = None) -> Episode:
    """The episode of this id, or the last one of the folder that did what was asked for.

    Raises:
        DataError: there is none.
    """
    last: Episode | None = None
    for episode in read_episodes(folder):
        if name == episode.id:
            return episode
        if name is None and episode.success:
            last = episode
    if last is None:
        what = f"no episode {name}" if name else "no finished episode"
        raise DataError(f"{folder} holds {what}; `webagent data info {folder}` says what there is")
    return last
