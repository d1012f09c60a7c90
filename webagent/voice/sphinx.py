"""PocketSphinx, twice over the same sound: once with a grammar of the page, once with a language model of it.

The grammar is ready in milliseconds and hears the page's own labels best, but makes a command of any noise. The
language model can also hear what the page does not offer; it is made behind, and kept for when the page comes back.
What either proposes is then compared by how well it fits the sound alone (forced alignment).
"""

from __future__ import annotations

import math
import tempfile
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from functools import cache
from itertools import islice
from pathlib import Path
from typing import Any

import pocketsphinx

from webagent.voice.grammar import grammar_words, jsgf
from webagent.voice.hearing import Heard, Hypothesis, Sound, weigh
from webagent.voice.ngrams import arpa
from webagent.voice.quiet import without_noise
from webagent.voice.sounds import load_sounds
from webagent.voice.vocabulary import Vocabulary

__all__ = ["Sphinx"]

_COMMON = 5000  # English words that the language model knows besides the page's
_KEPT = 8  # pages whose models are kept
_MOST = 5  # hypotheses of the language model
_REST = 5  # frames at the end that no word needs to account for
_TRIED = 40  # paths through its lattice until so many are different
_UNIT = 1024  # PocketSphinx scales log likelihoods down by this
_SCALE = 40.0  # by how much acoustic log likelihoods overstate what they know; tuned
_FIRST = 1.5  # log odds that the first choice of a model is right, beside others; tuned
_FORCED = 4.0  # by how much less likely is what only the grammar heard, which must hear something; tuned
_STRANGE = 1.0  # by how much less likely a word is that the page does not suggest, in log odds; tuned
_ACTIVE = 4000  # states that are looked at in each hundredth of a second; noise would make it 30,000
_FRAME_BYTES = 320  # of a hundredth of a second
_FAIR = -4.8  # log likelihood of a frame, below the best sound of all, at which trust is a half; tuned
_STEEP = 3.0
_NEVER = 1e-38  # probability of "noise" instead of a word, which would make any text fit any sound
_NO_SOUND = "AH"  # of a word without letters


class Sphinx:
    """Speech to words with PocketSphinx; no download, a fifth of a second on one core for a short command."""

    name = "sphinx"

    def __init__(self) -> None:
        pocketsphinx.set_loglevel("FATAL")
        self._grammar = _Decoder(maxhmmpf=_ACTIVE, fillprob=_NEVER)
        self._language = _Decoder(maxhmmpf=_ACTIVE)
        # Scores count from the best of all sounds, not of those that the text allows: or they would not compare.
        self._aligner = _Decoder(compallsen=True, ds=2, topn=2, fillprob=_NEVER)
        self._behind = ThreadPoolExecutor(max_workers=1, thread_name_prefix="sphinx")
        self._making: Future[None] | None = None
        self._vocabulary: Vocabulary | None = None
        self._suggested: set[str] = set()

    def bias(self, vocabulary: Vocabulary) -> None:
        """Make the grammar now, and the language model behind."""
        if vocabulary == self._vocabulary:
            return
        self._vocabulary = vocabulary
        self._suggested = grammar_words(vocabulary)
        if self._grammar.lacks(vocabulary):
            self._grammar.learn(self._suggested)
            self._grammar.add(vocabulary, lambda decoder, name: decoder.add_jsgf_string(name, jsgf(vocabulary)))
        if self._making is not None:
            self._making.cancel()
        self._making = self._behind.submit(self._make_language, vocabulary)

    def wait(self) -> None:
        """Until the language model is there, too."""
        if self._making is not None:
            self._making.result()

    def hear(self, sound: Sound) -> Heard:
        """Understand one utterance: by both models, then by the sound alone."""
        self.wait()
        if self._vocabulary is None:
            return Heard((), self.name, 0.0)
        pcm = without_noise(sound).tobytes()
        listening = self._behind.submit(self._language.take, pcm, _MOST)
        strict = self._grammar.take(pcm, 1)
        free = listening.result()
        fits = self._fits([*free, *strict], pcm)
        heard = [fits[text] for text in free if text in fits]
        for text in set(strict).intersection(fits).difference(free):
            fits[text] = min([fits[text], *heard])  # what only the grammar heard often ends before the sound does
        scored = {text: fit / _SCALE + self._odds(text, free, strict) for text, fit in fits.items()}
        best = max(scored, key=lambda text: scored[text], default="")
        return Heard(self._written(scored), self.name, _trust(fits[best], pcm) if best in free else 0.0)

    def _odds(self, text: str, free: list[str], strict: list[str]) -> float:
        """Log odds of a hypothesis before the sound is looked at once more."""
        strange = sum(word not in self._suggested for word in text.split())
        firsts = (free[:1] == [text]) + (strict[:1] == [text])
        return _FIRST * firsts - _STRANGE * strange - (_FORCED if text not in free else 0.0)

    def _fits(self, texts: list[str], pcm: bytes) -> dict[str, float]:
        found = ((text, self._aligner.fit(text, pcm)) for text in dict.fromkeys(texts))
        return {text: fit for text, fit in found if fit is not None}

    def _written(self, scored: Mapping[str, float]) -> tuple[Hypothesis, ...]:
        """As one would write them; those that are written alike add up."""
        assert self._vocabulary is not None
        found: dict[str, Hypothesis] = {}
        for text, share in weigh(scored):
            written = self._vocabulary.write(tuple(text.split()))
            before = found.get(written)
            found[written] = before._replace(share=before.share + share) if before else Hypothesis(written, share, text)
        return tuple(sorted(found.values(), key=lambda hypothesis: -hypothesis.share))

    def _make_language(self, vocabulary: Vocabulary) -> None:
        def add(decoder: Any, name: str) -> None:
            with tempfile.TemporaryDirectory() as folder:
                path = Path(folder) / "page.lm"
                path.write_text(arpa(vocabulary, _common_words()))
                decoder.add_lm_file(name, str(path))

        if self._language.lacks(vocabulary):
            words = grammar_words(vocabulary).union(vocabulary.words, _common_words())
            self._language.learn(words)
            self._aligner.learn(words)
            self._language.add(vocabulary, add)


