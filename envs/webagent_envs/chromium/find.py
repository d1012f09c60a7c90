"""Which Chromium to use: an explicit one, Playwright's own, or whatever the system has."""

from __future__ import annotations

import os
import platform
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from webagent_envs.errors import BrowserNotFound

__all__ = ["Candidate", "find_browser", "search_report"]

VARIABLE = "WEBAGENT_BROWSER"
WHAT_TO_DO = (
    "run `webagent install`, or install chromium with the system's package manager, "
    f"or set {VARIABLE} to the path of a Chromium or Chrome"
)
CHANNELS = ("google-chrome", "google-chrome-stable", "chrome", "microsoft-edge", "microsoft-edge-stable", "msedge")
USUAL_PATHS = (
    "/opt/google/chrome/chrome",
    "/opt/microsoft/msedge/msedge",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
)
SYSTEM_NAMES = ("chromium-headless-shell", "chrome-headless-shell", "chromium", "chromium-browser")


class Candidate(NamedTuple):
    """One place that was looked at: ``path`` is ``None`` when nothing is there."""

    where: str
    path: Path | None
    version: str


def find_browser(path: str | os.PathLike[str] | None = None, *, headless: bool = True) -> Path:
    """The Chromium to use.

    Looked for in this order: ``path``, the variable ``WEBAGENT_BROWSER``, Playwright's own browsers, the usual places
    of Chrome and Edge, Chromium on ``PATH``.

    Args:
        path: this one and no other.
        headless: a headless shell will do, and is preferred where several are offered: it is smaller and faster.

    Raises:
        BrowserNotFound: there is none, or the one that was named does not exist or cannot be run.
    """
    named = [("the argument", path), (VARIABLE, os.environ.get(VARIABLE))]
    for where, value in named:
        if value:
            return _checked(Path(value).expanduser(), where)
    for _, found in _places(headless):
        if found is not None:
            return found
    raise BrowserNotFound(f"no Chromium was found on this machine: {WHAT_TO_DO}")


def search_report(*, headless: bool = True) -> list[Candidate]:
    """Every place that `find_browser` looks at, in its order, and what is there."""
    variable = os.environ.get(VARIABLE)
    places = [(VARIABLE, Path(variable).expanduser() if variable else None), *_places(headless)]
    return [Candidate(where, path, _version(path) if path else "") for where, path in places]


def _checked(path: Path, where: str) -> Path:
    resolved = Path(shutil.which(path) or path)
    if not resolved.is_file():
        raise BrowserNotFound(f"{path} (from {where}) does not exist: correct it, or leave it out to search")
    if not os.access(resolved, os.X_OK):
        raise BrowserNotFound(f"{path} (from {where}) cannot be run: make it executable, or name another browser")
    return _unwrapped(resolved)


def _unwrapped(path: Path) -> Path:
    """Debian's launcher scripts add flags of their own; the program itself lies beside its data."""
    real = Path("/usr/lib/chromium") / path.name
    return real if path.parent == Path("/usr/bin") and os.access(real, os.X_OK) else path


def _places(headless: bool) -> Iterator[tuple[str, Path | None]]:
    yield "Playwright's browsers", _playwright(headless)
    for name in CHANNELS:
        found = shutil.which(name)
        yield f"{name} on PATH", Path(found) if found else None
    for usual in USUAL_PATHS:
        # a path of the other operating system is not worth a line in the report
        if usual.startswith("/Applications") == (platform.system() == "Darwin"):
            yield usual, Path(usual) if os.access(usual, os.X_OK) else None
    for name in SYSTEM_NAMES:
        if headless or "headless" not in name:
            found = shutil.which(name)
            yield f"{name} on PATH", _unwrapped(Path(found)) if found else None


def _playwright(headless: bool) -> Path | None:
    """The newest Chromium that Playwright has downloaded."""
    found = []
    for folder in _playwright_root().glob("chromium*-*"):
        shell = folder.name.startswith("chromium_headless_shell")
        revision = re.search(r"-(\d+)$", folder.name)
        program = next((p for p in _programs(folder) if os.access(p, os.X_OK)), None)
        if revision and program and (headless or not shell):
            found.append((shell, int(revision[1]), program))
    return max(found)[2] if found else None


def _programs(folder: Path) -> Iterator[Path]:
    for pattern in (
        "chrome-*/chrome",
        "chrome-*/headless_shell",
        "chrome-*/chrome-headless-shell",
        "chrome-*/*.app/*/MacOS/*",
    ):
        yield from sorted(folder.glob(pattern))


def _playwright_root() -> Path:
    chosen = os.environ.get("PLAYWRIGHT_BROWSERS_PATH", "")
    if chosen and chosen != "0":
        return Path(chosen)
    cache = "Library/Caches" if platform.system() == "Darwin" else ".cache"
    return Path.home() / cache / "ms-playwright"


def _version(path: Path) -> str:
    try:
        run = subprocess.run([path, "--version"], capture_output=True, text=True, timeout=10, check=False)
    except (OSError, subprocess.TimeoutExpired) as error:
        return f"cannot run: {error}"
    return run.stdout.strip() or f"cannot run: {run.stderr.strip()[-200:]}"
