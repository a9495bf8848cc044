"""The compiled swap search: exchange one household for another where that brings the tables closer.

State is one residual vector over all levels (count - aim). A household of group `a` in a zone may become
one of group `b`: the zone's household total stays, every other control moves by incidence[b] -
incidence[a]. The cost of a state is the weighted sum of b + BEND b^2, b = max(|r| - FREE, 0)
(straight beyond STRAIGHT), over all residuals r.

Candidates are ordered by zone group. A zone group whose change at the zone level cannot be paid for even
by filling every gap of the levels above is passed over whole: that is what makes the search quick.
"""

from __future__ import annotations

import numba
import numpy as np

EPS = 1e-9  # costs closer than this are ties
FREE = 0.5  # counts: closer than this to a fractional aim no whole number needs to be
BEND = 0.05  # per count: two cells off by one are better than one cell off by two, so flat stretches have a slope
STRAIGHT = 10.0  # counts beyond which the slope grows no more: a large unit must not outweigh its parts


@numba.njit(cache=True, nogil=True)
def uniform(state):  # type: ignore[no-untyped-def]
    """xorshift64*: one number in [0, 1); explicit state, so that nothing depends on who else draws."""
    x = state[0]
    x ^= x >> np.uint64(12)
    x ^= x << np.uint64(25)
    x ^= x >> np.uint64(27)
    state[0] = x
    return np.float64((x * np.uint64(2685821657736338717)) >> np.uint64(11)) / 9007199254740992.0


@numba.njit(cache=True, nogil=True)
def _penalty(r):  # type: ignore[no-untyped-def]
    beyond = max(abs(r) - FREE, 0.0)
    if beyond <= STRAIGHT:
        return beyond + BEND * beyond * beyond
    return beyond + BEND * STRAIGHT * (2.0 * beyond - STRAIGHT)


@numba.njit(cache=True, nogil=True)
def _gap(r, reach):  # type: ignore[no-untyped-def]
    """How much one entering household, adding at most `reach`, can lower the penalty of a shortage."""
    return _penalty(r) - _penalty(min(r + reach, 0.0)) if r < 0.0 else 0.0


@numba.njit(cache=True, nogil=True)
def _addition(residual, cost, position, matrix, row):  # type: ignore[no-untyped-def]
    """Change of the cost if one household with this incidence row enters."""
    indptr, indices, values = matrix
    change = 0.0
    for j in range(indptr[row], indptr[row + 1]):
        at = position[indices[j]]
        before = residual[at]
        change += cost[at] * (_penalty(before + values[j]) - _penalty(before))
    return change


@numba.njit(cache=True, nogil=True)
def _removal(residual, cost, position, matrix, row, reach):  # type: ignore[no-untyped-def]
    """Change of the cost, and of the shortage, if one household with this incidence row leaves."""
    indptr, indices, values = matrix
    change, gap = 0.0, 0.0
    for j in range(indptr[row], indptr[row + 1]):
        at = position[indices[j]]
        before = residual[at]
        after = before - values[j]
        change += cost[at] * (_penalty(after) - _penalty(before))
        gap += cost[at] * (_gap(after, reach) - _gap(before, reach))
    return change, gap


@numba.njit(cache=True, nogil=True)
def _shift(residual, position, matrix, row, sign):  # type: ignore[no-untyped-def]
    indptr, indices, values = matrix
    for j in range(indptr[row], indptr[row + 1]):
        residual[position[indices[j]]] += sign * values[j]


@numba.njit(cache=True, nogil=True)
def shortage(residual, cost, position, reach):  # type: ignore[no-untyped-def]
    """The most by which one entering household can lower the cost."""
    total = 0.0
    for at in position:
        total += cost[at] * _gap(residual[at], reach)
    return total


@numba.njit(cache=True, nogil=True)
def zone_cost(residual, cost, position):  # type: ignore[no-untyped-def]
    """Cost of the residuals at some positions."""
    total = 0.0
    for at in position:
        total += cost[at] * _penalty(residual[at])
    return total


@numba.njit(cache=True, nogil=True)
def _best_entry(residual, cost, at, rows, copies, pool, bar, state):  # type: ignore[no-untyped-def]
    """The candidate whose coming changes the cost least, and by less than `bar`; ties by weight; -1 if none."""
    zone_at, upper_at = at
    zone_rows, upper_rows, _, reach, limit = rows
    zone_groups, starts, candidates, weights = pool
    upper_gap = shortage(residual, cost, upper_at, reach)
    best, best_change, mass = -1, bar, 0.0
    for i in range(zone_groups.shape[0]):
        at_zone = _addition(residual, cost, zone_at, zone_rows, zone_groups[i])
        if at_zone - upper_gap > best_change + EPS:
            continue
        for c in range(starts[i], starts[i + 1]):
            if copies[candidates[c]] >= limit[candidates[c]]:
                continue
            change = at_zone + _addition(residual, cost, upper_at, upper_rows, candidates[c])
            if change < best_change - EPS:
                best, best_change, mass = candidates[c], change, weights[c]
            elif best >= 0 and change <= best_change + EPS:
                mass += weights[c]
                if uniform(state) * mass < weights[c]:
                    best = candidates[c]
    return best


