"""Record the pages of the suite anew: `python -m scripts.realpages.record FILE.xz [APP ...]`, all by default.

Pages of applications that are not named stay as they were recorded before.
"""

from __future__ import annotations

import json
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import msgspec

from scripts.realpages.apps import APPS, started
from webagent.evaluate.realpages.select import Selector, find
from webagent.evaluate.realpages.snapshots import read_snapshots, write_snapshots
from webagent_envs.chromium import shared
from webagent_envs.page import Page, PageSettings
from webagent_envs.spaces import Action, Click, Observation, Type

LONGEST_S = 40
STEADY = 4  # looks, a second apart, that must find the same number of elements


def record(root: str, pages: dict[str, list[list[Any]]]) -> dict[str, Observation]:
    """One observation of each page of an application; the pages share a session, in their order."""
    page = Page.open(
        shared(headless=True, still=False),
        PageSettings(size=(1280, 800), clock="real", load_timeout=40.0, timeout=30.0),
    )
    seen = {}
    for name, steps in pages.items():
        for kind, what, *rest in steps:
            if kind == "goto":
                page.goto(root + what)
                settle(page)
                continue
            (element, *_) = find(page.observe(""), msgspec.convert(what, Selector))
            action: Action = Click(element.ref) if kind == "click" else Type(element.ref, rest[0])
            error = page.act(action)
            if error:
                raise SystemExit(f"{root} {name}: {error}")
            settle(page)
        observation = page.observe("")
        address = observation.url.replace(root, "http://app.invalid")
        seen[name] = msgspec.structs.replace(observation, url=address)
        print(name, len(observation.elements), observation.title)
    page.close()
    return seen


def settle(page: Page) -> None:
    """Wait until the page has come to rest, as far as the number of its elements tells."""
    counts: list[int] = []
    while len(counts) < LONGEST_S and (len(counts) < STEADY or len(set(counts[-STEADY:])) > 1):
        time.sleep(1.0)
        counts.append(len(page.observe("").elements))


def main(file: Path, *apps: str) -> None:
    """Record, and write the file."""
    plan = json.loads((Path(__file__).parent / "pages.json").read_text("utf-8"))
    snapshots = read_snapshots(file) if file.exists() else {}
    for app in apps or APPS:
        with tempfile.TemporaryDirectory() as folder, started(app, Path(folder)) as root:
            pages = record(root, plan[app])
        snapshots = {key: page for key, page in snapshots.items() if not key.startswith(f"{app}/")}
        snapshots |= {f"{app}/{name}": page for name, page in pages.items()}
    write_snapshots(file, snapshots)


if __name__ == "__main__":
    main(Path(sys.argv[1]), *sys.argv[2:])
