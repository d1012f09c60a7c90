"""Farama's MiniWoB++ interface: its observations, actions and rewards, on our pages."""

from __future__ import annotations

import contextlib
import json
import sys
from collections.abc import Callable, Mapping
from typing import Any, Literal

import gymnasium
import numpy as np
from numpy.typing import NDArray

from webagent_envs.chromium import Browser
from webagent_envs.env import WebEnv
from webagent_envs.errors import BrowserError, InvalidAction
from webagent_envs.page.picture import picture_of
from webagent_envs.page.raw import RawInput
from webagent_envs.spaces import Action, Wait
from webagent_envs.tasks import find_task
from webagent_envs.wrappers.farama_actions import ActionSpaceConfig, ActionTypes, chord
from webagent_envs.wrappers.farama_dom import DOMElement
from webagent_envs.wrappers.farama_spaces import FIELD_LENGTH, UTTERANCE_LENGTH, observation_space
from webagent_envs.wrappers.fields import Fields, fields_of
from webagent_envs.wrappers.pointing import scroll_under

__all__ = ["ActionSpaceConfig", "ActionTypes", "DOMElement", "FaramaEnv"]

STEP_MS = 50.0  # about what a step takes MiniWoB++'s own package, without pictures
# the page's own functions say what they say to MiniWoB++'s own package
LOOK = """({
  done: WOB_DONE_GLOBAL, env_reward: WOB_REWARD_GLOBAL, raw_reward: WOB_RAW_REWARD_GLOBAL, reason: WOB_REWARD_REASON,
  elapsed: (Date.now() - core.ept0) / 1000,
  said: WOB_DONE_GLOBAL ? '' : core.getUtterance(),
  root: WOB_DONE_GLOBAL ? null : core.getDOMInfo(),
})"""
METADATA = ("done", "env_reward", "raw_reward", "reason", "elapsed")

RewardProcessor = Callable[[Mapping[str, Any]], float]


def original_reward(metadata: Mapping[str, Any]) -> float:
    """The reward of the page, in [-1, 1]: less the longer it took; 0 until the end."""
    return float(metadata["env_reward"])


