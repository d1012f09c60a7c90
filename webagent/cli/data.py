"""`webagent data`: demonstrations in, datasets out."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from webagent.cli.output import Verb, json_option, print_json, progress_bar, say

__all__ = ["data"]


@click.group()
def data() -> None:
    """Import, download and describe demonstrations."""


@data.command("import", cls=Verb, examples=["webagent data import miniwob-plusplus-demos.tar.xz --out dataset"])
@click.argument("source", type=click.Path(path_type=Path))
@click.option(
    "--out", metavar="DIR", required=True, type=click.Path(path_type=Path), help="The dataset folder to write."
)
@click.option("--tasks", metavar="NAME,NAME", help="Only these tasks.")
@click.option("--workers", type=click.IntRange(min=1), default=1, show_default=True, help="Processes to use.")
@json_option
def import_(source: Path, out: Path, tasks: str | None, workers: int, as_json: bool) -> int:
    """Turn recorded demonstrations in SOURCE into a dataset.

    SOURCE is the archive, the folder, or a git clone of the MiniWoB++ demonstrations. An import that was interrupted
    goes on where it stopped.
    """
    from webagent.data.importer import import_demonstrations

    names = [name.strip() for name in tasks.split(",") if name.strip()] if tasks else None
    with progress_bar("Importing") as progress:
        report = import_demonstrations(source, out, tasks=names, workers=workers, progress=progress).to_dict()
    if as_json:
        print_json(report)
    else:
        _print_report(report, out)
    return 0


@data.command("pages", cls=Verb, examples=["webagent data pages exercises sites made ~/npm ~/debian --out pages"])
@click.argument("sources", nargs=-1, required=True)
@click.option(
    "--out", metavar="DIR", required=True, type=click.Path(path_type=Path), help="The dataset folder to write."
)
@click.option("--pages", type=click.IntRange(min=1), default=300, show_default=True, help="At most, of each source.")
@click.option("--pairs", type=click.IntRange(min=1), default=16, show_default=True, help="At most, of each page.")
@click.option("--longer", type=click.IntRange(min=0), default=2, show_default=True, help="Of several steps, likewise.")
@click.option("--seed", type=int, default=0, show_default=True, help="Decides on everything that is drawn.")
@json_option
def pages(sources: tuple[str, ...], out: Path, as_json: bool, **settings: int) -> int:
    """Make training pairs by hindsight from pages: pick elements, word commands for them.

    SOURCES are folders with HTML files, "made" for pages made from the seed, "sites" for made sites on which commands
    take several steps, or "exercises" for small made pages about one skill each ("exercises:sum,count": about these
    only). A run that was interrupted goes on where it stopped; pages that cannot be used are skipped and counted.
    """
    from webagent.data.pages.build import PagesConfig, build_pages

    with progress_bar("Wording") as progress:
        report = build_pages(sources, out, PagesConfig(**settings), progress)
    if as_json:
        print_json(report)
        return 0
    for kind, count in report["kinds"].items():
        click.echo(f"{kind:12}{count:7}")
    click.echo(
        f"kept {report['pairs']} pairs of {report['pages']} pages in {out}; skipped {_reasons(report['skipped'])}"
    )
    return 0


@data.command("download", cls=Verb, examples=["webagent data download --out demos"])
@click.option("--out", metavar="DIR", required=True, type=click.Path(path_type=Path), help="Where to put them.")
@json_option
def download(out: Path, as_json: bool) -> int:
    """Download the public MiniWoB++ demonstrations from GitHub."""
    from webagent.data.importer import download as fetch

    with progress_bar("Downloading") as progress:
        path = fetch(out, progress=progress)
    if as_json:
        print_json({"path": str(path)})
    else:
        click.echo(str(path))
        say(f"Next: webagent data import {path} --out dataset")
    return 0


@data.command("pack", cls=Verb, examples=["webagent data pack datasets/human --out packed"])
@click.argument("folders", metavar="DIR...", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--out", metavar="DIR", required=True, type=click.Path(path_type=Path), help="The folder to write.")
@json_option
def pack(folders: tuple[Path, ...], out: Path, as_json: bool) -> int:
    """Make one plain dataset of several, with fixed splits and a card.

    Its rows (command, elements, action) train a policy and score one with no browser installed.
    """
    from webagent.data.pack import pack as write

    report = write(folders, out)
    if as_json:
        print_json(report)
        return 0
    for split, counts in report["splits"].items():
        click.echo(f"{split:6}{counts['episodes']:8} episodes{counts['steps']:9} steps")
    say(f"Next: webagent eval --offline {out}")
    return 0


@data.command("info", cls=Verb, examples=["webagent data info dataset"])
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))
@json_option
def info(folder: Path, as_json: bool) -> int:
    """Say what a dataset holds."""
    from webagent.data.dataset import read_info

    facts = read_info(folder)
    if as_json:
        print_json(facts)
        return 0
    for name, value in facts.items():
        click.echo(f"{name}: {value}")
    return 0


@data.command("check", cls=Verb, examples=["webagent data check shown"])
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))
@click.option("--most", type=click.IntRange(min=1), default=100, show_default=True, help="Problems to name.")
@json_option
def check(folder: Path, most: int, as_json: bool) -> int:
    """Look at every row of a dataset; say which row and field is wrong, and how."""
    from webagent.data.check import check as problems_of

    count, named = 0, []
    for problem in problems_of(folder):
        count += 1
        if count <= most:
            named.append(problem)
            if not as_json:
                click.echo(str(problem))
    if as_json:
        print_json({"problems": count, "named": [problem._asdict() for problem in named]})
    else:
        say(f"{count} problems in {folder}" if count else f"{folder} is sound")
    return 1 if count else 0


@data.command("export", cls=Verb, examples=["webagent data export shown --to huggingface --out shown-hf"])
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))
@click.option("--to", type=click.Choice(["huggingface", "minari"]), required=True, help="The format.")
@click.option("--out", metavar="DIR", required=True, type=click.Path(path_type=Path), help="The folder to write.")
@json_option
def export(folder: Path, to: str, out: Path, as_json: bool) -> int:
    """Write a dataset as a Hugging Face dataset folder, or for Minari."""
    from webagent.data.export import export as write

    report = write(folder, out, to)
    if as_json:
        print_json(report)
    else:
        click.echo(f"{report['episodes']} episodes, {report['steps']} steps in {report['path']}")
    return 0


def _print_report(report: dict[str, Any], out: Path) -> None:
    """Per task how many episodes were kept and skipped, and why."""
    width = max(map(len, report["tasks"]), default=0)
    for task, counts in sorted(report["tasks"].items()):
        click.echo(f"{task:{width}}  kept {counts['kept']:5}  skipped {_reasons(counts['skipped'])}")
    click.echo(f"kept {report['kept']} episodes in {out}; skipped {_reasons(report['skipped'])}")


def _reasons(skipped: dict[str, int]) -> str:
    """How many were skipped, and why."""
    if not skipped:
        return "0"
    listed = ", ".join(f"{count} {reason}" for reason, count in sorted(skipped.items(), key=lambda item: -item[1]))
    return f"{sum(skipped.values())} ({listed})"
