"""What is on this machine: for `webagent info`, `webagent doctor` and `webagent install`."""

from __future__ import annotations

import os
import platform
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

import msgspec

from webagent import __version__
from webagent.errors import CheckpointError
from webagent_envs.chromium import find_browser, launch, search_report
from webagent_envs.errors import BrowserError, BrowserNotFound, UnknownTask
from webagent_envs.page import Page

__all__ = ["Check", "describe_machine", "examine", "install_browser"]

_PACKAGES = ("gymnasium", "miniwob", "msgspec", "numpy", "playwright", "pyarrow", "safetensors")
_TO_LEARN = ("torch",)  # an extra


class Check(msgspec.Struct, frozen=True):
    """One thing that was looked at.

    Attributes:
        name: what it is, in one word.
        ok: whether it is as it should be.
        found: what there is.
        remedy: what to do when it is not ok.
        needed: nothing works without it.
    """

    name: str
    ok: bool
    found: str
    remedy: str = ""
    needed: bool = True

    def to_dict(self) -> dict[str, Any]:
        """Plain data, for JSON."""
        plain: dict[str, Any] = msgspec.to_builtins(self)
        return plain


def describe_machine() -> dict[str, Any]:
    """Versions and paths, for a bug report; nothing is started but ``browser --version``."""
    facts: dict[str, Any] = {
        "webagent": __version__,
        "python": platform.python_version(),
        "system": platform.platform(),
        "cores": os.cpu_count(),
    }
    facts.update({name: _version(name) for name in _PACKAGES + _TO_LEARN})
    found = next((place for place in search_report() if place.path), None)
    facts["browser"] = str(found.path) if found else None
    facts["browser_version"] = found.version if found else None
    return facts


def examine() -> Iterator[Check]:
    """Look at everything that acting needs, cheapest first."""
    missing = [name for name in _PACKAGES if _version(name) is None]
    found = f"missing: {', '.join(missing)}" if missing else f"all {len(_PACKAGES)} there"
    yield Check("packages", not missing, found, "python -m pip install --upgrade webagent")
    yield _check_tasks()
    yield _check_weights()
    yield _check_browser()


def install_browser(
    *, headed: bool = False, with_deps: bool = False, force: bool = False, tell: Callable[[str], None]
) -> tuple[Path, bool]:
    """Download a Chromium through Playwright unless there is one.

    Args:
        headed: also the build with windows, not only the headless shell.
        with_deps: also the system libraries (Linux, asks for root).
        force: even if a browser is there already.
        tell: called with what is going on.

    Returns:
        the browser, and whether it was downloaded now.

    Raises:
        BrowserNotFound: the download failed; the message says what else can be done.
    """
    if not force:
        try:
            return find_browser(headless=not headed), False
        except BrowserNotFound:
            tell("No Chromium here; downloading one.")
    command = [sys.executable, "-m", "playwright", "install", "chromium"]
    command += [] if headed else ["--only-shell"]
    command += ["--with-deps"] if with_deps else []
    # 2: stdout is for results, and what Playwright says is talk
    if subprocess.run(command, stdout=2, stdin=subprocess.DEVNULL, check=False).returncode:
        raise BrowserNotFound(
            "the download failed (see above). Install a Chromium another way, e.g. `apt-get install chromium` or "
            "`brew install --cask chromium`, or set WEBAGENT_BROWSER to the path of one"
        )
    return find_browser(headless=not headed), True


def _check_tasks() -> Check:
    """The MiniWoB++ pages of the ``miniwob`` wheel."""
    remedy = "python -m pip install --force-reinstall miniwob"
    try:
        from webagent_envs.tasks import ALL  # reads the wheel's folder
    except UnknownTask as error:
        return Check("tasks", False, str(error), remedy)
    return Check("tasks", len(ALL) > 0, f"{len(ALL)} MiniWoB++ pages", remedy)


def _check_weights() -> Check:
    """The policy that ships."""
    from webagent.policy import Policy

    remedy = "python -m pip install --force-reinstall webagent"
    try:
        policy = Policy.load()
    except CheckpointError as error:
        return Check("weights", False, str(error), remedy)
    return Check("weights", True, f"loaded, {policy.hash}")


def _check_browser() -> Check:
    """A browser that is found, starts, and shows a page."""
    try:
        path = find_browser()
        with closing(launch(path)) as browser:
            page = Page.open(browser)
            page.goto("data:text/html,<button>Hello</button>")
            shown = any(element.name == "Hello" for element in page.observe("").elements)
    except BrowserNotFound as error:
        places = ", ".join(f"{place.where}: {place.version or 'none'}" for place in search_report())
        return Check("browser", False, f"{error}. Looked at {places}", "webagent install")
    except BrowserError as error:
        return Check("browser", False, str(error), "webagent install --with-deps --force")
    return Check("browser", shown, f"{path} starts and shows a page", "webagent install --force")


def _version(package: str) -> str | None:
    """Version of an installed package, without importing it."""
    try:
        return version(package)
    except PackageNotFoundError:
        return None
