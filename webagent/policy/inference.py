"""The network as it acts: the same as `webagent.policy.model`, from the same weights, with NumPy alone.

Letters: B batch, U distinct words, L tokens, E elements, N = 1 + E + L positions, d width, h heads.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from webagent.policy.actions import KIND_GROUPS, MASKED
from webagent.policy.batch import Batch, Scores
from webagent.policy.features import WORD_SLOTS, Slots
from webagent.policy.numerics import Floats, gelu, gelu_tanh, normalize, sigmoid, softmax
from webagent.policy.sizes import FAR, ModelConfig
from webagent.policy.words import word_table

__all__ = ["Network"]

Arrays = Batch[NDArray[Any]]
Page = Scores[NDArray[Any]]
"""What the network says of one page: `Scores` without the first axis."""


class Network:
    """The network, to act with.

    Args:
        config: its sizes.
        weights: every parameter, float32, named as in `webagent.policy.sizes.shapes`.
    """

    def __init__(self, config: ModelConfig, weights: Mapping[str, Floats]) -> None:
        self.config = config
        self.weights = weights
        self._embedding = _Embedding(weights)

    def __call__(self, batch: Arrays) -> Scores[NDArray[Any]]:
        """Read a batch and score every action on every element."""
        x = self._embedding(batch)
        for layer in range(self.config.layers):
            self._layer(f"layers.{layer}", x, self._bias(batch, layer))
        x = self._norm("norm", x)
        count = batch.words.shape[1]
        elements, whole = x[:, 1 : 1 + count], x[:, 0]
        possible = (batch.kinds & batch.element_mask[..., None])[..., list(KIND_GROUPS)]
        return Scores(
            actions=np.where(possible, self.head("action", elements), np.float32(MASKED)),
            page=self.head("page", whole),
            stop=self.head("stop", whole)[:, 0],
            elements=elements,
            whole=whole,
            tokens=x[:, 1 + count :],
            element_mask=batch.element_mask,
            token_mask=batch.token_mask,
            command_lengths=batch.command_lengths,
        )

    def head(self, name: str, state: Floats) -> Floats:
        """A linear map by name ("key", "mode", "piece", "scroll", "shift", "spot", "tab", …): [..., d] -> logits."""
        return _linear(self.weights, name, state)

    def spans(self, page: Page, state: Floats) -> Floats:
        """Logits of the spans to type into what has the ``state`` [d]: [L, L], first and last token.

        An extra digit stands alone.
        """
        first, last = np.split(self.head("span", state) * np.float32(len(state) ** -0.5), 2)
        order = np.arange(len(page.tokens))
        digit = order >= page.command_lengths
        inside = (order[:, None] <= order) & ~digit
        alone = np.diag(digit & page.token_mask)
        logits = (page.tokens @ first)[:, None] + page.tokens @ last
        return np.where(inside | alone, logits, np.float32(MASKED))

    def points(self, page: Page, state: Floats) -> tuple[Floats, Floats]:
        """Logits of the elements to copy text from, and to drag to, for what has the ``state`` [d]: [E] each."""
        queries = self.head("point", state).reshape(2, -1) * np.float32(len(state) ** -0.5)
        copy, target = np.where(page.element_mask, queries @ page.elements.T, np.float32(MASKED))
        return copy, target

    def write(self, previous: int, state: Floats, page: Page) -> tuple[Floats, Floats]:
        """One character: the id of the one before, state [d] -> logits [END + 1], new state [d]."""
        weights = self.weights
        near = page.tokens @ state * np.float32(len(state) ** -0.5)
        seen = softmax(np.where(page.token_mask, near, np.float32(MASKED))) @ page.tokens
        told = np.concatenate([weights["writer.embedding.weight"][previous], seen])
        new = weights["writer.cell.weight_ih"] @ told + weights["writer.cell.bias_ih"]
        old = weights["writer.cell.weight_hh"] @ state + weights["writer.cell.bias_hh"]
        (reset, keep, fresh), (old_reset, old_keep, old_fresh) = np.split(new, 3), np.split(old, 3)
        kept = sigmoid(keep + old_keep)
        state = (1 - kept) * np.tanh(fresh + sigmoid(reset + old_reset) * old_fresh) + kept * state
        return self.head("writer.out", state), state

    def _norm(self, name: str, x: Floats) -> Floats:
        return normalize(x, self.weights[f"{name}.weight"], self.weights[f"{name}.bias"])

    def _layer(self, name: str, x: Floats, bias: Floats) -> None:
        """One layer of the transformer: x [B, N, d] is changed in place; bias [B, h, N, N]."""
        b, n, d = x.shape
        heads = self.config.heads
        each = self.head(f"{name}.qkv", self._norm(f"{name}.norm1", x)).reshape(b, n, 3, heads, d // heads)
        q, k, v = each.transpose(2, 0, 3, 1, 4)
        q *= np.float32((d // heads) ** -0.5)
        near = q @ k.swapaxes(2, 3)
        near += bias
        near -= near.max(-1, keepdims=True)
        np.exp(near, out=near)
        mixed = near @ v
        mixed /= near.sum(-1, keepdims=True)
        x += self.head(f"{name}.out", mixed.swapaxes(1, 2).reshape(b, n, d))
        x += self.head(f"{name}.down", gelu_tanh(self.head(f"{name}.up", self._norm(f"{name}.norm2", x))))

    def _bias(self, batch: Arrays, layer: int) -> Floats:
        """What the relations add to the attention of a layer: [B, h, N, N]."""
        b, _, e, t = batch.matches.shape
        heads = self.config.heads
        own = slice(layer * heads, (layer + 1) * heads)
        back = slice(own.start + self.config.layers * heads, own.stop + self.config.layers * heads)
        bias = np.zeros((b, heads, 1 + e + t, 1 + e + t), np.float32)  # the page, at place 0, has no relations
        bias[:, :, 1 : 1 + e, 1 : 1 + e] = self._biases("pair_bias", own, batch.pairs)
        bias[:, :, 1 : 1 + e, 1 + e :] = self._biases("match_bias", own, batch.matches)
        bias[:, :, 1 + e :, 1 : 1 + e] = self._biases("match_bias", back, batch.matches).swapaxes(2, 3)
        order = np.arange(t)
        far = np.clip(order - order[:, None], -FAR, FAR) + FAR
        bias[:, :, 1 + e :, 1 + e :] = self.weights["distance_bias.weight"][far, own].transpose(2, 0, 1)
        present = np.concatenate([np.ones((b, 1), np.bool_), batch.element_mask, batch.token_mask], axis=1)
        if not present.all():
            np.copyto(bias, np.float32(MASKED), where=~present[:, None, None])
        return bias

    def _biases(self, name: str, own: slice, relations: Floats) -> Floats:
        """Relations [B, R, n, m] -> [B, h, n, m], by the ``own`` rows of a map."""
        b, r, n, m = relations.shape
        flat = self.weights[f"{name}.weight"][own] @ relations.reshape(b, r, n * m)
        flat += self.weights[f"{name}.bias"][own, None]
        return flat.reshape(b, -1, n, m)


class _Embedding:
    """Words, elements and the page as vectors of one width."""

    def __init__(self, weights: Mapping[str, Floats]) -> None:
        own = {name.removeprefix("embedding."): part for name, part in weights.items() if name.startswith("embedding.")}
        self._weights = own
        self._ngrams = own["ngrams.weight"].copy()
        self._ngrams[0] = 0  # none
        slots = range(len(Slots.all))
        self._scores = np.concatenate([own[f"slot_score.{slot}.weight"] for slot in slots]).T
        self._out = np.concatenate([own[f"slot_out.{slot}.weight"].T for slot in slots])
        self._out_bias = np.stack([own[f"slot_out.{slot}.bias"] for slot in slots])
        # What the place of a word among those of its slot adds to its score.
        every = own["slot_bias"] @ self._scores
        self._places = np.zeros(WORD_SLOTS, np.float32)
        for number, slot in enumerate(Slots.all):
            self._places[slot] = every[slot, number]

    def __call__(self, batch: Arrays) -> Floats:
        """-> [B, 1 + E + L, d]: the page, the elements, the tokens."""
        words = self._words(batch)
        matches, count = batch.matches, batch.words.shape[1]
        b, _, d = words.shape
        x = np.empty((b, 1 + count + batch.tokens.shape[1], d), np.float32)
        tokens = words[np.arange(b)[:, None], batch.tokens]
        tokens += self._linear("token_features", batch.token_features)
        tokens += self._linear("token_matches", matches.max(2).swapaxes(1, 2))
        mean = matches.sum(3) / batch.token_mask.sum(1, dtype=np.float32)[:, None, None]
        related = np.concatenate([matches.max(3), mean], axis=1).swapaxes(1, 2)
        x[:, 1 : 1 + count] = self._elements(batch, words)
        x[:, 1 : 1 + count] += self._linear("matches", related)
        # The page is told what is wanted.
        said = (np.arange(batch.tokens.shape[1]) < batch.command_lengths[:, None]).astype(np.float32)
        command = (said[:, None] @ tokens)[:, 0] / np.maximum(said.sum(1, keepdims=True), 1)
        x[:, 0] = self._linear("step", batch.step) + self._linear("command", command)
        x[:, 1 + count :] = tokens
        return x

    def _linear(self, name: str, x: Floats) -> Floats:
        return _linear(self._weights, name, x)

    def _words(self, batch: Arrays) -> Floats:
        """[B, U, d]: every distinct word once."""
        there = (batch.ngrams > 0).sum(2)
        grams = np.zeros((*there.shape, self._ngrams.shape[1]), np.float32)
        for place in range(int(there.max())):
            grams += self._ngrams[batch.ngrams[:, :, place]]
        grams /= np.maximum(there, 1)[..., None]
        words = self._linear("meaning", word_table()[1][batch.rows])
        words += self._linear("spelling", grams)
        return words

    def _elements(self, batch: Arrays, words: Floats) -> Floats:
        """[B, E, d]: of each kind of words a weighted mean, and everything that is no word."""
        b, u, d = words.shape
        flat = words.reshape(b * u, d)
        index = (batch.words + (np.arange(b) * u)[:, None, None]).reshape(-1, WORD_SLOTS)
        present = (batch.words > 0).reshape(-1, WORD_SLOTS)
        scores = flat @ self._scores
        said = np.zeros((len(index), len(Slots.all), d), np.float32)
        for number, slot in enumerate(Slots.all):
            there = present[:, slot]
            logits = scores[:, number][index[:, slot]] + self._places[slot]
            shares = softmax(np.where(there, logits, np.float32(MASKED))) * there
            said[:, number] = shares @ self._weights["slot_bias"][slot]
            used = np.flatnonzero(there.any(0))
            said[:, number] += (shares[:, None, used] @ flat[index[:, slot.start + used]])[:, 0]
        total: Floats = said.reshape(len(index), -1) @ self._out
        total += np.stack([present[:, slot].any(1) for slot in Slots.all], axis=1).astype(np.float32) @ self._out_bias
        total = total.reshape(b, -1, d)
        total += self._weights["tags.weight"][batch.tags]
        total += self._weights["roles.weight"][batch.roles]
        total += self._linear("numeric.2", gelu(self._linear("numeric.0", batch.numeric)))
        return total


def _linear(weights: Mapping[str, Floats], name: str, x: Floats) -> Floats:
    """[..., n] -> [..., m]."""
    weight, bias = weights[f"{name}.weight"], weights.get(f"{name}.bias")
    result = x.reshape(-1, x.shape[-1]) @ weight.T
    if bias is not None:
        result += bias
    return result.reshape(*x.shape[:-1], len(weight))
