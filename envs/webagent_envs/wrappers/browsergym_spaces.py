"""The observations of BrowserGym, as Gymnasium spaces."""

from __future__ import annotations

from typing import Any

import gymnasium
import numpy as np
from gymnasium import spaces

from webagent_envs.wrappers.farama_spaces import Unicode

__all__ = ["Record", "observation_space"]

LONGEST = 2**20  # characters; what agents say and pages show has no limit of its own


class Record(gymnasium.Space[dict[str, Any]]):
    """Dictionaries that have at least these keys."""

    def __init__(self, *keys: str, seed: int | None = None) -> None:
        self.keys = keys
        super().__init__(None, None, seed)

    def contains(self, x: Any) -> bool:
        """Whether it is one."""
        return isinstance(x, dict) and all(key in x for key in self.keys)

    def sample(self, mask: Any = None, probability: Any = None) -> dict[str, Any]:
        """One with nothing in it; neither argument is used."""
        return {key: [] for key in self.keys}

    @property
    def is_np_flattenable(self) -> bool:
        """Dictionaries have no fixed shape."""
        return False

    def __eq__(self, other: object) -> bool:
        """Only the keys count."""
        return isinstance(other, Record) and self.keys == other.keys

    def __repr__(self) -> str:
        return f"Record({', '.join(map(repr, self.keys))})"


def text_space() -> Unicode:
    """Any text."""
    return Unicode(LONGEST, min_length=0)


def observation_space(size: tuple[int, int]) -> spaces.Dict:
    """The space of observations.

    Args:
        size: width and height of the viewport, in CSS pixels; a screenshot is (height, width, 3) bytes.
    """
    text = text_space()
    return spaces.Dict(
        {
            "chat_messages": spaces.Sequence(Record("role", "timestamp", "message")),
            "goal": text,
            "goal_object": spaces.Sequence(Record("type")),
            "open_pages_urls": spaces.Sequence(text),
            "open_pages_titles": spaces.Sequence(text),
            "active_page_index": spaces.Box(0, 255, (1,), np.int64),
            "url": text,
            "screenshot": spaces.Box(0, 255, (size[1], size[0], 3), np.uint8),
            "dom_object": Record("documents", "strings"),
            "axtree_object": Record("nodes"),
            "extra_element_properties": Record(),
            "focused_element_bid": text,
            "last_action": text,
            "last_action_error": text,
            "elapsed_time": spaces.Box(0, np.inf, (1,), np.float64),
        }
    )
