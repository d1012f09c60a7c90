"""A MiniWoB++ task as a person does it: in real time, in a window."""

from __future__ import annotations

import json
import time

from webagent_envs.errors import PageUnreachable
from webagent_envs.page import Page, PageSettings
from webagent_envs.tasks.episode import HARNESS, PROBE, READY_MS, UNTOUCHABLE, Outcome, TaskEpisode
from webagent_envs.tasks.table import Task

__all__ = ["TaskByHand"]

BEGIN = """(() => {{
  core.endEpisode(0);
  Math.seedrandom({seed});
  core.setDataMode('train');
  core.startEpisodeReal();
  clearTimeout(core.EP_TIMER);
}})()"""


class TaskByHand:
    """Begins episodes of one task for a person, and judges them.

    Args:
        task: which.
        ignore: ids of further elements that are not listed.
    """

    def __init__(self, task: Task, ignore: tuple[str, ...] = ()) -> None:
        self._task = task
        self.settings = PageSettings(
            size=task.window, ignore=(*HARNESS, *ignore), listen="", open_secrets=True, on_dialog=lambda dialog: None
        )

    def begin(self, page: Page, seed: int) -> str:
        """Begin an episode; what is asked for.

        Raises:
            PageUnreachable: the task never becomes ready.
        """
        page.goto(TaskEpisode(self._task).url)
        page.evaluate(UNTOUCHABLE)
        page.evaluate_inside(BEGIN.format(seed=json.dumps(seed)))
        deadline = time.monotonic() + READY_MS / 1000
        while not page.evaluate_inside("WOB_TASK_READY"):
            if time.monotonic() > deadline:
                raise PageUnreachable(f"{self._task.name} never becomes ready: try again")
            time.sleep(0.05)
        return self.outcome(page).instruction

    def outcome(self, page: Page) -> Outcome:
        """How the episode stands."""
        instruction, done, raw, decayed = page.evaluate_inside(PROBE) or ("", False, 0, 0)
        return Outcome(str(instruction), bool(done), float(raw), float(decayed))
