#!/usr/bin/env python3
"""Stable-Baselines3 learns a task from nothing but its reward for a success, from scratch or from the shipped policy.

    pip install 'webagent[rl]'
    python examples/sb3_ppo.py click-checkboxes                     # MaskablePPO
    python examples/sb3_ppo.py click-checkboxes --algorithm PPO     # knows no masks
    python examples/sb3_ppo.py tic-tac-toe --warm                   # goes on from the shipped policy

Writes the learning curve to results/rl/ and draws all that are there to docs/images/ppo_curves.png.
"""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import sb3_contrib.common.maskable.evaluation as masked
import stable_baselines3.common.evaluation as unmasked
import torch
from sb3_contrib import MaskablePPO
from stable_baselines3 import PPO
from stable_baselines3.common.callbacks import BaseCallback
from stable_baselines3.common.vec_env import VecMonitor

from webagent.learn.reinforce import ElementPolicy, MaskableElementPolicy, SB3VecEnv
from webagent.learn.warm_start import MaskableWarmPolicy, PolicyVecEnv, WarmPolicy

ROOT = Path(__file__).parents[1]
PAGES, HORIZON = 16, 64  # 1,024 steps between two updates
SETTINGS = {"n_steps": HORIZON, "batch_size": 256, "n_epochs": 4, "learning_rate": 1e-3, "gamma": 0.9, "ent_coef": 0.01}
WARM_SETTINGS = {**SETTINGS, "learning_rate": 1e-4, "ent_coef": 0.003, "n_epochs": 3, "batch_size": 128}
ALGORITHMS: dict[str, tuple[Any, Any, Any, Callable[..., Any]]] = {
    "MaskablePPO": (MaskablePPO, MaskableElementPolicy, MaskableWarmPolicy, masked.evaluate_policy),
    "PPO": (PPO, ElementPolicy, WarmPolicy, unmasked.evaluate_policy),
}
CURVE_SEED, FINAL_SEED = 1_000_000, 2_000_000  # of the episodes that measure; training begins at --seed


def pages(task: str, *, warm: bool) -> VecMonitor:
    """Sixteen pages in one browser."""
    kind = PolicyVecEnv if warm else SB3VecEnv
    return VecMonitor(kind(task, PAGES, input="dom", reset_mode="fast"), info_keywords=("is_success",))


class Curve(BaseCallback):
    """Measures while a model learns, ends it when it has learned, and leaves its own time out of ``minutes``."""

    def __init__(self, measure: Callable[[], float], every: int) -> None:
        super().__init__()
        self.measure, self.every = measure, every
        self.points: list[dict[str, Any]] = []
        self.started = time.perf_counter()

    def _on_rollout_start(self) -> None:
        if self.points and self.num_timesteps < self.points[-1]["steps"] + self.every:
            return
        paused = time.perf_counter()
        minutes, success = (paused - self.started) / 60, self.measure()
        lately = list(self.model.ep_success_buffer or ())  # the last 100 episodes of training, choices drawn by chance
        practice = sum(lately) / len(lately) if lately else None
        point = {"steps": self.num_timesteps, "minutes": round(minutes, 3), "success": success, "practice": practice}
        self.points.append(point)
        print(point, flush=True)
        self.started += time.perf_counter() - paused

    def _on_step(self) -> bool:
        last = self.points[-3:]
        return len(last) < 3 or min(point["success"] for point in last) < 0.98


def learn(options: argparse.Namespace) -> dict[str, Any]:
    """Train, and measure on episodes that were not trained on; all that is worth keeping of it."""
    task, algorithm, episodes, seed = options.task, options.algorithm, options.episodes, options.seed
    method, fresh_policy, warm_policy, evaluate = ALGORITHMS[algorithm]
    policy, settings = (warm_policy, WARM_SETTINGS) if options.warm else (fresh_policy, SETTINGS)
    training, fresh = pages(task, warm=options.warm), pages(task, warm=options.warm)
    model = method(policy, training, seed=seed, device="cpu", **settings)

    def measure(seed: int = CURVE_SEED) -> float:
        """Share of strict successes; the best choice is taken each time."""
        fresh.seed(seed)
        rewards, _ = evaluate(model, fresh, n_eval_episodes=episodes, return_episode_rewards=True)
        return float(sum(reward == 1 for reward in rewards) / episodes)

    curve = Curve(measure, every=2 * PAGES * HORIZON)
    model.learn(options.steps, callback=curve)
    name = f"{algorithm} from the shipped policy" if options.warm else algorithm
    result = {"task": task, "algorithm": name, "seed": seed, "pages": PAGES, "steps": model.num_timesteps}
    result |= {"episodes": episodes, "success": measure(FINAL_SEED), "settings": settings, "curve": curve.points}
    training.close()
    fresh.close()
    return result


def draw(runs: list[dict[str, Any]], picture: Path) -> None:
    """Success against steps and against minutes; dotted: of the training episodes themselves."""
    import matplotlib

    matplotlib.use("Agg")
    from matplotlib import pyplot

    groups: dict[str, list[dict[str, Any]]] = {}
    for run in runs:
        groups.setdefault(f"{run['task']}, {run['algorithm']}", []).append(run)
    figure, sides = pyplot.subplots(1, 2, figsize=(10, 4.3), sharey=True, layout="constrained")
    for side, key, label in zip(sides, ("steps", "minutes"), ("steps", "minutes of training"), strict=True):
        for number, (name, group) in enumerate(groups.items()):
            for run in group:
                xs = [point[key] for point in run["curve"]]
                measured, practice = ([point[kind] for point in run["curve"]] for kind in ("success", "practice"))
                side.plot(xs, measured, f"C{number}", label=name if run is group[0] else None)
                side.plot(xs[1:], practice[1:], f"C{number}:", linewidth=1)
        side.set_xlabel(label)
        side.grid(alpha=0.3)
    sides[0].set_ylabel("strict success, a share of 100 fresh episodes")
    figure.legend(*sides[0].get_legend_handles_labels(), loc="outside lower center", ncols=2)
    picture.parent.mkdir(parents=True, exist_ok=True)
    figure.savefig(picture, dpi=100)


def main(arguments: list[str] | None = None) -> None:
    """The command."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("task", help="name of a MiniWoB++ task")
    parser.add_argument("--algorithm", choices=ALGORITHMS, default="MaskablePPO")
    parser.add_argument("--warm", action="store_true", help="begin with the shipped policy")
    parser.add_argument("--steps", type=int, default=200_000, help="at most (default: %(default)s)")
    parser.add_argument("--episodes", type=int, default=100, help="to measure with (default: %(default)s)")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--out", type=Path, default=ROOT, help="folder of results/ and docs/ (default: the checkout)")
    options = parser.parse_args(arguments)
    torch.set_num_threads(1)  # the browser needs the other core
    result = learn(options)
    folder = options.out / "results" / "rl"
    folder.mkdir(parents=True, exist_ok=True)
    run = f"{options.task}-{options.algorithm}{'-warm' * options.warm}-{options.seed}"
    (folder / f"{run}.json").write_text(json.dumps(result, indent=1) + "\n")
    runs = [json.loads(path.read_text()) for path in sorted(folder.glob("*.json"))]
    draw(runs, options.out / "docs" / "images" / "ppo_curves.png")
    print(f"{options.task}: {100 * result['success']:.0f} % of {options.episodes} fresh episodes")


if __name__ == "__main__":
    main()
