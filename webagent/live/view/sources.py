"""What can be looked at: datasets, traces of commands, runs of a benchmark, and results of an evaluation."""

from __future__ import annotations

import json
import re
from base64 import b64encode
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Any

import msgspec

from webagent.data.dataset import read_episodes, read_info
from webagent.data.records import Episode, Step
from webagent.data.ways import Target
from webagent.errors import DataError
from webagent.live.result import HIDDEN
from webagent.live.words import answered, describe, is_secret
from webagent_envs.errors import InvalidAction
from webagent_envs.spaces import Action, Element, Observation, action_from_dict

__all__ = ["Shown", "shown_in"]

_NUMBERS = re.compile(r"[“\"'‘][^”\"'’]*[”\"'’]|\d+")
_FLAGS = ("visible", "clickable", "editable", "checked", "selected", "focused", "disabled", "in_viewport")
_SHAPES = frozenset({"circle", "ellipse"})


class Shown(msgspec.Struct, kw_only=True):
    """One episode, as the page shows it.

    Attributes:
        id: its name.
        task: its group.
        command: what was asked for.
        success: it was done; ``None``: nobody says.
        cause: of a failure, the same words for all of its kind.
        note: anything else that is known of the whole.
        steps: plain data, see `_step`.
    """

    id: str
    task: str = ""
    command: str = ""
    success: bool | None = None
    cause: str = ""
    note: str = ""
    steps: list[dict[str, Any]] = []


def shown_in(path: Path, most: int | None = None) -> tuple[str, Iterator[Shown]]:
    """What kind of thing a file or folder is, and its episodes, read one by one.

    Args:
        path: a dataset, a trace, a run of a benchmark, or a JSON file of results.
        most: episodes at most.

    Raises:
        DataError: it is none of these.
    """
    kind, episodes = _found(path)
    return kind, islice(episodes, most)


def _found(path: Path) -> tuple[str, Iterator[Shown]]:
    if (path / "meta" / "info.json").exists():
        return str(read_info(path).get("source") or "dataset"), _of_dataset(path)
    if (path / "steps.jsonl").exists():
        return "trace", iter([_of_trace(path)])
    if (path / "episodes").is_dir():
        return "evaluation", _of_run(path)
    traces = sorted(path.glob("*/steps.jsonl"))
    if traces:
        return "traces", (_of_trace(one.parent) for one in traces)
    if path.is_file() and path.suffix == ".json":
        return "evaluation", iter(_of_results(path))
    raise DataError(
        f"{path} is no recording, dataset, trace or evaluation; name a folder that `webagent record`, `data import`, "
        "`do --trace` or `bench run` wrote, or a file of `eval --json`"
    )


# -- datasets


def _of_dataset(path: Path) -> Iterator[Shown]:
    for episode in read_episodes(path, pictures=True):
        yield Shown(
            id=episode.id,
            task=episode.task or episode.source,
            command=episode.command,
            success=episode.success,
            cause="" if episode.success else "cut short, or not what was asked for",
            steps=list(_steps(episode)),
        )


def _steps(episode: Episode) -> Iterator[dict[str, Any]]:
    for step in episode.steps:
        done = _done(step.action, step.observation)
        done["words"] += answered(step.dialogs)
        yield {**_page(step.observation), **done, **_more(step)}


def _more(step: Step) -> dict[str, Any]:
    more: dict[str, Any] = {}
    if step.targets:
        more["ways"] = [_ways(target) for target in step.targets]
    if step.seconds:
        more["at"] = step.seconds
    if step.picture:
        kind = "png" if step.picture.startswith(b"\x89PNG") else "jpeg"
        more["picture"] = f"data:image/{kind};base64,{b64encode(step.picture).decode()}"
    return more


def _ways(target: Target) -> list[list[Any]]:
    return [[way.kind, way.value, way.count] for way in target.ways]


def _page(seen: Observation) -> dict[str, Any]:
    """A page in few words: of each element only what is drawn."""
    size = [round(side) for side in seen.viewport]
    return {"url": seen.url, "title": seen.title, "size": size, "page": [_row(one) for one in seen.elements]}


def _row(element: Element) -> list[Any]:
    flags = sum(1 << bit for bit, name in enumerate(_FLAGS) if getattr(element, name))
    box = [round(side) for side in element.box]
    value = HIDDEN if element.value and is_secret(element) else element.value
    text = element.text or (element.attributes.get("alt", "") if element.tag == "img" else "")
    round_ = element.tag in _SHAPES or element.attributes.get("type") == "radio"
    says = [element.tag, element.role, element.name[:120], text[:300], value or element.placeholder]
    return [element.ref, *says, *box, flags, element.color, element.background, int(round_), element.parent]


