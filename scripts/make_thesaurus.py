"""Make the words that may be said instead of others, and those that say the opposite, from WordNet.

    apt-get install wordnet-base
    python scripts/make_thesaurus.py webagent/policy/words

``synonyms.json`` keeps pairs of frequent words that WordNet holds for synonyms in one of the first two senses of both,
and that the word vectors hold alike as well: without the first, "add" would do for "remove", without the second
"bargain" for "buy". ``opposites.json`` keeps all frequent words that WordNet holds for antonyms in any sense: vectors
hold "lock" and "unlock" (0.70) or "buy" and "sell" (0.75) more alike than most synonyms.
"""

from __future__ import annotations

import argparse
import json
import re
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

from webagent.policy.words import word_table

FREQUENT = 15_000
SENSES = 2
ALIKE = 0.35  # cosine
STEM = 5  # words that begin alike are forms of one
POSITIONS = ("noun", "verb", "adj")
ANTONYM = "!"
_MARKER = re.compile(r"\(.*\)")


def synsets(path: Path) -> dict[str, list[str]]:
    """Words of each set of synonyms, by its offset in the file (`man 5wn wndb`)."""
    found = {}
    for fields in _rows(path):
        count = int(fields[3], 16)
        found[fields[0]] = [_MARKER.sub("", fields[4 + 2 * place]).lower() for place in range(count)]
    return found


def senses(path: Path) -> dict[str, list[str]]:
    """Offsets of the first sets that a word is in, the most frequent sense first."""
    found = {}
    for fields in _rows(path):
        first = 6 + int(fields[3])
        found[fields[0]] = fields[first : first + int(fields[2])][:SENSES]
    return found


def _rows(path: Path) -> Iterator[list[str]]:
    for line in path.read_text("utf-8").splitlines():
        if not line.startswith("  "):  # the licence
            yield line.split()


def thesaurus(folder: Path) -> dict[str, list[str]]:
    """Of each frequent word what may be said instead."""
    rows, vectors = word_table()
    frequent = {word for word, row in rows.items() if row <= FREQUENT and len(word) > 2}
    found: dict[str, set[str]] = defaultdict(set)
    for position in POSITIONS:
        sets, known = synsets(folder / f"data.{position}"), senses(folder / f"index.{position}")
        for word in frequent & known.keys():
            for offset in known[word]:
                others = (other for other in sets[offset] if other in frequent and offset in known.get(other, ()))
                found[word] |= {other for other in others if other[:STEM] != word[:STEM]}
    return {
        word: kept
        for word, others in sorted(found.items())
        if (kept := sorted(other for other in others if vectors[rows[word]] @ vectors[rows[other]] >= ALIKE))
    }


def opposites(folder: Path) -> dict[str, list[str]]:
    """Of each frequent word those that say the opposite."""
    rows, _ = word_table()
    frequent = {word for word, row in rows.items() if row <= FREQUENT}
    found: dict[str, set[str]] = defaultdict(set)
    for position in (*POSITIONS, "adv"):
        sets = synsets(folder / f"data.{position}")
        for fields in _rows(folder / f"data.{position}"):
            ours = sets[fields[0]]
            first = 5 + 2 * len(ours)
            for place in range(first, first + 4 * int(fields[first - 1]), 4):
                kind, offset, _, words = fields[place : place + 4]
                if kind == ANTONYM:
                    pair = ours[int(words[:2], 16) - 1], sets[offset][int(words[2:], 16) - 1]
                    if frequent.issuperset(pair):
                        found[pair[0]].add(pair[1])
    return {word: sorted(others) for word, others in sorted(found.items())}


def main() -> None:
    """Write both files into the folder named on the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("out", type=Path)
    parser.add_argument("--wordnet", type=Path, default=Path("/usr/share/wordnet"))
    options = parser.parse_args()
    for name, made in (("synonyms", thesaurus(options.wordnet)), ("opposites", opposites(options.wordnet))):
        (options.out / f"{name}.json").write_text(json.dumps(made, indent=0) + "\n")
        print(f"{name}: {len(made)} words with {sum(map(len, made.values()))} others")


if __name__ == "__main__":
    main()
