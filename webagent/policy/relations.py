"""What relates a word of the command to an element, and an element to another: the biases of the attention.

Every relation is a fact of form (equal, similar, contained, greater, beside, inside), never of one task.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from webagent.policy.features import ELEMENT_FEATURES, FAMILIES, LABEL_WORDS, Slots
from webagent.policy.order import ORDER_FEATURES, ORDERS
from webagent.policy.padding import Padded
from webagent.policy.words import word_table

__all__ = ["MATCHES", "PAIRS", "match_elements", "pair_elements"]

Floats = NDArray[np.float32]
Truths = NDArray[np.bool_]
Pages = Padded[NDArray[Any]]

WORD_MATCHES = 3  # equal, similar in meaning, similar in spelling
MATCHES = len(Slots.all) * WORD_MATCHES + 28
PAIRS = 22
_WITHIN_6, _WITHIN_12, _SAME_ROW = 1, 2, 4  # channels of the pairs
_SAYING = [Slots.all.index(slot) * WORD_MATCHES for slot in (Slots.label, Slots.values, Slots.near)]
_NGRAM_FOLD = 512  # trigram buckets are folded to this many for the spelling similarity
_TIE = 1e-4
_CONTAINER_SIZES = (3, 6, 12, 30)
_TOUCH = 0.03  # of 160 px: boxes that touch, or overlap by a border
_LEVEL = 0.4
_FAR_NUMBERS = 20.0


def pair_elements(pages: Pages) -> Floats:
    """How each element relates to each other one: [B, PAIRS, E, E].

    Channels: common container holds <= 3 / 6 / 12 / 30 candidates; same row; same column; left of; above; next;
    previous; near; share of their containers in common; contains; is contained; the next, the last before, and the
    nearest right of, left of, below, above the other one, of all in its family; says in its label or value a word of
    the other's, says in the label beside it a word of the other's (rare words count in full).
    """
    b, e, _ = pages.ancestors.shape
    pairs = np.empty((b, PAIRS, e, e), np.float32)
    smallest, pairs[:, 11] = _containers(pages)
    for channel, size in enumerate(_CONTAINER_SIZES):
        np.less_equal(smallest, size, out=pairs[:, channel])
    left, top, right, bottom = (edge[..., 0] for edge in np.split(pages.boxes, 4, axis=2))
    x, y = (left + right) / 2, (top + bottom) / 2
    dx, dy = x[:, :, None] - x[:, None], y[:, :, None] - y[:, None]
    np.less(np.abs(dy), 0.05, out=pairs[:, 4])
    np.less(np.abs(dx), 0.05, out=pairs[:, 5])
    np.less(dx, -0.05, out=pairs[:, 6])
    np.less(dy, -0.05, out=pairs[:, 7])
    pairs[:, 8], pairs[:, 9] = np.eye(e, k=-1), np.eye(e, k=1)
    distance = np.sqrt(dx * dx + dy * dy)
    np.exp(-4 * distance, out=pairs[:, 10])
    inside = (left[:, :, None] >= left[:, None] - 0.01) & (right[:, :, None] <= right[:, None] + 0.01)
    inside &= (top[:, :, None] >= top[:, None] - 0.01) & (bottom[:, :, None] <= bottom[:, None] + 0.01)
    inside[:, np.arange(e), np.arange(e)] = False
    pairs[:, 12], pairs[:, 13] = inside.swapaxes(1, 2), inside
    _nearest_of_family(pages, pairs[:, 14:20])
    _say_the_same(pages, pairs[:, 20:])
    return pairs


def _say_the_same(pages: Pages, out: Floats) -> None:
    """Which elements have words in common, own ones and those beside them with own ones, into [B, 2, E, E].

    A word that two elements say counts 1, one that n say counts 2 / n: what everything says relates nothing.
    """
    own, beside = _said(pages, Slots.label, Slots.values), _said(pages, Slots.near)
    times = own.sum(1, keepdims=True) + beside.sum(1, keepdims=True)
    shared = np.flatnonzero((times > 1).any((0, 1)))
    own, beside, times = own[:, :, shared], beside[:, :, shared], times[:, :, shared]
    weights = 2 / np.maximum(times, 2)
    heard = (own * weights).swapaxes(1, 2)
    np.minimum(own @ heard, 1, out=out[:, 0])
    np.minimum(beside @ heard, 1, out=out[:, 1])
    out[:, 0, np.arange(own.shape[1]), np.arange(own.shape[1])] = 0


def _said(pages: Pages, *slots: slice) -> Floats:
    """Which elements say which distinct words in these slots: [B, E, U]; 0 for no word."""
    b, e, _ = pages.words.shape
    said = np.zeros((b, e, pages.rows.shape[1]), np.float32)
    for slot in slots:
        np.put_along_axis(said, pages.words[:, :, slot], 1, axis=2)
    said[:, :, 0] = 0
    return said


def _nearest_of_family(pages: Pages, out: Floats) -> None:
    """Which element is, of its family, the next to another one in each of six directions, into [B, 6, E, E]."""
    b, e = pages.families.shape
    there = pages.element_mask[:, :, None] & pages.element_mask[:, None]
    gaps = np.full((6, b, e, e), np.inf, np.float32)
    order = np.arange(e, dtype=np.float32)
    ahead = np.broadcast_to(order[:, None] - order, (b, e, e))
    np.copyto(gaps[0], ahead, where=there & (ahead > 0))
    np.copyto(gaps[1], -ahead, where=there & (ahead < 0))
    left, top, right, bottom = (edge[..., 0] for edge in np.split(pages.boxes, 4, axis=2))
    level = there & _overlap(top, bottom)
    aligned = there & _overlap(left, right)
    for place, (begin, end, where) in enumerate(((left, right, level), (top, bottom, aligned))):
        forward = begin[:, :, None] - end[:, None]
        np.copyto(gaps[2 + 2 * place], forward, where=where & (forward > -_TOUCH))
        backward = begin[:, None] - end[:, :, None]
        np.copyto(gaps[3 + 2 * place], backward, where=where & (backward > -_TOUCH))
    # The least gap of each family at once: rows of one page and family, put together, are reduced as one.
    key = (np.arange(b)[:, None] * FAMILIES + pages.families).ravel()
    rows = np.argsort(key, kind="stable")
    starts = np.flatnonzero(np.diff(key[rows], prepend=-1))
    least = np.minimum.reduceat(gaps.reshape(6, b * e, e)[:, rows], starts, axis=1)
    group = np.empty(b * e, np.int64)
    group[rows] = np.repeat(np.arange(len(starts)), np.diff(starts, append=b * e))
    nearest = gaps <= least[:, group].reshape(6, b, e, e)
    np.logical_and(nearest, np.isfinite(gaps), out=out.swapaxes(0, 1))


def _overlap(begin: Floats, end: Floats) -> Truths:
    """Whether two elements stand level along an axis, by more than a part of the smaller one: [B, E, E]."""
    shared: Floats = np.minimum(end[:, :, None], end[:, None]) - np.maximum(begin[:, :, None], begin[:, None])
    length = end - begin
    level: Truths = shared > _LEVEL * np.minimum(length[:, :, None], length[:, None])
    return level


def _containers(pages: Pages) -> tuple[Floats, Floats]:
    """Of any two elements the size of the smallest common container, and the share of containers in common.

    [B, E, E] each; 1e3 where there is none. Containers form a tree: who shares one shares all around it.
    """
    b, e, _ = pages.ancestors.shape
    smallest, depth = np.full((b, e, e), 1e3, np.float32), np.zeros((b, e, e), np.int16)
    levels = (pages.ancestors > 0).sum(-1)
    for level in range(int(levels.max())):
        here = pages.ancestors[..., level]
        common = (here[:, :, None] == here[:, None]) & (here > 0)[:, :, None]
        depth += common
        np.copyto(smallest, pages.container_sizes[..., level][:, :, None], where=common)
    least = np.maximum(levels, 1).astype(np.float32)
    return smallest, depth / np.minimum(least[:, :, None], least[:, None])


def match_elements(pages: Pages, pairs: Floats) -> Floats:
    """How each element relates to each token: [B, MATCHES, E, L].

    Channels: for the words of label, value, marks, the label beside it, id, address and part: best equality, meaning,
    spelling; then whole label in the command, how long it is, whether no other label that holds the token is longer;
    whole id in the command; a number equal to / greater than / less than the token's; order among those of its parent
    equal to an ordinal / a plain number; order among those of its label, of its kind, in its part of the page, in its
    list, equal to an ordinal; share of the label's words that the command holds; a word equal to the token in a common
    container of at most 6 / 12 candidates, in the same row; how rare it is that an element says the token, here and in
    a common container of at most 12 candidates; meaning, where no other element / no other token is nearer; a number
    equal to / greater than / less than the token's in a common container of at most 6 candidates.

    Args:
        pages: what to relate.
        pairs: [B, PAIRS, E, E] what `pair_elements` says of them.
    """
    b, e, _ = pages.words.shape
    words, tokens = _word_matches(pages), pages.tokens.shape[1]
    matches = np.zeros((b, MATCHES, e, tokens), np.float32)
    index = pages.words + (np.arange(b) * pages.rows.shape[1])[:, None, None]
    for number, slot in enumerate(Slots.all):
        used = slot.start + np.flatnonzero((pages.words[:, :, slot] > 0).any((0, 1)))
        if len(used):
            best = words.take(index[:, :, used], axis=1).max(3)
            matches[:, number * WORD_MATCHES : (number + 1) * WORD_MATCHES] = best.swapaxes(0, 1)
    facts = matches[:, len(Slots.all) * WORD_MATCHES :]
    _relate_phrases(pages, facts[:, 0:4])
    _relate_numbers(pages, pages.numbers.ravel()[index[:, :, : LABEL_WORDS + 4]], facts[:, 4:13])
    label = pages.words[:, :, Slots.label]
    held = words[0].any(1)[index[:, :, Slots.label]].sum(-1) / np.maximum((label > 0).sum(-1), 1)
    np.multiply(matches[:, 0], held[:, :, None], out=facts[:, 13], casting="same_kind")
    said = matches[:, _SAYING].max(1)
    for channel, relation in ((14, _WITHIN_6), (15, _WITHIN_12), (16, _SAME_ROW)):
        np.minimum(pairs[:, relation] @ said, 1, out=facts[:, channel])
    np.divide(said, np.maximum(said.sum(1, keepdims=True), 1), out=facts[:, 17])
    np.minimum(pairs[:, _WITHIN_12] @ facts[:, 17], 1, out=facts[:, 18])
    _relate_nearest(matches[:, [channel + 1 for channel in _SAYING]].max(1), pages, facts[:, 19:21])
    # "Previous" is to be pressed until the month beside it is the wanted one.
    np.minimum(pairs[:, None, _WITHIN_6] @ facts[:, 4:7], 1, out=facts[:, 21:24])
    _compare_quantities(pages, pairs, facts[:, 24:28])
    matches *= (pages.element_mask[:, :, None] & pages.token_mask[:, None])[:, None]
    return matches


def _word_matches(pages: Pages) -> Floats:
    """How each distinct word relates to each token of its page: [WORD_MATCHES, B * U, L], in [0, 1]; 0 for no word."""
    b, u = pages.rows.shape
    matches = np.empty((WORD_MATCHES, b, u, pages.tokens.shape[1]), np.float32)
    # Distinct words have distinct local numbers, so equal numbers mean equal words.
    np.equal(np.arange(u)[:, None], pages.tokens[:, None], out=matches[0])
    meanings = word_table()[1][pages.rows]
    said = meanings[np.arange(b)[:, None], pages.tokens]
    np.maximum(meanings @ said.swapaxes(1, 2), 0, out=matches[1])
    _match_spelling(pages, matches[2])
    matches[:, :, 0] = 0
    return matches.reshape(WORD_MATCHES, b * u, -1)


def _match_spelling(pages: Pages, out: Floats) -> None:
    """Cosine of the trigrams of each word and each token, into [B, U, L]."""
    b, _, tokens = out.shape
    page = np.arange(b)[:, None]
    there = pages.ngrams > 0
    folded = np.where(there, pages.ngrams % _NGRAM_FOLD, _NGRAM_FOLD).astype(np.int16)
    same = (folded[..., None] == folded[..., None, :]) & there[..., None]
    lengths = np.sqrt(np.maximum(same.sum((2, 3)), 1)).astype(np.float32)
    # How often each token holds each trigram, one more for none; then words add up what theirs say.
    counts = np.zeros((b, _NGRAM_FOLD + 1, tokens), np.float32)
    np.add.at(counts, (page[..., None], folded[page, pages.tokens], np.arange(tokens)[:, None]), 1)
    counts[:, _NGRAM_FOLD] = 0
    out[:] = 0
    for place in range(int(there.sum(2).max())):
        out += counts[page, folded[:, :, place]]
    out /= lengths[:, :, None]
    out /= lengths[page, pages.tokens][:, None]


def _relate_phrases(pages: Pages, out: Floats) -> None:
    """Where whole labels and ids stand in the command, into [B, 4, E, L]."""
    label = pages.words[:, :, Slots.label]
    out[:, 0] = _phrase(label, pages.tokens)
    np.multiply(out[:, 0], ((label > 0).sum(-1) / LABEL_WORDS)[..., None], out=out[:, 1], casting="same_kind")
    np.logical_and(out[:, 1] > 0, out[:, 1] >= out[:, 1].max(1, keepdims=True), out=out[:, 2])
    out[:, 3] = _phrase(pages.words[:, :, Slots.ids], pages.tokens)


def _phrase(words: NDArray[Any], tokens: NDArray[Any]) -> Truths:
    """[B, E, L]: the tokens [B, L] where all of an element's ``words`` [B, E, W] stand in the command, one by one."""
    lengths, count = (words > 0).sum(-1), tokens.shape[1]
    places = range(min(int(lengths.max()), count))
    starts = np.broadcast_to(((lengths > 0) & (lengths <= count))[..., None], (*lengths.shape, count)).copy()
    for place in places:
        there = (words[:, :, place, None] == tokens[:, None, place:]) | (lengths <= place)[..., None]
        starts[:, :, : count - place] &= there
        starts[:, :, count - place :] &= (lengths <= place)[..., None]
    covered = np.zeros_like(starts)
    for place in places:
        covered[:, :, place:] |= starts[:, :, : count - place] & (lengths > place)[..., None]
    return covered


