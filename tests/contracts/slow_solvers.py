"""Slow, obviously right answers on dense arrays: every fast stage is compared with them on every case."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations_with_replacement, product

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import LinearConstraint, linprog, milp, minimize

from censemble.controls import Controls

Float = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Dense:
    """The problem with one unknown for every record and zone that may meet.

    Parameters
    ----------
    pairs : list of (record, zone)
    matrix : ndarray of shape (n_rows, n_pairs)
    goal, sd, importance : ndarray of shape (n_rows,)
    prior : ndarray of shape (n_pairs,)
    rows : list of (level index, unit, control)
    held : ndarray of bool, shape (n_rows,)
        Household totals, which never give way.
    """

    pairs: list[tuple[int, int]]
    matrix: Float
    goal: Float
    sd: Float
    importance: Float
    prior: Float
    rows: list[tuple[int, int, int]]
    held: NDArray[np.bool_]


def dense(controls: Controls, goals: dict[str, Float] | None = None) -> Dense:
    """Write the problem out in full."""
    pairs = [
        (r, z)
        for r, z in product(range(controls.n_records), range(controls.n_zones))
        if controls.area_of_record[r] == controls.area_of_zone[z] and controls.zone_share[z] > 0
    ]
    incidence = controls.incidence.toarray()
    rows, matrix, numbers = [], [], []
    for i, level in enumerate(controls.levels):
        targets = (goals or {}).get(level.level, level.targets)
        for u, c in product(range(level.n_units), range(len(level.columns))):
            if np.isnan(targets[u, c]):
                continue
            column = level.columns[c]
            rows.append((i, u, c))
            matrix.append([incidence[r, column] if level.unit_of_zone[z] == u else 0.0 for r, z in pairs])
            is_total = level is controls.zone_level and column == controls.total_column
            numbers.append((targets[u, c], level.sd[u, c], level.importance[c], is_total))
    table = np.array(numbers, dtype=float).reshape(-1, 4)
    prior = np.array([controls.prior_weights[r] * controls.zone_share[z] for r, z in pairs])
    shape = (len(rows), len(pairs))
    return Dense(
        pairs, np.array(matrix).reshape(shape), table[:, 0], table[:, 1], table[:, 2], prior, rows, table[:, 3] == 1
    )


def maximum_entropy(controls: Controls, goals: dict[str, Float] | None = None) -> Float:
    """Weights of shape (n_records, n_zones) by general-purpose minimisation of the primal.

    Pairs that the exact controls force to zero are left out: the entropy has no slope there.
    """
    p = dense(controls, goals)
    exact = p.sd == 0
    open_ = _can_be_positive(p.matrix[exact], p.goal[exact])
    matrix, prior = p.matrix[:, open_], p.prior[open_]
    hard = exact & (p.goal > 0)
    # Rows that repeat each other would make the constraints' Jacobian singular: keep a basis of them.
    basis = _independent(matrix[hard])
    hard_matrix, hard_goal = matrix[hard][basis], p.goal[hard][basis]
    soft = ~exact
    softness = p.importance[soft] / p.sd[soft] ** 2

    def objective(x: Float) -> tuple[float, Float]:
        gap = matrix[soft] @ x - p.goal[soft]
        divergence = float((x * np.log(x / prior) - x + prior).sum())
        value = evidence * divergence + 0.5 * float(softness @ gap**2)
        return value, evidence * np.log(x / prior) + matrix[soft].T @ (softness * gap)

    q = controls.prior_weights
    evidence = float(q.sum() / (q**2).sum()) if soft.any() else 1.0  # Kish's effective sample size over size
    scale = max(p.goal.max(initial=1.0), 1.0)
    found = minimize(
        objective,
        np.maximum(prior, 1e-6),
        jac=True,
        method="SLSQP",
        bounds=[(1e-12, None)] * len(prior),
        constraints={
            "type": "eq",
            "fun": lambda x: (hard_matrix @ x - hard_goal) / scale,
            "jac": lambda x: hard_matrix / scale,
        },
        options={"ftol": 1e-14, "maxiter": 1000},
    )
    assert np.abs(hard_matrix @ found.x - hard_goal).max(initial=0.0) < 1e-6 * scale, found.message
    out = np.zeros((controls.n_records, controls.n_zones))
    for (r, z), w in zip([q for q, o in zip(p.pairs, open_, strict=True) if o], found.x, strict=True):
        out[r, z] = w
    return out


def _can_be_positive(matrix: Float, goal: Float) -> NDArray[np.bool_]:
    """Which weights can be above zero under the exact controls: the largest value of each, one programme each."""
    largest = [-linprog(-unit, A_eq=matrix, b_eq=goal, method="highs").fun for unit in np.eye(matrix.shape[1])]
    return np.array(largest) > 1e-6


def _independent(matrix: Float) -> list[int]:
    """Rows of a basis of the row space, first come first kept."""
    kept: list[int] = []
    for i in range(len(matrix)):
        if np.linalg.matrix_rank(matrix[[*kept, i]]) > len(kept):
            kept.append(i)
    return kept


def smallest_relaxation(controls: Controls, *, by_importance: bool = False) -> float:
    """Least total (by importance: priced) shift of exact targets, by one dense linear programme.

    Household totals are held; infinite where even they cannot be met.
    """
    p = dense(controls)
    exact = p.sd == 0
    matrix, goal = p.matrix[exact], p.goal[exact]
    price = p.importance[exact] if by_importance else np.ones(len(goal))
    n, m = matrix.shape[1], len(goal)
    most = np.where(p.held[exact], 0.0, np.inf)
    found = linprog(
        np.concatenate([np.zeros(n), price, price]),
        A_eq=np.hstack([matrix, np.eye(m), -np.eye(m)]),
        b_eq=goal,
        bounds=np.stack([np.zeros(n + 2 * m), np.concatenate([np.full(n, np.inf), most, most])], axis=1),
        method="highs",
    )
    return float(found.fun) if found.status == 0 else np.inf


def best_counts(controls: Controls, totals: list[int], aims: dict[str, Float]) -> float:
    """Least total absolute error over every way to fill every zone with whole households."""
    incidence = controls.incidence.toarray()
    kept = [z for z in range(controls.n_zones) if totals[z] > 0]
    ways = []
    for z in kept:
        own = np.flatnonzero(controls.area_of_record == controls.area_of_zone[z])
        rows = {tuple(incidence[list(chosen)].sum(axis=0)) for chosen in combinations_with_replacement(own, totals[z])}
        ways.append([np.array(r) for r in sorted(rows)])
    best = np.inf
    for chosen in product(*ways):
        best = min(best, _error(controls, dict(zip(kept, chosen, strict=True)), aims))
    return best


def best_counts_by_programme(controls: Controls, totals: list[int], aims: dict[str, Float]) -> float:
    """The same by a mixed-integer programme, for cases with too many ways to count them all."""
    p = dense(controls, aims)
    n, m = len(p.pairs), len(p.goal)
    of_zone = np.array([[float(z == zone) for _, z in p.pairs] for zone in range(controls.n_zones)])
    peopled = of_zone.any(axis=1)
    constraints = [
        LinearConstraint(np.hstack([p.matrix, np.eye(m), -np.eye(m)]), p.goal, p.goal),
        LinearConstraint(
            np.hstack([of_zone[peopled], np.zeros((int(peopled.sum()), 2 * m))]),
            np.array(totals)[peopled],
            np.array(totals)[peopled],
        ),
    ]
    found = milp(
        np.concatenate([np.zeros(n), np.ones(2 * m)]),
        constraints=constraints,
        integrality=np.concatenate([np.ones(n), np.zeros(2 * m)]),
    )
    assert found.status == 0, found.message
    return float(found.fun)


def _error(controls: Controls, sums: dict[int, Float], aims: dict[str, Float]) -> float:
    """Total absolute error over all levels, given each zone's summed incidence."""
    error = 0.0
    for level in controls.levels:
        fitted = np.zeros(level.targets.shape)
        for z, row in sums.items():
            fitted[level.unit_of_zone[z]] += row[level.columns]
        error += float(np.nansum(np.abs(fitted - aims[level.level])))
    return error
