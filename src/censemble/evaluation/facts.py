"""Everything a run publishes about itself, as plain JSON: computed once, shown by the report, checked by `verify`.

Results are always compared with the targets of the tables as they were given, never with relaxed ones.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from censemble.evaluation.diversity import FACTOR_EDGES, Diversity
from censemble.evaluation.fit import LevelTable, level_tables
from censemble.evaluation.joints import JointFigure
from censemble.evaluation.metrics import EXACT, RESIDUAL_EDGES, count_residuals, measure_agreement
from censemble.evaluation.verdict import judge_thresholds, pronounce
from censemble.geography import Geography
from censemble.margins import Margin

WHOLE = "all zones"
N_WORST = 20
_REPRODUCE = ("command", "versions", "random_seed", "settings", "generator", "inputs", "calibration", "notes")


@dataclass(frozen=True, eq=False)
class Findings:
    """What was measured of the population itself, beside its fit.

    Parameters
    ----------
    diversity : Diversity
        From `diversity.diversity`.
    joints : sequence of JointFigure
        From `joints.joint_fidelity`.
    proposals : mapping, optional
        From `provenance.proposal_facts`; None where no language model planned.
    two_way : sequence of mapping
        From `two_way.two_way_tables`.
    places : sequence of mapping
        From `places.place_counts`.
    training : mapping, optional
        From `trained_model.trained_facts`; None where no model was trained.
    """

    diversity: Diversity
    joints: Sequence[JointFigure] = ()
    proposals: Mapping[str, Any] | None = None
    two_way: Sequence[Mapping[str, Any]] = ()
    places: Sequence[Mapping[str, Any]] = ()
    training: Mapping[str, Any] | None = None


def summarise(
    fit: pa.Table,
    *,
    geography: Geography,
    margins: Sequence[Margin],
    findings: Findings,
    relaxations: Sequence[Mapping[str, Any]],
    thresholds: Mapping[str, float],
    manifest: Mapping[str, Any],
) -> dict[str, Any]:
    """Collect and judge all figures of a run.

    Parameters
    ----------
    fit : pyarrow.Table
        From `fit.fit_table`.
    geography : Geography
        Tells which zones add up to which outer unit.
    margins : sequence of Margin
        Those of the fit table; give sources, dates and the household total.
    findings : Findings
        Of the population.
    relaxations : sequence of mapping
        Each with level, unit, margin, cell, target, relaxed, amount (counts).
    thresholds : mapping of str to float
        Limits by metric: see `verdict.METRICS`.
    manifest : mapping
        Read: name, command, versions, random_seed, settings, inputs, calibration (status and sentence), notes; what
        records are (record_entity), what proposed them (generator) and whether there is a survey (has_survey).
        Timings are left out, so that the same inputs give the same bytes.

    Returns
    -------
    dict
        Plain JSON values, null where a figure does not exist; never NaN.

    Raises
    ------
    ConfigError
        A threshold names an unknown metric.
    """
    tables = level_tables(fit)
    facts: dict[str, Any] = {
        "format": "censemble-report/1",
        "name": str(manifest.get("name", "")),
        "records": records_of(manifest),
        "geography": [{"level": n, "n_units": len(u)} for n, u in zip(geography.levels, geography.units, strict=True)],
        "levels": summarise_levels(tables, geography),
        "margins": _margins(tables, margins),
        "worst": _worst(tables),
        "residuals": {
            "edges": list(RESIDUAL_EDGES),
            "levels": [{"level": t.level, "n_cells": count_residuals((t.result - t.target).ravel())} for t in tables],
        },
        "diversity": _diversity(findings.diversity),
        "joints": _joints(findings.joints),
        "proposals": findings.proposals,
        "training": findings.training,
        "two_way": list(findings.two_way),
        "places": list(findings.places),
        "relaxations": _relaxations(relaxations),
        "reproduce": {key: manifest.get(key) for key in _REPRODUCE},
    }
    facts["thresholds"] = judge_thresholds(thresholds, facts)
    facts["verdict"] = pronounce(facts)
    plain: dict[str, Any] = _plain(facts)
    return plain


def records_of(manifest: Mapping[str, Any]) -> dict[str, Any]:
    """Say what a record is, what proposed it, and whether there is a survey to compare with.

    Examples
    --------
    >>> records_of({})
    {'entity': 'households', 'generator': 'seed_sample', 'has_survey': True}
    """
    return {
        "entity": manifest.get("record_entity", "households"),
        "generator": manifest.get("generator", {}).get("kind", "seed_sample"),
        "has_survey": manifest.get("has_survey", True),
    }


def summarise_levels(tables: Sequence[LevelTable], geography: Geography) -> list[dict[str, Any]]:
    """Agreement of each level's own tables, then of the zones' tables summed to every outer level.

    A sum counts only the zones that have a target. Its margin of error is the root of the sum of squares, with
    only the largest of those whose estimate is 0, as the U.S. Census Bureau advises ("Understanding and using
    American Community Survey data", 2020, chapter 8).
    """
    rows = [_level_row(t, t.level) for t in tables]
    zones = next((t for t in tables if t.level == geography.levels[-1]), None)
    if zones is None:
        return rows
    outer = list(zip(geography.levels[:-1], geography.unit_of_zone[:-1], strict=True))
    if not outer or len(geography.units[0]) > 1:
        outer.insert(0, (WHOLE, np.zeros(geography.n_zones, dtype=np.int32)))
    return rows + [_level_row(sum_zones(zones, name, units), zones.level) for name, units in reversed(outer)]


def sum_zones(zones: LevelTable, level: str, unit_of_zone: NDArray[np.int32]) -> LevelTable:
    """Add up the zones of each outer unit, control by control."""
    known = np.isfinite(zones.target)
    n_units = int(unit_of_zone.max(initial=-1)) + 1

    def add(values: NDArray[np.float64]) -> NDArray[np.float64]:
        total = np.zeros((n_units, values.shape[1]))
        np.add.at(total, unit_of_zone, np.where(known, values, 0.0))
        return np.where(add_known > 0, total, np.nan)

    add_known = np.zeros((n_units, known.shape[1]))
    np.add.at(add_known, unit_of_zone, known)
    is_zero = known & (zones.target == 0)
    largest = np.zeros((n_units, known.shape[1]))
    np.maximum.at(largest, unit_of_zone, np.where(is_zero, zones.moe, 0.0))  # NaN wins: an unknown one stays unknown
    return LevelTable(
        level=level,
        units=tuple(str(u) for u in range(n_units)),
        controls=zones.controls,
        target=add(zones.target),
        moe=np.sqrt(add(np.where(is_zero, 0.0, zones.moe) ** 2) + largest**2),
        relaxed=add(zones.relaxed),
        fitted=add(zones.fitted),
        result=add(zones.result),
    )


def _level_row(table: LevelTable, tables_of: str) -> dict[str, Any]:
    known = np.isfinite(table.target)
    return {
        "level": table.level,
        "tables_of": tables_of,
        "n_units": int(known.any(axis=1).sum()),
        **asdict(measure_agreement(table.target.ravel(), table.result.ravel(), table.moe.ravel())),
        "tae_before_rounding": float(np.abs(table.fitted - table.target)[known].sum()),
    }


def _margins(tables: Sequence[LevelTable], margins: Sequence[Margin]) -> list[dict[str, Any]]:
    rows = []
    by_level = {t.level: t for t in tables}
    for margin in margins:
        table = by_level[margin.level]
        chosen = np.array([name == margin.name for name, _ in table.controls])
        target, result, moe = (a[:, chosen] for a in (table.target, table.result, table.moe))
        known = np.isfinite(target)
        rows.append(
            {
                "margin": margin.name,
                "level": margin.level,
                "entity": margin.entity,
                "source": margin.source,
                "date": margin.date,
                "is_total": margin.is_total,
                "n_units": int(known.any(axis=1).sum()),
                "n_units_off": int((np.abs(result - target) >= EXACT).any(axis=1).sum()),
                **asdict(measure_agreement(target.ravel(), result.ravel(), moe.ravel())),
            }
        )
    return rows


def _worst(tables: Sequence[LevelTable]) -> list[dict[str, Any]]:
    """The cells with the largest absolute difference; ties by level, margin, cell, unit."""
    candidates = []
    for table in tables:
        gap = np.nan_to_num(np.abs(table.result - table.target))
        flat = np.sort(gap.ravel())
        least = max(flat[-N_WORST] if flat.size >= N_WORST else 0.0, np.finfo(np.float64).tiny)
        for u, c in np.argwhere(gap >= least):
            candidates.append((-gap[u, c], table.level, *table.controls[c], table.units[u], table, int(u), int(c)))
    candidates.sort(key=lambda row: row[:5])
    return [_cell(*row[5:]) for row in candidates[:N_WORST]]


def _cell(table: LevelTable, u: int, c: int) -> dict[str, Any]:
    target, result, moe = float(table.target[u, c]), float(table.result[u, c]), float(table.moe[u, c])
    return {
        "level": table.level,
        "unit": table.units[u],
        "margin": table.controls[c][0],
        "cell": table.controls[c][1],
        "target": target,
        "result": result,
        "difference": result - target,
        "moe": moe,
        "inside_moe": abs(result - target) <= moe if math.isfinite(moe) else None,
        "relaxed": float(table.relaxed[u, c]),
    }


def _diversity(diversity: Diversity) -> dict[str, Any]:
    quantiles = [{"share": s, "factor": f} for s, f in diversity.expansion_quantiles]
    return {**asdict(diversity), "expansion_quantiles": quantiles, "factor_edges": list(FACTOR_EDGES)}


def _joints(joints: Sequence[JointFigure]) -> dict[str, Any]:
    """Figures of all pairs, and their medians."""
    names = ("srmse", "total_variation", "srmse_noise", "total_variation_noise")
    medians = {f"median_{n}": float(np.median([getattr(j, n) for j in joints])) if joints else None for n in names}
    return {"n_pairs": len(joints), **medians, "pairs": [asdict(j) for j in joints]}


def _relaxations(relaxations: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """The largest first."""

    def order(r: Mapping[str, Any]) -> tuple[Any, ...]:
        return (-abs(r["amount"]), r["level"], r["margin"], r["cell"], r["unit"])

    cells = sorted((dict(r) for r in relaxations), key=order)
    return {"n": len(cells), "total": float(sum(abs(r["amount"]) for r in cells)), "cells": cells}


def _plain(value: Any) -> Any:
    """Only what JSON knows; not-a-number becomes null."""
    if isinstance(value, Mapping):
        return {str(k): _plain(v) for k, v in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(v) for v in value]
    if isinstance(value, bool | np.bool_):
        return bool(value)
    if isinstance(value, int | np.integer):
        return int(value)
    if isinstance(value, float | np.floating):
        return float(value) if math.isfinite(value) else None
    return value if value is None else str(value)
