"""Measure speech end to end: from sound to the action that would be done, on the recorded pages.

    python scripts/voice/measure.py AUDIO --half tune --engine sphinx [--model DIR] [--every 3] [--json FILE]

AUDIO is what speak.py wrote. Each command is heard once in every room, with the voices in turn. What an engine made of
each sound is kept in AUDIO/heard-*.jsonl, so that only what comes after hearing is done again; delete it to hear anew.
"""

from __future__ import annotations

import argparse
import json
import random
import time
import wave
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from rooms import ROOMS, heard_in

from webagent.evaluate.realpages.snapshots import read_snapshots
from webagent.evaluate.realpages.suite import PAGES, Case, read_suite
from webagent.live.listen import DOING, SLEEP, WAKE
from webagent.live.phrases import phrase
from webagent.policy import Policy
from webagent.voice.agreement import judge
from webagent.voice.endpoint import utterances
from webagent.voice.engines import make
from webagent.voice.hearing import Heard, Hypothesis, Recognizer
from webagent.voice.vocabulary import Vocabulary
from webagent.voice.words import spoken
from webagent_envs.spaces import Observation

COMMANDS = Path(__file__).with_name("commands.jsonl")
VOICES = ("joe", "heart", "rms", "slt")
Line = dict[str, Any]


def main() -> None:
    """Hear, judge, count."""
    parser = argparse.ArgumentParser()
    parser.add_argument("audio", type=Path)
    parser.add_argument("--half", choices=["tune", "test"], required=True)
    parser.add_argument("--engine", choices=["sphinx", "whisper"], required=True)
    parser.add_argument("--model")
    parser.add_argument("--every", type=int, default=1)
    parser.add_argument("--most", type=int, help="only so many commands")
    parser.add_argument("--rooms", default=",".join(ROOMS))
    parser.add_argument("--voices", default=",".join(VOICES))
    parser.add_argument("--json", type=Path)
    settings = parser.parse_args()
    lines = [json.loads(line) for line in COMMANDS.read_text().splitlines()]
    lines = [line for line in lines if line["half"] == settings.half][:: settings.every]
    random.Random(0).shuffle(lines)  # so that the first few are a fair sample
    lines = lines[: settings.most]
    rows = list(hear_all(lines, settings))
    policy = Policy.load()
    cases = {(c.worded.app, c.worded.page, c.worded.command): c for c in read_suite()}
    judged = [judged_row(row, policy, cases) for row in rows]
    report = {"engine": settings.engine, "half": settings.half, "policy_hash": policy.hash, **table(judged)}
    report["if_heard_exactly"] = if_heard_exactly(lines, policy, cases)
    report["wrong"] = [row for row in judged if not row["action_right"]]
    print(json.dumps({key: value for key, value in report.items() if key != "wrong"}, indent=1))
    if settings.json:
        settings.json.write_text(json.dumps(report, indent=1, ensure_ascii=False) + "\n")


