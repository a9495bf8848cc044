"""What is missing: target minus synthetic, cell by cell, and the largest of it as guidance for the next proposals.

The arithmetic is done here; a language model is only shown the result, as whole per cent, largest first.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from censemble.controls import incidence_columns
from censemble.generators.conditions import Allowed
from censemble.generators.llmsynthor.macro_statistics import Box, TargetTable
from censemble.pool import Pool

Float = NDArray[np.float64]
MAIN_BINS, FINE = (
    6,
    8,
)  # bins of a numeric attribute as guidance tells them; a table with more cells than FINE is binned


@dataclass(frozen=True, eq=False)
class Gap:
    """One combination of which there are too few records.

    Parameters
    ----------
    table : str
        Margin that says so.
    label : str
        Its cell or cells.
    missing, target : float
        Shares of all records, 0..1: target minus synthetic, and the target itself.
    box : Box
        Where it lies.
    parts : tuple of (label, share)
        Sub-bins of a main bin with what each lacks, as shares of the bin's lack; empty for a single cell.
    member : Box or None
        Where the members lie that a table of members counts, `box` being where their records lie; None where records
        are counted. Shares are then of all members.
    besides : tuple of str
        What has been proposed there already, in words, where another kind is asked for.
    of : str
        In words the gap that this one is a particular kind of; "" where it is told as it was found.
    """

    table: str
    label: str
    missing: float
    target: float
    box: Box
    parts: tuple[tuple[str, float], ...] = ()
    member: Box | None = None
    besides: tuple[str, ...] = ()
    of: str = ""

    @property
    def n_named(self) -> int:
        """How many attributes it names."""
        return len(self.box) + len(self.member or {})

    @property
    def percent(self) -> int:
        """What is missing in whole per cent of all records, at least 1."""
        return max(1, round(100 * self.missing))

    def shown(self) -> dict[str, Any]:
        """The gap's record as a prompt tells it: labels, or [low, high] in whole numbers."""
        return {name: shown(allowed) for name, allowed in self.box.items()}

    def shown_member(self) -> dict[str, Any]:
        """The gap's member in the same way."""
        return {name: shown(allowed) for name, allowed in (self.member or {}).items()}

    def is_served_by(self, other: Gap) -> bool:
        """Whether records for another gap, which names at least the same attributes, can be records for this one."""
        mine, theirs = self.member or {}, other.member or {}
        named = self.box.keys() <= other.box.keys() and mine.keys() <= theirs.keys()
        return named and overlaps(self.box, other.box) and overlaps(mine, theirs)

    def words(self) -> str:
        """The gap in one line, for the audit."""
        named = [*self.shown().items(), *self.shown_member().items()]
        where = ", ".join(f"{name} {_said(value)}" for name, value in named)
        if self.of:
            return f"{self.of}; asked as {where}"
        counted = "records" if self.member is None else "members"
        return f"{where}: {self.percent} % of all {counted} missing (table {self.table})"


def overlaps(box: Box, other: Box) -> bool:
    """Whether two boxes can hold the same record.

    Examples
    --------
    >>> from censemble.schema import Attribute
    >>> age = Attribute("age", "persons", "numeric")
    >>> overlaps({"age": Allowed(age, low=0, high=17)}, {"age": Allowed(age, low=18, high=64)})
    False
    """
    for name in box.keys() & other.keys():
        mine, theirs = box[name], other[name]
        if mine.attribute.kind == "numeric":
            if mine.low > theirs.high or theirs.low > mine.high:
                return False
        elif not mine.codes & theirs.codes:
            return False
    return True


def shown(allowed: Allowed) -> list[Any]:
    """What a box allows of one attribute: labels in code order, or the two ends of a range in whole numbers."""
    attribute = allowed.attribute
    if attribute.kind != "numeric":
        return [attribute.categories[c] for c in sorted(allowed.codes)]
    return [int(np.floor(allowed.low)), int(np.floor(allowed.high))]


def _said(value: list[Any]) -> str:
    return " to ".join(map(str, value)) if value and isinstance(value[0], int) else " or ".join(map(str, value))


def synthetic_counts(tables: Sequence[TargetTable], pool: Pool, weights: Float) -> list[Float]:
    """Phi: what weighted records give for every cell of every table, counts.

    Parameters
    ----------
    tables : sequence of TargetTable
        Of the region.
    pool : Pool
        Possibly without records.
    weights : ndarray of shape (n_records,), >= 0
        Records that each stands for.

    Returns
    -------
    list of ndarray of shape (n_cells,)
    """
    return [np.asarray(incidence_columns(pool, table.margin).T @ weights) for table in tables]


def differences(tables: Sequence[TargetTable], counts: Sequence[Float], total: float) -> list[Float]:
    """Delta: target minus synthetic, directed, one array for each table: shares of all records, or of all members."""
    return [
        (table.margin.targets[0] - found) / (table.n_members or total)
        for table, found in zip(tables, counts, strict=True)
    ]


