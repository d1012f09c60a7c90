"""Which demonstrations are for training and which are for measuring: fixed, and the same wherever they are."""

from __future__ import annotations

from zlib import crc32

from webagent.data.records import Episode

__all__ = ["is_held_out"]

_HELD_OUT = 40  # of 1,000


def is_held_out(episode: Episode) -> bool:
    """Whether an episode is kept from training: decided by its origin, so that what belongs together stays together."""
    return crc32(episode.origin.encode()) % 1000 < _HELD_OUT
