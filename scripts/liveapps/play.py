"""Says a command to webagent on a page of a real application; judges it by what the application keeps afterwards."""

from __future__ import annotations

import contextlib
import datetime
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Literal

import msgspec

from scripts.liveapps.worlds import WORLDS, State, World, opened
from webagent.live.loop import Acts, Command, Settings
from webagent.live.person import Nobody, Question
from webagent.live.result import Result
from webagent_envs.chromium import Browser
from webagent_envs.errors import BrowserError
from webagent_envs.page import Page, PageSettings

__all__ = ["Case", "Trial", "Verdict", "judged", "play", "read_trials"]

FILE = Path(__file__).with_name("commands.jsonl")
GONE = "(gone)"
SETTLE_S = 40.0  # for a page to come to rest before it is spoken to
STEADY = 4  # looks, half a second apart, that find the same number of elements
SAVED_S = 5.0  # for the application to keep what was done: some save a moment later

Verdict = Literal["right", "asked", "wrong", "failed"]


class Trial(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One line of ``commands.jsonl``.

    Attributes:
        app: the application.
        start: the page that the person looks at.
        command: what they say.
        wanted: what the application keeps differently afterwards, ``null`` for what is gone; nothing else may change.
        anonymous: they are not logged in.
    """

    app: str
    start: str
    command: str
    wanted: dict[str, Any]
    anonymous: bool = False


class Case(msgspec.Struct, frozen=True):
    """What became of a trial.

    Attributes:
        trial: the same.
        verdict: ``right``: what was wanted and nothing else, and it says so; ``asked``: it was unsure or refused, and
            nothing unwanted happened; ``wrong``: something unwanted happened, or it says done and it is not;
            ``failed``: it gave up, and nothing unwanted happened.
        harm: something unwanted happened.
        changed: what the application keeps differently.
        outcome: of the command.
        reason: of that outcome.
        actions: what was done, in words.
        seconds: that it took.
        approved: the acts that were asked about, and allowed.
    """

    trial: Trial
    verdict: Verdict
    harm: bool
    changed: State
    outcome: str
    reason: str
    actions: tuple[str, ...]
    seconds: float
    approved: tuple[str, ...] = ()


class Willing(Nobody):
    """Allows whatever is asked about, but knows no better in a doubt."""

    def __init__(self) -> None:
        self.approved: tuple[str, ...] = ()

    def approve(self, question: Question) -> bool:
        """Yes."""
        self.approved = (*self.approved, question.mark.words)
        return True


def read_trials(apps: Sequence[str] = ()) -> list[Trial]:
    """All trials, or those of some applications."""
    trials = [msgspec.json.decode(line, type=Trial) for line in FILE.read_bytes().splitlines()]
    return [trial for trial in trials if trial.app in (apps or WORLDS)]


def unwanted(changed: State, wanted: State) -> bool:
    """Whether anything has changed that should not have."""
    return any(name not in wanted or wanted[name] != value for name, value in changed.items())


def judged(outcome: str, changed: State, wanted: State) -> Verdict:
    """What to make of an outcome and of what has changed."""
    if unwanted(changed, wanted):
        return "wrong"
    if outcome == "done":
        return "right" if changed == wanted else "wrong"
    return "asked" if outcome in ("unsure", "refused") else "failed"


def play(trials: Sequence[Trial], browser: Browser, policy: Acts) -> Iterator[Case]:
    """Start the applications one after the other, and try the commands on them."""
    for app in dict.fromkeys(trial.app for trial in trials):
        with opened(app) as (root, world):
            for trial in trials:
                if trial.app == app:
                    world.reset()
                    yield tried(trial, root, world, browser, policy)


def tried(trial: Trial, root: str, world: World, browser: Browser, policy: Acts) -> Case:
    """One command."""
    page = Page.open(browser, PageSettings(size=(1280, 800), load_timeout=60.0, timeout=30.0))
    try:
        show(page, root + trial.start, {} if trial.anonymous else world.cookies, world.ready)
        before = world.state()
        person = Willing()
        result = Command(trial.command, page, policy, Settings(person=person)).run()
        with contextlib.suppress(BrowserError):
            page.evaluate("document.activeElement?.blur()")  # the person turns to something else
        wanted = meant(trial.wanted)
        changed = awaited(world, before, wanted, bool(result.actions))
    finally:
        page.close()
    return case(trial, result, changed, wanted, person.approved)


def case(trial: Trial, result: Result, changed: State, wanted: State, approved: tuple[str, ...]) -> Case:
    """The trial with what became of it."""
    return Case(
        trial,
        judged(result.outcome, changed, wanted),
        unwanted(changed, wanted),
        changed,
        result.outcome,
        result.reason,
        tuple(record.words + (f" - {record.error}" if record.error else "") for record in result.actions),
        result.seconds,
        approved,
    )


def meant(wanted: dict[str, Any]) -> State:
    """What is wanted, today."""
    today = datetime.datetime.now(datetime.timezone.utc).date().isoformat()

    def filled(value: Any) -> Any:
        if isinstance(value, list):
            return [filled(one) for one in value]
        return today if value == "$today" else value

    return {name: GONE if value is None else filled(value) for name, value in wanted.items()}


def differences(before: State, after: State) -> State:
    """What is kept differently."""
    names = before.keys() | after.keys()
    return {name: after.get(name, GONE) for name in sorted(names) if before.get(name, GONE) != after.get(name, GONE)}


def awaited(world: World, before: State, wanted: State, acted: bool) -> State:
    """What has changed once it is as wanted, or nothing changes any more."""
    deadline = time.monotonic() + (SAVED_S if acted else 0)
    while (changed := differences(before, world.state())) != wanted and time.monotonic() < deadline:
        time.sleep(0.25)
    return changed


def show(page: Page, address: str, cookies: dict[str, str], ready: str = "") -> None:
    """Open a page as somebody who is logged in, and wait until it shows ``ready`` and has come to rest."""
    root = "/".join(address.split("/")[:3])
    for name, value in cookies.items():
        page._tab.call("Network.setCookie", name=name, value=value, url=root)
    page.goto(address)
    counts: list[int] = []
    deadline = time.monotonic() + SETTLE_S
    while (len(counts) < STEADY or len(set(counts[-STEADY:])) > 1) and time.monotonic() < deadline:
        time.sleep(0.5)
        try:
            seen = page.observe("")
            shows = not ready or any(ready in (element.name, element.text) for element in seen.elements)
            counts.append(len(seen.elements) if shows else -len(counts))
        except BrowserError:
            counts.clear()
