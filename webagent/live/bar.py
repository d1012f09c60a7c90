"""The bar in the page: opened by a hotkey, it shows what will be and was done, and takes typed commands.

It is drawn inside the page, in a place that the page can neither read nor press nor change (`bar.js`), and appears in
no observation. What it is to show is kept here, so that it survives every navigation; what is typed into it comes back
by a function that only its own world has.
"""

from __future__ import annotations

import json
import math
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from importlib.resources import files
from typing import TYPE_CHECKING, Any

import msgspec

from webagent.errors import UsageError
from webagent.live.chat import Inbox
from webagent.live.config import TALK_KEY
from webagent.live.person import Box, Mark, Question
from webagent.live.result import Candidate, Result
from webagent.live.talk import Talk
from webagent.live.world import World
from webagent_envs.errors import BrowserError

if TYPE_CHECKING:
    from webagent.live.agent import Agent

__all__ = ["Bar", "bar_on"]

_WORLD = "webagent-bar"
_LINES = 12  # kept in the bar
_TOAST = 4.0  # seconds for which a closed bar shows what was done
_MODIFIERS = {"Control": "ctrlKey", "Alt": "altKey", "Shift": "shiftKey", "Meta": "metaKey"}


class _State(msgspec.Struct, omit_defaults=True):
    """What is to be seen: see ``show`` in bar.js."""

    open: bool = False
    busy: bool = False
    lines: list[dict[str, str]] = []
    question: str = ""
    mark: Box | None = None
    numbers: list[dict[str, Any]] = []
    outlined: bool = False
    ear: str = ""


