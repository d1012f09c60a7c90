"""Whisper (through faster-whisper) with the page's labels as its prompt.

What it writes with the prompt is compared with near labels of the page by how likely each is without any prompt, from
the same encoding of the sound: the prompt alone would hear labels in anything.
"""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from faster_whisper import WhisperModel
from faster_whisper.tokenizer import Tokenizer

from webagent.voice.grammar import grammar_words
from webagent.voice.hearing import Heard, Hypothesis, Sound, weigh
from webagent.voice.vocabulary import Vocabulary
from webagent.voice.wording import BARE
from webagent.voice.words import spoken

__all__ = ["Whisper"]

_LABELS = 60  # in the prompt, which takes about 220 tokens
_PROMPT = 200  # tokens
_BEAM = 3
_NEAR = 5  # labels that are tried besides what was written
_ALIKE = 0.5  # how much of a label must be in what was written (difflib), in [0, 1]
_SILENT = 0.6  # probability of no speech above which nothing was said
_PROMPTED = 1.0  # weight of what the prompt makes likely beside what the sound does
_UNWRITTEN = 2.0  # by how much less likely is what was not written at all, in log odds
_STRANGE = 1.5  # by how much less likely a word is that the page does not suggest, in log odds
_MARKS = " .,!?"
_SURE = -1.3  # mean log probability of a token at which half of what was written is right; tuned


class Whisper:
    """Speech to words with a Whisper model in CTranslate2's format."""

    name = "whisper"

    def __init__(self, model: str | Path = "base.en", *, offline: bool = False) -> None:
        """Load a model.

        Args:
            model: a folder, or a size such as ``"tiny.en"``, which is downloaded the first time.
            offline: do not download.

        Raises:
            OSError: the model is not there, or could not be downloaded.
        """
        self._model = WhisperModel(str(model), device="cpu", compute_type="int8", local_files_only=offline)
        self._tokenizer = Tokenizer(
            self._model.hf_tokenizer, self._model.model.is_multilingual, task="transcribe", language="en"
        )
        self._vocabulary: Vocabulary | None = None
        self._prompt: list[int] = []
        self._suggested: set[str] = set()

    def bias(self, vocabulary: Vocabulary) -> None:
        """Put the labels into the prompt."""
        if vocabulary == self._vocabulary:
            return
        self._vocabulary = vocabulary
        self._suggested = grammar_words(vocabulary).union(vocabulary.words)
        labels = [label.written for label in vocabulary.labels if len(label.words) < 7][:_LABELS]
        expected = "".join(f" {label.written}," for label in dict.fromkeys(vocabulary.expected))
        text = f" Voice commands for a web page:{expected} click {', '.join(labels)}. {', '.join(BARE[:12])}."
        self._prompt = self._tokenizer.encode(text)[:_PROMPT]

    def hear(self, sound: Sound) -> Heard:
        """Understand one utterance."""
        features = self._model.feature_extractor(sound.astype(np.float32) / 32768)
        frames = features.shape[-1]
        padded = np.zeros((features.shape[0], 3000), np.float32)
        padded[:, : min(frames, 3000)] = features[:, :3000]
        encoded = self._model.encode(padded)
        result = self._model.model.generate(
            encoded,
            [self._model.get_prompt(self._tokenizer, self._prompt, without_timestamps=True)],
            beam_size=_BEAM,
            num_hypotheses=_BEAM,
            max_length=448,
            return_scores=True,
            return_no_speech_prob=True,
        )[0]
        if result.no_speech_prob > _SILENT:
            return Heard((), self.name, 0.0)
        prompted: dict[str, float] = {}
        for tokens, mean in zip(result.sequences_ids, result.scores, strict=True):
            prompted.setdefault(self._tokenizer.decode(tokens).strip(), mean * (len(tokens) + 1))
        return self._weighed(prompted, encoded, min(frames, 3000))

    def _weighed(self, prompted: Mapping[str, float], encoded: Any, frames: int) -> Heard:
        """What was written, and near labels, by their likelihood with and without the prompt."""
        best = max(prompted.values())
        scored: dict[str, float] = {}
        means: dict[str, float] = {}
        tried: set[tuple[str, ...]] = {()}
        for text in [*prompted, *self._near(next(iter(prompted)))]:
            words = spoken(text)
            if words not in tried:  # the likeliest way to write them came first
                tried.add(words)
                alone = self._fit(text, encoded, frames)
                means[text] = float(np.mean(alone[:-1]))
                strange = sum(word not in self._suggested for word in words)
                prompt = prompted.get(text, best - _UNWRITTEN) - best
                scored[text] = float(np.sum(alone)) + _PROMPTED * prompt - _STRANGE * strange
        ordered = tuple(
            Hypothesis(self._spelled(text.strip(_MARKS)), share, " ".join(spoken(text)))
            for text, share in weigh(scored)
        )
        top = max(scored, key=lambda text: scored[text], default="")
        trust = 1 / (1 + np.exp(-4 * (means[top] - _SURE))) if top else 0.0
        if top and self._suggested.issuperset(spoken(top)):
            trust = 1.0  # a short label is unlikely as a sentence, but not on its page
        return Heard(ordered, self.name, float(trust))

    def _near(self, text: str) -> list[str]:
        """The same with its end replaced by labels that look like it, as when the verb is right and the name is not."""
        if self._vocabulary is None:
            return []
        words = spoken(text)
        scored: dict[str, float] = {}
        for label in self._vocabulary.labels:
            for first in range(min(3, len(words))):
                rest = " ".join(words[first:])
                alike = difflib.SequenceMatcher(None, rest, " ".join(label.words)).ratio()
                if _ALIKE <= alike < 1:
                    said = " ".join([*words[:first], label.written])
                    scored[said] = max(alike, scored.get(said, 0.0))
        return sorted(scored, key=lambda said: -scored[said])[:_NEAR]

    def _spelled(self, text: str) -> str:
        """A text with labels as the page writes them."""
        return self._vocabulary.spell(text) if self._vocabulary is not None else text

    def _fit(self, text: str, encoded: Any, frames: int) -> list[float]:
        """Log probabilities (natural logarithm) of the tokens of a text, with no prompt.

        The last one is of the mark that ends it: else the beginning of what was said would always fit better.
        """
        mark = "?" if text.rstrip().endswith("?") else "."
        tokens = self._tokenizer.encode(f" {text[0].upper()}{text[1:].rstrip(_MARKS)}{mark}")
        aligned = self._model.model.align(encoded, self._tokenizer.sot_sequence, [tokens], frames)[0]
        return [float(np.log(max(share, 1e-6))) for share in aligned.text_token_probs]
