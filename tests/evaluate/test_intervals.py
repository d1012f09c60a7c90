import pytest

from webagent.evaluate.intervals import mean_interval, wilson


def test_wilson_agrees_with_the_published_example() -> None:
    # Newcombe 1998, table I, method 3: 81 of 263 gives 0.2553 to 0.3662.
    low, high = wilson(81, 263)
    assert (round(low, 4), round(high, 4)) == (0.2553, 0.3662)


def test_wilson_at_the_ends() -> None:
    assert wilson(0, 0) == (0.0, 1.0)
    assert wilson(0, 20)[0] == 0
    assert wilson(20, 20)[1] == pytest.approx(1)
    assert 0.8 < wilson(20, 20)[0] < 0.9


def test_the_mean_weighs_tasks_alike() -> None:
    mean, low, high = mean_interval([(10, 10), (0, 100)])
    assert mean == 0.5
    assert 0.4 < low < 0.5 < high < 0.6


def test_more_episodes_narrow_the_interval() -> None:
    few, many = mean_interval([(5, 10)] * 4), mean_interval([(50, 100)] * 4)
    assert many[2] - many[1] < few[2] - few[1]
