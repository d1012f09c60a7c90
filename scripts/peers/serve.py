"""Lets `scripts/cross-check` drive an environment of another package; runs in whatever Python has that package."""

import contextlib
import json
import logging
import os
import sys
from collections.abc import Callable
from typing import Any

Answer = dict[str, Any]


def serve(make: Callable[[str], Any], reset: Callable[[Any, int], Answer], step: Callable[[Any, Any], Answer]) -> None:
    """Answer every JSON object on stdin with one on stdout.

    Args:
        make: the environment of a task; one is open at a time.
        reset: for ``{"reset": TASK, "seed": N}``.
        step: for ``{"calls": …}``.
    """
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)  # whatever the packages print is talk
    logging.disable(logging.WARNING)
    env: Any = None
    task = ""
    for line in sys.stdin:
        order = json.loads(line)
        if "reset" in order:
            if order["reset"] != task:
                if env is not None:
                    env.close()
                task = order["reset"]
                env = make(task)
            answer = reset(env, order["seed"])
        else:
            answer = step(env, order["calls"])
        print(json.dumps(answer), file=answers, flush=True)
    with contextlib.suppress(Exception):
        env.close()
