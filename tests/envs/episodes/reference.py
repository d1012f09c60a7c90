"""Writes docs/tasks/index.md: a table of all tasks, from the code."""

from collections.abc import Iterator

from tests.envs.episodes.every_script import PASSING, UNSCRIPTED
from tests.envs.episodes.player import INPUTS
from tests.envs.episodes.rewards import has_held_out, rewards_of
from webagent_envs.env import WebEnv
from webagent_envs.tasks import ALL, DEMOS56, find_task

INTRODUCTION = """# Tasks

Every task page of the `miniwob` package, as an environment: `gymnasium.make("webagent/click-test-v1")`. This table is
written by `scripts/task-docs`; do not edit it.

{spaces}

Steps: the limit in steps, two for each second of the original time limit (`time_limit="original"` sets that too).
Window: the viewport in CSS pixels. Raw reward: what the page pays at the end, read from its source; before, it is 0.
"Computed": by a calculation, which the group's page explains where it gives more than 1 and -1. Decays: a good reward
falls with time in `reward="miniwob"`, and stays as it is in `"raw"`; `"success"` is 1 for a raw reward of exactly 1.
Held out: `data_mode="test"` gives other tasks than `"train"`. Recorded: people's demonstrations exist. Passed: the
least raw reward that a script in `tests/envs/episodes` is tested to reach, with a real mouse and keyboard and with
`input="dom"`, or with the one that is named. Success is strict: a raw reward of exactly 1.

| task | group | steps | time | window | raw reward | decays | held out | recorded | passed |
|---|---|---|---|---|---|---|---|---|---|
"""


def group(name: str) -> str:
    """The page of the group that a task belongs to."""
    if name in PASSING:
        return PASSING[name].play.__module__.rpartition(".")[2]
    return {"hover-shape": "games"}[name]


def _rows() -> Iterator[str]:
    for name in ALL:
        task, passing = find_task(name), PASSING.get(name)
        passed = "no" if passing is None else f"{passing.at_least:g}"
        if passing is not None and passing.inputs != INPUTS:
            passed += f" ({', '.join(passing.inputs)})"
        rewards = rewards_of(task)
        window = "x".join(str(part) for part in task.window)
        yield (
            f"| `{task.id}` | [{group(name)}]({group(name)}.md) | {task.max_steps} | {task.limit_ms / 1000:g} s |"
            f" {window} | {rewards} | {'yes' if rewards.decays else ''} | {'yes' if has_held_out(task) else ''} |"
            f" {'yes' if name in DEMOS56 else ''} | {passed} |"
        )


def _spaces() -> Iterator[str]:
    """What all tasks share: observations and actions, for each way to observe."""
    yield "All tasks have the same spaces; of `WebVectorEnv`, batches of them:"
    yield ""
    yield "| `obs_mode` | observation | action |"
    yield "|---|---|---|"
    yield "| `elements` | an `Observation` (`ElementsSpace`) | any `Action` (`ActionSpace`) |"
    yield "| `text` | a listing: `Text` | any `Action` (`ActionSpace`) |"
    tensor = WebEnv(ALL[0], obs_mode="tensor")
    parts = ", ".join(f"`{name}` {space}" for name, space in tensor.observation_space.items())
    yield f'| `tensor` | `Dict`: {parts} | `{tensor.action_space}`, with `info["action_mask"]` |'


def _exceptions() -> Iterator[str]:
    for name in ALL:
        if name in UNSCRIPTED:
            yield f"- `{name}`: no script passes; {UNSCRIPTED[name]}"
        elif PASSING[name].because:
            yield f"- `{name}`: less than 1; {PASSING[name].because}"
        if name in PASSING and PASSING[name].inputs_because:
            yield f"- `{name}`: only with {', '.join(PASSING[name].inputs)} input; {PASSING[name].inputs_because}"


def reference() -> str:
    """The page."""
    introduction = INTRODUCTION.replace("{spaces}", "\n".join(_spaces()))
    return introduction + "\n".join(_rows()) + "\n\n## Exceptions\n\n" + "\n".join(_exceptions()) + "\n"


if __name__ == "__main__":
    print(reference(), end="")
