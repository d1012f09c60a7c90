"""Shows the tasks that Farama's MiniWoB++ makes; runs by itself, in a Python that has ``miniwob``, not this package."""

import contextlib
import json
import sys
from importlib import import_module
from typing import Any


def main() -> None:
    """Read the order, begin episodes, print what they ask and show."""
    order = json.loads(sys.stdin.read())
    with contextlib.redirect_stdout(sys.stderr):
        shown = {task: begin_each(task, order) for task in order["tasks"]}
    print(json.dumps(shown))


def begin_each(task: str, order: dict[str, Any]) -> list[list[str]]:
    """The command and the document of each episode, of a page just loaded."""
    env = environment(task)
    found = []
    for mode, seed in order["episodes"]:
        env.instance.driver.get(env.instance.url)
        seen, _ = env.reset(seed=seed, options={"data_mode": mode, "record_screenshots": False})
        found.append([seen["utterance"], env.instance.driver.execute_script(f"return {order['document']}")])
    return found


KEPT: dict[str, Any] = {}  # the environment whose browser is used again


def environment(task: str) -> Any:
    """An environment of a task; those with pages of the same kind share one, because each starts a browser."""
    kind = "flight" if task.startswith("flight.") else "task"
    if kind not in KEPT:
        kind_of_env = import_module("miniwob.environment").MiniWoBEnvironment
        KEPT[kind] = kind_of_env(subdomain=task, field_extractor=no_fields)  # it has extractors for some tasks only
    env = KEPT[kind]
    old = env.instance.url.rsplit("/", 2 if kind == "flight" else 1)
    name = task.removeprefix("flight.")
    env.instance.url = f"{old[0]}/{name}/wrapper.html" if kind == "flight" else f"{old[0]}/{name}.html"
    return env


def no_fields(command: str) -> list[tuple[str, str]]:
    """Reads nothing out of a command."""
    return []


if __name__ == "__main__":
    try:
        main()
    finally:
        for kept in KEPT.values():
            kept.close()
