r"""Keeps a BrowserGym MiniWoB++ environment for `scripts/cross-check`; runs in a Python that has BrowserGym.

Reads one JSON object a line: {"reset": TASK, "seed": N}, then {"calls": "mouse_click(1, 2)\\n..."} for each act.
"""

import functools
import os
import socket
import sys
from importlib import import_module
from typing import Any

from serve import serve

PORTS: list[int] = []  # of the browser that is launched next


def use_browser(path: str) -> None:
    """Let Playwright launch this browser, the first after a reset with DevTools; the other one is for its chat."""
    kind = import_module("playwright.sync_api").BrowserType
    original = kind.launch

    @functools.wraps(original)
    def launch(self: Any, args: Any = None, **settings: Any) -> Any:
        ports = [f"--remote-debugging-port={PORTS.pop()}"] if PORTS else []
        return original(self, executable_path=path, args=[*(args or []), *ports], **settings)

    kind.launch = launch


def make(task: str) -> Any:
    """Its environment as it comes, but for acts by coordinates, and several in one step."""
    import_module("browsergym.miniwob")
    acts = import_module("browsergym.core.action.highlevel").HighLevelActionSet(
        subsets=["miniwob_all", "coord", "bid"], multiaction=True
    )
    make = import_module("gymnasium").make
    return make(f"browsergym/miniwob.{task}", action_mapping=acts.to_python_code).unwrapped


def reset(env: Any, seed: int, tries: int = 3) -> dict[str, Any]:
    """Begin an episode: its command, and where the browser is; a busy machine may need more than one try."""
    try:
        return begin(env, seed)
    except Exception:
        if tries == 1:
            raise
    return reset(env, seed, tries - 1)


def begin(env: Any, seed: int) -> dict[str, Any]:
    """Try to begin an episode."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    PORTS[:] = [port]
    seen, _ = env.reset(seed=seed)
    return {"command": seen["goal"], "endpoint": f"http://127.0.0.1:{port}", "boxes": boxes(seen)}


def step(env: Any, calls: str) -> dict[str, Any]:
    """Act, and say what came of it."""
    seen, reward, terminated, truncated, info = env.step(calls)
    told = info["task_info"]
    return {
        "done": terminated or truncated,
        "reward": reward,
        "raw": told.get("RAW_REWARD_GLOBAL", 0.0) if terminated else 0.0,
        "error": seen["last_action_error"],
        "command": seen["goal"],
        "boxes": boxes(seen),
    }


def boxes(seen: dict[str, Any]) -> dict[str, Any]:
    """Where the elements are that can be named, in its own unit: 1.5 for a CSS pixel."""
    return {bid: known["bbox"] for bid, known in seen["extra_element_properties"].items() if known["bbox"]}


if __name__ == "__main__":
    os.environ["MINIWOB_URL"], browser = sys.argv[1:3]
    use_browser(browser)
    serve(make, reset, step)
