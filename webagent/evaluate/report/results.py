"""``results.json``: the numbers of a run, with all that is needed to make them again."""

from __future__ import annotations

from typing import Any

import msgspec

from webagent.errors import DataError
from webagent.evaluate.rollout import EpisodeResult
from webagent.evaluate.store import RunFolder, write_whole
from webagent.evaluate.suites import suite_tasks
from webagent.evaluate.summary import by_task, details, summarise

__all__ = ["ordered", "results_of", "write_results"]


def ordered(folder: RunFolder) -> dict[str, list[EpisodeResult]]:
    """A run's episodes by task, tasks in the suite's order.

    Raises:
        DataError: none was played yet.
    """
    found = by_task(folder.results())
    if not found:
        raise DataError(f"{folder.path} holds no episode yet; run `webagent bench run --out {folder.path}` first")
    return {task: found[task] for task in suite_tasks(folder.run.suite) if task in found}


def results_of(folder: RunFolder) -> dict[str, Any]:
    """The numbers: the keys of ``webagent eval --json``, and where they come from."""
    run, tasks = folder.run, ordered(folder)
    summary = summarise(tasks)
    plain: dict[str, Any] = msgspec.to_builtins(run)
    plain["episodes_per_task"] = plain.pop("episodes")
    return {
        **{name: summary[name] for name in ("mean", "low", "high", "episodes")},
        **{name: plain.pop(name) for name in ("policy", "policy_hash", "seed", "input", "time_limit", "data_mode")},
        **plain,
        **details(tasks),
        "tasks": summary["tasks"],
    }


def write_results(folder: RunFolder) -> dict[str, Any]:
    """Write them into the run's folder."""
    results = results_of(folder)
    write_whole(folder.path / "results.json", msgspec.json.format(msgspec.json.encode(results)) + b"\n")
    return results
