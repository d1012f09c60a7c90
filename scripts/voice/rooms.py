"""The rooms in which the commands of the voice suite are heard: nothing around, a quiet room, a noisy one."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

__all__ = ["ROOMS", "heard_in"]

ROOMS: dict[str, float | None] = {"clean": None, "20dB": 20.0, "12dB": 12.0}
"""Each with how much louder speech is than noise, in decibels."""

_RATE = 16_000
_ECHO = 0.25  # seconds until the echo has fallen by 60 dB


def heard_in(room: str, samples: NDArray[np.int16], seed: int) -> NDArray[np.int16]:
    """What a microphone gets: with an echo and pink noise, the same for the same seed."""
    ratio = ROOMS[room]
    if ratio is None:
        return samples
    rng = np.random.default_rng(seed)
    speech = _echoing(samples / 32768, rng)
    noise = _pink(len(speech), rng)
    loud = speech[np.abs(speech) > 0.1 * np.abs(speech).max()]  # pauses do not count as speech
    wanted = np.sqrt(np.mean(loud**2)) / 10 ** (ratio / 20)
    mixed = speech + noise * wanted / np.sqrt(np.mean(noise**2))
    return (32767 * 0.5 * mixed / np.abs(mixed).max()).astype(np.int16)


def _echoing(speech: NDArray[np.float64], rng: np.random.Generator) -> NDArray[np.float64]:
    times = np.arange(int(_ECHO * _RATE)) / _RATE
    answer = rng.standard_normal(len(times)) * 10 ** (-3 * times / _ECHO) * 0.05
    answer[0] = 1.0
    size = len(speech) + len(answer)
    echoed: NDArray[np.float64] = np.fft.irfft(np.fft.rfft(speech, size) * np.fft.rfft(answer, size), size)
    return echoed[: len(speech)]


def _pink(count: int, rng: np.random.Generator) -> NDArray[np.float64]:
    spectrum = np.fft.rfft(rng.standard_normal(count))
    spectrum /= np.sqrt(np.maximum(np.arange(len(spectrum)), 10))
    noise: NDArray[np.float64] = np.fft.irfft(spectrum, count)
    return noise
