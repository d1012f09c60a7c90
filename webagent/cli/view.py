"""`webagent view`: look at episodes in a browser."""

from __future__ import annotations

from pathlib import Path

import click

from webagent.cli.output import Verb, json_option, print_json, progress_bar, say

__all__ = ["view"]


@click.command(
    cls=Verb, examples=["webagent view shown", "webagent view dataset --out dataset.html", "webagent view trace"]
)
@click.argument("path", metavar="PATH", type=click.Path(path_type=Path))
@click.option(
    "--out", metavar="FILE", type=click.Path(path_type=Path), help="The file; else PATH with .html behind it."
)
@click.option("--most", type=click.IntRange(min=1), help="Episodes at most; else all.")
@click.option("--open", "show", is_flag=True, help="Open it in the browser.")
@json_option
def view(path: Path, out: Path | None, most: int | None, show: bool, as_json: bool) -> int:
    """Make one HTML file of what is in PATH: recordings, a dataset, a trace or an evaluation.

    It shows all episodes, to filter and to search, the page at each step with what was done to it, what was weighed,
    and the failures by cause. It needs nothing else, and sends nothing anywhere.
    """
    from webagent.live.view import write_view

    where = out or Path(f"{path.resolve()}.html")
    with progress_bar("Drawing") as progress:
        written = write_view(path, where, most=most, progress=progress)
    if as_json:
        print_json({"path": str(written.path), "episodes": written.episodes})
    else:
        click.echo(str(written.path))
        say(f"{written.episodes} episodes; open the file in a browser")
    if show:
        click.launch(written.path.resolve().as_uri())
    return 0
