"""Where cells of tables lie among the combinations of atoms.

Nearly every cell joins one condition on each attribute by "and": it is the product of its sides, and only these are
kept. A table of flows between a hundred zones by mode has thousands of cells among a quarter of a million combinations,
so that asking every combination of every cell would take minutes.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from censemble.expressions import Expression
from censemble.generators.atoms import Atoms
from censemble.generators.junction_tree import Scope
from censemble.syntax import Column, Constant, Node, Operation

Mask = NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class CellPlace:
    """Combinations of atoms that one cell counts.

    Parameters
    ----------
    sides : tuple of ndarray of bool, shape (n_atoms,)
        For each attribute of the scope which atoms occur in the cell.
    mask : ndarray of bool or None
        Combinations in the cell, an axis for each attribute; None where they are all combinations of the sides.
    """

    sides: tuple[Mask, ...]
    mask: Mask | None = None

    @property
    def index(self) -> Any:
        """What picks the combinations out of an array over all of them."""
        return np.ix_(*self.sides) if self.mask is None else self.mask

    @property
    def is_empty(self) -> bool:
        """Whether no combination is in the cell."""
        return not all(side.any() for side in self.sides) if self.mask is None else not self.mask.any()


def places_of(wheres: Iterable[Expression], scope: Scope, atoms: Sequence[Atoms]) -> Iterator[CellPlace]:
    """Find where cells lie; conditions that they share are evaluated once.

    Parameters
    ----------
    wheres : iterable of Expression
        Conditions of the cells, which name attributes of `scope` alone.
    scope : Scope
        Attributes by number.
    atoms : sequence of Atoms
        Of all attributes.

    Examples
    --------
    >>> from censemble.expressions import all_of, is_in, parse
    >>> from censemble.generators.atoms import atoms_of
    >>> from censemble.schema import Attribute
    >>> x, y = (atoms_of(Attribute(n, "persons", "categorical", ("a", "b")), [], apart=True) for n in "xy")
    >>> box, other = places_of([all_of(is_in("x", [1]), is_in("y", [0])), parse("(x == 1) | (y == 0)")], (0, 1), [x, y])
    >>> [side.tolist() for side in box.sides], box.mask
    ([[False, True], [True, False]], None)
    >>> other.mask.tolist()
    [[True, False], [True, True]]
    """
    known: dict[tuple[int, Node], Mask] = {}
    for where in wheres:
        sides = _sides(where, scope, atoms, known)
        yield CellPlace(sides) if sides is not None else _any_place(where, scope, atoms)


def _sides(
    where: Expression, scope: Scope, atoms: Sequence[Atoms], known: dict[tuple[int, Node], Mask]
) -> tuple[Mask, ...] | None:
    """Sides of a cell that joins conditions on single attributes; None for any other."""
    number = {atoms[k].attribute.name: place for place, k in enumerate(scope)}
    sides = [np.ones(atoms[k].n_atoms, dtype=bool) for k in scope]
    root = where.root
    parts: Sequence[Node] = root.operands if isinstance(root, Operation) and root.name == "&" else (root,)
    for part in parts:
        names = _columns(part)
        if part == Constant(True):
            continue
        if len(names) != 1:
            return None
        (name,) = names
        place = number[name]
        if (place, part) not in known:
            values = {name: atoms[scope[place]].values}
            known[place, part] = np.asarray(Expression(where.text, names, part).evaluate(values), dtype=bool)
        sides[place] &= known[place, part]
    return tuple(sides)


def _columns(node: Node) -> frozenset[str]:
    if isinstance(node, Column):
        return frozenset([node.name])
    return frozenset[str]().union(*map(_columns, node.operands)) if isinstance(node, Operation) else frozenset()


def _any_place(where: Expression, scope: Scope, atoms: Sequence[Atoms]) -> CellPlace:
    """Ask every combination."""
    shape = [atoms[k].n_atoms for k in scope]
    grid = list(np.indices(shape).reshape(len(scope), -1)) if scope else []
    columns = {atoms[k].attribute.name: atoms[k].values[g] for k, g in zip(scope, grid, strict=True)}
    mask = np.asarray(where.evaluate(columns or {"": np.zeros(1)}), dtype=bool).reshape(shape)
    sides = tuple(
        np.asarray(mask.any(axis=tuple(a for a in range(mask.ndim) if a != axis))) for axis in range(mask.ndim)
    )
    product: Mask = np.zeros(shape, dtype=bool)
    product[np.ix_(*sides)] = True
    return CellPlace(sides, None if (product == mask).all() else mask)
