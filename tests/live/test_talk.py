"""Speaking into the page: a real browser hears a sound file through its microphone, while a key or a button is held."""

from __future__ import annotations

import threading
import time
import wave
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.live.test_bar import BOTTOM, colours, main, press
from tests.voice.conftest import speak
from webagent.live.agent import Agent
from webagent.live.bar import Bar
from webagent.live.chat import Inbox
from webagent.live.conversation import Conversation
from webagent.live.hands_free import Source
from webagent.live.listen import SpokenFace, Turn
from webagent.live.talk import Talk
from webagent.voice.engines import make
from webagent.voice.hearing import Recognizer
from webagent_envs.chromium import find_browser
from webagent_envs.page import Page
from webagent_envs.spaces import Click, Observation, Stop

pytestmark = pytest.mark.slow
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
    folder = tmp_path_factory.mktemp("microphone")
    with wave.open(str(folder / "command.wav"), "wb") as file:
        file.setparams((1, 2, 16_000, 0, "NONE", ""))
        file.writeframes(speak("click Refresh").tobytes())
    wrapper = folder / "chromium-headless-shell"
    flags = f"--use-fake-device-for-media-stream --use-fake-ui-for-media-stream --use-file-for-fake-audio-capture={folder}/command.wav"
    wrapper.write_text(f'#!/bin/sh\nexec "{find_browser()}" {flags} "$@"\n')
    wrapper.chmod(0o755)
    with Agent(Refreshes(), wrapper, viewport=(800, 600)) as agent:
        yield agent


class _PersonAtBar(Bar):
    """A bar, and somebody who does something now and then."""

    steps: Iterator[float] = iter(())
    until = 0.0

    def pump(self) -> None:
        super().pump()
        if time.monotonic() >= self.until:
            wait = next(self.steps, None)
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


def test_the_key_is_held_while_speaking(speaking_agent: Agent, engine: Recognizer, page: Callable[[str], str]) -> None:
    speaking_agent.open(page(LETTERS + "<script>heard = []; addEventListener('keydown', (e) => heard.push(e.key))</script>"))
    talker = Talker(speaking_agent, engine)
    seen: list[str] = []

    def hold() -> Iterator[float]:
        key(talker.page, "rawKeyDown")
        yield 0.3
        key(talker.page, "rawKeyDown", autoRepeat=True)
        yield 3.0
        seen.append(talker.talk.hearing)
        assert colours(talker.page, BOTTOM) > 5
        key(talker.page, "keyUp", modifiers=0)  # the others were let go before
        yield 4.0

    talker.run(hold())
    assert seen == ["listening"] and talker.talk.hearing == "shut"
    assert [turn.heard.lower() for turn in talker.turns] == ["click refresh"]
    assert main(talker.page, "o.textContent") == "R" and main(talker.page, "heard.join()") == ""
