"""LLMSynthor on the e-commerce records (arXiv 2505.14752, benchmark 1): tables of 2,000 records in, 2,000 records out.

    python benchmarks/llmsynthor.py --mode calibrated --calls 20 --store out/answers.sqlite --export out/run.replay
    python benchmarks/llmsynthor.py --mode calibrated --calls 20 --replay benchmarks/replay/ecommerce_calibrated.replay
    python benchmarks/llmsynthor.py --mode maximum_entropy        # the same tables, no language model

The language model is the environment's (docs/language-models.md). No record is told to it: only names, categories and
what is missing of the tables.
"""

from __future__ import annotations

import argparse
import json
import os
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import ecommerce
import numpy as np
import pandas as pd

import censemble
from censemble.generators.llmsynthor.microdata_tables import tables_of
from censemble.geography import Geography
from censemble.inputs import GeneratorSettings, Inputs, RunSettings
from censemble.llm import Client, Store, configured_model, replayed_model
from censemble.population import labels_of
from censemble.proposal import propose
from censemble.schema import Attribute, Schema

N = 2_000
RECORDS = 20_000  # candidates among which calibration chooses
MODES = ("calibrated", "faithful", "unguided", "maximum_entropy")


@dataclass(frozen=True, eq=False)
class Outcome:
    """What a run gave: the records, and what it cost."""

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


def make(
    real: pd.DataFrame, mode: str, *, calls: int, client: Client | None, random_seed: int = 0, doubt: float = 0.1
) -> Outcome:
    """Run one mode. Calibrated modes go through the whole pipeline; the published one ends with its own records."""
    began = time.monotonic()
    options: dict[str, Any] = {} if mode == "maximum_entropy" else {"mode": mode, "calls": calls, "doubt": doubt}
    kind = "maximum_entropy" if mode == "maximum_entropy" else "llmsynthor"
    whole = mode in ("calibrated", "maximum_entropy")
    settings = GeneratorSettings(kind, RECORDS if whole else N, options)
    inputs = inputs_of(real, settings, random_seed=random_seed)
    if whole:
        result = censemble.run(inputs, client=client, accept_relaxation=True)
        table, notes = result.persons.to_pandas(), result.manifest["notes"]
        relaxed = len(result.manifest["relaxations"])
    else:
        proposal = propose(inputs, client=client)
        columns = {a.name: labels_of(a, proposal.pool.persons[a.name]) for a in inputs.schema.of("persons")}
        table, notes, relaxed = pd.DataFrame({k: v.to_pandas() for k, v in columns.items()}), proposal.notes, 0
    facts = {"seconds": time.monotonic() - began, "notes": list(notes), "relaxed_cells": relaxed}
    if "proposal" in table:
        facts["filled_in_share"] = float(table["proposal"].str.startswith("fill-").mean())
        facts["beside_share"] = float(table["proposal"].str.startswith("beside-").mean())
    if client is not None:
        spent = client.spending
        facts |= {"calls": spent.calls, "tokens_in": spent.tokens_in, "tokens_out": spent.tokens_out}
        facts |= {"verdicts": dict(client.verdicts), "model": client.model.name}
    return Outcome(table[list(ecommerce.COLUMNS)], facts)


def usefulness(synthetic: pd.DataFrame, trains: Sequence[pd.DataFrame], fresh: pd.DataFrame) -> list[dict[str, Any]]:
    """Accuracy on fresh real records after training on synthetic ones and on each of several real samples.

    The standard error is that of one real sample: the deviation between them.
    """
    rows = []
    for task, label in ecommerce.TASKS.items():
        truth, questions = label(fresh), ecommerce.features(fresh)
        for name, model in ecommerce.classifiers():
            scores = [
                float((model.fit(ecommerce.features(t), label(t)).predict(questions) == truth).mean())
                for t in (synthetic, *trains)
            ]
            real, error = float(np.mean(scores[1:])), float(np.std(scores[1:], ddof=1))
            within = scores[0] >= real - error
            rows.append({"task": task, "model": name, "synthetic": scores[0], "real": real, "error": error,
                         "within": within})  # fmt: skip
    return rows


def table_of(rows: Sequence[tuple[str, Sequence[float], float | None]]) -> str:
    """The table in Markdown."""
    head = ["method", *(c.name for c in ecommerce.TABLE), "rules broken %"]
    lines = ["| " + " | ".join(head) + " |", "|---" * len(head) + "|"]
    for name, values, broken in rows:
        figures = [f"{value:.3g}" for value in values] + ["" if broken is None else f"{broken:.2g}"]
        lines.append("| " + " | ".join([name, *figures]) + " |")
    return "\n".join(lines)


def _client(arguments: argparse.Namespace) -> Client | None:
    if arguments.mode == "maximum_entropy":
        return None
    if arguments.replay:
        store = Store.open_readonly(arguments.replay)
        return Client(replayed_model(store), store=store)
    store = Store.open(arguments.store)
    return Client(configured_model(os.environ, timeout=900.0), store=store, concurrency=1)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--mode", choices=MODES, default="calibrated")
    parser.add_argument("--calls", type=int, default=20)
    parser.add_argument("--data-seed", type=int, default=0, help="of the real records")
    parser.add_argument("--random-seed", type=int, default=0, help="of the run")
    parser.add_argument("--store", type=Path, default=Path("out-benchmark/answers.sqlite"))
    parser.add_argument("--replay", type=Path, help="repeat a run from its replay file, without a model")
    parser.add_argument("--export", type=Path, help="write a replay file")
    parser.add_argument("--json", type=Path, help="write the figures")
    parser.add_argument("--useful", action="store_true", help="train and test classifiers too")
    parser.add_argument("--doubt", type=float, default=0.1, help="option of the generator")
    arguments = parser.parse_args()
    real = ecommerce.draw_records(N, np.random.default_rng([arguments.data_seed, 1]))
    fresh = ecommerce.draw_records(10 * N, np.random.default_rng([arguments.data_seed, 2]))
    client = _client(arguments)
    outcome = make(
        real,
        arguments.mode,
        calls=arguments.calls,
        client=client,
        random_seed=arguments.random_seed,
        doubt=arguments.doubt,
    )
    if arguments.export and client is not None:
        client.store.export(arguments.export)
    floor, limit = ecommerce.limits(20, N, np.random.default_rng([arguments.data_seed, 3]))
    values = ecommerce.measured(outcome.records, real)
    rows = [
        (f"ours: {arguments.mode}", values, ecommerce.broken_percent(outcome.records)),
        ("fresh real sample (floor)", floor, ecommerce.broken_percent(fresh)),
        ("may be at most", limit, 0.3),
        *((name, row, ecommerce.PUBLISHED_REJECTED.get(name)) for name, row in ecommerce.PUBLISHED.items()),
    ]
    print(table_of(rows))
    missed = [c.name for c, v, most in zip(ecommerce.TABLE, values, limit, strict=True) if v > most]
    print("columns above their limit:", ", ".join(missed) or "none")
    facts = outcome.facts | {"figures": dict(zip([c.name for c in ecommerce.TABLE], values, strict=True))}
    if arguments.useful:
        trains = [
            real,
            *(ecommerce.draw_records(N, np.random.default_rng([arguments.data_seed, 4, k])) for k in range(7)),
        ]
        facts["usefulness"] = usefulness(outcome.records, trains, fresh)
    print(json.dumps(facts, indent=1, ensure_ascii=False))
    if arguments.json:
        arguments.json.write_text(json.dumps(facts, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
