"""Looking up: what stands beside a name, or whose a number is, is typed; several fields are filled from a table."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from html import escape

from webagent.data.pages.exercises.desk import Desk, Exercise, Goal
from webagent.data.pages.flows import Act
from webagent.data.pages.inventing import invented

__all__ = ["lookups"]

_COLUMNS: dict[str, Callable[[Desk], str]] = {
    "phone number": lambda desk: invented("phones", desk.m.random),
    "extension": lambda desk: str(desk.m.number(100, 999)),
    "email": lambda desk: invented("mails", desk.m.random),
    "city": lambda desk: desk.m.word("cities"),
    "room": lambda desk: f"{desk.m.one('ABCDEF')}{desk.m.number(10, 450)}",
    "company": lambda desk: desk.m.word("companies"),
    "code": lambda desk: "".join(desk.m.one("ABCDEFGHJKLMNPQRSTUVWXYZ23456789") for _ in range(desk.m.number(4, 7))),
    "age": lambda desk: str(desk.m.number(18, 99)),
    "job": lambda desk: invented("departments", desk.m.random),
    "country": lambda desk: desk.m.word("countries"),
    "street": lambda desk: invented("streets", desk.m.random),
    "colour": lambda desk: desk.m.one(["Teal", "Crimson", "Ivory", "Amber", "Olive", "Navy", "Coral", "Plum"]),
    "balance": lambda desk: f"${desk.m.number(100, 9999)}",
    "password": lambda desk: invented("secrets", desk.m.random),
    "project": lambda desk: desk.m.word("projects"),
}
_OF = (
    "enter the {0} of {1}", "what is the {0} of {1}? type it", "type {1}'s {0}", "find {1}'s {0} and enter it",
    "look up the {0} of {1} and type it in", "which {0} does {1} have? enter it", "fill in {1}'s {0}",
    "copy the {0} of {1} into the field", "put the {0} of {1} in the box", "the field needs the {0} of {1}",
)  # fmt: skip
_WHOSE = (
    "who has {0} {1}? type the name", "type the name of the person with {0} {1}", "whose {0} is {1}? enter the name",
    "enter the name that has the {0} {1}", "find the person with the {0} {1} and type the name",
    "which name belongs to the {0} {1}? type it", "look up who has the {0} {1} and enter the name",
    "fill in the name of the one whose {0} is {1}",
)  # fmt: skip
_FILL = (
    "fill in the form from the table", "copy the values into the fields", "enter the value of each field as shown",
    "fill the fields with what the table says", "look up each value and type it",
    "complete the form with the data shown",
    "type what the table shows into each field", "for each field enter what stands beside its name",
    "fill it in from the list",
    "enter the matching values in the boxes", "copy the data into the text fields",
)  # fmt: skip


def lookups(desk: Desk) -> Iterator[Exercise]:
    """Pages with a table or a list, and one to four fields."""
    while True:
        desk.clear()
        made = (_fields if desk.m.chance(0.45) else _people)(desk)
        if made is not None:
            yield made


def _fields(desk: Desk) -> Exercise | None:
    """A table of two columns; some of what stands in the first one are fields as well, in another order."""
    m = desk.m
    names = m.some(list(_COLUMNS), 2, 4 if desk.narrow else 7)
    labels = {name: name.capitalize() if m.chance(0.5) else name.title() for name in names}
    values = {name: _COLUMNS[name](desk) for name in names}
    asked = m.some(names, 1, min(3, len(names)))
    label, send, button = desk.send()
    shown = _pairs(desk, [(labels[name], values[name]) for name in names])
    boxes = {name: _labelled(desk, labels[name]) for name in asked}
    words = desk.said(desk.pressing(m.one(_FILL), label))
    acts = [Act(boxes[name][0], "type", values[name]) for name in asked]
    html = desk.page(shown, desk.listed([boxes[name][1] for name in asked]), button)
    if not _all_clear(desk, list(values.values()), words):
        return None
    goal = {boxes[name][0]: values[name] for name in asked}
    return desk.exercise(html, words, (*acts, Act(send)), Goal(send, goal))


def _labelled(desk: Desk, label: str) -> tuple[str, str]:
    id, box = desk.mark(f'<input type="text"{desk.m.cls("input")}>', v="")
    form = desk.m.one(["<label for={0}>{1}</label> {2}", "<label>{1} {2}</label>", "<span>{1}</span> {2}", "{1}: {2}"])
    return id, form.format(id, escape(label), box)


def _pairs(desk: Desk, rows: list[tuple[str, str]]) -> str:
    """Names with values beside them."""
    m = desk.m
    form, mark = m.number(0, 4), m.one(["", "", ":"])
    head, name = m.one(["th", "td", "td"]), m.cls("value")
    if form <= 1:
        body = "".join(f"<tr><{head}>{escape(a)}{mark}</{head}><td{name}>{escape(b)}</td></tr>" for a, b in rows)
        return f"<table>{body}</table>"
    if form == 2:
        return "<dl>" + "".join(f"<dt>{escape(a)}{mark}</dt><dd>{escape(b)}</dd>" for a, b in rows) + "</dl>"
    tag = m.one(["b", "span", "i"])
    return desk.listed([f"<{tag}>{escape(a)}{mark}</{tag}> <span{name}>{escape(b)}</span>" for a, b in rows])


def _people(desk: Desk) -> Exercise | None:
    """A table of people, and one field."""
    m = desk.m
    columns = m.some([one for one in _COLUMNS if not desk.narrow or len(one) < 6], 1, 2 if desk.narrow else 4)
    names = list(dict.fromkeys(m.word("people") for _ in range(m.number(2, 4 if desk.narrow else 7))))
    firsts = [name.split()[0] for name in names]
    called = firsts if m.chance(0.5) and len(set(firsts)) == len(firsts) else names
    cells = {name: [_COLUMNS[column](desk) for column in columns] for name in names}
    row, place = m.number(0, len(names) - 1), m.number(0, len(columns) - 1)
    name, value, column = names[row], cells[names[row]][place], columns[place]
    whose = m.chance(0.4)
    label, send, button = desk.send()
    said = (column, value) if whose else (column, called[row])
    plain = desk.pressing(m.one(_WHOSE if whose else _OF).format(*said), label)
    words = desk.said(plain, keep=said[1])
    text = name if whose else value
    field, box = desk.field(m.one(["", "", "Answer", "Your answer", "Entry"]))
    html = desk.page(_table(desk, columns, cells), f"<div>{box} {button}</div>")
    everything = [*names, *(cell for row in cells.values() for cell in row)]
    if said[1] not in words or not _all_clear(desk, everything, words.replace(said[1], "")):
        return None
    if text.casefold() in words.casefold():
        return None
    return desk.exercise(html, words, (Act(field, "type", text), Act(send)), Goal(send, {field: text}))


def _table(desk: Desk, columns: list[str], cells: dict[str, list[str]]) -> str:
    m = desk.m
    name = m.cls("cell")
    if m.chance(0.25):
        tag = m.one(["span", "div", "small"])
        rows = [
            f"<b>{escape(one)}</b> " + " ".join(
                f"<{tag}>{escape(column.capitalize())}:</{tag}> <{tag}{name}>{escape(cell)}</{tag}>"
                for column, cell in zip(columns, row, strict=True)
            )
            for one, row in cells.items()
        ]  # fmt: skip
        return desk.listed(rows)
    head = "".join(f"<th>{escape(column.capitalize())}</th>" for column in ["name", *columns])
    body = "".join(
        "<tr>" + "".join(f"<td{name}>{escape(cell)}</td>" for cell in [one, *row]) + "</tr>"
        for one, row in cells.items()
    )
    return f"<table><tr>{head}</tr>{body}</table>"


def _all_clear(desk: Desk, values: list[str], words: str) -> bool:
    """Whether every value stands once on the page, and none in the command."""
    said = [value.casefold() for value in values]
    others = {text.casefold() for text in desk.texts}
    return len(set(said)) == len(said) and not any(value in words.casefold() or value in others for value in said)
