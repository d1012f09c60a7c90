"""Names, labels and texts without end: what people type is in no list, and what a list holds is soon known by heart.

A policy that has met thirty names tells a name by knowing it. What is invented here can only be told by where it
stands in the command.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import TYPE_CHECKING

from numpy.random import Generator

from webagent.errors import UsageError

if TYPE_CHECKING:
    from faker import Faker

__all__ = ["INVENTED", "anything", "invented"]

_LATIN = ("en_US", "en_GB", "de_DE", "fr_FR", "es_ES", "it_IT", "pl_PL", "nl_NL", "pt_BR", "sv_SE", "tr_TR", "fi_FI")
"""Locales of the names, all in Latin letters."""
_JOINTS = (" and ", " or ", ", ", " at ", " of ", " in ", " to ", " with ", " for ", " as ", " - ", ": ", " & ", "/")


@cache
def _fakers() -> dict[str, Faker]:
    try:
        from faker import Faker
    except ImportError as error:
        raise UsageError("pages of our own need Faker: pip install 'webagent[learn]'") from error
    return {locale: Faker(locale) for locale in _LATIN}


def _faker(random: Generator, locale: str = "en_US") -> Faker:
    """Faker's generator, from here on decided by ``random``."""
    faker = _fakers()[locale]
    faker.seed_instance(int(random.integers(2**32)))
    return faker


def _local(random: Generator) -> Faker:
    return _faker(random, _LATIN[int(random.integers(len(_LATIN)))])


def _chance(random: Generator, share: float) -> bool:
    return bool(random.random() < share)


def _cased(words: str, random: Generator) -> str:
    """As people write names of things: mostly with one capital, or one each, or none."""
    form = int(random.integers(4))
    return words.title() if form == 0 else words.lower() if form == 1 else words[:1].upper() + words[1:]


def _words(random: Generator, most: int = 4) -> str:
    return " ".join(_faker(random).words(int(random.integers(1, most + 1))))


def _label(random: Generator) -> str:
    words = _words(random, 3)
    return words[:1].upper() + words[1:] if _chance(random, 0.7) else words.title()


def _title(random: Generator) -> str:
    return _cased(_words(random, 5), random)


def _sentence(random: Generator) -> str:
    sentence = _faker(random).sentence(int(random.integers(2, 9)), variable_nb_words=False)
    form = int(random.integers(5))
    if form == 0:
        return sentence
    if form == 1:
        return sentence[:-1] + "?!"[int(random.integers(2))]
    return sentence[:-1] if form == 2 else sentence[:1].lower() + sentence[1:-1]


def _pair(random: Generator) -> str:
    """Two things with a small word or a sign between them: "Bread and butter", "Two weeks in May"."""
    parts = [_words(random, 2) if _chance(random, 0.8) else _number(random) for _ in range(2)]
    text = parts[0] + _JOINTS[int(random.integers(len(_JOINTS)))] + parts[1]
    return _cased(text, random) + ("?" if _chance(random, 0.15) else "")


def _number(random: Generator) -> str:
    digits = int(random.integers(1, 6))
    number = str(int(random.integers(10**digits)))
    return number if _chance(random, 0.7) else f"{number}.{int(random.integers(10, 100))}"


def _code(random: Generator) -> str:
    """What is no word: "tall-ship-41", "x = 12", "KX-88203", "/from/here"."""
    faker = _faker(random)
    forms: list[Callable[[], str]] = [
        lambda: f"{faker.word()}-{faker.word()}-{faker.random_int(1, 99)}",
        lambda: faker.bothify("??-#####").upper(),
        lambda: f"{faker.word()} = {faker.random_int(0, 999)}",
        lambda: f"# {faker.word().capitalize()}",
        lambda: "/" + "/".join(faker.words(faker.random_int(1, 3))),
        lambda: faker.slug(),
        lambda: faker.password(length=faker.random_int(6, 12)),
        lambda: faker.date(),
        lambda: faker.file_name(),
        lambda: faker.user_name(),
        lambda: faker.hostname(),
    ]
    return forms[int(random.integers(len(forms)))]()


def _job(random: Generator) -> str:
    return str(_faker(random).job()).split(",")[0].split("/")[0]


def _city(random: Generator) -> str:
    """Without those of Italy: Faker draws them from a set, and so differently in every process."""
    locale = _LATIN[int(random.integers(len(_LATIN)))]
    return str(_faker(random, "es_ES" if locale == "it_IT" else locale).city())


INVENTED: dict[str, Callable[[Generator], str]] = {
    "people": lambda random: f"{(local := _local(random)).first_name()} {local.last_name()}",
    "companies": lambda random: _local(random).company(),
    "cities": _city,
    "countries": lambda random: _faker(random).country(),
    "streets": lambda random: _local(random).street_address().split("\n")[0],
    "mails": lambda random: _local(random).ascii_free_email() if _chance(random, 0.5) else _local(random).ascii_email(),
    "phones": lambda random: _local(random).phone_number(),
    "sites": lambda random: _faker(random).uri() if _chance(random, 0.6) else _faker(random).domain_name(),
    "secrets": _code,
    "files": lambda random: _faker(random).file_name(),
    "words": lambda random: _faker(random).word().lower(),
    "sentences": _sentence,
    "queries": lambda random: _words(random, 3).lower(),
    **dict.fromkeys(("fields", "settings", "columns", "sections"), _label),
    **dict.fromkeys(
        ("products", "subjects", "folders", "tasks", "topics", "books", "projects", "issues", "courses", "departments",
         "recipes", "rooms", "genres"), _title),
}  # fmt: skip
"""By name of a list of the vocabulary: makes something that might stand in it."""

_ANYTHING: tuple[tuple[float, Callable[[Generator], str]], ...] = (
    (3.0, _title), (2.0, _sentence), (2.0, _pair), (1.0, _number), (1.5, _code), (1.5, INVENTED["people"]),
    (1.0, lambda random: _local(random).first_name()), (0.7, lambda random: _local(random).last_name()),
    (0.7, INVENTED["companies"]), (0.5, _job), (0.5, INVENTED["cities"]), (0.4, INVENTED["streets"]),
    (0.5, INVENTED["mails"]), (0.3, INVENTED["sites"]), (0.3, INVENTED["phones"]),
)  # fmt: skip
"""Kinds of text with how often each is typed into a field that could take any."""


def invented(kind: str, random: Generator) -> str:
    """Something that might stand in the list ``kind`` of the vocabulary, in one line.

    Raises:
        KeyError: nothing of that kind can be invented.
        UsageError: Faker is missing.
    """
    return " ".join(INVENTED[kind](random).split())


def anything(random: Generator) -> str:
    """A text of any kind, in one line.

    Raises:
        UsageError: Faker is missing.
    """
    shares = [share for share, _ in _ANYTHING]
    place = int(random.choice(len(shares), p=[share / sum(shares) for share in shares]))
    return " ".join(_ANYTHING[place][1](random).split())
