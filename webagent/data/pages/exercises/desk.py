"""What every exercise is made with: the words and markup of one page, ids to find controls by, and what to check."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import cache
from html import escape
from importlib.resources import files
from types import MappingProxyType
from typing import NamedTuple

from webagent.data.pages.command import fuzzy, polite
from webagent.data.pages.flows import Act
from webagent.data.pages.maker import Maker, page_frame

__all__ = ["Desk", "Exercise", "Goal"]

_SIZES = ((160, 210), (160, 240), (320, 480), (500, 640), (800, 600), (1280, 720))
_LETTERS = "abcdefghijklmnopqrstuvwxyz"
_NARROW = 200  # px
_SHOWS_IDS = 0.5
_TEXTS = 0.35  # share of the pages with a text before or behind what they are about
_DISTRACTS = 0.3  # share of the pages with buttons and links that nothing is wanted of
_ASKS = re.compile(r"^(?:how|what|which|whose|who|where|is|are|the|number|out) ", re.IGNORECASE)
_BUTTONS = (
    "Submit", "Check", "OK", "Send", "Done", "Confirm", "Answer", "Go", "Next", "Continue", "Finish", "Check answer",
    "Enter", "Save", "Apply", "Proceed", "Send answer", "Ready",
)  # fmt: skip
_OTHERS = ("Help", "Cancel", "Skip", "Back", "Close", "Hint", "Settings", "About", "Contact", "Print", "Share", "Menu")


class Goal(NamedTuple):
    """What is so when a command has been carried out.

    Attributes:
        pressed: id of what was pressed last; ``""`` where nothing has to be.
        values: by id, what the fields, boxes and other controls hold.
    """

    pressed: str = ""
    values: Mapping[str, str] = MappingProxyType({})


class Exercise(NamedTuple):
    """A page with one command.

    Attributes:
        html: the document.
        size: of the viewport it is shown in.
        words: the command.
        acts: what carries it out.
        goal: what is so then.
        hidden: ids that are taken off what is seen: pages without ids are as common as others.
    """

    html: str
    size: tuple[int, int]
    words: str
    acts: tuple[Act, ...]
    goal: Goal
    hidden: frozenset[str] = frozenset()


class Desk:
    """Makes pages that look alike; the words and the numbers on them differ.

    Attributes:
        m: what it draws with.
        size: of the viewport.
        width: of the content, px.
        tag: what small pieces are written with.
        texts: what stands on the page beside what it is about.
    """

    def __init__(self, seed: int) -> None:
        self.m = m = Maker(seed)
        self.size = _SIZES[m.number(0, len(_SIZES) - 1)]
        self.width = min(self.size[0], m.number(150, 1200) if m.chance(0.5) else self.size[0])
        self.narrow = self.width < _NARROW
        self.tag = m.one(["span", "div", "p", "b", "label", "li"])
        self.texts: list[str] = []
        self._ids: list[str] = []
        self._shows_ids = m.chance(_SHOWS_IDS)
        self._number = m.number(0, 10**6)

    def clear(self) -> None:
        """Begin another page."""
        self._ids, self.texts = [], []

    def id(self) -> str:
        """An id that stands on this page only, and says nothing."""
        while True:
            made = "".join(self.m.one(_LETTERS) for _ in range(self.m.number(2, 5)))
            if made not in self._ids:
                self._ids.append(made)
                return made

    def mark(self, html: str, **data: str) -> tuple[str, str]:
        """Markup with an id: both. ``data``: what its script reads."""
        id = self.id()
        marks = f' id="{id}"' + "".join(f' data-{name}="{value}"' for name, value in data.items())
        return id, re.sub(r"^<(\w+)", lambda tag: tag[0] + marks, html.lstrip(), count=1)

    def button(self, label: str) -> tuple[str, str]:
        """A button, or what is used as one."""
        return self.mark(self.m.button(label), k="")

    def link(self, label: str) -> tuple[str, str]:
        """A link."""
        return self.mark(self.m.link(label), k="")

    def send(self) -> tuple[str, str, str]:
        """The button that ends an exercise: its label, id and markup."""
        label = self.m.one(_BUTTONS)
        self.texts.append(label)
        return label, *self.button(label)

    def field(self, label: str = "", kind: str = "text") -> tuple[str, str]:
        """A text field; its label may stand before it, above it, in it, or nowhere."""
        m = self.m
        self.texts += [label] if label else []
        hint = f' placeholder="{escape(label)}"' if label and m.chance(0.2) else ""
        width = "" if m.chance(0.4) else f' style="width:{m.number(40, min(260, self.width - 30))}px"'
        id, html = self.mark(f'<input type="{kind}"{m.cls("input")}{hint}{width}>', v="")
        if not label or hint:
            return id, html
        forms = [
            "<label for={0}>{1}</label> {2}",
            "<label>{1} {2}</label>",
            "<span>{1}:</span> {2}",
            "<b>{1}</b><br>{2}",
        ]
        return id, f"<div>{m.one(forms).format(id, escape(label), html)}</div>"

    def piece(self, text: str, tag: str = "") -> str:
        """A small piece of text in a tag of this page."""
        name = tag or self.tag
        return f"<{name}{self.m.cls('piece')}>{escape(text)}</{name}>"

    def heading(self, text: str) -> str:
        """A heading."""
        tag = self.m.one(["h1", "h2", "h3", "h4", "b", "div", "legend"])
        return f"<{tag}>{escape(text)}</{tag}>"

    def listed(self, parts: Sequence[str]) -> str:
        """Parts one below the other, or beside each other."""
        m = self.m
        form = m.number(0, 4)
        if form == 0:
            return "<ul>" + "".join(f"<li>{part}</li>" for part in parts) + "</ul>"
        if form == 1:
            return "<table>" + "".join(f"<tr><td>{part}</td></tr>" for part in parts) + "</table>"
        if form == 2:
            return f'<div class="row">{"".join(f"<div>{part}</div>" for part in parts)}</div>'
        name = m.one(["line", "item", "card", "entry"])
        return "".join(f'<div class="{name}">{part}</div>' for part in parts)

    def sentence(self) -> str:
        """A text that has nothing to do with anything; no other text holds it."""
        text = self.m.word("sentences")
        self.texts.append(text)
        return text

    def page(self, *parts: str, title: str = "", texts: float = _TEXTS) -> str:
        """The document: the parts in this order, now and then with something around them.

        Args:
            parts: markup.
            title: what it is about; anything when not given.
            texts: share of the pages with a text before them, and half as many with one behind them.
        """
        m = self.m
        body = list(parts)
        if m.chance(texts):
            body.insert(0, self.piece(self.sentence(), m.one(["p", "div", "small"])))
        if m.chance(texts / 2):
            body.append(self.piece(self.sentence(), m.one(["p", "div", "footer"])))
        if m.chance(0.4):
            self.texts.append(title or m.word("sections"))
            body.insert(0, self.heading(self.texts[-1]))
        if m.chance(_DISTRACTS):
            labels = m.some(list(_OTHERS), 1, 2 if self.narrow else 4)
            self.texts += labels
            made = " ".join((self.button if m.chance(0.5) else self.link)(label)[1] for label in labels)
            body.insert(0 if m.chance(0.4) else len(body), f"<nav>{made}</nav>")
        return page_frame(m, title or m.word("topics"), self._framed("".join(body)))

    def _framed(self, body: str) -> str:
        m = self.m
        size = f"body {{ font-size: {m.number(9, 12)}px }} nav a, nav button {{ margin: 1px }}" if self.narrow else ""
        style = f"width:{self.width - 12}px;" + m.one(["", "", "margin:auto;", "text-align:center;", "padding:4px;"])
        box = f'<div{m.cls("box")} style="{style}">{body}</div>'
        if m.chance(0.3):
            box = f"<form>{box}</form>"
        return f"<style>{size}{_asset('exercise.css')}</style>{box}<script>{_asset('exercise.js')}</script>"

    def exercise(self, html: str, words: str, acts: Sequence[Act], goal: Goal) -> Exercise:
        """The page with its command."""
        hidden = frozenset() if self._shows_ids else frozenset(self._ids)
        return Exercise(html, self.size, words, tuple(acts), goal, hidden)

    def said(self, words: str, keep: str = "") -> str:
        """A command as somebody says it, with slips; ``keep`` stays as it is."""
        m = self.m
        if not _ASKS.match(words):
            return polite(words, m.random, keep)
        words = words[:1].upper() + words[1:] if m.chance(0.6) else words
        return fuzzy(words, m.random, keep)

    def pressing(self, words: str, label: str) -> str:
        """The command, mostly with the button that ends it: "..., then press Check"."""
        quoted = f'"{label}"' if self.m.chance(0.25) else label
        endings = _AFTER_QUESTIONS if words.endswith("?") else _ENDINGS
        return self.m.one(endings).format(words.rstrip("."), quoted)


_ENDINGS = (
    "{0} and press {1}", "{0} and click {1}", "{0}, then press {1}", "{0} and then click the {1} button", "{0}, {1}",
    "{0} and hit {1}", "{0}, then click {1}", "{0} and press the {1} button", "{0} and submit", "{0} and submit it",
    "{0}. When done, press {1}", "{0}. Then click {1}", "{0}", "{0}", "{0} and send it", "{0} and press {1} when done",
)  # fmt: skip


_AFTER_QUESTIONS = ("{0} Then press {1}", "{0} then click {1}", "{0} Press {1} when done", "{0}", "{0} submit it")


@cache
def _asset(name: str) -> str:
    return (files("webagent.data.pages.exercises") / name).read_text("utf-8")
