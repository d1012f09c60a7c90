"""Putting the file together: the page, and the episodes in compressed blocks that it opens when they are wanted."""

from __future__ import annotations

import gzip
import html
from base64 import b64encode
from collections.abc import Callable, Iterator
from importlib.resources import files
from pathlib import Path
from typing import Any, NamedTuple

import msgspec

from webagent.live.view.sources import Shown, shown_in

__all__ = ["Written", "write_view"]

_BLOCK = 40  # episodes that are decompressed together
_COLUMNS = ("id", "task", "command", "success", "cause", "note")


class Written(NamedTuple):
    """The file, and how many episodes are in it."""

    path: Path
    episodes: int


def write_view(
    source: Path,
    out: Path,
    *,
    most: int | None = None,
    progress: Callable[[int, None], None] = lambda done, total: None,
) -> Written:
    """Write one HTML file that shows the episodes of a dataset, a trace or an evaluation; it needs nothing else.

    Args:
        source: what to show.
        out: the file.
        most: episodes at most.
        progress: called with how many episodes there are so far.

    Raises:
        DataError: ``source`` is nothing that can be shown.
    """
    kind, episodes = shown_in(source, most)
    template = files("webagent").joinpath("live", "view", "page.html").read_text("utf-8")
    for name in ("view.css", "view.js"):
        template = template.replace(f"/*{name}*/", files("webagent").joinpath("live", "view", name).read_text("utf-8"))
    before, _, after = template.replace("{{title}}", html.escape(source.resolve().name)).partition("{{blocks}}")
    index: list[list[Any]] = []
    out.parent.mkdir(parents=True, exist_ok=True)
    partial = out.with_name(f"{out.name}.partial")
    with partial.open("w", encoding="utf-8") as file:
        file.write(before)
        for number, block in enumerate(_blocks(episodes)):
            file.write(_script(f"block{number}", [one.steps for one in block]))
            index += [[*(getattr(one, name) for name in _COLUMNS), len(one.steps)] for one in block]
            progress(len(index), None)
        file.write(_script("index", {"kind": kind, "block": _BLOCK, "episodes": index}))
        file.write(after)
    partial.replace(out)
    return Written(out, len(index))


def _blocks(episodes: Iterator[Shown]) -> Iterator[list[Shown]]:
    block: list[Shown] = []
    for episode in episodes:
        block.append(episode)
        if len(block) == _BLOCK:
            yield block
            block = []
    if block:
        yield block


def _script(name: str, value: object) -> str:
    """Data that the browser neither runs nor parses: compressed JSON in base 64."""
    packed = b64encode(gzip.compress(msgspec.json.encode(value), 6, mtime=0)).decode("ascii")
    return f'<script type="text/plain" id="{name}">{packed}</script>\n'
