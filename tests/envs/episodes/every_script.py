"""All scripts, by task."""

from tests.envs.episodes import (  # noqa: F401
    checkboxes,
    clicking,
    dates,
    dragging,
    drawing,
    flight,
    forms,
    games,
    mail,
    menus,
    shapes,
    texts,
)
from tests.envs.episodes.player import FAILING, PASSING, UNSCRIPTED

__all__ = ["FAILING", "PASSING", "UNSCRIPTED"]
