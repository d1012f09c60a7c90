"""`webagent bench run` and what belongs to it: report, verify, merge, k8s."""

from __future__ import annotations

import json
import signal
from pathlib import Path
from typing import Any

import click

from webagent.cli.options import conditions, episodes, seed, workers
from webagent.cli.output import Verb, json_option, print_json, progress_bar, say

__all__ = ["k8s", "merge", "report", "run", "verify"]

_SUITES = ["smoke", "miniwob56", "miniwob125", "realpages", "transfer"]
_FOLDER = click.Path(path_type=Path, file_okay=False)

_suite = click.option("--suite", type=click.Choice(_SUITES), default="smoke", show_default=True, help="What to run.")
_policy = click.option(
    "--policy",
    metavar="DIR|NAME|module:Class",
    help="A checkpoint, your own agent, random, submit-only, text-overlap, or llm:MODEL; else the shipped weights.",
)


def _settings(context: click.Context, parameter: click.Parameter, value: str) -> dict[str, Any]:
    """Reads the JSON object of --llm-settings."""
    try:
        found = json.loads(value)
    except ValueError:
        found = None
    if not isinstance(found, dict):
        raise click.BadParameter(f"{value!r} is no JSON object; give one, such as {{}}")
    return found


@click.command(
    cls=Verb,
    examples=[
        "webagent bench run --suite smoke --episodes 5 --out out",
        "webagent bench run --suite miniwob56 --episodes 100 --workers 4 --out runs/ours",
        "webagent bench run --suite smoke --policy examples/own_agent.py:FirstNamed --out runs/mine",
        "webagent bench run --suite miniwob125 --policy llm:gpt-4o --prices 2.5 10 --out runs/gpt-4o",
        "webagent bench run --suite miniwob56 --shard 3/20 --out runs/part-3",
    ],
)
@_suite
@_policy
@episodes
@seed
@click.option("--out", type=_FOLDER, metavar="DIR", required=True, help="Folder of the run; what is in it is kept.")
@workers
@conditions
@click.option(
    "--shard", metavar="I/N|auto/N", default="1/1", help="Play this part only; auto: the job array says which."
)
@click.option("--ray", metavar="auto|ADDRESS", default="", help="Play on a Ray cluster, --workers actors.")
@click.option("--deadline", type=float, default=600.0, show_default=True, help="Seconds for an episode on Ray.")
@click.option(
    "--endpoint", default="", metavar="URL", help="Of a language model; else OPENAI_BASE_URL, or OpenAI's own."
)
@click.option(
    "--prices",
    type=(float, float),
    default=(0.0, 0.0),
    metavar="IN OUT",
    help="Of a language model: dollars for a million tokens read, and for a million written.",
)
@click.option(
    "--llm-settings",
    default='{"temperature": 0}',
    show_default=True,
    metavar="JSON",
    callback=_settings,
    help="Added to every request to a language model.",
)
@json_option
def run(out: Path, shard: str, as_json: bool, **given: Any) -> int:
    """Run a suite. Each episode becomes one file in --out; interrupt it, run it again, and only what is missing runs.

    Results do not depend on the number of workers, nor on who runs which part.
    """
    from webagent.evaluate.benchmark import BenchConfig, run_benchmark
    from webagent.evaluate.llm import LanguageModelConfig
    from webagent.evaluate.report.results import results_of
    from webagent.evaluate.shards import parse_shard

    signal.signal(signal.SIGTERM, signal.default_int_handler)  # schedulers end jobs so: tidy up, as for Ctrl-C
    llm = LanguageModelConfig(
        endpoint=given.pop("endpoint"), prices=given.pop("prices"), settings=given.pop("llm_settings")
    )
    config = BenchConfig(**given, shard=parse_shard(shard), llm=llm)
    say(f"Playing what {out} lacks of {config.suite}.")
    with progress_bar("Playing") as progress:
        folder = run_benchmark(config, out, progress)
    results = results_of(folder)
    if as_json:
        print_json(results)
    else:
        print_results(results)
        say(f"Every episode is in {out}; `webagent bench report {out}` makes the page.")
    return 0


def print_results(results: dict[str, Any], *, tasks: bool = True) -> None:
    """A line for each task, and the mean."""
    width = max(map(len, results["tasks"]))
    for task, row in results["tasks"].items() if tasks else ():
        click.echo(
            f"{task:{width}}  {row['successes']:3}/{row['episodes']}  {row['mean_steps']:5.1f} steps"
            f"  {row['policy_ms']:6.1f} ms agent  {row['env_ms']:6.1f} ms page"
        )
    click.echo(
        f"{results['policy']} on {results['suite']}: {100 * results['mean']:.1f} % "
        f"(95 %: {100 * results['low']:.1f} to {100 * results['high']:.1f}), {results['episodes']} episodes"
    )
    if cost := results["usage"].get("cost"):
        click.echo(f"cost: {cost:.4f} dollars")


