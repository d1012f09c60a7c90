"""Keeps a MiniWoB++ environment of Farama's for `scripts/cross-check`; runs in a Python that has ``miniwob``.

Reads one JSON object a line: {"reset": TASK, "seed": N}, then {"calls": [["CLICK_COORDS", {"coords": [1, 2]}], ...]}
for each act. The original time limits are on, by the clock on the wall.
"""

from importlib import import_module
from typing import Any

from serve import serve


def make(task: str) -> Any:
    """Its environment as it comes."""
    return import_module("miniwob.environment").MiniWoBEnvironment(subdomain=task, field_extractor=lambda command: [])


def reset(env: Any, seed: int) -> dict[str, Any]:
    """Begin an episode: its command, and where the browser is."""
    seen, _ = env.reset(seed=seed, options={"record_screenshots": False})
    address = env.instance.driver.capabilities["goog:chromeOptions"]["debuggerAddress"]
    return {"command": seen["utterance"], "endpoint": f"http://{address}", "boxes": boxes(seen)}


def step(env: Any, calls: list[Any]) -> dict[str, Any]:
    """Act, and say what came of it; without any call, only look."""
    types = import_module("miniwob.action").ActionTypes
    config = env.action_space_config
    error = ""
    seen, reward, terminated, truncated, info = env.step({"action_type": 0})  # NONE: is the time up?
    for name, fields in calls:
        if terminated or truncated:
            break
        try:
            if "key" in fields:
                fields["key"] = config.allowed_keys.index(fields["key"])
            action = {"action_type": config.action_types.index(types[name]), **fields}
            seen, reward, terminated, truncated, info = env.step(action)
        except Exception as failure:  # Selenium's, or a key that its action space lacks
            error = f"{type(failure).__name__}: {failure}".splitlines()[0]
            break
    done = terminated or truncated
    return {
        "done": done,
        "reward": float(reward),
        "raw": float(info["raw_reward"]) if done else 0.0,
        "error": error,
        "command": seen["utterance"],
        "boxes": boxes(seen),
    }


def boxes(seen: dict[str, Any]) -> dict[str, Any]:
    """Where the elements are that can be named."""
    sides = ("left", "top", "width", "height")
    return {one["ref"]: [float(one[side].item()) for side in sides] for one in seen["dom_elements"] if one["ref"] > 0}


if __name__ == "__main__":
    serve(make, reset, step)
