"""What a command names: the values that it wants to have typed or chosen, as far as its form tells."""

from __future__ import annotations

import re
from collections.abc import Iterable
from itertools import pairwise

from webagent.live.words import is_secret
from webagent_envs.spaces import Element, Observation

__all__ = ["EDGES", "LINKS", "MARKS", "OPENING", "fields_of", "is_named", "values_of", "words_of"]

EDGES = ".,;:!?\"“”'’()"
MARKS = ("called", "named", "titled", "to", "is", "be", "as", "=", ":")
"""Words and signs behind which a value stands."""
_LINKS = """a an and at by for from her his in inside into its my of on onto or over the their these this those to under
until via when where which with within your"""
LINKS = frozenset(_LINKS.split())
"""Words that a value does not go on with: they begin something else, or speak of what is there already."""
_OPEN = "browse follow get go head jump load navigate open bring read see show switch take view visit"
OPENING = frozenset(_OPEN.split())
"""Words of those who want to be somewhere: a click on what they name is all of it."""

_TOKEN = re.compile(r"[\w#@.+:/%&'’-]*\w|\S")
_QUOTED = re.compile(r"[\"“]([^\"”]+)[\"”]")
_CALLED = frozenset(["called", "named", "titled"])
_BEFORE = frozenset(["to", "is", "be", "as", "=", ":"])
_CALLING = re.compile(
    r"\b(?:call|name|title)\s+(?:it|him|her|them|(?:the|this|that|an?|my)\s+\w+)\s+([A-Z0-9][\w.'’-]*)"
)
_CHANGING = re.compile(
    r"(?:^|[,;.]\s|\b(?:and|then)\s)\s*(?:rename|retitle|change|edit)\b[^,;]*?\s(?:to|into)\s+([^,;]+)", re.IGNORECASE
)
_PASSWORD = re.compile(
    r"\bpassword\s+(?:is\s+)?(?!(?:again|box|button|field|form|here|input|link|page|too)\b)"
    r"([\w#@.+:/%&'’-]*\w)(?=\s*(?:$|[,;.]|\band\b))",
    re.IGNORECASE,
)
_ONWARD = re.compile(r"\s+(?:and|then)\s+.*|[.!]\s.*|\s+(?:please|now)\b.*|[.!]+$", re.IGNORECASE | re.DOTALL)


def words_of(texts: Iterable[str]) -> list[str]:
    """Words as they are compared, without the marks around them."""
    return [token.strip(EDGES).casefold() for text in texts for token in text.split() if token.strip(EDGES)]


def fields_of(seen: Observation) -> dict[str, Element]:
    """The fields and lists of a page by what they are called, in lower case."""
    fields = (one for one in seen.elements if one.editable or one.tag == "select" or one.role == "combobox")
    return {name: one for one in fields if (name := one.label.strip(" :*").casefold())}


def values_of(command: str, seen: Observation) -> list[str]:
    """What the command wants to have typed or chosen.

    Args:
        command: what was asked for.
        seen: the page, whose fields may be named in front of what goes into them.
    """
    values = [*_QUOTED.findall(command), *_CALLING.findall(command), *_changed(command)]
    tokens = _TOKEN.findall(command)
    for before, token in pairwise(tokens):
        called = before.casefold() in _CALLED
        valued = before.casefold() in _BEFORE and is_named(token)
        if called or valued or "@" in token[1:]:
            values.append(token.strip(EDGES))
    if any(is_secret(element) and not element.value for element in seen.elements):
        values += _PASSWORD.findall(command)
    return [*values, *_in_fields(tokens, seen)]


def is_named(token: str) -> bool:
    """Whether a word is written as names, numbers, files and addresses are."""
    token = token.strip(EDGES)
    return token[:1].isupper() or any(sign.isdigit() or sign in "._/#" for sign in token[:-1]) or token.isdigit()


def _changed(command: str) -> list[str]:
    """What something is changed to, whole: up to a word that leads on."""
    found = []
    for text in _CHANGING.findall(command):
        words = _ONWARD.sub("", text).split()
        end = next((at for at, word in enumerate(words) if at and word.casefold() in LINKS), len(words))
        if words and words[0].casefold() not in LINKS:
            found.append(" ".join(words[:end]))
    return found


def _in_fields(tokens: list[str], seen: Observation) -> list[str]:
    """What stands behind the name of a field: "office Oslo"."""
    lowered = [token.casefold() for token in tokens]
    found = []
    for name in fields_of(seen):
        parts = name.split()
        for at in range(len(tokens) - len(parts)):
            if lowered[at : at + len(parts)] == parts and is_named(tokens[at + len(parts)]):
                found.append(tokens[at + len(parts)].strip(EDGES))
    return found
