"""Ways to mean a target by what it is called: its label, a part of it, a synonym, its value, what it leads to."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from functools import cache
from importlib.resources import files
from typing import Any, NamedTuple

from numpy.random import Generator

from webagent.data.pages.intents import intents, meant, only_one
from webagent.data.pages.scene import Scene, Target, plain

__all__ = [
    "Reference",
    "alike",
    "by_intent",
    "by_label",
    "by_part",
    "by_synonym",
    "by_title",
    "by_value",
    "family",
    "noun",
    "wordings",
]

_WORD = re.compile(r"\w[\w'’.-]*\w|\w")
_DULL = frozenset(
    [
        "a",
        "an",
        "and",
        "are",
        "as",
        "at",
        "by",
        "for",
        "from",
        "in",
        "into",
        "is",
        "it",
        "of",
        "on",
        "or",
        "our",
        "the",
        "this",
        "to",
        "what",
        "with",
        "you",
        "your",
    ]
)
_FAMILIES = {"search": "field", "file": "button"}


class Reference(NamedTuple):
    """Words that mean one target of a page and no other.

    Attributes:
        words: e.g. ``the second Edit button``.
        kind: how they do it, e.g. ``"position"``.
        command: they say what to do as well ("delete invoice 12").
        sentence: they are a whole sentence, which no "could you" may go before ("I forgot my password").
    """

    words: str
    kind: str
    command: bool = False
    sentence: bool = False


@cache
def wordings() -> dict[str, Any]:
    """Everything in ``wordings.json``."""
    found: dict[str, Any] = json.loads((files("webagent.data.pages") / "wordings.json").read_text("utf-8"))
    return found


def pick(random: Generator, choices: list[str]) -> str:
    """One of them."""
    return choices[int(random.integers(len(choices)))]


def family(target: Target) -> str:
    """Kinds that one noun covers count as one."""
    return _FAMILIES.get(target.kind, target.kind)


def noun(target: Target, random: Generator | None = None) -> str:
    """What such a thing is called: its usual noun, or with ``random`` any of them."""
    nouns = wordings()["nouns"][target.kind]
    return nouns[0] if random is None else pick(random, nouns)


def by_label(scene: Scene, target: Target, random: Generator) -> Iterator[Reference]:
    """Its whole label, with its noun or without; where another kind of thing has the same label, with it."""
    label = target.label
    if not label or len(label) > 70:
        return
    same = [other for other in scene.targets if plain(other.label) == plain(label)]
    with_noun = [
        f"the {label} {noun(target, random)}",
        f"the {noun(target, random)} {label}",
        f"{label} {noun(target)}",
    ]
    with_noun += [f'the "{label}" {noun(target)}', f"the {noun(target, random)} labelled {label}"]
    with_noun += [f"the {noun(target, random)} that says {label}", f"the {noun(target)} called {label}"]
    if len(same) == 1:
        yield Reference(label, "text")
        yield Reference(f'"{label}"' if random.random() < 0.3 else label, "text")
        yield Reference(pick(random, with_noun), "role")
        if plain(label).split()[0] in wordings()["imperatives"] and target.kind in ("button", "link", "menuitem"):
            yield Reference(label, "text", command=True)
    elif sum(family(other) == family(target) for other in same) == 1:
        exact = [f"the {label} {noun(target)}", f"the {noun(target)} {label}", f'the "{label}" {noun(target)}']
        yield Reference(pick(random, exact), "role")


def by_part(scene: Scene, target: Target, random: Generator) -> Iterator[Reference]:
    """Some neighbouring words of a longer label that stand in no other label."""
    words = _WORD.findall(target.label)
    if not 3 <= len(words) <= 25:
        return
    for _ in range(3):
        size = int(random.integers(1, min(5, len(words))))
        start = int(random.integers(0, len(words) - size + 1))
        spoken = words[start : start + size]
        telling = {word.casefold() for word in spoken} - _DULL
        if not telling or max(map(len, telling)) < 4 or spoken[0].casefold() in _DULL or spoken[-1].casefold() in _DULL:
            continue
        rivals = sum(telling <= _words(other.label) for other in scene.targets)
        if rivals == 1:
            said = " ".join(spoken)
            yield Reference(said if random.random() < 0.5 else f"the {said} {noun(target, random)}", "part")
            return


def by_synonym(scene: Scene, target: Target, random: Generator) -> Iterator[Reference]:
    """Its label with a word replaced by one that means the same, if nothing else on the page could mean that."""
    label = plain(target.label)
    if not label or len(label.split()) > 5:
        return
    groups = _groups(label)
    for number in groups:
        group = wordings()["synonyms"][number]
        had = max((phrase for phrase in group if _holds(label, phrase)), key=len)
        new = pick(random, [phrase for phrase in group if phrase != had])
        meant = groups | _groups(new.casefold())
        if any(other.ref != target.ref and _groups(plain(other.label)) & meant for other in scene.targets):
            continue
        said = re.sub(_phrase(had), new, label, count=1)
        yield Reference(said, "paraphrase", command=said.split()[0] in wordings()["imperatives"])
        yield Reference(f"the {said} {noun(target, random)}", "paraphrase")


def by_intent(scene: Scene, target: Target, random: Generator) -> Iterator[Reference]:
    """What it is there for, in words that its label need not hold; to turn to a page, to count a number up or down."""
    label, above = target.label, list(scene.above(target.ref))
    found = meant(scene, target)
    if found and only_one(scene, target, found[0]):
        words = pick(random, list(intents()[found[0][0]].say)).replace("{x}", found[1])
        asks = (
            plain(words).split()[0] in wordings()["imperatives"] and " me " not in f"{words} "
        )  # "I'd like to show me"
        yield Reference(words, "paraphrase", command=True, sentence=not asks)
    turns = any("pagina" in f"{e.name} {e.attributes.get('class', '')}".casefold() for e in above[:5])
    if turns and label.isdecimal() and sum(other.label == label for other in scene.targets) == 1:
        said = [f"go to page {label}", f"page {label}", f"turn to page {label}", f"show page {label}"]
        yield Reference(pick(random, said), "paraphrase", command=True)
    direction = _STEPPERS.get(plain(target.element.label))
    fields = [o for o in scene.targets if o.kind == "field" and o.label and _adjoins(o, target)]
    if direction and len(fields) == 1 and sum(plain(o.label) == plain(fields[0].label) for o in scene.targets) == 1:
        said = [form.format(ref=fields[0].label) for form in wordings()["steppers"][direction]]
        yield Reference(pick(random, said), "paraphrase", command=True)


_STEPPERS = {"+": "up", "＋": "up", "increase": "up", "−": "down", "-": "down", "decrease": "down"}


def _adjoins(field: Target, button: Target) -> bool:
    gap = max(field.box[0] - button.box[2], button.box[0] - field.box[2])
    return abs(field.box[1] + field.box[3] - button.box[1] - button.box[3]) < 20 and gap < 60


def by_value(scene: Scene, target: Target, random: Generator) -> Iterator[Reference]:
    """What stands in a field now."""
    value = target.element.value
    if family(target) not in ("field", "select") or not 2 <= len(value) <= 30 or not value.strip("•"):
        return
    if scene.times[plain(value)] <= 1:
        yield Reference(f"the {noun(target)} {pick(random, ['that says', 'with', 'containing'])} {value}", "value")


def by_title(title: str, target: Target, random: Generator) -> Iterator[Reference]:
    """The title of the page that a link leads to."""
    if target.kind == "link" and title:
        forms = [f"the page about {title}", f"the page called {title}", f"the {title} page", title]
        yield Reference(pick(random, forms), "target")


def alike(word: str) -> list[str]:
    """Other words that ask for the same as a word does."""
    return [
        other for group in wordings()["synonyms"] if plain(word) in group for other in group if other != plain(word)
    ]


def _words(label: str) -> set[str]:
    return {word.casefold() for word in _WORD.findall(label)}


def _holds(label: str, phrase: str) -> bool:
    return re.search(_phrase(phrase), label) is not None


def _phrase(words: str) -> str:
    """The words on their own, and not a part of a name such as git-reset(1)."""
    return rf"(?<![\w./-]){re.escape(words.casefold())}(?![\w./(-])"


@cache
def _groups(label: str) -> frozenset[int]:
    """Numbers of the groups of synonyms of which a label holds one."""
    synonyms = wordings()["synonyms"]
    return frozenset(n for n, group in enumerate(synonyms) if any(_holds(label, phrase) for phrase in group))
