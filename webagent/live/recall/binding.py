"""Which words of a new command stand for what was typed, chosen and used when something was shown.

All of them are looked for at once, for what one takes is not left for another. What speaks for words is what leads to
them or follows them (the name of the field, or what led to the old ones), that they are of the same kind (an address
for an address), and that nothing else explains them.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from difflib import SequenceMatcher
from typing import NamedTuple

from webagent.live.recall.meaning import ASKING, FUNCTION, MEANS, meaning
from webagent.live.recall.wording import Token, is_among, place_of, said_by

__all__ = ["Slot", "Span", "bound"]

Span = tuple[int, int]

_TRIED = 6  # spans for each slot
_LONGEST = 24  # words of a text
_LONGEST_NAME = 5  # words of what is used or chosen
_LEAST = 0.5  # score from which on words are taken for what is typed
_LEFT_OVER = 0.8  # for each word that nothing explains
_JOINTS = frozenset({"and", "then", "or"})
_TAIL = frozenset({"as", "for", "in", "into", "the", "a", "its", "their", "his", "her"})
_ARTICLES = frozenset({"a", "an", "the", "my", "our", "your", "this", "these", "their", "some"})
_LINKS = frozenset({"be", "is", "are", "should", "has", "have"})
_KINDS = tuple(
    (name, re.compile(form))
    for name, form in (
        ("mail", r"[^@\s]+@[^@\s]+"),
        ("address", r"(?:[a-z]+://|www\.)\S+"),
        ("path", r"/\S*"),
        ("number", r"[+#]?[\d.,:/-]*\d[\d.,:/%-]*(?: [\d.,:/-]+)*"),
    )
)


class Slot(NamedTuple):
    """Words of the old command that may be others now.

    Attributes:
        span: first of them in the command, and behind the last.
        labels: words by which the element is called that they were for.
        typed: whether they were typed.
        others: what else could have been chosen or used there, as ``said_by`` has it.
    """

    span: Span
    labels: frozenset[str]
    typed: bool
    others: frozenset[str] = frozenset()


class _Command(NamedTuple):
    old: Sequence[Token]
    new: Sequence[Token]
    slots: Sequence[Slot]
    fresh: Collection[str]
    aligned: dict[Slot, Span]
    alike: float  # share of the words that are in the same order


def bound(
    old: Sequence[Token], new: Sequence[Token], slots: Sequence[Slot], fresh: Collection[str]
) -> dict[Slot, Span]:
    """Where in the new command stands what is meant for each slot; without those for which it cannot be told.

    Args:
        old: the command that was shown.
        new: the one that is asked for.
        slots: of the old one.
        fresh: words of the new one that nothing explains so far.
    """
    matcher = SequenceMatcher(None, [one.form for one in old], [one.form for one in new], autojunk=False)
    command = _Command(old, new, slots, fresh, _aligned(matcher, slots), matcher.ratio())
    choices = []
    for slot in slots:
        scored = [(score, span) for span in _spans(slot, command) if (score := _score(slot, span, command)) >= _LEAST]
        choices.append(sorted(scored, key=lambda one: (-one[0], one[1]))[:_TRIED])
    _, best = _best(choices, 0, frozenset(), command)
    return {slot: span for slot, span in zip(slots, best, strict=True) if span is not None}


def _best(
    choices: list[list[tuple[float, Span]]], index: int, taken: frozenset[int], command: _Command
) -> tuple[float, list[Span | None]]:
    """The choice for all slots from one on that goes best together, with its score."""
    if index == len(choices):
        left = sum(_is_fresh(token, command) for place, token in enumerate(command.new) if place not in taken)
        return -_LEFT_OVER * left, []
    score, rest = _best(choices, index + 1, taken, command)
    best: tuple[float, list[Span | None]] = score, [None, *rest]
    for own, span in choices[index]:
        places = frozenset(range(*span))
        if not places & taken:
            score, rest = _best(choices, index + 1, taken | places, command)
            if own + score > best[0]:
                best = own + score, [span, *rest]
    return best


def _is_fresh(token: Token, command: _Command) -> bool:
    return any(word in command.fresh for word in token.words) or not token.words


def _spans(slot: Slot, command: _Command) -> list[Span]:
    """Parts of the new command that may be it: no part of a quotation, not across the marks between parts."""
    old, new = command.old[slice(*slot.span)], list(command.new)
    kept = place_of(old, new)
    if kept is not None:
        return [kept]
    has_parts = any(token.ends for token in old[:-1])
    found = []
    for start in range(len(new)):
        for end in range(start + 1, min(len(new), start + (_LONGEST if slot.typed else _LONGEST_NAME)) + 1):
            around = new[start - 1 : start] + new[end : end + 1]
            cuts = any(token.quote and token.quote in (new[start].quote, new[end - 1].quote) for token in around)
            if not cuts and any(_is_fresh(token, command) for token in new[start:end]):
                found.append((start, end))
            if new[end - 1].ends and not has_parts and not new[start].quote:
                break
    return found


# -- what speaks for it


def _score(slot: Slot, span: Span, command: _Command) -> float:
    if place_of(command.old[slice(*slot.span)], command.new) == span:
        return 5.0
    score = _lead(slot, span, command) + _tail(slot, span, command) + _content(slot, span, command)
    score += _likeness_of_kind(command.old[slice(*slot.span)], command.new[slice(*span)])
    if not slot.typed:
        is_known = said_by(command.new[slice(*span)]) in slot.others
        score += 2.5 if is_known else -1.5 if slot.span[0] else -9.0  # what a command begins with is its verb
    return score + (2.0 * command.alike if command.aligned.get(slot) == span else 0.0)


def _lead(slot: Slot, span: Span, command: _Command) -> float:
    """For the words before it."""
    (start, _), (first, _) = slot.span, span
    old, new = command.old, command.new
    if not start or not first:
        return 1.0 if start == first else 0.0 if slot.typed else -0.5
    score = 1.0 if new[first - 1].ends == ":" else 0.0
    if slot.typed and new[first - 1].bare in _JOINTS and old[start - 1].bare not in _JOINTS:
        score -= 1.0
    if old[start - 1].form == new[first - 1].form:
        score += 1.5
    then, now = _nearest(old, start), _nearest(new, first)
    if not now:
        return score
    if any(is_among(word, slot.labels) for word in now):
        return score + 2.5
    if any(meaning(a, b) >= MEANS for a in then for b in now):
        return score + 1.5
    others = any(is_among(word, other.labels) for word in now for other in command.slots if other != slot)
    return score - (2.5 if others else 0.0)


def _nearest(tokens: Sequence[Token], end: int) -> tuple[str, ...]:
    """The last word before a place that is more than a link, in the same part of the command."""
    for index in range(end - 1, max(-1, end - 5), -1):
        token = tokens[index]
        if token.ends in (",", ";") or token.bare in _JOINTS:
            break
        if not set(token.words) <= FUNCTION | _LINKS | {"new"}:
            return token.words
    return ()


def _tail(slot: Slot, span: Span, command: _Command) -> float:
    """For the words behind it."""
    (_, end), (_, last) = slot.span, span
    old, new = command.old, command.new
    if last == len(new) or new[last - 1].ends:
        return 0.5 + 0.5 * (end == len(old) or bool(old[end - 1].ends))
    score = 1.0 if end < len(old) and old[end].form == new[last].form else 0.0
    if new[last].bare in _JOINTS:
        score += 0.5
    index = last
    while index < len(new) and set(new[index].words) <= _TAIL | _LINKS and not new[index].ends:
        index += 1
    if last < index < len(new) and any(is_among(word, slot.labels) for word in new[index].words):
        return score + 2.5  # "Ada as the name", "Ada should be the name"
    is_cut = slot.typed and not score and not _kind(new[slice(*span)]) and not set(new[last].words) <= FUNCTION | _LINKS
    return score - (1.0 if is_cut else 0.0)


def _content(slot: Slot, span: Span, command: _Command) -> float:
    """For the words themselves."""
    tokens, old = command.new[slice(*span)], command.old[slice(*slot.span)]
    score = 0.0
    labels = set().union(*(one.labels for one in command.slots)) if command.slots else set()
    before = {word for index, token in enumerate(command.old) for word in token.words if _is_outside(index, command)}
    quoted = tokens[0].quote > 0 and tokens[0].quote == tokens[-1].quote
    for index, token in enumerate(tokens):
        words = set(token.words) - FUNCTION
        if token.bare in _JOINTS and not quoted and not _JOINTS & {one.bare for one in old}:
            score -= 1.2  # something else to be done
        if _is_fresh(token, command):
            score += 0.6
        elif words and not quoted and not (slot.typed and token.is_capital and index):
            said = any(is_among(word, labels) or is_among(word, before) for word in words)
            is_name = token.is_capital and slot.typed and span[0] > 0 and not said
            score += 0.6 if is_name else -1.5 if said else -0.2
    if quoted:
        return score + 3.0
    score -= _edges(slot, span, command)
    names = all(token.is_capital for token in old) and tokens[0].is_capital
    return score - sum(names and not token.is_capital and not set(token.words) <= FUNCTION for token in tokens)


def _edges(slot: Slot, span: Span, command: _Command) -> float:
    """What speaks against the first and the last word."""
    (start, end), old, tokens = slot.span, command.old, command.new[slice(*span)]
    first, last = set(tokens[0].words), set(tokens[-1].words)
    cost = 0.0
    if first and first <= FUNCTION | ASKING and not (tokens[0].is_capital and span[0]):
        is_name = len(tokens) < 2 or end - start < 2 or all(one.is_capital for one in old[start:end])
        before = command.new[span[0] - 1].words if span[0] else ()
        led = not span[0] or any(is_among(word, slot.labels) for word in before) or command.new[span[0] - 1].ends
        if slot.typed and not is_name and led and first <= _ARTICLES:
            cost -= 0.3  # "the text a pond"
        elif not set(old[start].words) <= FUNCTION | ASKING:
            cost += 1.5
    if last and last <= FUNCTION | _LINKS and not set(old[end - 1].words) <= FUNCTION:
        cost += 1.0
    return cost


def _is_outside(index: int, command: _Command) -> bool:
    is_name = index > 0 and command.old[index].is_capital
    return not is_name and all(not slot.span[0] <= index < slot.span[1] for slot in command.slots)


def _likeness_of_kind(old: Sequence[Token], new: Sequence[Token]) -> float:
    then, now = _kind(old), _kind(new)
    if then == now:
        return 1.5 if then else 0.3 * (old[0].is_capital == new[0].is_capital)
    return -8.0 if then else -1.0  # of a kind of its own or not


def _kind(tokens: Sequence[Token]) -> str:
    text = " ".join(token.bare for token in tokens)
    return next((name for name, form in _KINDS if form.fullmatch(text)), "")


def _aligned(matcher: SequenceMatcher[str], slots: Sequence[Slot]) -> dict[Slot, Span]:
    """Where the words stand that took the place of others, when the two commands are laid side by side."""
    found = {}
    for slot in slots:
        (start, end), first, last = slot.span, -1, -1
        for tag, a, b, c, d in matcher.get_opcodes():
            if a <= start < b and (tag == "equal" or a == start or b - a == d - c):
                first = c + start - a
            if a < end <= b and (tag == "equal" or b == end or b - a == d - c):
                last = d - (b - end)
        if 0 <= first < last:
            found[slot] = first, last
    return found
