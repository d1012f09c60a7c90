"""`webagent eval`: how often a policy gets it exactly right."""

from __future__ import annotations

from typing import Any

import click

from webagent.cli.output import Verb, json_option, print_json, progress_bar

__all__ = ["evaluate"]


@click.command(
    "eval",
    cls=Verb,
    examples=[
        "webagent eval --tasks click-test,login-user --episodes 10",
        "webagent eval --tasks demos56 --workers 2 --json > results.json",
    ],
)
@click.option("--tasks", metavar="all|demos56|NAME,NAME", default="demos56", show_default=True, help="Which tasks.")
@click.option("--policy", metavar="DIR|random|submit-only", help="A checkpoint; else the shipped weights.")
@click.option("--episodes", type=click.IntRange(min=1), default=20, show_default=True, help="Of each task.")
@click.option("--seed", type=int, default=0, show_default=True, help="Decides on every episode's seed.")
@click.option("--workers", type=click.IntRange(min=1), default=1, show_default=True, help="Processes, a browser each.")
@click.option(
    "--input",
    type=click.Choice(["trusted", "dom"]),
    default="trusted",
    show_default=True,
    help="Real mouse and keys, or events made in the page.",
)
@click.option(
    "--time-limit",
    type=click.Choice(["steps", "original"]),
    default="steps",
    show_default=True,
    help="When an episode ends.",
)
@click.option(
    "--data-mode",
    type=click.Choice(["train", "test"]),
    default="train",
    show_default=True,
    help="Which of the pages' own distributions.",
)
@json_option
def evaluate(tasks: str, as_json: bool, **settings: Any) -> int:
    """Measure strict success (raw reward == 1) of a policy on MiniWoB++ tasks.

    The interval covers 95 %. Episode i of a task has a seed that depends on --seed, the task and i only.
    """
    from webagent.evaluate.benchmark import EvaluateConfig
    from webagent.evaluate.benchmark import evaluate as measure
    from webagent_envs.tasks import task_names

    with progress_bar("Evaluating") as progress:
        report = measure(task_names(tasks), EvaluateConfig(**settings), progress)
    if as_json:
        print_json(report)
    else:
        _print_report(report)
    return 0


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
