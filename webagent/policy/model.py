"""The network: one transformer over [page; elements; command], and pointers into it.

The design follows the pointer idea of Vinyals et al. 2015 (https://arxiv.org/abs/1506.03134): an action is a place in
the input, (element, kind), and typed text is a span of the command, another element's text, or, when neither holds
it, characters. Relations between words and elements enter as attention biases (relations.py).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import torch
from torch import Tensor, nn
from torch.nn import functional

from webagent.policy.actions import (
    END,
    KEYS,
    KIND_GROUPS,
    KINDS,
    MASKED,
    MODES,
    PAGE_KINDS,
    PIECES,
    SCROLLS,
    SHIFTS,
    SPOTS,
    TABS,
)
from webagent.policy.batch import Batch, Scores
from webagent.policy.command import STEP_FEATURES, TOKEN_FEATURES
from webagent.policy.features import ELEMENT_FEATURES, ROLES, TAGS, WORD_SLOTS, Slots
from webagent.policy.relations import MATCHES, PAIRS
from webagent.policy.sizes import FAR, ModelConfig
from webagent.policy.words import NGRAM_BUCKETS, WORD_DIMENSIONS, word_table

__all__ = ["Network", "choices", "states", "without_kinds"]

Tensors = Batch[Tensor]


def states(scores: Scores[Tensor], chosen: Tensor) -> Tensor:
    """[B, d]: states of the elements ``chosen`` [B]; that of the page where it is -1."""
    every = torch.cat([scores.elements, scores.whole[:, None]], dim=1)
    return every[torch.arange(len(chosen)), chosen]


def choices(scores: Scores[Tensor]) -> Tensor:
    """[B, E * K + P]: everything that there is to choose from."""
    return torch.cat([scores.actions.flatten(1), scores.page], dim=1)


def without_kinds(scores: Scores[Tensor], kinds: Sequence[int]) -> Scores[Tensor]:
    """Scores with some kinds, by index in KINDS + PAGE_KINDS, made impossible."""
    if not kinds:
        return scores
    gone = torch.zeros(len(KINDS + PAGE_KINDS), dtype=torch.bool)
    gone[list(kinds)] = True
    return replace(
        scores,
        actions=scores.actions.masked_fill(gone[: len(KINDS)], MASKED),
        page=scores.page.masked_fill(gone[len(KINDS) :], MASKED),
    )


class Layer(nn.Module):
    """Pre-norm transformer layer with a bias on the attention logits."""

    def __init__(self, config: ModelConfig) -> None:
        super().__init__()
        d = config.width
        self.heads = config.heads
        self.dropout = config.dropout
        self.norm1, self.norm2 = nn.LayerNorm(d), nn.LayerNorm(d)
        self.qkv, self.out = nn.Linear(d, 3 * d), nn.Linear(d, d)
        self.up, self.down = nn.Linear(d, 4 * d), nn.Linear(4 * d, d)

    def forward(self, x: Tensor, bias: Tensor) -> Tensor:
        """X [B, N, d], bias [B, heads, N, N] -> [B, N, d]."""
        b, n, d = x.shape
        q, k, v = self.qkv(self.norm1(x)).view(b, n, 3, self.heads, d // self.heads).permute(2, 0, 3, 1, 4)
        mixed = functional.scaled_dot_product_attention(q, k, v, attn_mask=bias)
        x = x + functional.dropout(self.out(mixed.transpose(1, 2).reshape(b, n, d)), self.dropout, self.training)
        hidden = functional.gelu(self.up(self.norm2(x)), approximate="tanh")
        grown: Tensor = x + functional.dropout(self.down(hidden), self.dropout, self.training)
        return grown


class Embedding(nn.Module):
    """Words, elements and the page as vectors of one width."""

    vectors: Tensor

    def __init__(self, config: ModelConfig) -> None:
        super().__init__()
        d = config.width
        self.register_buffer("vectors", torch.from_numpy(word_table()[1]), persistent=False)
        self.ngrams = nn.Embedding(NGRAM_BUCKETS, config.ngram_width, padding_idx=0)
        self.meaning = nn.Linear(WORD_DIMENSIONS, d)
        self.spelling = nn.Linear(config.ngram_width, d, bias=False)
        self.token_features = nn.Linear(TOKEN_FEATURES, d)
        self.slot_bias = nn.Parameter(torch.zeros(WORD_SLOTS, d))
        self.slot_score = nn.ModuleList(nn.Linear(d, 1) for _ in Slots.all)
        self.slot_out = nn.ModuleList(nn.Linear(d, d) for _ in Slots.all)
        self.tags = nn.Embedding(TAGS, d)
        # Zeros: a role that training never showed changes nothing.
        self.roles = nn.Embedding(ROLES, d, _weight=torch.zeros(ROLES, d))
        self.numeric = nn.Sequential(nn.Linear(ELEMENT_FEATURES, d), nn.GELU(), nn.Linear(d, d))
        self.matches = nn.Linear(2 * MATCHES, d)
        self.token_matches = nn.Linear(MATCHES, d)
        self.step = nn.Linear(STEP_FEATURES, d)
        self.command = nn.Linear(d, d)

    def forward(self, batch: Tensors) -> Tensor:
        """-> [B, 1 + E + L, d]: the page, the elements, the tokens."""
        words, matches = self._words(batch), batch.matches
        d = words.shape[-1]
        tokens = words.gather(1, batch.tokens[..., None].expand(-1, -1, d))
        tokens = tokens + self.token_features(batch.token_features)
        tokens = tokens + self.token_matches(matches.amax(2).transpose(1, 2))
        mean = matches.sum(3) / batch.token_mask.sum(1)[:, None, None]
        related = torch.cat([matches.amax(3), mean], 1).transpose(1, 2)
        elements = self._elements(batch, words) + self.matches(related)
        # The page is told what is wanted: without its words, "go back" took ten times as long to learn.
        order = torch.arange(tokens.shape[1])
        said = (order < batch.command_lengths[:, None]).float()[..., None]
        page = self.step(batch.step) + self.command((tokens * said).sum(1) / said.sum(1).clamp(min=1))
        return torch.cat([page[:, None], elements, tokens], dim=1)

    def _words(self, batch: Tensors) -> Tensor:
        """[B, U, d]: every distinct word once."""
        b, u, n = batch.ngrams.shape
        grams = functional.embedding_bag(
            batch.ngrams.view(b * u, n), self.ngrams.weight, mode="sum", padding_idx=self.ngrams.padding_idx
        )
        counts = (batch.ngrams > 0).sum(2).clamp(min=1)[..., None]
        words: Tensor = self.meaning(self.vectors[batch.rows]) + self.spelling(grams.view(b, u, -1) / counts)
        return words

    def _elements(self, batch: Tensors, words: Tensor) -> Tensor:
        """[B, E, d]: of each kind of words a weighted mean, and everything that is no word."""
        b, e, _ = batch.words.shape
        total: Tensor = self.tags(batch.tags) + self.roles(batch.roles) + self.numeric(batch.numeric)
        for slot, score, out in zip(Slots.all, self.slot_score, self.slot_out, strict=True):
            index, places = batch.words[:, :, slot], self.slot_bias[slot]
            present = index > 0
            # The scores of the distinct words are looked up, not the words themselves: [B, E, W, d] would be large.
            logits = score(words).squeeze(-1).gather(1, index.reshape(b, -1)).view(index.shape)
            logits = logits + score(places).squeeze(-1)
            weight = logits.masked_fill(~present, MASKED).softmax(-1) * present
            shares = words.new_zeros(b, e, words.shape[1]).scatter_add(2, index, weight)
            total = total + out(shares @ words + weight @ places) * present.any(-1, keepdim=True)
        return total


class Network(nn.Module):
    """The whole policy network."""

    def __init__(self, config: ModelConfig) -> None:
        super().__init__()
        d, h = config.width, config.heads
        self.config = config
        self.embedding = Embedding(config)
        # Each layer has biases of its own: what looks along a row first may look for a word then.
        self.match_bias = nn.Linear(MATCHES, 2 * h * config.layers)
        self.pair_bias = nn.Linear(PAIRS, h * config.layers)
        self.distance_bias = nn.Embedding(2 * FAR + 1, h * config.layers)
        self.layers = nn.ModuleList(Layer(config) for _ in range(config.layers))
        self.norm = nn.LayerNorm(d)
        self.action = nn.Linear(d, len(KINDS))
        self.page = nn.Linear(d, len(PAGE_KINDS))
        self.stop = nn.Linear(d, 1)
        self.key = nn.Linear(d, len(KEYS))
        self.mode = nn.Linear(d, len(MODES))
        self.piece = nn.Linear(d, len(PIECES))
        self.scroll = nn.Linear(d, len(SCROLLS))
        self.shift = nn.Linear(d, 2 * len(SHIFTS))
        self.spot = nn.Linear(d, 2 * SPOTS)
        self.tab = nn.Linear(d, len(TABS))
        self.span = nn.Linear(d, 2 * d)
        self.point = nn.Linear(d, 2 * d)
        self.writer = Writer(config)

    def forward(self, batch: Tensors) -> Scores[Tensor]:
        """Read a batch and score every action on every element."""
        x = functional.dropout(self.embedding(batch), self.config.dropout, self.training)
        biases = self._bias(batch).chunk(self.config.layers, dim=1)
        for layer, bias in zip(self.layers, biases, strict=True):
            x = layer(x, bias)
        x = self.norm(x)
        count = batch.words.shape[1]
        elements, tokens = x[:, 1 : 1 + count], x[:, 1 + count :]
        actions = self.action(elements).masked_fill(~_possible(batch), MASKED)
        return Scores(
            actions=actions,
            page=self.page(x[:, 0]),
            stop=self.stop(x[:, 0]).squeeze(-1),
            elements=elements,
            whole=x[:, 0],
            tokens=tokens,
            element_mask=batch.element_mask,
            token_mask=batch.token_mask,
            command_lengths=batch.command_lengths,
        )

    def _bias(self, batch: Tensors) -> Tensor:
        """[B, layers * heads, N, N] with N = 1 + E + L."""
        b, t = len(batch.tokens), batch.tokens.shape[1]
        to_tokens, to_elements = _biases(self.match_bias, batch.matches).chunk(2, dim=1)
        near = _biases(self.pair_bias, batch.pairs)
        order = torch.arange(t)
        far = (order[None] - order[:, None]).clamp(-FAR, FAR) + FAR
        distances = self.distance_bias(far).permute(2, 0, 1)[None].expand(b, -1, -1, -1)
        of_elements = torch.cat([near, to_tokens], dim=3)
        of_tokens = torch.cat([to_elements.transpose(2, 3), distances], dim=3)
        # The page, at place 0, has no relations.
        bias = functional.pad(torch.cat([of_elements, of_tokens], dim=2), (1, 0, 1, 0))
        present = torch.cat([batch.element_mask.new_ones(b, 1), batch.element_mask, batch.token_mask], dim=1)
        return bias.masked_fill_(~present[:, None, None], MASKED)

    def spans(self, scores: Scores[Tensor], state: Tensor) -> Tensor:
        """Logits of the spans to type into what has the ``state`` [B, d]: [B, L, L], first and last token.

        An extra digit stands alone.
        """
        first, last = self.span(state).chunk(2, dim=-1)
        scale = state.shape[-1] ** -0.5
        starts: Tensor = (scores.tokens @ first[..., None]).squeeze(-1) * scale
        ends: Tensor = (scores.tokens @ last[..., None]).squeeze(-1) * scale
        order = torch.arange(starts.shape[1])
        lengths = scores.command_lengths[:, None, None]
        inside = (order[None, :, None] <= order[None, None]) & (order[None, None] < lengths)
        digit = (order[:, None] == order[None]) & (order[None, None] >= lengths) & scores.token_mask[:, None]
        return (starts[:, :, None] + ends[:, None]).masked_fill(~(inside | digit), MASKED)

    def points(self, scores: Scores[Tensor], state: Tensor) -> tuple[Tensor, Tensor]:
        """Logits of the elements to copy text from, and to drag to, for what has the ``state`` [B, d]: [B, E] each."""
        queries = self.point(state).view(len(state), 2, -1)
        logits = (queries @ scores.elements.transpose(1, 2)) * state.shape[-1] ** -0.5
        copy, target = logits.masked_fill(~scores.element_mask[:, None], MASKED).unbind(1)
        return copy, target


class Writer(nn.Module):
    """Writes text character by character: a small recurrent network that looks at the command."""

    def __init__(self, config: ModelConfig) -> None:
        super().__init__()
        d = config.width
        self.embedding = nn.Embedding(END + 1, d)
        self.cell = nn.GRUCell(2 * d, d)
        self.out = nn.Linear(d, END + 1)

    def step(self, previous: Tensor, state: Tensor, tokens: Tensor, mask: Tensor) -> tuple[Tensor, Tensor]:
        """One character: previous [B], state [B, d], tokens [B, L, d] -> logits [B, END + 1], new state [B, d]."""
        weights = (tokens @ state[..., None]).squeeze(-1) * state.shape[-1] ** -0.5
        weights = weights.masked_fill(~mask, MASKED).softmax(-1)
        seen = (weights[:, None] @ tokens).squeeze(1)
        state = self.cell(torch.cat([self.embedding(previous), seen], -1), state)
        return self.out(state), state


def _biases(linear: nn.Linear, relations: Tensor) -> Tensor:
    """A linear map of relations that stand in front: [B, R, n, m] -> [B, C, n, m]."""
    mapped: Tensor = linear.weight @ relations.flatten(2) + linear.bias[:, None]
    return mapped.view(len(relations), -1, *relations.shape[2:])


def _possible(batch: Tensors) -> Tensor:
    """[B, E, K]: which kinds of action each element takes."""
    return (batch.kinds & batch.element_mask[..., None])[..., list(KIND_GROUPS)]
