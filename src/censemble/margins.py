"""Target tables: what must be true of the population, zone by zone."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from censemble.errors import MarginError
from censemble.expressions import Expression
from censemble.schema import Entity

Z90 = 1.6448536269514722  # an ACS margin of error is 1.645 standard errors (90 %)


@dataclass(frozen=True)
class Cell:
    """One cell of a margin: a label, the records it counts, and the table column it was read from."""

    label: str
    where: Expression
    column: str


@dataclass(frozen=True, eq=False)
class Margin:
    """A target table over the units of one geography level.

    Parameters
    ----------
    name : str
    level : str
        Geography level of the rows.
    entity : {"households", "persons"}
        What is counted. A household adds as many persons to a person cell as it has in that cell.
    cells : tuple of Cell
    targets : ndarray of shape (n_units, n_cells), counts >= 0; NaN where a unit has no target
        Units in the order of the geography.
    sd : ndarray of shape (n_units, n_cells), counts >= 0
        Standard deviation of the target; 0 means exact.
    importance : ndarray of shape (n_cells,), > 0
        Relative: of two exact controls that contradict each other the less important gives way first.
    moe : ndarray of shape (n_units, n_cells) or None
        90 % margins of error, for reporting only (`sd` is what calibration uses).
    is_total : bool
        The one-cell margin that counts every record (household, or person where records are persons): never relaxed,
        met exactly.
    source, date : str
        Where the table comes from, for reports.

    Raises
    ------
    MarginError
        Shapes that disagree, negative targets or standard deviations, importance <= 0.
    """

    name: str
    level: str
    entity: Entity
    cells: tuple[Cell, ...]
    targets: NDArray[np.float64]
    sd: NDArray[np.float64]
    importance: NDArray[np.float64]
    moe: NDArray[np.float64] | None = None
    is_total: bool = False
    source: str = ""
    date: str = ""
    attributes: tuple[str, ...] = field(default=())

    def __post_init__(self) -> None:
        shape = self.targets.shape
        if len(shape) != 2 or shape[1] != len(self.cells) or self.sd.shape != shape:
            raise MarginError(f"margin {self.name!r}: targets {shape}, sd {self.sd.shape}, {len(self.cells)} cells")
        if self.importance.shape != (len(self.cells),) or not (self.importance > 0).all():
            raise MarginError(f"margin {self.name!r}: importance must be one number > 0 for each cell")
        if np.nanmin(self.targets, initial=0) < 0 or np.nanmin(self.sd, initial=0) < 0:
            raise MarginError(f"margin {self.name!r}: targets and standard deviations must be >= 0")
        if self.is_total and len(self.cells) != 1:
            raise MarginError(f"margin {self.name!r}: the total of all records has one cell")
