"""One HTML page for one run or several: no network, no script from elsewhere; figures lead to the episodes' files."""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from importlib.resources import files
from pathlib import Path
from statistics import fmean
from typing import Any
from urllib.parse import quote

import jinja2

from webagent.errors import DataError
from webagent.evaluate.report.charts import Line, line_chart
from webagent.evaluate.report.compare import compare
from webagent.evaluate.report.published import cells, methods
from webagent.evaluate.report.results import ordered, write_results
from webagent.evaluate.rollout import EpisodeResult
from webagent.evaluate.store import RunFolder, write_whole
from webagent.evaluate.summary import SECONDS

__all__ = ["write_report"]

_EXAMPLES = 3  # failures of each task that are told step by step
_STEPS = 12  # of such a failure


def write_report(folders: Sequence[Path], html: Path, curves: Path | None = None) -> dict[str, Any]:
    """Write results.json of each run, and the page.

    Args:
        folders: of the runs; each is compared with the first.
        html: the page.
        curves: folder with learning curves (``{"task", "algorithm", "curve": [{"steps", "success"}]}``).

    Returns:
        ``page``, ``runs``: the content of each results.json, and ``comparisons``.

    Raises:
        DataError: a folder holds no run, or no episode.
        UsageError: runs have no episode in common.
    """
    opened = [RunFolder(folder) for folder in folders]
    results = [write_results(folder) for folder in opened]
    tasks = [ordered(folder) for folder in opened]
    names = _names(results, folders)
    comparisons = [
        {"first": names[0], "other": name, **compare(tasks[0], other)}
        for name, other in zip(names[1:], tasks[1:], strict=True)
    ]
    template = jinja2.Environment(
        autoescape=True, trim_blocks=True, lstrip_blocks=True, undefined=jinja2.StrictUndefined
    )
    template.filters["percent"] = _percent
    text = template.from_string(files("webagent.evaluate.report").joinpath("page.html").read_text()).render(
        runs=[_run(*one, html) for one in zip(names, opened, results, tasks, strict=True)],
        comparisons=[
            {**told, "differing": _differing((opened[0], tasks[0]), other, html)}
            for told, other in zip(comparisons, list(zip(opened, tasks, strict=True))[1:], strict=True)
        ],
        others=_others(results[0], tasks[0]),
        rows=_rows(tasks),
        methods=_shown(tasks),
        cells=cells(),
        sources=_sources(results[0], tasks),
        within=_within_chart(names, results),
        curves=_curves(curves) if curves else [],
    )
    write_whole(html, text.encode())
    return {"page": str(html), "runs": results, "comparisons": comparisons}


def _percent(share: float, digits: int = 1) -> str:
    return f"{100 * share:.{digits}f}"


def _names(results: Sequence[dict[str, Any]], folders: Sequence[Path]) -> list[str]:
    """The agents' names; where one comes twice, the folder's is added."""
    plain = [str(result["policy"]) for result in results]
    return [
        f"{name} ({folder.name})" if plain.count(name) > 1 else name
        for name, folder in zip(plain, folders, strict=True)
    ]


def _run(
    name: str, folder: RunFolder, results: dict[str, Any], tasks: dict[str, list[EpisodeResult]], html: Path
) -> dict[str, Any]:
    """What the template shows of one run."""
    return {
        **results,
        "name": name,
        "base": _base(folder, html),
        "timed": {part: _timed(folder, tasks, field) for part, field in (("policy", "policy_ms"), ("page", "env_ms"))},
        "strips": {task: [_cell(folder, result) for result in found] for task, found in tasks.items()},
        "causes": _by_cause(folder, tasks),
        "stories": {task: [_story(folder, r) for r in _failures(found)] for task, found in tasks.items()},
    }


def _timed(folder: RunFolder, tasks: dict[str, list[EpisodeResult]], field: str) -> dict[str, str]:
    """The files of the episodes with the steps that took as long as the percentiles say."""
    every = [result for found in tasks.values() for result in found]
    steps = sorted(
        ((getattr(step, field), result) for result in every for step in result.trace), key=lambda one: one[0]
    )
    shares = {"p50": 0.5, "p95": 0.95, "p99": 0.99, "most": 1.0} if steps else {}
    return {name: _link(folder, steps[round(share * (len(steps) - 1))][1]) for name, share in shares.items()}


def _base(folder: RunFolder, html: Path) -> str:
    """The folder as links on the page call it."""
    return quote(Path(os.path.relpath(folder.path, html.parent)).as_posix())


def _differing(
    first: tuple[RunFolder, dict[str, list[EpisodeResult]]],
    other: tuple[RunFolder, dict[str, list[EpisodeResult]]],
    html: Path,
) -> dict[str, list[tuple[str, str, str]]]:
    """Episodes that only one of two solved, by task: a class, the file of the one who failed, and why that was."""
    found: dict[str, list[tuple[str, str, str]]] = {}
    for task, results in other[1].items():
        was = {result.seed: result for result in first[1].get(task, ())}
        for now in results:
            before = was.get(now.seed, now)
            if before.success != now.success:
                folder, failed = (first[0], before) if now.success else (other[0], now)
                link = f"{_base(folder, html)}/{_link(folder, failed)}"
                found.setdefault(task, []).append(("ok" if now.success else "no", link, failed.cause))
    return found