def hear_all(lines: list[Line], settings: argparse.Namespace) -> Iterator[Line]:
    """Every command in every room, by one voice each; from the cache where it was heard before."""
    path = settings.audio / f"heard-{settings.engine}.jsonl"
    old = [json.loads(line) for line in path.read_text().splitlines()] if path.exists() else []
    known = {(row["id"], row["room"], row["voice"]): row for row in old}
    pages = read_snapshots(PAGES)
    engine: Recognizer | None = None
    voices = settings.voices.split(",")
    with path.open("a") as cache:
        for line in lines:
            for turn, room in enumerate(settings.rooms.split(",")):
                voice = voices[(line["id"] // 2 + turn) % len(voices)]
                row = known.get((line["id"], room, voice))
                if row is None:
                    engine = engine or make(settings.engine, settings.model)
                    page = pages[f"{line['app']}/{line['page']}"]
                    row = {
                        **line,
                        "room": room,
                        "voice": voice,
                        **hear(engine, page, sound(settings.audio, voice, line, room)),
                    }
                    cache.write(json.dumps(row, ensure_ascii=False) + "\n")
                    cache.flush()
                yield row


def sound(audio: Path, voice: str, line: Line, room: str) -> NDArray[np.int16]:
    """What the microphone gets."""
    with wave.open(str(audio / voice / f"{line['id']}.wav")) as file:
        samples = np.frombuffer(file.readframes(file.getnframes()), np.int16)
    return heard_in(room, samples, line["id"])


def hear(engine: Recognizer, page: Observation, samples: NDArray[np.int16]) -> Line:
    """Hypotheses, and how long they took."""
    spoken_at = list(utterances([samples]))
    samples = np.concatenate(spoken_at) if spoken_at else samples[:0]
    began = time.perf_counter()
    engine.bias(Vocabulary.of(page))
    getattr(engine, "wait", lambda: None)()
    ready, ready_cpu = time.perf_counter(), time.process_time()
    heard = engine.hear(samples) if spoken_at else Heard((), "", 0.0)
    done, done_cpu = time.perf_counter(), time.process_time()
    return {
        "hypotheses": [list(hypothesis) for hypothesis in heard.hypotheses],
        "trust": heard.trust,
        "parts": len(spoken_at),
        "bias_s": round(ready - began, 3),
        "hear_s": round(done - ready, 3),
        "hear_cpu_s": round(done_cpu - ready_cpu, 3),
    }


def judged_row(row: Line, policy: Policy, cases: dict[tuple[str, str, str], Case]) -> Line:
    """What would be done, and whether that is right."""
    heard = Heard(tuple(Hypothesis(*hypothesis) for hypothesis in row["hypotheses"]), "", row["trust"])
    text = heard.hypotheses[0].text if heard.hypotheses else ""
    out = {
        key: row[key] for key in ("id", "kind", "app", "page", "say", "voice", "room", "trust", "hear_s", "hear_cpu_s")
    }
    out |= {"heard": text, "words_wrong": distance(spoken(row["say"]), spoken(text)), "words": len(spoken(row["say"]))}
    said = phrase(text)
    if text in (*SLEEP, *WAKE):
        return out | {"verdict": text, "action_right": text == row["say"], "wrong_act": False}
    if said is not None and row["kind"] != "page":
        wanted = phrase(row["say"])
        wrong = said != wanted and said.meaning in DOING
        return out | {"verdict": said.meaning, "action_right": said == wanted, "wrong_act": wrong}
    case = cases.get((row["app"], row["page"], row["say"]))
    page = case.observation if case else read_pages()[f"{row['app']}/{row['page']}"]
    began = time.perf_counter()
    verdict, choices, _ = judge(heard, page, policy)
    out["judge_s"] = round(time.perf_counter() - began, 3)
    right = bool(case and choices and case.action_right(choices[0].action))
    out |= {"verdict": verdict, "weight": round(choices[0].weight, 3) if choices else 0}
    out["offered"] = bool(case and verdict == "unsure" and any(case.action_right(c.action) for c in choices[:5]))
    out["action_right"] = (
        right and verdict == "act" if row["kind"] == "page" else row["kind"] == "absent" and verdict != "act"
    )
    out["wrong_act"] = verdict == "act" and not right
    return out


def if_heard_exactly(lines: list[Line], policy: Policy, cases: dict[tuple[str, str, str], Case]) -> Line:
    """What would become of the same commands if every word were certain: what is lost to the policy, and to caution."""
    exact = {"room": "", "voice": "", "trust": 1.0, "hear_s": 0.0, "hear_cpu_s": 0.0}
    rows = [
        judged_row({**line, **exact, "hypotheses": [[line["say"], 1.0, " ".join(spoken(line["say"]))]]}, policy, cases)
        for line in lines
    ]
    return share(rows)


def read_pages(kept: dict[str, Observation] = {}) -> dict[str, Observation]:  # noqa: B006 - read once
    """The recorded pages."""
    if not kept:
        kept.update(read_snapshots(PAGES))
    return kept


def distance(said: tuple[str, ...], heard: tuple[str, ...]) -> int:
    """Words to change, add or leave out (Levenshtein)."""
    row = list(range(len(heard) + 1))
    for at, word in enumerate(said, start=1):
        row, before = [at], row
        for place, other in enumerate(heard, start=1):
            row.append(min(before[place] + 1, row[-1] + 1, before[place - 1] + (word != other)))
    return row[-1]


def table(rows: list[Line]) -> Line:
    """Shares by room, by room and kind, and by voice."""
    groups: dict[str, list[Line]] = defaultdict(list)
    for row in rows:
        for name in (row["room"], f"{row['room']} {row['kind']}", f"{row['room']} {row['voice']}"):
            groups[name].append(row)
    return {"all": share(rows), "by": {name: share(groups[name]) for name in sorted(groups)}}


def share(rows: list[Line]) -> Line:
    """What a group came to."""
    count = len(rows)
    return {
        "commands": count,
        "word_error": round(sum(r["words_wrong"] for r in rows) / sum(r["words"] for r in rows), 4),
        "exact": round(sum(r["words_wrong"] == 0 for r in rows) / count, 4),
        "action_right": round(sum(r["action_right"] for r in rows) / count, 4),
        "wrong_act": round(sum(r["wrong_act"] for r in rows) / count, 4),
        "offered": round(sum(r.get("offered", False) for r in rows) / count, 4),
        "seconds": round(float(np.median([r["hear_s"] + r.get("judge_s", 0.0) for r in rows])), 3),
        "cpu_seconds": round(float(np.median([r["hear_cpu_s"] for r in rows])), 3),
    }


if __name__ == "__main__":
    main()
