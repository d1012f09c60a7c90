"""Small pages of our own, each about one skill that ordinary pages ask for: to compare, to count, to reckon, to read.

A skill is a function that makes page after page in the manner of one `Desk`, each with one command, what carries it
out, and what is so then.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import islice

from webagent.data.pages.exercises.amounts import amounts
from webagent.data.pages.exercises.counting import counts
from webagent.data.pages.exercises.deciding import decisions
from webagent.data.pages.exercises.desk import Desk, Exercise, Goal
from webagent.data.pages.exercises.dragging import drags
from webagent.data.pages.exercises.likenesses import likenesses
from webagent.data.pages.exercises.lookups import lookups
from webagent.data.pages.exercises.ordinals import ordinals
from webagent.data.pages.exercises.sums import sums
from webagent.data.pages.exercises.superlatives import superlatives
from webagent.errors import DataError

__all__ = ["SKILLS", "Exercise", "Goal", "exercise_names", "make_exercises"]

SKILLS: dict[str, tuple[Callable[[Desk], Iterator[Exercise]], int]] = {
    "superlative": (superlatives, 4),
    "count": (counts, 4),
    "sum": (sums, 6),
    "word": (ordinals, 2),
    "decide": (decisions, 2),
    "lookup": (lookups, 2),
    "amount": (amounts, 2),
    "drag": (drags, 3),
    "synonym": (likenesses, 2),
}
"""By name: what makes its pages, and how often it comes beside the others."""


def exercise_names(skills: Sequence[str], most: int) -> list[str]:
    """Names of so many pages about these skills, or about all of them, every skill early and again and again.

    Raises:
        DataError: there is no such skill.
    """
    for skill in skills:
        if skill not in SKILLS:
            raise DataError(f"exercises: there is no skill {skill}; there are {', '.join(SKILLS)}")
    chosen = list(skills) or list(SKILLS)
    turns = sorted(((turn + 0.5) / SKILLS[skill][1], skill) for skill in chosen for turn in range(SKILLS[skill][1]))
    return [f"{turns[number % len(turns)][1]}-{number:05d}" for number in range(most)]


def make_exercises(name: str, seed: int, most: int) -> list[Exercise]:
    """Up to ``most`` pages in one manner, by a name from `exercise_names`; no command of theirs is said twice."""
    make, _ = SKILLS[name.partition("-")[0]]
    made: dict[tuple[str, str], Exercise] = {}
    for one in islice(make(Desk(seed)), 2 * most):
        made.setdefault((one.html, one.words), one)
    return list(made.values())[:most]
