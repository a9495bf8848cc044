"""A margin refuses shapes and numbers that make no sense."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import small_case

from censemble.errors import MarginError
from censemble.margins import Z90


def test_ninety_percent_margin_of_error() -> None:
    """1.645 standard errors on either side hold 90 % of a normal distribution."""
    draws = np.random.default_rng(0).normal(size=200_000)
    assert np.mean(np.abs(draws) <= Z90) == pytest.approx(0.9, abs=0.003)


def test_a_unit_may_be_without_target() -> None:
    """NaN is accepted: this unit is not controlled there."""
    assert np.isnan(small_case.sex_by_tract().targets).sum() == 1


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"targets": np.zeros((2, 3))}, "targets"),
        ({"sd": np.zeros((1, 2))}, "sd"),
        ({"importance": np.ones(3)}, "one number > 0 for each cell"),
        ({"importance": np.array([1.0, 0.0])}, "one number > 0 for each cell"),
        ({"targets": np.array([[1.0, -1.0], [0.0, 0.0]])}, "must be >= 0"),
        ({"sd": np.array([[1.0, -1.0], [0.0, 0.0]])}, "must be >= 0"),
        ({"is_total": True}, "of all records has one cell"),
    ],
)
def test_what_cannot_be_is_refused(changes: dict[str, object], message: str) -> None:
    """Each refusal names the margin and says what is wrong."""
    with pytest.raises(MarginError, match=message) as caught:
        replace(small_case.sex_by_tract(), **changes)
    assert "'sex'" in str(caught.value)
