"""Which households count as the same, and how often."""

from __future__ import annotations

from collections.abc import Callable
from types import ModuleType

import numpy as np
import pyarrow as pa

from censemble.pool import Pool

Script = Callable[[str], ModuleType]


def pool_of(rent: list[float], ages: list[list[float]]) -> Pool:
    """Households of one attribute, whose persons have one."""
    none, sizes = pa.table({}), [len(a) for a in ages]
    return Pool(
        {"rent": np.array(rent)},
        {"age": np.concatenate([np.array(a) for a in ages])},
        np.concatenate([[0], np.cumsum(sizes)]),
        np.ones(len(rent)),
        pa.array([str(i) for i in range(len(rent))]),
        none,
        none,
        "",
        np.zeros(len(rent), np.int32),
        "made",
    )


def test_order_of_persons_makes_no_other_household(script: Script) -> None:
    """Alike are households of the same rent (missing too) and the same ages in any order; another rent is another."""
    figures = script("semapop_household_figures")
    first = pool_of([np.nan, np.nan, 5.0], [[30.0, 2.0], [2.0, 30.0], [2.0, 30.0]])
    second = pool_of([5.0], [[30.0, 2.0]])
    (a, b, c), (d,) = figures.keys_of(first, second)
    assert a == b
    assert a != c
    assert c == d


def test_copies_count_alike_records_together(script: Script) -> None:
    """Three, two and five copies of two alike records and one of the survey's: two that differ, half of the survey."""
    figures = script("semapop_household_figures")
    made = pool_of([1.0, 1.0, 5.0, 9.0], [[30.0], [30.0], [8.0, 40.0], [7.0]])
    found = figures.sameness(made, np.array([3, 2, 5, 0]), pool_of([5.0], [[40.0, 8.0]]))
    assert found == {"distinct": 2, "most_copies": 5, "share_of_survey": 0.5}
