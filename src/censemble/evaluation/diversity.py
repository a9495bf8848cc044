"""How freely the seed sample was used: expansion factors, effective sample size, reuse of records.

A population that meets every table by copying a few records many times is of little use; these figures show it.
Effective sample size after Kish (1965), "Survey sampling": (sum w)^2 / sum w^2.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from censemble.evaluation.metrics import share_reached
from censemble.geography import Geography
from censemble.pool import Pool

QUANTILES = (0.0, 0.05, 0.25, 0.5, 0.75, 0.95, 1.0)
FACTOR_EDGES = (0.0, 0.01, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0, 30.0, 100.0)


@dataclass(frozen=True)
class Diversity:
    """Use of the candidate records.

    Parameters
    ----------
    n_records, n_used : int
        Records in the pool, and those that occur in the population.
    n_households, n_persons : int
        Size of the synthetic population; no households where records are persons.
    expansion_quantiles : tuple of (share, factor)
        Of calibrated weight / design weight, one factor a record (summed over zones), at `QUANTILES`.
    expansion_histogram : tuple of int
        Records in each class from one edge of `FACTOR_EDGES` up to, not with, the next; the last is open.
    ess_design, ess_calibrated, ess_counts : float
        Kish's effective sample size of design weights, calibrated weights and counts, all summed over zones.
    largest_reuse : int
        Most copies of one record in one zone.
    largest_reuse_zone, largest_reuse_record : str
        Where; the first by zone, then record, if there are several. Empty for an empty population.
    """

    n_records: int
    n_used: int
    n_households: int
    n_persons: int
    expansion_quantiles: tuple[tuple[float, float], ...]
    expansion_histogram: tuple[int, ...]
    ess_design: float
    ess_calibrated: float
    ess_counts: float
    largest_reuse: int
    largest_reuse_zone: str
    largest_reuse_record: str


def diversity(
    pool: Pool,
    geography: Geography,
    *,
    calibrated_weights: NDArray[np.float64],
    zone: NDArray[np.integer],
    record: NDArray[np.integer],
    count: NDArray[np.integer],
) -> Diversity:
    """Measure the use of records.

    Parameters
    ----------
    pool : Pool
        Gives design weights, household sizes and ids.
    geography : Geography
        Gives zone ids.
    calibrated_weights : ndarray of shape (n_records,), households, >= 0
        Summed over zones.
    zone, record, count : ndarray of shape (n_triplets,)
        Copies of a record in a zone, each pair at most once.
    """
    copies = np.bincount(record, weights=count, minlength=pool.n_records).astype(np.float64)
    factors = calibrated_weights / pool.prior_weights
    classes = np.searchsorted(np.array(FACTOR_EDGES), factors, side="right") - 1
    top = _largest(zone, record, count)
    return Diversity(
        n_records=pool.n_records,
        n_used=int((copies > 0).sum()),
        n_households=int(copies.sum()) if pool.record_entity == "households" else 0,
        n_persons=int(copies @ np.diff(pool.offsets)),
        expansion_quantiles=tuple(zip(QUANTILES, share_reached(factors, QUANTILES), strict=True)),
        expansion_histogram=tuple(int(c) for c in np.bincount(classes, minlength=len(FACTOR_EDGES))),
        ess_design=effective_sample_size(pool.prior_weights),
        ess_calibrated=effective_sample_size(calibrated_weights),
        ess_counts=effective_sample_size(copies),
        largest_reuse=int(count[top]) if top >= 0 else 0,
        largest_reuse_zone=geography.zones[zone[top]] if top >= 0 else "",
        largest_reuse_record=str(pool.household_ids[int(record[top])]) if top >= 0 else "",
    )


def effective_sample_size(weights: NDArray[np.float64]) -> float:
    """Kish's effective sample size, between 1 and the number of weights; 0 if all are 0.

    Examples
    --------
    >>> import numpy as np
    >>> effective_sample_size(np.array([2.0, 2.0])), effective_sample_size(np.array([1.0, 0.0]))
    (2.0, 1.0)
    """
    squares = float((weights**2).sum())
    return float(weights.sum()) ** 2 / squares if squares > 0 else 0.0


def _largest(zone: NDArray[np.integer], record: NDArray[np.integer], count: NDArray[np.integer]) -> int:
    """Row of the largest count, ties by zone, then record; -1 where there is none."""
    if not len(count) or count.max() < 1:
        return -1
    rows = np.flatnonzero(count == count.max())
    return int(rows[np.lexsort((record[rows], zone[rows]))[0]])
