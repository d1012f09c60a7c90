"""Pairs of one page: commands for some of its elements, each with the actions that carry it out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

import msgspec
import numpy as np
from numpy.random import Generator

from webagent.data.pages.browsing import browser_command
from webagent.data.pages.command import (
    Command,
    command_for,
    form_command,
    joined,
    login_command,
    search_command,
    ticks_command,
)
from webagent.data.pages.copying import copy_command
from webagent.data.pages.scene import Scene, Target, plain
from webagent.data.pages.sources import PageSource, title_behind
from webagent_envs.spaces import Element, Observation

__all__ = ["MOST_CANDIDATES", "browser_commands", "commands", "longer_commands", "narrow"]

MOST_CANDIDATES = 256
"""Of a larger page, as much is kept of each pair as the policy would look at."""
_TRIES = 4
_TO_THE_BROWSER = 2
_WEIGHTS = {"field": 3.0, "search": 2.0, "select": 3.0, "checkbox": 1.5, "radio": 1.5}
"""Kinds of elements that are drawn more often than a link is."""


def commands(scene: Scene, page: PageSource, most: int, random: Generator) -> Iterator[Command]:
    """Up to ``most`` commands for single elements of a page; rare kinds of elements come first."""
    titles = _titles(scene, page)
    said: set[str] = set()
    for target in _drawn(scene, most * _TRIES, random):
        made = command_for(scene, target, titles.get(target.ref, ""), random)
        if made is not None and plain(made.words) not in said and len(made.words) <= 160:
            said.add(plain(made.words))
            yield made
            if len(said) == most:
                return


def browser_commands(scene: Scene, random: Generator) -> Iterator[Command]:
    """Up to _TO_THE_BROWSER commands that mean the browser, or the page as a whole."""
    for _ in range(_TO_THE_BROWSER):
        made = browser_command(scene, random)
        if made is not None:
            yield made


def longer_commands(scene: Scene, most: int, random: Generator) -> Iterator[Command]:
    """Up to ``most`` commands that take several actions."""
    found = [made for way in (search_command, login_command, copy_command) if (made := way(scene, random)) is not None]
    yield from found
    said = set()
    for _ in range(most - len(found)):
        made = _LONGER[int(random.integers(len(_LONGER)))](scene, random)
        if made is not None and len(made.words) <= 240 and made.words not in said:
            said.add(made.words)
            yield made


def _joined_command(scene: Scene, random: Generator) -> Command | None:
    """Commands for two or three elements, said in one go."""
    drawn = _drawn(scene, int(random.integers(2, 4)), random)
    made = [command_for(scene, target, "", random) for target in drawn]
    parts = [one for one in made if one is not None and len(one.actions) == 1]
    if len(parts) < 2:
        return None
    actions = tuple(part.actions[0] for part in parts)
    return Command(joined([part.words for part in parts], random), "joined", actions)


_LONGER = (form_command, _joined_command, ticks_command)


def _drawn(scene: Scene, most: int, random: Generator) -> list[Target]:
    """Targets in the order in which to try them; one of a kind that is everywhere (links) is drawn less often."""
    kinds = Counter(target.kind for target in scene.targets)
    if not kinds:
        return []
    weights = np.array([kinds[target.kind] ** -0.6 * _WEIGHTS.get(target.kind, 1.0) for target in scene.targets])
    count = min(most, len(scene.targets))
    order = random.choice(len(scene.targets), size=count, replace=False, p=weights / weights.sum())
    return [scene.targets[place] for place in order]


def _titles(scene: Scene, page: PageSource) -> dict[int, str]:
    """By ref of a link: the title of the page behind it, where it tells that link from all others."""
    links = [t for t in scene.targets if t.kind == "link" and "href" in t.element.attributes]
    titles = {link.ref: title_behind(page, link.element.attributes["href"]) for link in links}
    times = Counter(plain(title) for title in titles.values())
    labels = Counter(plain(target.label) for target in scene.targets)
    return {
        link.ref: titles[link.ref]
        for link in links
        if (title := plain(titles[link.ref])) and times[title] == 1
        if not labels[title] or plain(link.label) == title
    }


def narrow(observation: Observation, command: Command) -> Observation:
    """The page with at most `MOST_CANDIDATES` elements that a policy would choose from, and what holds those.

    Elements that share words with the command go first, then those in view; the ones acted on always stay.
    """
    parents = {element.parent for element in observation.elements}
    found = [e for e in observation.elements if e.visible and (e.text or e.clickable or e.ref not in parents)]
    if len(found) <= MOST_CANDIDATES:
        return observation
    spoken = set(plain(command.words).split())
    named = {getattr(action, "ref", 0) for action in command.actions}

    def rank(element: Element) -> tuple[bool, int, bool]:
        shared = len(spoken & set(plain(f"{element.label} {element.value}").split()))
        return element.ref not in named and element.parent not in named, -shared, not element.in_viewport

    by_ref = {element.ref: element for element in observation.elements}
    kept = {element.ref for element in sorted(found, key=rank)[:MOST_CANDIDATES]}
    for ref in list(kept) + [ref for ref in named if ref in by_ref]:
        while ref in by_ref:
            kept.add(ref)
            ref = by_ref[ref].parent
    return msgspec.structs.replace(observation, elements=tuple(e for e in observation.elements if e.ref in kept))
