"""Drives Farama's MiniWoB++ environments; runs by itself, in a Python that has ``miniwob`` and not this package."""

import contextlib
import json
import os
import random
import sys
import time
from importlib import import_module
from typing import Any


def main() -> None:
    """Read the order, play, print what was measured."""
    order = json.loads(sys.stdin.read())
    pictures = "--pictures" in sys.argv
    with contextlib.redirect_stdout(sys.stderr):
        sample = measure(order, pictures)
    print(json.dumps(sample))


def measure(order: dict[str, Any], pictures: bool) -> dict[str, Any]:
    """Play episodes of a task for so long."""
    env = import_module("miniwob.environment").MiniWoBEnvironment(subdomain=order["task"], wait_ms=0)
    options = {"record_screenshots": pictures}
    resets: list[float] = []
    steps: list[float] = []
    try:
        for seed in range(order["warm_up"]):
            episode(env, seed, options, order["steps"], [], [])
        began = time.perf_counter()
        seed = order["warm_up"]
        while time.perf_counter() - began < order["seconds"]:
            episode(env, seed, options, order["steps"], resets, steps)
            seed += 1
        elapsed = time.perf_counter() - began
        memory = import_module("memory").memory_of(os.getpid(), itself=False)  # lies beside this file
        return {"resets": resets, "steps": steps, "made": len(steps), "seconds": elapsed, "memory": memory}
    finally:
        env.close()


def episode(env: Any, seed: int, options: dict[str, Any], limit: int, resets: list[float], steps: list[float]) -> None:
    """Click on elements drawn by lot."""
    draw = random.Random(seed)
    kind = import_module("miniwob.action").ActionTypes.CLICK_ELEMENT
    began = time.perf_counter()
    seen, _ = env.reset(seed=seed, options=options)
    resets.append(time.perf_counter() - began)
    for _ in range(limit):
        began = time.perf_counter()
        action = env.unwrapped.create_action(kind, ref=draw.choice(seen["dom_elements"])["ref"])
        seen, _, terminated, truncated, _ = env.step(action)
        steps.append(time.perf_counter() - began)
        if terminated or truncated:
            break


if __name__ == "__main__":
    main()
