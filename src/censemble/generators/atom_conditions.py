"""What a condition on one attribute leaves of its atoms."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from censemble.generators.atoms import Atoms
from censemble.generators.conditions import Allowed


def narrow(atoms: Atoms, allowed: Allowed) -> tuple[Atoms, NDArray[np.float64]]:
    """Cut atoms to what a condition allows.

    Parameters
    ----------
    atoms : Atoms
        Of the attribute.
    allowed : Allowed
        Labels, or a range with both ends included.

    Returns
    -------
    atoms, shares
        What is left to draw from, and the share of each atom that is left.

    Examples
    --------
    >>> from censemble.generators.atoms import atoms_of
    >>> from censemble.schema import Attribute
    >>> age = Attribute("age", "persons", "numeric", bins=(0, 100))
    >>> left, shares = narrow(atoms_of(age, [("<", (20.0,))]), Allowed(age, low=10, high=59))
    >>> left.low.tolist(), left.high.tolist(), shares.tolist()
    ([10.0, 20.0], [20.0, 60.0], [0.5, 0.5])
    """
    if atoms.attribute.kind != "numeric":
        known = np.zeros(atoms.attribute.n_codes + 1, dtype=bool)
        known[sorted(allowed.codes)] = True
        known[-1] = allowed.or_missing  # code -1
        return atoms.narrowed(atoms.low, atoms.high, tuple(m[known[m]] for m in atoms.members))
    low, high = allowed.low, allowed.high
    if atoms.whole:
        low = math.ceil(low) if math.isfinite(low) else low
        high = math.floor(high) + 1 if math.isfinite(high) else high
    points = atoms.high == atoms.low
    least = max(high, np.nextafter(low, math.inf))  # (5, 5) leaves the number 5, not nothing
    highest = np.minimum(atoms.high, np.where(points, high, least))
    left, shares = atoms.narrowed(np.maximum(atoms.low, low), highest, ())
    if allowed.or_missing and atoms.may_be_missing:  # the last atom is "no value"
        shares[-1] = left.measure[-1] = 1.0
    return left, shares
