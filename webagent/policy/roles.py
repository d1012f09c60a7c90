"""What kind of thing an element is, by its role, its tag or its type."""

from __future__ import annotations

from importlib.resources import files

import msgspec

from webagent_envs.spaces import Element

__all__ = ["INTERACTIVE_ROLES", "INTERACTIVE_TAGS", "family", "input_type"]

_ROLES = msgspec.json.decode((files("webagent_envs") / "roles.json").read_bytes())
_ALIKE = {"searchbox": "textbox", "spinbutton": "textbox", "menuitemcheckbox": "checkbox", "menuitemradio": "radio"}

INTERACTIVE_ROLES = frozenset(_ROLES["clickable_roles"])
INTERACTIVE_TAGS = frozenset({"a", "area", "button", "input", "option", "select", "summary", "textarea"})


def input_type(element: Element) -> str:
    """Its type; any that is not known is one for text (https://html.spec.whatwg.org/#attr-input-type)."""
    stated = element.attributes.get("type", "text").lower()
    return stated if stated in _ROLES["inputs"] else "text"


def family(element: Element) -> str:
    """What a person takes it for, whether a role or a tag says so: "link", "button", "textbox", …; else its tag."""
    role = element.role or _ROLES["tags"].get(element.tag, "")
    if element.tag == "input" and not element.role:
        role = _ROLES["inputs"][input_type(element)]
    return _ALIKE.get(role, role) or element.tag
