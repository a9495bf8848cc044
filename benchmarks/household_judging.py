"""How household tables are judged: the package's own judge, with the rules and the queries of the examples.

Queries, rules, fit, support and classifiers are all `censemble.compare`'s; here it is only decided which of its figures
the benchmark shows, beside those that the paper prints. Rows of households get six attributes that say who lives there
together (`COMPOSITION`), computed from the persons of real and synthetic households alike, so that the judge sees more
of a household than its own four attributes.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Mapping, Sequence
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
COMPOSITION: dict[str, dict[str, Any]] = {  # of a household, from its persons
    "children": {"kind": "ordinal", "categories": ("0", "1", "2", "3 or more")},
    "elders": {"kind": "ordinal", "categories": ("0", "1", "2", "3 or more")},
    "employed": {"kind": "ordinal", "categories": ("0", "1", "2", "3 or more")},
    "oldest": {"kind": "numeric", "bins": AGE_GROUPS},
    "youngest": {"kind": "numeric", "bins": AGE_GROUPS},
    "income_a_head": {"kind": "numeric", "bins": INCOME_GROUPS},
}
FIGURES = {  # of the judge -> head of the column
    **{f"query_error_mean[{group}]": group for group in QUERY_GROUPS},
    "query_error_mean": "all queries",
    "rule_violations": "rules broken",
    "no_adult": "no adult",
    "households.precision": "precision",
    "households.recall": "recall",
    "households.c2st_gap": "C2ST gap, households",
    "persons.c2st_gap": "C2ST gap, persons",
}
# Mean total variation over attributes that tables count, and over those that say who lives together.
TABLES_TV, COMPOSITION_TV = "TV, tables", "TV, composition"
HEADS = (*FIGURES.values(), TABLES_TV, COMPOSITION_TV)
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
    for name, facts in COMPOSITION.items():
        labels = {label: label for label in facts.get("categories", ())}
        own = {"categories": labels} if labels else {"bins": list(facts["bins"])}
        declared["households"][name] = {"kind": facts["kind"], "column": name} | own
    keys = {"household": "household_id"}
    return yaml.safe_dump({"keys": keys, "attributes": declared, "roles": {"age": "age"}}, sort_keys=False)


def composed(frames: Frames) -> Frames:
    """Households with the six attributes of `COMPOSITION`."""
    households, persons = frames
    facts = pd.DataFrame(
        {
            "children": persons["age"] < 18,
            "elders": persons["age"] >= 65,
            "employed": persons["employment"] == "Employed",
        }
    )
    key = persons["household_id"].to_numpy()
    labels = np.array(COMPOSITION["children"]["categories"])
    found = {name: labels[counts.clip(upper=3).to_numpy()] for name, counts in facts.groupby(key).sum().items()}
    ages, incomes = persons["age"].groupby(key), persons["income"].groupby(key)
    found |= {"oldest": ages.max().to_numpy(), "youngest": ages.min().to_numpy()}
    found["income_a_head"] = incomes.mean().to_numpy()
    return households.sort_values("household_id").assign(**found), persons


def judged(
    reference: Frames, tables: Mapping[str, Frames | list[Frames]], *, classifiers: bool, rules: Path | None = RULES
) -> Judgement:
    """Ask the judge."""
    several = {
        name: [composed(f) for f in (made if isinstance(made, list) else [made])] for name, made in tables.items()
    }
    with tempfile.TemporaryDirectory() as folder:
        schema = Path(folder) / "schema.yaml"
        schema.write_text(schema_text(), encoding="utf-8")
        return censemble.compare(
            composed(reference),
            several,
            schema=schema,
            rules=rules,
            queries=QUERIES,
            options=censemble.CompareOptions(classifiers=classifiers),
        )


def row_of(judgement: Judgement, table: str) -> dict[str, float | None]:
    """Figures of one table; None where the judge gives none."""
    found = {f.metric: f.value for f in judgement.figures if f.table == table}
    told = [f"{a.entity}.attribute_tv[{a.name}]" for a in SCHEMA.attributes]
    composed_of = [f"households.attribute_tv[{name}]" for name in COMPOSITION]
    means = {TABLES_TV: _mean(found[m] for m in told), COMPOSITION_TV: _mean(found[m] for m in composed_of)}
    return {head: found.get(metric) for metric, head in FIGURES.items()} | means


def _mean(values: Iterable[float | None]) -> float | None:
    """Of those that are there."""
    known = [v for v in values if v is not None]
    return float(np.mean(known)) if known else None


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
    return {head: _mean(row[head] for row in rows) for head in HEADS}
