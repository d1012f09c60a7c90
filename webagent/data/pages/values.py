"""What a person might type into a field."""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Callable
from functools import cache
from importlib.resources import files
from typing import Any, TypeAlias

from numpy.random import Generator

from webagent.data.pages.inventing import anything, invented
from webagent.data.pages.naming import pick
from webagent.data.pages.scene import Target, plain

__all__ = ["fitting_text", "typed_text", "vocabulary"]

_UNEXPECTED = 0.35
"""Share of the texts that have nothing to do with what their field is called."""
_NEW = 0.7
"""Share of what is typed that stands in no list of ours."""

Maker: TypeAlias = Callable[[Generator], tuple[str, str]]
"""Makes what is typed, and how it is said."""


@cache
def vocabulary() -> dict[str, Any]:
    """Everything in ``vocabulary.json``: names, products, labels, ... for pages of our own and for what is typed."""
    found: dict[str, Any] = json.loads((files("webagent.data.pages") / "vocabulary.json").read_text("utf-8"))
    return found


def typed_text(target: Target, random: Generator) -> tuple[str, str]:
    """Something that fits a field: what is typed, and how the command says it."""
    return fitting_text(target.element.attributes.get("type", "text"), target.label, random)


def fitting_text(kind: str, label: str, random: Generator) -> tuple[str, str]:
    """Something that fits a field of this ``type`` and label: what is typed, and how the command says it."""
    if kind in _BY_TYPE:
        return _BY_TYPE[kind](random)
    if random.random() < _UNEXPECTED:
        text = anything(random)
        return text, text
    for words, make in _BY_LABEL:
        if any(word in plain(label) for word in words):
            text = make(random)
            return text, text
    text = pick(random, [_words(random), _sentence(random), anything(random), anything(random)])
    return text, text


def _entry(name: str, random: Generator) -> str:
    return invented(name, random) if random.random() < _NEW else pick(random, vocabulary()[name])


def _words(random: Generator) -> str:
    return " ".join(_entry("words", random) for _ in range(int(random.integers(1, 4))))


def _sentence(random: Generator) -> str:
    return _entry("sentences", random)


def _person(random: Generator) -> str:
    return _entry("people", random)


def _first(random: Generator) -> str:
    return _person(random).split()[0]


def _last(random: Generator) -> str:
    return _person(random).split()[-1]


def _number(random: Generator) -> str:
    return pick(random, [str(int(random.integers(0, 10))), str(int(random.integers(10, 1000))), "0.5", "2.75", "1500"])


def _mail(random: Generator) -> str:
    if random.random() < _NEW:
        return invented("mails", random)
    name = unicodedata.normalize("NFKD", _first(random)).encode("ascii", "ignore").decode().lower()
    host = pick(random, ["example.com", "mail.org", "post.net", "acme.io"])
    return f"{name}{pick(random, ['', '42', '.w', '_b'])}@{host}"


def _phone(random: Generator) -> str:
    if random.random() < _NEW:
        return invented("phones", random)
    return pick(random, ["555-0142", "+49 30 1234567", "0171 555 238", "(212) 555-0199", "4420794600"])


def _site(random: Generator) -> str:
    if random.random() < _NEW:
        return invented("sites", random)
    return pick(random, ["https://example.com", "www.lamp.org", "https://walnut.io/shop", "http://harbor.net"])


def _secret(random: Generator) -> str:
    if random.random() < _NEW:
        return invented("secrets", random)
    return f"{_entry('words', random)}{int(random.integers(10, 9999))}{pick(random, ['', '!', '#', 'X'])}"


def _code(random: Generator) -> str:
    return f"{pick(random, ['INV', 'A', 'PO', 'ref', 'K'])}-{int(random.integers(100, 99999))}"


def _street(random: Generator) -> str:
    if random.random() < _NEW:
        return invented("streets", random)
    return (
        f"{int(random.integers(1, 200))} {_entry('words', random).title()} {pick(random, ['Street', 'Road', 'Lane'])}"
    )


def _date(random: Generator) -> tuple[str, str]:
    year, month, day = int(random.integers(1960, 2031)), int(random.integers(1, 13)), int(random.integers(1, 29))
    iso = f"{year}-{month:02}-{day:02}"
    return iso, pick(random, [iso, f"{month:02}/{day:02}/{year}", f"{month}/{day}/{year}"])


def _time(random: Generator) -> tuple[str, str]:
    hour, minute = int(random.integers(0, 24)), int(random.integers(0, 12)) * 5
    spoken = f"{(hour + 11) % 12 + 1}:{minute:02} {'AM' if hour < 12 else 'PM'}"
    return f"{hour:02}:{minute:02}", pick(random, [f"{hour:02}:{minute:02}", spoken])


def _twice(make: Callable[[Generator], str]) -> Maker:
    def made(random: Generator) -> tuple[str, str]:
        text = make(random)
        return text, text

    return made


_BY_TYPE: dict[str, Maker] = {
    "date": _date,
    "time": _time,
    "number": _twice(lambda random: str(int(random.integers(0, 500)))),
    "email": _twice(_mail),
    "tel": _twice(_phone),
    "url": _twice(_site),
    "password": _twice(_secret),
    "datetime-local": lambda random: (lambda day, time: (f"{day}T{time}",) * 2)(_date(random)[0], _time(random)[0]),
    "month": lambda random: (_date(random)[0][:7],) * 2,
    "week": lambda random: (f"2026-W{int(random.integers(10, 50))}",) * 2,
}

_BY_LABEL: tuple[tuple[tuple[str, ...], Callable[[Generator], str]], ...] = (
    (("mail",), _mail),
    (("phone", "mobile", "fax", "telephone"), _phone),
    (("website", "url", "link", "homepage"), _site),
    (("password", "secret", "token", "api key"), _secret),
    (("first name", "nickname", "given name"), _first),
    (("last name", "surname"), _last),
    (("user name", "username", "login"), lambda random: _mail(random).split("@")[0]),
    (("name on card", "full name", "your name", "contact", "recipient", "to:"), _person),
    (("city", "town", "place", "location"), lambda random: _entry("cities", random)),
    (("country",), lambda random: _entry("countries", random)),
    (("company", "organi"), lambda random: _entry("companies", random)),
    (("street", "address"), _street),
    (("search", "find", "filter", "looking for"), lambda random: _entry("queries", random)),
    (("price", "quantity", "amount", "age", "number of", "width", "height", "weight", "max", "min", "port"), _number),
    (("seed", "threshold", "rate", "budget", "discount", "size", "count", "steps"), _number),
    (("stock", "seats", "floor", "servings", "population"), lambda random: str(int(random.integers(1, 90)))),
    (("invoice", "reference", "order", "code", "zip", "postal", "sku"), _code),
    (("message", "comment", "description", "bio", "notes", "prompt", "text", "summary"), _sentence),
    (("subject", "title"), lambda random: _entry("subjects", random)),
    (("name",), lambda random: pick(random, [_person(random), _words(random)])),
)
