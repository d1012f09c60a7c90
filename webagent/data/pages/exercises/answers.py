"""A number as the answer: one of several buttons, links or radio buttons, an entry of a list, or typed."""

from __future__ import annotations

from typing import NamedTuple

from webagent.data.pages.exercises.desk import Desk, Goal
from webagent.data.pages.flows import Act

__all__ = ["Answer", "choosing", "typing"]


class Answer(NamedTuple):
    """How an answer is given.

    Attributes:
        html: the controls.
        acts: what gives the right answer.
        goal: what is so then.
        label: of the button that ends it; ``""`` where none is there.
    """

    html: str
    acts: tuple[Act, ...]
    goal: Goal
    label: str = ""


def choosing(desk: Desk, right: int) -> Answer:
    """Several numbers of which one is right."""
    numbers = _numbers(desk, right)
    form = desk.m.number(0, 9)
    if form <= 1:
        return _radios(desk, numbers, right)
    if form == 2:
        return _select(desk, numbers, right)
    return _buttons(desk, numbers, right)


def typing(desk: Desk, right: int) -> Answer:
    """A field, and a button to end with."""
    m = desk.m
    label, send, button = desk.send()
    field, box = desk.field(m.one(["", "", "Answer", "Number", "Count", "How many", "Your answer", "Total"]))
    acts = (Act(field, "type", str(right)), Act(send))
    return Answer(box + m.one([" ", "<br>", "<div></div>"]) + button, acts, Goal(send, {field: str(right)}), label)


def _numbers(desk: Desk, right: int) -> list[int]:
    """Different numbers with the right one among them, in order or not."""
    m = desk.m
    count = m.number(2, 6)
    if m.chance(0.5):
        low = right - m.number(0, min(count - 1, max(right, 0)))
        numbers = list(range(low, low + count))
    else:
        others = [right + shift for shift in range(-8, 15) if shift and right + shift >= min(0, right)]
        numbers = [right, *(int(one) for one in m.some([str(one) for one in others], count - 1, count - 1))]
    return sorted(numbers) if m.chance(0.6) else [numbers[place] for place in m.random.permutation(len(numbers))]


def _buttons(desk: Desk, numbers: list[int], right: int) -> Answer:
    m = desk.m
    form = m.number(0, 4)
    tag = m.one(["div", "span", "li", "td"])
    made: dict[int, tuple[str, str]] = {}
    for number in numbers:
        if form <= 1:
            made[number] = desk.mark(f"<button{m.cls('num')}>{number}</button>", k="")
        elif form == 2:
            made[number] = desk.mark(f'<a href="#"{m.cls("num")}>{number}</a>', k="")
        elif form == 3:
            made[number] = desk.mark(f"<{tag}{m.cls('choice')}>{number}</{tag}>", k="")
        else:
            made[number] = desk.button(str(number))
    rows = [html for _, html in made.values()]
    html = f"<div>{m.one(['', ' ']).join(rows)}</div>"
    if form == 3 and tag in ("li", "td"):
        html = f"<ul>{''.join(rows)}</ul>" if tag == "li" else f"<table><tr>{''.join(rows)}</tr></table>"
    return Answer(html, (Act(made[right][0]),), Goal(made[right][0]))


def _radios(desk: Desk, numbers: list[int], right: int) -> Answer:
    m = desk.m
    label, send, button = desk.send()
    name, chosen, rows = desk.id(), "", []
    for number in numbers:
        id, html = desk.mark(f'<input type="radio" name="{name}">', v="")
        rows.append(m.one([f"{html} <label for={id}>{number}</label>", f"<label>{html} {number}</label>"]))
        chosen = id if number == right else chosen
    html = m.one(["<br>", " "]).join(rows) + f"<div>{button}</div>"
    return Answer(html, (Act(chosen), Act(send)), Goal(send, {chosen: "true"}), label)


def _select(desk: Desk, numbers: list[int], right: int) -> Answer:
    label, send, button = desk.send()
    numbers = numbers if numbers[0] != right else [*numbers[1:], numbers[0]]
    options = "".join(f"<option>{number}</option>" for number in numbers)
    id, html = desk.mark(f"<select{desk.m.cls('select')}>{options}</select>", v="")
    return Answer(f"{html} {button}", (Act(id, "choose", str(right)), Act(send)), Goal(send, {id: str(right)}), label)
