"""Joint distributions that no table fixes."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from evaluation_case import SmallCase

from censemble.evaluation.joints import JointFigure, coded_attributes, joint_fidelity, resample_rng
from censemble.expressions import all_of, is_in
from censemble.margins import Cell, Margin
from censemble.schema import Schema


def _figures(case: SmallCase, counts: np.ndarray, margins: tuple[Margin, ...] = ()) -> list[JointFigure]:
    pool = case.inputs.seed_sample
    return joint_fidelity(pool, counts, case.inputs.schema, margins=margins, rng=resample_rng(1), reference=pool)


def test_all_pairs_of_both_entities(small_case: SmallCase) -> None:
    """Four attributes give six pairs; a pair with a person attribute counts persons."""
    figures = {(f.first, f.second): f for f in small_case.joints}
    assert len(figures) == 6
    assert figures["tenure", "income"].entity == "households"
    assert figures["tenure", "sex"].entity == "persons"
    assert figures["income", "age"].n_cells == 6


def test_proportional_counts_are_perfect(small_case: SmallCase) -> None:
    """Counts in proportion to the design weights have no distance; the resample still has."""
    counts = (10 * small_case.inputs.seed_sample.prior_weights).astype(np.int64)
    figures = _figures(small_case, counts)
    assert max(f.srmse for f in figures) < 1e-9
    assert min(f.srmse_noise for f in figures) > 0


def test_worked_example(small_case: SmallCase) -> None:
    """Tenure by income of one repeated household against the survey, by hand; a missing income is left out."""
    figure = next(f for f in _figures(small_case, np.array([5, 0, 0, 0, 0, 0])) if f.second == "income")
    reference = np.array([2, 4, 1, 4]) / 11  # owned low, owned high, rented low, rented high
    gap = reference - [1, 0, 0, 0]
    assert figure.srmse == pytest.approx(np.sqrt(4 * (gap**2).sum()))
    assert figure.total_variation == pytest.approx(9 / 11)


def test_pairs_counted_together_are_left_out(small_case: SmallCase) -> None:
    """A margin whose cells name two attributes takes their pair out, in any order."""
    cell = Cell("both", all_of(is_in("income", [1]), is_in("tenure", [0])), "C")
    values = np.zeros((3, 1))
    margin = Margin("both", "tract", "households", (cell,), values, values, np.ones(1))
    names = {(f.first, f.second) for f in _figures(small_case, np.ones(6, dtype=np.int64), (margin,))}
    assert ("tenure", "income") not in names
    assert len(names) == 5


def test_attributes_from_margins(small_case: SmallCase) -> None:
    """Without a schema, margins with cells that exclude each other become attributes; "none of them" is a code."""
    inputs = small_case.inputs
    attributes = coded_attributes(inputs.seed_sample, Schema(), inputs.margins)
    assert [(a.name, a.entity, a.n_codes) for a in attributes] == [
        ("tenure <script>", "households", 2),
        ("age", "persons", 2),
    ]
    tenure = inputs.margins[1]
    part = replace(tenure, cells=(tenure.cells[0], Cell("never", is_in("tenure", [7]), "X")))
    assert coded_attributes(inputs.seed_sample, Schema(), [part])[0].codes.tolist() == [0, 2, 0, 2, 0, 2]
    overlapping = replace(tenure, cells=(tenure.cells[0], tenure.cells[0]))
    assert coded_attributes(inputs.seed_sample, Schema(), [overlapping]) == []


def test_same_stream_same_noise(small_case: SmallCase) -> None:
    """The noise floor depends on the random seed alone."""
    counts = np.ones(6, dtype=np.int64)
    assert _figures(small_case, counts) == _figures(small_case, counts)


def test_nobody_has_no_joints(small_case: SmallCase) -> None:
    """An empty population gives no figures instead of a division by zero."""
    assert _figures(small_case, np.zeros(6, dtype=np.int64)) == []
