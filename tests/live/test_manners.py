"""The agent works wherever Python does, and leaves nothing behind."""

import asyncio
import os
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

from webagent.live.agent import Agent
from webagent.live.result import Result
from webagent_envs.chromium import shared
from webagent_envs.spaces import Stop

Write = Callable[[str], str]


def test_inside_a_running_event_loop(told: Any, page: Write) -> None:
    told.decide = lambda seen: [(Stop(), 0.9)]

    async def notebook() -> Result:
        with Agent(told) as agent:
            return agent.do("nothing", url=page("<p>hi"))

    assert asyncio.run(notebook()).outcome == "done"


def test_in_threads_with_a_browser_each(told: Any, page: Write) -> None:
    told.decide = lambda seen: [(Stop(), 0.9)]
    address = page("<p>hi")
    outcomes: list[str] = []

    def work() -> None:
        with Agent(told) as agent:
            outcomes.append(agent.do("nothing", url=address).outcome)

    threads = [threading.Thread(target=work) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert outcomes == ["done", "done"]


def test_a_browser_that_was_given_stays_open(told: Any, page: Write) -> None:
    told.decide = lambda seen: [(Stop(), 0.9)]
    browser = shared(still=False)
    before = set(browser.targets)
    with Agent(told, browser) as agent:
        assert agent.do("nothing", url=page("<p>hi")).outcome == "done"
    assert browser.alive and browser.version
    assert set(browser.targets) <= before


def test_nothing_is_left_behind(page: Write, tmp_path: Path) -> None:
    temporary = tmp_path / "tmp"
    temporary.mkdir()
    subprocess.run(
        [sys.executable, "-m", "webagent", "do", "click on Refresh", "--url", page("<button>Refresh</button>")],
        env={**os.environ, "TMPDIR": str(temporary)},
        capture_output=True,
        check=False,
    )
    assert list(temporary.iterdir()) == []
