"""Changes to an observation that must not change what to do, or must change it in a known way.

Each takes an observation, the ref that is right in it, and a source of chance, and gives the changed observation with
the ref that is right there; ``None`` where the change would alter what the command means.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from string import ascii_lowercase

import msgspec
from numpy.random import Generator

from webagent_envs.spaces import Element, Observation

__all__ = ["CHANGES", "Change", "Changed"]

Changed = tuple[Observation, int] | None
"""The changed observation, and the ref that is right in it."""

Change = Callable[[Observation, int, Generator], Changed]

_WORD = re.compile(r"[^\W\d_]{3,}")
_ORDER_WORDS = frozenset(
    _WORD.findall(
        "first second third fourth fifth last next previous top bottom left right above below before after between "
        "upper lower middle position down"
    )
)
_COLOURS = frozenset(
    _WORD.findall(
        "red green blue yellow orange purple pink brown black white grey gray cyan magenta aqua lime navy olive teal "
        "maroon fuchsia silver violet color colour colored coloured dark light"
    )
)
_MOST_SHIFT = 24.0  # CSS px; a page that stands elsewhere is the same page


def _words(text: str) -> set[str]:
    return {word.lower() for word in _WORD.findall(text)}


def _made_up(random: Generator) -> str:
    """A word that is in no dictionary."""
    return "".join(random.choice(list(ascii_lowercase), size=random.integers(5, 9)))


def _replace(observation: Observation, elements: Mapping[int, Element]) -> Observation:
    """The observation with some elements, by ref, replaced."""
    changed = tuple(elements.get(element.ref, element) for element in observation.elements)
    return msgspec.structs.replace(observation, elements=changed)


def _rename(element: Element, **changes: str) -> Element:
    """The element with some of its attributes changed."""
    return msgspec.structs.replace(element, attributes={**element.attributes, **changes})


def new_ids(observation: Observation, ref: int, random: Generator) -> Changed:
    """Ids and form names that the command does not mention become made-up ones."""
    said = _words(observation.instruction)
    changed = {}
    for element in observation.elements:
        names = {name: element.attributes[name] for name in ("id", "name") if name in element.attributes}
        if names and not any(part in said for name in names.values() for part in _words(name.replace("_", " "))):
            changed[element.ref] = _rename(element, **{name: _made_up(random) for name in names})
    return (_replace(observation, changed), ref) if changed else None


def new_classes(observation: Observation, ref: int, random: Generator) -> Changed:
    """Classes of elements that say something themselves become made-up ones; those of icons are all they have."""
    said = _words(observation.instruction)
    names: dict[str, str] = {}
    changed = {}
    for element in observation.elements:
        classes = element.attributes.get("class", "").split()
        if not classes or not (element.text or element.name or element.editable):
            continue
        if any(part in said for part in _words(" ".join(classes).replace("-", " "))):
            continue
        fresh = " ".join(names.setdefault(one, _made_up(random)) for one in classes)
        changed[element.ref] = _rename(element, **{"class": fresh})
    return (_replace(observation, changed), ref) if changed else None


def new_colours(observation: Observation, ref: int, random: Generator) -> Changed:
    """Text and background of elements with text get other colours, where the command speaks of none."""
    if _words(observation.instruction) & _COLOURS:
        return None
    names: dict[str, str] = {}
    changed = {}
    for element in observation.elements:
        if element.text and (element.color or element.background):
            shades = {
                field: names.setdefault(shade, f"#{random.integers(2**24):06x}")
                for field, shade in (("color", element.color), ("background", element.background))
                if shade
            }
            changed[element.ref] = msgspec.structs.replace(element, **shades)
    return (_replace(observation, changed), ref) if changed else None


def moved(observation: Observation, ref: int, random: Generator) -> Changed:
    """Everything stands some pixels elsewhere, and is a little larger or smaller."""
    dx, dy = random.uniform(0, _MOST_SHIFT, size=2)
    scale = random.uniform(0.9, 1.15)
    changed = {}
    for element in observation.elements:
        left, top, width, height = element.box
        box = left * scale + dx, top * scale + dy, width * scale, height * scale
        changed[element.ref] = msgspec.structs.replace(element, box=box)
    return _replace(observation, changed), ref


def distractors(observation: Observation, ref: int, random: Generator) -> Changed:
    """Some paragraphs and links of made-up words stand below the rest of the page."""
    if not observation.elements:
        return None
    root = observation.elements[0]
    bottom = max(element.box[1] + element.box[3] for element in observation.elements)
    first = max(element.ref for element in observation.elements) + 1
    added = tuple(
        Element(
            ref=first + number,
            parent=root.ref,
            tag=tag,
            role="link" if tag == "a" else "",
            name=text if tag == "a" else "",
            text=text,
            clickable=tag == "a",
            box=(10.0, bottom + 8 + 20 * number, 8.0 * len(text), 16.0),
        )
        for number in range(random.integers(2, 6))
        for tag, text in [(str(random.choice(["p", "a"])), f"{_made_up(random)} {_made_up(random)}")]
    )
    return msgspec.structs.replace(observation, elements=observation.elements + added), ref


def new_names(observation: Observation, ref: int, random: Generator) -> Changed:
    """One of the words that command and page share becomes another, in both."""
    page = _words(" ".join(f"{element.text} {element.name} {element.value}" for element in observation.elements))
    capital = {word for word in _WORD.findall(observation.instruction) if word[0].isupper()}
    begins = observation.instruction.split(" ", 1)[0]
    names = sorted(word for word in capital if word.lower() in page and word != begins)
    if not names:
        return None
    old, new = str(random.choice(names)), _made_up(random)
    pattern = re.compile(rf"\b{re.escape(old)}\b", re.IGNORECASE)

    def said(text: str) -> str:
        return pattern.sub(lambda found: new.capitalize() if found[0][0].isupper() else new, text)

    changed = {
        element.ref: msgspec.structs.replace(
            element, text=said(element.text), name=said(element.name), value=said(element.value)
        )
        for element in observation.elements
    }
    seen = _replace(observation, changed)
    return msgspec.structs.replace(seen, instruction=said(observation.instruction)), ref


def swapped(observation: Observation, ref: int, random: Generator) -> Changed:
    """The element that the command names and another of its kind swap what they say: the other one is right then."""
    right = observation.element(ref)
    words = _words(observation.instruction)
    if right is None or not right.text or not _words(right.text) or not _words(right.text) <= words:
        return None
    if words & _ORDER_WORDS or any(character.isdigit() for character in observation.instruction):
        return None
    others = [
        element
        for element in observation.elements
        if element.ref != ref
        and (element.tag, element.role, element.parent) == (right.tag, right.role, right.parent)
        and _words(element.text)
        and not _words(element.text) & words
    ]
    if not others:
        return None
    other = others[random.integers(len(others))]
    says = {"text": right.text, "name": right.name}
    changed = {
        other.ref: msgspec.structs.replace(other, **says),
        right.ref: msgspec.structs.replace(right, text=other.text, name=other.name),
    }
    return _replace(observation, changed), other.ref


CHANGES: dict[str, Change] = {
    "ids": new_ids,
    "classes": new_classes,
    "colours": new_colours,
    "places": moved,
    "distractors": distractors,
    "names": new_names,
    "swapped": swapped,
}
"""By name; after "swapped" the action must follow the name, after all others it must stay."""
