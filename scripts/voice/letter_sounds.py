"""Learn from PocketSphinx's dictionary how letters sound: writes webagent/voice/sounds.json.gz.

Each letter of a word is aligned with none, one or two phones (expectation maximisation, hard counts). Then, for each
letter, ever wider contexts are kept where they say something else than the narrower one does. A word in twenty is
held out, and the share of right words and phones among these is printed.
"""

from __future__ import annotations

import gzip
import json
import math
import re
import sys
from collections import Counter, defaultdict
from pathlib import Path

from pocketsphinx import get_model_path

from webagent.voice.sounds import CONTEXTS, Sounds, context

OUT = Path("webagent/voice/sounds.json.gz")
Pair = tuple[str, tuple[str, ...]]
LEAST = 3  # times that a context must have been seen


def read_dictionary() -> list[Pair]:
    """Plain words with their first pronunciation."""
    pairs = []
    for line in Path(get_model_path("en-us/cmudict-en-us.dict")).read_text().splitlines():
        word, *phones = line.split()
        if re.fullmatch("[a-z]{2,}", word) and len(phones) <= 2 * len(word):
            pairs.append((word, tuple(phones)))
    return pairs


def align(pair: Pair, odds: dict[tuple[str, tuple[str, ...]], float]) -> list[tuple[str, ...]] | None:
    """The best split of the phones over the letters."""
    word, phones = pair
    best: list[dict[int, tuple[float, int]]] = [{0: (0.0, 0)}]
    for letter in word:
        row: dict[int, tuple[float, int]] = {}
        for at, (score, _) in best[-1].items():
            for taken in (0, 1, 2):
                if at + taken > len(phones):
                    break
                total = score + odds.get((letter, phones[at : at + taken]), -12.0 - 3 * (taken == 2))
                if at + taken not in row or total > row[at + taken][0]:
                    row[at + taken] = (total, taken)
        best.append(row)
    if len(phones) not in best[-1]:
        return None
    at, split = len(phones), []
    for row in reversed(best[1:]):
        taken = row[at][1]
        split.append(phones[at - taken : at])
        at -= taken
    return split[::-1]


def learn_odds(pairs: list[Pair]) -> dict[tuple[str, tuple[str, ...]], float]:
    """How likely each letter stands for which phones."""
    odds: dict[tuple[str, tuple[str, ...]], float] = {}
    together, alone = Counter(), Counter()
    for word, phones in pairs:
        for letter in word:
            for phone in phones:
                together[letter, (phone,)] += 1 / len(phones)
            alone[letter] += 1
    odds = {key: math.log(count / alone[key[0]]) for key, count in together.items()}
    for _ in range(6):
        counts, totals = Counter(), Counter()
        for pair in pairs:
            for letter, said in zip(pair[0], align(pair, odds) or [], strict=False):
                counts[letter, said] += 1
                totals[letter] += 1
        odds = {key: math.log(count / totals[key[0]]) for key, count in counts.items() if count > 2}
    return odds


def learn(pairs: list[Pair]) -> dict[str, str]:
    """Context to phones, for contexts that change what the narrower one says."""
    odds = learn_odds(pairs[:: max(1, len(pairs) // 20_000)])
    seen: list[dict[str, Counter[str]]] = [defaultdict(Counter) for _ in CONTEXTS]
    for pair in pairs:
        for place, said in enumerate(align(pair, odds) or []):
            for level, (left, right) in enumerate(CONTEXTS):
                seen[level][context(pair[0], place, left, right)][" ".join(said)] += 1
    table: dict[str, str] = {}
    for level, contexts in enumerate(seen):
        for key, counts in contexts.items():
            said, count = counts.most_common(1)[0]
            if count >= LEAST or level == 0:
                narrower = Sounds(table).look_up(key, level)
                if said != narrower:
                    table[key] = said
    return table


def main() -> None:
    """Learn, test, write."""
    pairs = read_dictionary()
    held_out, rest = pairs[::20], [pair for place, pair in enumerate(pairs) if place % 20]
    sounds = Sounds(learn(rest))
    right = sum(sounds.of(word) == phones for word, phones in held_out)
    print(f"{right / len(held_out):.3f} of {len(held_out)} held-out words right", file=sys.stderr)
    table = learn(pairs)
    text = json.dumps(dict(sorted(table.items())), separators=(",", ":"))
    OUT.write_bytes(gzip.compress(text.encode(), 9, mtime=0))
    print(f"{len(table)} contexts, {OUT.stat().st_size} bytes", file=sys.stderr)


if __name__ == "__main__":
    main()
