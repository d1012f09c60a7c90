"""Shows whether episodes repeat bit for bit: in the same environment, after a fast reset, among neighbours.

An episode is written down as bytes, one string for the reset and one for each step: observation, reward, both flags
and ``info``. What differs between two such episodes is then told by `difference`.
"""

from __future__ import annotations

import random
import re
from collections.abc import Sequence
from contextlib import closing
from typing import Any

import msgspec
import numpy as np

from webagent_envs.chromium import Browser
from webagent_envs.env import WebEnv
from webagent_envs.proof import random_action
from webagent_envs.vector import WebVectorEnv

__all__ = ["ACTIONS", "Record", "difference", "in_vector", "one_by_one"]

Record = list[bytes]
Settings = dict[str, Any]
ACTIONS = 8  # of an episode, at most
NEIGHBOURS = 2  # environments of the vector that play something else meanwhile
OTHER_SEED = 1000  # of what is played before, or beside
MAX_STEPS = 1000
TOLD = 4  # differing fields that are named
OF_THE_MACHINE = ("step_ms",)  # what ``info`` says of this machine, not of the episode
PORT = re.compile(rb"(?<=http://127\.0\.0\.1:)\d+")  # chosen by the system, for the tasks that need a server


def one_by_one(settings: Settings, seeds: Sequence[int], browser: Browser, *, history: bool = False) -> list[Record]:
    """Play random episodes in one environment.

    Args:
        settings: of `WebEnv`.
        seeds: one episode each; they also choose the actions.
        browser: to play in.
        history: play another episode before each, whose traces a reset must remove.
    """
    with closing(WebEnv(**settings, max_steps=MAX_STEPS, browser=browser)) as env:
        records = []
        for seed in seeds:
            if history:
                _play(env, seed + OTHER_SEED)
            records.append(_play(env, seed))
        return records


def _play(env: WebEnv, seed: int) -> Record:
    draw = random.Random(seed)
    seen, info = env.reset(seed=seed)
    record = [_written(seen, info)]
    for _ in range(ACTIONS):
        seen, *outcome, info = env.step(random_action(draw, seen))
        record.append(_written(seen, info, *outcome))
        if outcome[1] or outcome[2]:
            break
    return record


def in_vector(settings: Settings, seeds: Sequence[int], browser: Browser) -> list[Record]:
    """Play the same episodes at once, each in a place of a vector, while neighbours play others.

    Other episodes are played in all places beforehand.
    """
    every = [*seeds, *(seed + OTHER_SEED for seed in range(NEIGHBOURS))]
    vector = WebVectorEnv(len(every), autoreset_mode="Disabled", browser=browser, max_steps=MAX_STEPS, **settings)
    with closing(vector):
        _play_at_once(vector, [seed + OTHER_SEED for seed in every])
        return _play_at_once(vector, every)[: len(seeds)]


def _play_at_once(vector: WebVectorEnv, seeds: Sequence[int]) -> list[Record]:
    draws = [random.Random(seed) for seed in seeds]
    pages, infos = vector.reset(seed=list(seeds))
    records = [[_written(page, _part(infos, i))] for i, page in enumerate(pages)]
    over = np.zeros(len(seeds), dtype=np.bool_)
    for _ in range(ACTIONS):
        acts = tuple(random_action(draw, pages[i]) for i, draw in enumerate(draws))
        pages, rewards, terminated, truncated, infos = vector.step(acts)
        for i in map(int, np.flatnonzero(~over)):
            outcome = float(rewards[i]), bool(terminated[i]), bool(truncated[i])
            records[i].append(_written(pages[i], _part(infos, i), *outcome))
        ended = terminated | truncated
        over |= ended
        if ended.any():  # they go on as neighbours
            pages, _ = vector.reset(options={"reset_mask": ended})
    return records


def _part(infos: dict[str, Any], i: int) -> dict[str, Any]:
    """What a vector's ``infos`` say of one of its environments."""
    names = [name for name in infos if not name.startswith("_") and infos[f"_{name}"][i]]
    return {name: np.asarray(infos[name])[i] for name in names}


def _written(seen: Any, info: dict[str, Any], *outcome: Any) -> bytes:
    plain = {name: _plain(value) for name, value in sorted(info.items()) if name not in OF_THE_MACHINE}
    return PORT.sub(b"0", msgspec.json.encode([seen, plain, *outcome]))


def _plain(value: Any) -> Any:
    return value.item() if isinstance(value, np.generic) else value


def difference(wanted: Sequence[Record], found: Sequence[Record]) -> str:
    """How the episodes differ, in words; ``""``: not in a single bit."""
    differing = [i for i, (a, b) in enumerate(zip(wanted, found, strict=True)) if a != b]
    if not differing:
        return ""
    first, second = wanted[differing[0]], found[differing[0]]
    same = next((i for i, (a, b) in enumerate(zip(first, second, strict=False)) if a != b), None)
    share = f"{len(differing)} of {len(wanted)} episodes"
    if same is None:
        return f"{share}: one ends earlier"
    fields = _fields(msgspec.json.decode(first[same]), msgspec.json.decode(second[same]))
    return f"{share}: {f'after {same} actions' if same else 'at the start'}: {', '.join(fields)}"


def _fields(first: Any, second: Any) -> list[str]:
    """The fields of two answers that differ."""
    names = ("observation", "info", "reward", "terminated", "truncated")
    parts = {name: pair for name, *pair in zip(names, first, second, strict=False) if pair[0] != pair[1]}
    found = [name for name in parts if name != "observation"]
    if "observation" in parts:
        found += _observed(*parts["observation"])
    return found[:TOLD] + (["…"] if len(found) > TOLD else [])


def _observed(first: dict[str, Any], second: dict[str, Any]) -> list[str]:
    found = [key for key in first if key != "elements" and first[key] != second.get(key)]
    one, other = first["elements"], second["elements"]
    if len(one) != len(other):
        return [*found, f"{len(one)} and {len(other)} elements"]
    for a, b in zip(one, other, strict=True):
        keys = [key for key in sorted({*a, *b}) if a.get(key) != b.get(key)]
        found += [f"{key} of {a['tag']} {a.get('name') or a['ref']} ({a.get(key)!r}, {b.get(key)!r})" for key in keys]
    return found
