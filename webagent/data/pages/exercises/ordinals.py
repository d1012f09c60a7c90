"""The n-th word of a text: it is typed into a field."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import escape

from webagent.data.pages.exercises.desk import Desk, Exercise, Goal
from webagent.data.pages.flows import Act
from webagent.data.pages.inventing import anything, invented

__all__ = ["ordinals"]

_LAST = 0.2  # share of the commands that ask for the last word
_TOLD = 10  # words are told by their number up to this one: the last one of a shorter text would be told by its number
_FIRST = (("first", "1st"), ("second", "2nd"), ("third", "3rd"), ("fourth", "4th"), ("fifth", "5th"), ("sixth", "6th"),
          ("seventh", "7th"), ("eighth", "8th"), ("ninth", "9th"), ("tenth", "10th"))  # fmt: skip
_NUMBERS = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
_COMMANDS = (
    "type the {nth} word of the {text}", "enter the {nth} word of the {text} into the box",
    "find the {nth} word in the {text} and type it",
    "copy the {nth} word of the {text} into the field", "what is the {nth} word of the {text}? type it",
    "write the {nth} word from the {text} in the text box", "put the {nth} word of the {text} in the box",
    "look at the {text} and type its {nth} word", "take the {nth} word in the {text} and enter it",
    "fill in the {nth} word of the {text}", "the {nth} word of the {text} goes into the field",
    "type the {text}'s {nth} word",
    "find the {nth} word in the {text}, type that into the textbox",
)  # fmt: skip
_BY_NUMBER = (
    "type word number {n} of the {text}", "enter word {n} of the {text}", "type word no. {n} in the {text}",
    "copy word #{n} of the {text} into the box",
)  # fmt: skip
_NOUNS = ("text", "paragraph", "text above", "sentence", "text below", "passage", "text on the page", "line")
_WORD = re.compile(r"[^\W\d_][\w'’-]*")


def ordinals(desk: Desk) -> Iterator[Exercise]:
    """Pages with one or two texts and a field."""
    while True:
        desk.clear()
        made = _exercise(desk)
        if made is not None:
            yield made


def _exercise(desk: Desk) -> Exercise | None:
    m = desk.m
    last = m.chance(_LAST)
    texts = [_text(desk, _TOLD + 1 if last else 3) for _ in range(2 if m.chance(0.15) else 1)]
    which = m.number(0, len(texts) - 1)
    noun = (
        m.one(["first", "second"][which : which + 1]) + m.one([" text", " paragraph"])
        if len(texts) > 1
        else _noun(desk, texts[0])
    )
    tag = m.one(["p", "p", "div", "span", "td", "li", "blockquote", "label", "em"])
    shown = [_wrapped(f"<{tag}{m.cls('text')}>{escape(text)}</{tag}>", tag) for text in texts]
    label, send, button = desk.send()
    field, box = desk.field(m.one(["", "", "", "Answer", "Word", "Your answer"]))
    answer = m.one([f"{box} {button}", f"<div>{box}</div><div>{button}</div>", f"{button} {box}"])
    below = "below" in noun or ("above" not in noun and m.chance(0.2))
    html = desk.page(*([answer, *shown] if below else [*shown, answer]), texts=0.0)
    words = [word.strip(".,;:!?") for word in texts[which].split()]
    place = -1 if last else m.number(0, min(_TOLD, len(words)) - 1)
    text = words[place]
    others = [*desk.texts, *texts[:which], *texts[which + 1 :], label]
    if not _WORD.fullmatch(text) or _twice(text, words, others):
        return None
    said = _said(desk, place, noun)
    said = desk.said(desk.pressing(said, label))
    if re.search(rf"(?<!\w){re.escape(text)}", said, re.IGNORECASE):
        return None
    return desk.exercise(html, said, (Act(field, "type", text), Act(send)), Goal(send, {field: text}))


def _noun(desk: Desk, text: str) -> str:
    noun = desk.m.one([one for one in _NOUNS if one != "sentence" or "." not in text])
    return noun.split()[0] if desk.m.chance(0.3) else noun


def _said(desk: Desk, place: int, noun: str) -> str:
    m = desk.m
    if place == -1:
        return m.one(_COMMANDS).format(nth="last", text=noun)
    if m.chance(0.15):
        return m.one(_BY_NUMBER).format(n=m.one([str(place + 1), _NUMBERS[place]]), text=noun)
    return m.one(_COMMANDS).format(nth=m.one(_FIRST[place]), text=noun)


def _text(desk: Desk, least: int) -> str:
    """A text of so many words at least, or of many more."""
    m = desk.m
    count, joint, text = m.number(1, 4), m.one([". ", " ", ", "]), ""
    while count > 0 or len(text.split()) < least:
        part = invented("sentences", m.random) if m.chance(0.7) else anything(m.random)
        text, count = f"{text}{joint}{part}" if text else part, count - 1
    return text


def _wrapped(html: str, tag: str) -> str:
    around = {"td": "<table><tr>{}</tr></table>", "li": "<ul>{}</ul>", "p": "{}", "div": "{}"}.get(tag, "<div>{}</div>")
    return around.format(html)


def _twice(text: str, words: list[str], others: list[str]) -> bool:
    """Whether a word stands in a text twice, or in another one as well: it would be copied from there."""
    said = text.casefold()
    if [word.casefold() for word in words].count(said) > 1:
        return True
    return any(said in (word.strip(".,;:!?").casefold() for word in other.split()) for other in others)
