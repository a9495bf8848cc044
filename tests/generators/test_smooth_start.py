"""Interactions of coarse tables, interpolated over the finer atoms of another table."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy import stats
from tables_case import margin, total

from censemble.expressions import Expression, all_of, between, is_in
from censemble.generators.atoms import Atoms
from censemble.generators.beliefs import product_beliefs
from censemble.generators.junction_tree import junction_tree
from censemble.generators.log_linear import fit
from censemble.generators.region_shares import partitions_of, region_tables
from censemble.generators.smooth_start import coarse_bins, interpolation, smooth_start
from censemble.generators.tables_model import TablesModel, atoms_by_entity, model_of
from censemble.margins import Margin
from censemble.schema import Attribute, Schema

Float = NDArray[np.float64]
FINE = np.linspace(0.0, 96.0, 49)
COARSE = FINE[::8]
KIND = Attribute("kind", "persons", "categorical", ("a", "b", "c"))
AGE = Attribute("age", "persons", "numeric", bins=tuple(FINE))
SCHEMA = Schema((KIND, AGE))
KINDS = {label: is_in("kind", [k]) for k, label in enumerate(KIND.categories)}


def bins(edges: Float) -> dict[str, Expression]:
    """Ages between neighbouring edges."""
    return {f"{a} {b}": between("age", a, b, include_high=False) for a, b in pairwise(edges.tolist())}


def coarse(truth: Float) -> Float:
    """Six bins of the 48."""
    return truth.reshape(len(truth), 6, 8).sum(axis=2)


def tables(truth: Float, joint: Float | None = None) -> list[Margin]:
    """Ages in 48 bins, and kind by age in six."""
    cells = {f"{k} {a}": all_of(x, y) for k, x in KINDS.items() for a, y in bins(COARSE).items()}
    both = coarse(truth) if joint is None else joint
    return [
        total([1.0], "persons"),
        margin("age", "persons", bins(FINE), truth.sum(axis=0)),
        margin("kind by age", "persons", cells, both.ravel()),
    ]


def fitted(margins: list[Margin]) -> tuple[list[Atoms], TablesModel]:
    """The model of some tables."""
    atoms = atoms_by_entity(SCHEMA, margins)["persons"]
    return atoms, model_of(atoms, margins)


def stepped(atoms: list[Atoms], margins: list[Margin]) -> Any:
    """The model that takes interactions as constant inside a bin."""
    parts = partitions_of(region_tables(margins, atoms), 1.0)
    tree = junction_tree([a.n_atoms for a in atoms], [p.scope for p in parts])
    start = product_beliefs(tree, [a.measure for a in atoms])
    return start, fit(start, parts)


def normals(means: list[float], sds: list[float]) -> Float:
    """Shares of three kinds by age: normals cut at the ends."""
    cut = [np.diff(stats.truncnorm((0 - m) / s, (96 - m) / s, m, s).cdf(FINE)) for m, s in zip(means, sds, strict=True)]
    return np.array([0.5, 0.3, 0.2])[:, None] * np.array(cut)


def divergence(truth: Float, found: Float) -> float:
    """KL(truth || found)."""
    return float((truth * np.log(truth / found)).sum())


def test_known_densities_come_nearer() -> None:
    """Three overlapping normals: a quarter of the divergence that steps leave, and every table met."""
    truth = normals([30.0, 45.0, 60.0], [15.0, 20.0, 12.0])
    margins = tables(truth)
    atoms, model = fitted(margins)
    _, plain = stepped(atoms, margins)
    found = model.beliefs.marginal((0, 1))
    assert divergence(truth, found) < 0.25 * divergence(truth, plain.beliefs.marginal((0, 1)))
    np.testing.assert_allclose(coarse(found), coarse(truth), atol=1e-7)
    np.testing.assert_allclose(found.sum(axis=0), truth.sum(axis=0), atol=1e-7)


@given(st.lists(st.floats(10, 85), min_size=3, max_size=3), st.lists(st.floats(8, 40), min_size=3, max_size=3))
@settings(max_examples=15, deadline=None)
def test_smoothness_never_costs_much(means: list[float], sds: list[float]) -> None:
    """Whatever the normals: hardly farther from the truth than steps are, and never off the tables."""
    truth = normals(means, sds) + 1e-6
    truth /= truth.sum()
    margins = tables(truth)
    atoms, model = fitted(margins)
    found = model.beliefs.marginal((0, 1))
    assert divergence(truth, found) <= divergence(truth, stepped(atoms, margins)[1].beliefs.marginal((0, 1))) + 0.002
    np.testing.assert_allclose(coarse(found), coarse(truth), atol=1e-6)


def test_tables_whose_bins_are_the_atoms_are_left_alone() -> None:
    """Kind by age in all 48 bins: the same bytes as the plain fit."""
    truth = normals([30.0, 45.0, 60.0], [15.0, 20.0, 12.0])
    cells = {f"{k} {a}": all_of(x, y) for k, x in KINDS.items() for a, y in bins(FINE).items()}
    margins = [total([1.0], "persons"), margin("kind by age", "persons", cells, truth.ravel())]
    atoms, model = fitted(margins)
    start, plain = stepped(atoms, margins)
    assert smooth_start(start, plain, atoms) is None
    assert model.beliefs.tables[0].tobytes() == plain.beliefs.tables[0].tobytes()


def test_nobody_stays_nobody() -> None:
    """A class with a count of 0 stays empty, and its neighbours get no slope towards it."""
    truth = normals([30.0, 45.0, 60.0], [15.0, 20.0, 12.0])
    truth[0, :8] = 0.0
    truth /= truth.sum()
    _, model = fitted(tables(truth))
    found = model.beliefs.marginal((0, 1))
    assert found[0, :8].max() == 0.0
    assert np.isfinite(found).all()
    assert divergence(truth[:, 8:], found[:, 8:]) < 0.02


def test_tables_that_contradict_each_other_keep_their_compromise() -> None:
    """Ages of the joint table shifted: the shares of the classes are those of the plain fit, and it is said."""
    truth = normals([30.0, 45.0, 60.0], [15.0, 20.0, 12.0])
    margins = tables(truth, coarse(np.roll(truth, 1, axis=1)))
    atoms, model = fitted(margins)
    _, plain = stepped(atoms, margins)
    assert not model.fit.agree
    assert model.fit.gaps == plain.gaps
    np.testing.assert_allclose(
        coarse(model.beliefs.marginal((0, 1))), coarse(plain.beliefs.marginal((0, 1))), atol=1e-6
    )


def test_two_coarse_numbers() -> None:
    """Age by income, both coarse, both fine alone: an association along the diagonal is smooth in both."""
    income = Attribute("income", "persons", "numeric", bins=tuple(FINE))
    middle = (FINE[1:] + FINE[:-1]) / 2
    truth = np.exp(-(((middle[:, None] - middle[None]) / 40) ** 2))
    truth /= truth.sum()
    incomes = {k: between("income", a, b, include_high=False) for k, (a, b) in enumerate(pairwise(FINE.tolist()))}
    wide = {k: between("income", a, b, include_high=False) for k, (a, b) in enumerate(pairwise(COARSE.tolist()))}
    cells = {f"{a} {k}": all_of(x, y) for a, x in bins(COARSE).items() for k, y in wide.items()}
    margins = [
        total([1.0], "persons"),
        margin("age", "persons", bins(FINE), truth.sum(axis=1)),
        margin("income", "persons", {str(k): v for k, v in incomes.items()}, truth.sum(axis=0)),
        margin("age by income", "persons", cells, truth.reshape(6, 8, 6, 8).sum(axis=(1, 3)).ravel()),
    ]
    atoms = atoms_by_entity(Schema((AGE, income)), margins)["persons"]
    found = model_of(atoms, margins).beliefs.marginal((0, 1))
    plain = stepped(atoms, margins)[1].beliefs.marginal((0, 1))
    assert divergence(truth, found) < 0.1 * divergence(truth, plain)


def test_bins_of_a_table() -> None:
    """Six bins of eight atoms on the axis of ages; none on that of kinds."""
    margins = tables(normals([30.0, 45.0, 60.0], [15.0, 20.0, 12.0]))
    atoms, model = fitted(margins)
    part = next(p for p in model.fit.reached if p.name == "kind by age")
    assert coarse_bins(part, 1, atoms[1]) == (0, 8, 16, 24, 32, 40)
    assert coarse_bins(part, 0, atoms[0]) == ()


def test_one_centre_gives_no_slope() -> None:
    """A bin alone is the same everywhere."""
    assert interpolation(np.array([0.0, 9.0]), np.array([4.0])).tolist() == [[1.0], [1.0]]


def test_interpolation_is_half_as_steep_outside() -> None:
    """Through (2, 10) and (4, 20): 15 at 3; at 0 and 6 half the slope of 5 beyond the centres."""
    found = interpolation(np.array([0.0, 3.0, 6.0]), np.array([2.0, 4.0])) @ np.array([10.0, 20.0])
    assert found == pytest.approx([5.0, 15.0, 25.0])