class FaramaEnv(gymnasium.Env[Any, Any]):
    """A task as ``miniwob/TASK-v1`` presents it; its id here is ``webagent-miniwob/TASK-v1``.

    Observation: see `webagent_envs.wrappers.farama_spaces.observation_space`; empty once the episode is over.
    Action: a dictionary, best made by `create_action`; ``None`` does nothing.
    Reward: what ``reward_processor`` makes of ``done, env_reward, raw_reward, reason``.
    Terminated: the task is over, also because its time is up.
    Truncated: the page or the browser failed; ``info["action_error"]`` says why.

    ``info`` has ``done, env_reward, raw_reward, reason, elapsed`` (seconds of the page's clock), ``root_dom`` (a
    `DOMElement`, until the end), and what `WebEnv` says.

    Args:
        subdomain: name of the task.
        render_mode: see `WebEnv`.
        action_space_config: a preset (``all_supported, shi17, liu18, humphreys22``, each also with ``_mac_os``), or an
            `ActionSpaceConfig`.
        field_extractor: gives the fields of a command; by default those of the task.
        reward_processor: by default the page's own reward, which falls with time.
        wait_ms: milliseconds of the page's clock that go by after each action, beside the `STEP_MS` it takes.
        data_mode: ``"train"`` or ``"test"``.
        record_screenshots: whether observations have a picture; without, it is black, and steps are faster.
        browser: use this one.
        base_url: there for the sake of the interface; must be ``None``.
        block_on_reset: there for the sake of the interface: a reset always waits for the task.
        refresh_freq: there for the sake of the interface: each episode has a page of its own.

    Raises:
        UnknownTask: there is no such task.
        ValueError: an option has no such value.
    """

    metadata = WebEnv.metadata

    def __init__(
        self,
        subdomain: str,
        render_mode: Literal["human", "rgb_array", "ansi"] | None = None,
        base_url: str | None = None,
        action_space_config: Any = "all_supported",
        *,
        field_extractor: Callable[[str], Any] | None = None,
        reward_processor: RewardProcessor | None = None,
        wait_ms: float = 0.0,
        block_on_reset: bool = True,
        refresh_freq: int = 0,
        data_mode: Literal["train", "test"] = "train",
        record_screenshots: bool = True,
        browser: Browser | None = None,
    ) -> None:
        if base_url is not None:
            raise ValueError(f"base_url={base_url!r} is not possible: leave it out, the pages are those of the wheel")
        task = find_task(subdomain)
        self.subdomain, self.render_mode = task.name, render_mode
        self._env = WebEnv(
            task.name,
            time_limit="original",
            max_steps=sys.maxsize,
            data_mode=data_mode,
            render_mode=render_mode,
            browser=browser,
        )
        self.size = task.size
        self.action_space_config = ActionSpaceConfig.on_screen(action_space_config, self.size)
        self.action_space = self.action_space_config.get_action_space()
        self.observation_space = observation_space(self.size)
        self.field_extractor = field_extractor or (lambda command: fields_of(self.subdomain, command))
        self.reward_processor = reward_processor or original_reward
        self.wait_ms = wait_ms
        self.record_screenshots = record_screenshots
        self._data_mode: str = data_mode
        self._fields: tuple[tuple[str, str], ...] = ()
        self._hands: RawInput | None = None
        self._done = True

    # -- Gymnasium

    def reset(self, *, seed: int | None = None, options: Mapping[str, Any] | None = None) -> tuple[Any, dict[str, Any]]:
        """Begin an episode.

        Args:
            seed: the same seed gives the same task as in MiniWoB++'s own package.
            options: ``data_mode`` and ``record_screenshots``, for this and all later episodes.

        Raises:
            BrowserNotFound: there is no browser to use.
            PageUnreachable: the page cannot be opened.
        """
        super().reset(seed=seed)
        options = options or {}
        self.set_data_mode(options.get("data_mode", self._data_mode))
        self.set_record_screenshots(options.get("record_screenshots", self.record_screenshots))
        if self._hands is not None:
            with contextlib.suppress(BrowserError):
                self._hands.let_go()
        _, info = self._env.reset(seed=seed, options={"data_mode": self._data_mode})
        assert self._env.page is not None
        self._hands = RawInput(self._env.page)
        self._done = False
        seen = self._look()
        said = seen["said"]
        if isinstance(said, dict):
            fields: Fields = list(said["fields"].items())
        else:
            fields = self.field_extractor(said)
        self._fields = tuple((str(key), str(value)) for key, value in fields)
        del seen["elapsed"]
        return self._observation(seen), self._info(info, seen)

    def step(self, action: Mapping[str, Any] | None) -> tuple[Any, float, bool, bool, dict[str, Any]]:
        """Act, let time go by, look.

        Raises:
            gymnasium.error.ResetNeeded: there is no episode.
        """
        if self._hands is None:
            raise gymnasium.error.ResetNeeded("no episode is running: call reset() first")
        try:
            error = "" if action is None or self._done else self._act(action, self._hands)
            _, _, _, failed, info = self._env.step(Wait((STEP_MS + self.wait_ms) / 1000))
            if failed:
                return self._ended(info)
            seen = self._look()
            observation = self._observation(seen)
        except BrowserError as failure:
            return self._ended({"action_error": str(failure)})
        self._done = seen["done"]
        info["action_error"] = info["action_error"] or error
        return observation, self.reward_processor(seen), seen["done"], False, self._info(info, seen)

    def render(self) -> Any:
        """See `WebEnv.render`."""
        return self._env.render()

    def close(self) -> None:
        """Close the page. Idempotent."""
        self._env.close()
        self._hands = None

    # -- what MiniWoB++'s own package has beside that

    def create_action(self, action_type: int | np.integer | NDArray[Any] | str, **kwargs: Any) -> dict[str, Any]:
        """An action of this type, with random values for what is not given.

        Args:
            action_type: index in ``action_space_config.action_types``, or an `ActionTypes`.
            kwargs: values, by the keys of the action space.

        Raises:
            KeyError: the action space has no such key.
            ValueError: there is no such type in this action space.
        """
        action: dict[str, Any] = self.action_space.sample()
        if isinstance(action_type, str):
            action["action_type"] = list(self.action_space_config.action_types).index(ActionTypes(action_type))
        else:
            action["action_type"] = int(action_type)
        for key, value in kwargs.items():
            if key not in action:
                raise KeyError(f"{key!r} is no part of an action: the parts are {', '.join(action)}")
            action[key] = value
        return action

    def set_data_mode(self, mode: str) -> None:
        """Use ``"train"`` or ``"test"`` from the next episode on."""
        self._data_mode = mode

    def set_record_screenshots(self, record_screenshots: bool) -> None:
        """Whether observations have a picture from now on."""
        self.record_screenshots = record_screenshots

    def visualize_attention(self, attentions: Any) -> None:
        """Let the page show a grid of weights, rows of numbers from 0 to 1; an empty one takes them away again."""
        if attentions is not None and self._env.page is not None:
            self._env.page.evaluate(f"core.visualizeAttention({json.dumps(np.asarray(attentions).tolist())})")

    # -- acting

    def _act(self, action: Mapping[str, Any], hands: RawInput) -> str:
        """Do it; what went wrong, or ``""``."""
        kind = self.action_space_config.action_types[int(action["action_type"])]
        try:
            if kind.endswith("_COORDS"):
                self._point(kind, self.action_space_config.compute_raw_coords(action), hands)
            if "ELEMENT" in kind:
                self._click(int(action["ref"]))
            if kind == ActionTypes.PRESS_KEY:
                hands.press(chord(self.action_space_config.allowed_keys[int(action["key"])]))
            if kind.endswith("TYPE_TEXT"):
                hands.write(action["text"])
            if kind.endswith("TYPE_FIELD"):
                field = int(action["field"])
                hands.write(self._fields[field][1] if field < len(self._fields) else "")
        except InvalidAction as error:
            return str(error)
        return ""

    def _point(self, kind: str, at: tuple[float, float], hands: RawInput) -> None:
        if kind.startswith("SCROLL"):
            amount = self.action_space_config.scroll_amount * (-1 if kind == ActionTypes.SCROLL_UP_COORDS else 1)
            self._do(scroll_under(self._env.observation, at, 0, amount))
            self._do(Wait(self.action_space_config.scroll_time / 1000))
        elif kind == ActionTypes.MOVE_COORDS:
            hands.move(*at)
        elif kind == ActionTypes.MOUSEDOWN_COORDS:
            hands.down(*at)
        elif kind == ActionTypes.MOUSEUP_COORDS:
            hands.up(*at)
        else:
            hands.click(*at, count=2 if kind == ActionTypes.DBLCLICK_COORDS else 1)

    def _do(self, action: Action) -> None:
        assert self._env.page is not None
        self._env.page.act(action)

    def _click(self, ref: int) -> None:
        assert self._env.page is not None
        said = self._env.page.evaluate(f"core.elementClick({ref})")
        if said is not True:
            raise InvalidAction(f"element {ref} cannot be clicked ({said}): choose one of dom_elements")

    # -- looking

    def _look(self) -> dict[str, Any]:
        assert self._env.page is not None
        seen: dict[str, Any] = self._env.page.evaluate(LOOK)
        seen["root"] = DOMElement(seen["root"]) if seen["root"] else None
        return seen

    def _observation(self, seen: dict[str, Any]) -> dict[str, Any]:
        if seen["done"]:
            return self._empty()
        said = seen["said"]["utterance"] if isinstance(seen["said"], dict) else seen["said"]
        return {
            "utterance": said[:UTTERANCE_LENGTH],
            "dom_elements": tuple(element.serialized() for element in seen["root"].subtree_elements),
            "screenshot": self._picture() if self.record_screenshots else self._black(),
            "fields": tuple((key[:FIELD_LENGTH], value[:FIELD_LENGTH]) for key, value in self._fields),
        }

    def _empty(self) -> dict[str, Any]:
        return {"utterance": "", "dom_elements": (), "screenshot": self._black(), "fields": ()}

    def _black(self) -> NDArray[np.uint8]:
        return np.zeros((self.size[1], self.size[0], 3), np.uint8)

    def _picture(self) -> NDArray[np.uint8]:
        width, height = self.size
        assert self._env.page is not None
        return np.ascontiguousarray(picture_of(self._env.page)[:height, :width])

    def _info(self, info: dict[str, Any], seen: dict[str, Any]) -> dict[str, Any]:
        said = {name: seen[name] for name in METADATA if name in seen}
        return {**info, **said, **({"root_dom": seen["root"]} if seen["root"] else {})}

    def _ended(self, info: dict[str, Any]) -> tuple[Any, float, bool, bool, dict[str, Any]]:
        self._hands = None
        return self._empty(), 0.0, False, True, info
