"""A person with a browser of theirs, whose acts are real mouse and key events, and a recording of them."""

from __future__ import annotations

import os
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from webagent.data.dataset import read_episodes
from webagent.data.records import Episode
from webagent.live.record.controls import Controls
from webagent.live.record.recorder import Recorded, Recorder, listening_settings
from webagent.live.record.store import Store
from webagent_envs.chromium import Browser, attach, find_browser
from webagent_envs.page import Page, PageSettings
from webagent_envs.page.keys import press_events
from webagent_envs.spaces import Click, DoubleClick, Drag, Element, Hover

STEADY = 0.4  # seconds without news: longer than one turn of the recorder


class Person:
    """Uses the tab in front by mouse and keyboard."""

    def __init__(self, browser: Browser) -> None:
        others = list(browser.targets)
        opened = browser.connection.call("Target.createTarget", 10, url="about:blank")
        for target in others:
            browser.connection.call("Target.closeTarget", 10, targetId=target)
        self.page = Page.attach(
            browser, PageSettings(size=None, on_dialog=lambda dialog: None), target=opened["targetId"]
        )

    def find(self, name: str, role: str = "") -> Element:
        deadline = time.monotonic() + 5
        while time.monotonic() < deadline:
            for element in self.page.observe("").elements:
                if name in (element.name, element.text, element.placeholder) and role in ("", element.role):
                    return element
            time.sleep(0.05)
        raise AssertionError(f"no {name} on the page")

    def click(self, name: str, role: str = "") -> None:
        assert self.page.act(Click(self.find(name, role).ref)) == ""

    def double_click(self, name: str) -> None:
        assert self.page.act(DoubleClick(self.find(name).ref)) == ""

    def hover(self, name: str) -> None:
        assert self.page.act(Hover(self.find(name).ref)) == ""

    def drag(self, name: str, to: str) -> None:
        assert self.page.act(Drag(self.find(name).ref, self.find(to).ref)) == ""

    def press(self, keys: str) -> None:
        self.page._input("Input.dispatchKeyEvent", press_events(keys))

    def write(self, text: str) -> None:
        for character in text:
            self.press("Space" if character == " " else character)


class Recording:
    """A recording that goes on while the person acts."""

    def __init__(self, browser: Browser, target: str, folder: Path, command: str, **settings: Any) -> None:
        self.said: list[str] = []
        self.controls = Controls(self.said.append)
        self.folder = folder
        self.error: BaseException | None = None
        self.recorded = Recorded()
        self._browser = browser
        page = Page.attach(browser, listening_settings(command, settings.pop("private", "")), target=target)
        self._page = page
        self.recorder = Recorder(page, Store(folder), command, self.controls, **settings)
        self._thread = threading.Thread(target=self._run)
        self._thread.start()

    def _run(self) -> None:
        try:
            self.recorded = self.recorder.run()
        except BaseException as error:
            self.error = error

    def rest(self) -> None:
        """Wait until every tab is listened to, and the page was seen at rest after the last that was heard."""
        deadline = time.monotonic() + 20
        rested = 0.0
        while rested < STEADY:
            assert time.monotonic() < deadline, "the recording does not come to rest"
            time.sleep(0.05)
            rested = rested + 0.05 if self._rests() else 0.0

    def _rests(self) -> bool:
        listened_to = {tab.target_id for tab in self._page._tabs}
        seen = self.recorder._seen_at > self.recorder._heard_at
        return not self._thread.is_alive() or (seen and listened_to == set(self._browser.targets))

    def finish(self) -> Episode:
        self.rest()
        self.controls.give("finish")
        self._thread.join(timeout=20)
        if self.error:
            raise self.error
        found = {episode.id: episode for episode in read_episodes(self.folder, pictures=True)}
        return found[str(self.recorded.to_dict()["episode"])]


@pytest.fixture(scope="session")
def endpoint(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Address of a browser of somebody else."""
    profile = tmp_path_factory.mktemp("person")
    flags = [
        "--remote-debugging-port=0",
        f"--user-data-dir={profile}",
        "--headless",
        "--no-first-run",
        "--site-per-process",
    ]
    flags += ["--no-sandbox"] if os.geteuid() == 0 else []
    quiet = subprocess.DEVNULL
    process = subprocess.Popen([find_browser(), *flags, "about:blank"], stdin=quiet, stdout=quiet, stderr=quiet)
    port = profile / "DevToolsActivePort"
    deadline = time.monotonic() + 20
    while not (port.exists() and len(port.read_text().split()) == 2):
        assert time.monotonic() < deadline, "the browser does not start"
        time.sleep(0.02)
    yield f"http://127.0.0.1:{port.read_text().split()[0]}"
    process.terminate()
    process.wait(timeout=20)


@pytest.fixture
def theirs(endpoint: str) -> Iterator[Browser]:
    browser = attach(endpoint)
    yield browser
    browser.close()


@pytest.fixture
def person(theirs: Browser) -> Iterator[Person]:
    yield Person(theirs)


@pytest.fixture
def record(endpoint: str, person: Person, tmp_path: Path) -> Iterator[Callable[..., Recording]]:
    """Starts a recording through a connection of its own."""
    browser = attach(endpoint)

    def start(command: str = "do it", **settings: Any) -> Recording:
        return Recording(browser, person.page.target_id, tmp_path / "recorded", command, **settings)

    yield start
    browser.close()
