"""Totals, systematic rounding, and records within groups."""

from __future__ import annotations

import numpy as np
import pytest
from hand_made import controls, level
from hypothesis import given, settings
from hypothesis import strategies as st

from censemble.groups import group_area
from censemble.integerisation.rounding import household_totals, records_of_units, systematic

some = settings(max_examples=50, deadline=None)
amounts = st.lists(st.floats(0, 1000), min_size=1, max_size=30)


@some
@given(amounts)
def test_running_totals_stay_within_half_a_household(sums: list[float]) -> None:
    """Each zone is within one of its sum, and no prefix of zones drifts: half a household, and a whisker."""
    values = np.array(sums)
    totals = household_totals(values)
    drift = np.cumsum(totals) - np.cumsum(values)
    assert (np.abs(totals - values) <= 1 + 1e-9).all()
    assert (totals >= 0).all()
    assert np.abs(drift).max() <= 0.5 + 1e-3 * len(values)


@some
@given(st.lists(st.integers(0, 500), min_size=1, max_size=30), st.floats(-9e-4, 9e-4))
def test_whole_sums_stay(sums: list[int], noise: float) -> None:
    """Sums that are whole but for the solver's tolerance become those whole numbers, zone by zone."""
    assert household_totals(np.abs(np.array(sums) + noise)).tolist() == sums


def test_fractions_are_carried_past_whole_zones() -> None:
    """A zone with a whole sum neither takes nor breaks what its neighbours carry."""
    assert household_totals(np.array([0.5, 3.0, 0.5, 0.5])).tolist() == [1, 3, 0, 1]


@some
@given(amounts, st.integers(0, 60), st.floats(0, 1, exclude_max=True))
def test_systematic_counts_are_within_one_of_their_weight(weights: list[float], total: int, start: float) -> None:
    """Counts sum to the total, and each is its scaled weight rounded up or down; no weight, no household."""
    values = np.array(weights) + 1e-3 * (np.arange(len(weights)) == 0)
    counts = systematic(values, total, start=start)
    scaled = values * (total / values.sum())
    assert counts.sum() == total
    assert (np.abs(counts - scaled) < 1 + 1e-6).all()
    assert (counts[scaled == 0] == 0).all()


def test_systematic_is_unbiased() -> None:
    """Over evenly spread starts every count averages to its weight."""
    weights = np.array([0.3, 1.2, 0.05, 2.45])
    starts = (np.arange(1000) + 0.5) / 1000
    mean = np.mean([systematic(weights, 4, start=s) for s in starts], axis=0)
    assert mean == pytest.approx(weights, abs=2e-3)


def test_records_of_a_group_are_used_as_their_shares_say() -> None:
    """Sixty households of a group with shares 1/6, 2/6, 3/6 use its records 10, 20 and 30 times."""
    problem = controls([[1], [1], [1], [2]], level("zone", [0], [[9]]), prior=[1.0, 2.0, 3.0, 4.0])
    groups = group_area(problem, 0)
    single = int(groups.group_of_record[3])
    share = np.array([1 / 6, 2 / 6, 3 / 6, 1.0])
    units = np.array([1 - single] * 60 + [single] * 5)
    records = records_of_units(units, groups, share, rng=np.random.default_rng(0))
    assert np.bincount(records).tolist() == pytest.approx([10, 20, 30, 5], abs=1)
    assert (records[60:] == 3).all()


def test_repeats_are_spread() -> None:
    """Four records alike fill each zone's four households of a kind without repeating one where shares agree."""
    groups = group_area(controls(np.ones((4, 1)), level("zone", [0], [[9]])), 0)
    records = records_of_units(np.zeros(40, np.int64), groups, np.full(4, 0.25), rng=np.random.default_rng(3))
    assert all(len(set(records[i : i + 4].tolist())) == 4 for i in range(0, 40, 4))


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 2**32 - 1))
def test_every_household_gets_a_record_of_its_group(random_seed: int) -> None:
    """Whatever the groups and shares; one random seed, one result."""
    rng = np.random.default_rng(random_seed)
    problem = controls(
        rng.integers(0, 3, (15, 2)), level("zone", [0, 1], [[9, 9]]), prior=rng.uniform(1, 5, 15).tolist()
    )
    groups = group_area(problem, 0)
    share = problem.prior_weights / groups.prior[groups.group_of_record]
    units = rng.integers(0, groups.n_groups, 40)
    records = records_of_units(units, groups, share, rng=np.random.default_rng(1))
    assert np.array_equal(groups.group_of_record[records], units)
    assert np.array_equal(records, records_of_units(units, groups, share, rng=np.random.default_rng(1)))


def test_nobody_gets_no_record() -> None:
    """No households, no records."""
    groups = group_area(controls([[1]], level("zone", [0], [[9]])), 0)
    assert records_of_units(np.zeros(0, np.int64), groups, np.ones(1), rng=np.random.default_rng(0)).size == 0


def test_start_just_below_one() -> None:
    """Rounding of the last edge upwards must not make a household too many, nor one of weight zero."""
    assert systematic(np.array([0.001]), 1, start=1 - 2**-53).tolist() == [1]
    assert systematic(np.array([24.001, 0.0]), 1, start=0.0).tolist() == [1, 0]