def _relate_numbers(pages: Pages, numbers: Floats, out: Floats) -> None:
    """Which of an element's ``numbers`` [B, E, n] and which orders meet a token's number, into [B, 9, E, L]."""
    wanted = np.take_along_axis(pages.numbers, pages.tokens, 1)[:, None]
    ordinal = np.take_along_axis(pages.ordinals, pages.tokens, 1)[:, None]
    # Comparisons with NaN are false, which is what "no number" should give.
    there = np.flatnonzero(~np.isnan(numbers).all((0, 1)))
    if len(there):
        known = numbers[:, :, there]
        out[:, 0] = (known[..., None] == wanted[:, :, None]).any(2)
        np.greater(np.fmax.reduce(known, axis=2)[..., None], wanted, out=out[:, 1])
        np.less(np.fmin.reduce(known, axis=2)[..., None], wanted, out=out[:, 2])
    first = ELEMENT_FEATURES - ORDER_FEATURES
    order, *others = (np.rint(pages.numeric[:, :, first + at] * 10)[..., None] for at in ORDERS)
    np.logical_and(order == wanted, ordinal, out=out[:, 3])
    np.logical_and(order == wanted, ~ordinal, out=out[:, 4])
    for channel, other in enumerate(others, start=5):
        np.logical_and(other == wanted, ordinal, out=out[:, channel])


