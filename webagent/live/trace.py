"""A folder that tells, step by step, what was seen, weighed and done."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from webagent.errors import UsageError
from webagent.live.result import hide

__all__ = ["Trace"]


class Trace:
    """``steps.jsonl`` with one line a step, ``step-000.png`` as it was seen, ``result.json`` in the end."""

    def __init__(self, folder: Path) -> None:
        """Make the folder.

        Raises:
            UsageError: it cannot be made, or holds an earlier trace.
        """
        self._folder = folder
        self._steps: list[dict[str, Any]] = []
        self._secrets: frozenset[str] = frozenset()
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise UsageError(f"the trace cannot go to {folder}: {error.strerror}; name another folder") from None
        if (folder / "steps.jsonl").exists():
            raise UsageError(f"{folder} already holds a trace; name another folder or delete it")

    def picture(self, png: bytes) -> None:
        """Keep what the coming step saw."""
        (self._folder / f"step-{len(self._steps):03d}.png").write_bytes(png)

    def step(self, line: dict[str, Any], secrets: frozenset[str]) -> None:
        """Keep one step; when there is a new secret, earlier lines are written again without it."""
        steps = [*self._steps, {"step": len(self._steps), **line}]
        grown = secrets > self._secrets
        self._secrets = secrets
        self._steps = hide(steps, secrets)
        with (self._folder / "steps.jsonl").open("w" if grown else "a", encoding="utf-8") as file:
            for step in self._steps if grown else self._steps[-1:]:
                file.write(json.dumps(step, ensure_ascii=False) + "\n")

    def result(self, result: dict[str, Any]) -> None:
        """Keep the outcome."""
        text = json.dumps(result, ensure_ascii=False, indent=1) + "\n"
        (self._folder / "result.json").write_text(text, encoding="utf-8")
