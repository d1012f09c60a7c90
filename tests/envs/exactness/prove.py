"""Proves over all tasks that episodes are exact; see docs/exactness.md, which it writes. Run it by scripts/prove.

Goes on where it stopped: what was found of a task stays until the environment or the browser changes.
"""

import argparse
import hashlib
import json
import os
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

from tests.envs.exactness import original, outcomes
from tests.envs.exactness.report import page
from webagent_envs.chromium import launch, shared
from webagent_envs.exact import ACTIONS, difference, in_vector, one_by_one
from webagent_envs.tasks import ALL, task_names

ROOT = Path(__file__).parents[3]
RESULTS = ROOT / "results" / "exact.json"
DOCUMENT = ROOT / "docs" / "exactness.md"
SEEDS = (0, 1, 2)
INPUTS = ("trusted", "dom")
TOGETHER = 16  # tasks that the other package shows in one go
NOT_PLAYED = ("bench", "peers")  # parts of the environments that no episode depends on


def here(task, input, seeds=SEEDS):
    """In one process: the episodes; again; after a fast reset."""
    load = {"task": task, "input": input, "reset_mode": "load"}
    records = one_by_one(load, seeds, shared())
    again = one_by_one(load, seeds, shared())
    fast = one_by_one({**load, "reset_mode": "fast"}, seeds, shared(), history=True)
    return records, {"again": difference(records, again), "fast": difference(records, fast)}


def there(task, input, seeds=SEEDS):
    """In another process: the episodes; the same among neighbours."""
    load = {"task": task, "input": input, "reset_mode": "load"}
    return one_by_one(load, seeds, shared()), in_vector({**load, "reset_mode": "fast"}, seeds, shared())


def fingerprint():
    """Changes with the browser and with every file that an episode depends on."""
    folder = ROOT / "envs" / "webagent_envs"
    files = sorted(path for path in folder.rglob("*") if path.suffix in (".py", ".js", ".json"))
    known = hashlib.sha256()
    for path in files:
        if not set(path.relative_to(folder).parts) & set(NOT_PLAYED):
            known.update(path.read_bytes())
    browser = launch()
    version = browser.version
    browser.close()
    return {"browser": version, "environment": known.hexdigest()[:16]}


def prove(tasks, results=RESULTS):
    """Find out about each task that nothing is known of, and keep it."""
    known = {**fingerprint(), "seeds": len(SEEDS), "actions": ACTIONS, "tasks": {}}
    if results.exists() and {**(old := json.loads(results.read_text())), "tasks": {}} == known:
        known = old
    missing = [task for task in tasks if task not in known["tasks"]]
    context = get_context("spawn")
    first, second = ProcessPoolExecutor(1, context), ProcessPoolExecutor(1, context)
    try:
        for start in range(0, len(missing), TOGETHER):
            some = missing[start : start + TOGETHER]
            shown = second.submit(original.theirs, some)
            for task, parts in [(task, _begun(task, first, second)) for task in some]:
                found = {input: _compared(*parts[input]) for input in INPUTS}
                copy, agree = parts["original"].result(), parts["outcomes"].result()
                found |= {"original": original.compared(shown.result()[task], copy), "outcomes": agree}
                known["tasks"] = dict(sorted({**known["tasks"], task: found}.items()))
                results.write_text(json.dumps(known, indent=1) + "\n")
                print(f"{len(known['tasks'])} of {len(ALL)}: {task}", flush=True)
    finally:
        for pool in (first, second):
            pool.shutdown(cancel_futures=True)
    return known


def _begun(task, first, second):
    """All that is to be done for a task, divided between two processes."""
    parts = {input: (first.submit(here, task, input), second.submit(there, task, input)) for input in INPUTS}
    return parts | {"original": first.submit(original.ours, task), "outcomes": second.submit(outcomes.compared, task)}


def _compared(played, copied):
    records, found = played.result()
    elsewhere, among = copied.result()
    return {**found, "process": difference(records, elsewhere), "vector": difference(records, among)}


def main():
    """Prove, and write what was found."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tasks", type=task_names, default=ALL, help="names, or demos56; else all")
    parser.add_argument("--again", action="store_true", help="forget what is known")
    arguments = parser.parse_args()
    if arguments.again:
        RESULTS.unlink(missing_ok=True)
    DOCUMENT.write_text(page(prove(arguments.tasks)))


if __name__ == "__main__":
    os.environ["PYTHONPATH"] = os.pathsep.join((str(ROOT), str(ROOT / "envs")))
    main()
