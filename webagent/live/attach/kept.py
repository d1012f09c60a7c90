"""A real Chrome on a profile of our own, which is kept: sign in once."""

from __future__ import annotations

import contextlib
import os
import platform
import subprocess
import sys
import time
from pathlib import Path
from typing import NamedTuple

from webagent.home import home, private_folder
from webagent.live.attach.profiles import PORT_FILE, Door, door_of
from webagent_envs.chromium import attach, find_browser, search_report
from webagent_envs.errors import BrowserError, BrowserNotFound

__all__ = ["Kept", "kept_door", "kept_folder", "kept_program", "start_kept", "stop_kept"]

START_TIMEOUT = 30.0
FLAGS = (
    "--remote-debugging-port=0",
    "--no-first-run",
    "--no-default-browser-check",
    "--disable-search-engine-choice-screen",
    "--hide-crash-restore-bubble",
    "--password-store=basic",  # the keyring of the system would ask for its password
    "--use-mock-keychain",
)
_started: list[subprocess.Popen[bytes]] = []  # held: they go on when we end


class Kept(NamedTuple):
    """The browser on our profile.

    Attributes:
        door: where it listens.
        fresh: it was started now, and not found running.
    """

    door: Door
    fresh: bool

    @property
    def endpoint(self) -> str:
        """Its address for ``--cdp``."""
        return f"http://127.0.0.1:{self.door.port}"


def kept_folder() -> Path:
    """The folder of the profile; it may not be there yet."""
    return home() / "chrome"


def kept_door() -> Door | None:
    """Where the browser on our profile listens, if it runs."""
    with contextlib.suppress(OSError, ValueError):
        door = door_of(kept_folder())
        return door if door is not None and door.is_open() else None
    return None


def kept_program(path: str | os.PathLike[str] | None = None, *, headless: bool = False) -> Path:
    """The browser to start: the named one, or one that a person has installed, or else Playwright's.

    Raises:
        BrowserNotFound: there is none that shows windows.
    """
    if path is None and not os.environ.get("WEBAGENT_BROWSER"):
        installed = [one.path for one in search_report(headless=False) if one.path and "Playwright" not in one.where]
        if installed:
            return installed[0]
    program = find_browser(path, headless=False)
    if not headless and "headless" in program.name:
        raise BrowserNotFound(f"{program} shows no windows: name another browser, or add --headless")
    return program


def start_kept(path: str | os.PathLike[str] | None = None, *, headless: bool = False, url: str = "") -> Kept:
    """The browser on our profile, started when it does not run; it goes on when we end.

    Args:
        path: the program; found by itself when it is not given.
        headless: show no window.
        url: a page to open; when it is not given, what the browser itself begins with.

    Raises:
        BrowserNotFound: there is none, or it does not start; its own last words are in the message.
    """
    door = kept_door()
    if door is not None:
        if url:
            _open(door, url)
        return Kept(door, fresh=False)
    program = kept_program(path, headless=headless)
    if not headless and (missing := no_screen()):
        raise BrowserNotFound(missing)
    folder = private_folder("chrome")
    (folder / PORT_FILE).unlink(missing_ok=True)
    log = folder / "webagent-stderr.txt"
    flags = [*FLAGS, f"--user-data-dir={folder}", *(["--headless"] if headless else [])]
    if platform.system() == "Linux" and os.geteuid() == 0:
        flags.append("--no-sandbox")  # Chromium refuses to start as root otherwise
    quiet = subprocess.DEVNULL
    with log.open("wb") as said:
        arguments = [str(program), *flags, *([url] if url else [])]
        process = subprocess.Popen(arguments, stdin=quiet, stdout=quiet, stderr=said, start_new_session=True)
    _started.append(process)
    return Kept(_await_door(process, program, log), fresh=True)


def _await_door(process: subprocess.Popen[bytes], program: Path, log: Path) -> Door:
    deadline = time.monotonic() + START_TIMEOUT
    while time.monotonic() < deadline:
        door = kept_door()
        if door is not None:
            return door
        if process.poll() is not None:
            break
        time.sleep(0.05)
    ended = process.poll()
    words = " | ".join(log.read_text(errors="replace").strip().splitlines()[-3:])
    if ended == 0:  # it has handed over to one that runs, which nobody can reach
        raise BrowserNotFound(
            f"a browser runs on {kept_folder()} already, and lets nobody in: close it, then try again"
        )
    what = "does not open a door" if ended is None else f"ended at once (exit code {ended})"
    raise BrowserNotFound(f"{program} {what}; it said: {words or 'nothing'}. `webagent doctor` tells more")


def stop_kept() -> bool:
    """Close the browser on our profile; whether it ran.

    Raises:
        BrowserNotFound: something else listens at its port.
    """
    door = kept_door()
    if door is None:
        return False
    browser = attach(door.url)
    with contextlib.suppress(BrowserError), contextlib.closing(browser):
        browser.connection.call("Browser.close", START_TIMEOUT)
    deadline = time.monotonic() + START_TIMEOUT
    runs = [process for process in _started if process.poll() is None]
    while (door.is_open() or any(process.poll() is None for process in runs)) and time.monotonic() < deadline:
        time.sleep(0.02)
    return True


def _open(door: Door, url: str) -> None:
    """Open a page in a new tab of the browser that runs."""
    with contextlib.closing(attach(door.url)) as browser:
        browser.connection.call("Target.createTarget", START_TIMEOUT, url=url)


def no_screen() -> str:
    """Why no window can be shown here; ``""`` when there is no reason."""
    screens = ("DISPLAY", "WAYLAND_DISPLAY")
    if sys.platform.startswith("linux") and not any(os.environ.get(name) for name in screens):
        return "there is no screen here (neither DISPLAY nor WAYLAND_DISPLAY is set): use a desktop, or add --headless"
    return ""
