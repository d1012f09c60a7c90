"""Take steady noise out of an utterance: PocketSphinx was trained without any."""

from __future__ import annotations

import numpy as np

from webagent.voice.hearing import Sound

__all__ = ["without_noise"]

_SIZE = 512  # samples of a frame, 32 ms
_STEP = 128
_LEAST = 0.12  # of any frequency at least this much is left; less makes tones of its own
_QUIETEST = 0.2  # share of frames that are taken for pauses


def without_noise(sound: Sound, strength: float = 1.5) -> Sound:
    """The sound with what is there in its quietest moments subtracted (Wiener filter over short spectra).

    Args:
        sound: samples [n]; returned as it is when shorter than a tenth of a second.
        strength: how much more than the noise that was found is taken for noise.
    """
    if len(sound) < 1600:
        return sound
    window = np.hanning(_SIZE + 1)[:-1]
    padded = np.pad(sound.astype(np.float64), (_SIZE, 2 * _SIZE))
    places = np.arange(0, len(padded) - _SIZE, _STEP)
    spectra = np.fft.rfft(padded[places[:, None] + np.arange(_SIZE)] * window)
    power = np.abs(spectra) ** 2
    inside = power[_SIZE // _STEP : -2 * _SIZE // _STEP]
    loudness = inside.sum(1)
    noise = inside[loudness <= np.quantile(loudness, _QUIETEST)].mean(0)
    smooth = (power[:-2] + power[1:-1] + power[2:]) / 3
    gains = np.ones_like(power)
    gains[1:-1] = np.maximum(1 - strength * noise / np.maximum(smooth, 1e-9), _LEAST)
    frames = np.fft.irfft(spectra * gains) * window
    out = np.zeros(len(padded))
    for place, frame in zip(places, frames, strict=True):
        out[place : place + _SIZE] += frame
    quiet = out[_SIZE : _SIZE + len(sound)] / (window**2).reshape(-1, _STEP).sum(0).mean()
    result: Sound = np.clip(quiet, -32768, 32767).astype(np.int16)
    return result
