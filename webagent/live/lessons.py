"""What a person corrected, kept as demonstrations: which of several was meant, and what the command did from there."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from webagent.home import private_folder

if TYPE_CHECKING:
    from webagent.live.loop import Decision

__all__ = ["keep_lesson"]

_FOLDER = "corrections"


def keep_lesson(command: str, decisions: Sequence[Decision], secrets: frozenset[str]) -> Path | None:
    """Add one demonstration to the dataset folder ``corrections``; its shard, or ``None``.

    Nothing is kept of commands in which a password was typed, nor of those that did nothing.

    Args:
        command: what was said.
        decisions: what was done about it, oldest first.
        secrets: what was typed into password fields.
    """
    if secrets or not decisions:
        return None
    from webagent.data.dataset import write_info, write_shard  # Arrow: not before it is needed
    from webagent.data.records import Episode, Step

    folder = private_folder(_FOLDER)
    episode_id = f"correction-{uuid.uuid4().hex[:12]}"
    steps = tuple(
        Step(msgspec.structs.replace(decision.observation, instruction=command), decision.action)
        for decision in decisions
    )
    episode = Episode(id=episode_id, task="", command=command, steps=steps, success=True, source="correction")
    shard = folder / "data" / f"{episode_id}.parquet"
    write_shard(shard, [episode])
    count = len(list((folder / "data").glob("*.parquet")))
    write_info(folder, source="corrections that a person made", licence="private", episodes=count)
    return shard
