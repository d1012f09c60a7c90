"""A person does a task of the environments, and the task says what was right."""

from __future__ import annotations

import threading
import time
from contextlib import closing
from pathlib import Path
from typing import Any

from webagent.data.check import check
from webagent.data.dataset import read_episodes
from webagent.live.record.controls import Controls
from webagent.live.record.recorder import Recorded
from webagent.live.record.store import Store
from webagent.live.record.tasks import TaskRecorder
from webagent_envs.chromium import attach
from webagent_envs.page import Page
from webagent_envs.spaces import Click


def wait_for(said: list[str], beginning: str) -> str:
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        for line in said:
            if line.startswith(beginning):
                return line.removeprefix(beginning)
        time.sleep(0.05)
    raise AssertionError(f"nobody said {beginning}: {said}")


def test_right_episodes_are_kept(endpoint: str, person: Any, tmp_path: Path) -> None:
    said: list[str] = []
    found: list[Recorded] = []
    controls = Controls(said.append)
    recorder = TaskRecorder(Store(tmp_path), "click-test-2", 3)
    with closing(attach(endpoint)) as browser:
        page = Page.attach(browser, recorder.settings, target=person.page.target_id)
        thread = threading.Thread(target=lambda: found.append(recorder.run(page, controls)))
        thread.start()
        wanted = wait_for(said, "Seed 3: Click button ").strip(".")
        time.sleep(1)
        person.click(wanted, "button")
        other = "TWO" if "ONE" in wait_for(said, "Seed 4: Click button ") else "ONE"
        time.sleep(1)
        person.click(other, "button")
        wait_for(said, "Not right (reward -1)")
        wait_for(said, "Seed 5: ")
        controls.give("finish")
        thread.join(timeout=20)
    (episode,) = read_episodes(tmp_path)
    assert list(found[0].episodes) == [episode.id]
    assert (episode.task, episode.command) == ("click-test-2", f"Click button {wanted}.")
    assert [type(step.action) for step in episode.steps] == [Click]
    names = {element.name for element in episode.steps[0].observation.elements if element.role == "button"}
    assert names == {"ONE", "TWO"}
    assert list(check(tmp_path)) == []
