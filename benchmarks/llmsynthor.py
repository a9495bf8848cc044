"""LLMSynthor on the e-commerce records (arXiv 2505.14752, benchmark 1): tables of 2,000 records in, 2,000 records out.

    python benchmarks/llmsynthor.py                            # every row from its replay file, without any model
    python benchmarks/llmsynthor.py --row calibrated --useful  # one row, and classifiers trained on its records
    python benchmarks/llmsynthor.py --row faithful --ask --store out-benchmark   # asks the model of the environment
    python benchmarks/llmsynthor.py --docs                     # tables of docs/llmsynthor.md from the results

Figures go to benchmarks/results/llmsynthor.json. No record is told to the model: only names, categories and what the
tables miss. Which model is asked the environment says (docs/language-models.md); rows with another one are only
repeated. `--speed` measures how fast records come after the last call.
"""

from __future__ import annotations

import argparse
import json
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import ecommerce
import llmsynthor_page
import numpy as np
import pandas as pd
from llmsynthor_rows import ROWS, N, Row, asked_seconds, curve, make, planned, records_per_second, scores

from censemble.llm import Client, Store, configured_model, replayed_model

ROOT = Path(__file__).resolve().parents[1]
RESULTS = ROOT / "benchmarks/results/llmsynthor.json"
MEASURED_ONCE = ("asked_seconds", "records_per_second")  # not known to a replay
N_REAL = 8  # real samples to train on


def client_of(row: Row, arguments: argparse.Namespace) -> Client | None:
    """Answers of the environment's model, kept in a store; else of the replay file."""
    if row.kind == "maximum_entropy":
        return None
    if not arguments.ask:
        store = Store.open_readonly(row.replay)
        return Client(replayed_model(store), store=store)
    arguments.store.mkdir(parents=True, exist_ok=True)
    store = Store.open(arguments.store / f"{row.name}.sqlite")
    return Client(configured_model(os.environ, timeout=900.0), store=store, concurrency=1)


def measure(row: Row, arguments: argparse.Namespace, earlier: dict[str, Any]) -> dict[str, Any]:
    """All figures of one row; times that this run cannot measure are kept from an earlier one."""
    real, fresh = real_records(), fresh_records()
    client = client_of(row, arguments)
    outcome = make(real, row, client)
    names = [column.name for column in ecommerce.TABLE]
    figures = ecommerce.measured(outcome.records, real)
    facts = outcome.facts | {
        "figures": dict(zip(names, figures, strict=True)),
        "rules_broken_percent": ecommerce.broken_percent(outcome.records),
    }
    facts |= {name: earlier[name] for name in MEASURED_ONCE if name in earlier}
    if client is not None:
        if arguments.ask:
            client.store.export(row.replay)
            facts["asked_seconds"] = asked_seconds(client.store)
        client.store.close()
        generator = planned(real, row, client_of(row, arguments))
        facts["curve"] = curve(generator)
        if arguments.speed and row.mode == "calibrated":
            facts["records_per_second"] = records_per_second(generator)
    if arguments.useful:
        facts["usefulness"] = scores(outcome.records, fresh)
    elif "usefulness" in earlier:
        facts["usefulness"] = earlier["usefulness"]
    return facts


def real_records() -> pd.DataFrame:
    """The records whose tables are told."""
    return ecommerce.draw_records(N, np.random.default_rng([0, 1]))


def fresh_records() -> pd.DataFrame:
    """Real records to test classifiers on."""
    return ecommerce.draw_records(10 * N, np.random.default_rng([0, 2]))


def yardsticks(*, useful: bool, earlier: dict[str, Any]) -> dict[str, Any]:
    """What fresh real samples give, and what each column may be at most."""
    names = [column.name for column in ecommerce.TABLE]
    floor, limit = ecommerce.limits(20, N, np.random.default_rng([0, 3]))
    fresh = fresh_records()
    found = {
        "floor": dict(zip(names, floor, strict=True)),
        "limit": dict(zip(names, limit, strict=True)),
        "rules_broken_percent": ecommerce.broken_percent(fresh),
    }
    if useful:
        trains = [ecommerce.draw_records(N, np.random.default_rng([0, 4, k])) for k in range(N_REAL - 1)]
        found["usefulness"] = [scores(train, fresh) for train in (real_records(), *trains)]
    elif "usefulness" in earlier:
        found["usefulness"] = earlier["usefulness"]
    return found


def chosen_rows(names: Sequence[str]) -> list[Row]:
    """Rows by name; all whose answers are there where none is named."""
    known = {row.name: row for row in ROWS}
    return [known[name] for name in names] or [r for r in ROWS if r.kind == "maximum_entropy" or r.replay.exists()]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--row", action="append", default=[], choices=[row.name for row in ROWS])
    parser.add_argument("--ask", action="store_true", help="ask the model of the environment, write the replay file")
    parser.add_argument("--store", type=Path, default=Path("out-benchmark"), help="folder of the answers")
    parser.add_argument("--useful", action="store_true", help="train and test classifiers too")
    parser.add_argument("--speed", action="store_true", help="time 500,000 records of calibrated rows")
    parser.add_argument("--results", type=Path, default=RESULTS)
    parser.add_argument("--docs", action="store_true", help="only write the tables and the figure of the docs")
    arguments = parser.parse_args()
    found = json.loads(arguments.results.read_text(encoding="utf-8")) if arguments.results.exists() else {}
    if not arguments.docs:
        found["real"] = yardsticks(useful=arguments.useful, earlier=found.get("real", {}))
        rows = found.setdefault("rows", {})
        for row in chosen_rows(arguments.row):
            rows[row.name] = measure(row, arguments, rows.get(row.name, {}))
            print(row.name, json.dumps({k: v for k, v in rows[row.name].items() if k != "curve"}, indent=1))
        found["rows"] = {row.name: rows[row.name] for row in ROWS if row.name in rows}
        arguments.results.write_text(json.dumps(found, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    llmsynthor_page.write(found, ROOT / "docs")
    print("\n\n".join(llmsynthor_page.tables(found)))
    missed = llmsynthor_page.above_limit(found)
    print("columns above their limit:", ", ".join(missed) or "none", "(calibrated)")


if __name__ == "__main__":
    main()
