"""The demonstration: typed commands on a page of ours and on MiniWoB++ tasks, with a picture at the end."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from importlib.resources import files
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import msgspec

from webagent.evaluate.rollout import play
from webagent.live.agent import Agent
from webagent.live.picture import Frame, contact_sheet
from webagent.live.result import Result, percent
from webagent.live.words import describe
from webagent.policy import Policy
from webagent.policy.agents import Actor, PolicyActor
from webagent_envs.chromium import Browser
from webagent_envs.env import WebEnv
from webagent_envs.spaces import Action, Observation, action_from_dict
from webagent_envs.tasks import find_task

__all__ = ["COMMANDS", "TASKS", "Deed", "demo_page", "demonstrate"]

COMMANDS: Sequence[tuple[str, str, str]] = (
    ("mail", "Click on the Refresh button", "letters refreshed"),
    ("mail", 'Click on "Travel"', "entered Travel"),
    ("today", "Select Water the plants and Pay the rent and click Save.", "saved: Water the plants, Pay the rent"),
    ("travel", "Select Oslo from the list and click Book.", "booked Oslo, window seat"),
    ("find", 'Use the textbox to enter "Ada" and press "Search"', "searched for Ada"),
    (
        "account",
        'Enter the username "ada" and the password "lamp" into the text fields and press login.',
        "welcome, ada",
    ),
)
"""The room of our page that is open, what is asked for, and what the page says when it was done."""

TASKS: Sequence[tuple[str, int]] = (("email-inbox", 3), ("social-media", 1), ("multi-layouts", 1))
"""MiniWoB++ tasks, and the seed of the episode that is shown."""

_VIEWPORT = (760, 460)  # CSS pixels; the page in the package fits in


class Deed(msgspec.Struct, frozen=True, kw_only=True):
    """One command and what became of it.

    Attributes:
        place: ``"page"``, or the name of a MiniWoB++ task.
        command: what was asked for.
        actions: what was done, in words.
        good: the page shows that it is what was asked for.
        verdict: the same in words.
        reward: raw reward in [-1, 1] of a task, ``None`` on our page.
    """

    place: str
    command: str
    actions: tuple[str, ...]
    good: bool
    verdict: str
    reward: float | None = None

    def to_dict(self) -> dict[str, Any]:
        """Plain data, for JSON."""
        plain: dict[str, Any] = msgspec.to_builtins(self)
        return plain


def demonstrate(policy: Policy, browser: Browser, picture: Path) -> Iterator[Deed]:
    """Carry out every command of the demonstration, one after the other; the picture is drawn at the end.

    Args:
        policy: what decides.
        browser: where to act.
        picture: PNG file to write.

    Yields:
        each deed when it is done.
    """
    frames = []
    with TemporaryDirectory() as folder, Agent(policy, browser, viewport=_VIEWPORT) as agent:
        for number, (room, command, expected) in enumerate(COMMANDS):
            result = agent.do(command, url=f"{demo_page().as_uri()}?room={room}", trace=Path(folder) / str(number))
            deed, frame = _on_our_page(result, expected, Path(folder) / str(number))
            frames.append(frame)
            yield deed
    for task, seed in TASKS:
        deed, frame = _on_a_task(policy, browser, task, seed)
        frames.append(frame)
        yield deed
    contact_sheet(browser, frames, picture)


def demo_page() -> Path:
    """The page in the package that the demonstration acts on."""
    return Path(str(files("webagent.live") / "demo_page.html"))


def _on_our_page(result: Result, expected: str, trace: Path) -> tuple[Deed, Frame]:
    """What became of a command on the page in the package; its trace tells what was seen."""
    steps = [json.loads(line) for line in (trace / "steps.jsonl").read_text(encoding="utf-8").splitlines()]
    seen = [Observation.from_dict(step["observation"]) for step in steps]
    said = next((element.text for element in seen[-1].elements if element.role == "status"), "")
    good = result.outcome == "done" and said == expected
    deed = Deed(
        place="page",
        command=result.command,
        actions=tuple(f"{action.words} ({percent(action.confidence)})" for action in result.actions),
        good=good,
        verdict=f"the page says: {said}" if result.outcome == "done" else f"{result.outcome}: {result.reason}",
    )
    last = max(0, len(result.actions) - 1)
    actions = [action_from_dict(step["action"]) for step in steps[: last + 1]]
    return deed, _frame(deed, (trace / f"step-{last:03d}.png").read_bytes(), seen[last], actions, seen[last].viewport)


class _Watched:
    """An actor that keeps a picture of everything it sees."""

    def __init__(self, actor: Actor, screenshot: Callable[[], bytes]) -> None:
        self._actor = actor
        self._screenshot = screenshot
        self.picture = b""

    def reset(self, seed: int) -> None:
        """Pass on."""
        self._actor.reset(seed)

    def act(self, observation: Observation) -> Action:
        """Pass on, after a look."""
        self.picture = self._screenshot()
        return self._actor.act(observation)


def _on_a_task(policy: Policy, browser: Browser, task: str, seed: int) -> tuple[Deed, Frame]:
    """One episode of a MiniWoB++ task, through the environment."""
    with closing(WebEnv(task, browser=browser)) as env:
        actor = _Watched(PolicyActor(policy), lambda: env.page.screenshot() if env.page else b"")
        steps = list(play(env, actor, seed))
    info = steps[-1].info
    deed = Deed(
        place=task,
        command=info["instruction"],
        actions=tuple(describe(step.action, step.observation) for step in steps),
        good=info["is_success"],
        verdict=f"{task}: reward {info['raw_reward']:g}",
        reward=info["raw_reward"],
    )
    actions = [step.action for step in steps]
    return deed, _frame(deed, actor.picture, steps[-1].observation, actions, find_task(task).size)


def _frame(deed: Deed, png: bytes, seen: Observation, actions: Sequence[Action], shown: tuple[float, float]) -> Frame:
    """A deed as a frame of the picture: the page before the last action, and what of it was acted on."""
    elements = [seen.element(getattr(action, "ref", 0)) for action in actions]
    return Frame(
        png=png,
        viewport=seen.viewport,
        shown=shown,
        boxes=[element.box if element else None for element in elements],
        command=deed.command,
        words=deed.actions,
        verdict=deed.verdict,
        good=deed.good,
    )
