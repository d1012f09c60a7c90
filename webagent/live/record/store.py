"""The folder of recordings: finished episodes as a dataset, the one under way as a journal beside them."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import msgspec

from webagent import __version__
from webagent.data.card import write_card
from webagent.data.dataset import read_info, upgrade, write_info, write_shard
from webagent.data.records import Episode, Step
from webagent.errors import DataError
from webagent.live.record.journal import Journal, Journaled, read_journal
from webagent_envs.spaces import Action

__all__ = ["Consent", "Store"]

SOURCE = "recorded"
_KEPT = 32  # actions that an observation remembers


class Consent(msgspec.Struct, frozen=True):
    """What the card of a folder says about its use.

    Attributes:
        consent: who agreed to what.
        licence: under which others may use it.
    """

    consent: str = "recorded by the person at this machine for their own use; nobody else has been asked"
    licence: str = ""


class Store:
    """A folder of recorded episodes.

    Args:
        folder: made if need be; episodes that are there stay.
        consent: for its card.

    Raises:
        DataError: it holds something else, or cannot be written.
    """

    def __init__(self, folder: Path, consent: Consent = Consent()) -> None:  # noqa: B008  (immutable)
        self.folder = folder
        self._consent = consent
        self._journals = folder / "unfinished"
        try:
            if folder.exists() and any(folder.iterdir()) and not self._journals.exists():
                read_info(folder)
            self._journals.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise DataError(f"recordings cannot go to {folder}: {error.strerror}; name another folder") from None

    def begin(self, command: str, url: str, task: str = "") -> Journal:
        """A new episode."""
        name = f"{time.strftime('%Y%m%d-%H%M%S', time.gmtime())}-{os.urandom(3).hex()}"
        episode = Journaled(id=name, command=command, started=time.time(), task=task, url=url)
        return Journal(self._journals / f"{name}.jsonl", episode)

    def unfinished(self) -> Iterator[Journal]:
        """Episodes that were cut short by a crash, oldest first."""
        for path in sorted(self._journals.glob("*.jsonl")):
            episode = read_journal(path)
            if episode is None or not episode.steps:
                path.unlink()
            else:
                yield Journal(path, episode)

    def finish(self, journal: Journal, success: bool = True) -> Path:
        """Put an episode among the finished ones; the file that holds it."""
        journaled = journal.episode
        path = self.folder / "data" / f"{journaled.id}.parquet"
        write_shard(path, [_episode(journaled, success)])
        journal.remove()
        self._note()
        return path

    def close(self) -> None:
        """Leave nothing behind but what was recorded."""
        with suppress(OSError):  # something is unfinished, or finished
            self._journals.rmdir()
            self.folder.rmdir()

    def _note(self) -> None:
        """Bring ``meta/info.json`` and the card up to date."""
        old: dict[str, Any] = {}
        if (self.folder / "meta" / "info.json").exists():
            old = read_info(self.folder)
            upgrade(self.folder)
        facts = {
            "source": SOURCE,
            "consent": old.get("consent") or self._consent.consent,
            "licence": self._consent.licence or old.get("licence", ""),
            "made_with": f"webagent {__version__}",
            "episodes": len(list((self.folder / "data").glob("*.parquet"))),
        }
        write_info(self.folder, **facts)
        write_card(self.folder)


def _episode(journaled: Journaled, success: bool) -> Episode:
    steps: list[Step] = []
    actions: tuple[Action, ...] = ()
    for step in journaled.steps:
        seen = msgspec.structs.replace(step.observation, instruction=journaled.command, actions=actions[-_KEPT:])
        steps.append(msgspec.structs.replace(step, observation=seen))
        actions = (*actions, step.action)
    return Episode(
        id=journaled.id,
        task=journaled.task,
        command=journaled.command,
        steps=tuple(steps),
        success=success,
        source=SOURCE,
    )
