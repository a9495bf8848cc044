"""Verification, part 2: every row of fit.parquet, counted again from households, persons and inputs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from censemble.evaluation.ledger import Ledger
from censemble.evaluation.verify_records import Records, places, pool_name
from censemble.inputs import Inputs
from censemble.margins import Cell, Margin
from censemble.pool import Pool
from censemble.schema import Attribute, Entity

if TYPE_CHECKING:
    import pandas as pd

Columns = dict[str, NDArray[Any]]


def count_again(records: Records, inputs: Inputs) -> pd.DataFrame:
    """Recount every cell of every margin in every unit.

    Returns
    -------
    pandas.DataFrame
        Rows by level (outermost first), unit and cell: level, unit, margin, cell, entity, target, sd, moe, result.
    """
    import pandas as pd  # noqa: PLC0415 (only verification needs it)

    geography = inputs.geography
    columns = {e: published_columns(e, records, inputs) for e in ("households", "persons")}
    frames = []
    for level, units in zip(geography.levels, geography.units, strict=True):
        unit = places(units, records.households[level].astype(str))
        of = {"households": unit, "persons": unit[records.household_of_person]}
        cells = [
            _cell_rows(margin, c, units, _counts(cell, columns[margin.entity], of[margin.entity], len(units)))
            for margin in inputs.margins
            if margin.level == level
            for c, cell in enumerate(margin.cells)
        ]
        if cells:
            joined = pd.concat(cells, keys=range(len(cells)), names=["control", "place"]).reset_index()
            frames.append(joined.sort_values(["place", "control"], kind="stable").drop(columns=["control", "place"]))
    empty = pd.DataFrame(columns=["level", "unit", "margin", "cell", "entity", "target", "sd", "moe", "result"])
    return pd.concat(frames, ignore_index=True) if frames else empty


def _counts(cell: Cell, columns: Columns, unit: NDArray[Any], n_units: int) -> NDArray[np.float64]:
    import pandas as pd  # noqa: PLC0415

    inside = np.asarray(cell.where.evaluate(columns), dtype=bool)
    counts = pd.Series(unit[inside]).value_counts().reindex(range(n_units), fill_value=0)
    return np.asarray(counts, dtype=np.float64)


def _cell_rows(margin: Margin, c: int, units: Sequence[str], counts: NDArray[np.float64]) -> pd.DataFrame:
    import pandas as pd  # noqa: PLC0415

    known = ~np.isnan(margin.targets[:, c])
    return pd.DataFrame(
        {
            "level": margin.level,
            "unit": list(units),
            "margin": margin.name,
            "cell": margin.cells[c].label,
            "entity": margin.entity,
            "target": margin.targets[:, c],
            "sd": np.where(known, margin.sd[:, c], np.nan),
            "moe": np.where(known, margin.moe[:, c] if margin.moe is not None else np.nan, np.nan),
            "result": counts,
        }
    )


def published_columns(entity: Entity, records: Records, inputs: Inputs) -> Columns:
    """Columns that expressions name: declared attributes from the output files, all others by way of the source."""
    pool, is_root = records.pool, entity == "households"
    frame, row = (records.households, records.record) if is_root else (records.persons, records.person_row)
    source = pool.households if is_root else pool.persons
    columns: Columns = {"": np.zeros(len(row))}  # so that "every record" has rows to count
    for name, values in source.items():
        columns[name] = np.asarray(values)[row] if len(values) else np.asarray(values)
    for attribute in inputs.schema.of(entity):
        if attribute.name in frame.columns:
            columns[attribute.name] = codes_of(attribute, frame[attribute.name])
    return columns


def codes_of(attribute: Attribute, column: pd.Series[Any]) -> NDArray[Any]:
    """Codes of published labels (-1 where missing or unknown); numbers as floats."""
    if attribute.kind == "numeric":
        return column.to_numpy(np.float64)
    return places(attribute.categories, column)


def check_fit(
    published: pd.DataFrame, again: pd.DataFrame, relaxations: Sequence[Mapping[str, Any]], ledger: Ledger
) -> None:
    """Compare fit.parquet row by row; its relaxed targets with the list in report.json."""
    ledger.require(len(published) == len(again), f"fit.parquet: {len(published)} rows, recomputed {len(again)}")
    if len(published) != len(again):
        return
    expected = again.assign(relaxed=again["target"])
    key = ["level", "unit", "margin", "cell"]
    listed = {tuple(str(r[k]) for k in key): r["relaxed"] for r in relaxations}
    rows = list(zip(*(again[k].astype(str) for k in key), strict=True))
    if listed:
        expected["relaxed"] = [listed.get(r, t) for r, t in zip(rows, again["target"], strict=True)]
        ledger.require_none(sorted(set(listed) - set(rows)), "report.json: relaxations of cells that do not exist")
    names = [" ".join(r) for r in rows]
    for column in expected.columns:
        ledger.compare_column(f"fit.parquet: {column}", published[column], expected[column], rows=names)


def check_fitted(
    published: pd.DataFrame, weights: pd.DataFrame | None, pool: Pool, inputs: Inputs, ledger: Ledger
) -> None:
    """Recompute real-valued sums where the published weights allow it, and say where they do not.

    Weights are published per record, summed over the zones of its area; sums for units that hold whole
    areas follow from them, sums for smaller units do not.
    """
    geography = inputs.geography
    last = geography.level_index(pool.area_level) if pool.area_level else -1
    record_of = {str(i): k for k, i in enumerate(pool.household_ids.to_pylist())}
    for k, level in enumerate(geography.levels):
        margins = [m for m in inputs.margins if m.level == level]
        if not margins:
            continue
        if weights is None or not (k <= last or len(geography.units[k]) == 1):
            ledger.unverified.append(f"fit.parquet: fitted at level {level}: weights by {level} are not published")
            continue
        record = weights[id_of(pool)].astype(str).map(record_of)
        total = weights["calibrated_weight"].groupby(record).sum().reindex(range(pool.n_records), fill_value=0.0)
        unit = geography.unit_of_zone[k][_any_zone(pool, inputs)]
        sums = np.array([_sum_cell(m, cell, total, unit, pool) for m in margins for cell in m.cells])
        rows = published[published["level"].astype(str) == level]
        names = [f"{u} {m}: {c}" for u, m, c in zip(rows["unit"], rows["margin"], rows["cell"], strict=True)]
        ledger.compare_column("fit.parquet: fitted", rows["fitted"], sums.T.ravel(), rows=names)


def id_of(pool: Pool) -> str:
    """Column of the ids of the pool's records in published files."""
    return f"source_{pool.record_entity[:-1]}"


