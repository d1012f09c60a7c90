"""Every task page of the ``miniwob`` wheel, found by looking at its files; that package itself is never imported."""

from __future__ import annotations

import difflib
import math
import re
from dataclasses import dataclass
from functools import cached_property, lru_cache
from importlib.util import find_spec
from pathlib import Path

from webagent_envs.errors import UnknownTask

__all__ = ["ALL", "DEMOS56", "TIMED7", "Task", "find_task", "task_names"]

DEFAULT_LIMIT_MS = 10_000  # what core.js sets where a page says nothing
STEPS_PER_SECOND = 2.0  # how fast a person clicks; turns a time limit into a number of steps
TASK_SIZE = (160, 210)
TASK_WINDOW = (500, 320)
FLIGHT_SIZE = (375, 667)
FLIGHT_WINDOW = (600, 800)
FLIGHT = "flight."


@dataclass(frozen=True)
class Task:
    """One task page.

    Attributes:
        name: as in MiniWoB++, e.g. ``"click-test"`` or ``"flight.AA"``.
        path: its HTML file.
    """

    name: str
    path: Path

    @property
    def id(self) -> str:
        """Gymnasium id, e.g. ``"webagent/click-test-v1"``."""
        return f"webagent/{self.name}-v1"

    @property
    def is_flight(self) -> bool:
        """A page in a frame that needs an HTTP server."""
        return self.name.startswith(FLIGHT)

    @property
    def size(self) -> tuple[int, int]:
        """Width and height of the task itself, in CSS pixels."""
        return FLIGHT_SIZE if self.is_flight else TASK_SIZE

    @property
    def window(self) -> tuple[int, int]:
        """Width and height of the viewport, in CSS pixels; menus and calendars reach beyond the task itself."""
        return FLIGHT_WINDOW if self.is_flight else TASK_WINDOW

    @cached_property
    def limit_ms(self) -> int:
        """Original time limit, in milliseconds."""
        found = re.findall(
            r"^\s*core\.EPISODE_MAX_TIME\s*=\s*(\d+)", self.path.read_text(errors="replace"), re.MULTILINE
        )
        return int(found[-1]) if found else DEFAULT_LIMIT_MS

    @property
    def max_steps(self) -> int:
        """Default limit in steps: two for each second of the original time limit."""
        return math.ceil(self.limit_ms / 1000 * STEPS_PER_SECOND)


def html_folder() -> Path:
    """The folder with the pages of the ``miniwob`` wheel.

    Raises:
        UnknownTask: the package is not installed.
    """
    spec = find_spec("miniwob")
    for folder in (spec.submodule_search_locations or []) if spec else []:
        pages = Path(folder) / "html"
        if pages.is_dir():
            return pages
    raise UnknownTask("the task pages are missing: pip install miniwob")


@lru_cache(maxsize=1)
def _table() -> dict[str, Task]:
    root = html_folder()
    pages = {path.stem: path for path in (root / "miniwob").glob("*.html")}
    flights = {f"{FLIGHT}{path.parent.name}": path for path in (root / "flight").glob("*/wrapper.html")}
    return {name: Task(name, path) for name, path in sorted((pages | flights).items())}


def find_task(name: str) -> Task:
    """The task with this name; its Gymnasium id is understood too.

    Raises:
        UnknownTask: there is none; the closest names are in the message.
    """
    plain = re.sub(r"^webagent/|^miniwob/|-v\d+$", "", name)
    table = _table()
    if plain in table:
        return table[plain]
    close = difflib.get_close_matches(plain, table, n=3, cutoff=0.5)
    hint = f"did you mean {', '.join(close)}?" if close else "`webagent eval --tasks all` runs every task there is"
    raise UnknownTask(f"there is no task {name!r}: {hint}")


def task_names(wanted: str) -> tuple[str, ...]:
    """Names for ``"all"``, ``"demos56"``, or a list such as ``"click-test,login-user"``.

    Raises:
        UnknownTask: a name is that of no task.
    """
    if wanted == "all":
        return ALL
    if wanted == "demos56":
        return DEMOS56
    return tuple(find_task(name.strip()).name for name in wanted.split(",") if name.strip())


# fmt: off
DEMOS56: tuple[str, ...] = (
    "book-flight", "choose-date", "choose-date-easy", "choose-date-medium", "choose-list", "click-button",
    "click-button-sequence", "click-checkboxes", "click-checkboxes-large", "click-checkboxes-soft",
    "click-checkboxes-transfer", "click-collapsible", "click-collapsible-2", "click-color", "click-dialog",
    "click-dialog-2", "click-link", "click-menu", "click-option", "click-pie", "click-scroll-list", "click-shades",
    "click-shape", "click-tab", "click-tab-2", "click-tab-2-hard", "click-test", "click-test-2", "click-widget",
    "count-shape", "email-inbox", "email-inbox-forward-nl", "email-inbox-forward-nl-turk", "email-inbox-nl-turk",
    "enter-date", "enter-password", "enter-text", "enter-text-dynamic", "enter-time", "focus-text", "focus-text-2",
    "grid-coordinate", "guess-number", "identify-shape", "login-user", "login-user-popup", "multi-layouts",
    "multi-orderings", "navigate-tree", "search-engine", "social-media", "social-media-all", "social-media-some",
    "tic-tac-toe", "use-autocomplete", "use-spinner",
)
# fmt: on
"""The tasks with human demonstrations; a demonstration of a ``-nodelay`` page counts for the page it is made from."""

TIMED7: tuple[str, ...] = (
    "click-test-2", "click-checkboxes", "login-user", "email-inbox", "book-flight", "use-autocomplete",
    "click-tab-2-hard",
)  # fmt: skip
"""Small and large pages, with and without widgets: what speed is measured on."""

ALL: tuple[str, ...] = tuple(_table())
"""Every task, by name."""
