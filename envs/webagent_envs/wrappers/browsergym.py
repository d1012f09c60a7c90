"""BrowserGym's interface: its observations, its actions in words, its rewards, on our pages."""

from __future__ import annotations

import contextlib
import copy
import json
import sys
import time
from collections.abc import Callable, Mapping
from functools import lru_cache
from importlib.resources import files
from typing import Any, Literal

import gymnasium
import numpy as np
from numpy.typing import NDArray

from webagent_envs.chromium import Browser
from webagent_envs.env import WebEnv
from webagent_envs.errors import BrowserError, InvalidAction
from webagent_envs.page import PageSettings
from webagent_envs.page.picture import picture_of
from webagent_envs.spaces import Say
from webagent_envs.tasks import find_task
from webagent_envs.wrappers.browsergym_actions import ACTIONS, Hands
from webagent_envs.wrappers.browsergym_dom import dom_object, graft
from webagent_envs.wrappers.browsergym_spaces import observation_space, text_space
from webagent_envs.wrappers.browsergym_tree import axtree_object, element_properties, focused_bid
from webagent_envs.wrappers.calls import Call, find_calls

__all__ = ["BrowserGymEnv"]

SEEDS = 1_000_000
GREETING = "Hi! I am your UI assistant, I can perform web tasks for you. What can I help you with?"
LOOK = Say("")  # an act that changes nothing
# settings of BrowserGym's own browser and waits, which there are none of here
WITHOUT_EFFECT = frozenset(
    [
        "locale",
        "pre_observation_delay",
        "pw_chromium_kwargs",
        "pw_context_kwargs",
        "record_video_dir",
        "resizeable_window",
        "slow_mo",
        "tags_to_mark",
        "timeout",
        "timezone_id",
        "viewport",
        "wait_for_user_message",
    ]
)

Step = tuple[dict[str, Any], float, bool, bool, dict[str, Any]]


@lru_cache(maxsize=1)
def _snapshot_script() -> str:
    return files("webagent_envs").joinpath("wrappers", "snapshot.js").read_text()


