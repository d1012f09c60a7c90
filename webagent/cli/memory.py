"""`webagent teach` and `webagent memory`: what was shown, kept for commands to come."""

from __future__ import annotations

import time
from pathlib import Path

import click

from webagent.cli.output import Verb, json_option, print_json, say

__all__ = ["memory", "teach"]


@click.command(cls=Verb, examples=["webagent teach shown"])
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))
@json_option
def teach(folder: Path, as_json: bool) -> int:
    """Add the recordings in DIR to memory: from now on `do` acts by them where they fit.

    A command that is the same, or worded a little differently, or that names other things, is then carried out as it
    was shown, on the same site. Nothing is trained; `webagent memory remove` takes it back.
    """
    from webagent.data.memory import Memory

    began = time.perf_counter()
    added = Memory().add(folder)
    seconds = round(time.perf_counter() - began, 3)
    if as_json:
        print_json({"added": added, "seconds": seconds})
    else:
        for name in added:
            click.echo(name)
        say(f"Learned {len(added)} in {seconds:.2f} s.")
    return 0


@click.group()
def memory() -> None:
    """List, show, edit, remove and export what was taught."""


@memory.command("list", cls=Verb, examples=["webagent memory list"])
@json_option
def list_(as_json: bool) -> int:
    """Say what was taught, oldest first."""
    from webagent.data.memory import Memory

    known = Memory().episodes()
    if as_json:
        rows = [
            {"id": one.id, "command": one.command, "steps": len(one.steps), "url": one.steps[0].observation.url}
            for one in known
        ]
        print_json({"episodes": rows})
        return 0
    for one in known:
        click.echo(f"{one.id}  {len(one.steps):2} steps  {one.command}")
    if not known:
        say("Nothing was taught yet: record something with `webagent record`, then `webagent teach` it.")
    return 0


@memory.command("show", cls=Verb, examples=["webagent memory show 20261123"])
@click.argument("name", metavar="ID")
@json_option
def show(name: str, as_json: bool) -> int:
    """Say what one demonstration does, step by step. ID may be the beginning of it."""
    from webagent.data.memory import Memory
    from webagent.live.words import describe

    episode = Memory().get(name)
    words = [describe(step.action, step.observation) for step in episode.steps]
    if as_json:
        url = episode.steps[0].observation.url
        print_json({"id": episode.id, "command": episode.command, "url": url, "steps": words})
        return 0
    click.echo(f"{episode.command}  ({episode.steps[0].observation.url})")
    for number, one in enumerate(words, start=1):
        click.echo(f"{number:3}. {one}")
    return 0


@memory.command("edit", cls=Verb, examples=['webagent memory edit 20261123 --command "order a lamp for Ada"'])
@click.argument("name", metavar="ID")
@click.option("--command", metavar="TEXT", required=True, help="What it does, in other words.")
@json_option
def edit(name: str, command: str, as_json: bool) -> int:
    """Give a demonstration another command."""
    from webagent.data.memory import Memory

    episode = Memory().edit(name, command)
    if as_json:
        print_json({"id": episode.id, "command": episode.command})
    else:
        click.echo(f"{episode.id}  {episode.command}")
    return 0


@memory.command("remove", cls=Verb, examples=["webagent memory remove 20261123"])
@click.argument("name", metavar="ID")
@json_option
def remove(name: str, as_json: bool) -> int:
    """Forget a demonstration: commands are carried out as before it was taught."""
    from webagent.data.memory import Memory

    gone = Memory().remove(name)
    if as_json:
        print_json({"removed": gone})
    else:
        click.echo(gone)
    return 0


@memory.command("export", cls=Verb, examples=["webagent memory export --out taught"])
@click.argument("names", metavar="[ID]...", nargs=-1)
@click.option("--out", metavar="DIR", required=True, type=click.Path(path_type=Path), help="The folder to write.")
@json_option
def export(names: tuple[str, ...], out: Path, as_json: bool) -> int:
    """Write what was taught as a dataset: all of it, or what is named."""
    from webagent.data.memory import Memory

    count = Memory().export(out, names)
    if as_json:
        print_json({"path": str(out), "episodes": count})
    else:
        click.echo(f"{count} episodes in {out}")
    return 0
