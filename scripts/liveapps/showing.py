"""Flows to be taught: demonstrations that are carried out in a running application, and kept as a recording is."""

from __future__ import annotations

import shutil
import time
import zlib
from collections.abc import Callable
from functools import cached_property
from pathlib import Path
from typing import Any, Literal

import msgspec

from scripts.liveapps.play import Trial, awaited, meant, show
from scripts.liveapps.worlds import World
from webagent.data.records import Step
from webagent.data.ways import Sight, targets_of, tidy
from webagent.live.record.store import Store
from webagent_envs.chromium import Browser
from webagent_envs.page import Page, PageSettings
from webagent_envs.spaces import Action, Click, DoubleClick, Observation, Press, Select, Type

__all__ = ["Act", "Flow", "Shown", "UnshownError", "read_flows", "recorded"]

FILE = Path(__file__).with_name("flows.jsonl")
APPEARS_S = 20.0  # for an element to appear

_ACTIONS: dict[str, Callable[[int, str], Action]] = {
    "click": lambda ref, text: Click(ref),
    "double_click": lambda ref, text: DoubleClick(ref),
    "type": Type,
    "choose": Select,
    "press": lambda ref, text: Press(text),
}


class UnshownError(Exception):
    """A demonstration could not be carried out as it is written: the flow is wrong, and not what it measures."""


class Act(msgspec.Struct, frozen=True, forbid_unknown_fields=True, array_like=True):
    """Something that a person does.

    Attributes:
        do: what.
        role: of the element, else its tag; ``""`` when the keys go where the focus is.
        name: what the element says, or what stands in it.
        text: that is typed, chosen or pressed.
        row: a text of the row that it stands in.
    """

    do: Literal["click", "double_click", "type", "choose", "press"]
    role: str = ""
    name: str = ""
    text: str = ""
    row: str = ""

    def action(self, seen: Observation) -> Action | None:
        """The same for a page; none where its element is not (yet) there."""
        if not self.role:
            return _ACTIONS[self.do](0, self.text)
        sight = Sight(seen)
        wanted = f"{self.role}: {tidy(self.name)}"
        for element in seen.elements:
            if element.visible and not element.disabled:
                ways = sight.known(element.ref).ways
                in_row = not self.row or tidy(self.row) in ways.get("row", "").split("\n")
                kind = element.role or element.tag
                known_as = (ways.get("role and name", f"{kind}: "), f"{kind}: {tidy(element.value)}")
                if wanted in known_as and in_row:
                    return _ACTIONS[self.do](element.ref, self.text)
        return None


class Shown(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A demonstration.

    Attributes:
        start: the page that the person begins on.
        command: what they call it.
        acts: what they do.
        wanted: what the application keeps differently afterwards.
    """

    start: str
    command: str
    acts: tuple[Act, ...]
    wanted: dict[str, Any]


class Asked(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A command that is to be carried out by what was shown.

    Attributes:
        how: the demonstrated one with other values, or besides in other words.
        start: the page that the person looks at.
        command: what they say.
        wanted: what the application keeps differently afterwards.
    """

    how: Literal["values", "words"]
    start: str
    command: str
    wanted: dict[str, Any]


class Flow(msgspec.Struct, frozen=True, forbid_unknown_fields=True, dict=True):
    """One line of ``flows.jsonl``: something that takes several steps.

    Attributes:
        app: the application.
        name: what is taught.
        shown: three demonstrations.
        asked: commands, none of them demonstrated.
    """

    app: str
    name: str
    shown: tuple[Shown, ...]
    asked: tuple[Asked, ...]

    @cached_property
    def key(self) -> str:
        """Another one when the demonstrations change."""
        return f"{self.app}-{zlib.crc32(msgspec.json.encode(self.shown)):08x}"

    def trial(self, asked: Asked) -> Trial:
        """One of its commands as the harness tries it."""
        return Trial(self.app, asked.start, asked.command, asked.wanted)


def read_flows() -> list[Flow]:
    """All flows."""
    return [msgspec.json.decode(line, type=Flow) for line in FILE.read_bytes().splitlines()]


def recorded(flow: Flow, folder: Path, root: str, world: World, browser: Browser) -> list[Path]:
    """The demonstrations of a flow, a dataset each; carried out now unless they lie in the folder already.

    Raises:
        UnshownError: one cannot be carried out, or does not do what it is to show.
    """
    made = []
    for number, shown in enumerate(flow.shown):
        path = folder / f"{flow.key}-{number}"
        if not (path / "data").exists():
            shutil.rmtree(path, ignore_errors=True)
            world.reset()
            _demonstrate(shown, path, root, world, browser)
        made.append(path)
    return made


def _demonstrate(shown: Shown, path: Path, root: str, world: World, browser: Browser) -> None:
    page = Page.open(browser, PageSettings(size=(1280, 800), load_timeout=60.0, timeout=30.0))
    try:
        show(page, root + shown.start, world.cookies, world.ready)
        before = world.state()
        steps = _acted(shown, page)
        wanted = meant(shown.wanted)
        deadline = time.monotonic() + APPEARS_S
        while (changed := awaited(world, before, wanted, True)) != wanted and time.monotonic() < deadline:
            pass
        if changed != wanted:
            raise UnshownError(f"“{shown.command}” was shown, and changed {changed}; correct it in {FILE.name}")
    finally:
        page.close()
    store = Store(path)
    journal = store.begin(shown.command, steps[0].observation.url)
    journal.keep(steps)
    store.finish(journal)
    store.close()


def _acted(shown: Shown, page: Page) -> list[Step]:
    """Do it with real input; each step with the page as it was just before."""
    steps: list[Step] = []
    actions: tuple[Action, ...] = ()
    began = time.monotonic()
    seen = page.observe("")
    for act in shown.acts:
        deadline = time.monotonic() + APPEARS_S
        while (action := act.action(seen)) is None:
            if time.monotonic() > deadline:
                what = f"{act.role} “{act.name}” {act.row}".strip()
                raise UnshownError(f"“{shown.command}”: there is no {what}; correct it in {FILE.name}")
            time.sleep(0.5)
            seen = page.observe("", actions)
        seen = msgspec.structs.replace(seen, instruction="", actions=())
        targets = targets_of(action, Sight(seen))
        steps.append(Step(seen, action, targets, seconds=round(time.monotonic() - began, 2)))
        actions = (*actions, action)
        seen, error = page.step(action, "", actions)
        if error:
            raise UnshownError(f"“{shown.command}”: {act}: {error}")
    return steps
