"""What relates a word of the command to an element, and an element to another: the biases of the attention.

Every relation is a fact of form (equal, similar, contained, greater, beside, inside), never of one task.
"""

from __future__ import annotations

import torch
from torch import Tensor

from webagent.policy.batch import Batch
from webagent.policy.features import ELEMENT_FEATURES, LABEL_WORDS, Slots
from webagent.policy.order import ORDER_FEATURES, ORDERS
from webagent.policy.words import NGRAM_BUCKETS

__all__ = ["MATCHES", "PAIRS", "match_elements", "pair_elements"]

WORD_MATCHES = 3  # equal, similar in meaning, similar in spelling
MATCHES = len(Slots.all) * WORD_MATCHES + 19
PAIRS = 14
_WITHIN_6, _WITHIN_12, _SAME_ROW = 1, 2, 4  # channels of the pairs
_NGRAM_FOLD = 512  # trigram buckets are folded to this many for the spelling similarity
_TIE = 1e-4
_CONTAINER_SIZES = (3, 6, 12, 30)


def _word_matches(batch: Batch, vectors: Tensor) -> Tensor:
    """How each distinct word relates to each token: [B, U, L, WORD_MATCHES], all in [0, 1]; 0 for padding."""
    tokens = batch.tokens
    index = tokens[..., None]
    # Distinct words have distinct local numbers, so equal numbers mean equal words.
    order = torch.arange(batch.rows.shape[1])
    equal = (order[:, None] == tokens[:, None, :]) & (order[:, None] > 0)
    table = vectors[batch.rows]
    meaning = table @ table.gather(1, index.expand(-1, -1, table.shape[-1])).transpose(1, 2)
    grams = torch.zeros(*batch.rows.shape, _NGRAM_FOLD)
    present = (batch.ngrams > 0).float()
    grams.scatter_add_(2, batch.ngrams % NGRAM_BUCKETS % _NGRAM_FOLD, present)
    grams = grams / grams.norm(dim=-1, keepdim=True).clamp(min=1)
    spelling = grams @ grams.gather(1, index.expand(-1, -1, _NGRAM_FOLD)).transpose(1, 2)
    return torch.stack([equal.float(), meaning.clamp(min=0), spelling], dim=-1) * (order > 0)[None, :, None, None]


def _numbers(batch: Batch, index: Tensor) -> tuple[Tensor, Tensor]:
    """Numbers and ordinal flags of local words ``index``: [B, n]."""
    return batch.numbers.gather(1, index), batch.ordinals.gather(1, index)


def _phrase(words: Tensor, equal: Tensor) -> Tensor:
    """[B, E, L]: 1 for the tokens where all of an element's ``words`` [B, E, W] stand in the command, one by one.

    ``equal`` [B, E, W, L] says which word equals which token.
    """
    lengths, most = (words > 0).sum(-1), words.shape[2]
    size = words.shape[0], words.shape[1], equal.shape[3]
    starts = (lengths > 0)[..., None].expand(size).clone()
    for place in range(most):
        there = torch.zeros(size, dtype=torch.bool)
        if place < size[2]:
            there[:, :, : size[2] - place] = equal[:, :, place, place:]
        starts &= there | (lengths <= place)[..., None]
    covered = torch.zeros(size)
    for place in range(min(most, size[2])):
        shifted = torch.zeros(size)
        shifted[:, :, place:] = (starts & (lengths > place)[..., None])[:, :, : size[2] - place].float()
        covered = torch.maximum(covered, shifted)
    return covered


def _nearest(words: Tensor, batch: Batch) -> tuple[Tensor, Tensor]:
    """Likeness in meaning [B, E, L] where it is the greatest of all elements, and where it is that of all tokens.

    Words of one field are often all alike to some degree; which is the most alike says more than how alike it is.
    """
    like = torch.stack([words[:, :, slot, :, 1].amax(2) for slot in (Slots.label, Slots.values, Slots.near)]).amax(0)
    of_elements = like.masked_fill(~batch.element_mask[:, :, None], 0).amax(1, keepdim=True)
    of_tokens = like.masked_fill(~batch.token_mask[:, None], 0).amax(2, keepdim=True)
    return like * (like >= of_elements - _TIE), like * (like >= of_tokens - _TIE)


