"""Finds function calls in what an agent says. They are taken apart, never executed."""

from __future__ import annotations

import ast
import re
from typing import Any, NamedTuple

__all__ = ["Call", "find_calls"]

START = re.compile(r"#[^\n]*|([A-Za-z_]\w*)\s*\(")


class Call(NamedTuple):
    """One call; all arguments are plain values."""

    name: str
    args: list[Any]
    kwargs: dict[str, Any]


def find_calls(text: str) -> list[Call]:
    """Every call whose arguments are literals, in order; what stands around them, and comments, are passed over.

    For example ``"I will press it: click('12')"``.
    """
    calls = []
    at = 0
    while (match := START.search(text, at)) is not None:
        at = match.end()
        if match[1] is None:
            continue  # a comment
        found = _call_at(text, match.start(), at)
        if found is not None:
            call, at = found
            calls.append(call)
    return calls


def _call_at(text: str, start: int, at: int) -> tuple[Call, int] | None:
    """The call that begins here, and where it ends: at the first bracket that makes it whole."""
    while (at := text.find(")", at) + 1) > 0:
        try:
            parsed = ast.parse(text[start:at], mode="eval").body
        except (SyntaxError, ValueError):
            continue
        call = _plain(parsed)
        return (call, at) if call is not None else None
    return None


def _plain(parsed: ast.expr) -> Call | None:
    if not isinstance(parsed, ast.Call) or not isinstance(parsed.func, ast.Name):
        return None
    try:
        args = [ast.literal_eval(argument) for argument in parsed.args]
        kwargs = {word.arg: ast.literal_eval(word.value) for word in parsed.keywords if word.arg is not None}
    except ValueError:
        return None
    return Call(parsed.func.id, args, kwargs) if len(kwargs) == len(parsed.keywords) else None
