"""Where sound comes from: a microphone, a file, standard input. All give mono blocks at 16 kHz."""

from __future__ import annotations

import queue
import threading
import wave
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
from numpy.typing import NDArray

from webagent.errors import UsageError
from webagent.voice.hearing import RATE, Sound

__all__ = ["check_microphone", "microphone", "raw", "resampled", "wav_file"]

_BLOCK = RATE // 10  # samples of a block: a tenth of a second
_TYPES: dict[int, tuple[str, float]] = {1: ("u1", 1 / 128), 2: ("<i2", 1 / 32768), 4: ("<i4", 1 / 2147483648)}
"""How samples are stored by their width in bytes, and what makes them at most 1."""


def wav_file(path: Path) -> Sound:
    """The whole of a WAV file, whatever its rate, width and channels, as ``Sound``.

    Raises:
        UsageError: it is none, or of a kind that cannot be read.
    """
    try:
        with wave.open(str(path)) as file:
            width, rate, channels = file.getsampwidth(), file.getframerate(), file.getnchannels()
            data = file.readframes(file.getnframes())
    except (OSError, EOFError, wave.Error) as error:
        raise UsageError(f"{path} cannot be read as WAV ({error}); convert it to 16-bit PCM") from None
    if width not in _TYPES:
        raise UsageError(f"{path} has samples of {8 * width} bits; convert it to 16-bit PCM")
    kind, unit = _TYPES[width]
    samples = np.frombuffer(data, kind).astype(np.float64) * unit - (1.0 if width == 1 else 0.0)
    mono = samples[: len(samples) // channels * channels].reshape(-1, channels).mean(1)
    return resampled(mono, rate)


def raw(stream: BinaryIO) -> Iterator[Sound]:
    """Raw 16-bit little-endian mono PCM at 16 kHz, as it comes in."""
    while data := stream.read(2 * _BLOCK):
        yield np.frombuffer(data[: len(data) // 2 * 2], "<i2").astype(np.int16)


def microphone(device: str | None = None, ended: threading.Event | None = None) -> Iterator[Sound]:
    """What a microphone hears, until ``ended`` is set.

    Args:
        device: a part of its name, or its number; the system's own when ``None``.
        ended: looked at ten times a second; never ends when ``None``.

    Raises:
        UsageError: no microphone can be used; the message says what to do instead.
    """
    blocks: queue.SimpleQueue[Sound] = queue.SimpleQueue()

    def keep(data: Any, count: int, moment: Any, status: Any) -> None:
        blocks.put(np.frombuffer(bytes(data), np.int16))

    with _usable(device) as (sounddevice, settings):
        stream = sounddevice.RawInputStream(**settings, blocksize=_BLOCK, callback=keep)
    with stream:
        while ended is None or not ended.is_set():
            yield blocks.get()


def check_microphone(device: str | None = None) -> None:
    """See whether `microphone` would work.

    Raises:
        UsageError: no microphone can be used; the message says what to do instead.
    """
    with _usable(device) as (sounddevice, settings):
        sounddevice.check_input_settings(**settings)


@contextmanager
def _usable(device: str | None) -> Iterator[tuple[Any, dict[str, Any]]]:
    """The library for sound, and how a microphone is opened; what goes wrong there is said in a line."""
    try:
        import sounddevice
    except ImportError:
        raise UsageError("the microphone needs sounddevice: python -m pip install 'webagent[voice]'") from None
    except OSError:
        raise UsageError("the microphone needs PortAudio: apt-get install libportaudio2, or use --audio-file") from None
    wanted = int(device) if device and device.isdigit() else device
    try:
        yield sounddevice, {"samplerate": RATE, "device": wanted, "channels": 1, "dtype": "int16"}
    except (sounddevice.PortAudioError, ValueError) as error:
        raise UsageError(
            f"no microphone can be used ({error}); plug one in and name it with --device, or use --audio-file"
        ) from None


def resampled(samples: NDArray[np.float64], rate: int) -> Sound:
    """Samples in [-1, 1] at ``rate`` as ``Sound``: cut or filled up in the spectrum."""
    count = round(len(samples) * RATE / rate)
    if count and rate != RATE:
        spectrum = np.fft.rfft(samples)[: count // 2 + 1]
        samples = np.fft.irfft(spectrum, count) * (count / len(samples))
    return np.clip(np.round(samples * 32767), -32768, 32767).astype(np.int16)