class BrowserGymEnv(gymnasium.Env[Any, Any]):
    """A task as ``browsergym/miniwob.TASK`` presents it; its id here is ``webagent-browsergym/miniwob.TASK``.

    Observation: ``chat_messages, goal, goal_object, open_pages_urls, open_pages_titles, active_page_index, url,
        screenshot, dom_object, axtree_object, extra_element_properties, focused_element_bid, last_action,
        last_action_error, elapsed_time``; a bid stays with its element for as long as that lives.
    Action: text with one or more calls, such as ``click('12')``; see `webagent_envs.wrappers.browsergym_actions`.
        Calls are taken apart, never executed; what went wrong comes as ``last_action_error``.
    Reward: 1 for a raw reward of exactly 1, else 0; with ``reward="positive"`` 1 for any above 0, as in BrowserGym.
    Terminated: the task is over, or the agent has reported that it cannot be done.
    Truncated: the page or the browser failed, or the task's page was left; ``info["action_error"]`` says why.

    ``info`` has ``task_info`` and ``action_exec_start, action_exec_stop, action_exec_timeout`` as in BrowserGym, and
    what `WebEnv` says.

    Args:
        task: name of a MiniWoB++ task; without one, any page: ``task_kwargs={"start_url": …, "goal": …}``.
        task_kwargs: for a page ``start_url`` and ``goal``; what BrowserGym's tasks take beside that has no effect.
        headless: without a window.
        action_mapping: ``to_python_code`` of an action set of BrowserGym: only its actions are allowed.
        terminate_on_infeasible: the episode ends with ``report_infeasible(…)``.
        reward: ``"success"`` or ``"positive"``.
        input: see `WebEnv`.
        screenshot: whether observations have a picture; without, it is black, and steps are faster.
        browser: use this one.
        settings: other settings of BrowserGym's environment; they have no effect here.

    Raises:
        UnknownTask: there is no such task.
        ValueError: an option has no such value.
        TypeError: there is no such setting.
    """

    metadata = WebEnv.metadata

    def __init__(
        self,
        task: str = "",
        *,
        task_kwargs: Mapping[str, Any] | None = None,
        headless: bool = True,
        action_mapping: Callable[[str], str] | None = None,
        terminate_on_infeasible: bool = True,
        reward: Literal["success", "positive"] = "success",
        input: Literal["trusted", "dom"] = "trusted",
        screenshot: bool = True,
        browser: Browser | None = None,
        **settings: Any,
    ) -> None:
        if unknown := sorted(settings.keys() - WITHOUT_EFFECT):
            raise TypeError(f"there is no setting {', '.join(unknown)}: leave it out")
        if reward not in ("success", "positive"):
            raise ValueError(f"reward={reward!r} is not possible: use one of 'success', 'positive'")
        self.render_mode = None if headless else "human"
        shared: dict[str, Any] = {"input": input, "browser": browser, "render_mode": self.render_mode}
        if task:
            self._env = WebEnv(task, max_steps=sys.maxsize, **shared)
            self.size = find_task(task).window
        else:
            given = task_kwargs or {}
            if "start_url" not in given:
                raise ValueError('a page needs an address: task_kwargs={"start_url": "https://example.org"}')
            goal = given.get("goal") or ""
            self._env = WebEnv(url=given["start_url"], instruction=goal, max_steps=sys.maxsize, **shared)
            self.size = PageSettings().size or (0, 0)
        self.task = task
        self.reward = reward
        self.terminate_on_infeasible = terminate_on_infeasible
        self.screenshot = screenshot
        self._allowed, self._many = _allowed(action_mapping)
        self.observation_space = observation_space(self.size)
        self.action_space = text_space()
        self._hands: Hands | None = None
        self._seen: dict[str, Any] = {}
        self._chat: list[dict[str, Any]] = []
        self._infeasible = False
        self._began = 0.0

    # -- Gymnasium

    def reset(self, *, seed: int | None = None, options: Mapping[str, Any] | None = None) -> tuple[Any, dict[str, Any]]:
        """Begin an episode.

        Args:
            seed: the same seed gives the same task as in BrowserGym.
            options: see `WebEnv.reset`.

        Raises:
            BrowserNotFound: there is no browser to use.
            PageUnreachable: the page cannot be opened.
        """
        super().reset(seed=seed)
        if self._hands is not None:
            with contextlib.suppress(BrowserError):
                self._hands.let_go()
        # BrowserGym seeds pages with what its own generator draws first
        drawn = self.np_random.integers(SEEDS) if seed is None else np.random.RandomState(seed).randint(0, SEEDS)
        _, info = self._env.reset(seed=int(drawn), options=options)
        self._hands = Hands(self._env, self._tell)
        self._began = time.time()
        self._infeasible, self._chat = False, []
        self._tell("assistant", GREETING)
        if info["instruction"]:
            self._tell("user", info["instruction"])
        return self._observation("", "", info), info

    def step(self, action: str) -> Step:
        """Do what the calls in a text say, in order, up to the first one that fails; then look.

        Raises:
            gymnasium.error.ResetNeeded: there is no episode.
        """
        if self._hands is None:
            raise gymnasium.error.ResetNeeded("no episode is running: call reset() first")
        began = time.time()
        done, error = self._perform(action, self._hands)
        if done is None:
            done = self._env.step(LOOK)
        _, _, terminated, truncated, info = done
        info["action_error"] = info["action_error"] or error
        info |= {"action_exec_start": began, "action_exec_stop": time.time(), "action_exec_timeout": 0.0}
        try:
            observation = self._observation(action, error, info)
        except BrowserError as failure:
            truncated, info["action_error"] = True, str(failure)
            observation = self._last_seen(action, str(failure))
        if truncated:
            self._hands = None
        terminated = terminated or (self._infeasible and self.terminate_on_infeasible)
        reward = info["raw_reward"] > 0 if self.reward == "positive" else info["is_success"]
        return observation, float(reward), terminated and not truncated, truncated, info

    def render(self) -> Any:
        """See `WebEnv.render`."""
        return self._env.render()

    def close(self) -> None:
        """Close the page. Idempotent."""
        self._env.close()
        self._hands = None

    # -- acting

    def _perform(self, action: str, hands: Hands) -> tuple[Any, str]:
        """The last step of the environment, if there was any, and what went wrong."""
        last = None
        try:
            for call in self._calls(action):
                for act in getattr(hands, call.name)(*call.args, **call.kwargs):
                    last = self._env.step(act)
                    _, _, terminated, truncated, info = last
                    if info["action_error"]:
                        return last, f"Error: {info['action_error']}"
                    if terminated or truncated:
                        return last, ""
        except (InvalidAction, ValueError, TypeError, NameError, BrowserError) as error:
            return None, f"{type(error).__name__}: {error}"
        return last, ""

    def _calls(self, action: str) -> list[Call]:
        calls = find_calls(action)
        if not calls:
            raise ValueError("Received an empty action.")
        if len(calls) > 1 and not self._many:
            raise ValueError("Received a multi-action, only single-actions are allowed.")
        for call in calls:
            if call.name not in self._allowed:
                raise NameError(f"Invalid action type '{call.name}'.")
        return calls

    def _tell(self, role: str, text: str) -> None:
        self._infeasible = self._infeasible or role == "infeasible"
        self._chat.append({"role": role, "timestamp": time.time(), "message": text})

    # -- looking

    def _observation(self, action: str, error: str, info: dict[str, Any]) -> dict[str, Any]:
        page = self._env.page
        if page is None:
            return self._last_seen(action, error or info["action_error"])
        found = page.evaluate(f"({_snapshot_script()})({json.dumps(page.settings.ignore)})")
        info["task_info"] = found["task"] or {}
        seen, tabs = self._env.observation, page.tabs
        document = found["document"]
        nodes = graft(document, seen)
        properties = element_properties(nodes, seen)
        current = next((tab.index for tab in tabs if tab.current), 0)
        self._seen = {
            "chat_messages": tuple(map(dict, self._chat)),
            "goal": info["instruction"],
            "goal_object": ({"type": "text", "text": info["instruction"]},) if info["instruction"] else (),
            "open_pages_urls": tuple(seen.url if tab.current else tab.url for tab in tabs),
            "open_pages_titles": tuple(seen.title if tab.current else tab.title for tab in tabs),
            "active_page_index": np.array([current], np.int64),
            "url": seen.url,
            "screenshot": picture_of(page) if self.screenshot else self._black(),
            "dom_object": dom_object(document, properties),
            "axtree_object": axtree_object(document, seen, found["images"]),
            "extra_element_properties": properties,
            "focused_element_bid": focused_bid(seen),
            "last_action": action,
            "last_action_error": error,
            "elapsed_time": np.array([time.time() - self._began]),
        }
        return self._seen

    def _last_seen(self, action: str, error: str) -> dict[str, Any]:
        """What there was before the page failed."""
        return {**copy.deepcopy(self._seen), "last_action": action, "last_action_error": error}

    def _black(self) -> NDArray[np.uint8]:
        return np.zeros((self.size[1], self.size[0], 3), np.uint8)


def _allowed(mapping: Callable[[str], str] | None) -> tuple[frozenset[str], bool]:
    """Which actions there are, and whether several may stand in one text."""
    if mapping is None:
        return frozenset(ACTIONS), True
    actions = getattr(mapping, "__self__", None)
    names = getattr(actions, "action_set", None)
    if not names:
        raise ValueError(
            "action_mapping makes Python code, which is never executed here: leave it out, or give the to_python_code "
            "of a HighLevelActionSet, whose actions are then the ones allowed"
        )
    return frozenset(names) & frozenset(ACTIONS), bool(getattr(actions, "multiaction", True))
