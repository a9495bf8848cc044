"""Controls: margins and a pool compiled into one sparse linear system for all levels.

For every unit u and control c: sum over its zones z and records h of incidence[h, c] * weight[h, z] = target[u, c]
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from censemble.errors import MarginError
from censemble.expressions import evaluate_each
from censemble.geography import Geography
from censemble.margins import Margin
from censemble.pool import Pool


@dataclass(frozen=True, eq=False)
class LevelControls:
    """The controls of one geography level.

    Parameters
    ----------
    level : str
    unit_of_zone : ndarray of int32, shape (n_zones,)
    columns : ndarray of int, shape (n_controls,)
        Columns of the incidence matrix.
    targets, sd : ndarray of shape (n_units, n_controls), counts
        NaN target: this unit is not controlled there. sd 0: exact.
    importance : ndarray of shape (n_controls,)
    margin : ndarray of int, shape (n_controls,)
        Index into the tuple of margins.
    labels : tuple of str
        "margin: cell" for messages.
    """

    level: str
    unit_of_zone: NDArray[np.int32]
    columns: NDArray[np.int64]
    targets: NDArray[np.float64]
    sd: NDArray[np.float64]
    importance: NDArray[np.float64]
    margin: NDArray[np.int64]
    labels: tuple[str, ...]

    @property
    def n_units(self) -> int:
        """Number of units at this level."""
        return int(self.targets.shape[0])


@dataclass(frozen=True, eq=False)
class Controls:
    """Everything calibration and integerising need to know, and nothing else.

    Parameters
    ----------
    incidence : scipy.sparse.csr_array of shape (n_records, n_columns), counts >= 0
    levels : tuple of LevelControls
        Zone level last; levels without controls are left out, except the zone level, always there.
    prior_weights : ndarray of shape (n_records,), > 0
    area_of_record, area_of_zone : ndarray of int32
        A record may only go to zones of its own area.
    total_column : int
        Column of the zone level's household total, or -1.
    zone_share : ndarray of shape (n_zones,)
        Each zone's share of its area's records as far as the tables tell (sums to 1 per area).
    effective_size : float or None
        Real records that stand behind the prior weights; None is as many as these weights themselves amount to.
    """

    incidence: sparse.csr_array
    levels: tuple[LevelControls, ...]
    prior_weights: NDArray[np.float64]
    area_of_record: NDArray[np.int32]
    area_of_zone: NDArray[np.int32]
    total_column: int
    zone_share: NDArray[np.float64]
    effective_size: float | None = None

    @property
    def n_records(self) -> int:
        """Number of records."""
        return int(self.incidence.shape[0])

    @property
    def n_zones(self) -> int:
        """Number of zones."""
        return len(self.area_of_zone)

    @property
    def zone_level(self) -> LevelControls:
        """The controls of the zones."""
        return self.levels[-1]


def incidence_columns(pool: Pool, margin: Margin) -> sparse.csc_array:
    """Count, for each record, how many of its households or persons fall in each cell.

    Returns
    -------
    scipy.sparse.csc_array of shape (n_records, n_cells), counts >= 0
    """
    columns = pool.households if margin.entity == "households" else pool.persons
    rows_of = np.arange(pool.n_records) if margin.entity == "households" else pool.record_of_person
    at, data = [], []
    for values in evaluate_each((cell.where for cell in margin.cells), columns):
        # A condition counts 0 or 1; arithmetic (a household's number of workers, say) counts as many as it says.
        counted = np.flatnonzero(values)
        sums = np.bincount(rows_of[counted], weights=values[counted].astype(np.float64), minlength=1)
        at.append(np.flatnonzero(sums))
        data.append(sums[at[-1]])
    starts = np.cumsum([0, *map(len, at)])
    return sparse.csc_array((np.concatenate(data), np.concatenate(at), starts), (pool.n_records, len(data)))


def build_controls(
    pool: Pool, margins: Sequence[Margin], geography: Geography, *, effective_size: float | None = None
) -> Controls:
    """Compile margins over a pool into `Controls`.

    Parameters
    ----------
    pool : Pool
        Candidate records.
    margins : sequence of Margin
        Targets in the unit order of `geography`.
    geography : Geography
        Levels and zones.
    effective_size : float, optional
        As in `Controls`: needed where a generator proposes more records than it has seen.

    Raises
    ------
    MarginError
        A total that counts something else than records.
    """
    blocks = [incidence_columns(pool, m) for m in margins]
    starts = np.cumsum([0] + [b.shape[1] for b in blocks])
    empty = sparse.csr_array((pool.n_records, 0))
    incidence = sparse.csr_array(sparse.hstack(blocks, format="csr")) if blocks else empty
    levels = []
    for k, level in enumerate(geography.levels):
        chosen = [i for i, m in enumerate(margins) if m.level == level]
        if not chosen and level != geography.levels[-1]:
            continue
        levels.append(_level_controls(level, geography, k, margins, chosen, starts))
    if wrong := [m.name for m in margins if m.is_total and m.entity != pool.record_entity]:
        raise MarginError(f"margin {wrong[0]!r}: the records are {pool.record_entity}, and their total counts them")
    totals = [i for i, m in enumerate(margins) if m.is_total and m.level == geography.levels[-1]]
    total_column = int(starts[totals[0]]) if totals else -1
    if pool.area_level:
        area_of_zone = geography.unit_of_zone[geography.level_index(pool.area_level)]
    else:
        area_of_zone = np.zeros(geography.n_zones, dtype=np.int32)
    return Controls(
        incidence=incidence,
        levels=tuple(levels),
        prior_weights=pool.prior_weights,
        area_of_record=pool.area,
        area_of_zone=area_of_zone,
        total_column=total_column,
        zone_share=_zone_share(margins, geography, area_of_zone, totals),
        effective_size=effective_size,
    )


def _level_controls(
    level: str,
    geography: Geography,
    k: int,
    margins: Sequence[Margin],
    chosen: list[int],
    starts: NDArray[np.int64],
) -> LevelControls:
    n_units = len(geography.units[k])
    empty = np.zeros((n_units, 0))
    return LevelControls(
        level=level,
        unit_of_zone=geography.unit_of_zone[k],
        columns=np.concatenate([np.arange(starts[i], starts[i + 1]) for i in chosen] or [np.zeros(0, np.int64)]),
        targets=np.concatenate([margins[i].targets for i in chosen] or [empty], axis=1),
        sd=np.concatenate([margins[i].sd for i in chosen] or [empty], axis=1),
        importance=np.concatenate([margins[i].importance for i in chosen] or [np.zeros(0)]),
        margin=np.concatenate([np.full(len(margins[i].cells), i) for i in chosen] or [np.zeros(0, np.int64)]),
        labels=tuple(f"{margins[i].name}: {c.label}" for i in chosen for c in margins[i].cells),
    )


def _zone_share(
    margins: Sequence[Margin], geography: Geography, area_of_zone: NDArray[np.int32], totals: list[int]
) -> NDArray[np.float64]:
    """Household total where there is one, else each zone's mean share of the zone level's tables, else equal.

    Without a total a zone is empty only if every table of the zone level says so.
    """
    size = np.ones(geography.n_zones)
    zone_margins = [np.nan_to_num(m.targets).sum(axis=1) for m in margins if m.level == geography.levels[-1]]
    shares = [counted / counted.sum() for counted in zone_margins if counted.sum() > 0]
    if totals:
        size = np.nan_to_num(margins[totals[0]].targets[:, 0])
    elif zone_margins:
        size = np.mean(shares, axis=0) if shares else np.zeros(geography.n_zones)
    area_sum = np.bincount(area_of_zone, weights=size, minlength=int(area_of_zone.max(initial=0)) + 1)
    return np.divide(size, area_sum[area_of_zone], out=np.zeros_like(size), where=area_sum[area_of_zone] > 0)