class _Decoder:
    """A decoder of PocketSphinx with the models of the last few pages."""

    def __init__(self, **settings: Any) -> None:
        self._decoder: Any = pocketsphinx.Decoder(lm=None, loglevel="FATAL", **settings)
        self._names: dict[Vocabulary, str] = {}
        self._made = 0

    def lacks(self, vocabulary: Vocabulary) -> bool:
        """Whether there is no model of the page yet; one that is there is used from now on."""
        if vocabulary not in self._names:
            return True
        self._names[vocabulary] = self._names.pop(vocabulary)  # the one that was used last goes last
        self._decoder.activate_search(self._names[vocabulary])
        return False

    def add(self, vocabulary: Vocabulary, make: Callable[[Any, str], None]) -> None:
        """Make a model of the page, and use it from now on."""
        self._made += 1
        name = f"page{self._made}"
        make(self._decoder, name)
        self._decoder.activate_search(name)
        self._names[vocabulary] = name
        if len(self._names) > _KEPT:
            self._decoder.remove_search(self._names.pop(next(iter(self._names))))

    def learn(self, words: Iterable[str]) -> None:
        """Add how words sound that the dictionary does not have."""
        new = [word for word in words if self._decoder.lookup_word(word) is None]
        for place, word in enumerate(new, start=1):
            phones = load_sounds().of(word.replace("'", ""))
            self._decoder.add_word(word, " ".join(phones) or _NO_SOUND, place == len(new))

    def take(self, pcm: bytes, most: int) -> list[str]:
        """Decode with the model in use; ``most`` hypotheses."""
        best = self._decode(pcm)
        if best is None:
            return []
        texts = [_plain(best.hypstr)]
        others = islice(self._decoder.nbest(), _TRIED) if most > 1 else ()
        for other in others:
            text = _plain(other.hypstr) if other else ""  # of silence it finds paths on which there is nothing
            if text and text not in texts:
                texts.append(text)
            if len(texts) == most:
                break
        return texts

    def fit(self, text: str, pcm: bytes) -> float | None:
        """Log likelihood (natural logarithm) of the sound when this is said; ``None`` when it cannot be."""
        self._decoder.set_align_text(text)
        best = self._decode(pcm)
        if best is None or _plain(best.hypstr) != text or best.best_score <= 0:
            return None  # it ends before the text does
        return _UNIT * math.log(best.best_score)

    def _decode(self, pcm: bytes) -> Any:
        """The best hypothesis, or ``None``."""
        self._decoder.start_utt()
        self._decoder.process_raw(pcm, full_utt=True)
        self._decoder.end_utt()
        best = self._decoder.hyp()
        if best is None or not best.hypstr.strip():
            return None
        # Where nothing allowed fits any longer, the hypothesis ends before the sound does.
        ended = max(segment.end_frame for segment in self._decoder.seg())
        return best if ended >= self._decoder.n_frames() - _REST else None


def _trust(fit: float, pcm: bytes) -> float:
    """How far a log likelihood is what speech that is understood has, in [0, 1]."""
    frames = max(1, len(pcm) // _FRAME_BYTES)
    return 1 / (1 + math.exp(min(50.0, _STEEP * (_FAIR - fit / frames))))


def _plain(text: str) -> str:
    """Without the marks of second pronunciations: ``read(2)``."""
    return " ".join(word.split("(")[0] for word in text.split())


@cache
def _common_words() -> dict[str, float]:
    """The commonest English words of PocketSphinx's dictionary with their frequencies, which add up to one."""
    decoder = pocketsphinx.Decoder(lm=None, loglevel="FATAL")
    model = pocketsphinx.NGramModel(decoder.config, decoder.logmath, pocketsphinx.get_model_path("en-us/en-us.lm.bin"))
    lines = Path(pocketsphinx.get_model_path("en-us/cmudict-en-us.dict")).read_text().splitlines()
    words = [line.split(maxsplit=1)[0] for line in lines]
    often = {word: model.prob([word]) for word in words if word.replace("'", "").isalpha()}
    best = sorted(often, key=lambda word: -often[word])[:_COMMON]
    shares = {word: decoder.logmath.exp(often[word]) for word in best}
    total = sum(shares.values())
    return {word: share / total for word, share in shares.items()}
