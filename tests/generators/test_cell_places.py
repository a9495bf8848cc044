"""Where cells lie: sides where they are enough, every combination where not."""

from __future__ import annotations

import numpy as np
import pytest

from censemble.expressions import Expression, all_of, always, between, is_in, parse
from censemble.generators.atoms import Atoms, atoms_of, comparisons
from censemble.generators.cell_places import places_of
from censemble.schema import Attribute

BY = Attribute("by", "persons", "categorical", ("foot", "bus", "train"))
KM = Attribute("km", "persons", "numeric", bins=(0, 5, 50))
CELLS = [
    always(),
    is_in("by", [0, 2]),
    all_of(is_in("by", [1]), between("km", 0, 5, include_high=False)),
    all_of(is_in("by", [1]), between("km", 5, 9), parse("km < 7")),
    parse("(by == 1) | (km > 7)"),
    parse("(by >= 0) & ((by == 1) | (km > 7))"),
    parse("((by == 1) | (by == 2)) & ((km < 5) | (km > 9))"),
    parse("(by == 1) & (by == 2)"),
    parse("~((by == 1) & (km > 7)) & (by == 0)"),
]


def atoms() -> list[Atoms]:
    """Of both attributes, as the cells compare them, with an atom for those who have no way to travel."""
    found: dict[str, list[tuple[str, tuple[float, ...]]]] = {"by": [], "km": []}
    for cell in CELLS:
        for column, operator, constants in comparisons(cell, source="here"):
            found[column].append((operator, constants))
    return [atoms_of(BY, found["by"], apart=True).with_missing(), atoms_of(KM, found["km"])]


@pytest.mark.parametrize("cell", CELLS, ids=lambda c: c.text)
def test_places_are_those_of_every_combination(cell: Expression) -> None:
    """The index picks what the condition says of each combination; sides say which atoms occur."""
    both = atoms()
    shape = tuple(a.n_atoms for a in both)
    grid = np.indices(shape).reshape(2, -1)
    wanted = cell.evaluate({a.attribute.name: a.values[g] for a, g in zip(both, grid, strict=True)}).reshape(shape)
    (place,) = places_of([cell], (0, 1), both)
    found = np.zeros(shape, dtype=bool)
    found[place.index] = True
    assert (found == wanted).all()
    assert place.is_empty == (not wanted.any())
    if wanted.any():
        assert [side.tolist() for side in place.sides] == [wanted.any(axis=1).tolist(), wanted.any(axis=0).tolist()]


def test_products_need_no_mask() -> None:
    """Conditions joined by "and" are kept as sides, others are where they are no product."""
    has_mask = [place.mask is not None for place in places_of(CELLS, (0, 1), atoms())]
    assert has_mask == [False, False, False, False, True, True, False, False, False]


def test_a_total_has_no_sides() -> None:
    """A table that names nothing lies in the one combination of nothing."""
    (place,) = places_of([always()], (), [])
    assert (place.sides, place.is_empty) == ((), False)
    whole = np.zeros((), dtype=np.int64)
    whole[place.index] = 3
    assert int(whole) == 3
