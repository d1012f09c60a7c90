"""Writes docs/tasks/index.md: a table of all tasks, from the code."""

from collections.abc import Iterator

from tests.envs.episodes.every_script import PASSING, UNSCRIPTED
from tests.envs.episodes.player import INPUTS
from webagent_envs.tasks import ALL, DEMOS56, find_task

INTRODUCTION = """# Tasks

Every task page of the `miniwob` package, as an environment: `gymnasium.make("webagent/click-test-v1")`. This table is
written by `scripts/task-docs`; do not edit it.

Steps: the limit in steps, two for each second of the original time limit (`time_limit="original"` sets that too).
Window: the viewport in CSS pixels. Recorded: people's demonstrations exist. Passed: the least raw reward that a script
in `tests/envs/episodes` is tested to reach, with a real mouse and keyboard and with
`input="dom"`, or with the one that is named. Success is strict: a raw reward of exactly 1.

| task | group | steps | time | window | recorded | passed |
|---|---|---|---|---|---|---|
"""


def group(name: str) -> str:
    """The page of the group that a task belongs to."""
    if name in PASSING:
        return PASSING[name].play.__module__.rpartition(".")[2]
    return {"drag-cube": "dragging", "hover-shape": "games"}[name]


def _rows() -> Iterator[str]:
    for name in ALL:
        task, passing = find_task(name), PASSING.get(name)
        passed = "no" if passing is None else f"{passing.at_least:g}"
        if passing is not None and passing.inputs != INPUTS:
            passed += f" ({', '.join(passing.inputs)})"
        window = "x".join(str(part) for part in task.window)
        yield (
            f"| `{task.id}` | [{group(name)}]({group(name)}.md) | {task.max_steps} | {task.limit_ms / 1000:g} s |"
            f" {window} | {'yes' if name in DEMOS56 else ''} | {passed} |"
        )


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
    return INTRODUCTION + "\n".join(_rows()) + "\n\n## Exceptions\n\n" + "\n".join(_exceptions()) + "\n"


if __name__ == "__main__":
    print(reference(), end="")
