"""Cramer's V against a slow version, and that pairs without association cannot flatter a table."""

from __future__ import annotations

import math
from itertools import combinations

import numpy as np
import pytest
from counting_case import by_name, random_view, slow_jackknife, slow_shares, value, view
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import chi2_contingency

from censemble.evaluation.comparison.associations import (
    FACTS,
    METRICS,
    associations_of,
    cramers_v,
    measure_associations,
)
from censemble.evaluation.comparison.measure import Ground, View


def slow_v(of: View, lines: tuple[int, int]) -> float:
    """Bergsma's bias-corrected V, formula by formula, from a dictionary of shares."""
    shares = slow_shares(of, lines)
    margins = [slow_shares(of, [i]) for i in lines]
    phi2 = sum(p * p / (margins[0][c[:1]] * margins[1][c[1:]]) for c, p in shares.items()) - 1
    w = of.coded.weights
    n = w.sum() ** 2 / (w**2).sum()
    r, c = len(margins[0]), len(margins[1])
    if min(r, c) < 2:
        return 0.0
    corrected = max(0.0, phi2 - (r - 1) * (c - 1) / (n - 1))
    return math.sqrt(corrected / min(r - (r - 1) ** 2 / (n - 1) - 1, c - (c - 1) ** 2 / (n - 1) - 1))


def associated(random_seed: int, n: int, *, strength: float = 0.8, weighted: bool = False) -> View:
    """Attributes a, b, c that follow one another, and d, e that follow nothing."""
    rng = np.random.default_rng(random_seed)
    a = rng.integers(0, 3, n)
    columns = {"a": a}
    for name, keep in (("b", strength), ("c", strength / 2), ("d", 0.0), ("e", 0.0)):
        columns[name] = np.where(rng.random(n) < keep, a, rng.integers(0, 3, n))
    return view(columns, rng.uniform(0.5, 2, n).tolist() if weighted else None)


def test_v_is_that_of_the_formula() -> None:
    """On weighted tables with missing and undeclared codes and a constant attribute, V is the slow one."""
    reference, made = random_view(1, 90, weighted=True), random_view(2, 70, weighted=True)
    pairs = tuple(combinations(range(4), 2))
    found = associations_of(Ground(reference), made, pairs)
    assert found.reference == pytest.approx([slow_v(reference, p) for p in pairs])
    assert found.table[:, 0] == pytest.approx([slow_v(made, p) for p in pairs])


def test_p_values_are_those_of_the_chi_square_test() -> None:
    """The criterion of a real association rests on the ordinary test of independence."""
    counts = np.array([[20.0, 9.0, 4.0], [11.0, 15.0, 8.0]])
    cells = np.array([[i, j] for i in range(2) for j in range(3)])
    _, p = cramers_v(cells, counts.reshape(-1, 1), np.array([counts.sum()]))
    assert p[0] == pytest.approx(chi2_contingency(counts, correction=False).pvalue)


def test_only_real_associations_enter_the_agreement() -> None:
    """Independent attributes count as invented only, and the agreement is the slow one over the others."""
    reference, made = associated(3, 600, weighted=True), associated(4, 500, strength=0.5)
    pairs = tuple(combinations(range(5), 2))
    real = [p for p in pairs if max(p) <= 2]
    found = by_name(measure_associations(Ground(reference), made))
    v, u = np.array([slow_v(reference, p) for p in real]), np.array([slow_v(made, p) for p in real])
    others = [slow_v(made, p) for p in pairs if p not in real]
    expected = [np.abs(u - v).mean(), (u - v).mean(), np.corrcoef(u, v)[0, 1], np.mean(others)]
    assert [found[m].value for m in METRICS] == pytest.approx(expected)
    assert found["cramers_v_mae"].note.startswith("3 of 10 pairs are really associated")
    assert expected[1] < -0.1


def test_attributes_without_association_cannot_inflate_the_score() -> None:
    """Adding twenty independent attributes leaves the agreement as it was; independence is wholly wrong either way."""
    rng = np.random.default_rng(5)
    few = associated(6, 2000)
    noise = {f"n{i}": rng.integers(0, 3, 2000) for i in range(20)}
    shuffled = {k: rng.permutation(v) for k, v in few.dataset.persons.items()}
    alone = measure_associations(Ground(few), view(shuffled))
    crowded = measure_associations(Ground(view(few.dataset.persons | noise)), view(shuffled | noise))
    assert value(alone, "cramers_v_mae") > 0.3
    assert value(crowded, "cramers_v_mae") == pytest.approx(value(alone, "cramers_v_mae"))


