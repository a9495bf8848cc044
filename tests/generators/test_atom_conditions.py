"""What conditions leave of atoms."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from censemble.generators.atom_conditions import narrow
from censemble.generators.atoms import atoms_of
from censemble.generators.conditions import Allowed
from censemble.schema import Attribute

AGE = Attribute("age", "persons", "numeric", bins=(0, 100))
RACE = Attribute("race", "persons", "categorical", ("white", "black", "asian"))


def test_labels_that_remain() -> None:
    """Half of an atom of two labels remains, none of the other, nothing of "no value"."""
    atoms = atoms_of(RACE, [("isin", (0.0,))]).with_missing()
    left, shares = narrow(atoms, Allowed(RACE, codes=frozenset({2})))
    assert shares.tolist() == [0, 0.5, 0]
    assert left.draw(np.array([1, 1]), np.random.default_rng(0)).tolist() == [2, 2]


def test_both_ends_of_a_range_are_in() -> None:
    """Whole numbers 17 to 18 leave one of the eighteen below 18, and one above."""
    atoms = atoms_of(AGE, [("<", (18.0,))]).with_missing()
    left, shares = narrow(atoms, Allowed(AGE, low=17, high=18))
    np.testing.assert_allclose(shares, [1 / 18, 1 / 82, 0])
    assert set(left.draw(np.repeat([0, 1], 50), np.random.default_rng(0)).tolist()) == {17, 18}


def test_open_ranges_leave_the_rest_whole() -> None:
    """Without a lower end everything below stays."""
    _, shares = narrow(atoms_of(AGE, [("<", (18.0,))]), Allowed(AGE, high=17))
    assert shares.tolist() == [1, 0]


def test_who_has_no_value_is_let_through_on_request() -> None:
    """The atom "no value" keeps its whole share, for numbers and for labels; without it, none."""
    hours = Attribute("hours", "persons", "numeric", bins=(1, 100))
    work = Attribute("work", "persons", "categorical", ("employed", "unemployed"))
    for atoms, allowed in (
        (atoms_of(hours, [("<", (40.0,))]), Allowed(hours, low=1, high=39)),
        (atoms_of(work, [("==", (0.0,))]), Allowed(work, frozenset([0]))),
    ):
        left, shares = narrow(atoms.with_missing(), replace(allowed, or_missing=True))
        assert (shares[-1], left.measure[-1]) == (1, 1)
        assert narrow(atoms.with_missing(), allowed)[1][-1] == 0
        values = np.array([20.0, np.nan]) if allowed.attribute is hours else np.array([0, -1])
        assert replace(allowed, or_missing=True).holds(values).tolist() == [True, True]
        assert allowed.holds(values).tolist() == [True, False]
