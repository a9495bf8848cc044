"""Verification, part 3: every figure of report.json about tables and records, computed again in pandas."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from censemble.evaluation.verify_records import Records, places
from censemble.evaluation.verify_tables import id_of
from censemble.inputs import Inputs
from censemble.pool import Pool

if TYPE_CHECKING:
    import pandas as pd

EDGES = [0.5, 3.5, 10.5, 30.5, 100.5]
FACTORS = [0, 0.01, 0.1, 0.2, 0.5, 1, 2, 5, 10, 30, 100, math.inf]


def levels_again(fit: pd.DataFrame, inputs: Inputs) -> list[dict[str, Any]]:
    """Each level's own tables (outermost first), then zone tables summed, innermost first.

    Parameters
    ----------
    fit : pandas.DataFrame
        Recounted rows, with the published column "fitted".
    inputs : Inputs
        Gives the geography.
    """
    geography = inputs.geography
    zone_level = geography.levels[-1]
    present = [level for level in geography.levels if (fit["level"] == level).any()]
    rows = [_level_row(fit[fit["level"] == level], level, level) for level in present]
    zones = fit[(fit["level"] == zone_level) & fit["target"].notna()]
    if zone_level not in present:
        return rows
    crosswalk = [
        dict(zip(geography.zones, (units[i] for i in index), strict=True))
        for units, index in zip(geography.units, geography.unit_of_zone, strict=True)
    ]
    outer = list(zip(geography.levels, crosswalk, strict=True))[:-1]
    if not outer or len(geography.units[0]) > 1:
        outer.insert(0, ("all zones", dict.fromkeys(geography.zones, "")))
    for level, unit_of in reversed(outer):
        rows.append(_level_row(_sum(zones.assign(unit=zones["unit"].map(unit_of))), level, zone_level))
    return rows


def _sum(zones: pd.DataFrame) -> pd.DataFrame:
    zero = zones["target"] == 0
    keys = ["unit", "margin", "cell"]
    parts = zones.assign(square=zones["moe"].where(~zero, 0.0) ** 2, at_zero=zones["moe"].where(zero, 0.0))
    groups = parts.groupby(keys, sort=False, observed=True)
    total = groups[["target", "fitted", "result"]].sum()
    known = groups["moe"].count() == groups.size()
    moe = (groups["square"].sum() + groups["at_zero"].max() ** 2) ** 0.5
    return total.assign(moe=moe.where(known)).reset_index()


def _level_row(cells: pd.DataFrame, level: str, tables_of: str) -> dict[str, Any]:
    known = cells[cells["target"].notna()]
    return {
        "level": level,
        "tables_of": tables_of,
        "n_units": int(known["unit"].nunique()),
        **agreement_again(cells),
        "tae_before_rounding": float((known["fitted"] - known["target"]).abs().sum()),
    }


def agreement_again(cells: pd.DataFrame) -> dict[str, Any]:
    """Figures of `metrics.Agreement`, for a frame with target, result and moe."""
    known = cells[cells["target"].notna()]
    gap = (known["result"] - known["target"]).abs()
    with_moe = known["moe"].notna()
    n, total = len(known), float(known["target"].sum())
    return {
        "n_cells": n,
        "sum_target": total,
        "sum_result": float(known["result"].sum()),
        "tae": float(gap.sum()),
        "wape": float(gap.sum()) / total if total > 0 else None,
        "srmse": float(np.sqrt((gap**2).sum() / n) * n / total) if total > 0 else None,
        "max_abs": float(gap.max()) if n else 0.0,
        "share_exact": float((gap < 0.5).sum() / n) if n else None,
        "n_with_moe": int(with_moe.sum()),
        "share_inside_moe": float((gap <= known["moe"])[with_moe].mean()) if with_moe.any() else None,
    }


def margins_again(fit: pd.DataFrame, inputs: Inputs) -> list[dict[str, Any]]:
    """One row for each margin, in the order of the inputs."""
    rows = []
    for margin in inputs.margins:
        cells = fit[(fit["level"] == margin.level) & (fit["margin"] == margin.name)]
        known = cells[cells["target"].notna()]
        off = known[(known["result"] - known["target"]).abs() >= 0.5]
        names = ("level", "entity", "source", "date", "is_total")
        rows.append(
            {
                "margin": margin.name,
                **{name: getattr(margin, name) for name in names},
                "n_units": int(known["unit"].nunique()),
                "n_units_off": int(off["unit"].nunique()),
                **agreement_again(cells),
            }
        )
    return rows


def worst_again(fit: pd.DataFrame, n: int = 20) -> list[dict[str, Any]]:
    """The n cells farthest from their targets, ties by level, margin, cell, unit."""
    gap = (fit["result"] - fit["target"]).abs()
    keys = ["level", "margin", "cell", "unit"]
    order = fit.assign(gap=-gap)[gap > 0].sort_values(["gap", *keys]).head(n)
    return [
        {
            **{k: str(row[k]) for k in keys},
            "target": float(row["target"]),
            "result": float(row["result"]),
            "difference": float(row["result"] - row["target"]),
            "moe": None if math.isnan(row["moe"]) else float(row["moe"]),
            "inside_moe": None if math.isnan(row["moe"]) else bool(-row["gap"] <= row["moe"]),
            "relaxed": float(row["relaxed"]),
        }
        for _, row in order.iterrows()
    ]


def residuals_again(fit: pd.DataFrame, levels: Sequence[str]) -> dict[str, Any]:
    """Numbers of cells by class of difference: an edge belongs to the class farther from 0."""
    import pandas as pd  # noqa: PLC0415 (only verification needs it)

    rows = []
    for level in levels:
        cells = fit[(fit["level"] == level) & fit["target"].notna()]
        gap = cells["result"] - cells["target"]
        if gap.empty and not (fit["level"] == level).any():
            continue
        size = pd.cut(gap.abs(), [-1.0, *EDGES, math.inf], right=False, labels=False)
        classes = np.where(gap < 0, -size, size) + len(EDGES)
        counts = pd.Series(classes).value_counts().reindex(range(2 * len(EDGES) + 1), fill_value=0)
        rows.append({"level": level, "n_cells": [int(c) for c in counts]})
    return {"edges": [*(-e for e in reversed(EDGES)), *EDGES], "levels": rows}


def diversity_again(records: Records, weights: pd.DataFrame | None, inputs: Inputs) -> dict[str, Any]:
    """Use of the pool's records; figures of calibrated weights only where those are published."""
    import pandas as pd  # noqa: PLC0415

    pool, geography = records.pool, inputs.geography
    copies = pd.Series(records.record).value_counts().reindex(range(pool.n_records), fill_value=0)
    zone = places(geography.zones, records.households[geography.levels[-1]].astype(str))
    reuse = pd.DataFrame({"zone": zone, "record": records.record}).value_counts().rename("n").reset_index()
    reuse = reuse.sort_values(["n", "zone", "record"], ascending=[False, True, True])
    figures: dict[str, Any] = {
        "n_records": pool.n_records,
        "n_used": int((copies > 0).sum()),
        "n_households": len(records.households) if pool.record_entity == "households" else 0,
        "n_persons": len(records.persons),
        "ess_design": _kish(pd.Series(pool.prior_weights)),
        "ess_counts": _kish(copies.astype(float)),
        "largest_reuse": int(reuse["n"].iloc[0]) if len(reuse) else 0,
        "largest_reuse_zone": geography.zones[int(reuse["zone"].iloc[0])] if len(reuse) else "",
        "largest_reuse_record": str(pool.household_ids[int(reuse["record"].iloc[0])]) if len(reuse) else "",
        "factor_edges": FACTORS[:-1],
    }
    return figures if weights is None else figures | _factors(weights, pool)


def _factors(weights: pd.DataFrame, pool: Pool) -> dict[str, Any]:
    import pandas as pd  # noqa: PLC0415

    by_id = weights["calibrated_weight"].groupby(weights[id_of(pool)].astype(str)).sum()
    total = by_id.reindex([str(i) for i in pool.household_ids.to_pylist()]).fillna(0.0)
    factor = pd.Series(total.to_numpy() / pool.prior_weights)
    classes = pd.cut(factor, FACTORS, right=False, labels=False).value_counts()
    shares = (0.0, 0.05, 0.25, 0.5, 0.75, 0.95, 1.0)
    return {
        "ess_calibrated": _kish(total),
        "expansion_quantiles": [
            {"share": s, "factor": float(factor.quantile(s)) if len(factor) else 0.0} for s in shares
        ],
        "expansion_histogram": [int(c) for c in classes.reindex(range(len(FACTORS) - 1), fill_value=0)],
    }


def _kish(values: pd.Series[Any]) -> float:
    squares = float((values * values).sum())
    return float(values.sum() ** 2 / squares) if squares > 0 else 0.0
