"""Recording: listens to a person, writes down what they do, and follows their orders."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import msgspec

from webagent.data.records import Step
from webagent.data.ways import Sight, targets_of
from webagent.live.record.controls import BAR, BAR_ID, Controls
from webagent.live.record.drafts import Draft, Drafts
from webagent.live.record.journal import Journal
from webagent.live.record.pages import veiled
from webagent.live.record.store import Store
from webagent.live.result import HIDDEN
from webagent.live.words import answered, describe
from webagent_envs.errors import BrowserError, PageClosed
from webagent_envs.page import TELL, Heard, Page, PageSettings
from webagent_envs.spaces import Element, Observation

__all__ = ["SECRET_FIELDS", "Course", "Recorded", "Recorder", "listening_settings"]

SECRET_FIELDS = ", ".join(
    f'[autocomplete~="{name}"]'
    for name in ("cc-number", "cc-csc", "cc-exp", "one-time-code", "current-password", "new-password")
)
"""Fields whose content is never written down, besides those for passwords."""
_TURN = 0.2  # seconds for which is listened at a time
_QUIET = 0.35  # seconds without an act after which the page is looked at


@dataclass
class Recorded:
    """What came of a recording: the episodes that were kept, by id, and how many steps each has."""

    episodes: dict[str, int] = field(default_factory=dict)
    path: Path = Path()

    def to_dict(self) -> dict[str, Any]:
        """The JSON of ``webagent record --json``."""
        last = next(reversed(self.episodes), None)
        return {
            "episode": last,
            "steps": self.episodes.get(last, 0) if last else 0,
            "path": str(self.path),
            "episodes": dict(self.episodes),
        }


def listening_settings(command: str, private: str = "") -> PageSettings:
    """How a page must be opened to be recorded.

    Args:
        command: what is going to be done.
        private: CSS selector of further fields whose content must not be written down.
    """
    secret = f"{SECRET_FIELDS}, {private}" if private else SECRET_FIELDS
    return PageSettings(size=None, ignore=(BAR_ID,), listen=command, private=secret, on_dialog=lambda dialog: None)


@dataclass(frozen=True)
class Course:
    """What a task of the environments adds to a recording.

    Attributes:
        task: its name.
        over: whether the task has ended the episode, and if so whether it was done right; ``None``: it goes on.
        again: puts the page back to where the episode began.
    """

    task: str
    over: Callable[[], bool | None]
    again: Callable[[], None]


class Recorder:
    """Records episodes on one page until the person is done.

    Args:
        page: opened with `listening_settings`.
        store: where they go.
        command: what is going to be shown.
        controls: how the person steers, and is told of each step in words.
        pictures: also take pictures of the page.
        course: of a task; then one episode is recorded.

    Attributes:
        finished: the person is done.
    """

    def __init__(
        self,
        page: Page,
        store: Store,
        command: str,
        controls: Controls,
        *,
        pictures: bool = False,
        course: Course | None = None,
    ) -> None:
        self.finished = False
        self._course = course
        self._page = page
        self._store = store
        self._command = command
        self._controls = controls
        self._tell = controls.tell
        self._pictures = pictures
        self._recorded = Recorded(path=store.folder)
        self._url = page.observe("").url
        self._journal: Journal | None = None
        self._drafts = Drafts()
        self._steps: list[tuple[Draft, Any, Step]] = []
        self._before: list[Step] = []
        self._shots: list[tuple[float, bytes]] = []
        self._said = 0
        self._heard_at = 0.0
        self._seen_at = -1.0

    def run(self) -> Recorded:
        """Record until ``finish`` is ordered or the last tab is closed; what was kept."""
        if self._course is None:
            self._take_up()
        self._show_bar()
        success = True
        try:
            while self._turn():
                over = self._course.over() if self._course else None
                if over is not None:
                    success = over
                    break
            else:
                self.finished = True
                success = self._course is None
                for heard in self._page.hear():  # what was done before the order came
                    self._take(heard)
        except PageClosed:
            self.finished = True
            self._tell("The page was closed.")
        if success:
            self._keep()
        else:
            self._forget()
        with suppress(BrowserError):
            self._page.evaluate(f"document.getElementById({json.dumps(BAR_ID)})?.remove()")
        return self._recorded

    def _turn(self) -> bool:
        """Listen for a moment; false when the person is done."""
        for heard in self._page.hear(_TURN):
            self._take(heard)
        resting = self._page.asking is None and self._seen_at <= self._heard_at
        if resting and time.monotonic() - self._heard_at > _QUIET:
            self._look()
        return all(self._follow(order, words) for order, words in self._controls.taken())

    # -- what is done

    def _take(self, heard: Heard) -> None:
        if heard.kind == "bar":
            self._controls.give(heard.how, heard.value)  # type: ignore[arg-type]
            return
        if heard.kind == "hello":
            self._heard_at, self._seen_at = time.monotonic(), -1.0
            self._show_bar()
            return
        self._heard_at = time.monotonic()
        self._drafts.take(heard, self._page.before(heard, ""))
        self._write()

    def _look(self) -> None:
        """The page has come to rest."""
        try:
            seen = self._page.observe("")
            shot = self._page.screenshot() if self._pictures else b""
        except BrowserError:  # on its way elsewhere
            return
        self._seen_at = time.monotonic()
        self._drafts.rest(seen)
        if shot:
            self._shots = [*self._shots[-9:], (time.time(), shot)]
        self._write()

    def _write(self) -> None:
        """Bring what is on disk up to date."""
        drafts = self._drafts.finish()
        known = {id(draft): (action, step) for draft, action, step in self._steps}
        kept: list[tuple[Draft, Any, Step]] = []
        for draft in drafts:
            old = known.get(id(draft))
            state = (draft.action, draft.secret, draft.dialogs)
            previous = kept[-1][0].seen if kept else None
            kept.append((draft, state, old[1] if old and old[0] == state else self._step(draft, previous)))
        self._say_steps([draft for draft, *_ in kept[:-1]])
        if [step for *_, step in kept] != [step for *_, step in self._steps]:
            self._steps = kept
            journal = self._open_journal()
            if said := [draft.said for draft in drafts if draft.said]:
                journal.call_it(_without(self._command, said))
            journal.keep([*self._before, *(step for *_, step in kept)])
            self._show_bar()

    def _say_steps(self, drafts: list[Draft]) -> None:
        """Tell the steps that will not change any more."""
        for number, draft in enumerate(drafts[self._said :], start=len(self._before) + self._said + 1):
            self._tell(f"{number}. {describe(draft.action, draft.seen)}{answered(draft.dialogs)}")
        self._said = max(self._said, len(drafts))

    def _step(self, draft: Draft, previous: Observation | None) -> Step:
        seen = veiled(draft.seen)
        known = None if previous is None else {element.ref for element in previous.elements}
        elements = tuple(_fresh(element, known) for element in seen.elements)
        secret = any(other.secret for other in self._drafts.steps)
        url = seen.url.partition("?")[0] if secret else seen.url
        seen = msgspec.structs.replace(seen, elements=elements, instruction="", actions=(), url=url)
        started = self._open_journal().episode.started
        picture = next((shot for at, shot in reversed(self._shots) if at <= draft.at), b"")
        targets = targets_of(draft.action, Sight(seen))
        seconds = round(max(0.0, draft.at - started), 2)
        return Step(seen, draft.action, targets, draft.secret, seconds, picture, draft.dialogs)

    # -- episodes

    def _open_journal(self) -> Journal:
        if self._journal is None:
            self._journal = self._store.begin(self._command, self._url, self._course.task if self._course else "")
        return self._journal

    def _take_up(self) -> None:
        """Go on with an episode that a crash cut short, if the page is still where it was; else keep it as it is."""
        for journal in self._store.unfinished():
            last = journal.episode.steps[-1].observation.url
            here = self._page.observe("").url
            if self._journal is None and journal.episode.command == self._command and here.startswith(last):
                self._journal, self._before = journal, journal.episode.steps
                self._tell(f"Going on with {journal.episode.id}: {len(self._before)} steps are there already.")
            else:
                self._store.finish(journal, success=False)
                self._tell(f"{journal.episode.id} was cut short: kept as unfinished.")

    def _follow(self, order: str, words: str) -> bool:
        match order:
            case "finish":
                return False
            case "keep":
                self._keep()
            case "redo":
                self._forget()
                self._again()
                self._tell("Forgotten; do it again.")
            case "drop":
                self._forget()
                self._tell("Forgotten.")
            case "name" if words:
                self._name(words)
        self._show_bar()
        return True

    def _again(self) -> None:
        if self._course is not None:
            self._course.again()
        else:
            self._page.goto(self._url)

    def _name(self, words: str) -> None:
        self._command = words
        self._page.call_it(words)
        if any(step.secret for *_, step in self._steps):
            self._tell("Something secret was typed before: make sure that the new wording does not say it.")
        if self._journal is not None:
            self._journal.call_it(words)
        self._tell(f"The command is now: {words}")

    def _keep(self) -> None:
        """Put the episode among the finished ones."""
        self._look()
        self._say_steps([draft for draft, *_ in self._steps])
        journal = self._journal
        if journal is not None and journal.episode.steps:
            self._store.finish(journal)
            self._recorded.episodes[journal.episode.id] = len(journal.episode.steps)
            self._tell(f"Kept {journal.episode.id}: {len(journal.episode.steps)} steps.")
        elif journal is not None:
            journal.remove()
        self._begin_anew()

    def _forget(self) -> None:
        if self._journal is not None:
            self._journal.remove()
        self._begin_anew()

    def _begin_anew(self) -> None:
        self._journal, self._before, self._steps, self._drafts = None, [], [], Drafts()
        self._seen_at, self._said = -1.0, 0

    def _show_bar(self) -> None:
        if self._page.asking is not None:  # no script answers before the person does
            return
        steps = len(self._before) + len(self._steps)
        arguments = ", ".join(json.dumps(one) for one in (BAR_ID, self._command, steps, TELL))
        try:
            self._page.evaluate(f"({BAR})({arguments})")
        except BrowserError:  # on its way elsewhere: it is shown there
            return


def _without(command: str, said: list[tuple[int, int]]) -> str:
    """The command with what it says of secrets taken out."""
    for start, end in sorted(set(said), reverse=True):
        command = command[:start] + HIDDEN + command[end:]
    return command


def _fresh(element: Element, known: set[int] | None) -> Element:
    new = known is not None and element.ref not in known
    return element if element.new == new else msgspec.structs.replace(element, new=new)
