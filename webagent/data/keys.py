"""Key codes of 2017 as the key names of today."""

from __future__ import annotations

__all__ = ["key_name"]

_NAMES = {
    8: "Backspace",
    13: "Enter",
    27: "Escape",
    32: "Space",
    33: "PageUp",
    34: "PageDown",
    35: "End",
    36: "Home",
    37: "ArrowLeft",
    38: "ArrowUp",
    39: "ArrowRight",
    40: "ArrowDown",
    46: "Delete",
}


def key_name(code: int, *, control: bool = False) -> str:
    """Name of a key, with Control held or not; ``""`` when it has none here (Tab only moves the focus)."""
    name = _NAMES.get(code) or (chr(code) if chr(code).isalnum() and code < 91 else "")
    return f"Control+{name}" if control and name else name
