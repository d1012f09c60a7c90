"""`webagent bench`: the benchmark, and how fast the environments are."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import click

from webagent.cli import bench_run
from webagent.cli.output import Verb, json_option, print_json, progress_bar, say

__all__ = ["bench"]


def _list_of(kind: Callable[[str], Any], wanted: str) -> Callable[..., tuple[Any, ...]]:
    """Reads ``a,b,c`` of an option."""

    def read(ctx: click.Context, param: click.Parameter, value: str) -> tuple[Any, ...]:
        try:
            return tuple(kind(part.strip()) for part in value.split(",") if part.strip())
        except ValueError:
            raise click.BadParameter(f"{value!r} is not possible: use {wanted}") from None

    return read


def _size(text: str) -> int:
    size = int(text)
    if size < 1:
        raise ValueError
    return size


def _input(text: str) -> str:
    if text not in ("dom", "trusted"):
        raise ValueError
    return text


@click.group()
def bench() -> None:
    """Run the benchmark with any agent; measure how fast the environments are."""


for _command in (bench_run.run, bench_run.report, bench_run.verify, bench_run.merge, bench_run.k8s):
    bench.add_command(_command)


@bench.command(
    "env",
    cls=Verb,
    examples=[
        "webagent bench env --seconds 2 --envs 1,8 --peers none",
        "webagent bench env --json > results/speed.json",
    ],
)
@click.option("--tasks", metavar="NAME,NAME", help="Which tasks; else seven of all sizes.")
@click.option(
    "--seconds", type=click.FloatRange(min=0.1), default=4.0, show_default=True, help="For each task and system."
)
@click.option(
    "--rounds", type=click.IntRange(min=1), default=2, show_default=True, help="Turns that each system takes."
)
@click.option(
    "--envs",
    "sizes",
    metavar="N,N",
    default="1,2,8,32",
    show_default=True,
    callback=_list_of(_size, "numbers such as 1,8"),
    help="One environment, and vectors of so many.",
)
@click.option(
    "--input",
    "inputs",
    metavar="dom,trusted",
    default="dom,trusted",
    show_default=True,
    callback=_list_of(_input, "dom, trusted or both"),
    help="Events made in the page, or real mouse and keys.",
)
@click.option(
    "--peers",
    metavar="farama,browsergym|none",
    default="farama,browsergym",
    show_default=True,
    help="Other packages to measure beside ours; each is downloaded into a virtual environment the first time.",
)
@click.option(
    "--pages/--no-pages", default=True, show_default=True, help="Screenshots, and observations of large pages, too."
)
@json_option
def env(tasks: str | None, peers: str, as_json: bool, **settings: Any) -> int:
    """Measure steps a second, resets included, and beside ours those of other packages.

    All take turns on the same tasks with clicks drawn by lot. A vector's times are those of all its environments.
    A package that cannot be installed or run here is named and left out.
    """
    from webagent_envs.bench import BenchConfig
    from webagent_envs.bench import bench as measure
    from webagent_envs.peers import PEERS
    from webagent_envs.tasks import TIMED7, task_names

    named = tuple(name.strip() for name in peers.split(",") if name.strip() not in ("", "none"))
    if unknown := [name for name in named if name not in PEERS]:
        raise click.BadParameter(f"there is no {unknown[0]!r}: use {', '.join(PEERS)} or none", param_hint="--peers")
    config = BenchConfig(tasks=task_names(tasks) if tasks else TIMED7, peers=named, **settings)
    with progress_bar("Measuring") as progress:
        report = measure(config, progress)
    for name, reason in report["left_out"].items():
        say(f"{name} was left out: {reason}")
    if as_json:
        print_json(report)
    else:
        _print_report(report)
    return 0


def _print_report(report: dict[str, Any]) -> None:
    """A line for each system and task, medians over the tasks, ratios, and what screenshots and large pages cost."""
    click.echo(
        f"{'task':20} {'system':24} {'envs':>4} {'input':8} {'steps/s':>8} {'reset ms':>9} {'p95':>7}"
        f" {'step ms':>8} {'p95':>7} {'MB':>6} {'MB/env':>6}"
    )
    for row in [*report["rows"], *report["medians"]]:
        memory, each = (_whole(row.get(key)) for key in ("memory_mb", "memory_per_env_mb"))
        task = row.get("task", "MEDIAN")
        click.echo(
            f"{task:20} {row['system']:24} {row['envs']:4} {row['input']:8} {row['steps_per_s']:8.1f}"
            f" {row['reset_ms']:9.2f} {row['reset_p95_ms']:7.2f} {row['step_ms']:8.2f} {row['step_p95_ms']:7.2f}"
            f" {memory:>6} {each:>6}"
        )
    for name, ratio in report["ratios"].items():
        click.echo(f"{name}: {ratio:.1f}x")
    for shot in report.get("screenshots", []):
        click.echo(f"{shot['task']:20} screenshot {shot['screenshot_ms']:.1f} ms, p95 {shot['screenshot_p95_ms']:.1f}")
    for page in report.get("scaling", {"pages": []})["pages"]:
        click.echo(f"{page['elements']:6} elements: observed in {page['observe_ms']:.1f} ms")


def _whole(number: float | None) -> str:
    return "" if number is None else f"{number:.0f}"
