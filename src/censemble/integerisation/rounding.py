"""From real-valued weights to whole households: totals, systematic rounding, and records within groups."""

from __future__ import annotations

import numpy as np

from censemble.groups import AreaGroups, Float, Int


def household_totals(zone_sums: Float) -> Int:
    """Round zone sums to whole households so that every running total stays within half a household.

    Sums that are whole already (an exact household total) stay as they are.

    Parameters
    ----------
    zone_sums : ndarray of shape (n_zones,), households, >= 0
        Summed weights of each zone.

    Examples
    --------
    >>> household_totals(np.array([2.0, 0.4, 0.4, 0.4])).tolist()
    [2, 0, 1, 0]
    """
    near = np.rint(zone_sums)
    whole = np.abs(zone_sums - near) < 1e-3
    fraction = np.where(whole, 0.0, zone_sums - np.floor(zone_sums))
    running = np.floor(np.cumsum(fraction) + 0.5)
    extra = np.diff(running, prepend=0.0)
    return np.where(whole, near, np.floor(zone_sums) + extra).astype(np.int64)


def systematic(weights: Float, total: int, *, start: float) -> Int:
    """Whole counts with the given total, each within one of its weight (systematic sampling, Madow 1949).

    Neighbours in the order of `weights` share their rounding, so similar groups should be neighbours.

    Parameters
    ----------
    weights : ndarray of shape (n,), >= 0, not all zero unless `total` is 0
        Scaled to sum to `total`.
    total : int
        Households to hand out, >= 0.
    start : float
        In [0, 1).

    Examples
    --------
    >>> systematic(np.array([0.5, 0.5, 1.0]), 2, start=0.25).tolist()
    [0, 1, 1]
    """
    if total == 0:
        return np.zeros(len(weights), np.int64)
    edges = np.concatenate([[0.0], np.cumsum(weights)])
    edges = edges / edges[-1] * total  # divided first: edges equal to the last become the total exactly
    counts: Int = np.diff(np.minimum(np.floor(edges + start), total)).astype(np.int64)
    return counts


def records_of_units(unit_group: Int, groups: AreaGroups, share: Float, *, rng: np.random.Generator) -> Int:
    """Give every household of an area a record of its group, each record as often as its share says.

    Records of one group are alike for every control, so this choice moves no table; it is made group by
    group over the whole area (systematically) so that what no control
    names keeps the distribution of the prior weights.

    Parameters
    ----------
    unit_group : ndarray of shape (n_units,)
        Group of every household of the area.
    groups : AreaGroups
        Groups of the area.
    share : ndarray of shape (n_area_records,), sums to 1 within each group
        How often each record is to be used, relative to its group.
    rng : numpy.random.Generator
        Draws the starting points.

    Returns
    -------
    ndarray of shape (n_units,), record indices
    """
    by_group = np.argsort(groups.group_of_record, kind="stable")
    sizes = np.bincount(unit_group, minlength=groups.n_groups)
    group_of = groups.group_of_record[by_group]
    ends = np.cumsum(share[by_group]) - group_of  # in units of groups: group g occupies (0, 1]
    first = np.cumsum(sizes) - sizes
    edges = first[group_of] + np.minimum(ends, 1.0) * sizes[group_of]
    last = np.flatnonzero(np.diff(group_of, append=groups.n_groups))
    edges[last] = (first + sizes)[group_of[last]]
    start = rng.random(groups.n_groups)
    in_group = np.argsort(unit_group, kind="stable")  # households by group, zones in order
    place = np.arange(len(in_group)) + start[unit_group[in_group]]
    times = np.bincount(np.searchsorted(edges, place, side="right"), minlength=len(edges))
    chosen = _interleaved(times, group_of, rng=rng)
    out = np.empty(len(in_group), np.int64)
    out[in_group] = groups.records[by_group[chosen]]
    return out


def _interleaved(times: Int, group_of: Int, *, rng: np.random.Generator) -> Int:
    """Each index as often as `times` says, group by group, its repeats as far apart as they go.

    Households of one zone are neighbours, so this keeps a record from being used twice in one zone while
    others of its group are not.
    """
    index = np.repeat(np.arange(len(times)), times)
    repeat = np.arange(len(index)) - np.repeat(np.cumsum(times) - times, times)
    spread = (repeat + rng.random(len(times))[index]) / times[index]
    return index[np.lexsort((spread, group_of[index]))]
