"""Sums: the result of what stands on the page or in the command is typed, or chosen."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import escape
from typing import NamedTuple

from webagent.data.pages.exercises.answers import choosing
from webagent.data.pages.exercises.desk import Desk, Exercise, Goal
from webagent.data.pages.flows import Act

__all__ = ["sums"]

_TIMES, _MINUS = ("x", "×", "*", "·"), ("-", "-", "-", "−", "–")
_UNKNOWN = ("x", "x", "x", "y", "n", "a", "z", "?", "_", "__", "□")
_IN_WORDS = 0.25  # share of the commands that say the sum themselves
_CHOSEN = 0.12  # share of the pages on which the result is chosen, and not typed
_BLANK = 0.4  # share of the sums with an unknown that are shown as a form: its field stands where the unknown would
_COMMANDS = (
    "solve the equation", "work out the result and type it in", "type the answer", "do the sum",
    "answer the math problem",
    "calculate the result and enter it", "solve the math problem and type your answer", "fill in the answer",
    "enter the correct result", "find the answer to the problem", "do the calculation",
    "compute it and write the result",
    "what is the result? enter it", "solve the problem", "put the right number in the box", "enter what it comes to",
    "give the answer", "type in the missing number",
)  # fmt: skip
_FIND = (
    "solve for {0}", "find {0} and type it", "what is {0}? type it in", "find the value of {0}",
    "enter the value of {0}",
    "solve for {0} and type your answer in the box", "work out {0} and enter it", "type what {0} is",
    "give the value of {0}", "fill in what {0} stands for",
)  # fmt: skip
_SAY = (
    "what is {0}? type the answer", "how much is {0}? enter it", "type the result of {0}", "calculate {0} and enter it",
    "work out {0}", "enter {0} as one number", "what does {0} make? type it in", "compute {0} and fill it in",
    "put the answer to {0} in the box",
)  # fmt: skip
_CHOOSE = (
    "choose the right result", "click the answer", "pick the correct answer", "press the number that is right",
    "select the result", "which one is right? click it", "choose the correct number", "solve it and pick the answer",
)  # fmt: skip


class Sum(NamedTuple):
    """Something to work out.

    Attributes:
        parts: numbers and signs, one after the other; without the equals sign, where it stands at the end.
        result: what it comes to, or what the unknown stands for.
        unknown: what stands for a number; ``""`` where none does.
    """

    parts: tuple[str, ...]
    result: int
    unknown: str = ""


def sums(desk: Desk) -> Iterator[Exercise]:
    """Pages with one sum each."""
    while True:
        desk.clear()
        made = _exercise(desk, _sum(desk))
        if made is not None:
            yield made


def _sum(desk: Desk) -> Sum:
    """Results are spread evenly, up to a number that is mostly small."""
    m = desk.m
    most = int(m.one(["10", "20", "20", "40", "100"]))
    result = m.number(0, most)
    form = m.number(0, 11)
    if form <= 3:
        first = m.number(0, result)
        parts: tuple[str, ...] = (str(first), "+", str(result - first))
    elif form <= 6:
        result = -m.number(1, min(most, 20)) if m.chance(0.15) else result
        second = m.number(max(0, -result), max(0, -result) + most)
        parts = (str(result + second), m.one(_MINUS), str(second))
    elif form <= 9:
        least = 0 if m.chance(0.2) else 1
        first, second = m.number(least, 12 if m.chance(0.2) else 10), m.number(least, 10)
        result, parts = first * second, (str(first), m.one(_TIMES), str(second))
    elif form == 10:
        first, second = sorted((m.number(0, result), m.number(0, result)))
        parts = (str(first), "+", str(second - first), "+", str(result - second))
    else:
        second, first = m.number(1, 10), m.number(0, 10)
        result, parts = first, (str(first * second), m.one(["/", ":", "÷"]), str(second))
    return _with_unknown(desk, parts, result) if len(parts) == 3 and m.chance(0.4) else Sum(parts, result)


def _with_unknown(desk: Desk, parts: tuple[str, ...], result: int) -> Sum:
    """The same with an unknown in place of one of its numbers: "x + 9 = 15", "23 - x = 4"."""
    m = desk.m
    first, sign, second = parts
    unknown, place = m.one(_UNKNOWN), m.number(0, 1)
    many = sign in _TIMES and "0" in parts
    if many or sign in ("/", ":", "÷", unknown):
        return Sum(parts, result)
    said = (unknown, sign, second) if place == 0 else (first, sign, unknown)
    wanted = int(first if place == 0 else second)
    equation = (str(result), "=", *said) if m.chance(0.1) else (*said, "=", str(result))
    return Sum(equation, wanted, unknown)


def _exercise(desk: Desk, one: Sum) -> Exercise | None:
    m = desk.m
    if m.chance(_CHOSEN):
        return _chosen(desk, one)
    in_words = not one.unknown and m.chance(_IN_WORDS)
    label, send, button = desk.send()
    named = one.unknown.isalpha()
    answer = m.one(["", "", "", "Answer", "Result", "Your answer", *([f"{one.unknown} ="] * 3 if named else [])])
    field, box = desk.field(answer, "number" if m.chance(0.1) else "text")
    blank = one.unknown and not named
    forms = _SAY if in_words else _FIND if named and m.chance(0.6) else _COMMANDS
    words = m.one(forms).format(one.unknown if named else _spoken(desk, one))
    words = desk.said(desk.pressing(words, label))
    shown = "" if in_words and m.chance(0.6) else _shown(desk, one, box if blank and m.chance(_BLANK) else "")
    body = shown if box in shown else _beside(desk, shown, box)
    html = desk.page(*_ordered(desk, body, button))
    text = str(one.result)
    if _stands(text, [words, *desk.texts, " ".join(one.parts)]):
        return None
    acts = (Act(field, "type", text), Act(send))
    return desk.exercise(html, words, acts, Goal(send, {field: text}))


def _chosen(desk: Desk, one: Sum) -> Exercise:
    """The result is one of several numbers."""
    answer = choosing(desk, one.result)
    forms = _FIND if one.unknown.isalpha() else _CHOOSE
    words = desk.m.one(forms).format(one.unknown)
    words = desk.said(desk.pressing(words, answer.label) if answer.label else words)
    html = desk.page(*_ordered(desk, _shown(desk, one, ""), answer.html))
    return desk.exercise(html, words, answer.acts, answer.goal)


def _ordered(desk: Desk, first: str, second: str) -> list[str]:
    return [first, second] if desk.m.chance(0.93) else [second, first]


def _beside(desk: Desk, shown: str, box: str) -> str:
    joint = desk.m.one([" ", " ", "<br>", "<hr>", "</div><div>"])
    return f"<div>{shown}{joint}{box}</div>"


def _shown(desk: Desk, one: Sum, box: str) -> str:
    """The sum as the page writes it: as one text or in pieces, and a field in place of its unknown."""
    m = desk.m
    parts = list(one.parts) if one.unknown or m.chance(0.15) else [*one.parts, "="]
    if box:
        return "<div>" + " ".join(box if part == one.unknown else desk.piece(part, "span") for part in parts) + "</div>"
    if not one.unknown and parts[-1] == "=" and m.chance(0.15):
        parts.append("?")
    if m.chance(0.45):
        tag = m.one(["span", "span", "b", "td", "div", "i"])
        pieces = "".join(desk.piece(part, tag) for part in parts)
        if tag == "td":
            return f"<table><tr>{pieces}</tr></table>"
        return f'<div class="{"row" if tag == "div" else "sum"}">{pieces}</div>'
    joint = m.one([" ", " ", " ", ""])
    before = m.one(["", "", "", "", "Solve: ", "What is ", "Problem: ", "Calculate "])
    tag = m.one(["p", "div", "span", "h2", "h3", "label", "b", "li", "code"])
    return f"<{tag}{m.cls('task')}>{escape(before + joint.join(parts))}</{tag}>"


def _spoken(desk: Desk, one: Sum) -> str:
    """The sum as a command says it: with signs, or in words."""
    if desk.m.chance(0.6):
        return " ".join(one.parts)
    said = {"+": ["plus", "plus", "added to"], "/": ["divided by"], ":": ["divided by"], "÷": ["divided by"]}
    said |= {sign: ["times", "multiplied by"] for sign in _TIMES} | {sign: ["minus"] for sign in _MINUS}
    return " ".join(desk.m.one(said[part]) if part in said else part for part in one.parts)


def _stands(text: str, texts: list[str]) -> bool:
    """Whether a number stands in a text, alone or at the beginning of another one: it would be copied from there.

    Single digits are said as digits, wherever they stand on the page.
    """
    where = texts[:1] if len(text) == 1 else texts
    return any(re.search(rf"(?<!\w){re.escape(text)}", one) for one in where)
