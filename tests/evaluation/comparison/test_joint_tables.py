"""Margins and joints: each form of each figure against its definition, and what must hold whatever the tables."""

from __future__ import annotations

import math
from itertools import combinations, pairwise

import numpy as np
import pytest
from counting_case import by_name, random_view, slow_cells, slow_jackknife, slow_shares, value, view
from hypothesis import given, settings
from hypothesis import strategies as st

from censemble.evaluation.comparison.joint_tables import FACTS, MAX_TRIPLES, measure_joints
from censemble.evaluation.comparison.measure import Ground, View


def slow_figures(ground: Ground, made: View, order: int) -> dict[str, float]:
    """All figures of one order, cell by cell over the cells that may occur and those that do."""
    squares, srmse, tv, jsd, n_long = [], [], [], [], 0
    for lines in combinations(range(len(made.coded.codings)), order):
        p, q = slow_shares(ground.reference, lines), slow_shares(made, lines)
        inside = slow_cells(ground.reference, lines)
        every = set(inside) | set(q)
        gaps = [(p.get(c, 0.0) - q.get(c, 0.0)) for c in every]
        squares.append(sum(g * g for g in gaps))
        mean = 1 / len(inside)
        srmse.append(math.sqrt(squares[-1] / len(inside)) / mean)
        tv.append(sum(map(abs, gaps)) / 2)
        middle = {c: (p.get(c, 0.0) + q.get(c, 0.0)) / 2 for c in every}
        parts = [x * math.log2(x / middle[c]) for shares in (p, q) for c, x in shares.items()]
        jsd.append(sum(parts) / 2)
        n_long += len(inside)
    n = len(tv)
    total = float(ground.reference.coded.weights.sum())
    return {
        f"srmse_{order}way": math.sqrt(sum(squares) / n_long) / (n / n_long),
        f"srmse_mean_{order}way": sum(srmse) / n,
        f"tae_{order}way": sum(2 * total * t for t in tv),
        f"tv_{order}way": sum(tv) / n,
        f"jsd_{order}way": sum(jsd) / n,
        f"jsd_distance_{order}way": sum(map(math.sqrt, jsd)) / n,
    }


@pytest.mark.parametrize("order", [1, 2, 3])
def test_figures_are_those_of_their_definitions(order: int) -> None:
    """With weights, missing and undeclared codes and a constant attribute, every figure is the slow one."""
    ground, made = Ground(random_view(3, 80, weighted=True)), random_view(4, 50, weighted=True)
    found = by_name(measure_joints(ground, made))
    expected = slow_figures(ground, made, order)
    assert {name: found[name].value for name in expected} == pytest.approx(expected)


def test_figures_of_a_table_worked_by_hand() -> None:
    """One attribute, shares (1/2, 1/2) against (3/4, 1/4): gaps of 1/4."""
    reference, made = view({"a": [0, 1]}, [5.0, 5.0]), view({"a": [0, 0, 0, 1]})
    found = by_name(measure_joints(Ground(reference), made))
    assert found["srmse_1way"].value == found["srmse_mean_1way"].value == pytest.approx(0.5)
    assert found["tae_1way"].value == pytest.approx(5.0)
    assert found["tv_1way"].value == pytest.approx(0.25)
    jsd = (0.5 * math.log2(0.8) + 0.5 * math.log2(4 / 3) + 0.75 * math.log2(1.2) + 0.25 * math.log2(2 / 3)) / 2
    assert found["jsd_1way"].value == pytest.approx(jsd)


def test_cells_outside_the_reference_add_squares_but_no_cells() -> None:
    """A label that the reference never has does not make the divisor larger."""
    reference, made = view({"a": [0, 1]}), view({"a": [0, 2]})
    assert value(measure_joints(Ground(reference), made), "srmse_1way") == pytest.approx(math.sqrt(2 * (0.25 + 0.25)))


@pytest.mark.parametrize("metric", ["srmse_1way", "srmse_mean_2way", "jsd_distance_2way", "tv_3way", "tae_3way"])
def test_errors_are_those_of_measuring_again_without_each_group(metric: str) -> None:
    """Counting by group gives the jackknife error that leaving groups out of the table gives."""
    ground, made = Ground(random_view(5, 60)), random_view(6, 50, weighted=True)
    error = slow_jackknife(ground, made, lambda g, v: value(measure_joints(g, v), metric))
    assert by_name(measure_joints(ground, made))[metric].error == pytest.approx(error)


