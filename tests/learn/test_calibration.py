"""Confidence that is made honest: what is said to be right in 70 % of the cases is."""

from __future__ import annotations

import numpy as np

from webagent.learn.calibration import calibration_error, fit_honesty, fit_stop
from webagent.policy.checkpoint import IDENTITY, honest


def test_the_error_is_the_gap_between_confidence_and_truth() -> None:
    sure = np.full(100, 0.9)
    right = np.array([1.0, 0.0] * 50)
    assert abs(calibration_error(sure, right) - 0.4) < 1e-6
    assert calibration_error(np.zeros(0), np.zeros(0)) == 0


def test_overconfidence_and_doubt_are_both_mended() -> None:
    random = np.random.default_rng(0)
    truth = random.random(20_000)
    right = (random.random(len(truth)) < truth).astype(float)
    for distorted in (truth**0.5, truth**2, 0.5 + truth / 2):
        mended = honest(distorted, fit_honesty(distorted, right))
        assert calibration_error(mended, right) < 0.03 < calibration_error(distorted, right)
        assert np.array_equal(mended.argsort(), honest(distorted, IDENTITY).argsort())  # the order stays


def test_confidences_that_are_honest_stay() -> None:
    values = np.linspace(0.01, 0.99, 50)
    assert np.allclose(honest(values, IDENTITY), values, atol=1e-3)


def test_the_line_between_done_and_not_is_where_both_mistakes_are_as_frequent() -> None:
    random = np.random.default_rng(1)
    done = random.random(4000) < 0.3
    stop = np.where(done, random.beta(2, 3, len(done)), random.beta(1, 9, len(done)))  # ends look doubtful
    line = fit_stop(stop, done)
    assert line < 0.4
    assert abs((stop[done] < line).mean() - (stop[~done] >= line).mean()) < 0.06
    assert fit_stop(np.array([0.9, 0.8, 0.1]), np.array([True, True, False])) == 0.5
    assert fit_stop(np.array([0.9]), np.array([True])) == 0.5
