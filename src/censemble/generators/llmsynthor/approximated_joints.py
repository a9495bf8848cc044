"""Joint tables that nobody counted, approximated by the language model: only on request, always marked, never controls.

Of each group of attributes that the model says depend on each other, every pair that no table counts together is asked
for: the shares of one attribute given the other, in whole per cent. They are raked to what the tables say of each
attribute alone (Deming and Stephan 1940), so that only the dependence is the model's. The result guides what is
proposed and shapes the model that fills in what a proposal leaves open. Calibration never sees it: the tables of the
project alone are controls.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from censemble.errors import SchemaError
from censemble.generators.llmsynthor.dependencies import condition_of
from censemble.generators.llmsynthor.discrepancy import shown
from censemble.generators.llmsynthor.joint_question import Side
from censemble.generators.llmsynthor.macro_statistics import REGION, Box, Targets
from censemble.margins import Cell, Margin
from censemble.schema import Entity

Float = NDArray[np.float64]
TargetsWith = Callable[[Sequence[Margin]], Targets]  # of a project's tables and some more

LOOSENESS = 0.25  # standard deviation of a cell while planning, relative to it: a model's guess is no count
RAKINGS = 200
SETTLED = 1e-10  # shares


@dataclass(frozen=True, eq=False)
class ApproximatedJoint:
    """What the model said of two attributes, and what it was made to.

    Parameters
    ----------
    rows, columns : Side
        The attributes; of a row the shares of the columns were asked for.
    reason : str
        In the model's words.
    said : ndarray of shape (n_rows, n_columns)
        Whole per cent of each row, as answered.
    shares : ndarray of shape (n_rows, n_columns), summing to 1
        Raked to the tables of each attribute.
    entity : {"households", "persons"}
        Whose table it would be: of members, where one of the attributes is theirs.
    total : float
        Records, or members of records, of the region.
    """

    rows: Side
    columns: Side
    reason: str
    said: Float
    shares: Float
    entity: Entity
    total: float

    @property
    def name(self) -> str:
        """How notes and the audit call it."""
        return f"approximated: {self.rows.name} by {self.columns.name}"

    def words(self) -> str:
        """One sentence for the notes."""
        return (
            f"llmsynthor: no table counts {self.rows.name} and {self.columns.name} together; the language model's "
            "estimate guides the proposals (approximated.parquet) and is no control."
        )

    def boxes(self) -> list[Box]:
        """Of each cell, row by row."""
        return [
            {self.rows.name: row, self.columns.name: column}
            for row in self.rows.allowed
            for column in self.columns.allowed
        ]

    def margin(self) -> Margin:
        """As a soft table of the region, of records or of their members."""
        counts = self.shares.ravel() * self.total
        labels = [f"{a}, {b}" for a in self.rows.labels for b in self.columns.labels]
        wheres = [condition_of(box) for box in self.boxes()]
        cells = tuple(Cell(label, where, self.name) for label, where in zip(labels, wheres, strict=True))
        sd, one = LOOSENESS * counts, np.ones(len(cells))
        return Margin(self.name, REGION, self.entity, cells, counts[None, :], sd[None, :], one)


def raked(given: Float, rows: Float, columns: Float) -> Float:
    """Scale rows and columns of a table in turn until both sums are met.

    Parameters
    ----------
    given : ndarray of shape (n_rows, n_columns), > 0
        The dependence to keep: its odds ratios.
    rows, columns : ndarray, >= 0, summing to 1
        Sums to meet.

    Examples
    --------
    >>> raked(np.array([[3.0, 1.0], [1.0, 3.0]]), np.array([0.5, 0.5]), np.array([0.5, 0.5])).tolist()
    [[0.375, 0.125], [0.125, 0.375]]
    """
    table = given.astype(np.float64)
    for _ in range(RAKINGS):
        table = table * (rows / np.maximum(table.sum(axis=1), 1e-300))[:, None]
        sums = table.sum(axis=0)
        if np.abs(sums - columns).max() <= SETTLED:
            break
        table = table * (columns / np.maximum(sums, 1e-300))
    return np.asarray(table)


def with_approximated(
    targets: Targets, targets_with: TargetsWith, joints: Sequence[ApproximatedJoint]
) -> tuple[Targets, tuple[ApproximatedJoint, ...], list[str]]:
    """Targets whose model follows the approximated joints too.

    Parameters
    ----------
    targets : Targets
        Without approximated joints.
    targets_with : callable
        Makes targets of the same tables and some more.
    joints : sequence of ApproximatedJoint
        The surest first: the last is left out until the others fit the tables.

    Returns
    -------
    targets : Targets
    joints : tuple of ApproximatedJoint
        Those that were used.
    notes : list of str
        A sentence for each that was not.
    """
    kept = list(joints)
    notes: list[str] = []
    while kept:
        names = {joint.name for joint in kept}
        try:
            found = targets_with([joint.margin() for joint in kept])
        except SchemaError:
            why = "its attributes hang together with too many others"
        else:
            if _agree(found) or not _agree(targets):
                tables = tuple(t for t in found.tables if t.margin.name in names)
                return replace(found, tables=targets.tables, approximated=tables), tuple(kept), notes
            why = "the tables exclude it"
        notes.append(f"llmsynthor: {kept.pop().name.removeprefix('approximated: ')} is not approximated: {why}.")
    return targets, (), notes


def _agree(targets: Targets) -> bool:
    """Whether no table contradicts another."""
    return targets.model.fit.agree and (targets.members is None or targets.members.model.fit.agree)


def approximated_rows(joints: Sequence[ApproximatedJoint]) -> pa.Table:
    """A row for each cell: what was said, and the share of all records that it became."""
    return pa.Table.from_pylist(list(_rows(joints)), schema=SCHEMA)


SCHEMA = pa.schema(
    [
        ("attributes", pa.string()),
        ("cell", pa.string()),
        ("said_percent", pa.float64()),
        ("share", pa.float64()),
        ("reason", pa.string()),
    ]
)


def _rows(joints: Sequence[ApproximatedJoint]) -> Iterator[dict[str, str | float]]:
    for joint in joints:
        for box, said, share in zip(joint.boxes(), joint.said.ravel(), joint.shares.ravel(), strict=True):
            yield {
                "attributes": f"{joint.rows.name}, {joint.columns.name}",
                "cell": json.dumps({name: shown(allowed) for name, allowed in box.items()}, ensure_ascii=False),
                "said_percent": float(said),
                "share": float(share),
                "reason": joint.reason,
            }
