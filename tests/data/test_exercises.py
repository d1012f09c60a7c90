"""Exercises: what is asked for is what the steps do, and what they type can be said."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from html import escape
from pathlib import Path
from zlib import crc32

import pytest

from webagent.data.dataset import read_episodes
from webagent.data.pages import exercises
from webagent.data.pages.build import PagesConfig, build_pages
from webagent.data.pages.exercises import SKILLS, Exercise, make_exercises
from webagent.data.pages.sources import find_pages
from webagent.data.records import Episode
from webagent.errors import DataError
from webagent.learn.labels import Label, label_step
from webagent.policy.actions import MODES, PIECES
from webagent.policy.features import featurize
from webagent.policy.words import WordBook
from webagent_envs.spaces import Type

SOURCE = Path(exercises.__file__).parent


def made(skill: str, seeds: int = 12, most: int = 6) -> Iterator[Exercise]:
    for seed in range(seeds):
        yield from make_exercises(f"{skill}-{seed:05d}", seed, most)


def labels(episode: Episode, book: WordBook) -> list[Label | None]:
    return [label_step(step.observation, step.action, featurize(step.observation, book)) for step in episode.steps]


@pytest.mark.parametrize("skill", SKILLS)
def test_pages_repeat_and_differ(skill: str) -> None:
    first = list(made(skill, 3))
    assert first == list(made(skill, 3))
    assert len({one.html for one in made(skill)}) > 8 and len({one.words for one in made(skill)}) > 30
    assert {one.size[0] for one in made(skill)} >= {160, 320}


def test_every_process_makes_the_same() -> None:
    script = (
        "from webagent.data.pages.exercises import SKILLS, make_exercises\n"
        "for skill in SKILLS:\n"
        "    for seed in range(6):\n"
        "        print([(one.html, one.words, one.acts) for one in make_exercises(skill, seed, 5)])\n"
    )
    root = Path(__file__).parents[2]
    both = [
        subprocess.run(
            [sys.executable, "-c", script],
            env={**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": f"{root}{os.pathsep}{root / 'envs'}"},
            capture_output=True,
            check=True,
        ).stdout
        for seed in ("1", "2")
    ]
    assert both[0] == both[1] != b""


@pytest.mark.parametrize("skill", SKILLS)
def test_every_command_can_be_carried_out_and_said(skill: str, tmp_path: Path) -> None:
    config = PagesConfig(pages=8, pairs=5)
    report = build_pages([f"exercises:{skill}"], tmp_path / "out", config)
    pages = find_pages(f"exercises:{skill}", config.pages)
    wanted = sum(len(make_exercises(page.name, crc32(f"0 {page.id}".encode()), config.pairs)) for page in pages)
    assert report["pairs"] == wanted >= 30, "some were dropped: what was asked for did not come about"
    book = WordBook()
    for episode in read_episodes(tmp_path / "out"):
        assert episode.task == f"page-{skill}-exercises"
        assert None not in labels(episode, book), episode.command


def test_results_are_worked_out_and_not_copied(tmp_path: Path) -> None:
    build_pages(["exercises:sum,count"], tmp_path / "out", PagesConfig(pages=30, pairs=5))
    book = WordBook()
    for episode in read_episodes(tmp_path / "out"):
        for step, label in zip(episode.steps, labels(episode, book), strict=True):
            if isinstance(step.action, Type):
                assert label is not None and label.mode != MODES.index("copy"), (episode.command, step.action)
                said = [tuple(span) for span in label.spans.tolist()]
                assert all(last >= len(featurize(step.observation, book).spans) for _, last in said), episode.command


def test_sums_are_right() -> None:
    checked = 0
    for one in made("sum", 40):
        found = re.search(
            r"(?:is|of|does|calculate|compute) (\d+) ([-+*]|plus|minus|times) (\d+)(?! [-+\d])", one.words
        )
        typed = [act.text for act in one.acts if act.what == "type"]
        if found and typed:
            first, sign, second = int(found[1]), found[2], int(found[3])
            results = {"+": first + second, "-": first - second, "*": first * second}
            words = {"plus": "+", "minus": "-", "times": "*"}
            assert int(typed[0]) == results[words.get(sign, sign)], one.words
            checked += 1
    assert checked > 1


def test_the_nth_word_is_typed() -> None:
    checked = 0
    for one in made("word", 20):
        found = re.search(r"(second|2nd|third|3rd) word", one.words)
        texts = re.findall(r"<(?:p|blockquote|em)[^>]*>([^<]+)</", one.html)
        if found and len(texts) == 1:
            place = 1 if found[1] in ("second", "2nd") else 2
            assert texts[0].split()[place].strip(".,;:!?") == one.acts[0].text, one.words
            checked += 1
    assert checked > 1


def test_the_last_word_is_learned_as_the_last(tmp_path: Path) -> None:
    build_pages(["exercises:word"], tmp_path / "out", PagesConfig(pages=12, pairs=6))
    book, pieces = WordBook(), set()
    for episode in read_episodes(tmp_path / "out"):
        label = labels(episode, book)[0]
        if "last word" in episode.command.lower():
            assert label is not None and PIECES[label.piece] == -1, episode.command
        pieces.add(label.piece if label else None)
    assert len(pieces) > 8


def test_skills_are_chosen_by_name(tmp_path: Path) -> None:
    names = [page.name for page in find_pages("exercises", 60)]
    assert {name.partition("-")[0] for name in names} == set(SKILLS)
    assert {page.name.partition("-")[0] for page in find_pages("exercises:sum, count", 9)} == {"sum", "count"}
    with pytest.raises(DataError, match="there is no skill walk"):
        find_pages("exercises:walk", 3)


def test_what_is_typed_is_shown_once() -> None:
    for one in made("lookup", 20):
        for act in one.acts:
            if act.what == "type":
                assert one.html.count(f">{escape(act.text)}<") == 1 and act.text not in one.words, one.words


def test_words_that_mean_the_same_are_ticked_and_no_others() -> None:
    groups = [set(line.split()) for line in (SOURCE / "synonyms.txt").read_text().splitlines()]
    assert len(groups) > 100 and all(len(group) > 1 for group in groups)
    for one in made("synonym", 20):
        assert 1 <= sum(value == "true" for value in one.goal.values.values()) < len(one.goal.values)


def test_a_number_is_set_in_few_steps() -> None:
    for one in made("amount", 40):
        assert len(one.acts) <= 25 and any(wanted in one.words for wanted in one.goal.values.values()), one.words


def test_an_order_is_what_the_drags_come_to() -> None:
    assert {act.what for one in made("drag", 20) for act in one.acts} == {"drag", "press"}
    assert any(len(one.acts) > 2 for one in made("drag", 20))
