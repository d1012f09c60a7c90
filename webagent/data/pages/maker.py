"""Pages of our own, made from a seed: markup, style and words vary, as those of real applications do."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from html import escape
from importlib.resources import files
from string import Template

import numpy as np
from numpy.random import Generator

from webagent.data.pages.intents import intents
from webagent.data.pages.inventing import INVENTED, invented
from webagent.data.pages.values import vocabulary

__all__ = ["Maker", "page_frame"]

_FONTS = [
    "Arial, sans-serif",
    "Georgia, serif",
    "Verdana, sans-serif",
    "system-ui",
    "Tahoma",
    "'Courier New', monospace",
]
_TONES = ["#0d6efd", "#2e7d32", "#6a1b9a", "#c62828", "#37474f", "#00838f", "#ef6c00", "#333333"]
_INVENTED = 0.4
"""Share of the names and labels that stand in no list of ours."""
_LIGATURES = ["add", "delete", "edit", "menu", "search", "settings", "close", "more_vert", "star", "share", "save"]
_NUMBERS = ("quantity", "age", "max", "min", "price", "weight", "width", "height", "seed", "port", "budget")
_UPPER = frozenset(
    [
        "api",
        "csv",
        "faq",
        "faqs",
        "pdf",
        "url",
        "zip",
        "qr",
        "sso",
        "2fa",
        "tv",
        "ok",
        "i",
        "git",
        "q&a",
        "tl;dr",
        "rsvp",
    ]
)
_NAMINGS = ("plain", "bootstrap", "bem", "hashed", "utility", "none")


class Maker:
    """Draws words and small pieces of markup for one page; everything depends on the seed only.

    Attributes:
        random: what it draws with.
    """

    def __init__(self, seed: int) -> None:
        self.random: Generator = np.random.default_rng(seed)
        self._ids = 0
        self._naming = self.one(_NAMINGS)
        self.tone = self.one(_TONES)
        self.svg_icons = self.chance(0.6)
        self.ligatures = self.chance(0.15)
        self.hints = self.chance(0.2)

    def chance(self, share: float) -> bool:
        """True in that share of the cases."""
        return bool(self.random.random() < share)

    def number(self, low: int, high: int) -> int:
        """An integer in [low, high]."""
        return int(self.random.integers(low, high + 1))

    def one(self, choices: Sequence[str]) -> str:
        """One of them."""
        return choices[int(self.random.integers(len(choices)))]

    def some(self, choices: list[str], low: int, high: int) -> list[str]:
        """Between low and high different ones, shuffled."""
        count = min(self.number(low, high), len(choices))
        return [choices[i] for i in self.random.permutation(len(choices))[:count]]

    def word(self, list_name: str) -> str:
        """One entry of a list of the vocabulary, or something that might stand in it."""
        if list_name in INVENTED and self.chance(_INVENTED):
            return invented(list_name, self.random)
        return self.one(vocabulary()[list_name])

    def words(self, list_name: str, low: int, high: int) -> list[str]:
        """Different entries of a list of the vocabulary, and things that might stand in it."""
        found = self.some(vocabulary()[list_name], low, high)
        if list_name in INVENTED:
            found = [invented(list_name, self.random) if self.chance(_INVENTED) else one for one in found]
        return list(dict.fromkeys(found))

    def group(self, list_name: str) -> tuple[str, list[str]]:
        """One named group of choices."""
        groups = vocabulary()[list_name]
        name = self.one(list(groups))
        return name, groups[name]

    def controls(self, low: int, high: int) -> list[str]:
        """Labels of controls for different things to do; the opposite often stands beside."""
        plain = {intent.labels[0]: intent for intent in intents() if not intent.slotted}
        chosen: list[str] = []
        for name in self.some(list(plain), low, high):
            chosen += [name, plain[name].opposite] if plain[name].opposite and self.chance(0.4) else [name]
        return [_written(self.one(plain[name].labels)) for name in list(dict.fromkeys(chosen))[:high]]

    def named_controls(self) -> tuple[str, list[str]]:
        """A name, and labels of some controls for what has it."""
        list_name = self.one(list(dict.fromkeys(name for intent in intents() for name in intent.of)))
        fitting = {intent.labels[0]: intent for intent in intents() if list_name in intent.of}
        name = self.word(list_name)
        labels = [self.one(fitting[one].labels) for one in self.some(list(fitting), 1, 3)]
        return name, [_written(label).replace("{x}", name) for label in labels]

    def id(self) -> str:
        """An id that stands on this page only."""
        self._ids += 1
        return self.one(
            [f"f{self._ids}", f"id_{self._ids}", f"ctl-{self.number(100, 999)}-{self._ids}", f":r{self._ids}:"]
        )

    def cls(self, part: str) -> str:
        """A ``class`` attribute in the manner of this page."""
        hashed = f"css-{self.number(0, 36**4):x}{part[:1]}"
        forms = {
            "plain": part,
            "bootstrap": f"{part} {part}-{self.one(['primary', 'secondary', 'sm', 'outline'])}",
            "bem": f"app__{part} app__{part}--default",
            "hashed": hashed,
            "utility": "px-3 py-2 rounded-md text-sm",
            "none": "",
        }
        name = forms[self._naming]
        return f' class="{name}"' if name else ""

    def button(self, label: str, *, kind: str = "button") -> str:
        """A button: a real one, an input, a link or a box that acts as one."""
        text = escape(label)
        form = self.number(0, 9)
        if form == 0:
            return f'<input type="{self.one(["button", "submit"])}" value="{text}"{self.cls("btn")}>'
        if form == 1:
            return f'<a href="#" role="button"{self.cls("btn")}>{text}</a>'
        if form == 2:
            return f'<div role="button" tabindex="0"{self.cls("btn")}>{text}</div>'
        if form == 3:
            return f'<button type="{kind}"{self.cls("btn")}>{self.icon()} <span>{text}</span></button>'
        return f'<button type="{kind}"{self.cls("btn")}>{text}</button>'

    def icon(self) -> str:
        """A picture without words."""
        if self.ligatures:
            return f'<i class="material-icons" aria-hidden="true">{self.one(_LIGATURES)}</i>'
        if not self.svg_icons:
            return f'<i class="icon ic-{self.number(1, 90)}" aria-hidden="true">{self.one("◆●▲■★☰✎⚙⤓↻✕＋")}</i>'
        d = " ".join(f"L{self.number(1, 15)} {self.number(1, 15)}" for _ in range(4))
        return f'<svg width="16" height="16" viewBox="0 0 16 16" aria-hidden="true"><path d="M2 2 {d} Z"/></svg>'

    def icon_button(self, label: str) -> str:
        """A button that shows a picture only; its name is an attribute."""
        if self.hints:
            label += self.one([" (Ctrl+B)", " (Shift+Enter)", " (X)", ""])
        named = self.one([f'aria-label="{escape(label)}"', f'title="{escape(label)}"'])
        tag = self.one(["button", "button", "a"])
        more = ' href="#"' if tag == "a" else ' type="button"'
        return f"<{tag}{more}{self.cls('icon-btn')} {named}>{self.icon()}</{tag}>"

    def link(self, label: str) -> str:
        """A link."""
        target = "-".join(label.lower().split())
        address = escape(self.one([target, str(self.number(1, 999)), "#" + target]))
        return f'<a href="/{address}"{self.cls("link")}>{escape(label)}</a>'

    def field(self, label: str, *, row: bool | None = None) -> str:
        """A text field with its label: tied to it, beside it, in it, or none at all."""
        kind = _type_of(label, self)
        value = f' value="{escape(self.word("words"))}"' if self.chance(0.12) and kind == "text" else ""
        id, text = self.id(), escape(label)
        focus = " autofocus" if self.chance(0.1) else ""
        control = f'<input type="{kind}" id="{id}"{value}{focus}{self.cls("input")}{{more}}>'
        if label in ("Description", "Comment", "Message", "Bio", "Notes", "Prompt", "Summary") and self.chance(0.7):
            control = f'<textarea id="{id}" rows="3"{self.cls("input")}{{more}}></textarea>'
        star = self.one(["", "", "", " *", ":"])
        forms = [
            f'<label for="{id}">{text}{star}</label> ' + control.format(more=""),
            f"<label>{text}{star} " + control.format(more="") + "</label>",
            f"<span>{text}{star}</span> " + control.format(more=""),
            control.format(more=f' placeholder="{text}"'),
            control.format(more=f' aria-label="{text}"'),
            f'<label for="{id}">{text}{star}</label><br>' + control.format(more=""),
            f'<a href="#help-{id}">{text}</a> ' + control.format(more=""),
        ]
        return f"<div{self.cls('field')}>{forms[self.number(0, 6)]}</div>"

    def select(self, label: str, options: list[str], *, bare: bool = False) -> str:
        """A native list with its label."""
        chosen = self.number(0, len(options) - 1)
        rows = "".join(
            f"<option{' selected' if i == chosen else ''}>{escape(o)}</option>" for i, o in enumerate(options)
        )
        id, text = self.id(), escape(label)
        if bare:
            return f'<select aria-label="{text}"{self.cls("select")}>{rows}</select>'
        named = self.one([f'<label for="{id}">{text}</label> ', f"<span>{text}:</span> ", f"<b>{text}</b><br>"])
        return f'<div{self.cls("field")}>{named}<select id="{id}"{self.cls("select")}>{rows}</select></div>'

    def toggle(self, label: str, *, kind: str = "checkbox") -> str:
        """A check box or a switch with its label."""
        id, text = self.id(), escape(label)
        on = " checked" if self.chance(0.4) else ""
        form = self.number(0, 6)
        state = "true" if on else "false"
        if form == 6:
            inner = f'<div class="knob"></div><div>{text}</div>'
            role = self.one([kind, "switch"])
            return (
                f'<div role="{role}" tabindex="0" aria-checked="{state}" aria-label="{text}" class="row">{inner}</div>'
            )
        if form == 0:
            switch = f'<button role="switch" aria-checked="{state}" aria-labelledby="{id}" class="switch"></button>'
            return f'<div><span id="{id}">{text}</span> {switch}</div>'
        if form == 1:
            box = f'<input type="{kind}" class="hidden-box" id="{id}"{on}>'
            return f'<div>{box}<label for="{id}" class="fake-box">{text}</label></div>'
        if form == 2:
            return f'<div><label><input type="{kind}"{on}> {text}</label></div>'
        if form == 3:
            return f'<div><label for="{id}">{text}</label> <input type="{kind}" id="{id}"{on}></div>'
        return f'<div><input type="{kind}" id="{id}"{on}> <label for="{id}">{text}</label></div>'

    def radios(self, legend: str, options: list[str]) -> str:
        """A group of radio buttons."""
        name, on = self.id(), self.number(0, len(options))
        rows = []
        if self.chance(0.25):
            for i, option in enumerate(options):
                inner = f'<div class="knob"></div><div>{escape(option)}</div>'
                state = "true" if i == on else "false"
                rows.append(f'<div role="radio" tabindex="0" aria-checked="{state}" class="row">{inner}</div>')
            return f'<div role="radiogroup"><b>{escape(legend)}</b>{"".join(rows)}</div>'
        for i, option in enumerate(options):
            id, checked = self.id(), " checked" if i == on else ""
            rows.append(
                f'<input type="radio" name="{name}" id="{id}"{checked}> <label for="{id}">{escape(option)}</label>'
            )
        joint = self.one(["<br>", " "])
        return f"<fieldset><legend>{escape(legend)}</legend>{joint.join(rows)}</fieldset>"


def _written(label: str) -> str:
    """A label as pages write it."""
    words = [word.upper() if word in _UPPER else word for word in label.split()]
    return " ".join([words[0][:1].upper() + words[0][1:], *words[1:]])


def _type_of(label: str, maker: Maker) -> str:
    lower = label.lower()
    types = [
        (("password",), "password"),
        (("email",), "email"),
        (("phone",), "tel"),
        (("website",), "url"),
        (("date", "departure", "return"), "date"),
        (("time",), "time"),
        (_NUMBERS, "number"),
    ]
    for words, kind in types:
        if any(word in lower.split() or lower.startswith(word) for word in words):
            return kind if maker.chance(0.75) else "text"
    return "text"


def page_frame(maker: Maker, title: str, body: str) -> str:
    """A whole document around a body."""
    gap, size = maker.number(2, 12), maker.number(12, 17)
    style = _style().substitute(
        round=maker.number(0, 8),
        size=size,
        font=maker.one(_FONTS),
        margin=maker.one(["0", "8px", "16px"]),
        tone=maker.tone,
        half=gap // 2,
        gap=gap,
        wide=gap + 6,
        wider=gap + 12,
        table=maker.one(["auto", "100%", "80%"]),
        side=maker.number(140, 260),
        columns=maker.number(2, 4),
        list=maker.one(["none", "disc"]),
    )
    head = f"<head><title>{escape(title)}</title><style>{style}</style></head>"
    return f"<!doctype html><html>{head}<body>{body}</body></html>"


@cache
def _style() -> Template:
    return Template((files("webagent.data.pages") / "page.css").read_text("utf-8"))