def test_the_worst_pair_is_named() -> None:
    """The pair whose joint is wrong though its margins are right is found and named."""
    reference = view({"a": [0, 1, 0, 1], "b": [0, 1, 0, 1], "c": [0, 0, 1, 1]})
    made = view({"a": [0, 1, 0, 1], "b": [1, 0, 1, 0], "c": [0, 0, 1, 1]})
    found = by_name(measure_joints(Ground(reference), made))
    assert found["tv_2way_worst"].value == 1.0 and found["tv_2way_worst"].note.startswith("a x b")
    assert found["tv_2way"].value == pytest.approx(1 / 3) and "furthest: a x b" in found["tv_2way"].note


def test_absent_attributes_are_left_out_and_said() -> None:
    """A table that lacks an attribute is measured by the others, and each note says so."""
    reference = view({"a": [0, 1], "b": [0, 1], "c": [1, 1]})
    made = view({"a": [0, 1], "c": [1, 1]}, names="abc")
    found = by_name(measure_joints(Ground(reference), made))
    assert found["tv_2way"].value == 0.0
    assert all("without b" in m.note for m in found.values())
    assert found["srmse_3way"].value is None and "needs 3 attributes" in found["srmse_3way"].note


def test_one_row_has_values_and_no_errors() -> None:
    """A table of one row is measured, but a jackknife over one group is nothing."""
    found = measure_joints(Ground(random_view(7, 30)), random_view(8, 1))
    assert all(m.value is not None and m.error is None for m in found)


def test_many_triples_are_drawn_alike_for_every_table() -> None:
    """With more than 500 triples the same ones are measured for each table, and the note says of how many."""
    names = [f"k{i}" for i in range(16)]  # 560 triples
    rng = np.random.default_rng(9)
    full = {n: rng.integers(0, 3, 20) for n in names}
    reference, made = view(full), view({n: full[n] for n in names[1:]}, names=names)
    notes = [by_name(measure_joints(Ground(reference), v))["tv_3way"].note for v in (reference, made)]
    assert f"{MAX_TRIPLES} of 560 three-way tables" in notes[0]
    assert 0 < int(notes[1].split("; ")[1].split()[0]) < MAX_TRIPLES
    assert by_name(measure_joints(Ground(reference), reference))["tv_3way"].value == 0.0


def test_every_measure_has_its_facts() -> None:
    """What is measured is what is documented, in any case."""
    documented = {f.name for f in FACTS}
    for made in (random_view(1, 9), view({"a": [0]}, [0.0], names="abcd")):
        assert {m.metric for m in measure_joints(Ground(random_view(2, 9)), made)} == documented


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 10**6), st.integers(2, 40))
def test_equal_tables_are_at_0_and_order_does_not_matter(random_seed: int, n: int) -> None:
    """A table equal to the reference is at 0; permuting rows or renaming categories changes nothing."""
    reference, made = random_view(random_seed, 30, weighted=True), random_view(random_seed + 1, n)
    assert all(abs(m.value or 0.0) < 1e-6 for m in measure_joints(Ground(reference), reference))
    rng = np.random.default_rng(random_seed)
    order, renamed = rng.permutation(n), rng.permutation(3)

    def changed(of: View, rows: np.ndarray) -> View:
        columns = {k: np.where(v < 0, v, renamed[v])[rows] for k, v in of.dataset.persons.items()}
        return view(columns, of.coded.weights[rows].tolist())

    before = measure_joints(Ground(reference), made)
    after = measure_joints(Ground(changed(reference, np.arange(30))), changed(made, order))
    assert [m.value for m in after] == pytest.approx([m.value for m in before])


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 10**6))
def test_mixing_in_the_reference_brings_a_table_closer(random_seed: int) -> None:
    """The more of the rows are those of the reference, the smaller each figure; shares stay between 0 and 1."""
    reference, made = random_view(random_seed, 40), random_view(random_seed + 1, 40)
    both = {k: np.concatenate([v, made.dataset.persons[k]]) for k, v in reference.dataset.persons.items()}
    mixed = [view(both, [t] * 40 + [1 - t] * 40) for t in (0.0, 0.4, 0.8, 1.0)]
    steps = [by_name(measure_joints(Ground(reference), v)) for v in mixed]
    for name in steps[0]:
        values = [step[name].value for step in steps]
        assert all(a >= b - 1e-9 for a, b in pairwise(values))
        assert name.startswith(("srmse", "tae")) or all(0 <= v <= 1 for v in values)
