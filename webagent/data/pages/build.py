"""Pages in, dataset out: open each page, pick elements, word commands, write pairs.

The work is cut into parts (some pages each). A part leaves a shard and a journal behind, so an interrupted run goes
on where it stopped. Each page has a seed of its own, so the same call gives the same pairs.
"""

from __future__ import annotations

import hashlib
import shutil
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any
from zlib import crc32

import msgspec
import numpy as np
from numpy.random import Generator

from webagent.data.dataset import FORMAT_VERSION, read_info, write_info, write_shard
from webagent.data.pages.blocks import make_page
from webagent.data.pages.exercises import Exercise, make_exercises
from webagent.data.pages.flows import Act, flows
from webagent.data.pages.pairs import browser_commands, commands, longer_commands, narrow
from webagent.data.pages.scene import Scene
from webagent.data.pages.sites import make_site
from webagent.data.pages.sources import EXERCISES, SITES, PageSource, find_pages, reserved
from webagent.data.records import Episode, Step
from webagent.errors import DataError
from webagent_envs.chromium import shared
from webagent_envs.errors import BrowserError
from webagent_envs.page import Page, PageSettings
from webagent_envs.spaces import Action, Click, Drag, Observation, Press, Select, Type

__all__ = ["PagesConfig", "action_of", "build_pages", "reached"]

Progress = Callable[[int, int], None]

_RULES = 11
"""Counts up when other pairs are made of the same pages."""
_A_PART = 20
_SIZES = ((1280, 720), (1280, 720), (1440, 900), (1024, 768), (800, 600))
_MOST_ELEMENTS = 4000
_FEWEST_TARGETS = 3
_PAGES_A_TAB = 40
_FOCUSED = 0.35
"""Share of the pairs in which some field has the focus."""
_LICENCE = "made from the pages of packages with licences of their own: use it where you may use those"


class PagesConfig(msgspec.Struct, frozen=True, kw_only=True):
    """How pairs are made.

    Attributes:
        pages: at most this many pages of each source.
        pairs: at most this many pairs of one element of each page, episodes of each exercise, and half as many of each
            site.
        longer: at most this many episodes of several steps of each page.
        seed: decides on everything that is drawn.
    """

    pages: int = 300
    pairs: int = 16
    longer: int = 2
    seed: int = 0


class PageOutcome(msgspec.Struct):
    """What became of one page: ``reason`` is ``""`` when pairs were made of it; ``kinds`` counts them."""

    page: str
    reason: str = ""
    kinds: dict[str, int] = {}


def build_pages(
    sources: Sequence[str], out: Path, config: PagesConfig | None = None, progress: Progress | None = None
) -> dict[str, Any]:
    """Make the dataset folder ``out`` of pages.

    Args:
        sources: folders with HTML files, ``"made"``, ``"sites"`` or ``"exercises"``.
        out: it must be new, or hold an interrupted run of the same call.
        config: how many, and the seed; the defaults of `PagesConfig` when not given.
        progress: called with (pages done, pages in all).

    Returns:
        ``pages`` and ``pairs`` kept, pages ``skipped`` by reason, pairs by ``kinds`` of wording.

    Raises:
        DataError: there are no pages, or ``out`` holds something else.
    """
    config = config or PagesConfig()
    pages = [page for source in sources for page in find_pages(source, config.pages)]
    plan = _plan(pages, config)
    if (out / "meta" / "info.json").exists():
        info = read_info(out)
        if info.get("plan") != plan:
            raise DataError(f"{out} already holds another dataset: name a new folder, or delete this one first")
        return {name: info[name] for name in ("pages", "pairs", "skipped", "kinds")}
    work = out / ".work"
    if out.exists() and any(out.iterdir()) and not (work / plan).exists():
        raise DataError(f"{out} is not empty, and holds no interrupted run of this call: name a new folder")
    work.mkdir(parents=True, exist_ok=True)
    (work / plan).touch()
    outcomes = _build_all(pages, out, config, progress)
    report = _report(outcomes)
    write_info(out, source="pages", licence=_LICENCE, plan=plan, **report)
    shutil.rmtree(work)
    return report


def _plan(pages: list[PageSource], config: PagesConfig) -> str:
    lines = [f"{FORMAT_VERSION} {_RULES} {config}"]
    lines += [f"{page.id} {page.path.stat().st_size if page.path else 0}" for page in pages]
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()[:16]


def _report(outcomes: list[PageOutcome]) -> dict[str, Any]:
    kinds: Counter[str] = Counter()
    for outcome in outcomes:
        kinds.update(outcome.kinds)
    skipped = Counter(outcome.reason for outcome in outcomes if outcome.reason)
    return {
        "pages": sum(not outcome.reason for outcome in outcomes),
        "pairs": kinds.total(),
        "skipped": dict(sorted(skipped.items())),
        "kinds": dict(sorted(kinds.items())),
    }


