"""Verification, part 4: the joint distributions of report.json, from the published files by group-by.

The reference is the seed sample with its design weights; the noise floor is drawn again from the random seed.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import combinations
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from censemble.evaluation.verify_records import Records
from censemble.evaluation.verify_tables import Columns, published_columns
from censemble.inputs import Inputs
from censemble.margins import Margin
from censemble.pool import Pool

if TYPE_CHECKING:
    import pandas as pd

SPAWN_KEY = 20
Feature = tuple[str, str, frozenset[str], int]  # entity, name, columns that margins know it by, number of codes


def joints_again(records: Records, inputs: Inputs) -> dict[str, Any]:
    """Figures of every pair that no margin counts together, and their medians."""
    import pandas as pd  # noqa: PLC0415 (only verification needs it)

    names = ["srmse", "total_variation", "srmse_noise", "total_variation_noise"]
    sample = inputs.seed_sample
    pairs = _pairs(records, sample, inputs) if len(records.households) and sample is not None else []
    frame = pd.DataFrame(pairs, columns=["entity", "first", "second", "n_cells", *names])
    medians = {f"median_{n}": float(frame[n].median()) if len(frame) else None for n in names}
    return {"n_pairs": len(frame), **medians, "pairs": pairs}


def _pairs(records: Records, pool: Pool, inputs: Inputs) -> list[dict[str, Any]]:
    import pandas as pd  # noqa: PLC0415

    rng = np.random.default_rng(np.random.SeedSequence(inputs.settings.random_seed, spawn_key=(SPAWN_KEY,)))
    resample = rng.multinomial(len(records.households), pool.prior_weights / pool.prior_weights.sum())
    survey = _survey_frames(pool, inputs, pd.DataFrame({"reference": pool.prior_weights, "noise": resample}))
    result = _coded(published_columns("households", records, inputs), "households", inputs).assign(synthetic=1.0)
    people = _coded(published_columns("persons", records, inputs), "persons", inputs).assign(synthetic=1.0)
    people = people.join(result.drop(columns="synthetic").iloc[records.household_of_person].reset_index(drop=True))
    synthetic = {"households": result, "persons": people}
    figures = []
    for first, second in combinations(_features(inputs, survey), 2):
        if _counted_together(first, second, inputs.margins):
            continue
        entity = "persons" if "persons" in (first[0], second[0]) else "households"
        figures += _figures(first, second, entity, survey[entity], synthetic[entity])
    return figures


def _survey_frames(pool: Pool, inputs: Inputs, weights: pd.DataFrame) -> dict[str, pd.DataFrame]:
    households = _coded({"": pool.prior_weights, **pool.households}, "households", inputs).join(weights)
    persons = _coded({"": pool.record_of_person, **pool.persons}, "persons", inputs)
    return {
        "households": households,
        "persons": persons.join(households.iloc[pool.record_of_person].reset_index(drop=True)),
    }


def _coded(columns: Columns, entity: str, inputs: Inputs) -> pd.DataFrame:
    """A column "entity: name" for every attribute with codes: declared ones, else one for each margin."""
    import pandas as pd  # noqa: PLC0415

    codes: dict[str, Any] = {}
    if any(a.n_codes >= 2 for a in inputs.schema.attributes):
        for attribute in inputs.schema.attributes:
            if attribute.entity != entity or attribute.n_codes < 2:
                continue
            values = pd.Series(columns[attribute.name])
            if attribute.kind == "numeric":
                values = pd.cut(values, list(attribute.bins), right=False, labels=False).fillna(-1)
            codes[f"{entity}: {attribute.name}"] = values.astype(int)
    else:
        for margin in inputs.margins:
            if margin.entity == entity and len(margin.cells) >= 2:
                codes.setdefault(f"{entity}: {margin.name}", _margin_codes(margin, columns))
    return pd.DataFrame(codes, index=range(len(columns[""])))


def _margin_codes(margin: Margin, columns: Columns) -> NDArray[np.int64]:
    """The cell of each row, the number of cells for none, and -2 where a row is in several."""
    inside = np.column_stack([np.asarray(c.where.evaluate(columns), dtype=bool) for c in margin.cells])
    n = inside.sum(axis=1)
    return np.where(n > 1, -2, np.where(n == 1, inside @ np.arange(inside.shape[1]), inside.shape[1]))


def _features(inputs: Inputs, survey: dict[str, pd.DataFrame]) -> list[Feature]:
    declared = [a for a in inputs.schema.attributes if a.n_codes >= 2]
    if declared:
        features = [(str(a.entity), a.name, frozenset([a.name]), a.n_codes) for a in declared]
        return sorted(features, key=lambda f: f[0])
    found: dict[tuple[str, frozenset[str]], Feature] = {}
    for entity in ("households", "persons"):
        for margin in inputs.margins:
            if margin.entity != entity or len(margin.cells) < 2:
                continue
            codes = survey[entity][f"{entity}: {margin.name}"]
            columns = frozenset[str]().union(*(c.where.columns for c in margin.cells))
            if codes.min() >= 0 and codes.max() >= 1:
                found.setdefault((entity, columns), (entity, margin.name, columns, int(codes.max()) + 1))
    return list(found.values())


def _counted_together(first: Feature, second: Feature, margins: Sequence[Margin]) -> bool:
    if first[0] == second[0] and first[2] & second[2]:
        return True
    cells = [c.where.columns for m in margins if m.entity in (first[0], second[0]) for c in m.cells]
    return any((first[2] | second[2]) <= columns for columns in cells)


def _figures(
    first: Feature, second: Feature, entity: str, survey: pd.DataFrame, synthetic: pd.DataFrame
) -> list[dict[str, Any]]:
    import pandas as pd  # noqa: PLC0415

    keys = [f"{f[0]}: {f[1]}" for f in (first, second)]
    tables = {
        name: frame[(frame[keys] >= 0).all(axis=1)].groupby(keys)[name].sum()
        for name, frame in (("synthetic", synthetic), ("reference", survey), ("noise", survey))
    }
    if any(t.sum() <= 0 for t in tables.values()):
        return []
    shares = pd.DataFrame({name: t / t.sum() for name, t in tables.items()}).fillna(0.0)
    n = first[3] * second[3]
    gaps = {"": shares["synthetic"] - shares["reference"], "_noise": shares["noise"] - shares["reference"]}
    row: dict[str, Any] = {"entity": entity, "first": first[1], "second": second[1], "n_cells": n}
    for suffix, gap in gaps.items():
        row[f"srmse{suffix}"] = math.sqrt(n * float((gap**2).sum()))
        row[f"total_variation{suffix}"] = float(gap.abs().sum()) / 2
    return [row]