def _done(action: Action, seen: Observation) -> dict[str, Any]:
    refs = [ref for name in ("ref", "to") if (ref := getattr(action, name, 0))]
    return {"kind": action.kind, "words": describe(action, seen), "refs": refs}


# -- traces


def _of_trace(folder: Path) -> Shown:
    steps = [_traced(json.loads(line)) for line in (folder / "steps.jsonl").read_text("utf-8").splitlines()]
    for number, step in enumerate(steps):
        picture = folder / f"step-{number:03d}.png"
        if picture.exists():
            step["picture"] = f"data:image/png;base64,{b64encode(picture.read_bytes()).decode()}"
    ending = folder / "result.json"
    result: dict[str, Any] = json.loads(ending.read_text("utf-8")) if ending.exists() else {}
    reason = str(result.get("reason", ""))
    return Shown(
        id=folder.name,
        task="trace",
        command=str(result.get("command", "")),
        success=result.get("outcome") == "done" if result else None,
        cause="" if result.get("outcome") in (None, "done") else _cause(f"{result['outcome']}: {reason}"),
        note=reason,
        steps=steps,
    )


def _traced(line: dict[str, Any]) -> dict[str, Any]:
    seen = Observation.from_dict(line["observation"])
    step = _page(seen)
    action = _action(line.get("action"))
    if action is not None:
        step |= _done(action, seen)
    step["scores"] = [
        [describe(scored, seen), getattr(scored, "ref", 0), round(one["confidence"], 4)]
        for one in line.get("scores", ())
        if (scored := _action(one["action"])) is not None
    ]
    done = line.get("done") or {}
    step["error"] = done.get("error", "")
    return step


def _action(plain: dict[str, Any] | None) -> Action | None:
    try:
        return action_from_dict(plain) if plain else None
    except InvalidAction:
        return None


def _cause(text: str) -> str:
    """The same words for all failures of a kind."""
    return _NUMBERS.sub("…", text)


# -- evaluations


def _of_run(path: Path) -> Iterator[Shown]:
    for file in sorted((path / "episodes").rglob("*.json")):
        try:
            yield _of_result(json.loads(file.read_text("utf-8")), file.stem)
        except (ValueError, KeyError, TypeError) as error:
            raise DataError(f"{file} is damaged ({error}): delete it and run the benchmark again") from None


def _of_result(result: dict[str, Any], name: str) -> Shown:
    success = bool(result["success"])
    error = str(result.get("error") or "")
    cause = str(result.get("cause") or _cause(error) or f"reward {result.get('raw_reward', 0):g} instead of 1")
    return Shown(
        id=f"{result['task']} {result.get('seed', name)}",
        task=result["task"],
        command=str(result.get("command", "")),
        success=success,
        cause="" if success else cause,
        note=error,
        steps=[_of_run_step(step) for step in result.get("trace") or ()],
    )


def _of_run_step(step: dict[str, Any]) -> dict[str, Any]:
    seen = step.get("observation")
    page = _page(Observation.from_dict(seen)) if seen else {}
    action = step.get("action")
    plain = action if isinstance(action, dict) else {"kind": str(action)}
    element = step.get("element") or ""
    words = " ".join(str(part) for part in (plain.get("kind"), element, plain.get("text") or plain.get("keys")) if part)
    refs = [plain[name] for name in ("ref", "to") if plain.get(name)]
    return {**page, "kind": plain.get("kind", ""), "words": words, "refs": refs, "error": step.get("error", "")}


def _of_results(path: Path) -> list[Shown]:
    try:
        tasks = json.loads(path.read_text("utf-8"))["tasks"]
        return [
            Shown(
                id=task,
                task="evaluation",
                command=f"{row['successes']} of {row['episodes']} done",
                success=row["successes"] == row["episodes"],
                cause="" if row["successes"] == row["episodes"] else "some episodes failed",
                note=", ".join(f"{name} {value}" for name, value in row.items()),
            )
            for task, row in tasks.items()
        ]
    except (ValueError, KeyError, TypeError) as error:
        raise DataError(f"{path} is no result of `webagent eval --json` ({error}): name another file") from None