class Bar:
    """Shows a conversation in the tab that it is about, and hears what is typed there.

    Args:
        agent: whose page it is shown in.
        inbox: where what is typed goes.
        hotkey: opens and closes it, e.g. ``"Control+Shift+Space"``.
        talk: the switch of the microphone, where there is one.
        talk_key: held to speak, or pressed before and after.

    Raises:
        UsageError: a hotkey that is none.
    """

    def __init__(
        self, agent: Agent, inbox: Inbox, hotkey: str, talk: Talk | None = None, talk_key: str = TALK_KEY
    ) -> None:
        self._agent = agent
        self._inbox = inbox
        self._talk = talk
        config = {"hotkey": _hotkey(hotkey), "talk": _hotkey(talk_key) if talk else None, "talkKey": talk_key}
        script = files("webagent.live").joinpath("bar.js").read_text(encoding="utf-8")
        self._source = script.replace("__CONFIG__", json.dumps(config))
        self._tabs: dict[str, World] = {}
        self._state = _State()
        self._fades = 0.0  # when the lines go away again
        self._shown: tuple[str, int, bytes] | None = None
        self._escapes = False  # our own Escape is on its way to the page
        if talk is not None:
            self._line("told", f"Listening; {talk_key} mutes" if talk.always else f"Hold {talk_key} and speak")
            self._fades = time.monotonic() + _TOAST
        self._draw()

    # -- shown

    def tell(self, result: Result) -> None:
        """What became of an utterance."""
        self._state.lines = [line for line in self._state.lines if line["kind"] != "heard"]
        if result.command:
            self._line("said", result.command)
        for record in result.actions:
            self._line("done", record.words)
        self._line("told", result.reason)
        self._state.busy, self._state.question, self._state.mark = False, "", None
        self._fades = time.monotonic() + _TOAST
        self._draw()

    def mark(self, mark: Mark | None) -> None:
        """Highlight what is about to be done."""
        self._state.busy = mark is not None
        self._state.question = ""
        self._state.mark = mark.box if mark else None
        self._escapes = mark is not None and "Escape" in mark.keys
        self._draw()

    def question(self, question: Question) -> None:
        """Highlight it, and ask."""
        self._state.mark = question.mark.box
        self._state.question = f"May I {question.mark.words}? {question.reason.capitalize()}."
        self._draw()

    def number(self, reason: str, candidates: Sequence[Candidate]) -> None:
        """Put numbers on these."""
        marks = enumerate(candidates, start=1)
        self._state.numbers = [{"number": number, "box": item.box} for number, item in marks if item.box]
        self._state.outlined = 0 < len(candidates) <= 5
        self._state.mark = None
        if candidates:
            self._line("told", reason)
        self._draw()

    def hearing(self) -> None:
        """Something was said, and is being understood."""
        self._draw("hearing")

    def heard(self, text: str) -> None:
        """What was understood; what becomes of it is told later."""
        self._line("heard", text)
        self._fades = math.inf
        self._draw()

    def _line(self, kind: str, text: str) -> None:
        self._state.lines = [*self._state.lines, {"kind": kind, "text": text}][-_LINES:]

    # -- heard

    def pump(self, seconds: float = 0.02) -> None:
        """Hear what is typed for so long; show what is to be shown, wherever the page has gone meanwhile."""
        page = self._agent.page
        if page is None:
            return
        page.browser.connection.listen(time.monotonic() + seconds)
        if self._state.lines and not self._state.open and not self._busy and time.monotonic() > self._fades:
            self._state.lines = []
        self._draw()

    @property
    def _busy(self) -> bool:
        return self._state.busy or bool(self._state.question or self._state.numbers)

    def _heard(self, message: dict[str, Any]) -> None:
        if "say" in message:
            self._state.busy = not (self._state.question or self._state.numbers)
            self._state.question = ""
            self._inbox.put(str(message["say"]))
        elif "open" in message:
            self._state.open = bool(message["open"])
        elif "talk" in message and self._talk:
            self._talk.open() if message["talk"] else self._talk.close()
        elif "stop" in message and not self._escapes:
            self._stop()

    def _stop(self) -> None:
        """What is going on, and what is being said."""
        if self._talk and not self._talk.always:
            self._talk.drop()
        if self._busy or not self._talk:
            self._inbox.stop()

    # -- in the page

    def _draw(self, ear: str = "") -> None:
        """Show the state in the current tab, if it is not shown there yet."""
        page = self._agent.page
        self._state.ear = ear or (self._talk.hearing if self._talk else "")
        if page is None:
            return
        with suppress(BrowserError):  # the page is moving on, or hangs: it is shown when it comes back
            target = page.target_id
            tab = self._tabs.get(target)
            if tab is None:
                self._leave_others()
                tab = self._tabs[target] = World(page.browser.connection, target, _WORLD, self._source, self._heard)
            wanted = target, tab.context, msgspec.json.encode(self._state)
            if wanted != self._shown and tab.evaluate(f"webagentBar.show({wanted[2].decode()})") is True:
                self._shown = wanted

    def _leave_others(self) -> None:
        for tab in self._tabs.values():
            tab.close("webagentBar.remove()")
        self._tabs.clear()

    def close(self) -> None:
        """Take it away, without a trace."""
        self._leave_others()


@contextmanager
def bar_on(
    agent: Agent, inbox: Inbox, hotkey: str, talk: Talk | None = None, talk_key: str = TALK_KEY
) -> Iterator[Bar | None]:
    """The bar for as long as a conversation lasts; none without a hotkey."""
    if not hotkey:
        yield None
        return
    bar = Bar(agent, inbox, hotkey, talk, talk_key)
    try:
        yield bar
    finally:
        bar.close()


def _hotkey(keys: str) -> dict[str, Any]:
    """What a keyboard event must be like: its key or code, and what is held."""
    *held, key = keys.split("+")
    if not key or not held or any(name not in _MODIFIERS for name in held):
        known = ", ".join(_MODIFIERS)
        raise UsageError(f"the hotkey {keys!r} is none: write it like Control+Shift+Space, with {known}")
    code = f"Key{key.upper()}" if len(key) == 1 and key.isalpha() else key
    return {"key": key.lower(), "code": code} | {name: held_as in held for held_as, name in _MODIFIERS.items()}
