"""Columns and groups of rows, and statistics of groups against plain Python."""

from __future__ import annotations

import math
import statistics

import numpy as np
import pytest
from formula_case import data, flat
from hypothesis import given, settings
from hypothesis import strategies as st

from censemble.dataset import Dataset
from censemble.errors import SchemaError
from censemble.formulas.rows import Rows, grouped
from censemble.schema import Attribute, Schema


def test_persons_see_what_their_household_has() -> None:
    """Labels and numbers are spread over the members; orphans have them missing."""
    rows = Rows(data(), "households").of("persons")
    assert rows.column("tenure").tolist() == [1, 0, 0, 0, 1, -2, -1]
    assert np.isnan(rows.column("rent")[[5, 6]]).all()
    assert rows.spread(np.array([True, True, True, True])).tolist() == [True] * 6 + [False]
    assert rows.of("households").of("persons") is rows


def test_what_is_not_there_is_refused() -> None:
    """Flat rows have no households, households no attributes of persons."""
    with pytest.raises(SchemaError, match="no persons in households"):
        _ = Rows(flat(), "persons").household
    with pytest.raises(SchemaError, match="households have no attribute 'age'"):
        Rows(data(), "households").column("age")


def test_groups_are_rows_of_equal_values() -> None:
    """Undeclared labels are a group of their own, rows with a missing value are in none."""
    group, n = Rows(data(), "households").groups_by(("tenure", "year built"))
    assert n == len(set(group.tolist()))
    assert len(set(group.tolist())) == 4
    missing, _ = Rows(data(), "households").groups_by(("type", "rent"))
    assert missing.tolist()[2:] == [-1, -1]


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.tuples(st.sampled_from([1.0, 2.0, 7.5, math.nan]), st.integers(0, 3), st.integers(-1, 3)),
        max_size=12,
    )
)
def test_statistics_of_groups(rows: list[tuple[float, int, int]]) -> None:
    """Every statistic of weighted values is that of the values written out as often as they weigh."""
    values, weights, group = (np.array([r[i] for r in rows], dtype=float) for i in range(3))
    for g in range(4):
        copies = [v for v, w, k in rows if k == g and not math.isnan(v) for _ in range(w)]
        for function, slow in (
            ("sum", sum),
            ("mean", statistics.fmean),
            ("sd", statistics.pstdev),
            ("median", statistics.median),
            ("min", min),
            ("max", max),
        ):
            found = grouped(function, values, weights, group.astype(np.int64), 4)[g]
            expected = slow(copies) if copies else math.nan  # type: ignore[operator]
            assert found == pytest.approx(expected, nan_ok=True)


def test_the_median_of_weights_that_are_no_binary_fractions() -> None:
    """Halves that rounding makes unequal are equal: three tenths and the sum of three tenths."""
    group = np.zeros(4, np.int64)
    found = grouped("median", np.array([1.0, 2.0, 3.0, 9.0]), np.array([0.1, 0.1, 0.1, 0.3]), group, 1)
    assert found.tolist() == [6.0]


def test_infinite_values_make_no_noise() -> None:
    """A table may hold infinities: what they leave undefined is missing, without a warning."""
    values, group = np.array([np.inf, -np.inf]), np.zeros(2, np.int64)
    found = {f: grouped(f, values, np.ones(2), group, 1)[0] for f in ("mean", "sd", "median", "min", "max")}
    assert found["min"] == -np.inf
    assert found["max"] == np.inf
    assert np.isnan([found["mean"], found["sd"], found["median"]]).all()


def test_an_infinite_cell_is_a_missing_one() -> None:
    """What the reader could not take as a finite number is no value: infinity is not above 18."""
    schema = Schema((Attribute("age", "persons", "numeric"),))
    data = Dataset("mine", schema, {}, {"age": np.array([np.inf, 20.0])}, np.zeros(0), np.ones(2))
    assert np.isnan(Rows(data, "persons").column("age")[0])
    assert np.isinf(data.persons["age"][0])
