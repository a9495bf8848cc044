"""Ages as gaps."""

from __future__ import annotations

import generator_case
import numpy as np

from censemble.generators.gaps import gap_of
from censemble.generators.value_codes import value_codes

ONES = np.ones(4)


def test_gaps_of_the_sample_come_back() -> None:
    """Partners two and three years younger: nobody is drawn with another gap where the range allows it."""
    values, first = np.array([40.0, 37.0, 58.0, np.nan]), np.array([42.0, 40.0, 60.0, 50.0])
    gap = gap_of(1, value_codes(generator_case.AGE, values, ONES), values, first, ONES, n_bins=4)
    assert gap is not None
    assert gap.gaps.labels == ("-3 to below -2", "-2 to below inf", "(missing)")
    heads = np.array([50.0, 50.0, 50.0])
    drawn = gap.draw(np.array([0, 1, 2]), heads, np.random.default_rng(0))
    assert drawn[:2].tolist() == [47.0, 48.0]
    assert np.isnan(drawn[2])


def test_nobody_is_drawn_outside_the_range_of_the_sample() -> None:
    """A child 30 years younger than a head of 31 is 1; than a head of 20 as young as the youngest known."""
    values, first = np.array([1.0, 2.0, 3.0, 4.0]), np.array([31.0, 32.0, 33.0, 34.0])
    gap = gap_of(0, value_codes(generator_case.AGE, values, ONES), values, first, ONES, n_bins=4)
    assert gap is not None
    assert gap.draw(np.zeros(2, np.int16), np.array([31.0, 20.0]), np.random.default_rng(0)).tolist() == [1.0, 1.0]


def test_without_any_known_gap_there_is_none() -> None:
    """Ages of first persons are all missing."""
    nothing = np.full(4, np.nan)
    assert gap_of(0, value_codes(generator_case.AGE, ONES, ONES), ONES, nothing, ONES, n_bins=4) is None


def test_limits_are_those_of_the_bin_beside_the_first() -> None:
    """The bin's smallest and largest gap, added to the first person's number; unknown where one of both is."""
    values, first = np.array([40.0, 37.0, 58.0, np.nan]), np.array([42.0, 40.0, 60.0, 50.0])
    gap = gap_of(1, value_codes(generator_case.AGE, values, ONES), values, first, ONES, n_bins=1)
    assert gap is not None
    low, high = gap.limits(np.array([0, 0, 1]), np.array([50.0, np.nan, 50.0]))
    assert (low[0], high[0]) == (47.0, 48.0)
    assert np.isnan([low[1], high[1], low[2], high[2]]).all()


def test_the_table_adds_gaps_to_ages() -> None:
    """By hand: a child 30 years younger than a head of 40 or 60, a partner two years younger; missing stays missing."""
    values, first = np.array([10.0, 38.0, 30.0, 58.0, np.nan]), np.array([40.0, 40.0, 60.0, 60.0, 60.0])
    everybody, ones = np.concatenate([values, first]), np.ones(10)
    known = value_codes(generator_case.AGE, everybody, ones)
    gap = gap_of(0, known, values, first, np.ones(5), n_bins=4)
    assert gap is not None
    table = gap.table(known)
    ages, gaps = [known.codes(np.array([x]))[0] for x in (10.0, 30, 38, 40, 58, 60, np.nan)], (0, 1, 2)
    assert gap.gaps.labels == ("-30 to below -2", "-2 to below inf", "(missing)")
    assert table[ages[3], gaps[0], ages[0]] == table[ages[5], gaps[0], ages[1]] == 1.0
    assert table[ages[3], gaps[1], ages[2]] == table[ages[5], gaps[1], ages[4]] == 1.0
    assert table[ages[3], gaps[2], ages[6]] == 1.0
    assert (table[ages[6]] == 0).all()
    assert (table[ages[0], gaps[0]].argmax(), table[ages[5], gaps[1]].sum()) == (ages[0], 1.0)  # kept in the range
