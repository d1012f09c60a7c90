"""Which demonstrations are for training and which are for measuring: fixed, and the same wherever they are."""

from __future__ import annotations

from zlib import crc32

from webagent.data.records import Episode

__all__ = ["is_held_out"]

_HELD_OUT = 40  # of 1,000


def is_held_out(episode: Episode) -> bool:
    """Whether an episode is kept from training: decided by its command, so that copies stay together."""
    return crc32(f"{episode.task} {episode.command}".encode()) % 1000 < _HELD_OUT
