"""A language model of one page: trigrams of its labels in the frames of commands, over common English words."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping

from webagent.voice.vocabulary import Vocabulary
from webagent.voice.wording import BARE, CHOOSING, FILLING, NOUNS, TYPING, VERBS
from webagent.voice.words import spoken

__all__ = ["arpa"]

Words = tuple[str, ...]

_BACK = 0.3  # share of what follows words that is left to what was not foreseen
_EXPECTED = 0.5  # how often what is expected just now is said, beside 1 for all else
_PAGE = 0.45  # share of single words that is the page's own
_FREE = "<free>"  # stands for words that are on no page


def arpa(vocabulary: Vocabulary, common: Mapping[str, float]) -> str:
    """The model in ARPA format.

    Args:
        vocabulary: the page.
        common: English words with their frequencies, which add up to one.
    """
    counts: tuple[dict[Words, float], ...] = (defaultdict(float), defaultdict(float), defaultdict(float))
    for words, weight in _sentences(vocabulary):
        _count(("<s>", *words, "</s>"), weight, counts)
    singles = _singles(counts[0], vocabulary, common)
    pairs = _shares(counts[1], {(word,): share for word, share in singles.items()})
    threes = _shares(counts[2], pairs[0])
    return _write(singles, pairs, threes)


def _sentences(vocabulary: Vocabulary) -> Iterator[tuple[Words, float]]:
    """What may be said on the page, with how often: shares of all that is said."""
    for phrase in BARE:
        yield spoken(phrase), 0.1 / len(BARE)
    for label in vocabulary.expected:
        yield label.words, _EXPECTED / len(vocabulary.expected)
    labels, fields = vocabulary.labels, vocabulary.fields
    for label in labels:
        share = 0.7 / len(labels)
        yield label.words, 0.3 * share
        for place, verb in enumerate(VERBS):
            said = spoken(verb)
            often = 0.5 * share * _rank(place, len(VERBS))
            yield (*said, *label.words), 0.75 * often
            yield (*said, "the", *label.words), 0.25 * often
        for noun in NOUNS:
            yield (_FREE, *label.words, *spoken(noun)), 0.1 * share / len(NOUNS)
        for between in CHOOSING:
            yield (*label.words, *spoken(between), _FREE), 0.05 * share / len(CHOOSING)
            yield (_FREE, *spoken(between), "the", *label.words), 0.05 * share / len(CHOOSING)
    for verb in TYPING:
        yield (*spoken(verb), _FREE), 0.1 / len(TYPING)
    for field in fields:
        for into in FILLING:
            yield (_FREE, into, *field.words), 0.1 / len(fields) / len(FILLING)
            yield (_FREE, into, "the", *field.words), 0.1 / len(fields) / len(FILLING)


def _rank(place: int, count: int) -> float:
    """Share of the one at this place where the frequency falls with the rank (Zipf)."""
    return 1 / (place + 1) / sum(1 / rank for rank in range(1, count + 1))


def _count(words: Words, weight: float, counts: tuple[dict[Words, float], ...]) -> None:
    for size, counter in enumerate(counts, start=1):
        for start in range(len(words) - size + 1):
            gram = words[start : start + size]
            if _FREE not in gram:
                counter[gram] += weight


def _singles(counts: dict[Words, float], vocabulary: Vocabulary, common: Mapping[str, float]) -> dict[str, float]:
    """Shares of single words: half the page's own, half English."""
    own = defaultdict(float, {gram[0]: count for gram, count in counts.items() if gram[0] != "<s>"})
    for word in vocabulary.words:
        own[word] += 0.3 / len(vocabulary.words)
    total = sum(own.values())
    singles = {word: (1 - _PAGE) * share for word, share in common.items()}
    for word, count in own.items():
        singles[word] = singles.get(word, 0.0) + _PAGE * count / total
    return singles


def _shares(
    counts: dict[Words, float], shorter: Mapping[Words, float]
) -> tuple[dict[Words, float], dict[Words, float]]:
    """Shares of words after words, and the weights with which the shorter model stands in for the rest."""
    after: dict[Words, list[tuple[Words, float]]] = defaultdict(list)
    for gram, count in counts.items():
        after[gram[:-1]].append((gram, count))
    shares: dict[Words, float] = {}
    weights: dict[Words, float] = {}
    for history, grams in after.items():
        total = sum(count for _, count in grams)
        covered = 0.0
        for gram, count in grams:
            shares[gram] = (1 - _BACK) * count / total
            covered += _lower(gram[1:], shorter)
        weights[history] = _BACK / max(1e-3, 1 - covered)
    return shares, weights


def _lower(gram: Words, shorter: Mapping[Words, float]) -> float:
    return shorter.get(gram, 0.0)


def _write(
    singles: Mapping[str, float],
    pairs: tuple[dict[Words, float], dict[Words, float]],
    threes: tuple[dict[Words, float], dict[Words, float]],
) -> str:
    lines = ["\\data\\", f"ngram 1={len(singles) + 1}", f"ngram 2={len(pairs[0])}", f"ngram 3={len(threes[0])}", ""]
    lines += ["\\1-grams:", f"-99 <s> {_log(pairs[1].get(('<s>',), 1.0))}"]
    lines += _grams((((word,), share) for word, share in singles.items()), pairs[1])
    lines += ["", "\\2-grams:", *_grams(pairs[0].items(), threes[1])]
    lines += ["", "\\3-grams:", *(f"{_log(share)} {' '.join(gram)}" for gram, share in threes[0].items())]
    return "\n".join([*lines, "", "\\end\\", ""])


def _grams(shares: Iterable[tuple[Words, float]], weights: Mapping[Words, float]) -> Iterator[str]:
    for gram, share in shares:
        weight = f" {_log(weights[gram])}" if gram in weights else ""
        yield f"{_log(share)} {' '.join(gram)}{weight}"


def _log(share: float) -> str:
    return f"{math.log10(max(share, 1e-9)):.4f}"
