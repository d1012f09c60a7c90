"""From what a person writes after ``--url`` or ``--attach`` to an address."""

from __future__ import annotations

import os
import re
import sys
from pathlib import Path

from webagent.errors import UsageError
from webagent_envs.errors import BrowserNotFound

__all__ = ["PROFILES", "devtools_endpoint", "page_address"]

_SCHEME = re.compile(r"(about|blob|chrome|data|edge|file|https?|view-source):", re.IGNORECASE)
_LOCAL = re.compile(r"(localhost|127\.\d+\.\d+\.\d+|\[::1\])(:\d+)?(/|$)")

PROFILES: dict[str, dict[str, str]] = {
    "chrome": {"linux": ".config/google-chrome", "darwin": "Library/Application Support/Google/Chrome"},
    "chromium": {"linux": ".config/chromium", "darwin": "Library/Application Support/Chromium"},
    "edge": {"linux": ".config/microsoft-edge", "darwin": "Library/Application Support/Microsoft Edge"},
}
"""Folders, below the home folder, in which each browser keeps its default profile."""


def page_address(text: str) -> str:
    """The address of a page given as URL, as file, or as a bare host name.

    Raises:
        UsageError: it is none of these.
    """
    text = text.strip()
    if not text:
        raise UsageError("the address is empty; give --url an address or a file")
    if _SCHEME.match(text):
        return text
    path = Path(text).expanduser()
    if path.is_file():
        return path.resolve().as_uri()
    if _LOCAL.match(text):
        return f"http://{text}"
    host = text.split("/", 1)[0]
    if "." not in host.strip(".") or host.endswith((".html", ".htm")):
        raise UsageError(f"no file {text!r} here, and it is no address either; write https://… for an address")
    return f"https://{text}"


def devtools_endpoint(name: str) -> str:
    """The DevTools address of a person's own running browser, from the ``DevToolsActivePort`` file in its profile.

    Args:
        name: one of ``PROFILES``.

    Raises:
        BrowserNotFound: it does not offer one; the message says what to click.
    """
    folder = _profile(name)
    port_file = folder / "DevToolsActivePort"
    try:
        port, path = port_file.read_text().split()
        return f"ws://127.0.0.1:{int(port)}{path}"
    except FileNotFoundError:
        raise BrowserNotFound(
            f"{name} is not open to other programs (no {port_file}). In {name}, open {_inspect_page(name)}, "
            "tick “Allow remote debugging for this browser instance”, and try again"
        ) from None
    except (OSError, ValueError) as error:
        raise BrowserNotFound(
            f"{port_file} cannot be read ({error}). Quit {name} and start it again, then tick "
            f"“Allow remote debugging” at {_inspect_page(name)}"
        ) from None


def _profile(name: str) -> Path:
    """The folder that ``name`` keeps its default profile in, on this system."""
    below_home = PROFILES[name].get(sys.platform)
    if below_home is None:
        raise UsageError(
            f"--attach {name} works on Linux and macOS; here use --cdp with the browser's DevTools address"
        )
    config = os.environ.get("XDG_CONFIG_HOME")
    if sys.platform == "linux" and config:
        return Path(config) / Path(below_home).name
    return Path.home() / below_home


def _inspect_page(name: str) -> str:
    """The page with the switch for remote debugging."""
    return f"{'edge' if name == 'edge' else 'chrome'}://inspect/#remote-debugging"
