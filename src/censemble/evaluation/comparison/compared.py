"""What of a table can be compared with the reference, and how a figure gets its standard error from the rows."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from censemble.evaluation.comparison.measure import Ground, Measure, View, deletion_error

Float = NDArray[np.float64]


@dataclass(frozen=True)
class Compared:
    """The attributes that both a table and the reference have.

    Parameters
    ----------
    lines : tuple of int
        Lines of the coded rows, the same in both tables.
    left_out : tuple of str
        Attributes that one of the two lacks.
    obstacle : str
        Why nothing can be compared; "" where something can.
    """

    lines: tuple[int, ...]
    left_out: tuple[str, ...]
    obstacle: str = ""

    @property
    def note(self) -> str:
        """Which attributes do not count, as part of a note; "" where all do."""
        return f"without {', '.join(self.left_out)}, which cannot be compared" if self.left_out else ""

    def lacks(self, n_attributes: int) -> str:
        """Why a figure over tuples of so many attributes is not defined; "" where it is."""
        if self.obstacle or len(self.lines) >= n_attributes:
            return self.obstacle
        return joined(f"needs {n_attributes} attributes, {len(self.lines)} can be compared", self.note)


def compared_attributes(ground: Ground, view: View) -> Compared:
    """Find what the reference and one table have in common.

    Parameters
    ----------
    ground : Ground
        Its reference has the same codings as `view`, line by line.
    view : View
        Any table of the comparison.
    """
    names = view.coded.names
    both = set(ground.reference.comparable) & set(view.comparable)
    left_out = tuple(name for i, name in enumerate(names) if i not in both)
    for table in (ground.reference, view):
        if not table.coded.weights.sum() > 0:
            return Compared((), left_out, f"{table.name} has no rows with a weight above 0")
    return Compared(tuple(sorted(both)), left_out)


def deletion_groups(view: View) -> tuple[NDArray[np.int64], int]:
    """Groups of rows for the jackknife, numbered without gaps, so that every one of them has weight.

    Parameters
    ----------
    view : View
        With its random groups.

    Returns
    -------
    group : ndarray of int64, shape (n_rows,)
    n_groups : int
        1 where all weight is in one group; no error can then be given.
    """
    present = np.bincount(view.group, weights=view.coded.weights) > 0
    numbers = np.maximum(np.cumsum(present) - 1, 0)
    return np.asarray(numbers[view.group], dtype=np.int64), int(present.sum())


def with_error(metric: str, values: Float, note: str = "", *, spread: float = 0.0) -> Measure:
    """Make a measure of a figure and its values with one group of rows left out at a time.

    Parameters
    ----------
    metric : str
        Its name.
    values : ndarray of shape (1 + n_groups,)
        The figure with all rows, then without each group.
    note : str
        What a reader must know.
    spread : float, >= 0
        Standard error from another, independent cause, such as the draw of a subsample.

    Examples
    --------
    >>> m = with_error("tv_1way", np.array([2.0, 1.0, 2.0, 3.0]))
    >>> m.value, round(m.error, 3)
    (2.0, 1.155)
    """
    known = len(values) > 2 and bool(np.isfinite(values).all())
    error = float(np.hypot(deletion_error(values[1:]), spread)) if known else None
    return Measure(metric, float(values[0]), error, note)


def undefined(metrics: tuple[str, ...], why: str) -> list[Measure]:
    """Measures without a value, each saying why.

    Examples
    --------
    >>> undefined(("recall",), "income is absent")
    [Measure(metric='recall', value=None, error=None, note='income is absent')]
    """
    return [Measure(metric, None, None, why) for metric in metrics]


def joined(*parts: str) -> str:
    """One note of several parts, those that are empty left out.

    Examples
    --------
    >>> joined("3 tables", "", "without age")
    '3 tables; without age'
    """
    return "; ".join(part for part in parts if part)
