"""Recording episodes of an environment task: the task itself says which of them were done right."""

from __future__ import annotations

from webagent.live.record.controls import BAR_ID, Controls
from webagent.live.record.recorder import Course, Recorded, Recorder
from webagent.live.record.store import Store
from webagent_envs.page import Page
from webagent_envs.tasks import find_task
from webagent_envs.tasks.by_hand import TaskByHand

__all__ = ["TaskRecorder"]


class TaskRecorder:
    """Episode after episode of one task, each with the next seed.

    Args:
        store: where they go.
        name: of the task.
        seed: of the first episode.

    Attributes:
        settings: how the page must be opened.
    """

    def __init__(self, store: Store, name: str, seed: int) -> None:
        self._store = store
        self._name = name
        self._seed = seed
        self._task = TaskByHand(find_task(name), (BAR_ID,))
        self.settings = self._task.settings

    def run(self, page: Page, controls: Controls, *, pictures: bool = False) -> Recorded:
        """Record until the person is done; what was kept."""
        whole = Recorded(path=self._store.folder)
        finished = False
        while not finished:
            command = self._task.begin(page, self._seed)
            controls.tell(f"Seed {self._seed}: {command}")
            course = Course(self._name, lambda: self._over(page, controls), lambda: self._begin_again(page))
            recorder = Recorder(page, self._store, command, controls, pictures=pictures, course=course)
            whole.episodes.update(recorder.run().episodes)
            finished = recorder.finished
            self._seed += 1
        return whole

    def _over(self, page: Page, controls: Controls) -> bool | None:
        outcome = self._task.outcome(page)
        if not outcome.done:
            return None
        controls.tell("Right." if outcome.is_success else f"Not right (reward {outcome.raw:g}): it is not kept.")
        return outcome.is_success

    def _begin_again(self, page: Page) -> None:
        self._task.begin(page, self._seed)