def match_elements(batch: Batch, vectors: Tensor, pairs: Tensor) -> Tensor:
    """How each element relates to each token: [B, E, L, MATCHES].

    Channels: for the words of label, value, marks, the label beside it, id and address: best equality, meaning,
    spelling; then whole label in the command, how long it is, whether no other label that holds the token is longer;
    whole id in the command; a number equal to / greater than / less than the token's; order among those of its parent
    equal to an ordinal / a plain number; order among those of its label, of its kind, equal to an ordinal; share of
    the label's words that the command holds; a word equal to the token in a common container of at most 6 / 12
    candidates, in the same row; how rare it is that an element says the token, here and in a common container of at
    most 12 candidates; meaning, where no other element / no other token is nearer.

    Args:
        batch: what to relate.
        vectors: [rows, WORD_DIMENSIONS] the word table.
        pairs: [B, E, E, PAIRS] what `pair_elements` says of the batch.
    """
    matches = _word_matches(batch, vectors)
    b, e, w = batch.words.shape
    tokens = batch.tokens.shape[1]
    flat = batch.words.reshape(b, e * w, 1, 1).expand(-1, -1, tokens, WORD_MATCHES)
    words = matches.gather(1, flat).reshape(b, e, w, tokens, WORD_MATCHES)
    channels = [words[:, :, slot].amax(2) for slot in Slots.all]
    label_equal = words[:, :, Slots.label, :, 0]
    numbers, _ = _numbers(batch, batch.words[:, :, : LABEL_WORDS + 4].reshape(b, -1))
    numbers = numbers.reshape(b, e, -1, 1)
    token_numbers, ordinal = _numbers(batch, batch.tokens)
    token_numbers, ordinal = token_numbers[:, None], ordinal[:, None]
    wanted = token_numbers[:, :, None]
    # Comparisons with NaN are false, which is what "no number" should give.
    first = ELEMENT_FEATURES - ORDER_FEATURES
    orders = [(batch.numeric[:, :, first + column] * 10).round()[..., None] for column in ORDERS]
    order, among_named, among_kind = orders
    lengths = (batch.words[:, :, Slots.label] > 0).sum(-1)
    phrase = _phrase(batch.words[:, :, Slots.label], label_equal > 0)
    long = phrase * (lengths / LABEL_WORDS)[..., None]
    facts = [
        phrase,
        long,
        ((long > 0) & (long >= long.amax(1, keepdim=True))).float(),
        _phrase(batch.words[:, :, Slots.ids], words[:, :, Slots.ids, :, 0] > 0),
        (numbers == wanted).any(2).float(),
        (numbers > wanted).any(2).float(),
        (numbers < wanted).any(2).float(),
        ((order == token_numbers) & ordinal).float(),
        ((order == token_numbers) & ~ordinal).float(),
        ((among_named == token_numbers) & ordinal).float(),
        ((among_kind == token_numbers) & ordinal).float(),
    ]
    held = label_equal.amax(-1).sum(-1) / lengths.clamp(min=1)
    share = label_equal.amax(2) * held[..., None]
    said = torch.stack([words[:, :, slot, :, 0].amax(2) for slot in (Slots.label, Slots.values, Slots.near)]).amax(0)
    beside = [(pairs[..., relation] @ said).clamp(max=1) for relation in (_WITHIN_6, _WITHIN_12, _SAME_ROW)]
    rare = said / said.sum(1, keepdim=True).clamp(min=1)
    rare_beside = (pairs[..., _WITHIN_12] @ rare).clamp(max=1)
    facts += [share, *beside, rare, rare_beside, *_nearest(words, batch)]
    result = torch.cat([*channels, torch.stack(facts, dim=-1)], dim=-1)
    return result * (batch.element_mask[:, :, None] & batch.token_mask[:, None])[..., None]


def pair_elements(batch: Batch) -> Tensor:
    """How each element relates to each other one: [B, E, E, PAIRS].

    Channels: common container holds <= 3 / 6 / 12 / 30 candidates; same row; same column; left of; above; next;
    previous; near; share of their containers in common; contains; is contained.
    """
    ancestors, sizes = batch.ancestors, batch.container_sizes
    common = ((ancestors[:, :, None] == ancestors[:, None]) & (ancestors[:, :, None] > 0)).float().cumprod(-1)
    depth = common.sum(-1).long()
    smallest = sizes[:, :, None].expand(common.shape).gather(-1, (depth - 1).clamp(min=0)[..., None]).squeeze(-1)
    smallest = torch.where(depth > 0, smallest, torch.full_like(smallest, 1e3))
    left, top, right, bottom = batch.boxes.unbind(-1)
    x, y = (left + right) / 2, (top + bottom) / 2
    dx, dy = x[:, :, None] - x[:, None], y[:, :, None] - y[:, None]
    order = torch.arange(x.shape[1])
    step = (order[:, None] - order[None]).expand(dx.shape)
    levels = (ancestors > 0).sum(-1)
    inside_i = (left[:, :, None] >= left[:, None] - 0.01) & (right[:, :, None] <= right[:, None] + 0.01)
    inside_i &= (top[:, :, None] >= top[:, None] - 0.01) & (bottom[:, :, None] <= bottom[:, None] + 0.01)
    other = step != 0
    facts = [smallest <= size for size in _CONTAINER_SIZES]
    facts += [
        dy.abs() < 0.05,
        dx.abs() < 0.05,
        dx < -0.05,
        dy < -0.05,
        step == 1,
        step == -1,
    ]
    nearness = torch.exp(-4 * (dx.square() + dy.square()).sqrt())
    shared = depth / torch.minimum(levels[:, :, None], levels[:, None]).clamp(min=1)
    return torch.stack(
        [
            *(fact.float() for fact in facts),
            nearness,
            shared,
            (inside_i.transpose(1, 2) & other).float(),
            (inside_i & other).float(),
        ],
        dim=-1,
    )
