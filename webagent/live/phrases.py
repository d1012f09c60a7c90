"""The conversation's own words: "stop", "undo that", "what can I say", a number, yes and no.

What a command means is the policy's to find out, from examples; there are no rules for it. These few words are no
commands about a page: they speak of the conversation itself (of the last command, of a question that was just asked, of
numbers that are on the screen), mean the same on every page, and must work at once and without fail, "stop" above all.
So they are a closed table, in which a whole utterance either stands or does not. Typing, the bar in the page and voice
share it. They are the words that voice control of today's operating systems has taught people already.
"""

from __future__ import annotations

from typing import Literal, NamedTuple, TypeAlias

__all__ = ["PHRASES", "STOPPING", "Meaning", "Phrase", "answers", "numbers", "phrase", "stops"]

Meaning: TypeAlias = Literal[
    "stop", "cancel", "undo", "help", "show numbers", "hide numbers", "other", "yes", "no", "number", "why", "quit"
]


class Phrase(NamedTuple):
    """What an utterance means to the conversation.

    Attributes:
        meaning: what is asked for.
        number: which one, counted from 1, for ``"number"``; -1 is the last one.
    """

    meaning: Meaning
    number: int = 0


PHRASES: dict[Meaning, tuple[str, ...]] = {
    "stop": (
        "stop",
        "stop it",
        "stop that",
        "stop now",
        "stop stop",
        "stop stop stop",
        "halt",
        "abort",
        "freeze",
    ),
    "cancel": (
        "cancel",
        "cancel that",
        "never mind",
        "nevermind",
        "forget it",
        "none of them",
        "none of these",
        "none",
    ),
    "undo": ("undo", "undo that", "undo it", "undo the last one", "take that back", "take it back"),
    "help": ("what can i say", "what can i do", "help", "help me", "?"),
    "show numbers": ("show numbers", "show the numbers", "show labels", "numbers"),
    "hide numbers": ("hide numbers", "hide the numbers", "hide labels"),
    "other": (
        "no the other one",
        "no the other",
        "the other one",
        "not that one",
        "no not that one",
        "no not that",
        "wrong one",
        "no the wrong one",
    ),
    "yes": ("yes", "y", "yeah", "yep", "yes please", "ok", "okay", "sure", "do it", "yes do it", "go ahead", "go on"),
    "no": ("no", "n", "nope", "no thanks", "no thank you", "don't", "do not", "don't do it", "do not do it"),
    "why": (
        "why",
        "why that",
        "why this",
        "why that one",
        "why this one",
        "why did you do that",
        "explain",
        "explain that",
    ),
    "quit": ("quit", "exit", "bye", "goodbye", "good bye"),
}
"""Whole utterances, without capitals and punctuation, by what they mean."""

STOPPING: frozenset[Meaning] = frozenset(("stop", "cancel"))
"""What ends a command that is under way."""

_MEANINGS: dict[str, Meaning] = {words: meaning for meaning, phrases in PHRASES.items() for words in phrases}
_SMALL = (
    *("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve", "thirteen"),
    *("fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen"),
)
_TENS = ("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
_ORDINALS = ("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth")
_CARDINALS = {word: number for number, word in enumerate(_SMALL, start=1)} | {
    word: 10 * number for number, word in enumerate(_TENS, start=2)
}
_OFTEN = 8  # in how many more ways "stop" alone counts
_POINTING = ("number", "option", "click", "click on", "press", "choose", "take", "pick", "select")


def phrase(utterance: str) -> Phrase | None:
    """What an utterance means to the conversation; ``None`` when it is a command for the policy.

    A number counts only while numbers are shown, which the caller knows.
    """
    text = " ".join(utterance.casefold().replace("’", "'").split()).strip(" .,!")
    plain = text.replace(",", "")
    plain = plain.removeprefix("please ").removesuffix(" please")
    meaning = _MEANINGS.get(plain) or _MEANINGS.get(plain.rstrip("?").rstrip())
    if meaning is not None:
        return Phrase(meaning)
    number = _number(plain)
    return Phrase("number", number) if number else None


def numbers(count: int) -> tuple[str, ...]:
    """How a number that is shown is said, from 1 to ``count``."""
    return tuple(str(number) for number in range(1, count + 1))


def stops() -> tuple[str, ...]:
    """How what is under way is ended, and what is said most often most often."""
    plain = (words for meaning in sorted(STOPPING) for words in PHRASES[meaning])
    return (*plain, "please stop", "stop please", *_OFTEN * ("stop",))


def answers(count: int) -> tuple[str, ...]:
    """What is likely to be said to a question: which of so many; or, with 0, yes or no."""
    always = ("cancel", "stop", "why")
    if not count:
        return (*PHRASES["yes"][2:], "yes", "no", "no thanks", "don't do it", *always)
    named = tuple(f"the {ordinal} one" for ordinal in _ORDINALS[:count])
    plain = tuple(f"number {number}" for number in range(1, count + 1))
    return (*numbers(count), *plain, *named, "the other one", "yes", "no", "none of them", *always)


def _number(text: str) -> int:
    """The number that a text is and nothing else; 0 for none."""
    for verb in sorted(_POINTING, key=len, reverse=True):
        text = text.removeprefix(f"{verb} ")
    text = text.removeprefix("number ").removeprefix("the ").removesuffix(" one")
    if text == "last":
        return -1
    if text in _ORDINALS:
        return _ORDINALS.index(text) + 1
    if text[-2:] in ("st", "nd", "rd", "th") and text[:-2].isdecimal():
        text = text[:-2]
    if text.isdecimal() and len(text) <= 4:
        return int(text)
    words = text.replace("-", " ").split()
    if not words or len(words) > 2 or not all(word in _CARDINALS for word in words):
        return 0
    numbers = [_CARDINALS[word] for word in words]
    return sum(numbers) if len(numbers) == 1 or (numbers[0] >= 20 > 10 > numbers[1]) else 0
