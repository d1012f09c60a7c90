"""Leaves a person's page as it was: takes out of its documents what was put there."""

from __future__ import annotations

import contextlib
from collections.abc import Iterable, Iterator
from typing import Any

from webagent_envs.cdp import Command, within
from webagent_envs.errors import BrowserError
from webagent_envs.page.source import HANDLE
from webagent_envs.page.tab import Tab

__all__ = ["leave"]

PATIENCE = 2.0  # seconds; what does not answer by then has gone, or sleeps
# The event tells the other script, which lives among those of the page (guest.js).
FAREWELL = f"window.{HANDLE}?.leave(); document.dispatchEvent(new Event('webagent-leave'))"


def leave(tab: Tab, sessions: Iterable[str]) -> None:
    """Take our scripts out of every document of a tab; what is set for a session ends with it.

    Args:
        tab: that is let go of.
        sessions: of its frames that have a process of their own.
    """
    for session in (tab.session, *sessions):
        with contextlib.suppress(BrowserError), within(PATIENCE):
            tree = tab.request([Command("Page.getFrameTree", {}, session)])[0].get()["frameTree"]
            frames = [{"frameId": frame, "worldName": tab.settings.world} for frame in _frames(tree)]
            made = tab.request([Command("Page.createIsolatedWorld", frame, session) for frame in frames])
            contexts = [reply.get()["executionContextId"] for reply in made if reply.error is None]
            worlds = [{"expression": FAREWELL, "contextId": context} for context in contexts]
            tab.request([Command("Runtime.evaluate", world, session) for world in worlds])


def _frames(tree: dict[str, Any]) -> Iterator[str]:
    yield tree["frame"]["id"]
    for child in tree.get("childFrames", ()):
        yield from _frames(child)
