"""The Gymnasium environment: a page, a command, and whatever a person could do about it."""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Mapping
from typing import Any, Literal

import gymnasium
import numpy as np
from msgspec.structs import replace
from numpy.typing import NDArray

from webagent_envs.cdp import within
from webagent_envs.chromium import Browser, shared
from webagent_envs.errors import BrowserError, BrowserNotFound, InvalidAction, PageUnreachable
from webagent_envs.gym_spaces import ActionSpace, ElementsSpace
from webagent_envs.page import Page
from webagent_envs.page.picture import picture_of
from webagent_envs.spaces import ACTION_KINDS, Action, Observation, Stop, Wait, action_from_dict
from webagent_envs.tasks import find_task
from webagent_envs.tasks.episode import Outcome, TaskEpisode
from webagent_envs.views import TensorView, TextView
from webagent_envs.webpage import PageEpisode

__all__ = ["WebEnv"]

SEEDS = 2**31
DEFAULT_STEPS = 50


def _render_modes() -> list[str]:
    """A window can be shown only where there is a screen."""
    screen = sys.platform == "darwin" or os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")
    return ["rgb_array", "ansi", *(["human"] if screen else [])]


class WebEnv(gymnasium.Env[Any, Any]):
    """A MiniWoB++ task, or any page with a command.

    Observation: ``obs_mode="elements"``: an `Observation`; ``"text"``: a numbered listing; ``"tensor"``: arrays of
        fixed shape.
    Action: any `Action`, or its plain dictionary; with ``"tensor"`` a number (see `TensorView`), and
        ``info["action_mask"]`` says which numbers fit the page.
    Reward: 0 until the end; then ``reward="success"``: 1 for a raw reward of exactly 1, else 0; ``"raw"``: in [-1, 1];
        ``"miniwob"``: raw, less the longer it took.
    Terminated: the task is over, or the action was `Stop`.
    Truncated: ``max_steps`` were made, or the page or the browser failed; ``info["action_error"]`` then says why, and
        the next `reset` replaces what failed.

    ``info`` has ``is_success, raw_reward, task, seed, instruction, url, action_error`` and, with ``"tensor"``,
    ``action_mask``; all plain but the last. `gymnasium.make` adds ``step_ms``.

    Args:
        task: name of a MiniWoB++ task; or give a page instead:
        url: address of a page.
        html: text of a page.
        instruction: the command for that page.
        obs_mode: which view of the page is observed.
        input: ``"trusted"``: real mouse and keys; ``"dom"``: events made in the page, faster.
        reward: which reward.
        time_limit: ``"steps"``: episodes end after ``max_steps``; ``"original"``: also when the task's own time is up.
        data_mode: ``"train"`` or ``"test"``; few tasks tell them apart.
        reset_mode: ``"fast"``: a task's page is put back to how it was when it had just been loaded, or before its
            scripts ran, or it is loaded beforehand, whichever was shown to give the same episodes
            (tasks/in_place.json); ``"load"``: loaded anew.
        max_steps: limit in steps; by default two for each second of the task's original limit.
        timeout: seconds that the page has for an answer, and half of those that it has to load. No step takes longer
            than both together (`Wait`: and what it waits for): it is truncated then.
        downloads: folder for what the page downloads; ``""``: one that goes with the page. See ``env.page.downloads``.
        render_mode: ``"rgb_array"``, ``"ansi"``, or ``"human"`` for a visible window.
        browser: use this one; by default one browser is shared by all environments of a process.

    Raises:
        UnknownTask: there is no such task.
        ValueError: an option has no such value.
    """

    metadata = {"render_modes": _render_modes(), "render_fps": 5}  # noqa: RUF012

    def __init__(
        self,
        task: str = "",
        *,
        url: str = "",
        html: str = "",
        instruction: str = "",
        obs_mode: Literal["elements", "text", "tensor"] = "elements",
        input: Literal["trusted", "dom"] = "trusted",
        reward: Literal["success", "raw", "miniwob"] = "success",
        time_limit: Literal["steps", "original"] = "steps",
        data_mode: Literal["train", "test"] = "train",
        reset_mode: Literal["fast", "load"] = "fast",
        max_steps: int | None = None,
        timeout: float = 10.0,
        downloads: str = "",
        render_mode: Literal["human", "rgb_array", "ansi"] | None = None,
        browser: Browser | None = None,
    ) -> None:
        _check("obs_mode", obs_mode, ("elements", "text", "tensor"))
        _check("input", input, ("trusted", "dom"))
        _check("reward", reward, ("success", "raw", "miniwob"))
        _check("time_limit", time_limit, ("steps", "original"))
        _check("data_mode", data_mode, ("train", "test"))
        _check("reset_mode", reset_mode, ("fast", "load"))
        _check("render_mode", render_mode, (None, *self.metadata["render_modes"]))
        if not timeout > 0:
            raise ValueError(f"timeout={timeout!r} is not possible: use a number of seconds greater than 0")
        self.obs_mode, self.reward, self.data_mode, self.render_mode = obs_mode, reward, data_mode, render_mode
        self.time_limit, self.reset_mode, self.input, self._most_steps = time_limit, reset_mode, input, max_steps
        self._episode: TaskEpisode | PageEpisode
        if task:
            self._episode, self.max_steps = self._play(task)
        else:
            self._episode = PageEpisode(url=url, html=html, instruction=instruction)
            self.max_steps = DEFAULT_STEPS if max_steps is None else max_steps
        self.task = task
        times = {"timeout": timeout, "load_timeout": 2 * timeout}
        self._settings = replace(self._episode.settings(input), downloads=downloads, **times)
        self._own_browser = browser
        self._page: Page | None = None
        self._picture: NDArray[np.uint8] | None = None  # what was shown last
        self._observation = Observation(instruction="")
        self._steps = self._seed = 0
        self._text = TextView()
        self._tensor = TensorView()
        self.action_space = self._tensor.actions if obs_mode == "tensor" else ActionSpace(self._elements)
        spaces = {"elements": ElementsSpace(), "text": self._text.space, "tensor": self._tensor.space}
        self.observation_space = spaces[obs_mode]

    # -- Gymnasium

    def reset(self, *, seed: int | None = None, options: Mapping[str, Any] | None = None) -> tuple[Any, dict[str, Any]]:
        """Begin an episode.

        Args:
            seed: the same seed gives the same episode, and the same task as in MiniWoB++'s own package.
            options: ``{"data_mode": "train" or "test"}`` for this and all later episodes.

        Raises:
            BrowserNotFound: there is no browser to use.
            PageUnreachable: the page cannot be opened.
        """
        super().reset(seed=seed)
        self._seed = int(self.np_random.integers(SEEDS)) if seed is None else int(seed)
        if options and "data_mode" in options:
            _check("data_mode", options["data_mode"], ("train", "test"))
            self.data_mode = options["data_mode"]
        self._steps = 0
        self._observation, outcome = self._begin()
        return self._seen(), self._info(outcome, "")

    def step(self, action: Action | Mapping[str, Any] | int) -> tuple[Any, float, bool, bool, dict[str, Any]]:
        """Act, let the page come to rest, look.

        Raises:
            InvalidAction: this is no action at all. One that merely does not fit the page is no exception:
                ``info["action_error"]`` says what was wrong.
            gymnasium.error.ResetNeeded: there is no episode.
        """
        if self._page is None:
            raise gymnasium.error.ResetNeeded("no episode is running: call reset() first")
        decoded = self._decoded(action)
        self._steps += 1
        before = self._observation
        try:
            with within(self._patience(decoded)):
                self._observation, error = self._page.step(decoded, before.instruction, before.actions)
            outcome = self._episode.outcome(self._page)
        except BrowserError as failure:
            self._drop_page()
            outcome = Outcome(before.instruction, False, 0.0, 0.0)
            return self._seen(), 0.0, False, True, self._info(outcome, str(failure))
        if outcome.instruction != before.instruction:
            self._observation = replace(self._observation, instruction=outcome.instruction)
        terminated = outcome.done or isinstance(decoded, Stop)
        truncated = not terminated and self._steps >= self.max_steps
        return self._seen(), self._reward(outcome), terminated, truncated, self._info(outcome, error)

    def render(self) -> Any:
        """What ``render_mode`` asks for: an array (height, width, 3) of bytes, a listing, or a window.

        Of a page that failed the last picture is given once more.
        """
        if self.render_mode == "ansi":
            return self._text(self._observation)
        if self.render_mode != "rgb_array":
            return None
        if self._page is None and self._picture is None:
            raise gymnasium.error.ResetNeeded("there is nothing to show yet: call reset() first")
        if self._page is not None:
            self._take_picture(self._page)
        return self._picture

    def close(self) -> None:
        """Close the page; a shared browser ends with the process. Idempotent."""
        self._drop_page()

    def change_task(self, task: str) -> None:
        """Play another MiniWoB++ task from the next `reset` on, which must come next.

        The page stays open where both tasks want one of the same size: that costs less than half of a new one, and the
        episodes are the same.

        Raises:
            UnknownTask: there is no such task.
        """
        self._episode, self.max_steps = self._play(task)
        self.task = task
        size = self._episode.settings(self.input).size
        if size != self._settings.size:
            self._drop_page()
            self._settings = replace(self._settings, size=size)

    def _play(self, task: str) -> tuple[TaskEpisode, int]:
        found = find_task(task)
        episode = TaskEpisode(found, timed=self.time_limit == "original", reset=self.reset_mode)
        return episode, found.max_steps if self._most_steps is None else self._most_steps

    # -- for masked algorithms

    def action_masks(self) -> NDArray[np.int8]:
        """Which of the choices of ``obs_mode="tensor"`` fit the page: 1 or 0 for each."""
        return self._tensor.mask(self._observation)

    @property
    def observation(self) -> Observation:
        """The page as it was last seen, whatever ``obs_mode`` is."""
        return self._observation

    @property
    def page(self) -> Page | None:
        """The page itself, while there is one."""
        return self._page

    # -- parts

    def _begin(self, tries: int = 3) -> tuple[Observation, Outcome]:
        """Begin an episode; a page, or a browser, that went wrong is replaced."""
        new = self._page is None
        try:
            return self._begin_in(self._page or self._open())
        except BrowserError as failure:
            self._drop_page()
            # a new page may fail too: when its browser ends just then, or the machine has no time for it
            if tries == 1 or (new and isinstance(failure, PageUnreachable | BrowserNotFound)):
                raise
        return self._begin(tries - 1)

    def _begin_in(self, page: Page) -> tuple[Observation, Outcome]:
        observation = self._episode.begin(page, self._seed, self.data_mode)
        return observation, self._episode.outcome(page)

    def _open(self) -> Page:
        still = self._settings.clock == "virtual"
        browser = self._own_browser or shared(headless=self.render_mode != "human", still=still)
        self._page = Page.open(browser, self._settings)
        return self._page

    def _drop_page(self) -> None:
        page, self._page = self._page, None
        if page is not None:
            with contextlib.suppress(BrowserError):
                page.close()

    def _patience(self, action: Action) -> float:
        """Longest that a step may take, in seconds."""
        waited = max(0.0, action.seconds) if isinstance(action, Wait) else 0.0
        return self._settings.timeout + self._settings.load_timeout + waited

    def _elements(self) -> Any:
        return self._observation.elements

    def _decoded(self, action: Action | Mapping[str, Any] | int) -> Action:
        if self.obs_mode == "tensor" and isinstance(action, int | np.integer):
            return self._tensor.action(int(action), self._observation)
        if isinstance(action, Mapping):
            return action_from_dict(action)
        if type(action) not in ACTION_KINDS.values():
            raise InvalidAction(f"{action!r} is no action: use one of {', '.join(ACTION_KINDS)}")
        return action  # type: ignore[return-value]  # one of the union, as just checked

    def _reward(self, outcome: Outcome) -> float:
        rewards = {"success": float(outcome.is_success), "raw": outcome.raw, "miniwob": outcome.decayed}
        return rewards[self.reward]

    def _seen(self) -> Any:
        if self.obs_mode == "elements":
            return self._observation
        return (self._text if self.obs_mode == "text" else self._tensor)(self._observation)

    def _info(self, outcome: Outcome, error: str) -> dict[str, Any]:
        info: dict[str, Any] = {
            "is_success": outcome.is_success,
            "raw_reward": outcome.raw,
            "task": self.task,
            "seed": self._seed,
            "instruction": self._observation.instruction,
            "url": self._observation.url,
            "action_error": error,
        }
        if self.obs_mode == "tensor":
            info["action_mask"] = self.action_masks()
        return info

    def _take_picture(self, page: Page) -> None:
        try:
            self._picture = picture_of(page)
        except BrowserError:
            if self._picture is None:
                raise  # else the next step will say what is wrong


def _check(name: str, value: object, allowed: tuple[object, ...]) -> None:
    if value not in allowed:
        raise ValueError(f"{name}={value!r} is not possible: use one of {', '.join(repr(one) for one in allowed)}")
