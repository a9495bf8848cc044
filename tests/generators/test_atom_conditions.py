"""What conditions leave of atoms."""

from __future__ import annotations

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
