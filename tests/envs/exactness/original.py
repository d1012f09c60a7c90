"""Compares our tasks with those that MiniWoB++'s own package makes, in a Python of its own."""

from dataclasses import replace

from webagent_envs.env import WebEnv
from webagent_envs.peers import PEERS, Peer

MODES = ("train", "test")
SEEDS = (0, 1, 2)
EPISODES = [(mode, seed) for mode in MODES for seed in SEEDS]
# the task's part of the document, in its frame where it has one, less numbers that libraries and that package hand out
DOCUMENT = r"""(() => {
  const part = document.getElementById('wrap');
  const whole = part.contentDocument ? part.contentDocument.body : part;
  return whole.outerHTML.replace(/ data-wob_\w+="\w*"| data-tampered="\w*"|jQuery\d+|ui-id-\d+/g, '');
})()"""


def package() -> Peer:
    """MiniWoB++'s own package, installed."""
    return replace(PEERS["farama"][0], program="farama_tasks.py", options=()).prepared()


def theirs(tasks: list[str]) -> dict[str, list[tuple[str, str]]]:
    """Command and document of each episode, as that package begins it."""
    shown = package().run({"tasks": tasks, "episodes": EPISODES, "document": DOCUMENT})
    return {task: [tuple(pair) for pair in pairs] for task, pairs in shown.items()}


def ours(task: str) -> list[tuple[str, str]]:
    """The same, of ours."""
    env = WebEnv(task)
    found = []
    for mode, seed in EPISODES:
        _, info = env.reset(seed=seed, options={"data_mode": mode})
        found.append((info["instruction"], env.page.evaluate(DOCUMENT)))
    env.close()
    return found


def compared(wanted: list[tuple[str, str]], shown: list[tuple[str, str]]) -> dict[str, str]:
    """For each data mode what differs between their task and ours; ``""``: nothing."""
    found = dict.fromkeys(MODES, "")
    for (mode, seed), original, copy in zip(EPISODES, wanted, shown, strict=True):
        if original[0] != copy[0]:
            found[mode] = f"seed {seed}: another command: {original[0]!r}, {copy[0]!r}"
        elif original[1] != copy[1] and not found[mode]:
            found[mode] = f"seed {seed}: the same command, another document: {_first(original[1], copy[1])}"
    return found


def _first(one: str, other: str) -> str:
    at = next((i for i, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))
    at = max(0, at - 20)
    return f"{one[at : at + 60]!r}, {other[at : at + 60]!r}"