def _build_all(pages: list[PageSource], out: Path, config: PagesConfig, progress: Progress | None) -> list[PageOutcome]:
    outcomes: list[PageOutcome] = []
    tabs = _Tabs()
    try:
        for part in range(0, len(pages), _A_PART):
            journal = out / ".work" / f"part-{part // _A_PART:05d}.json"
            if not journal.exists():
                _build_part(pages[part : part + _A_PART], out / "data", journal, tabs, config)
            outcomes += msgspec.json.decode(journal.read_bytes(), type=list[PageOutcome])
            if progress is not None:
                progress(min(part + _A_PART, len(pages)), len(pages))
    finally:
        tabs.close()
    return outcomes


def _build_part(pages: list[PageSource], data: Path, journal: Path, tabs: _Tabs, config: PagesConfig) -> None:
    outcomes: list[PageOutcome] = []
    episodes: list[Episode] = []
    for page in pages:
        try:
            made = list(_episodes(page, tabs, config))
            kinds = Counter(episode.task.split("-")[1] for episode in made)
            outcomes.append(PageOutcome(page.id, "" if made else "nothing on it can be named", dict(kinds)))
            episodes += made
        except _Skipped as reason:
            outcomes.append(PageOutcome(page.id, str(reason)))
        except BrowserError as error:
            tabs.close()
            outcomes.append(PageOutcome(page.id, f"the browser could not show it ({type(error).__name__})"))
    if episodes:
        write_shard(data / journal.with_suffix(".parquet").name, episodes)
    partial = journal.with_suffix(".partial")
    partial.write_bytes(msgspec.json.encode(outcomes))
    partial.replace(journal)


class _Skipped(Exception):
    """A page that no pairs are made of."""


class _Tabs:
    """Shows one page after another, in tabs of several sizes."""

    def __init__(self) -> None:
        self._pages: dict[tuple[int, int], Page] = {}
        self._shown = 0

    def show(self, html: str | Path, size: tuple[int, int]) -> tuple[Page, Observation]:
        """Open a document, or the file that holds one."""
        self._shown += 1
        if self._shown % _PAGES_A_TAB == 0:
            self.close()  # what pages leave behind would add up
        if size not in self._pages:
            settings = PageSettings(size=size, clock="virtual", input="dom", load_timeout=8.0)
            self._pages[size] = Page.open(shared(headless=True, still=True), settings)
        page = self._pages[size]
        if isinstance(html, str):
            page.set_html(html)
        else:
            page.goto(html.resolve().as_uri())
        page.ready()
        return page, page.begin("", "")

    def close(self) -> None:
        """Close all tabs."""
        for page in self._pages.values():
            try:
                page.close()
            except BrowserError:
                continue
        self._pages.clear()


def _episodes(source: PageSource, tabs: _Tabs, config: PagesConfig) -> Iterator[Episode]:
    seed = crc32(f"{config.seed} {source.id}".encode())
    size = _SIZES[seed % len(_SIZES)]
    if source.source == EXERCISES:
        made = _on_exercises(source, tabs, config, seed)
    else:
        made = (_on_site if source.source == SITES else _on_page)(source, tabs, config, seed, size)
    for number, (kind, words, steps) in enumerate(made):
        task = f"page-{kind}-{source.source}"
        yield Episode(id=f"{source.id}#{number}", task=task, command=words, steps=steps, success=True, source="pages")


Made = tuple[str, str, tuple[Step, ...]]
"""Kind of a command, its words, and what carries it out."""


def _on_page(source: PageSource, tabs: _Tabs, config: PagesConfig, seed: int, size: tuple[int, int]) -> Iterator[Made]:
    random = np.random.default_rng(seed)
    html = source.path or make_page(seed)[1]
    _, observation = tabs.show(html, size)
    scene = _scene(observation)
    for command in commands(scene, source, config.pairs, random):
        seen = narrow(_focused(_worded(observation, command.words, source), random), command)
        yield command.kind, command.words, (Step(seen, command.actions[0]),)
    for command in browser_commands(scene, random):
        seen = narrow(_worded(observation, command.words, source), command)
        yield command.kind, command.words, (Step(seen, command.actions[0]),)
    for command in longer_commands(scene, config.longer, random):
        page, observation = tabs.show(html, size)
        steps = _played(page, observation, command.words, command.actions)
        if steps:
            narrowed = (Step(narrow(_worded(s.observation, command.words, source), command), s.action) for s in steps)
            yield command.kind, command.words, tuple(narrowed)