def largest_miss(deltas: Sequence[Float]) -> float:
    """Share of the records that is in the wrong cells of the worst table, 0..1; 0 where there is no table.

    Where there are more members than the tables say, surplus ones are a share of those there are.

    Examples
    --------
    >>> largest_miss([np.array([0.25, -0.25])]), largest_miss([np.array([-1.0, -2.0])])
    (0.25, 0.75)
    """
    return max((_miss(delta) for delta in deltas), default=0.0)


def _miss(delta: Float) -> float:
    lack, surplus = float(delta.clip(min=0).sum()), float(-delta.clip(max=0).sum())
    return max(lack, surplus / max(1.0, 1.0 + surplus - lack))


def gaps(
    tables: Sequence[TargetTable], deltas: Sequence[Float], total: float, *, least: float, net: bool = False
) -> list[Gap]:
    """Positive discrepancies with a place, largest first.

    Fine tables of one numeric attribute are told in two levels, as the paper does: six main bins of about equal
    target, and which parts of the bin lack records.

    Parameters
    ----------
    tables : sequence of TargetTable
        That guide.
    deltas : sequence of ndarray
        From `differences`.
    total : float
        Records of the region; tables of members know their own total.
    least : float
        Share of all records (members) below which nothing is told.
    net : bool
        Count surpluses inside a main bin against what it lacks (the published form). Weights can move records inside
        a bin only where there is support, so that without it each part that lacks records counts.
    """
    found: list[Gap] = []
    for table, delta in zip(tables, deltas, strict=True):
        binned = len(table.names) == 1 and len(delta) > FINE and _is_numeric(table)
        whole = table.n_members or total
        found += _main_bins(table, delta, whole, net) if binned else _cells(table, delta, whole)
    kept = [gap for gap in found if gap.missing >= least]
    return sorted(kept, key=lambda gap: -gap.missing)


def _is_numeric(table: TargetTable) -> bool:
    return all(box is not None and box[table.names[0]].attribute.kind == "numeric" for box in table.boxes)


def _cells(table: TargetTable, delta: Float, total: float) -> list[Gap]:
    margin = table.margin
    return [
        _placed(
            table, Gap(margin.name, margin.cells[c].label, float(delta[c]), float(margin.targets[0, c] / total), box)
        )
        for c, box in enumerate(table.boxes)
        if box and delta[c] > 0
    ]


def _main_bins(table: TargetTable, delta: Float, total: float, net: bool) -> list[Gap]:
    """Cells of a fine table of one numeric attribute, put together in bins of about equal target."""
    name, margin = table.names[0], table.margin
    ranges = [box[name] for box in table.boxes if box]
    order = np.argsort([r.low for r in ranges], kind="stable")
    shares = np.cumsum(margin.targets[0, order])
    inner = np.searchsorted(shares, shares[-1] * np.arange(1, MAIN_BINS) / MAIN_BINS) + 1
    cuts = np.unique([0, *inner, len(order)])
    found = []
    for start, end in pairwise(cuts):
        cells = order[start:end]
        lack = np.maximum(delta[cells], 0.0)
        missing = float(delta[cells].sum() if net else lack.sum())
        if missing <= 0:
            continue
        lacking = cells[lack > 0.1 * lack.max()]
        hull = Allowed(
            ranges[0].attribute, low=min(ranges[c].low for c in lacking), high=max(ranges[c].high for c in lacking)
        )
        parts = tuple((margin.cells[c].label, float(delta[c] / lack.sum())) for c in lacking)
        target = float(margin.targets[0, cells].sum() / total)
        label = f"{margin.cells[cells[0]].label} .. {margin.cells[cells[-1]].label}"
        found.append(_placed(table, Gap(margin.name, label, missing, target, {name: hull}, parts)))
    return found


def _placed(table: TargetTable, gap: Gap) -> Gap:
    """The gap of a table of members: what it says of them apart from what it says of their records."""
    if not table.n_members:
        return gap
    member = {name: allowed for name, allowed in gap.box.items() if allowed.attribute.entity == "persons"}
    return replace(gap, box={k: v for k, v in gap.box.items() if k not in member}, member=member)


def unsupported(tables: Sequence[TargetTable], pool: Pool) -> int:
    """How many cells ask for records while no record of the pool is in them."""
    found = synthetic_counts(tables, pool, np.ones(pool.n_records))
    return sum(
        int(((table.margin.targets[0] > 0) & (counts == 0)).sum()) for table, counts in zip(tables, found, strict=True)
    )


def without_support(gaps: Sequence[Gap], tables: Sequence[TargetTable], pool: Pool) -> list[Gap]:
    """Gaps with a cell that asks for records while no record of the pool is in it."""
    found = synthetic_counts(tables, pool, np.ones(pool.n_records))
    empty = {
        (table.margin.name, table.margin.cells[c].label)
        for table, counts in zip(tables, found, strict=True)
        for c in np.flatnonzero((table.margin.targets[0] > 0) & (counts == 0))
    }
    return [
        gap for gap in gaps if any((gap.table, label) in empty for label in (gap.label, *(p for p, _ in gap.parts)))
    ]
