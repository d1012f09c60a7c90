"""From what a person calls their browser to a connection with it."""

from __future__ import annotations

from collections.abc import Callable

from webagent.live.attach.kept import kept_door
from webagent.live.attach.profiles import find_door
from webagent.live.browsers import BROWSERS
from webagent_envs.chromium import Browser, attach
from webagent_envs.errors import BrowserNotFound

__all__ = ["connect"]

CONSENT = 150.0  # seconds for a person to see the dialog and to click in it
OURS = ("chrome", "chromium")
"""Names that may also mean the browser on our own profile."""


def connect(where: str, tell: Callable[[str], None]) -> Browser:
    """A connection to a running browser, which is left open when it is closed.

    Args:
        where: one of `BROWSERS` for a person's own, or a DevTools address.
        tell: called with what a person should know while it takes its time.

    Raises:
        BrowserNotFound: it does not run, or lets nobody in; the message says what to do.
    """
    if where not in BROWSERS:
        return attach(where)
    try:
        door = find_door(where)
    except BrowserNotFound as error:
        ours = kept_door() if where in OURS else None
        if ours is not None:
            return attach(ours.url)
        also = "; or run `webagent chrome`, which opens one of its own" if where in OURS else ""
        raise BrowserNotFound(f"{error}{also}") from None
    tell(f"Asking {where} for permission; if it shows a dialog, click “Allow” there.")
    try:
        return attach(door.url, patience=CONSENT)
    except BrowserNotFound as error:
        raise BrowserNotFound(
            f"{where} did not let us in ({error.__cause__}): try again, and click “Allow” in its dialog"
        ) from None
