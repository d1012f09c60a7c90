"""Commands whose text stands on the page and not in the command: "enter the city of Ada in the second field"."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from typing import NamedTuple

from numpy.random import Generator

from webagent.data.pages import naming
from webagent.data.pages.command import Command, joined, polite
from webagent.data.pages.naming import pick, wordings
from webagent.data.pages.scene import Scene, Target, plain
from webagent_envs.spaces import Action, Click, Element, Type

__all__ = ["copy_command", "facts"]

_LONGEST = 40  # characters of a value
_COPIED_INTO = ("text", "search", "number", "email", "tel", "url", "date")


class Fact(NamedTuple):
    """A value that the page shows, and the words that mean it.

    Attributes:
        value: what it shows.
        names: what it is called, as the page says it.
        ways: ways to mean it.
    """

    value: str
    names: tuple[str, ...]
    ways: tuple[str, ...]


def facts(scene: Scene) -> list[Fact]:
    """What tables and lists of terms say, where the words mean one value only."""
    found = [*_of_records(scene), *_of_terms(scene)]
    called = [plain(" ".join(fact.names)) for fact in found]
    return [
        fact
        for fact, name in zip(found, called, strict=True)
        if called.count(name) == 1 and 0 < len(fact.value) <= _LONGEST and plain(fact.value) != name
    ]


def _of_records(scene: Scene) -> Iterator[Fact]:
    """Cells of a table whose rows are things and whose columns have headings."""
    for row, cells in _rows(scene):
        heads = _heads(scene, row)
        if len(heads) != len(cells) or len(cells) < 2:
            continue
        key = next((cell.text for cell in cells if cell.tag in ("td", "th") and cell.text), "")
        for head, cell in zip(heads, cells, strict=True):
            column = head.name
            if column and cell.text and key and cell.text != key and len(key) <= _LONGEST:
                ways = ("the {0} of {1}", "{1}'s {0}", "the {0} for {1}", "{0} of {1}", "the {0} of {1} from the table")
                yield Fact(cell.text, (column, key), tuple(way.format(column.lower(), key) for way in ways))


def _of_terms(scene: Scene) -> Iterator[Fact]:
    """Rows of a term and its value, and lists of definitions."""
    pairs = [cells for row, cells in _rows(scene) if len(cells) == 2 and not _heads(scene, row)]
    listed = [e for e in scene.observation.elements if e.tag in ("dt", "dd") and e.visible]
    pairs += [[one, other] for one, other in pairwise(listed) if (one.tag, other.tag) == ("dt", "dd")]
    for term, value in pairs:
        label = term.text.rstrip(" :")
        if label and value.text and len(label) <= _LONGEST:
            ways = ("the value of {}", "the {}", "what it says for {}", "the value for {}", "the {} shown above")
            yield Fact(value.text, (label,), tuple(way.format(label) for way in ways))


def _rows(scene: Scene) -> Iterator[tuple[Element, list[Element]]]:
    for element in scene.observation.elements:
        if element.tag == "tr" and element.visible:
            cells = [scene.by_ref[ref] for ref in scene.children[element.ref]]
            if cells and any(cell.tag == "td" for cell in cells):
                yield element, cells


def _heads(scene: Scene, row: Element) -> list[Element]:
    """The headings of the table that a row stands in."""
    table = next((container for container in scene.above(row.ref) if container.tag == "table"), None)
    inside = scene.within(table.ref) if table is not None else ()
    heads = [scene.by_ref[ref] for ref in inside if scene.by_ref[ref].tag == "th"]
    top = min((head.box[1] for head in heads), default=0.0)
    return sorted(
        (head for head in heads if head.box[1] == top and head.parent != row.ref), key=lambda head: head.box[0]
    )


def copy_command(scene: Scene, random: Generator) -> Command | None:
    """One or two values of the page typed into fields, now and then with a button at the end."""
    fields = [target for target in scene.targets if _takes_text(target)]
    known = facts(scene)
    if not fields or not known:
        return None
    same = _same_labels(fields, known)
    if same and random.random() < 0.5:
        typed: list[Action] = [Type(field.ref, fact.value) for field, fact in same]
        return _with_button(scene, [pick(random, wordings()["copy_all"])], typed, random)
    field, fact = fields[int(random.integers(len(fields)))], known[int(random.integers(len(known)))]
    where = _where(scene, field, fields, random)
    if where is None or plain(fact.value) in plain(f"{where} {' '.join(fact.ways)}"):
        return None
    said = pick(random, wordings()["copy"]).format(fact=pick(random, list(fact.ways)), ref=where)
    return _with_button(scene, [said], [Type(field.ref, fact.value)], random)


def _takes_text(target: Target) -> bool:
    element = target.element
    kind = element.attributes.get("type", "text")
    return target.kind == "field" and element.editable and not element.value and kind in _COPIED_INTO


def _same_labels(fields: list[Target], known: list[Fact]) -> list[tuple[Target, Fact]]:
    """Fields that are called what a value is called."""
    by_name = {plain(fact.names[0]): fact for fact in known if len(fact.names) == 1}
    return [(field, by_name[plain(field.label.rstrip(" :*"))]) for field in fields
            if plain(field.label.rstrip(" :*")) in by_name]  # fmt: skip


def _where(scene: Scene, field: Target, fields: list[Target], random: Generator) -> str | None:
    """Words for the field."""
    if len(fields) == 1 and random.random() < 0.6:
        return pick(random, ["the field", "the text field", "the text box", "the box", "the input", "the empty field"])
    names = [reference.words for reference in naming.by_label(scene, field, random)]
    if not names or names[0].startswith("the "):
        return names[0] if names else None
    return pick(random, [names[0], f"the {names[0]} field", f"the field {names[0]}"])


def _with_button(scene: Scene, parts: list[str], actions: list[Action], random: Generator) -> Command:
    last = max(target.place for target in scene.targets if target.ref in {getattr(a, "ref", 0) for a in actions})
    buttons = [t for t in scene.targets if t.kind == "button" and t.label and t.place > last][:1]
    if buttons and scene.times[plain(buttons[0].label)] == 1 and random.random() < 0.6:
        parts = [*parts, pick(random, ["press {}", "click {}", "hit {}"]).format(buttons[0].label)]
        actions = [*actions, Click(buttons[0].ref)]
    words = joined(parts, random) if len(parts) > 1 else polite(parts[0], random)
    return Command(words, "copy", tuple(actions))
