"""The few functions of arrays that the network needs and NumPy does not have. All in float32."""

from __future__ import annotations

from contextlib import AbstractContextManager
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray
from threadpoolctl import ThreadpoolController

__all__ = ["Floats", "gelu", "gelu_tanh", "normalize", "one_thread", "sigmoid", "softmax"]

Floats = NDArray[np.float32]

# Abramowitz and Stegun 1964, 7.1.26: erf(x) for x >= 0 to 1.5e-7.
_ERF = (1.061405429, -1.453152027, 1.421413741, -0.284496736, 0.254829592)
_ERF_STEP = 0.3275911


@cache
def _libraries() -> Any:
    return ThreadpoolController()


def one_thread() -> AbstractContextManager[object]:
    """While it lasts, NumPy's matrix products take one thread.

    They are small: a second thread gains little, and where others need the cores, both wait for each other.
    """
    limited: AbstractContextManager[object] = _libraries().limit(limits=1, user_api="blas")
    return limited


def sigmoid(x: Any) -> Any:
    """1 / (1 + e^-x), of a number or an array; no x is too large for it."""
    return 0.5 + 0.5 * np.tanh(0.5 * x)


def softmax(x: Floats) -> Floats:
    """Shares of e^x along the last axis."""
    shares: Floats = np.subtract(x, x.max(-1, keepdims=True))
    np.exp(shares, out=shares)
    shares /= shares.sum(-1, keepdims=True)
    return shares


def gelu(x: Floats) -> Floats:
    """Each number times the share of a normal distribution below it (Hendrycks & Gimpel 2016)."""
    size = np.abs(x) * np.float32(0.5**0.5)
    step = 1 / (1 + _ERF_STEP * size)
    series = np.zeros_like(x)
    for factor in _ERF:
        series += np.float32(factor)
        series *= step
    erf = np.copysign(1 - series * np.exp(-size * size), x)
    grown: Floats = 0.5 * x * (1 + erf)
    return grown


def gelu_tanh(x: Floats) -> Floats:
    """`gelu`, by its approximation with a hyperbolic tangent; x is overwritten."""
    inner = x * x
    inner *= np.float32(0.044715)
    inner += 1
    inner *= x
    inner *= np.float32((2 / np.pi) ** 0.5)
    np.tanh(inner, out=inner)
    inner += 1
    inner *= np.float32(0.5)
    x *= inner
    return x


def normalize(x: Floats, weight: Floats, bias: Floats) -> Floats:
    """Layer norm (Ba et al. 2016) along the last axis, with the small constant that torch adds."""
    centered: Floats = x - x.mean(-1, keepdims=True)
    variance = np.einsum("...d,...d->...", centered, centered)[..., None] / np.float32(x.shape[-1])
    centered /= np.sqrt(variance + np.float32(1e-5))
    centered *= weight
    centered += bias
    return centered