def _on_site(source: PageSource, tabs: _Tabs, config: PagesConfig, seed: int, size: tuple[int, int]) -> Iterator[Made]:
    random = np.random.default_rng(seed)
    site = make_site(seed)
    for flow in flows(site, config.pairs // 2, random):
        page, observation = tabs.show(site.html, size)
        if flow.before and not _played(page, observation, "", flow.before):
            continue
        steps = _played(page, page.begin("", ""), flow.words, flow.acts)
        if steps:
            worded = (Step(_worded(step.observation, flow.words, source), step.action) for step in steps)
            yield flow.kind, flow.words, tuple(worded)


def _on_exercises(source: PageSource, tabs: _Tabs, config: PagesConfig, seed: int) -> Iterator[Made]:
    kind = source.name.partition("-")[0]
    for one in make_exercises(source.name, seed, config.pairs):
        page, observation = tabs.show(one.html, one.size)
        steps = _played(page, msgspec.structs.replace(observation, instruction=one.words), one.words, one.acts)
        if steps and reached(page, one):
            worded = (
                Step(_without_ids(_worded(s.observation, one.words, source), one.hidden), s.action) for s in steps
            )
            yield kind, one.words, tuple(worded)


def reached(page: Page, one: Exercise) -> bool:
    """Whether what was asked for is so on the page."""
    state = page.evaluate("state()")
    values = {id: state["values"].get(id) for id in one.goal.values}
    return values == one.goal.values and (not one.goal.pressed or state["pressed"] == one.goal.pressed)


def _without_ids(observation: Observation, hidden: frozenset[str]) -> Observation:
    if not hidden:
        return observation
    replace = msgspec.structs.replace
    return replace(
        observation,
        elements=tuple(
            replace(e, attributes={name: value for name, value in e.attributes.items() if value not in hidden})
            for e in observation.elements
        ),
    )


def _scene(observation: Observation) -> Scene:
    if reserved(observation.title):
        raise _Skipped("it belongs to an application that only tests may use")
    if len(observation.elements) > _MOST_ELEMENTS:
        raise _Skipped(f"more than {_MOST_ELEMENTS} elements")
    scene = Scene(observation)
    if scene.foreign:
        raise _Skipped("not in English")
    if len(scene.targets) < _FEWEST_TARGETS:
        raise _Skipped(f"fewer than {_FEWEST_TARGETS} elements to act on")
    return scene


def _worded(observation: Observation, words: str, source: PageSource) -> Observation:
    address = f"https://pages.invalid/{source.id}"  # the same on every machine
    return msgspec.structs.replace(observation, instruction=words, url=address)


def _focused(observation: Observation, random: Generator) -> Observation:
    """The page as it may be met as well: with some field in focus, which says nothing about the command."""
    fields = [element.ref for element in observation.elements if element.editable and element.visible]
    if not fields or random.random() > _FOCUSED:
        return observation
    ref = fields[int(random.integers(len(fields)))]
    replace = msgspec.structs.replace
    return replace(observation, elements=tuple(replace(e, focused=e.ref == ref) for e in observation.elements))


def _played(page: Page, seen: Observation, words: str, acts: Sequence[Action | Act]) -> tuple[Step, ...]:
    """Carry out a command of several steps; nothing if that is not possible."""
    steps: list[Step] = []
    done: list[Action] = []
    for act in acts:
        action = action_of(act, seen)
        if action is None:
            return ()
        steps.append(Step(seen, action))
        try:
            seen, error = page.step(action, words, done)
        except BrowserError:
            return ()
        done.append(action)
        if error:
            return ()
    return tuple(steps)


def action_of(act: Action | Act, seen: Observation) -> Action | None:
    """What is done to a page as it is seen; ``None`` when it does not show what is acted on."""
    if not isinstance(act, Act):
        return act if seen.element(getattr(act, "ref", 0)) is not None else None
    if act.what == "key" and not act.id:
        return Press(act.text)
    ref = _ref_of(act.id, seen)
    if not ref:
        return None
    if act.what == "drag":
        over = _ref_of(act.text, seen)
        return Drag(ref, to=over) if over else None
    ways: dict[str, Action] = {
        "press": Click(ref),
        "type": Type(ref, act.text),
        "choose": Select(ref, act.text),
        "enter": Press("Enter", ref),
        "key": Press(act.text, ref),
    }
    return ways[act.what]


def _ref_of(id: str, seen: Observation) -> int:
    found = [e.ref for e in seen.elements if e.attributes.get("id") == id and e.visible]
    return found[0] if len(found) == 1 else 0
