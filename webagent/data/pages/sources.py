"""Where pages come from: HTML files below a folder, or pages of our own."""

from __future__ import annotations

import re
from collections import defaultdict
from html import unescape
from pathlib import Path
from typing import NamedTuple
from urllib.parse import unquote
from zlib import crc32

from webagent.data.pages.exercises import exercise_names
from webagent.errors import DataError

__all__ = ["EXERCISES", "MADE", "SITES", "PageSource", "find_pages", "reserved", "title_behind"]

MADE = "made"
"""A source that is no folder: pages made from a seed."""
SITES = "sites"
"""Another one: sites made from a seed, for commands of several steps."""
EXERCISES = "exercises"
"""Another one: small pages, each about one skill; ``"exercises:sum,count"`` for pages about these skills only."""

_SMALLEST, _LARGEST = 600, 1_500_000  # bytes
_RESERVED = re.compile(r"django|tiddlywiki|jupyter|wagtail|label.?studio|streamlit|gradio|nicegui", re.IGNORECASE)
"""What only tests may use."""
_TITLE = re.compile(r"<title[^>]*>(.*?)</title>", re.IGNORECASE | re.DOTALL)
_TAIL = re.compile(r"\s+(?:[-–—|·:]+|&mdash;)\s+.*$")


class PageSource(NamedTuple):
    """One page.

    Attributes:
        source: ``"made"``, ``"sites"``, ``"exercises"``, or the name of the folder given.
        name: path below that folder, or the number of a made page or site; of an exercise behind its skill.
        path: the file; ``None`` of made pages.
    """

    source: str
    name: str
    path: Path | None

    @property
    def id(self) -> str:
        """Identity of the page in the dataset."""
        return f"{self.source}/{self.name}"


def find_pages(source: str, most: int) -> list[PageSource]:
    """Pages of a source, at most ``most``, drawn evenly from the folders right below it.

    Raises:
        DataError: there is no such folder or skill, or no page in the folder.
    """
    if source.partition(":")[0] == EXERCISES:
        names = [name.strip() for name in source.partition(":")[2].split(",") if name.strip()]
        return [PageSource(EXERCISES, name, None) for name in exercise_names(names, most)]
    if source in (MADE, SITES):
        return [PageSource(source, f"{number:05d}", None) for number in range(most)]
    folder = Path(source)
    if not folder.is_dir():
        raise DataError(f'{source}: no such folder; give folders with HTML files, "{MADE}", "{SITES}" or "{EXERCISES}"')
    packages: dict[str, list[Path]] = defaultdict(list)
    for path in folder.rglob("*.htm*"):
        name = path.relative_to(folder).as_posix()
        if not path.is_file() or path.is_symlink() or _RESERVED.search(name) or not path.suffix.startswith(".htm"):
            continue
        if _SMALLEST <= path.stat().st_size <= _LARGEST:
            packages[name.partition("/")[0]].append(path)
    if not packages:
        raise DataError(f"{source} holds no HTML files: unpack npm or Debian packages with pages into it")
    queues = [
        sorted(paths, key=lambda path: crc32(f"/{path.relative_to(folder).as_posix()}".encode()))
        for paths in packages.values()
    ]
    queues.sort(key=lambda paths: paths[0].as_posix())
    picked = [paths[turn] for turn in range(max(map(len, queues))) for paths in queues if turn < len(paths)][:most]
    return [PageSource(folder.resolve().name, path.relative_to(folder).as_posix(), path) for path in picked]


def title_behind(page: PageSource, href: str) -> str:
    """Title of the local page that a link leads to, without the name of the site; ``""`` when there is none."""
    address = unquote(href.partition("#")[0].partition("?")[0])
    if page.path is None or not address or ":" in address or address.startswith("/"):
        return ""
    target = page.path.parent / address
    if target.suffix not in (".html", ".htm") or target == page.path or not target.is_file():
        return ""
    with target.open("rb") as file:
        found = _TITLE.search(file.read(6000).decode("utf-8", "replace"))
    if found is None:
        return ""
    title = _TAIL.sub("", " ".join(unescape(re.sub(r"<[^>]*>", "", found[1])).split()))
    return title if 3 <= len(title) <= 60 and not _RESERVED.search(title) else ""


def reserved(title: str) -> bool:
    """Whether a page is about an application that only tests may use."""
    return _RESERVED.search(title) is not None
