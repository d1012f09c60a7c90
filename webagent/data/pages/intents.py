"""What controls are for: the names that a control has on pages, and how people ask for it in other words."""

from __future__ import annotations

import re
from functools import cache
from importlib.resources import files

import msgspec

from webagent.data.pages.scene import Scene, Target, plain

__all__ = ["Intent", "intents", "meant", "only_one"]

_KINDS = ("button", "link", "menuitem", "item", "tab", "summary", "treeitem", "file")
_LONGEST = 6
"""Longer labels, in words, are texts: what they hold is no name of a control."""
_SLOT = "{x}"
_HEAD = "th"

Meaning = tuple[int, str]
"""Number of an intent, and what stands in its slot: a name of the page in lower case, or ``""``."""


class Intent(msgspec.Struct, frozen=True):
    """A thing to do, which controls of many pages offer.

    Attributes:
        labels: names of such controls in lower case; ``{x}`` stands for a name of the page.
        say: whole commands that ask for it; ``{x}`` as in the labels.
        within: the tag of the element that the control stands in, ``""`` for any.
        kinds: kinds of targets that mean it by such a label, any when empty (a link Archive leads to one).
        of: lists of the vocabulary that the names in the slot come from, on pages of our own.
        opposite: the first label of the intent that takes it back, ``""`` for none; pages often show both.
        near: first labels of intents that the same words might mean where both are on a page; ``{x}`` alone is
            whatever has just that name.
    """

    labels: tuple[str, ...]
    say: tuple[str, ...]
    within: str = msgspec.field(default="", name="in")
    kinds: tuple[str, ...] = ()
    of: tuple[str, ...] = ()
    opposite: str = ""
    near: tuple[str, ...] = ()

    @property
    def slotted(self) -> bool:
        """Whether it is about something that has a name of its own."""
        return _SLOT in self.labels[0]


@cache
def intents() -> tuple[Intent, ...]:
    """Everything in ``intents.json``."""
    text = (files("webagent.data.pages") / "intents.json").read_bytes()
    return msgspec.json.decode(text, type=tuple[Intent, ...])


def meant(scene: Scene, target: Target) -> tuple[Meaning, str] | None:
    """What a target is for, with the name in its slot as the page writes it; ``None`` when that is not known."""
    label = " ".join(target.label.split())
    if target.kind not in _KINDS or not label:
        return None
    if any(container.tag == _HEAD for container in list(scene.above(target.ref))[:4]):
        head = next(number for number, intent in enumerate(intents()) if intent.within == _HEAD)
        return ((head, plain(label)), label) if target.kind in ("link", "button") else None
    number = _exact().get(plain(label))
    if number is not None:
        kinds = intents()[number].kinds
        return None if kinds and target.kind not in kinds else ((number, ""), "")
    for number, name in _slotted(label):
        if plain(name) in scene.times and len(name) <= 40:
            return (number, plain(name)), name
    return None


def only_one(scene: Scene, target: Target, meaning: Meaning) -> bool:
    """Whether no other target of the page could be meant by what is said for this meaning."""
    number, name = meaning
    close = _close()[number]
    rivals = {(other, name) for other in close | {number}} | {(other, "") for other in close | {number} if not name}
    named = bool(name) and _SLOT in intents()[number].near
    for other in scene.targets:
        if other.ref != target.ref and other.label:
            same = plain(other.label)
            if (same == plain(target.label)) or (named and same == name) or rivals & _senses(other.label):
                return False
    return True


@cache
def _exact() -> dict[str, int]:
    """By label without a slot: the number of its intent."""
    return {label: number for number, intent in enumerate(intents()) for label in intent.labels if _SLOT not in label}


@cache
def _close() -> tuple[frozenset[int], ...]:
    """By number of an intent: those that are near it, in whichever entry that is said."""
    first = {intent.labels[0]: number for number, intent in enumerate(intents())}
    found: list[set[int]] = [set() for _ in first]
    for number, intent in enumerate(intents()):
        for label in intent.near:
            if label in first and label != _SLOT:
                found[number].add(first[label])
                found[first[label]].add(number)
    return tuple(map(frozenset, found))


@cache
def _patterns() -> tuple[tuple[re.Pattern[str], int], ...]:
    """Labels with a slot, those with most other letters first."""
    labels = [
        (label, number) for number, intent in enumerate(intents()) for label in intent.labels
        if _SLOT in label and label != _SLOT
    ]  # fmt: skip
    labels.sort(key=lambda one: -len(one[0]))
    return tuple(
        (re.compile(re.escape(label).replace(re.escape(_SLOT), "(.+)"), re.IGNORECASE), n) for label, n in labels
    )


@cache
def _slotted(label: str) -> tuple[tuple[int, str], ...]:
    """Intents that a label with a name in it may stand for, each with that name; the closest fit first."""
    return tuple((number, match[1].strip("“”\"' ")) for form, number in _patterns() if (match := form.fullmatch(label)))


@cache
def _senses(label: str) -> frozenset[Meaning]:
    """Everything that a label might be for: names of controls in it count wherever they stand."""
    words = [word.strip(".,:;!?…()") for word in plain(label).split()]
    found = {(number, plain(name)) for number, name in _slotted(" ".join(label.split()))}
    whole = _exact().get(plain(label))
    if len(words) <= _LONGEST:
        runs = {" ".join(words[i:j]) for i in range(len(words)) for j in range(i + 1, len(words) + 1)}
        held = {_exact()[run] for run in runs if run in _exact()} - _opposites(whole)  # "not spam" is never "spam"
        found |= {(number, "") for number in held}
    return frozenset(found if whole is None else found | {(whole, "")})


def _opposites(number: int | None) -> set[int]:
    """Intents that take this one back, or are taken back by it."""
    if number is None:
        return set()
    mine = intents()[number]
    return {n for n, one in enumerate(intents()) if one.opposite == mine.labels[0] or mine.opposite == one.labels[0]}
