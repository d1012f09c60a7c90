"""How long it takes until speech on a new page can be understood, for every recorded page, in milliseconds.

    python scripts/voice/bias.py

First the vocabulary and the grammar, which are waited for; then the language model, which is made behind; then the
same page once more, whose models are kept.
"""

from __future__ import annotations

import json
import time

import numpy as np

from webagent.evaluate.realpages.snapshots import read_snapshots
from webagent.evaluate.realpages.suite import PAGES
from webagent.voice.sphinx import Sphinx
from webagent.voice.vocabulary import Vocabulary


def main() -> None:
    """Measure and print one JSON object."""
    sphinx = Sphinx()
    sphinx.bias(Vocabulary([], [], ["warm"]))
    sphinx.wait()
    times: dict[str, list[float]] = {"grammar_ms": [], "language_model_ms": [], "again_ms": []}
    for page in read_snapshots(PAGES).values():
        began = time.thread_time(), time.perf_counter()
        sphinx.bias(Vocabulary.of(page))
        times["grammar_ms"].append(1000 * (time.thread_time() - began[0]))
        sphinx.wait()
        times["language_model_ms"].append(1000 * (time.perf_counter() - began[1]))
        again = time.thread_time()
        sphinx.bias(Vocabulary([], [], []))
        sphinx.bias(Vocabulary.of(page))
        times["again_ms"].append(1000 * (time.thread_time() - again))
        sphinx.wait()
    report = {
        name: {"median": round(float(np.median(all_)), 1), "p95": round(float(np.quantile(all_, 0.95)), 1)}
        for name, all_ in times.items()
    }
    print(json.dumps({"pages": len(times["grammar_ms"]), **report}))


if __name__ == "__main__":
    main()
