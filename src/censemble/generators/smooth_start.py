"""A smooth start for the fit: what coarse tables say of numbers, interpolated over the finer atoms.

A table that counts a number in coarse bins, while another table has finer ones, says nothing of how its interactions
run inside a bin. The model of maximum entropy takes them as constant there: a step at every edge. Incomes, ages and
prices have no steps, so that the fit is made again: the logarithms of the factors by which the first fit met such a
table are interpolated linearly between the centres of its bins, and the next fit starts from there. Among all
distributions that meet the tables it finds the one closest to that start (Csiszar 1975, with a start that is not
constant): what the tables say is met as before, and only what they leave open follows the slope.

Beyond the outer centres the line goes on with half its slope, as far as to one more centre: between no slope, which
keeps half a step in the outer bins, and the whole, which trusts the least known part most. Of known densities (prices,
incomes, ages, and one with a jump at 65) half was best over all.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from censemble.generators.atoms import Atoms
from censemble.generators.beliefs import Beliefs, multiply, propagate
from censemble.generators.log_linear import Fit, Partition, refit

Float = NDArray[np.float64]

BEYOND = 0.5  # of the slope, beyond the centres of the outer bins
ROUNDS = 2  # the second takes a sixth of what the first left, a third one hardly anything


def smoothed(start: Beliefs, fitted: Fit, atoms: Sequence[Atoms]) -> Fit:
    """Fit again from a smooth start, twice: the second time what steps the first left are interpolated too.

    Parameters
    ----------
    start : Beliefs
        Not changed.
    fitted : Fit
        From this start; returned as it is where no table counts numbers coarsely.
    atoms : sequence of Atoms
        Of the attributes, in the order that scopes number them.
    """
    for _ in range(ROUNDS):
        smoother = smooth_start(start, fitted, atoms)
        if smoother is None:
            return fitted
        start, fitted = smoother, refit(smoother, fitted)
    return fitted


def smooth_start(start: Beliefs, fitted: Fit, atoms: Sequence[Atoms]) -> Beliefs | None:
    """Multiply a start by the interpolated factors of the tables that count numbers coarsely; None where none does.

    Not for tables of one attribute: they have no interactions.

    Parameters
    ----------
    start : Beliefs
        Not changed.
    fitted : Fit
        Of the same tables from this start.
    atoms : sequence of Atoms
        Of the attributes, in the order that scopes number them.
    """
    found: Beliefs | None = None
    for part, factor in zip(fitted.reached, fitted.factors, strict=True):
        coarse = {axis: bins for axis, k in enumerate(part.scope) if (bins := coarse_bins(part, axis, atoms[k]))}
        if len(part.scope) < 2 or not coarse:
            continue
        logs = np.log(factor, out=np.full(len(factor), np.nan), where=factor > 0)[part.label]
        mass = fitted.beliefs.marginal(part.scope)
        for axis, bins in coarse.items():
            logs = _interpolated(logs, mass, axis, bins, atoms[part.scope[axis]])
        found = found or start.copy()
        multiply(found, found.tree.home(part.scope), np.exp(np.nan_to_num(logs)), part.scope)
    if found is not None:
        propagate(found)
    return found


def coarse_bins(part: Partition, axis: int, atoms: Atoms) -> tuple[int, ...]:
    """Where the bins of a table begin on one axis, as atoms; () where its bins are the atoms, or there is one only."""
    n = atoms.n_atoms - atoms.may_be_missing
    if atoms.attribute.kind != "numeric":
        return ()
    slices = np.moveaxis(part.label, axis, 0)[:n].reshape(n, -1)
    starts = np.flatnonzero((slices[1:] != slices[:-1]).any(axis=1)) + 1
    return (0, *(int(s) for s in starts)) if 0 < len(starts) < n - 1 else ()


def _interpolated(logs: Float, mass: Float, axis: int, bins: tuple[int, ...], atoms: Atoms) -> Float:
    """Interactions along one axis, linear between the centres of the bins, with half the slope beyond the outer ones.

    What a bin has whatever the other attributes are is left out: finer tables tell it. A class that nobody is in is no
    point of the line.
    """
    n = atoms.n_atoms - atoms.may_be_missing
    logs, mass = np.moveaxis(logs, axis, 0), np.moveaxis(mass, axis, 0)
    shape = logs.shape
    lines, held = logs[:n].reshape(n, -1)[list(bins)], np.add.reduceat(mass[:n].reshape(n, -1), bins)
    known = ~np.isnan(lines) & (held > 0)
    held = np.where(known, held, 0.0)
    middle = np.where(known, lines, 0.0)
    lines = middle - ((middle * held).sum(axis=1) / np.maximum(held.sum(axis=1), 1e-300))[:, None]
    at = (atoms.low[:n] + atoms.high[:n]) / 2
    centres = _centres(at, mass[:n].reshape(n, -1).sum(axis=1), bins)
    out = np.zeros((shape[0], lines.shape[1]))
    patterns, which = np.unique(known, axis=1, return_inverse=True)
    for p, pattern in enumerate(patterns.T):
        if pattern.any():
            chosen = np.flatnonzero(which.reshape(-1) == p)
            out[:n, chosen] = interpolation(at, centres[pattern]) @ lines[np.ix_(pattern, chosen)]
    return np.moveaxis(out.reshape(shape), 0, axis)


def interpolation(at: Float, centres: Float) -> Float:
    """The share of each centre's number in the interpolated one, shape (len(at), len(centres)); rows sum to 1.

    Parameters
    ----------
    at : ndarray of shape (n_values,)
        Where numbers are wanted.
    centres : ndarray of shape (n_centres,), ascending
        Where they are known; with one of them they are the same everywhere.

    Examples
    --------
    >>> interpolation(np.array([0.0, 2.0, 3.0]), np.array([2.0, 4.0])).tolist()
    [[1.5, -0.5], [1.0, 0.0], [0.5, 0.5]]
    """
    basis = np.stack([np.interp(at, centres, row) for row in np.eye(len(centres))], axis=1)
    if len(centres) > 1:
        for here, inner in ((0, 1), (-1, -2)):
            outside = np.clip((at - centres[here]) / (centres[here] - centres[inner]), 0.0, 1.0)  # tails may be long
            basis[:, here] += BEYOND * outside
            basis[:, inner] -= BEYOND * outside
    return basis


def _centres(at: Float, mass: Float, bins: tuple[int, ...]) -> Float:
    """Mean value in each bin; its middle where nobody is in it."""
    sums, ones = np.add.reduceat(mass, bins), np.add.reduceat(np.ones(len(at)), bins)
    weighted, plain = np.add.reduceat(mass * at, bins), np.add.reduceat(at, bins)
    return np.where(sums > 0, weighted / np.where(sums > 0, sums, 1.0), plain / ones)
