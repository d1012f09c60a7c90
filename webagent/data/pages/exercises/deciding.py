"""Deciding of each of several numbers: odd or even, greater or less, positive or negative."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import NamedTuple

from webagent.data.pages.exercises.desk import Desk, Exercise, Goal
from webagent.data.pages.flows import Act

__all__ = ["decisions"]

_EACH = (
    "for each number say whether it is {0} or {1}", "mark each number as {0} or {1}", "is each number {0} or {1}?",
    "decide of every number whether it is {0} or {1}", "choose {0} or {1} for each number",
    "label every number {0} or {1}",
    "tell which numbers are {0} and which are {1}", "set {0} or {1} beside every number",
    "sort the numbers into {0} and {1}",
    "go through the numbers and pick {0} or {1}", "say {0} or {1} for all the numbers",
    "classify the numbers: {0} or {1}",
)  # fmt: skip
_ALL = (
    "tick the numbers that are {0}", "select all {0} numbers", "check every number that is {0}", "mark the {0} numbers",
    "choose each number that is {0}", "tick every {0} number", "pick all the numbers that are {0}",
    "select the {0} ones",
    "which numbers are {0}? mark them", "tick {0} numbers only", "check each number if it is {0}",
    "mark a number when it is {0}", "tick those that are {0}", "select whatever is {0}",
)  # fmt: skip


class Rule(NamedTuple):
    """What is decided.

    Attributes:
        said: how a command calls those for which it is so, and the others.
        labels: likewise on the page.
        holds: whether it is so.
        low, high: between what the numbers lie.
    """

    said: tuple[str, str]
    labels: tuple[str, str]
    holds: Callable[[int], bool]
    low: int
    high: int


def decisions(desk: Desk) -> Iterator[Exercise]:
    """Pages with two to six numbers."""
    while True:
        desk.clear()
        yield _exercise(desk)


def _rule(desk: Desk) -> Rule:
    m = desk.m
    form = m.number(0, 6)
    high = int(m.one(["9", "20", "99", "99", "999"]))
    if form <= 2:
        said = ("even", "odd")
        return _turned(desk, Rule(said, said, lambda number: number % 2 == 0, 0, high))
    if form <= 4:
        limit = m.number(high // 4 + 1, 3 * high // 4)
        more = m.one(["greater", "more", "larger", "higher", "bigger", "above", "over"])
        less = {"greater": "less", "more": "less", "larger": "smaller", "higher": "lower", "bigger": "smaller"}
        less |= {"above": "below", "over": "under"}
        joint = "" if more in ("above", "over") else " than"
        said = (f"{more}{joint} {limit}", f"{less[more]}{joint} {limit}")
        labels = said if m.chance(0.4) else (more, less[more]) if m.chance(0.7) else (f"> {limit}", f"< {limit}")
        return _turned(
            desk, Rule(said, labels, lambda number: number > limit, limit - high // 2 - 1, limit + high // 2)
        )
    said = ("positive", "negative")
    labels = said if m.chance(0.7) else ("plus", "minus")
    return _turned(desk, Rule(said, labels, lambda number: number > 0, -high, high))


def _turned(desk: Desk, rule: Rule) -> Rule:
    """The same, now and then the other way round."""
    if desk.m.chance(0.5):
        return rule
    holds = rule.holds
    return rule._replace(said=rule.said[::-1], labels=rule.labels[::-1], holds=lambda number: not holds(number))


def _exercise(desk: Desk) -> Exercise:
    m = desk.m
    rule = _rule(desk)
    numbers = _numbers(desk, rule)
    label, send, button = desk.send()
    each = m.chance(0.7)
    make = _pair(desk) if each else _tick(desk)
    rows, acts, values = [], [], {}
    for number in numbers:
        html, chosen = make(desk, rule, number)
        rows.append(html)
        if chosen:
            acts.append(Act(chosen[0], "choose", chosen[1]) if chosen[1] else Act(chosen[0]))
            values[chosen[0]] = chosen[1] or "true"
    forms = [form for form in _ALL if " " not in rule.said[0] or re.search("(are|is) .0", form)]
    words = m.one(_EACH).format(*rule.said) if each else m.one(forms).format(rule.said[0])
    words = desk.said(desk.pressing(words, label))
    html = desk.page(desk.listed(rows), button)
    return desk.exercise(html, words, (*acts, Act(send)), Goal(send, values))


def _numbers(desk: Desk, rule: Rule) -> list[int]:
    """Different numbers with one at least for which it is so; never the limit itself."""
    m = desk.m
    count = m.number(2, 4 if desk.narrow else 6)
    while True:
        numbers = list({m.number(rule.low, rule.high): None for _ in range(count)})
        if len(numbers) > 1 and any(map(rule.holds, numbers)) and not _doubtful(rule, numbers):
            return numbers


def _doubtful(rule: Rule, numbers: list[int]) -> bool:
    """Whether one of them is neither: the limit, or zero where signs are asked for."""
    said = " ".join(rule.said)
    if "positive" in said:
        return 0 in numbers
    return any(char.isdigit() for char in said) and any(str(number) in said.split() for number in numbers)


Made = tuple[str, tuple[str, str] | None]
"""Markup of one number with its controls; what has to be pressed, or the list and what to choose from it."""
Maker = Callable[[Desk, Rule, int], Made]


def _pair(desk: Desk) -> Maker:
    """A manner in which one of two is chosen: all numbers of a page share it."""
    m = desk.m
    form, number_tag, tag = m.number(0, 7), m.one(["b", "span", "div", "label"]), m.one(["button", "span", "a", "div"])
    order, pressed = (1, -1)[m.number(0, 1)], m.chance(0.5)
    name, title = m.cls("opt"), m.chance(0.3)

    def made(desk: Desk, rule: Rule, number: int) -> Made:
        said = f"<{number_tag}>{number}</{number_tag}> "
        right = rule.labels[0] if rule.holds(number) else rule.labels[1]
        labels = [label.capitalize() if title else label for label in rule.labels[::order]]
        if form == 0:
            options = "".join(f"<option>{one}</option>" for one in ("–", *labels))
            id, html = desk.mark(f"<select{name}>{options}</select>", v="")
            return said + html, (id, right.capitalize() if title else right)
        group, chosen, parts = desk.id(), "", []
        for label in labels:
            text = label.replace("<", "&lt;")
            if form <= 2:
                id, box = desk.mark(f'<input type="radio" name="{group}">', v="")
                parts.append(f"<label>{box} {text}</label>")
            else:
                attribute = (
                    ' aria-pressed="false"' if pressed and tag == "button" else ' href="#"' if tag == "a" else ""
                )
                style = ' style="display:inline-block;padding:1px 4px"' if tag == "div" else ""
                id, html = desk.mark(f"<{tag}{name}{attribute}{style}>{text}</{tag}>", of=group, v="")
                parts.append(html)
            chosen = id if label.lower() == right.lower() else chosen
        return said + " ".join(parts), (chosen, "")

    return made


def _tick(desk: Desk) -> Maker:
    """A manner in which single numbers are chosen."""
    m = desk.m
    form, tag, name = m.number(0, 4), m.one(["button", "span", "div", "li"]), m.cls("num")

    def made(desk: Desk, rule: Rule, number: int) -> Made:
        if form <= 2:
            id, box = desk.mark('<input type="checkbox">', v="")
            html = f"<label>{box} {number}</label>" if form else f"{box} <label for={id}>{number}</label>"
        else:
            pressed = ' aria-pressed="false"' if tag == "button" else ""
            id, html = desk.mark(f"<{tag}{name}{pressed}>{number}</{tag}>", turns="", v="")
        return html, (id, "") if rule.holds(number) else None

    return made
