"""How large the network is: its configuration, and the name and shape of every parameter in ``weights.safetensors``."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from webagent.policy.actions import END, KEYS, KINDS, MODES, PAGE_KINDS, PIECES, SCROLLS, SHIFTS, SPOTS, TABS
from webagent.policy.command import STEP_FEATURES, TOKEN_FEATURES
from webagent.policy.features import ELEMENT_FEATURES, ROLES, TAGS, WORD_SLOTS, Slots
from webagent.policy.relations import MATCHES, PAIRS
from webagent.policy.words import NGRAM_BUCKETS, WORD_DIMENSIONS

__all__ = ["FAR", "ModelConfig", "shapes"]

FAR = 16
"""Tokens further apart than this are told apart no more."""


class ModelConfig(msgspec.Struct, frozen=True, kw_only=True):
    """Sizes of the network.

    Attributes:
        width: d, of every position.
        layers: transformer layers.
        heads: attention heads a layer.
        ngram_width: of a character trigram's vector.
        dropout: share of activations dropped in training, in [0, 1).
    """

    width: int = 128
    layers: int = 4
    heads: int = 8
    ngram_width: int = 64
    dropout: float = 0.1


def shapes(config: ModelConfig) -> dict[str, tuple[int, ...]]:
    """Name and shape of every parameter."""
    d, h = config.width, config.heads
    linear = {
        "match_bias": (2 * h * config.layers, MATCHES),
        "pair_bias": (h * config.layers, PAIRS),
        "action": (len(KINDS), d),
        "page": (len(PAGE_KINDS), d),
        "stop": (1, d),
        "key": (len(KEYS), d),
        "mode": (len(MODES), d),
        "piece": (len(PIECES), d),
        "scroll": (len(SCROLLS), d),
        "shift": (2 * len(SHIFTS), d),
        "spot": (2 * SPOTS, d),
        "tab": (len(TABS), d),
        "span": (2 * d, d),
        "point": (2 * d, d),
        "writer.out": (END + 1, d),
        **_embedding(config),
        **dict(_layers(config)),
    }
    found: dict[str, tuple[int, ...]] = {f"{name}.weight": shape for name, shape in linear.items()}
    found |= {f"{name}.bias": shape[:1] for name, shape in linear.items()}
    del found["embedding.spelling.bias"]
    norms = ["norm", *(f"layers.{layer}.norm{place}" for layer in range(config.layers) for place in (1, 2))]
    found |= {f"{name}.{part}": (d,) for name in norms for part in ("weight", "bias")}
    return found | {
        "distance_bias.weight": (2 * FAR + 1, h * config.layers),
        "embedding.ngrams.weight": (NGRAM_BUCKETS, config.ngram_width),
        "embedding.tags.weight": (TAGS, d),
        "embedding.roles.weight": (ROLES, d),
        "embedding.slot_bias": (WORD_SLOTS, d),
        "writer.embedding.weight": (END + 1, d),
        "writer.cell.weight_ih": (3 * d, 2 * d),
        "writer.cell.weight_hh": (3 * d, d),
        "writer.cell.bias_ih": (3 * d,),
        "writer.cell.bias_hh": (3 * d,),
    }


def _embedding(config: ModelConfig) -> dict[str, tuple[int, int]]:
    d = config.width
    own = {
        "meaning": (d, WORD_DIMENSIONS),
        "spelling": (d, config.ngram_width),
        "token_features": (d, TOKEN_FEATURES),
        "numeric.0": (d, ELEMENT_FEATURES),
        "numeric.2": (d, d),
        "matches": (d, 2 * MATCHES),
        "token_matches": (d, MATCHES),
        "step": (d, STEP_FEATURES),
        "command": (d, d),
        **{f"slot_score.{slot}": (1, d) for slot in range(len(Slots.all))},
        **{f"slot_out.{slot}": (d, d) for slot in range(len(Slots.all))},
    }
    return {f"embedding.{name}": shape for name, shape in own.items()}


def _layers(config: ModelConfig) -> Iterator[tuple[str, tuple[int, int]]]:
    d = config.width
    for layer in range(config.layers):
        yield f"layers.{layer}.qkv", (3 * d, d)
        yield f"layers.{layer}.out", (d, d)
        yield f"layers.{layer}.up", (4 * d, d)
        yield f"layers.{layer}.down", (d, 4 * d)
