"""What a condition on one attribute leaves of its atoms."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from censemble.errors import SchemaError
from censemble.generators.atoms import Atoms

Wanted = str | Sequence[str] | tuple[float, float]


def narrow(atoms: Atoms, wanted: Wanted) -> tuple[Atoms, NDArray[np.float64]]:
    """Cut atoms to what a condition allows.

    Parameters
    ----------
    atoms : Atoms
        Of the attribute.
    wanted : str, sequence of str, or (low, high)
        Labels, or for a numeric attribute a range with both ends included.

    Returns
    -------
    atoms, shares
        What is left to draw from, and the share of each atom that is left.

    Raises
    ------
    SchemaError
        An unknown label, or a range for labels and the reverse.
    """
    name = atoms.attribute.name
    if atoms.attribute.kind != "numeric":
        labels = [wanted] if isinstance(wanted, str) else list(wanted)
        strange = [str(x) for x in labels if x not in atoms.attribute.categories]
        if strange:
            known = ", ".join(atoms.attribute.categories)
            raise SchemaError(f"condition on {name!r}: no label {', '.join(strange)}; there are {known}")
        codes = np.array([atoms.attribute.categories.index(str(x)) for x in labels])
        return atoms.narrowed(atoms.low, atoms.high, tuple(np.intersect1d(m, codes) for m in atoms.members))
    if isinstance(wanted, str) or len(wanted) != 2 or any(isinstance(v, str) for v in wanted):
        raise SchemaError(f"condition on {name!r}: expected (low, high) for a numeric attribute, got {wanted!r}")
    low, high = float(wanted[0]), float(wanted[1])
    if atoms.whole:
        low, high = math.ceil(low), math.floor(high) + 1
    points = atoms.high == atoms.low
    least = max(high, np.nextafter(low, math.inf))  # (5, 5) leaves the number 5, not nothing
    highest = np.minimum(atoms.high, np.where(points, high, least))
    return atoms.narrowed(np.maximum(atoms.low, low), highest, ())
