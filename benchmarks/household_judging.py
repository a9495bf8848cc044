"""How household tables are judged: the package's own judge, with the rules and the queries of the examples.

Queries, rules, fit, support and classifiers are all `censemble.compare`'s; here it is only decided which of its figures
the benchmark shows, beside those that the paper prints.
"""

from __future__ import annotations

import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import yaml
from acs_households import SCHEMA

import censemble
from censemble.evaluation.comparison.judgement import Judgement
from censemble.pool import Pool, take_records
from censemble.population import labels_of
from censemble.schema import Entity

HERE = Path(__file__).resolve().parent
RULES = HERE.parent / "examples" / "rules" / "households.yaml"
QUERIES = HERE.parent / "examples" / "queries" / "households_acs.yaml"
AGE_GROUPS = (0, 5, 16, 18, 25, 35, 45, 55, 65, 75, 100)
INCOME_GROUPS = (0, 1, 10_000, 20_000, 35_000, 50_000, 75_000, 100_000, 200_000, 600_000)
GROUPS = {"age": AGE_GROUPS, "income": INCOME_GROUPS}  # in which an office publishes; the last one is open above
QUERY_GROUPS = ("demographics", "employment", "equity", "household", "mobility", "vulnerability")
PUBLISHED = {  # mean relative error of each group of queries, then per cent of the households that the rules refuse
    "LLMSynthor (published, South Carolina 2023)": (0.21, 0.20, 0.25, 0.13, 0.35, 0.37, 13.3),
}
PUBLISHED_REFUSED = {"HMM": 57.8, "CP": 73.9, "NVI": 96.8, "real": 0.0}
FIGURES = {  # of the judge -> head of the column
    **{f"query_error_mean[{group}]": group for group in QUERY_GROUPS},
    "query_error_mean": "all queries",
    "rule_violations": "rules broken",
    "no_adult": "no adult",
    "households.srmse_1way": "SRMSE 1-way, households",
    "persons.srmse_1way": "SRMSE 1-way, persons",
    "persons.srmse_2way": "SRMSE 2-way, persons",
    "persons.precision": "precision, persons",
    "persons.recall": "recall, persons",
    "households.c2st_gap": "C2ST gap, households",
    "persons.c2st_gap": "C2ST gap, persons",
}
Frames = tuple[pd.DataFrame, pd.DataFrame]


def frames_of(pool: Pool) -> Frames:
    """Records as two tables of labels, each record once."""
    ids = np.arange(1, pool.n_records + 1)
    sides: list[tuple[Entity, Any, Any]] = [
        ("households", pool.households, ids),
        ("persons", pool.persons, np.repeat(ids, np.diff(pool.offsets))),
    ]
    households, persons = (
        pd.DataFrame({"household_id": key} | {a.name: labels_of(a, c[a.name]).to_pandas() for a in SCHEMA.of(entity)})
        for entity, c, key in sides
    )
    return households, persons


def schema_text() -> str:
    """The attributes as a schema file of `censemble compare`."""
    declared: dict[str, dict[str, Any]] = {"households": {}, "persons": {}}
    for a in SCHEMA.attributes:
        numeric = {"kind": a.kind, "column": a.name, "unit": a.unit, "bins": list(GROUPS.get(a.name, ()))}
        coded = {"kind": a.kind, "column": a.name, "categories": {label: label for label in a.categories}}
        declared[a.entity][a.name] = numeric if a.kind == "numeric" else coded
    keys = {"household": "household_id"}
    return yaml.safe_dump({"keys": keys, "attributes": declared, "roles": {"age": "age"}}, sort_keys=False)


def judged(
    reference: Frames, tables: Mapping[str, Frames | list[Frames]], *, classifiers: bool, rules: Path | None = RULES
) -> Judgement:
    """Ask the judge."""
    with tempfile.TemporaryDirectory() as folder:
        schema = Path(folder) / "schema.yaml"
        schema.write_text(schema_text(), encoding="utf-8")
        return censemble.compare(
            reference,
            tables,
            schema=schema,
            rules=rules,
            queries=QUERIES,
            options=censemble.CompareOptions(classifiers=classifiers),
        )


def row_of(judgement: Judgement, table: str) -> dict[str, float | None]:
    """Figures of one table; None where the judge gives none."""
    found = {f.metric: f.value for f in judgement.figures if f.table == table}
    return {head: found.get(metric) for metric, head in FIGURES.items()}


def answers(judgement: Judgement, table: str) -> dict[str, str]:
    """What a table answers to each query, in the judge's words."""
    prefix = "query_error["
    return {
        f.metric.removeprefix(prefix)[:-1]: f"{f.value:.2f}: {f.note}" if f.value is not None else f.note
        for f in judgement.figures
        if f.table == table and f.metric.startswith(prefix)
    }


def drawn_anew(real: Pool, n: int, *, random_seed: int) -> list[Frames]:
    """Samples of the same size, with replacement: what chance alone would give."""
    rng = np.random.default_rng([random_seed, 20])
    return [frames_of(take_records(real, rng.integers(0, real.n_records, real.n_records))) for _ in range(n)]


def halves(real: Pool, n: int, *, random_seed: int) -> list[tuple[Frames, Frames]]:
    """Random halves, to hold one against the other."""
    rng = np.random.default_rng([random_seed, 21])
    found = []
    for _ in range(n):
        order, half = rng.permutation(real.n_records), real.n_records // 2
        first, second = (frames_of(take_records(real, np.sort(part))) for part in (order[:half], order[half:]))
        found.append((first, second))
    return found


def mean_row(rows: Sequence[Mapping[str, float | None]]) -> dict[str, float | None]:
    """Mean of each figure over several rows."""
    return {
        head: float(np.mean([value for row in rows if (value := row[head]) is not None]))
        if any(row[head] is not None for row in rows)
        else None
        for head in FIGURES.values()
    }
