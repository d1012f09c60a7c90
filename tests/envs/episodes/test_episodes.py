"""Every task of MiniWoB++ is played to its end: once well, once badly."""

import pytest

from tests.envs.episodes.every_script import FAILING, PASSING, UNSCRIPTED
from tests.envs.episodes.player import INPUTS, Player
from webagent_envs.tasks import ALL


def play_well(p, passing):
    passing.play(p)
    assert p.done, (p.seed, p.said)
    assert p.raw >= passing.at_least, (p.seed, p.raw, p.said)
    assert p.success or passing.at_least < 1


def play_badly(p, script, passing):
    script(p)
    assert not p.success, (p.seed, p.said)
    assert passing is None or p.raw < passing.at_least, (p.seed, p.raw, p.said)


@pytest.mark.parametrize("name", PASSING)
def test_a_task_can_be_passed(name):
    player = Player(name, PASSING[name].inputs[0], 1)
    play_well(player, PASSING[name])
    player.env.close()


@pytest.mark.slow
@pytest.mark.parametrize("input", INPUTS)
@pytest.mark.parametrize("name", PASSING)
def test_a_task_can_be_passed_and_failed(name, input):
    passing = PASSING[name]
    for seed in (1, 2, 3):
        player = Player(name, input, seed)
        if input in passing.inputs:
            play_well(player, passing)
            player.restart()
        play_badly(player, FAILING[name], passing)
        player.env.close()


@pytest.mark.parametrize("name", UNSCRIPTED)
def test_a_task_that_no_script_passes_can_be_failed(name):
    player = Player(name, "trusted", 1)
    play_badly(player, FAILING[name], None)
    player.env.close()


def test_every_task_has_a_script_or_a_reason():
    assert set(PASSING) | set(UNSCRIPTED) == set(ALL)
    assert not set(PASSING) & set(UNSCRIPTED)
    assert set(FAILING) == set(ALL)


def test_exceptions_have_reasons():
    for passing in PASSING.values():
        assert bool(passing.because) == (passing.at_least < 1)
        assert bool(passing.inputs_because) == (passing.inputs != INPUTS)
