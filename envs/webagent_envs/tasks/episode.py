"""How an episode of a MiniWoB++ task is played: the calls that MiniWoB++'s own package makes, in its order."""

from __future__ import annotations

from typing import Literal, NamedTuple

from webagent_envs.errors import PageUnreachable
from webagent_envs.page import Page, PageSettings
from webagent_envs.spaces import Observation
from webagent_envs.tasks.in_place import Way, way_of
from webagent_envs.tasks.server import address_of
from webagent_envs.tasks.table import Task

__all__ = ["Outcome", "TaskEpisode"]

# parts of the harness, not of the task: the command itself, scores, and the cover between two episodes
HARNESS = ("query", "query-wrap", "reward-display", "sync-task-cover", "click-canvas")
SCORES = (
    "core", "WOB_REWARD_GLOBAL", "WOB_RAW_REWARD_GLOBAL", "WOB_REWARD_REASON", "WOB_DONE_GLOBAL", "WOB_EPISODE_ID",
    "WOB_TASK_READY",
)  # fmt: skip
READY_MS = 15_000
IN_A_ROW = 200  # episodes in one document, before what its libraries remember of removed elements takes much memory
# the free-text tasks give an object with the solution in `fields`, so the command alone is taken
PROBE = """(() => {
  const said = core.getUtterance();
  return [typeof said === 'string' ? said : said.utterance, WOB_DONE_GLOBAL, WOB_RAW_REWARD_GLOBAL, WOB_REWARD_GLOBAL];
})()"""
UNTOUCHABLE = """(() => {
  const style = new CSSStyleSheet();
  style.replaceSync('#reward-display, #click-canvas, #sync-task-cover { pointer-events: none }');
  document.adoptedStyleSheets.push(style);
})()"""
# core.EP_TIMER stays set, because core.endEpisode takes that for a running episode
BEGIN = """
  core.endEpisode(0);
  Math.seedrandom({seed});
  core.setDataMode('{data_mode}');
  core.startEpisodeReal();
  if (!{timed}) clearTimeout(core.EP_TIMER);
  if (!await __webagent__.until(() => WOB_TASK_READY, {ready_ms})) throw new Error('the task never becomes ready');
"""


class Outcome(NamedTuple):
    """How an episode stands.

    Attributes:
        instruction: the command.
        done: the task has ended the episode.
        raw: reward of the task, in [-1, 1]; 0 until it is done.
        decayed: the same, less the longer it took; 0 until it is done.
    """

    instruction: str
    done: bool
    raw: float
    decayed: float

    @property
    def is_success(self) -> bool:
        """All of it was done right: the raw reward is 1, nothing less."""
        return self.done and self.raw == 1


class TaskEpisode:
    """Plays episodes of one task in a page.

    Args:
        task: which.
        timed: the task's own time limit ends an episode.
        reset: ``"load"``: each episode loads the page anew. ``"fast"``: where episodes are proved to be the same
            (`way_of`) the page is put back to how it was when it had just been loaded, or before its scripts ran;
            elsewhere it is loaded beforehand, in a second tab.
        way: go this way, proved or not; for the proof itself.
    """

    def __init__(
        self, task: Task, *, timed: bool = False, reset: Literal["fast", "load"] = "fast", way: Way | None = None
    ) -> None:
        self.task = task
        self._timed = timed
        self._fast = reset == "fast"
        self._way = way
        self._in_a_row = IN_A_ROW  # the page may still show another task

    def settings(self, input: Literal["trusted", "dom"]) -> PageSettings:
        """How the page must be opened."""
        return PageSettings(size=self.task.window, clock="virtual", input=input, ignore=HARNESS, probe=PROBE)

    @property
    def url(self) -> str:
        """Address of the task's page."""
        if self.task.is_flight:
            return address_of(self.task.path, self.task.path.parents[2])
        return self.task.path.as_uri()

    def begin(self, page: Page, seed: int, data_mode: str) -> Observation:
        """Begin an episode in a fresh document, or in one that cannot be told from it.

        Args:
            page: opened with `settings`.
            seed: the same seed gives the same task as in MiniWoB++'s own package.
            data_mode: ``"train"`` or ``"test"``; few tasks tell them apart.
        """
        timed = "true" if self._timed else "false"
        script = BEGIN.format(seed=int(seed), data_mode=data_mode, timed=timed, ready_ms=READY_MS)
        observation = self._begun_in_place(page, script) or page.begin(script)
        return _with_instruction(observation, self.outcome(page).instruction)

    def _begun_in_place(self, page: Page, script: str) -> Observation | None:
        """Begin in the document that is there; where that does not do, load it."""
        way = self._way or (way_of(self.task.name, page.settings.input) if self._fast else "load")
        self._in_a_row += 1
        if way != "load" and self._in_a_row <= IN_A_ROW and (observation := page.begin_again(script)):
            return observation
        self._in_a_row = 0
        (page.fresh if self._fast else page.goto)(self.url)
        page.ready()
        page.evaluate(UNTOUCHABLE)
        if way == "rerun":
            page.keep_source()
        elif way != "load":
            page.keep(SCORES if way == "rebuild" else ())
        return None

    def outcome(self, page: Page) -> Outcome:
        """How the episode stands after the last observation.

        Raises:
            PageUnreachable: the page is no longer that of the task.
        """
        if not isinstance(page.probe, list):
            raise PageUnreachable(f"the page of {self.task.name} was left: begin a new episode")
        instruction, done, raw, decayed = page.probe
        return Outcome(str(instruction), bool(done), float(raw) if done else 0.0, float(decayed) if done else 0.0)


def _with_instruction(observation: Observation, instruction: str) -> Observation:
    from msgspec.structs import replace

    return replace(observation, instruction=instruction)
