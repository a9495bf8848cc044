"""Atoms: values that no table tells apart."""

from __future__ import annotations

import numpy as np
import pytest

from censemble.errors import SchemaError
from censemble.expressions import all_of, always, between, is_in, parse
from censemble.generators.atoms import atoms_of, comparisons
from censemble.schema import Attribute

AGE = Attribute("age", "persons", "numeric", bins=(0, 100))
INCOME = Attribute("income", "households", "numeric", bins=(0.0, 10.5, 100.0))
RACE = Attribute("race", "persons", "categorical", ("white", "black", "asian", "other"))


def test_conditions_are_taken_apart() -> None:
    """Ranges, lists, negations and mirrored comparisons become comparisons of one column each."""
    where = all_of(between("age", 16, 64), is_in("race", [0, 2]), parse("~(5 < income)"))
    assert list(comparisons(where, source="m")) == [
        ("age", ">=", (16.0,)),
        ("age", "<=", (64.0,)),
        ("race", "isin", (0.0, 2.0)),
        ("income", ">", (5.0,)),
    ]
    assert list(comparisons(always(), source="m")) == []


@pytest.mark.parametrize("text", ["a + b > 2", "a > b", "name == 'x'", "workers"])
def test_anything_else_is_refused(text: str) -> None:
    """Arithmetic, two columns, texts and sums are named with their margin."""
    with pytest.raises(SchemaError, match=r"margin 'm'.*more than compare"):
        list(comparisons(parse(text), source="margin 'm'"))


def test_labels_that_are_counted_alike_are_one() -> None:
    """Two lists cut four labels into three atoms, in the order of the labels."""
    found = atoms_of(RACE, [("isin", (0.0,)), ("isin", (1.0, 2.0))])
    assert [m.tolist() for m in found.members] == [[0], [1, 2], [3]]
    assert found.measure.tolist() == [1, 2, 1]
    assert atoms_of(RACE, []).n_atoms == 1
    assert atoms_of(RACE, [], apart=True).n_atoms == 4


def test_whole_numbers_have_no_gap_between_64_and_65() -> None:
    """Where all edges are whole, "up to 64" and "65 and more" leave nothing between them."""
    found = atoms_of(AGE, [("<=", (64.0,)), (">=", (65.0,)), ("==", (80.0,))])
    assert found.whole
    assert found.low.tolist() == [0, 65, 80, 81]
    drawn = found.draw(np.repeat(np.arange(4), 500), np.random.default_rng(1)).reshape(4, -1)
    assert [(d.min(), d.max()) for d in drawn] == [(0, 64), (65, 79), (80, 80), (81, 99)]


def test_numbers_with_decimals_are_uniform_inside() -> None:
    """Values lie in their interval, spread over all of it; a single number is itself."""
    found = atoms_of(INCOME, [("<", (10.5,)), ("==", (50.0,))])
    assert found.low.tolist() == [0, 10.5, 50, 50]
    assert found.high.tolist() == [10.5, 50, 50, 100]
    drawn = found.draw(np.repeat(np.arange(4), 2000), np.random.default_rng(1)).reshape(4, -1)
    assert (drawn[0] < 10.5).all()
    assert drawn[0].mean() == pytest.approx(5.25, abs=0.2)
    assert (drawn[2] == 50).all()


def test_open_ends_are_as_wide_as_their_neighbour() -> None:
    """Beyond the bins, or without bins, an end takes the width of the interval next to it, and may be left out."""
    found = atoms_of(Attribute("age", "persons", "numeric"), [("<", (18.0,)), (">=", (65.0,))])
    assert (found.low.tolist(), found.high.tolist()) == ([-29, 18, 65], [18, 65, 112])
    assert found.beyond == (True, True)
    assert found.without(np.array([True, True, False])).low.tolist() == [18, 65]
    assert atoms_of(AGE, [(">=", (0.0,)), ("<", (18.0,))]).beyond == (False, False)


def test_a_number_needs_a_scale() -> None:
    """One edge and no bins give no scale, and the attribute is named."""
    with pytest.raises(SchemaError, match=r"'age'.*Declare its bins"):
        atoms_of(Attribute("age", "persons", "numeric"), [("<", (18.0,))])


def test_no_value_is_an_atom() -> None:
    """Added last; drawn as code -1 or NaN."""
    labels, numbers = atoms_of(RACE, []).with_missing(), atoms_of(AGE, []).with_missing()
    rng = np.random.default_rng(0)
    assert labels.draw(np.array([1, 1]), rng).tolist() == [-1, -1]
    assert np.isnan(numbers.draw(np.array([1]), rng)).all()
    assert labels.may_be_missing
