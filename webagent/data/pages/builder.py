"""Makes the parts of a site of our own: controls with ids by which they are found again, and what they lead to."""

from __future__ import annotations

import re
from collections.abc import Sequence
from html import escape
from typing import NamedTuple

from webagent.data.pages.maker import Maker

__all__ = ["Builder", "Property"]


class Property(NamedTuple):
    """A field of a screen.

    Attributes:
        label: what it is called.
        id: of its control.
        type: of a text field.
        options: what can be chosen in it; empty for a text field.
        picks: ids of the options, in their order, where the list is made of other elements and has to be opened.
        on: for a box to tick, whether it is ticked; ``None`` for what is no box.
    """

    label: str
    id: str
    type: str = "text"
    options: tuple[str, ...] = ()
    picks: tuple[str, ...] = ()
    on: bool | None = None


class Builder:
    """Makes the parts of one site.

    Attributes:
        m: what it draws with.
        icons: small buttons show pictures only.
        confirms: removing asks first.
        folds: what can be done to a row is behind a button.
        rows: how lists look.
        own: buttons name what they add or save.
    """

    def __init__(self, seed: int) -> None:
        self.m = Maker(seed)
        self._count = 0
        m = self.m
        self.icons = m.chance(0.2)
        self.confirms = m.chance(0.6)
        self.folds = m.chance(0.2)  # row actions are behind a button
        self.rows = m.one(["table", "table", "list", "cards"])
        self.own = m.chance(0.5)  # buttons name what they add or save

    def id(self) -> str:
        """An id that stands in this site only."""
        self._count += 1
        return f"{self.m.one(['c', 'k_', 'el-', 'x'])}{self._count}"

    def marked(self, html: str, go: str = "", **more: str) -> tuple[str, str]:
        """Markup with an id, and where it leads: the id and the markup."""
        id = self.id()
        marks = f' id="{id}"' + (f' data-go="{go}"' if go else "")
        marks += "".join(f' data-{name}="{value}"' for name, value in more.items())
        return id, re.sub(r"^<(\w+)", lambda tag: tag[0] + marks, html.lstrip(), count=1)

    def button(self, label: str, go: str = "", *, small: bool = False, **more: str) -> tuple[str, str]:
        """A button, or what is used as one; ``go``: the screen that it shows."""
        m = self.m
        made = m.icon_button(label) if small and self.icons else m.link(label) if small and m.chance(0.3) else None
        return self.marked(made or m.button(label), go, **more)

    def entry(self, label: str, go: str) -> tuple[str, str]:
        """An entry of the menu."""
        m = self.m
        form = m.number(0, 5)
        if form == 0:
            return self.marked(f'<button role="tab">{escape(label)}</button>', go)
        if form == 1:
            return self.marked(f'<li role="menuitem" tabindex="0" class="item">{escape(label)}</li>', go)
        return self.marked(m.link(label), go)

    def property(self, label: str, value: str = "") -> tuple[Property, str]:
        """A text field."""
        m = self.m
        html = m.field(label)
        id = re.findall(r'\bid="([^"]+)"', html)[0]
        if value:
            html = re.sub(r' value="[^"]*"', "", html)
            html = re.sub(r"<input ", f'<input value="{escape(value)}" ', html)
            html = html.replace("></textarea>", f">{escape(value)}</textarea>")
        kind = re.findall(r'<input[^>]* type="(\w+)"', html)
        return Property(label, id, kind[0] if kind else "text"), html.replace(" autofocus", "")

    def choice(self, label: str, options: Sequence[str]) -> tuple[Property, str]:
        """A list to choose from."""
        if self.m.chance(0.35):
            return self._combobox(label, options)
        html = self.m.select(label, list(options))
        id = re.findall(r'<select id="([^"]+)"', html)[0]
        chosen = re.findall(r"<option selected>([^<]*)", html)
        return Property(label, id, options=tuple(option for option in options if escape(option) not in chosen)), html

    def _combobox(self, label: str, options: Sequence[str]) -> tuple[Property, str]:
        """The same made of other elements, as libraries of components do: a click opens the list, another chooses."""
        m = self.m
        id, part, picks = self.id(), self.id(), tuple(self.id() for _ in options)
        shown = escape(m.one(options)) if m.chance(0.5) else ""
        marks = f'id="{id}" role="combobox" aria-expanded="false" aria-controls="{part}" data-opens="{part}"'
        control = (
            f'<input {marks} value="{shown}" autocomplete="off"{m.cls("select")}>' if m.chance(0.5)
            else f'<div {marks} tabindex="0" aria-labelledby="{id}-l"{m.cls("select")}>{shown or "Choose…"}</div>'
        )  # fmt: skip
        tag = m.one(["li", "div"])
        rows = "".join(
            f'<{tag} role="option" id="{pick}" data-picks="{id}">{escape(option)}</{tag}>'
            for pick, option in zip(picks, options, strict=True)
        )
        named = f'<label for="{id}" id="{id}-l">{escape(label)}</label> '
        listed = f'<div role="listbox" id="{part}" hidden>{rows}</div>'
        return Property(label, id, options=tuple(options), picks=picks), f"<div>{named}{control}{listed}</div>"

    def box(self, label: str) -> tuple[Property, str]:
        """A box to tick, or a switch."""
        m = self.m
        on = m.chance(0.4)
        id, ticked = self.id(), " checked" if on else ""
        if m.chance(0.25):
            state = "true" if on else "false"
            html = f'<div><span>{escape(label)}</span> <button role="switch" id="{id}" aria-checked="{state}"'
            return Property(label, id, on=on), html + f' aria-label="{escape(label)}" class="switch"></button></div>'
        tag = f'<input type="checkbox" id="{id}"{ticked}>'
        form = m.one(["{0} <label for={1}>{2}</label>", "<label>{0} {2}</label>", "<label for={1}>{2}</label> {0}"])
        return Property(label, id, on=on), f"<div>{form.format(tag, id, escape(label))}</div>"
