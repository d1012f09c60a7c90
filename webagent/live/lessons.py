"""What was done, kept as demonstrations: what a person corrected, and what is to be done so from now on."""

from __future__ import annotations

import tempfile
import uuid
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from webagent.errors import UsageError
from webagent.home import private_folder

if TYPE_CHECKING:
    from webagent.data.records import Step
    from webagent.live.loop import Decision
    from webagent_envs.spaces import Action

__all__ = ["keep_lesson", "teach_done"]

_FOLDER = "corrections"
_KEPT = 32  # actions that an observation remembers


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
    from webagent.data.records import Episode

    folder = private_folder(_FOLDER)
    episode_id = f"correction-{uuid.uuid4().hex[:12]}"
    steps = _steps(command, decisions)
    episode = Episode(id=episode_id, task="", command=command, steps=steps, success=True, source="correction")
    shard = folder / "data" / f"{episode_id}.parquet"
    write_shard(shard, [episode])
    count = len(list((folder / "data").glob("*.parquet")))
    write_info(folder, source="corrections that a person made", licence="private", episodes=count)
    return shard


def teach_done(command: str, decisions: Sequence[Decision], secrets: frozenset[str]) -> list[str]:
    """Have a command carried out from now on as this was done; ids of the demonstrations that memory took in.

    Args:
        command: what it is a demonstration of, in words: of what was done for several commands, another one.
        decisions: what was done, oldest first.
        secrets: what was typed into password fields on the way.

    Raises:
        UsageError: nothing was done, or a password was typed, which is kept nowhere.
    """
    if not decisions:
        raise UsageError("nothing was done that could be taught; carry it out first, then teach it")
    if secrets:
        raise UsageError("a password was typed on the way, and those are kept nowhere; teach what comes after it")
    from webagent.data.dataset import write_info, write_shard
    from webagent.data.memory import Memory
    from webagent.data.records import Episode

    name = f"done-{uuid.uuid4().hex[:12]}"
    episode = Episode(
        id=name, task="", command=command, steps=_steps(command, decisions), success=True, source="recorded"
    )
    with tempfile.TemporaryDirectory(prefix="webagent-taught-") as made:
        write_shard(Path(made) / "data" / f"{name}.parquet", [episode])
        write_info(Path(made), source="recorded", licence="private", episodes=1)
        return Memory().add(Path(made))


def _steps(command: str, decisions: Sequence[Decision]) -> tuple[Step, ...]:
    """What was done, as if it had been one command from the beginning."""
    from webagent.data.records import Step

    steps: list[Step] = []
    done: tuple[Action, ...] = ()
    for decision in decisions:
        seen = msgspec.structs.replace(decision.observation, instruction=command, actions=done[-_KEPT:])
        steps.append(Step(seen, decision.action))
        done = (*done, decision.action)
    return tuple(steps)