def _cell(folder: RunFolder, result: EpisodeResult) -> tuple[str, str, str]:
    """An episode in a strip: its class, its file, and what it says when it is pointed at."""
    kind = "ok" if result.success else "part" if result.raw_reward > 0 else "no"
    told = [f"{result.steps} steps", f"{(result.policy_ms + result.env_ms) / 1e3:.2f} s", result.cause]
    return kind, _link(folder, result), ", ".join(filter(None, told))


def _by_cause(folder: RunFolder, tasks: dict[str, list[EpisodeResult]]) -> dict[str, list[tuple[str, str]]]:
    """The failed episodes of each cause: their files, and their tasks."""
    found: dict[str, list[tuple[str, str]]] = {}
    for result in (result for results in tasks.values() for result in results if not result.success):
        found.setdefault(result.cause, []).append((_link(folder, result), result.task))
    return dict(sorted(found.items(), key=lambda item: -len(item[1])))


def _link(folder: RunFolder, result: EpisodeResult) -> str:
    return quote(folder.file_of(result.task, result.seed).relative_to(folder.path).as_posix())


def _failures(results: Sequence[EpisodeResult]) -> list[EpisodeResult]:
    """Some of the failures, one of each cause before a second of any."""
    failed = [result for result in results if not result.success]
    first = list({result.cause: result for result in reversed(failed)}.values())
    return [*first, *(result for result in failed if result not in first)][:_EXAMPLES]


def _story(folder: RunFolder, result: EpisodeResult) -> dict[str, Any]:
    """A failure step by step."""
    steps = []
    for step in result.trace[:_STEPS]:
        said = {name: value for name, value in step.action.items() if value and name not in ("kind", "ref")}
        words = [step.action["kind"].replace("_", " "), step.element, *(json.dumps(value) for value in said.values())]
        steps.append(" ".join(filter(None, words)) + (f" ({step.error[:80]})" if step.error else ""))
    more = len(result.trace) - len(steps)
    return {
        "link": _link(folder, result),
        "seed": result.seed,
        "command": result.command,
        "cause": result.cause,
        "steps": [*steps, f"… {more} more"] if more else steps,
    }


def _others(results: dict[str, Any], tasks: dict[str, list[EpisodeResult]]) -> list[dict[str, Any]]:
    """Published means over the same tasks."""
    whole = [m for m in methods() if results["suite"] in m.means]
    return sorted(
        (
            {"name": m.name, "parameters": m.parameters, "mean": m.means[results["suite"]], "source": m.source}
            for m in whole
        ),
        key=lambda row: -row["mean"],
    )


def _rows(tasks: Sequence[dict[str, list[EpisodeResult]]]) -> list[str]:
    return list(dict.fromkeys(task for found in tasks for task in found))


def _shown(tasks: Sequence[dict[str, list[EpisodeResult]]]) -> list[Any]:
    """Methods with a number for any of these tasks."""
    known = {method for task in _rows(tasks) for method in cells().get(task, {})}
    return [method for method in methods() if method.key in known]


def _sources(results: dict[str, Any], tasks: Sequence[dict[str, list[EpisodeResult]]]) -> list[Any]:
    """Methods that are named anywhere on the page."""
    shown = _shown(tasks)
    return [method for method in methods() if method in shown or results["suite"] in method.means]


def _within_chart(names: Sequence[str], results: Sequence[dict[str, Any]]) -> str:
    lines = [
        Line(name, [(limit, result["within"][f"{limit:g}"]) for limit in SECONDS])
        for name, result in zip(names, results, strict=True)
    ]
    return line_chart(lines, label="seconds for an episode, agent and page together", logarithmic=True)


def _curves(folder: Path) -> list[dict[str, Any]]:
    """A chart for each task that has learning curves.

    Raises:
        DataError: a file cannot be read.
    """
    by_task: dict[str, list[Line]] = {}
    for file in sorted(folder.glob("*.json")):
        try:
            told = json.loads(file.read_bytes())
            points = [(float(point["steps"]), float(point["success"])) for point in told["curve"]]
            name = f"{told['algorithm']}, seed {told['seed']}"
        except (ValueError, KeyError, TypeError) as error:
            raise DataError(f"{file} is no learning curve ({error}); leave it out of --curves") from None
        by_task.setdefault(told["task"], []).append(Line(name, points))
    if not by_task:
        raise DataError(f"{folder} holds no learning curve; give another --curves, such as results/rl")
    return [
        {
            "task": task,
            "names": [line.name for line in lines],
            "last": [fmean(y for _, y in line.points[-1:]) for line in lines],
            "chart": line_chart(lines, label="steps in the environment"),
        }
        for task, lines in by_task.items()
    ]