@click.command(cls=Verb, examples=["webagent bench report runs/ours", "webagent bench report runs/ours runs/theirs"])
@click.argument("folders", nargs=-1, required=True, type=_FOLDER)
@click.option("--html", type=click.Path(path_type=Path, dir_okay=False), metavar="FILE", help="Else DIR/report.html.")
@click.option(
    "--curves",
    type=_FOLDER,
    metavar="DIR",
    help="Learning curves to draw as well, as examples/sb3_ppo.py writes them (results/rl).",
)
@json_option
def report(folders: tuple[Path, ...], html: Path | None, curves: Path | None, as_json: bool) -> int:
    """Write DIR/results.json for each run, and one page that shows them and compares each with the first.

    The page needs no network; its figures lead to the files of the episodes beside it.
    """
    from webagent.evaluate.report.page import write_report

    page = html or folders[0] / "report.html"
    told = write_report(list(folders), page, curves)
    if as_json:
        print_json(told)
        return 0
    for results in told["runs"]:
        print_results(results, tasks=len(folders) == 1)
    for compared in told["comparisons"]:
        click.echo(
            f"{compared['other']} against {compared['first']}: {100 * compared['difference']:+.1f} points "
            f"(95 %: {100 * compared['low']:+.1f} to {100 * compared['high']:+.1f}), p = {compared['p']:.2g}"
        )
    click.echo(str(page))
    return 0


@click.command(
    cls=Verb, examples=["webagent bench verify runs/ours --sample 20", "webagent bench verify runs/theirs --acts"]
)
@click.argument("folder", type=_FOLDER)
@click.option("--sample", type=click.IntRange(min=1), default=20, show_default=True, help="Episodes to play again.")
@click.option("--seed", type=int, default=0, show_default=True, help="Decides on which ones.")
@click.option("--policy", metavar="DIR|NAME|module:Class", help="Where the agent is now, if it was moved.")
@click.option("--acts", is_flag=True, help="Do again what was done, without the agent.")
@workers
@json_option
def verify(folder: Path, as_json: bool, **chosen: Any) -> int:
    """Play a sample of a run again, and say whether it agrees: exit code 0, or 1 when it does not.

    Also looked at: whether results.json says what the episodes' files say, and whether they have the run's seeds. With
    --acts the agent need not be here: every act of the sample is done again, and the rewards are compared.
    """
    from webagent.evaluate.verify import VerifyConfig
    from webagent.evaluate.verify import verify as check

    with progress_bar("Playing again") as progress:
        told = check(folder, VerifyConfig(**chosen), progress)
    if as_json:
        print_json(told)
    else:
        for one in told["different"]:
            click.echo(f"{one['task']} seed {one['seed']}: {one['was']}, now {one['is']}")
        click.echo(f"{told['agree']} of {told['episodes']} agree, {told['same_acts']} of them act for act")
        if not told["results_match"]:
            click.echo("results.json does not say what the episodes say")
        if told["foreign"]:
            click.echo(f"episodes with a task or seed that is not of this run: {told['foreign']}")
        if told["missing"]:
            click.echo(f"episodes of the run that are missing: {told['missing']}")
    return 0 if told["agrees"] else 1


@click.command(cls=Verb, examples=["webagent bench merge runs/part-1 runs/part-2 --out runs/all"])
@click.argument("folders", nargs=-1, required=True, type=_FOLDER)
@click.option("--out", type=_FOLDER, metavar="DIR", required=True, help="Where all episodes go.")
@json_option
def merge(folders: tuple[Path, ...], out: Path, as_json: bool) -> int:
    """Put the parts of a run, played with --shard, into one folder."""
    from webagent.evaluate.shards import merge as put_together

    count = put_together(folders, out)
    if as_json:
        print_json({"out": str(out), "episodes": count})
    else:
        click.echo(f"{count} episodes in {out}")
    return 0


@click.command(
    cls=Verb,
    examples=[
        "webagent bench k8s --shards 20 --image IMAGE --claim results --suite miniwob125 | kubectl apply -f -",
        "webagent bench k8s --shards 20 --image IMAGE --claim out --policy llm:gpt-4o --secret openai -- --input dom",
    ],
)
@click.option("--shards", type=click.IntRange(min=1), required=True, help="Parts, a pod each.")
@click.option("--image", required=True, metavar="IMAGE", help="Made from the Dockerfile.")
@click.option("--claim", required=True, metavar="NAME", help="PersistentVolumeClaim that all pods can write to.")
@click.option("--name", default="webagent-bench", show_default=True, help="Of the job.")
@click.option("--parallel", type=click.IntRange(min=1), help="Pods at a time; else all.")
@click.option("--secret", default="", metavar="NAME", help="Secret with OPENAI_API_KEY and OPENAI_BASE_URL.")
@_suite
@_policy
@episodes
@seed
@click.argument("more", nargs=-1, metavar="[-- MORE]")
def k8s(shards: int, parallel: int | None, more: tuple[str, ...], **chosen: Any) -> int:
    """Print an Indexed Job that runs a suite on a Kubernetes cluster, into one folder of a shared volume.

    MORE are other options of `webagent bench run`. Run `webagent bench report` on that folder afterwards. A pod that
    dies is started again and plays what is missing.
    """
    from webagent.evaluate.kubernetes import Job, manifest

    given = {f"--{option}": chosen.pop(option) for option in ("suite", "policy", "episodes", "seed")}
    arguments = [str(part) for pair in given.items() if pair[1] is not None for part in pair] + list(more)
    run.make_context("webagent bench run", [*arguments, "--out", "/out"])  # what the pods would refuse is refused here
    click.echo(
        manifest(Job(shards=shards, parallel=parallel or shards, arguments=tuple(arguments), **chosen)), nl=False
    )
    return 0
