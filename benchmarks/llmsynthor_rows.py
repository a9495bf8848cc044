"""The rows of the e-commerce benchmark: what each runs, its records, what it cost, and how far each call brought it."""

from __future__ import annotations

import copy
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import ecommerce
import numpy as np
import pandas as pd

import censemble
from censemble.generators.llmsynthor import LLMSynthor, Services
from censemble.generators.llmsynthor.discrepancy import differences, largest_miss, synthetic_counts
from censemble.generators.llmsynthor.macro_statistics import Targets
from censemble.generators.llmsynthor.microdata_tables import tables_of
from censemble.geography import Geography
from censemble.inputs import GeneratorSettings, Inputs, RunSettings
from censemble.llm import Client, Store
from censemble.pool import Pool
from censemble.population import labels_of
from censemble.proposal import propose, region_weights
from censemble.schema import Attribute, Schema

N = 2_000
RECORDS = 20_000  # candidates among which calibration chooses
N_TRIED = 12_000  # records by which a call is judged
REPLAYS = Path(__file__).resolve().parent / "replay"


@dataclass(frozen=True)
class Row:
    """One method with its settings; rows of the same title differ in their random seed alone."""

    name: str
    title: str
    mode: str
    calls: int = 0
    proposals: int = 5
    random_seed: int = 0

    @property
    def kind(self) -> str:
        """The generator."""
        return "maximum_entropy" if self.mode in ("maximum_entropy", "drawn") else "llmsynthor"

    @property
    def goes_through_calibration(self) -> bool:
        """Whether the records are those of the whole pipeline; the published algorithm ends with its own."""
        return self.mode in ("calibrated", "maximum_entropy")

    @property
    def options(self) -> dict[str, Any]:
        """Of the generator."""
        if self.kind == "maximum_entropy":
            return {}
        return {"mode": self.mode, "calls": self.calls, "proposals": self.proposals}

    @property
    def replay(self) -> Path:
        """Where its answers are kept."""
        return REPLAYS / f"ecommerce_{self.name}.replay"


BIG, SMALL = "Qwen2.5-Coder-1.5B", "SmolLM2-135M"
ROWS = (
    Row("calibrated", f"calibrated, {BIG}", "calibrated", 20),
    Row("calibrated_1", f"calibrated, {BIG}", "calibrated", 20, random_seed=1),
    Row("calibrated_135m", f"calibrated, {SMALL}", "calibrated", 8),
    Row("faithful", f"faithful, {BIG}", "faithful", 10),
    Row("marginals", "faithful without inferred dependences", "marginals", 10),
    Row("unguided", "faithful without discrepancies", "unguided", 7),
    Row("direct", "direct, record by record", "direct", 5, proposals=10),
    Row("faithful_135m", f"faithful, {SMALL}", "faithful", 8),
    Row("maximum_entropy", "`maximum_entropy`, no call", "maximum_entropy"),
    Row("maximum_entropy_1", "`maximum_entropy`, no call", "maximum_entropy", random_seed=1),
    Row("maximum_entropy_2", "`maximum_entropy`, no call", "maximum_entropy", random_seed=2),
    Row("drawn", "`maximum_entropy`, records as drawn", "drawn"),
    Row("drawn_1", "`maximum_entropy`, records as drawn", "drawn", random_seed=1),
    Row("drawn_2", "`maximum_entropy`, records as drawn", "drawn", random_seed=2),
)


@dataclass(frozen=True, eq=False)
class Outcome:
    """What a row gave: the records, and what it cost."""

    records: pd.DataFrame
    facts: dict[str, Any]


def inputs_of(real: pd.DataFrame, generator: GeneratorSettings, *, random_seed: int) -> Inputs:
    """Tables of the real records, and nothing else of them."""
    attributes = tuple(
        Attribute(name, "persons", "categorical", ecommerce.LABELS[name])
        if name in ecommerce.LABELS
        else Attribute(name, "persons", "numeric")
        for name in ecommerce.COLUMNS
    )
    columns = {
        name: pd.Categorical(real[name], ecommerce.LABELS[name]).codes.astype(np.int64)
        if name in ecommerce.LABELS
        else real[name].to_numpy()
        for name in ecommerce.COLUMNS
    }
    schema, margins = tables_of(columns, Schema(attributes), entity="persons", joints=ecommerce.JOINTS)
    return Inputs(
        name="E-commerce",
        geography=Geography.from_columns(["region"], {"region": ["all"]}),
        schema=schema,
        seed_sample=None,
        margins=margins,
        settings=RunSettings(random_seed=random_seed),
        generator=generator,
        record_entity="persons",
    )