def check_weights(weights: pd.DataFrame, pool: Pool, inputs: Inputs, ledger: Ledger) -> None:
    """Each published weight is a record's of the pool, >= 0, and beside the record's own area."""
    geography, column = inputs.geography, id_of(pool)
    position = places([str(i) for i in pool.household_ids.to_pylist()], weights[column].astype(str))
    names = weights[column].to_numpy()
    ledger.require_none(names[position < 0], f"weights.parquet: {column} is not in the {pool_name(pool)}")
    ledger.require_none(names[~(weights["calibrated_weight"] >= 0)], "weights.parquet: no weight >= 0 for")
    if pool.area_level:
        units = np.array(geography.units[geography.level_index(pool.area_level)], dtype=object)
        ledger.compare_column("weights.parquet: unit", weights["unit"], units[pool.area[position]], rows=names)


def _any_zone(pool: Pool, inputs: Inputs) -> NDArray[np.int64]:
    """One zone of each record's area; any zone where records may go anywhere."""
    geography, level, area = inputs.geography, pool.area_level, pool.area
    if not level:
        return np.zeros(len(area), dtype=np.int64)
    _, first = np.unique(geography.unit_of_zone[geography.level_index(level)], return_index=True)
    return np.asarray(first[area])


def _sum_cell(
    margin: Margin, cell: Cell, total: pd.Series[Any], unit: NDArray[np.int32], pool: Pool
) -> NDArray[np.float64]:
    import pandas as pd  # noqa: PLC0415

    n_units = margin.targets.shape[0]
    if margin.entity == "households":
        columns, record = {"": pool.prior_weights, **pool.households}, np.arange(pool.n_records)
    else:
        columns, record = {"": pool.record_of_person, **pool.persons}, pool.record_of_person
    inside = record[np.asarray(cell.where.evaluate(columns), dtype=bool)]
    summed = total.to_numpy()[inside]
    return pd.Series(summed).groupby(unit[inside]).sum().reindex(range(n_units), fill_value=0.0).to_numpy(np.float64)
