"""Counts and errors to margins."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from censemble.errors import Problem
from censemble.expressions import always
from censemble.io.project_model import MarginDeclaration
from censemble.io.targets import Targets, make_margin
from censemble.margins import Z90, Margin

COUNTS = np.array([[100.0], [4.0]])
MOE = np.array([[32.9], [np.nan]])


def make(
    uncertainty: Any, counts: np.ndarray = COUNTS, moe: np.ndarray = MOE, **fields: Any
) -> tuple[Margin | None, list[Problem]]:
    cell = {"column": "N", "moe": "M", **fields}
    content = {
        "name": "m",
        "of": "households",
        "level": "zone",
        "table": {"file": "t.csv", "zone": "Z"},
        "cells": [cell],
    }
    declared = MarginDeclaration.model_validate({**content, "uncertainty": uncertainty})
    problems: list[Problem] = []
    targets = Targets(counts, moe)
    return make_margin(declared, declared.cells, [always()], targets, units=["a", "b"], problems=problems), problems


@pytest.mark.parametrize(
    ("uncertainty", "expected"),
    [("exact", [0, 0]), ({"tolerance": "20%"}, [20, 0.8]), ({"tolerance": "2%"}, [2, 0.5]), ({"tolerance": 3}, [3, 3])],
)
def test_standard_deviations(uncertainty: Any, expected: list[float]) -> None:
    """Exact is 0, a percentage at least half a count, a count itself; the margins of error stay for the report."""
    margin, problems = make(uncertainty)
    assert margin is not None
    assert problems == []
    np.testing.assert_allclose(margin.sd[:, 0], expected)
    np.testing.assert_array_equal(margin.moe, MOE)


def test_a_margin_of_error_is_1645_standard_errors() -> None:
    """An ACS margin of error is a 90 % one."""
    margin, _ = make("moe", moe=np.array([[32.9], [0.0]]))
    assert margin is not None
    np.testing.assert_allclose(margin.sd[:, 0], [32.9 / Z90, 0])


def test_controlled_estimates_are_exact() -> None:
    """-555555555 marks an estimate that is held to a known count, which has no error."""
    margin, _ = make("moe", moe=np.array([[-555555555.0], [10.0]]))
    assert margin is not None
    assert margin.sd[0, 0] == 0
    assert margin.moe is not None
    assert margin.moe[0, 0] == 0


@pytest.mark.parametrize("moe", [np.nan, -222222222.0, -1.0])
def test_margins_of_error_that_are_needed_and_missing(moe: float) -> None:
    """A blank or a code for `not computed` is a problem where calibration needs it."""
    margin, problems = make("moe", moe=np.array([[10.0], [moe]]))
    assert margin is None
    assert [p.code for p in problems] == ["bad-moe"]
    assert problems[0].where == "zone b, column 'M'"


def test_fractions_are_for_soft_tables() -> None:
    """A fractional count is refused in an exact table and taken in one with a tolerance."""
    counts = np.array([[1.5], [2.0]])
    assert [p.code for p in make("exact", counts=counts)[1]] == ["fractional-count"]
    margin, problems = make({"tolerance": 1}, counts=counts)
    assert margin is not None
    assert problems == []


def test_a_unit_without_target_needs_no_error() -> None:
    """Where there is no count there is nothing to be sure of: no problem, and the target stays missing."""
    margin, problems = make("moe", counts=np.array([[100.0], [np.nan]]))
    assert margin is not None
    assert problems == []
    assert np.isnan(margin.targets[1, 0])
