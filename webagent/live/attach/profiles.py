"""Where browsers keep their profiles, and the file in there that tells how they can be reached."""

from __future__ import annotations

import os
import socket
import sys
from pathlib import Path
from typing import NamedTuple

from webagent_envs.errors import BrowserNotFound

__all__ = ["Door", "door_of", "find_door", "inspect_page", "profile_folders"]

PORT_FILE = "DevToolsActivePort"
KNOCK = 1.0  # seconds

_WIN32 = "{local}/"
_MAC = "{home}/Library/Application Support/"
_SNAP = "{home}/snap/"
_FLATPAK = "{home}/.var/app/"
_FOLDERS: dict[str, dict[str, tuple[str, ...]]] = {
    "chrome": {
        "linux": ("{config}/google-chrome", f"{_FLATPAK}com.google.Chrome/config/google-chrome"),
        "darwin": (f"{_MAC}Google/Chrome",),
        "win32": (f"{_WIN32}Google/Chrome/User Data",),
    },
    "chromium": {
        "linux": (
            "{config}/chromium",
            f"{_SNAP}chromium/common/chromium",
            f"{_FLATPAK}org.chromium.Chromium/config/chromium",
        ),
        "darwin": (f"{_MAC}Chromium",),
        "win32": (f"{_WIN32}Chromium/User Data",),
    },
    "edge": {
        "linux": ("{config}/microsoft-edge", f"{_FLATPAK}com.microsoft.Edge/config/microsoft-edge"),
        "darwin": (f"{_MAC}Microsoft Edge",),
        "win32": (f"{_WIN32}Microsoft/Edge/User Data",),
    },
    "brave": {
        "linux": (
            "{config}/BraveSoftware/Brave-Browser",
            f"{_SNAP}brave/current/.config/BraveSoftware/Brave-Browser",
            f"{_FLATPAK}com.brave.Browser/config/BraveSoftware/Brave-Browser",
        ),
        "darwin": (f"{_MAC}BraveSoftware/Brave-Browser",),
        "win32": (f"{_WIN32}BraveSoftware/Brave-Browser/User Data",),
    },
}
"""Folders of the default profiles, by browser and `sys.platform`; the usual one first."""


class Door(NamedTuple):
    """Where a running browser listens for us.

    Attributes:
        port: on this machine.
        path: of its websocket.
        folder: its profile.
    """

    port: int
    path: str
    folder: Path

    @property
    def url(self) -> str:
        """Its ``ws://`` address. Over HTTP it may say nothing: Chrome's own switch opens the websocket only."""
        return f"ws://127.0.0.1:{self.port}{self.path}"

    def is_open(self) -> bool:
        """Whether somebody listens. The person at the browser is not asked for anything by that."""
        try:
            socket.create_connection(("127.0.0.1", self.port), KNOCK).close()
        except OSError:
            return False
        return True


def profile_folders(name: str) -> list[Path]:
    """The folders in which the browser ``name`` may keep its default profile on this system."""
    home = Path.home()
    places = {
        "home": home,
        "config": os.environ.get("XDG_CONFIG_HOME") or home / ".config",
        "local": os.environ.get("LOCALAPPDATA") or home / "AppData" / "Local",
    }
    system = sys.platform if sys.platform in ("darwin", "win32") else "linux"
    return [Path(folder.format(**places)) for folder in _FOLDERS[name][system]]


def door_of(folder: Path) -> Door | None:
    """What the port file of a profile says; it may be left over from a browser that has ended.

    Raises:
        OSError: it cannot be read.
        ValueError: it is damaged.
    """
    try:
        port, path = (folder / PORT_FILE).read_text().split()
    except FileNotFoundError:
        return None
    return Door(int(port), path, folder)


def find_door(name: str) -> Door:
    """The door of a person's own running browser.

    Raises:
        BrowserNotFound: there is none, or it is closed; the message says what to click.
    """
    found: Door | None = None
    for folder in profile_folders(name):
        try:
            door = door_of(folder)
        except (OSError, ValueError) as error:
            raise BrowserNotFound(
                f"{folder / PORT_FILE} cannot be read ({error}). Quit {name} and start it again, then {_cure(name)}"
            ) from None
        if door is not None and door.is_open():
            return door
        found = found or door
    if found is not None:
        raise BrowserNotFound(
            f"{name} does not listen any more at the port that {found.folder / PORT_FILE} names. Start {name}, "
            f"then {_cure(name)}"
        )
    raise BrowserNotFound(
        f"{name} is not open to other programs (no {PORT_FILE} in {profile_folders(name)[0]}). In {name}, {_cure(name)}"
    )


def inspect_page(name: str) -> str:
    """The page with the switch for remote debugging."""
    return f"{name if name in ('edge', 'brave') else 'chrome'}://inspect/#remote-debugging"


def _cure(name: str) -> str:
    return f"open {inspect_page(name)}, tick “Allow remote debugging for this browser instance”, and try again"