@numba.njit(cache=True, nogil=True)
def count_copies(unit_group, n_groups):  # type: ignore[no-untyped-def]
    """How often each group stands in a zone."""
    copies = np.zeros(n_groups, np.int64)
    for u in range(unit_group.shape[0]):
        copies[unit_group[u]] += 1
    return copies


@numba.njit(cache=True, nogil=True)
def replace_one(group, unit_group, residual, cost, at, rows, pool, state):  # type: ignore[no-untyped-def]
    """Replace one household of `group` by the cheapest other candidate, whatever it costs; false if there is none."""
    zone_at, upper_at = at
    zone_rows, upper_rows, zone_group, _, limit = rows
    copies = count_copies(unit_group, zone_group.shape[0])
    copies[group] = limit[group] + 1  # it may not come straight back
    for u in range(unit_group.shape[0]):
        if unit_group[u] == group:
            _shift(residual, zone_at, zone_rows, zone_group[group], -1.0)
            _shift(residual, upper_at, upper_rows, group, -1.0)
            entering = _best_entry(residual, cost, at, rows, copies, pool, 1e12, state)
            unit_group[u] = entering if entering >= 0 else group
            _shift(residual, zone_at, zone_rows, zone_group[unit_group[u]], 1.0)
            _shift(residual, upper_at, upper_rows, unit_group[u], 1.0)
            return entering >= 0
    return False


@numba.njit(cache=True, nogil=True)
def improve_zone(unit_group, residual, cost, at, rows, pool, schedule, state):  # type: ignore[no-untyped-def]
    """Passes over one zone's households, each replaced by the candidate that lowers the cost most.

    Parameters
    ----------
    unit_group : ndarray of int64, shape (n_households,)
        Group of every household of the zone; changed in place.
    residual : ndarray of float64, shape (n_all,)
        Count minus aim of every control of every level; changed in place.
    cost : ndarray of float64, shape (n_all,)
        Price of one count of error; 0 where nothing is asked.
    at : (zone_at, upper_at), ndarrays of int64
        Where this zone's zone-level and upper-level controls sit in `residual`.
    rows : (zone_rows, upper_rows, zone_group, reach, limit)
        Incidence (indptr, indices, values) of zone groups on zone controls, and of groups on upper controls;
        zone group of every group; largest incidence value; copies of each group beyond which no more enter.
    pool : (zone_groups, starts, candidates, weights)
        Candidates in zone-group order.
    schedule : (n_passes, temperature)
        Temperature 0 accepts improvements only.
    state : ndarray of uint64, shape (1,)
        Of the random numbers; moves on in place.

    Returns
    -------
    int
        Number of replacements.
    """
    zone_at, upper_at = at
    zone_rows, upper_rows, zone_group, reach, _ = rows
    n_passes, temperature = schedule
    n_moves = 0
    n_units = unit_group.shape[0]
    missing = shortage(residual, cost, zone_at, reach) + shortage(residual, cost, upper_at, reach)
    failed = np.zeros(zone_group.shape[0], np.int64)  # stamp at which a group last found no better one
    stamp = 1
    copies = count_copies(unit_group, zone_group.shape[0])
    for _ in range(n_passes):
        moved = 0
        offset = int(uniform(state) * n_units)
        for step in range(n_units):
            u = (step + offset) % n_units
            a = unit_group[u]
            bar = 0.0
            if temperature > 0.0:
                bar = -temperature * np.log(1.0 - uniform(state))
            elif failed[a] == stamp:
                continue
            at_zone, zone_gap = _removal(residual, cost, zone_at, zone_rows, zone_group[a], reach)
            at_upper, upper_gap = _removal(residual, cost, upper_at, upper_rows, a, reach)
            removal = at_zone + at_upper
            if removal - (missing + zone_gap + upper_gap) >= bar - EPS:
                failed[a] = stamp
                continue  # even a household that fills every gap could not pay for this one's leaving
            _shift(residual, zone_at, zone_rows, zone_group[a], -1.0)
            _shift(residual, upper_at, upper_rows, a, -1.0)
            copies[a] -= 1
            entering = _best_entry(residual, cost, at, rows, copies, pool, bar - EPS - removal, state)
            if entering >= 0 and entering != a:
                unit_group[u] = entering
                moved += 1
                stamp += 1
            else:
                failed[a] = stamp
            copies[unit_group[u]] += 1
            _shift(residual, zone_at, zone_rows, zone_group[unit_group[u]], 1.0)
            _shift(residual, upper_at, upper_rows, unit_group[u], 1.0)
            if entering >= 0:
                missing = shortage(residual, cost, zone_at, reach) + shortage(residual, cost, upper_at, reach)
        n_moves += moved
        if moved == 0:
            break
    return n_moves