def make(real: pd.DataFrame, row: Row, client: Client | None) -> Outcome:
    """Run one row."""
    began = time.monotonic()
    settings = GeneratorSettings(row.kind, RECORDS if row.goes_through_calibration else N, row.options)
    inputs = inputs_of(real, settings, random_seed=row.random_seed)
    if row.goes_through_calibration:
        result = censemble.run(inputs, client=client, accept_relaxation=True)
        table, notes = result.persons.to_pandas(), result.manifest["notes"]
        relaxed, n_distinct = len(result.manifest["relaxations"]), table["source_person"].nunique()
    else:
        proposal = propose(inputs, client=client)
        columns = {a.name: labels_of(a, proposal.pool.persons[a.name]) for a in inputs.schema.of("persons")}
        # Records that a pool gets for rare cells come last, and are no draw of the generator.
        table = pd.DataFrame({k: v.to_pandas() for k, v in columns.items()}).head(N)
        notes, relaxed, n_distinct = proposal.notes, 0, len(table)
    facts = {"title": row.title, "notes": list(notes), "relaxed_cells": relaxed, "records": len(table)}
    facts["copies_share"] = 1 - n_distinct / len(table)
    facts["own_seconds"] = time.monotonic() - began
    if "proposal" in table:
        facts["filled_in_share"] = float(table["proposal"].str.startswith("fill-").mean())
        facts["beside_share"] = float(table["proposal"].str.startswith("beside-").mean())
    if client is not None:
        spent = client.spending
        facts |= {"calls": spent.calls, "tokens_in": spent.tokens_in, "tokens_out": spent.tokens_out}
        facts |= {"verdicts": dict(client.verdicts), "model": client.model.name}
    return Outcome(table[list(ecommerce.COLUMNS)], facts)


def asked_seconds(store: Store) -> float:
    """Seconds that the model took for its answers; 0 from a replay file, which keeps no times."""
    return float(sum(call.raw.seconds for entry in store.entries() for call in entry.calls))


def planned(real: pd.DataFrame, row: Row, client: Client | None) -> LLMSynthor:
    """The generator of a row, fitted."""
    inputs = inputs_of(real, GeneratorSettings(row.kind, N, row.options), random_seed=row.random_seed)
    services = Services(client, region_weights, random_seed=row.random_seed)
    return LLMSynthor(**row.options, services=services).fit(inputs.schema, margins=inputs.margins)


def curve(generator: LLMSynthor) -> list[dict[str, Any]]:
    """After each call: proposals, and the share of the records in wrong cells of the worst of all tables.

    Two shares: of the records by their prior weights, and by the best weights that calibration finds for them, which
    says what the proposals give support for. What is filled in after the last call, and what lies beside proposals, is
    not in it.
    """
    assert generator.plan_ is not None
    assert generator.targets_ is not None
    rows = []
    for step in generator.plan_.steps:
        made = tuple(p for p in generator.plan_.proposals if not p.is_filled_in and _call(p.id) <= step.call)
        if not made or any(row["calls"] == step.call for row in rows):
            continue
        until = copy.copy(generator)
        until.plan_ = replace(generator.plan_, proposals=made)
        until.doubt = 0.0
        pool = until.sample(N_TRIED, np.random.default_rng(1))
        tables = generator.targets_
        rows.append(
            {
                "calls": step.call,
                "proposals": len(made),
                "as_they_are": _miss(tables, pool, pool.prior_weights),
                "calibrated": _miss(tables, pool, region_weights(pool, tables.margins)),
            }
        )
    return rows


def _call(proposal: str) -> int:
    return int(proposal.partition("-")[0])


def _miss(targets: Targets, pool: Pool, weights: Any) -> float:
    counts = synthetic_counts(targets.tables, pool, weights)
    return largest_miss(differences(targets.tables, counts, targets.total))


def records_per_second(generator: LLMSynthor, *, n: int = 500_000) -> float:
    """How fast records come after the last call."""
    generator.sample(1_000, np.random.default_rng(0))
    began = time.perf_counter()
    generator.sample(n, np.random.default_rng(1))
    return n / (time.perf_counter() - began)


def scores(train: pd.DataFrame, fresh: pd.DataFrame) -> dict[str, float]:
    """Accuracy on fresh real records after training on some."""
    found = {}
    for task, label in ecommerce.TASKS.items():
        truth, questions = label(fresh), ecommerce.features(fresh)
        for name, model in ecommerce.classifiers():
            fitted = model.fit(ecommerce.features(train), label(train))
            found[f"{task}: {name}"] = float((fitted.predict(questions) == truth).mean())
    return found


ClientOf = Callable[[Row], Client | None]
