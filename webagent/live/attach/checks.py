"""Whether each way into a running browser can be used on this machine, and if not, what to do."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing

from webagent.live.attach.kept import kept_door, kept_folder, kept_program, no_screen
from webagent.live.attach.profiles import find_door
from webagent.live.browsers import BROWSERS
from webagent.live.machine import Check
from webagent_envs.chromium import attach
from webagent_envs.errors import BrowserError, BrowserNotFound

__all__ = ["CDP", "examine_routes"]

CDP = "http://127.0.0.1:9222"
"""Where browsers listen by custom."""


def examine_routes(cdp: str = CDP) -> Iterator[Check]:
    """Look at the ways into a running browser. None of them is needed: a page can be opened in a browser of our own.

    Args:
        cdp: DevTools address to try.
    """
    yield _check_kept()
    yield _check_attach()
    yield _check_cdp(cdp)


def _check_kept() -> Check:
    """The browser on our own profile: it runs and answers, or it could be started."""
    name = "webagent chrome"
    door = kept_door()
    if door is not None:
        return _answers(name, door.url, f"runs, profile {kept_folder()}", "close it, then: webagent chrome")
    try:
        program = kept_program()
    except BrowserNotFound as error:
        return Check(name, False, str(error), "install Google Chrome, or: webagent install --headed", needed=False)
    missing = no_screen()
    found = missing or f"{program} can be opened; it does not run now"
    return Check(name, not missing, found, "use a desktop, or: webagent chrome --headless", needed=False)


def _check_attach() -> Check:
    """The browsers of the person at this machine. Only their doors are looked at: going in would open a dialog."""
    name = "--attach"
    open_ones = []
    reasons = []
    for browser in BROWSERS:
        try:
            open_ones.append(f"{browser} lets programs in at port {find_door(browser).port}")
        except BrowserNotFound as error:
            reasons.append(str(error))
    if open_ones:
        return Check(name, True, "; ".join(open_ones), needed=False)
    if kept_door() is not None:
        return Check(name, True, "uses what `webagent chrome` has opened", needed=False)
    return Check(name, False, reasons[0], "do that, or run: webagent chrome", needed=False)


def _check_cdp(cdp: str) -> Check:
    remedy = "start a browser with --remote-debugging-port=9222 --user-data-dir=FOLDER"
    return _answers("--cdp", cdp, cdp, remedy)


def _answers(name: str, endpoint: str, found: str, remedy: str) -> Check:
    try:
        with closing(attach(endpoint)) as browser:
            return Check(name, True, f"{found}: {browser.version}", needed=False)
    except BrowserError:
        return Check(name, False, f"{found}: no browser answers", remedy, needed=False)
