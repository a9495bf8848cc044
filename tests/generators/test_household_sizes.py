"""Household sizes from labels and totals."""

from __future__ import annotations

import numpy as np
import pytest

from censemble.errors import SchemaError
from censemble.generators.household_sizes import MAX_MORE, MAX_SIZE, sizes_of
from censemble.schema import Attribute

SIZE = Attribute("size", "households", "ordinal", ("1", "2", "3 or more"))
SHARES = np.array([0.5, 0.3, 0.2])


def test_the_open_label_holds_what_the_tables_ask_for() -> None:
    """Two persons a household need 4.5 in the last class; drawn households have that mean and never fewer than 3."""
    sizes = sizes_of(SIZE, SHARES, 2.0)
    assert sizes.means.tolist() == pytest.approx([1, 2, 4.5])
    drawn = sizes.draw(np.full(50_000, 2), np.random.default_rng(1))
    assert drawn.min() == 3
    assert drawn.max() <= 3 + MAX_MORE
    assert drawn.mean() == pytest.approx(4.5, abs=0.05)
    assert (sizes.draw(np.zeros(10, np.int64), np.random.default_rng(1)) == 1).all()


def test_a_closed_label_is_its_number() -> None:
    """A last label that is a number alone, or too few persons in the tables, means no more than it says."""
    closed = Attribute("size", "households", "ordinal", ("1", "2"))
    assert sizes_of(closed, np.array([0.5, 0.5]), 9.0).means.tolist() == [1, 2]
    assert sizes_of(SIZE, SHARES, 1.1).means.tolist() == [1, 2, 3]
    assert sizes_of(SIZE, SHARES, float("nan")).means.tolist() == [1, 2, 3]


def test_without_an_attribute_sizes_are_geometric() -> None:
    """The mean is the tables'; everybody has at least one person and at most twenty."""
    sizes = sizes_of(None, np.ones(1), 2.5)
    drawn = sizes.draw(np.zeros(50_000, np.int64), np.random.default_rng(1))
    assert (drawn.min(), drawn.max() <= MAX_SIZE) == (1, True)
    assert drawn.mean() == pytest.approx(2.5, abs=0.03)
    assert (drawn == 1).mean() == pytest.approx(0.4, abs=0.01)


def test_what_cannot_be_a_size_is_refused() -> None:
    """A label without a number, or nothing that tells, each with the way out."""
    with pytest.raises(SchemaError, match="'many' does not begin with a number"):
        sizes_of(Attribute("size", "households", "ordinal", ("1", "many")), np.array([0.5, 0.5]), 2.0)
    with pytest.raises(SchemaError, match=r"Name the attribute of household size as generator\.size"):
        sizes_of(None, np.ones(1), float("nan"))