def _compare_quantities(pages: Pages, pairs: Floats, out: Floats) -> None:
    """How far an element's quantity lies above a token's, and on which side, own and beside it: [B, 4, E, L]."""
    above = pages.quantities[:, :, None] - pages.said_quantities[:, None]
    known = ~np.isnan(above)
    above = np.where(known, above, 0)
    np.clip(above / _FAR_NUMBERS, -1, 1, out=out[:, 0])
    np.sign(above, out=out[:, 1])
    beside = np.maximum(pairs[:, _WITHIN_6] @ known.astype(np.float32), 1)
    for channel in (0, 1):
        np.divide(pairs[:, _WITHIN_6] @ out[:, channel], beside, out=out[:, 2 + channel])


def _relate_nearest(like: Floats, pages: Pages, out: Floats) -> None:
    """Likeness in meaning [B, E, L] where it is the greatest of all elements, and of all tokens, into [B, 2, E, L].

    Words of one field are often all alike to some degree; which is the most alike says more than how alike it is.
    """
    of_elements = (like * pages.element_mask[:, :, None]).max(1, keepdims=True)
    of_tokens = (like * pages.token_mask[:, None]).max(2, keepdims=True)
    np.multiply(like, like >= of_elements - _TIE, out=out[:, 0])
    np.multiply(like, like >= of_tokens - _TIE, out=out[:, 1])
