"""What chance does, against the formula of a binomial share."""

from __future__ import annotations

import numpy as np
import pytest
from counterfactual_case import BIKE, coded

from censemble.evaluation.counterfactual_floor import fresh_variations, truth_errors

CAR = ("persons", "car")
N = 4000
HAS_CAR = [int(k % 4 == 0) for k in range(N)]


def test_a_fresh_sample_is_off_by_its_standard_error() -> None:
    """Of two labels the mean total variation is sqrt(2 / pi) times the standard error of the share."""
    survey = coded([0] * N, HAS_CAR)
    found = fresh_variations(survey, survey.weights, 300, np.random.default_rng(1), but=BIKE.key)
    assert list(found) == [CAR]
    assert found[CAR] == pytest.approx(np.sqrt(2 / np.pi * 0.25 * 0.75 / 300), rel=0.35)
    assert fresh_variations(survey, survey.weights, 1, np.random.default_rng(1), but=BIKE.key)[CAR] > 0.2


def test_the_truth_is_as_uncertain_as_the_few_who_have_the_label() -> None:
    """Forty cyclists make up half of the truth: its error is theirs by half, far above that of all records."""
    bike = [int(k < 40) for k in range(N)]
    survey = coded(bike, HAS_CAR)
    few = truth_errors(survey, BIKE, 0.5, np.random.default_rng(2))[CAR]
    assert few == pytest.approx(np.sqrt(2 / np.pi * 0.25 * 0.75 / 40) / 2, rel=0.6)
    assert truth_errors(survey, BIKE, 0.01, np.random.default_rng(2))[CAR] < few / 2