def test_invented_associations_are_found() -> None:
    """A table that ties two independent attributes together is caught by its own figure only."""
    reference = associated(7, 800)
    columns = dict(reference.dataset.persons)
    columns["e"] = columns["d"]
    found = measure_associations(Ground(reference), view(columns))
    clean = measure_associations(Ground(reference), associated(8, 800))
    assert value(clean, "cramers_v_invented") < 0.03
    assert value(found, "cramers_v_invented") > 0.1
    assert value(found, "cramers_v_mae") == pytest.approx(0.0, abs=1e-9)


@pytest.mark.parametrize("metric", METRICS)
def test_errors_are_those_of_leaving_groups_out(metric: str) -> None:
    """The jackknife needs no second reading of the rows, and gives what measuring again would."""
    ground, made = Ground(associated(9, 500)), associated(10, 300, weighted=True)
    error = slow_jackknife(ground, made, lambda g, v: value(measure_associations(g, v), metric))
    assert by_name(measure_associations(ground, made))[metric].error == pytest.approx(error)


def test_what_is_not_defined_says_why() -> None:
    """One attribute, no association at all, nothing but associations, too few of them: no value, and the reason."""
    single = measure_associations(Ground(view({"a": [0, 1]})), view({"a": [0, 1]}))
    assert all(m.value is None and "needs 2 attributes" in m.note for m in single)
    rng = np.random.default_rng(11)
    loose = view({k: rng.integers(0, 3, 300) for k in "ab"})
    found = by_name(measure_associations(Ground(loose), loose))
    assert "no pair of attributes is associated" in found["cramers_v_mae"].note
    assert found["cramers_v_mae"].value is None and found["cramers_v_invented"].value is not None
    twins = view({"a": [0, 1, 2] * 30, "b": [0, 1, 2] * 30})
    found = by_name(measure_associations(Ground(twins), twins))
    assert found["cramers_v_mae"].value == pytest.approx(0.0, abs=1e-12)
    assert found["cramers_v_correlation"].note.startswith("needs three associated pairs; 1 of 1 pairs")
    assert found["cramers_v_invented"].note == "every pair is associated in the reference"
    triplets = view({k: [0, 1, 2] * 30 for k in "abc"})
    found = by_name(measure_associations(Ground(triplets), triplets))
    assert found["cramers_v_correlation"].note.startswith("all associations are equally strong")


def test_a_constant_attribute_and_one_row_have_no_association() -> None:
    """A table that makes everybody alike, or has one row, has V 0 where the reference has an association."""
    reference = view({"a": [0, 1] * 40, "b": [0, 1] * 40})
    for made in (view({"a": [0] * 30, "b": [0, 1] * 15}), view({"a": [0], "b": [1]})):
        assert value(measure_associations(Ground(reference), made), "cramers_v_bias") == pytest.approx(-1.0)


def test_every_measure_has_its_facts() -> None:
    """What is measured is what is documented."""
    found = measure_associations(Ground(random_view(1, 30)), random_view(2, 30))
    assert [m.metric for m in found] == [f.name for f in FACTS]


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 10**6))
def test_v_is_a_share_and_names_do_not_matter(random_seed: int) -> None:
    """V is between 0 and 1, and the same after rows are permuted and categories renamed."""
    made = random_view(random_seed, 25, weighted=True)
    rng = np.random.default_rng(random_seed)
    order, renamed = rng.permutation(25), rng.permutation(3)
    columns = {k: np.where(v < 0, v, renamed[v])[order] for k, v in made.dataset.persons.items()}
    moved = view(columns, made.coded.weights[order].tolist())
    pairs = tuple(combinations(range(4), 2))
    v, same = (associations_of(Ground(made), t, pairs).table[:, 0] for t in (made, moved))
    assert ((v >= 0) & (v <= 1)).all() and same == pytest.approx(v)
