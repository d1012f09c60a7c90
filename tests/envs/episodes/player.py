"""Plays one episode of a task for a script, and keeps the scripts: one that passes each task, one that fails it.

The scripts test the environment and never enter a policy: they may know a task, and look into its page.
"""

import re
from collections.abc import Callable
from typing import Any, NamedTuple

from webagent_envs.env import WebEnv
from webagent_envs.spaces import Action, Click, ClickAt, DoubleClick, Drag, Element, Hover, Press, Stop, Type, Wait

Script = Callable[["Player"], None]
INPUTS = ("trusted", "dom")


class Passing(NamedTuple):
    """A script that does what a task asks.

    Attributes:
        play: the script.
        at_least: the raw reward that it reaches.
        because: why that is not 1.
        inputs: the kinds of input that it passes with.
        inputs_because: why these are not both.
    """

    play: Script
    at_least: float = 1.0
    because: str = ""
    inputs: tuple[str, ...] = INPUTS
    inputs_because: str = ""


PASSING: dict[str, Passing] = {}
FAILING: dict[str, Script] = {}
UNSCRIPTED: dict[str, str] = {
    "hover-shape": "its page never ends an episode: core.endEpisode is not called, only the time limit pays, -1",
}
"""Tasks that no script can pass, with the reason."""


def passes(*names: str, **more: Any) -> Callable[[Script], Script]:
    """Keep the script as the passing one of these tasks."""

    def keep(play: Script) -> Script:
        PASSING.update({name: Passing(play, **more) for name in names})
        return play

    return keep


def fails(*names: str) -> Callable[[Script], Script]:
    """Keep the script as the failing one of these tasks."""

    def keep(play: Script) -> Script:
        FAILING.update(dict.fromkeys(names, play))
        return play

    return keep


class Player:
    """Finds elements in the last observation and acts on them.

    Attributes:
        seen: the last observation.
        said: the command.
        done: the task has ended the episode.
        raw: raw reward, 0 until it is done.
        success: the raw reward is 1.
    """

    def __init__(self, task: str, input: str, seed: int) -> None:
        self.env = WebEnv(task, input=input, max_steps=1000, reward="raw")
        self.input, self.seed = input, seed
        self.restart()

    def restart(self) -> None:
        """Begin the same episode again."""
        self.seen, info = self.env.reset(seed=self.seed)
        self.said: str = info["instruction"]
        self.done = self.success = False
        self.raw = 0.0

    def act(self, action: Action) -> None:
        assert not self.done, f"{action} comes after the end of the episode"
        self.seen, reward, self.done, truncated, info = self.env.step(action)
        assert not truncated, info["action_error"] or "too many steps"
        assert not info["action_error"], (action, info["action_error"])
        self.raw, self.success = info["raw_reward"], info["is_success"]
        assert reward == self.raw

    def js(self, expression: str) -> Any:
        """State of the page that cannot be seen in an observation."""
        return self.env.unwrapped.page.evaluate(expression)

    # -- looking

    def quoted(self) -> list[str]:
        return re.findall(r'"([^"]*)"', self.said)

    def number(self) -> int:
        found = re.search(r"-?\d+", self.said)
        assert found, self.said
        return int(found[0])

    def within(self, element: Element | None, outer: Element) -> bool:
        while element is not None and element.ref != outer.ref:
            element = self.seen.element(element.parent)
        return element is not None

    def all(self, *, marked: str = "", inside: Element | None = None, **wanted: Any) -> list[Element]:
        """The visible elements with these fields, with ``marked`` in id or class, inside another element."""
        found = []
        for element in self.seen.elements:
            marks = f"{element.attributes.get('id', '')} {element.attributes.get('class', '')}".split()
            fits = all(getattr(element, key) == value for key, value in wanted.items())
            if fits and element.visible and (not marked or marked in marks):
                found.append(element)
        return found if inside is None else [element for element in found if self.within(element, inside)]

    def find(self, **wanted: Any) -> Element:
        """The first of them."""
        found = self.all(**wanted)
        if not found:
            here = [(e.tag, e.name, e.text, e.attributes) for e in self.seen.elements]
            raise LookupError(f"{wanted} is not on the page: {here}")
        return found[0]

    # -- acting

    def click(self, element: Element | None = None, **wanted: Any) -> None:
        self.act(Click((element or self.find(**wanted)).ref))

    def click_at(self, x: float, y: float) -> None:
        self.act(ClickAt(x, y))

    def double_click(self, element: Element) -> None:
        self.act(DoubleClick(element.ref))

    def hover(self, element: Element) -> None:
        self.act(Hover(element.ref))

    def type(self, element: Element, text: str) -> None:
        self.act(Type(element.ref, text))

    def press(self, keys: str, element: Element | None = None) -> None:
        self.act(Press(keys, element.ref if element else 0))

    def drag(self, element: Element, dx: float, dy: float) -> None:
        self.act(Drag(element.ref, dx=dx, dy=dy))

    def drag_to(self, element: Element, x: float, y: float) -> None:
        """Drag the middle of an element to a point of the viewport."""
        self.drag(element, x - element.center[0], y - element.center[1])

    def wait(self, seconds: float) -> None:
        self.act(Wait(seconds))

    def submit(self) -> None:
        """Press the last button of the page."""
        self.click(self.all(tag="button")[-1])


def submit_at_once(p: Player) -> None:
    """Fail a form by not filling it in."""
    p.submit()


def give_up(p: Player) -> None:
    """Fail where nothing wrong can be done: say that the command is done when it is not."""
    p.act(Stop())
