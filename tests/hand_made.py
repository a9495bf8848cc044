"""`Controls` typed by hand, without tables, pools or files in between."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import sparse

from censemble.calibration import Calibration
from censemble.controls import Controls, LevelControls
from censemble.groups import Float


def level(
    name: str,
    columns: Sequence[int],
    targets: ArrayLike,
    *,
    units: Sequence[int] | None = None,
    sd: ArrayLike = 0.0,
    importance: ArrayLike = 1.0,
) -> LevelControls:
    """One level's controls; `units` gives each zone's unit (default: the zone itself)."""
    goal = np.array(targets, dtype=np.float64)
    goal = goal.reshape(len(goal), len(columns))
    return LevelControls(
        level=name,
        unit_of_zone=np.arange(len(goal), dtype=np.int32) if units is None else np.array(units, dtype=np.int32),
        columns=np.array(columns, dtype=np.int64).reshape(-1),
        targets=goal,
        sd=np.broadcast_to(np.asarray(sd, dtype=np.float64), goal.shape).copy(),
        importance=np.broadcast_to(np.asarray(importance, dtype=np.float64), (len(columns),)).copy(),
        margin=np.zeros(len(columns), np.int64),
        labels=tuple(f"{name}: column {c}" for c in columns),
    )


def controls(
    incidence: ArrayLike,
    *levels: LevelControls,
    prior: Sequence[float] | None = None,
    record_area: Sequence[int] | None = None,
    zone_area: Sequence[int] | None = None,
    total: int = -1,
) -> Controls:
    """Levels from the outermost to the zones; `total` is the column that counts every household of a zone.

    Zones share their area's households as their totals do, or alike where there is no total.
    """
    rows = np.array(incidence, dtype=np.float64)
    n_zones = len(levels[-1].unit_of_zone)
    area_of_zone = np.array(zone_area or [0] * n_zones, dtype=np.int32)
    size = np.ones(n_zones)
    if total >= 0:
        size = np.nan_to_num(levels[-1].targets[:, list(levels[-1].columns).index(total)])
    area_size = np.bincount(area_of_zone, weights=size)[area_of_zone]
    return Controls(
        incidence=sparse.csr_array(rows),
        levels=levels,
        prior_weights=np.array(prior or [1.0] * len(rows), dtype=np.float64),
        area_of_record=np.array(record_area or [0] * len(rows), dtype=np.int32),
        area_of_zone=area_of_zone,
        total_column=total,
        zone_share=np.divide(size, area_size, out=np.zeros(n_zones), where=area_size > 0),
    )


def weights_of(calibration: Calibration) -> Float:
    """All calibrated weights, shape (n_records, n_zones)."""
    problem = calibration.system.controls
    out = np.zeros((problem.n_records, problem.n_zones))
    for zones, records, weights in calibration.weights():
        out[np.ix_(records, zones)] = weights
    return out


def aims_of(calibration: Calibration, goals: dict[str, Float]) -> dict[str, Float]:
    """What integerising aims at: exact targets as relaxed, fitted values of soft controls, NaN for none."""
    aims = {}
    for of_level in calibration.system.controls.levels:
        goal = goals[of_level.level]
        soft = np.where(of_level.sd > 0, calibration.fitted[of_level.level], goal)
        aims[of_level.level] = np.where(np.isnan(goal), np.nan, soft)
    return aims


def random_problem(rng: np.random.Generator, *, n_records: int = 12, n_zones: int = 5) -> Controls:
    """A household total, three household cells, a person count by zone, and two person cells by tract; feasible.

    Targets are those of some random weights of the records, so weights that meet them all exist and are positive.
    """
    kind = rng.integers(0, 3, n_records)
    persons = rng.integers(0, 3, (n_records, 2))
    incidence = np.column_stack([np.ones(n_records), np.eye(3)[kind], persons.sum(axis=1), persons])
    weights = rng.uniform(0.5, 4.0, (n_records, n_zones))
    tract: NDArray[np.int64] = np.arange(n_zones) // 2
    by_zone = weights.T @ incidence
    by_tract = np.stack([by_zone[tract == t].sum(axis=0) for t in range(tract.max() + 1)])
    return controls(
        incidence,
        level("tract", [5, 6], by_tract[:, 5:], units=tract.tolist()),
        level("zone", [0, 1, 2, 3, 4], by_zone[:, :5]),
        prior=rng.uniform(1.0, 5.0, n_records).tolist(),
        total=0,
    )


def three_levels() -> Controls:
    """Persons by county, cars by tract, households and renters by zone; two tracts of two zones; feasible."""
    county = level("county", [3], [[60]], units=[0, 0, 0, 0])
    tract = level("tract", [2], [[16], [11]], units=[0, 0, 1, 1])
    zone = level("zone", [0, 1], [[8, 3], [6, 2], [5, 2], [7, 4]])
    incidence = [[1, 1, 0, 1], [1, 1, 1, 3], [1, 0, 2, 2], [1, 0, 1, 4], [1, 0, 0, 2]]
    return controls(incidence, county, tract, zone, prior=[4.0, 2.0, 3.0, 1.0, 2.0], total=0)
