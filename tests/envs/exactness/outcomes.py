"""Plays every script of tests/envs/episodes with both kinds of input: the outcomes must agree."""

from tests.envs.episodes.every_script import FAILING, PASSING
from tests.envs.episodes.player import INPUTS, Player

SEEDS = (1, 2)
MAX_STEPS = 200  # of a script that waits in vain for something


def compared(task: str) -> dict[str, str]:
    """For the passing and the failing episode how the outcomes differ; ``""``: not at all."""
    passing = _difference(task, PASSING[task].play) if task in PASSING else "no script passes it"
    return {"passing": passing, "failing": _difference(task, FAILING[task])}


def _difference(task, script):
    for seed in SEEDS:
        outcomes = [_outcome(task, input, seed, script) for input in INPUTS]
        if outcomes[0] != outcomes[1]:
            return f"seed {seed}: " + ", ".join(
                f"{input}: {said}" for input, said in zip(INPUTS, outcomes, strict=True)
            )
    return ""


def _outcome(task, input, seed, script):
    player = Player(task, input, seed)
    player.env.max_steps = MAX_STEPS
    try:
        script(player)
    except (AssertionError, LookupError, StopIteration) as error:
        return f"the script fails ({type(error).__name__}: {str(error)[:80]})"
    finally:
        player.env.close()
    return f"{'done' if player.done else 'not done'}, raw reward {player.raw:g}"
