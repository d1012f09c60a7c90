"""Make the words that training says instead of others, from WordNet.

    apt-get install wordnet-base
    python scripts/make_thesaurus.py webagent/learn/thesaurus.json

Kept are pairs of frequent words that WordNet holds for synonyms in one of the first two senses of both, and that the
word vectors hold alike as well: without the first, "add" would do for "remove", without the second "bargain" for "buy".
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


def main() -> None:
    """Write the file named on the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("out", type=Path)
    parser.add_argument("--wordnet", type=Path, default=Path("/usr/share/wordnet"))
    options = parser.parse_args()
    made = thesaurus(options.wordnet)
    options.out.write_text(json.dumps(made, indent=0) + "\n")
    print(f"{len(made)} words with {sum(map(len, made.values()))} others")


if __name__ == "__main__":
    main()
