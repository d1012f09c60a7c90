"""What a native date, time, colour or range field takes, from what a person would write."""

from __future__ import annotations

import re
from datetime import datetime

__all__ = ["NATIVE_FIELDS", "native_value"]

NATIVE_FIELDS = frozenset({"date", "time", "datetime-local", "month", "week", "color", "range"})
"""Types of ``<input>`` that are set as a whole instead of being typed into key by key."""

DATES = (
    "%Y-%m-%d",
    "%m/%d/%Y",
    "%m/%d/%y",
    "%m-%d-%Y",
    "%B %d, %Y",
    "%b %d, %Y",
    "%B %d %Y",
    "%b %d %Y",
    "%d %B %Y",
    "%d %b %Y",
    "%Y/%m/%d",
)
TIMES = ("%H:%M", "%H:%M:%S", "%I:%M %p", "%I:%M%p", "%I %p", "%I%p")
MONTHS = ("%Y-%m", "%m/%Y", "%B %Y", "%b %Y", "%B, %Y")


def native_value(kind: str, text: str) -> str:
    """Bring ``text`` into the form that the ``value`` of an ``<input type=kind>`` takes.

    What cannot be read is given back as it is; the field itself refuses it then.
    """
    text = " ".join(text.split())
    if kind == "date":
        return _first(text, DATES, "%Y-%m-%d")
    if kind == "time":
        return _first(_afternoon(text), TIMES, "%H:%M")
    if kind == "month":
        return _first(text, MONTHS, "%Y-%m")
    if kind == "datetime-local":
        both = [f"{date} {time}" for date in DATES for time in TIMES]
        return _first(
            _afternoon(text).replace("T", " ", 1),
            (*both, *(f"{date}, {time}" for date in DATES for time in TIMES)),
            "%Y-%m-%dT%H:%M",
        )
    if kind == "color" and re.fullmatch(r"#[0-9a-fA-F]{3}", text):
        return "#" + "".join(2 * digit for digit in text[1:])
    return text


def _afternoon(text: str) -> str:
    """Bring ``9:05 p.m.`` and ``9:05pm`` to ``9:05 PM``, which `datetime.strptime` reads."""
    return re.sub(r"(?i)\s*([ap])\.?m\.?$", lambda found: f" {found[1].upper()}M", text)


def _first(text: str, forms: tuple[str, ...], wanted: str) -> str:
    for form in forms:
        try:
            return datetime.strptime(text, form).strftime(wanted)
        except ValueError:
            continue
    return text
