"""Superlatives: which of several things shows the least or the greatest quantity, and what stands beside it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from html import escape
from typing import NamedTuple

from webagent.data.pages.exercises.desk import Desk, Exercise, Goal
from webagent.data.pages.exercises.quantities import QUANTITIES, THEMES, Quantity, Theme
from webagent.data.pages.flows import Act
from webagent.data.pages.values import vocabulary

__all__ = ["superlatives"]

_COMMANDS = (
    "{verb} the {best} {noun}", "{verb} the {best} {noun}", "{verb} the {best} one",
    "{verb} the {best} of these {nouns}",
    "I want the {best} {noun}", "go for the {best} {noun}", "find the {best} {noun} and {verb} it",
    "which {noun} is the {best}? {verb} it", "{verb} whichever {noun} is the {best}", "take the {best} {noun}",
    "{verb} the {best} {noun} of the list", "look for the {best} {noun}, then {verb} it", "give me the {best} {noun}",
    "the {best} {noun} please", "out of all the {nouns}, {verb} the {best} one",
    "compare them and {verb} the {best} {noun}",
)  # fmt: skip
_BY_LABEL = (
    "{verb} the {noun} with the {most} {label}", "{verb} the one with the {most} {label}",
    "take the {noun} that has the {most} {label}",
    "find the {noun} with the {most} {label} and {verb} it", "which {noun} has the {most} {label}? {verb} it",
    "I need the {noun} with the {most} {label}", "{verb} whichever {noun} has the {most} {label}",
    "the {most} {label} please",
    "{verb} the {most} {label} {noun}",
)  # fmt: skip
_ORDINALS = ("second", "second", "2nd", "third", "3rd")
_SECOND = 0.12
_GROUPS = (" under {0}", " in {0}", " in the {0} list", " from the {0} section", " of {0}")
_CHOICES = ("pick", "choose", "select", "take", "click", "open")


class Thing(NamedTuple):
    """One thing: its name, what it shows (by quantity, as written), the amounts, and what stands for pressing it."""

    name: str
    shown: dict[str, str]
    amounts: dict[str, float]
    control: str
    markup: str


class Board(NamedTuple):
    """Things of one page.

    Attributes:
        nouns: what one is called, and several.
        shown: names of the quantities that they show.
        verb: what their buttons say.
        groups: by heading, ``""`` for none.
        html: all of them.
        send: the button that ends it: its label, id and markup; empty where pressing one is all.
    """

    nouns: tuple[str, str]
    shown: tuple[str, ...]
    verb: str
    groups: dict[str, list[Thing]]
    html: str
    send: tuple[str, str, str]


def superlatives(desk: Desk) -> Iterator[Exercise]:
    """Boards of things, with a few commands each."""
    while True:
        desk.clear()
        board = _board(desk)
        html = desk.page(board.html, board.send[2], title=board.nouns[1].title() if desk.m.chance(0.5) else "")
        for _ in range(4):
            yield _exercise(desk, board, html)


def _exercise(desk: Desk, board: Board, html: str) -> Exercise:
    m = desk.m
    heading = m.one(list(board.groups))
    things = board.groups[heading]
    name = m.one(list(things[0].amounts))
    greatest, place = m.chance(0.5), 0
    ordinal = m.one(_ORDINALS) if len(things) > 3 and m.chance(_SECOND) else ""
    if ordinal:
        place = 1 if ordinal[0] in "s2" else 2
    ranked = sorted(things, key=lambda thing: thing.amounts[name], reverse=greatest)
    wanted = ranked[place]
    where = m.one(_GROUPS).format(heading) if heading else ""
    words = _words(desk, board, name, greatest, ordinal, where)
    label, send, _ = board.send
    words = desk.said(desk.pressing(words, label) if label else words)
    acts = [Act(wanted.control), *([Act(send)] if send else [])]
    goal = Goal(send, {wanted.control: "true"}) if send else Goal(wanted.control)
    return desk.exercise(html, words, acts, goal)


def _words(desk: Desk, board: Board, name: str, greatest: bool, ordinal: str, where: str) -> str:
    m = desk.m
    quantity = QUANTITIES[name]
    others = [QUANTITIES[other] for other in board.shown if other != name]
    taken = {word for other in others for word in (*other.greatest, *other.least)}
    plain = [word for word in (quantity.greatest if greatest else quantity.least) if word not in taken]
    verb = board.verb.lower() if " " not in board.verb and m.chance(0.7) else m.one(_CHOICES)
    noun, nouns = board.nouns
    if not plain or m.chance(0.3):
        most = m.one(quantity.at_most if greatest else quantity.at_least)
        most = f"{ordinal} {most}" if ordinal else most
        return _placed(m.one(_BY_LABEL), where).format(
            verb=verb, noun=noun, nouns=nouns, most=most, label=quantity.labels[0]
        )
    best = f"{ordinal} {m.one(plain)}" if ordinal else m.one(plain)
    return _placed(m.one(_COMMANDS), where).format(verb=verb, noun=noun, nouns=nouns, best=best)


def _placed(form: str, where: str) -> str:
    """A wording in which the things are said to be somewhere."""
    return re.sub(r"\{nouns?\}| one\b", lambda noun: noun[0] + where, form, count=1)


def _board(desk: Desk) -> Board:
    m = desk.m
    theme = THEMES[m.number(0, len(THEMES) - 1)]
    nouns = theme.nouns[m.number(0, len(theme.nouns) - 1)]
    verb = m.one(theme.verbs)
    names = m.some([one for one in theme.quantities if one != "cents" or "price" not in theme.quantities[:1]], 1, 3)
    if {"cents", "price"} <= set(names):
        names.remove("price")
    look = _Look(desk, verb, names)
    headings = [""] if m.chance(0.8) else m.some(list(vocabulary()["sections"]), 2, 2)
    most = 5 if desk.narrow or len(headings) > 1 else 8
    groups = {heading: _things(desk, theme, look, m.number(2, most)) for heading in headings}
    html = "".join(
        (f"<h3>{escape(heading)}</h3>" if heading else "") + look.together([one.markup for one in things])
        for heading, things in groups.items()
    )
    send = desk.send() if look.radio else ("", "", "")
    return Board(nouns, tuple(names), verb, groups, html, send)


def _things(desk: Desk, theme: Theme, look: _Look, count: int) -> list[Thing]:
    """Things of which no two show the same of anything."""
    amounts = {name: _amounts(desk, QUANTITIES[name], count) for name in look.names}
    things: list[Thing] = []
    names = list(dict.fromkeys(desk.m.word(theme.names) for _ in range(3 * count)))
    for row, name in enumerate(names[:count]):
        its = {quantity: values[row] for quantity, values in amounts.items()}
        shown = {quantity: look.writers[quantity](amount) for quantity, amount in its.items()}
        things.append(Thing(name, shown, its, *look.one(name, shown)))
    return things


def _amounts(desk: Desk, quantity: Quantity, count: int) -> list[float]:
    """Different amounts, sometimes close to each other."""
    m = desk.m
    steps = round((quantity.high - quantity.low) / quantity.step)
    near = min(steps, max(count, 3 * count)) if m.chance(0.3) else steps
    start = m.number(0, steps - near)
    places = m.random.permutation(near + 1)[:count] if near < 5000 else m.random.choice(near + 1, count, replace=False)
    return [round(quantity.low + (start + int(place)) * quantity.step, 2) for place in places]


class _Look:
    """How the things of one page look: all alike.

    Attributes:
        names: of the quantities that they show.
        writers: of each, how it is written.
        radio: they are chosen with radio buttons.
    """

    def __init__(self, desk: Desk, verb: str, names: Sequence[str]) -> None:
        m = self._m = desk.m
        self._desk, self._verb, self.names = desk, verb, names
        self.writers = {
            name: QUANTITIES[name].writers[m.number(0, len(QUANTITIES[name].writers) - 1)](m) for name in names
        }
        self.radio = m.chance(0.12)
        self._form = m.one(["table", "table", "cards", "list", "lines", "text", "grid"])
        self._in_button = m.one(names) if m.chance(0.25) and not self.radio else ""
        self._bare = m.chance(0.3)
        self._by_name = m.chance(0.2) and not self._in_button and not self.radio
        self._labels = {name: m.one(QUANTITIES[name].labels) if m.chance(0.6) else "" for name in names}
        self._order = m.some(["name", *names], 9, 9) if m.chance(0.4) else ["name", *names]
        self._last = m.chance(0.75)
        self._tag = m.one(["span", "div", "b", "p", "small"])
        self._classes = {name: m.cls(m.one(["col", "info", "value", "meta", name])) for name in ["name", *names]}
        self._outer = m.cls("card"), m.cls("thing")
        self._group = desk.id()
        self._control = m.one(["button", "button", "link", "any"])

    def one(self, name: str, shown: dict[str, str]) -> tuple[str, str]:
        """The id of what stands for a thing, and its markup."""
        control, html = self._pressed(name, shown)
        parts = [
            (one, html if one == "name" and self._by_name else self._said(one, shown.get(one, name)))
            for one in self._order
            if one != self._in_button
        ]
        if not self._by_name:
            parts.insert(len(parts) if self._last else 0, ("", html))
        return control, self._whole(parts)

    def _pressed(self, name: str, shown: dict[str, str]) -> tuple[str, str]:
        desk = self._desk
        if self.radio:
            return desk.mark(f'<input type="radio" name="{self._group}">', v="")
        label = f"{self._verb} for {shown[self._in_button]}" if self._in_button else self._verb
        if self._in_button and self._bare:
            label = shown[self._in_button]
        if self._by_name:
            label = name
        if self._control == "button":
            return desk.mark(f"<button{self._classes['name']}>{escape(label)}</button>", k="")
        if self._control == "link":
            return desk.mark(f'<a href="#"{self._classes["name"]}>{escape(label)}</a>', k="")
        return desk.button(label)

    def _said(self, name: str, text: str) -> str:
        if self._form == "text":
            label = self._labels.get(name, "")
            return escape(f"{label}: {text}" if label else text)
        if self._form == "table":
            return f"<td{self._classes[name]}>{escape(text)}</td>"
        label = self._labels.get(name, "")
        before = f"<{self._tag}>{escape(label.capitalize())}:</{self._tag}> " if label else ""
        return f"{before}<{self._tag}{self._classes[name]}>{escape(text)}</{self._tag}>"

    def _whole(self, parts: list[tuple[str, str]]) -> str:
        if self._form == "table":
            cells = "".join(html if html.startswith("<td") else f"<td>{html}</td>" for _, html in parts)
            return f"<tr>{cells}</tr>"
        if self._form == "text":
            texts = [html for _, html in parts if not html.startswith("<")]
            controls = [html for _, html in parts if html.startswith("<")]
            joint = " – " if self._last else ", "
            whole = f"<{self._tag}>{joint.join(texts)}</{self._tag}>" if texts else ""
            return f"<div{self._outer[1]}>{whole} {' '.join(controls)}</div>"
        tag = {"list": "li"}.get(self._form, "div")
        style = ' style="border:1px solid #ccc;margin:4px;padding:4px"' if self._form in ("cards", "grid") else ""
        return f"<{tag}{self._outer[0]}{style}>{' '.join(html for _, html in parts)}</{tag}>"

    def together(self, rows: Sequence[str]) -> str:
        """All things of a group."""
        if self._form == "table":
            return f"<table>{self._head()}{''.join(rows)}</table>"
        if self._form == "list":
            return f"<ul>{''.join(rows)}</ul>"
        if self._form == "grid" and not self._desk.narrow:
            return f'<div class="grid">{"".join(rows)}</div>'
        return f"<div>{''.join(rows)}</div>"

    def _head(self) -> str:
        if not any(self._labels.values()):
            return ""
        names = [one for one in self._order if one != self._in_button]
        heads = [("name" if one == "name" else self._labels[one]).capitalize() for one in names]
        if not self._by_name:
            heads.insert(len(heads) if self._last else 0, "")
        return "<tr>" + "".join(f"<th>{escape(head)}</th>" for head in heads) + "</tr>"
