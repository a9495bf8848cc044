"""Verification, part 5: two-way tables, places and proposals of report.json, counted again from the published files."""

from __future__ import annotations

import math
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow.parquet as pq
from numpy.typing import NDArray

from censemble.evaluation.ledger import Ledger
from censemble.evaluation.places import N_MAPS
from censemble.evaluation.provenance import most_used_row, planning_rows, refused_counts
from censemble.evaluation.trained_model import trained_facts
from censemble.evaluation.two_way import two_way_tables
from censemble.evaluation.verify_records import Records, read_frame
from censemble.inputs import Inputs
from censemble.margins import Margin
from censemble.outlines import place_attributes

if TYPE_CHECKING:
    import pandas as pd

SPENT = ("model", "calls", "tokens_in", "tokens_out", "cost", "verdicts")


def two_way_again(fit: pd.DataFrame, inputs: Inputs) -> list[dict[str, Any]]:
    """Sums of two-way tables over their units, from recounted rows; only their layout is that of the report."""

    def sums(margin: Margin) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        cells = fit[(fit["level"] == margin.level) & (fit["margin"] == margin.name) & fit["target"].notna()]
        added = cells.groupby("cell", sort=False, observed=True)[["target", "result"]].sum()
        added = added.reindex([c.label for c in margin.cells], fill_value=0.0)
        return added["target"].to_numpy(), added["result"].to_numpy()

    return two_way_tables(inputs.margins, inputs.schema, sums)


def places_again(records: Records, inputs: Inputs, geojson: Mapping[str, Any] | None) -> list[dict[str, Any]]:
    """Published labels that are ids of outlines, counted."""
    rows = []
    for attribute in place_attributes(inputs.schema, geojson, inputs.geojson_id)[:N_MAPS]:
        frame = records.households if attribute.entity == "households" else records.persons
        counts = frame[attribute.name].astype(object).value_counts()
        rows.append(
            {
                "entity": attribute.entity,
                "attribute": attribute.name,
                "labels": list(attribute.categories),
                "counts": [int(counts.get(label, 0)) for label in attribute.categories],
            }
        )
    return rows


def proposals_again(out: Path, records: Records, manifest: Mapping[str, Any], ledger: Ledger) -> dict[str, Any] | None:
    """Counts by proposal from the column `proposal` of the population, the rest from the generator's own tables.

    Parameters
    ----------
    out : Path
        Folder of a run.
    records : Records
        As published.
    manifest : mapping
        Holds what the language model was asked and cost.
    ledger : Ledger
        Takes what is missing or broken, and what cannot be verified.

    Returns
    -------
    dict or None
        As `provenance.proposal_facts`; None where no language model planned.
    """
    if not (out / "proposals.parquet").is_file() or "proposal" not in records.households.columns:
        return None
    proposals = read_frame(out / "proposals.parquet", ledger)
    planning = _kept(out / "planning.parquet", ledger)
    refused = _kept(out / "refused.parquet", ledger)
    if proposals is None:
        return None
    ledger.unverified.append("report.json: proposals: why each was made; the reasons are the language model's own")
    made = records.households["proposal"].astype(str).value_counts()
    own = made.reindex(proposals["proposal"].astype(str), fill_value=0)
    rows = [most_used_row(row, int(n)) for row, n in zip(_rows(proposals), own, strict=True)]
    spent = manifest.get("language_model")
    return {
        "planning": planning_rows(_rows(planning)),
        "accepted": int((~proposals["filled_in"].astype(bool)).sum()),
        "filled_in": int(proposals["filled_in"].astype(bool).sum()),
        "refused": refused_counts([row["reason"] for row in _rows(refused)]),
        "language_model": {name: spent.get(name) for name in SPENT} if spent else None,
        "spread": _spread(made, own),
        "most_used": sorted(rows, key=lambda row: -int(row["records"]))[:10],
        "distinct_records": _distinct(records),
    }


def training_again(
    out: Path, records: Records, manifest: Mapping[str, Any], inputs: Inputs, ledger: Ledger
) -> dict[str, Any] | None:
    """Curves and examples from training.parquet, personas.parquet and the pool; the model as the manifest has it.

    Returns
    -------
    dict or None
        As `trained_model.trained_facts`; None where no model was trained.
    """
    about = (manifest.get("generator") or {}).get("trained")
    if not about or not (out / "training.parquet").is_file() or not (out / "personas.parquet").is_file():
        return None
    ledger.unverified.append("report.json: training: settings and draws of the model, as the manifest has them")
    told = {name: pq.read_table(out / f"{name}.parquet") for name in ("training", "personas")}
    known = records.record[records.record >= 0]
    copies = np.bincount(known, minlength=records.pool.n_records)
    return trained_facts(told, about, records.pool, copies, schema=inputs.schema)


def _kept(path: Path, ledger: Ledger) -> pd.DataFrame | None:
    return read_frame(path, ledger) if path.is_file() else None


def _rows(frame: pd.DataFrame | None) -> list[dict[str, Any]]:
    return [] if frame is None else [{str(k): v for k, v in row.items()} for row in frame.to_dict("records")]


def _spread(made: pd.Series[int], own: pd.Series[int]) -> dict[str, Any]:
    """Shares of proposals in the population; see `provenance.spread_of`."""
    total, counts = int(made.sum()), own[own > 0].sort_values(ascending=False)
    inside = int(counts.sum())
    filled = int(own[own.index.str.startswith("fill-")].sum())
    others = made[~made.index.isin(own.index)]
    beside = int(others[others.index.str.startswith("beside-")].sum())
    return {
        "records": total,
        "of_proposals": inside - filled,
        "of_filled_in": filled,
        "beside": beside,
        "other": int(others.sum()) - beside,
        "proposals": len(own),
        "used": len(counts),
        "largest_share": float(counts.max() / total) if len(counts) else 0.0,
        "effective": float(1 / ((counts / inside) ** 2).sum()) if len(counts) else 0.0,
        "half": int((counts.cumsum() < math.ceil(inside / 2)).sum() + 1) if len(counts) else 0,
        "few": bool(counts.head(3).sum() > total / 2),
    }


def _distinct(records: Records) -> int:
    """Different records: households by their attributes and those of their members, in order."""
    pool, used = records.pool, np.unique(records.record[records.record >= 0])
    households = {} if pool.record_entity == "persons" else pool.households
    rows = set()
    for record in used.tolist():
        members = range(int(pool.offsets[record]), int(pool.offsets[record + 1]))
        own = tuple(_key(values[record]) for values in households.values())
        rows.add((own, tuple(tuple(_key(v[m]) for v in pool.persons.values()) for m in members)))
    return len(rows)


def _key(value: Any) -> Any:
    return "missing" if isinstance(value, float) and math.isnan(value) else value
