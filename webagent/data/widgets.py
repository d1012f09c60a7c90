"""Roles that jQuery UI states in attributes; the recordings kept only its class names."""

from __future__ import annotations

from webagent.data.dom import Snapshot

__all__ = ["is_highlight", "widget_clickable", "widget_role"]

_ROLES = {
    "ui-accordion": "tablist",
    "ui-accordion-content": "tabpanel",
    "ui-accordion-header": "tab",
    "ui-dialog": "dialog",
    "ui-helper-hidden-accessible": "status",
    "ui-menu": "menu",
    "ui-menu-item-wrapper": "menuitem",
    "ui-spinner-button": "button",
    "ui-spinner-input": "spinbutton",
    "ui-tabs-anchor": "presentation",
    "ui-tabs-nav": "tablist",
    "ui-tabs-panel": "tabpanel",
    "ui-tabs-tab": "tab",
}
_SUGGESTIONS = "ui-autocomplete"
"""A list of suggestions is a menu without roles."""


def widget_role(page: Snapshot, index: int) -> str:
    """ARIA role of a part of a jQuery UI widget; ``""`` for everything else."""
    classes = page.items[index].classes
    if "ui-" not in classes:
        return ""
    role = next((_ROLES[name] for name in classes.split() if name in _ROLES), "")
    if role.startswith("menu") and any(_SUGGESTIONS in page.items[i].classes for i in page.chain(index)):
        return ""
    return role


def widget_clickable(classes: str) -> bool:
    """A menu or one of its entries: they have a pointer cursor or a ``tabindex``."""
    return "ui-menu" in classes and not {"ui-menu", "ui-menu-item"}.isdisjoint(classes.split())


def is_highlight(name: str, classes: list[str]) -> bool:
    """This class name says that the pointer, or an arrow key, is on the entry of a menu."""
    return name == "ui-state-active" and "ui-menu-item-wrapper" in classes
