"""What a screenshot costs, and an observation as a page grows."""

from __future__ import annotations

import random
from collections.abc import Sequence
from contextlib import closing
from typing import Any

import numpy as np

from webagent_envs.bench.systems import scripted, timed
from webagent_envs.chromium import launch
from webagent_envs.env import WebEnv
from webagent_envs.spaces import Click

__all__ = ["SIZES", "milliseconds", "scaling", "screenshots"]

SIZES = (100, 300, 1000, 3000, 10_000)
SHOTS = 30
LOOKS = 20
WARM_UP = 3
# eleven elements of the kinds that ordinary pages are made of
BLOCK = """<section><h2>Order {i}</h2><p>Shipped to <b>Ada Lovelace</b> yesterday.</p><a href="#order{i}">Details</a>
<label for="note{i}">Note</label><input id="note{i}" placeholder="Anything to add?">
<span class="price">{i}.00 EUR</span><button type="button">Return {i}</button><ul><li>One item</li></ul></section>"""
IN_A_BLOCK = 11


def milliseconds(seconds: Sequence[float], percentile: int) -> float:
    """A percentile of durations; 0 where there are none."""
    return float(np.percentile(seconds, percentile)) * 1000 if seconds else 0.0


def screenshots(tasks: Sequence[str], shots: int = SHOTS) -> list[dict[str, Any]]:
    """For each task the time of a screenshot after a click: as PNG, and as the array that `WebEnv.render` gives."""
    rows = []
    with closing(launch(still=True)) as browser:
        for task in tasks:
            with closing(WebEnv(task, render_mode="rgb_array", browser=browser)) as env:
                files: list[float] = []
                arrays: list[float] = []
                for seed in range(shots):
                    page, _ = env.reset(seed=seed)
                    env.step(scripted(page, random.Random(seed)))
                    if env.page is not None:
                        timed(files, env.page.screenshot)
                        timed(arrays, env.render)
            row = {"screenshot_ms": milliseconds(files[WARM_UP:], 50), "array_ms": milliseconds(arrays[WARM_UP:], 50)}
            rows.append({"task": task, **row, "screenshot_p95_ms": milliseconds(files[WARM_UP:], 95)})
    return rows


def scaling(sizes: Sequence[int] = SIZES, looks: int = LOOKS) -> dict[str, Any]:
    """The time of an observation, and of a whole step, on ordinary pages of so many elements.

    Returns:
        plain data: ``pages``, one for each size, and ``fit``: the straight line that comes nearest to the times of an
        observation, each weighted by its inverse, and by how much the farthest is off it (``worst``, a ratio).
    """
    with closing(launch(still=True)) as browser:
        pages = []
        for size in sizes:
            html = "".join(BLOCK.format(i=i) for i in range(size // IN_A_BLOCK))
            html = f"<!doctype html><title>Orders</title>{html}{'<p>End</p>' * (size % IN_A_BLOCK)}"
            with closing(WebEnv(html=html, input="dom", max_steps=10**6, browser=browser)) as env:
                pages.append(_costs(env, looks))
    return {"pages": pages, "fit": _fit(pages)}


def _costs(env: WebEnv, looks: int) -> dict[str, Any]:
    seen, _ = env.reset(seed=0)
    button = next(element for element in seen.elements if element.tag == "button")
    observed: list[float] = []
    stepped: list[float] = []
    for _ in range(looks):
        timed(stepped, env.step, Click(button.ref))
        if env.page is not None:
            timed(observed, env.page.observe, "")
    return {
        "elements": len(seen.elements),
        "observe_ms": milliseconds(observed[WARM_UP:], 50),
        "observe_p95_ms": milliseconds(observed[WARM_UP:], 95),
        "step_ms": milliseconds(stepped[WARM_UP:], 50),
    }


def _fit(pages: Sequence[dict[str, Any]]) -> dict[str, float]:
    elements = np.array([page["elements"] for page in pages], dtype=float)
    times = np.array([page["observe_ms"] for page in pages])
    slope, fixed = np.polyfit(elements, times, 1, w=1 / times)
    worst = np.max(np.abs(times / (fixed + slope * elements) - 1))
    return {"fixed_ms": float(fixed), "ms_per_1000_elements": float(slope) * 1000, "worst": float(worst)}
