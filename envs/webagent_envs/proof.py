"""Proves of which tasks an episode in the document of the last one is the same as one in a document just loaded.

Random episodes are played before and after the reset, and every answer is compared; see `webagent_envs.tasks.in_place`.
"""

from __future__ import annotations

import json
import random
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Literal

from webagent_envs.chromium import Browser, shared
from webagent_envs.errors import BrowserError
from webagent_envs.page import Page
from webagent_envs.spaces import (
    Action,
    Click,
    ClickAt,
    DoubleClick,
    Drag,
    Element,
    Hover,
    Observation,
    Press,
    Scroll,
    Select,
    Type,
    Wait,
)
from webagent_envs.tasks import ALL, find_task
from webagent_envs.tasks.episode import TaskEpisode
from webagent_envs.tasks.in_place import IN_PLACE, Finding, Way

__all__ = ["difference", "find", "prove"]

Input = Literal["trusted", "dom"]
FRAMES = "its page has frames, which are not put back"
HISTORY = (1, 4, 10)  # actions before the reset
AFTER = 6  # actions after it
ATTEMPTS = 3  # a loaded page may itself answer in more than one way: with real input the browser updates hovering late
KEYS = ("Tab", "Shift+Tab", "Enter", "Space", "Escape", "Backspace", "ArrowDown", "Control+A", "Control+Z", "Control+V")
# everything of a document that can be told, and what its clock is going to do; less the score board of the pages, and
# a mark that they leave on what was clicked, for a reader that is not used here
STATE = r"""JSON.stringify([
  document.documentElement.outerHTML
    .replace(/<div id="reward-display".*?<\/div>\s*<\/div>| data-tampered="\w*"/gs, ''),
  __webagent__.clock.now,
  Array.from(__webagent__.clock.timers.values(), ({at, delay, every}) => [at, delay, every]),
  Array.from(document.querySelectorAll('input, textarea, select'), ({value, checked}) => [value, checked]),
])"""


def random_action(draw: random.Random, page: Observation) -> Action:
    """Something that can be done to a page, of any kind that does not leave it."""
    shown = [e for e in page.elements if e.visible and e.in_viewport and not e.disabled and e.tag != "body"]
    if not shown:
        return Wait(0.3)
    element = draw.choice(shown)
    if element.editable and draw.random() < 0.6:
        return Type(element.ref, draw.choice(["hello", "42", "a b"]))
    weights = {"click": 50, "key": 12, "point": 8, "drag": 8, "double": 7, "hover": 7, "scroll": 6, "wait": 4}
    kind = draw.choices(list(weights), list(weights.values()))[0]
    if kind == "click" and element.tag == "option":
        return Select(element.parent, element.text)
    return _made(kind, element, draw.choice(shown), draw)


def _made(kind: str, element: Element, other: Element, draw: random.Random) -> Action:
    ref = element.ref
    actions: dict[str, Action] = {
        "click": Click(ref),
        "key": Press(draw.choice(KEYS)),
        "point": ClickAt(draw.uniform(0, 160), draw.uniform(50, 210)),
        "drag": Drag(ref, other.ref),
        "double": DoubleClick(ref),
        "hover": Hover(ref),
        "scroll": Scroll(ref, 0.0, draw.choice([60.0, -60.0])),
        "wait": Wait(draw.choice([0.1, 1.5])),
    }
    return actions[kind]


def _play(episode: TaskEpisode, page: Page, seed: int, steps: int, draw: random.Random) -> list[Any]:
    """All that an episode answers."""
    seen = episode.begin(page, seed, "train")
    answers: list[Any] = [(seen, page.probe, page.evaluate(STATE))]
    for _ in range(steps):
        if episode.outcome(page).done:
            break
        seen, error = page.step(random_action(draw, seen), seen.instruction)
        answers.append((seen, error, page.probe, page.evaluate(STATE)))
    return answers


def difference(name: str, input: Input, way: Way, trials: Sequence[int], browser: Browser) -> str:
    """What tells an episode of a task in the document of the last one from one in a new document; ``""``: nothing."""
    task = find_task(name)
    if task.is_flight:
        return FRAMES
    kept, loaded = TaskEpisode(task, way=way), TaskEpisode(task, reset="load")
    pages = [Page.open(browser, episode.settings(input)) for episode in (kept, loaded)]
    try:
        for trial in trials:
            before = random.Random(f"{name} {trial}")
            _play(kept, pages[0], trial + 1000, before.choice(HISTORY), before)
            ours = _play(kept, pages[0], trial, AFTER, random.Random(trial))
            for attempt in range(ATTEMPTS):
                wanted = _play(loaded, pages[1], trial, AFTER, random.Random(trial))
                if ours == wanted:
                    break
                if attempt == ATTEMPTS - 1:
                    return _described(ours, wanted)
        return ""
    except BrowserError as error:
        return f"it cannot be told: {error}"
    finally:
        for page in pages:
            page.close()


def _described(ours: list[Any], wanted: list[Any]) -> str:
    step = next((i for i, (a, b) in enumerate(zip(ours, wanted, strict=False)) if a != b), min(len(ours), len(wanted)))
    when = f"after {step} actions" if step else "at the start"
    if step >= min(len(ours), len(wanted)):
        return f"{when} an episode has ended"
    if ours[step][0] != wanted[step][0]:
        return f"{when} the observation differs"
    return f"{when} the document differs" if ours[step][-1] != wanted[step][-1] else f"{when} the outcome differs"


def find(name: str, input: Input, trials: Sequence[int], browser: Browser) -> Finding:
    """The first way that makes no difference."""
    reasons = []
    for way in IN_PLACE:
        reasons.append(difference(name, input, way, trials, browser))
        if not reasons[-1]:
            return Finding(way)
    return Finding("load", "; ".join(dict.fromkeys(reasons)))


def prove(out: Path, trials: int = 8) -> None:
    """Try every task with both kinds of input and write what was found."""
    inputs: tuple[Input, ...] = ("trusted", "dom")
    found = {input: {name: find(name, input, range(trials), shared()) for name in ALL} for input in inputs}
    out.write_text(json.dumps(found, indent=1) + "\n")


if __name__ == "__main__":
    prove(Path(sys.argv[1]))
