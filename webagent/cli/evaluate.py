"""`webagent eval`: how often a policy gets it exactly right."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from webagent.cli.options import conditions, episodes, seed, workers
from webagent.cli.output import Verb, json_option, print_json, progress_bar

__all__ = ["evaluate"]

_DEFAULT_TASKS = "demos56"


@click.command(
    "eval",
    cls=Verb,
    examples=[
        "webagent eval --tasks click-test,login-user --episodes 10",
        "webagent eval --tasks demos56 --workers 2 --json > results.json",
        "webagent eval --reworded",
        "webagent eval --suite realpages",
        "webagent eval --offline packed",
    ],
)
@click.option(
    "--tasks", metavar="all|demos56|NAME,NAME", default=_DEFAULT_TASKS, show_default=True, help="Which tasks."
)
@click.option(
    "--suite",
    type=click.Choice(["realpages"]),
    help="Instead of tasks: commands worded by hand for recorded pages of eight applications. Needs no browser.",
)
@click.option(
    "--policy",
    metavar="DIR|NAME|module:Class",
    help="A checkpoint, an agent of your own, or random, submit-only, text-overlap; else the shipped weights.",
)
@episodes
@seed
@workers
@conditions
@click.option("--reworded", is_flag=True, help="The instructions in other words, of the tasks that have such.")
@click.option(
    "--offline",
    type=click.Path(path_type=Path),
    metavar="DIR",
    help="Score the steps of a packed dataset instead, with no browser.",
)
@click.option(
    "--split",
    type=click.Choice(["test", "train", "all"]),
    default="test",
    show_default=True,
    help="Of the packed dataset.",
)
@json_option
def evaluate(tasks: str, suite: str | None, as_json: bool, offline: Path | None, split: str, **settings: Any) -> int:
    """Measure strict success (raw reward == 1) of a policy on MiniWoB++ tasks, or how often it picks the right element.

    The interval covers 95 %. Episode i of a task has a seed that depends on --seed, the task and i only.
    """
    if offline is not None and suite is not None:
        raise click.UsageError("--offline and --suite score different things: give one of them")
    if (offline is not None or suite is not None) and settings["policy"] in ("random", "submit-only", "text-overlap"):
        raise click.UsageError(
            f"this scores what ranks elements, and {settings['policy']} ranks none: give a checkpoint"
        )
    if offline is not None:
        return _score_offline(offline, settings["policy"], split, as_json)
    if suite is not None:
        return _score_suite(settings["policy"], as_json)
    from webagent.evaluate.benchmark import EvaluateConfig
    from webagent.evaluate.benchmark import evaluate as measure
    from webagent.evaluate.rewording import reworded_tasks
    from webagent_envs.tasks import task_names

    names = reworded_tasks() if settings["reworded"] and tasks == _DEFAULT_TASKS else task_names(tasks)
    with progress_bar("Evaluating") as progress:
        report = measure(names, EvaluateConfig(**settings), progress)
    if as_json:
        print_json(report)
    else:
        _print_report(report)
    return 0


def _score_offline(folder: Path, policy: str | None, split: str, as_json: bool) -> int:
    from webagent.evaluate.offline import score_offline
    from webagent.policy.policy import Policy

    with progress_bar("Scoring") as progress:
        report = score_offline(Policy.load(policy), folder, split=split, progress=lambda done: progress(done, None))
    if as_json:
        print_json(report)
        return 0
    for rows in report["by"].values():
        for name, row in rows.items():
            click.echo(f"{name:30}{row['rows']:7} rows  {_shares(row)}")
    click.echo(f"{'all':30}{report['rows']:7} rows  {_shares(report)}")
    return 0


def _shares(row: dict[str, Any]) -> str:
    return (
        f"element {row['element_top1']:6.1%}, among the best three {row['element_top3']:6.1%}, "
        f"whole action {row['action_exact']:6.1%}"
    )


def _print_report(report: dict[str, Any]) -> None:
    """A line for each task, and the mean."""
    width = max(map(len, report["tasks"]))
    for task, row in report["tasks"].items():
        click.echo(
            f"{task:{width}}  {row['successes']:3}/{row['episodes']}  {row['mean_steps']:5.1f} steps"
            f"  {row['policy_ms']:6.1f} ms policy  {row['env_ms']:6.1f} ms page"
        )
    click.echo(
        f"mean {100 * report['mean']:.1f} % (95 %: {100 * report['low']:.1f} to {100 * report['high']:.1f})"
        f", {report['episodes']} episodes"
    )


def _score_suite(policy: str | None, as_json: bool) -> int:
    """Score the suite of real pages, with its two baselines."""
    from webagent.evaluate.realpages.score import score_suite

    with progress_bar("Scoring") as progress:
        report = score_suite(Path(policy) if policy else None, progress)
    if as_json:
        print_json(report)
    else:
        _print_suite(report)
    return 0


def _print_suite(report: dict[str, Any]) -> None:
    """A line for the whole, for each kind of wording and for each application; the baselines beside it."""
    baselines = report["baselines"]
    click.echo(f"{'':14}{'n':>4}  {'first':>6}  {'95 %':>12}  {'first 3':>7}  {'exact':>6}   " + "   ".join(baselines))
    rows = [("all", report, list(baselines.values()))]
    for field in ("wording", "app"):
        for name, row in report["by"][field].items():
            rows.append((name, row, [baseline["by"][field][name] for baseline in baselines.values()]))
    for name, row, others in rows:
        beside = "   ".join(f"{100 * r['element_top1']:.1f}/{100 * r['element_top3']:.1f}" for r in others)
        interval = f"{100 * row['low']:.1f} to {100 * row['high']:.1f}"
        click.echo(
            f"{name:14}{row['rows']:4}  {100 * row['element_top1']:6.1f}  {interval:>12}"
            f"  {100 * row['element_top3']:7.1f}  {100 * row['action_exact']:6.1f}   {beside}"
        )
