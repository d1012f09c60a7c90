"""Speaking into the page: a real browser hears a sound file through its microphone, while a key or a button is held."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextvars import Context
from pathlib import Path
from typing import Any

import pytest

from tests.live.test_bar import BOTTOM, colours, main, press
from tests.voice.conftest import browser_that_hears
from webagent.live.agent import Agent
from webagent.live.bar import Bar
from webagent.live.chat import Inbox
from webagent.live.conversation import Conversation
from webagent.live.hands_free import Source
from webagent.live.listen import SpokenFace, Turn
from webagent.voice.engines import make
from webagent.voice.hearing import Recognizer
from webagent_envs.page import Page
from webagent_envs.spaces import Click, Observation, Stop

Write = Callable[..., str]
LETTERS = "<button onclick=\"o.textContent += 'R'\">Refresh</button> <button>Reply</button><p id=o></p>"


@pytest.fixture(scope="module")
def engine() -> Recognizer:
    return make("sphinx")


class Refreshes:
    """A policy that clicks what the command names."""

    def act(self, seen: Observation) -> list[Any]:
        if seen.actions:
            return [(Stop(), 0.95)]
        return [(Click(item.ref), 0.9) for item in seen.elements if item.name and item.name in seen.instruction]


@pytest.fixture(scope="module")
def speaking_agent(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Agent]:
    """Its browser has a microphone, into which a person says one thing again and again."""
    browser = browser_that_hears(tmp_path_factory.mktemp("microphone"), "click Refresh")
    with Agent(Refreshes(), browser, viewport=(800, 600)) as agent:
        yield agent


class _PersonAtBar(Bar):
    """A bar, and somebody who does something now and then."""

    steps: Iterator[float] = iter(())
    until = 0.0

    def pump(self, seconds: float = 0.02) -> None:
        super().pump(seconds)
        if time.monotonic() >= self.until:
            wait = Context().run(next, self.steps, None)  # nobody ends, or hurries, what the person does
            if wait is None:
                self._inbox.put(None)
            else:
                self.until = time.monotonic() + wait


class Talker:
    """A conversation through the microphone of the page."""

    def __init__(self, agent: Agent, engine: Recognizer, *, continuous: bool = False) -> None:
        source = Source(page_mic=True, continuous=continuous)
        talk = source.talk(lambda: None)
        assert talk is not None and agent.page is not None
        self.turns: list[Turn] = []
        self.page, self.talk = agent.page, talk
        self.bar = _PersonAtBar(agent, Inbox(), "Control+Shift+Space", talk)
        self._ear = source.ear(agent, talk, lambda: None)
        self._face = SpokenFace(agent, engine, self._ear, self.turns.append, self.bar._inbox, self.bar)
        self._agent = agent

    def run(self, steps: Iterator[float]) -> None:
        """Converse; the person acts in between, and waits as many seconds as they say."""
        self.bar.steps = steps
        try:
            Conversation(self._agent, self._face).run()
        finally:
            self._ear.close()
            self.bar.close()


def key(page: Page, kind: str, modifiers: int = 10, **more: Any) -> None:
    page._tab.call("Input.dispatchKeyEvent", type=kind, key=">", code="Period", modifiers=modifiers, **more)


def test_the_key_is_held_while_speaking(speaking_agent: Agent, engine: Recognizer, page: Write) -> None:
    speaking_agent.open(
        page(LETTERS + "<script>heard = []; addEventListener('keydown', (e) => heard.push(e.key))</script>")
    )
    talker = Talker(speaking_agent, engine)
    seen: list[str] = []

    def hold() -> Iterator[float]:
        key(talker.page, "rawKeyDown")
        yield 0.3
        key(talker.page, "rawKeyDown", autoRepeat=True)
        while not talker.talk.hears:
            yield 0.1
        yield 3.0
        seen.append(talker.talk.hearing)
        assert colours(talker.page, BOTTOM) > 5
        key(talker.page, "keyUp", modifiers=0)  # the others were let go before
        while not talker.turns:
            yield 0.1

    talker.run(hold())
    assert seen == ["listening"] and talker.talk.hearing == "shut"
    assert [turn.heard.lower() for turn in talker.turns] == ["click refresh"]
    assert main(talker.page, "o.textContent") == "R" and main(talker.page, "heard.join()") == ""


def point(page: Page, kind: str) -> None:
    """The mouse on the button in the bar."""
    page._tab.call("Input.dispatchMouseEvent", type=kind, x=690, y=560, button="left", clickCount=1)


@pytest.mark.slow
def test_the_button_is_pressed_before_and_after(speaking_agent: Agent, engine: Recognizer, page: Write) -> None:
    speaking_agent.open(page(LETTERS))
    talker = Talker(speaking_agent, engine)
    seen: list[str] = []

    def tap() -> Iterator[float]:
        press(talker.page, " ", code="Space", modifiers=10)
        yield 0.5
        for pause in (3.0, 4.0):
            point(talker.page, "mousePressed")
            point(talker.page, "mouseReleased")
            yield pause
            seen.append(talker.talk.hearing)

    talker.run(tap())
    assert seen == ["listening", "shut"]
    assert [turn.heard.lower() for turn in talker.turns] == ["click refresh"]
    assert main(talker.page, "o.textContent") == "R" and main(talker.page, "document.activeElement.tagName") == "BODY"


@pytest.mark.slow
def test_escape_forgets_what_was_said(speaking_agent: Agent, engine: Recognizer, page: Write) -> None:
    speaking_agent.open(page(LETTERS))
    talker = Talker(speaking_agent, engine)

    def think_better_of_it() -> Iterator[float]:
        key(talker.page, "rawKeyDown")
        yield 3.0
        press(talker.page, "Escape")
        yield 0.3
        key(talker.page, "keyUp")
        yield 2.0

    talker.run(think_better_of_it())
    assert talker.talk.hearing == "shut" and talker.turns == []


@pytest.mark.slow
def test_an_open_microphone_is_muted_and_opened_again_on_the_next_page(
    speaking_agent: Agent, engine: Recognizer, page: Write
) -> None:
    speaking_agent.open(page(LETTERS))
    talker = Talker(speaking_agent, engine, continuous=True)
    heard: list[int] = []

    def mute() -> Iterator[float]:
        for _ in range(2):
            key(talker.page, "rawKeyDown")
            key(talker.page, "keyUp")
            yield 2.0
            heard.append(len(talker.turns))
            speaking_agent.open(page(LETTERS, "next.html"))
            yield 4.0
            heard.append(len(talker.turns))

    talker.run(mute())
    assert heard[0] == heard[1] < heard[3]
    assert {turn.heard.lower() for turn in talker.turns} == {"click refresh"}


class _InOrder:
    """A policy with a task of many steps, each of which takes a moment to decide on."""

    steps = 60

    def act(self, seen: Observation) -> list[Any]:
        time.sleep(0.2)
        place = len(seen.actions)
        if place == self.steps:
            return [(Stop(), 0.95)]
        return [(Click(next(item.ref for item in seen.elements if item.name == f"Step {place}")), 0.9)]


@pytest.mark.slow
def test_the_key_is_pressed_to_say_stop_while_something_goes_on(
    engine: Recognizer, page: Write, tmp_path: Path
) -> None:
    """Nothing is done while the key is held, nor after "stop"."""
    buttons = (
        f"<button onclick=\"o.textContent += ' {place}'\">Step {place}</button>" for place in range(_InOrder.steps)
    )
    with Agent(_InOrder(), browser_that_hears(tmp_path, "stop"), viewport=(800, 600)) as agent:
        agent.open(page("".join(buttons) + "<p id=o></p>"))
        talker = Talker(agent, engine)
        held: list[tuple[int, int]] = []

        def done() -> int:
            return len(main(talker.page, "o.textContent").split())

        def interrupt() -> Iterator[float]:
            talker.bar._inbox.put("do all of it")
            while done() < 2:
                yield 0.0
            while not talker.turns:  # a machine that is busy does not hear every word
                key(talker.page, "rawKeyDown")
                while not talker.talk.hears:
                    yield 0.1
                yield 1.5  # what was being done is done by then
                before = done()
                yield 2.0
                held.append((before, done()))
                assert talker.talk.hearing == "listening" and colours(talker.page, BOTTOM) > 5
                key(talker.page, "keyUp")
                while talker.talk.hears:
                    yield 0.0
                yield 0.5
            while len(talker.turns) < 2:
                yield 0.1

        talker.run(interrupt())
        in_the_end = main(talker.page, "o.textContent").split()
    stopped, command = talker.turns
    assert (stopped.heard[:4], stopped.reason[:7], stopped.engine) == ("stop", "stopped", "sphinx")
    assert (command.heard, command.outcome) == ("do all of it", "refused")
    assert all(before == after for before, after in held) and held[-1][1] == len(command.actions)
    assert in_the_end == [str(place) for place in range(len(command.actions))] and 2 <= len(in_the_end) < 59


class _NeverDone:
    """A policy that goes on and on."""

    def act(self, seen: Observation) -> list[Any]:
        time.sleep(0.3)
        return [(Click(next(item.ref for item in seen.elements if item.name == "Refresh")), 0.9)]


@pytest.mark.slow
def test_stop_is_heard_through_the_page_while_something_goes_on(
    engine: Recognizer, page: Write, tmp_path: Path
) -> None:
    browser = browser_that_hears(tmp_path, "click Refresh", "stop")
    with Agent(_NeverDone(), browser, viewport=(800, 600)) as agent:
        agent.open(page(LETTERS.replace("'R'", "o.textContent.length")))
        talker = Talker(agent, engine, continuous=True)

        def wait() -> Iterator[float]:
            while len(talker.turns) < 2:
                yield 0.5

        talker.run(wait())
        stopped, command = talker.turns[:2]
    assert (stopped.heard[:4], stopped.reason[:7]) == ("stop", "stopped")
    assert command.outcome == "refused" and len(command.actions) < 30
