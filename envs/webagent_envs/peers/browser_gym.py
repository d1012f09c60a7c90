"""Drives BrowserGym's MiniWoB++ environments; runs by itself, in a Python that has BrowserGym and not this package."""

import contextlib
import functools
import json
import logging
import os
import random
import sys
import time
from importlib import import_module
from typing import Any


def main() -> None:
    """Read the order, play, print what was measured."""
    order = json.loads(sys.stdin.read())
    os.environ["MINIWOB_URL"] = order["pages"]
    logging.disable(logging.WARNING)  # it warns of every setting that is not its own
    with contextlib.redirect_stdout(sys.stderr):
        use_browser(order["browser"])
        sample = measure(order, {"slow_mo": 0, "pre_observation_delay": 0.0} if "--no-waits" in sys.argv else {})
    print(json.dumps(sample))


def use_browser(path: str) -> None:
    """Let Playwright launch this browser; BrowserGym launches two, and takes a path for one of them only."""
    kind = import_module("playwright.sync_api").BrowserType
    launch = kind.launch
    kind.launch = functools.wraps(launch)(lambda self, **settings: launch(self, executable_path=path, **settings))


def measure(order: dict[str, Any], settings: dict[str, Any]) -> dict[str, Any]:
    """Play episodes of a task for so long."""
    import_module("browsergym.miniwob")
    env = import_module("gymnasium").make(f"browsergym/miniwob.{order['task']}", **settings).unwrapped
    resets: list[float] = []
    steps: list[float] = []
    try:
        env.reset(seed=0)  # starts Playwright; every reset starts its browsers again, so there is no more to warm up
        began = time.perf_counter()
        seed = order["warm_up"]
        while time.perf_counter() - began < order["seconds"]:
            episode(env, seed, order["steps"], resets, steps)
            seed += 1
        elapsed = time.perf_counter() - began
        memory = import_module("memory").memory_of(os.getpid(), itself=False)  # lies beside this file
        return {"resets": resets, "steps": steps, "made": len(steps), "seconds": elapsed, "memory": memory}
    finally:
        env.close()


def episode(env: Any, seed: int, limit: int, resets: list[float], steps: list[float]) -> None:
    """Click on visible elements drawn by lot."""
    draw = random.Random(seed)
    began = time.perf_counter()
    seen, _ = env.reset(seed=seed)
    resets.append(time.perf_counter() - began)
    for _ in range(limit):
        began = time.perf_counter()
        shown = [bid for bid, known in seen["extra_element_properties"].items() if known["visibility"] > 0]
        seen, _, terminated, truncated, _ = env.step(f"click({draw.choice(shown)!r})" if shown else "noop(0)")
        steps.append(time.perf_counter() - began)
        if terminated or truncated:
            break


if __name__ == "__main__":
    main()
