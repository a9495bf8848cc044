"""Counts of joint tables against counting one row at a time."""

from __future__ import annotations

import math
from itertools import combinations

import numpy as np
import pytest
from counting_case import random_view, slow_shares, view, without_rows

from censemble.evaluation.comparison import contingency
from censemble.evaluation.comparison.contingency import distances, joint_tables
from censemble.evaluation.comparison.measure import View

TUPLES = [t for k in (1, 2, 3) for t in combinations(range(4), k)]


def slow_distances(reference: View, made: View, lines: tuple[int, ...]) -> list[float]:
    """Squared gaps, total variation and divergence from dictionaries."""
    p, q = slow_shares(reference, lines), slow_shares(made, lines)
    cells = sorted(set(p) | set(q))
    pairs = [(p.get(c, 0.0), q.get(c, 0.0)) for c in cells]
    divergence = sum(a * math.log2(2 * a / (a + b)) / 2 for x, y in pairs for a, b in ((x, y), (y, x)) if a > 0)
    return [sum((x - y) ** 2 for x, y in pairs), sum(abs(x - y) for x, y in pairs) / 2, divergence]


@pytest.mark.parametrize("dense_cells", [contingency.DENSE_CELLS, 4])
def test_tables_are_those_of_slow_counting(monkeypatch: pytest.MonkeyPatch, dense_cells: int) -> None:
    """Counts and distances of 1-, 2- and 3-way tables, with all rows and without each group, whichever way counted."""
    monkeypatch.setattr(contingency, "DENSE_CELLS", dense_cells)
    reference, made = random_view(1, 70, weighted=True), random_view(2, 45, weighted=True)
    group = made.group % 5
    for table in joint_tables(reference.coded, made.coded, TUPLES, group=group, n_groups=5):
        found = distances(table)
        assert found[:, 0] == pytest.approx(slow_distances(reference, made, table.lines), abs=1e-12)
        for g in range(5):
            rest = without_rows(made, group == g)
            assert found[:, 1 + g] == pytest.approx(slow_distances(reference, rest, table.lines), abs=1e-12)
        shares = slow_shares(made, table.lines)
        counted = dict(
            zip(map(tuple, table.cells.tolist()), table.counts[:, 0] / table.counts[:, 0].sum(), strict=True)
        )
        assert {c: v for c, v in counted.items() if v > 0} == pytest.approx(shares)


def test_cells_are_decoded_to_the_codes_that_were_crossed() -> None:
    """Each cell of a three-way table holds the codes in the order of the lines."""
    reference = view({"a": [0, 2], "b": [1, 1], "c": [2, -1]})
    table = next(joint_tables(reference.coded, reference.coded, [(0, 1, 2)], group=np.zeros(2, np.int64), n_groups=1))
    assert sorted(table.cells.tolist()) == [[0, 1, 2], [2, 1, 3]]


def test_a_group_that_is_everything_leaves_nothing_to_measure() -> None:
    """Without the only group there are no rows: the figure is not a number, never 0."""
    made = view({"a": [0, 1]})
    table = next(joint_tables(made.coded, made.coded, [(0,)], group=np.zeros(2, np.int64), n_groups=1))
    assert distances(table)[:, 0].tolist() == [0.0, 0.0, 0.0]
    assert np.isnan(distances(table)[1, 1])
