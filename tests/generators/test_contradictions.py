"""Tables whose sums cannot hold together, against a linear programme over all combinations of their attributes."""

from __future__ import annotations

from itertools import product
from typing import Any

import numpy as np
import pytest
import tables_case as case
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

from censemble.expressions import all_of
from censemble.generators.contradictions import contradictions
from censemble.margins import Margin

BOTH = {f"{t} {s}": all_of(case.TENURE[t], case.SIZES[s]) for t in case.TENURE for s in case.SIZES}
RENTED = {"rented": case.TENURE["rented"]}


def households(name: str, cells: dict[str, Any], targets: Any, **more: Any) -> Margin:
    """A table of households."""
    return case.margin(name, "households", cells, targets, **more)


@pytest.mark.parametrize(
    ("tables", "pairs"),
    [
        ([case.total([100]), households("tenure", case.TENURE, [[60, 40]])], ()),
        ([case.total([100]), households("tenants", RENTED, [[120]])], (("all", "tenants"),)),
        ([case.total([100]), households("tenure", case.TENURE, [[30, 80]])], (("all", "tenure"),)),
        ([case.total([100]), households("tenants", RENTED, [[20]])], ()),
        ([case.total([100]), households("tenants", RENTED, [[120]], sd=9.0)], ()),
        ([case.total([100]), households("tenants", RENTED, [[100.0005]])], ()),
        (
            [households("size by tenure", BOTH, [[1, 2, 3, 4, 5, 6]]), households("size", case.SIZES, [[5, 7, 9]])],
            (),
        ),
        (
            [households("size by tenure", BOTH, [[1, 2, 3, 4, 5, 6]]), households("size", case.SIZES, [[6, 6, 9]])],
            (("size by tenure", "size"),),
        ),
    ],
)
def test_what_sums_prove(tables: list[Margin], pairs: tuple[tuple[str, str], ...]) -> None:
    """Too many in a part, whole tables of other sums, joints summed out; soft tables and rounding prove nothing."""
    assert contradictions(case.SCHEMA, tables) == pairs


def test_units_are_compared_one_by_one() -> None:
    """Right over the region and wrong in each zone; a zone without a target proves nothing."""
    tables = [case.total([60, 40]), households("tenants", RENTED, [[10], [50]])]
    assert contradictions(case.SCHEMA, tables) == (("all", "tenants"),)
    tables = [case.total([60, 40]), households("tenants", RENTED, [[10], [np.nan]])]
    assert contradictions(case.SCHEMA, tables) == ()


def test_levels_are_compared_over_the_region() -> None:
    """A region of 110 households whose zones hold 100."""
    region = Margin(**{**vars(households("tenure", case.TENURE, [[30, 80]])), "level": "region"})
    assert contradictions(case.SCHEMA, [case.total([60, 40]), region]) == (("all", "tenure"),)


def test_persons_are_compared_with_persons() -> None:
    """More persons than households contradict nobody; two tables of persons may."""
    assert contradictions(case.SCHEMA, [case.total([100]), *case.persons()]) == ()
    ages = case.margin("age", "persons", case.AGES, [[70, 161]])
    assert contradictions(case.SCHEMA, [*case.persons(), ages]) == (("age by sex", "age"),)


@settings(max_examples=60, deadline=None)
@given(
    joint=st.lists(st.integers(0, 4), min_size=6, max_size=6),
    sizes=st.lists(st.integers(0, 8), min_size=3, max_size=3),
    rented=st.integers(0, 12),
    listed=st.sets(st.sampled_from(sorted(BOTH)), min_size=1),
)
def test_what_is_found_has_no_solution(joint: list[int], sizes: list[int], rented: int, listed: set[str]) -> None:
    """Whatever is named, no weights of all six kinds of household meet the tables; sums above the total are found."""
    cells = {label: where for label, where in BOTH.items() if label in listed}
    counts = [n for label, n in zip(BOTH, joint, strict=True) if label in listed]
    total = case.total([sum(joint)])
    others = [households("size", case.SIZES, [sizes]), households("tenants", RENTED, [[rented]])]
    tables = [total, households("some", cells, [counts]), *others]
    atoms = list(product(range(2), range(3)))  # tenure, size
    rows = [[1.0] * 6]
    kinds = [f"{tenure} {size}" for tenure in case.TENURE for size in case.SIZES]
    rows += [[float(kind == label) for kind in kinds] for label in cells]
    rows += [[float(s == k) for _, s in atoms] for k in range(3)]
    rows += [[float(t == 1) for t, _ in atoms]]
    values = [sum(joint), *counts, *sizes, rented]
    solved = linprog(np.zeros(6), A_eq=np.array(rows), b_eq=values, bounds=(0, None)).success
    if contradictions(case.SCHEMA, tables):
        assert not solved
    decided = contradictions(case.SCHEMA, [total, others[0], others[1]])
    # Sizes that fall short of the total by more than 2 % leave room for households without a size.
    assert bool(decided) == (sum(sizes) > sum(joint) or rented > sum(joint))
