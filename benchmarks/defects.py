"""Which figures of `censemble compare` see which planted defect.

    python benchmarks/defects.py [--case census_income] [--work build/arena]

Half of the fresh real rows of a case of the arena get a defect, the other half is the judge's holdout, so that the
control ("nothing planted") and the floor are both real rows that the other one has not seen.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import arena
import leaderboard
import numpy as np
import pandas as pd
from arena_case import ArenaCase, write_case
from planted import DEFECTS, Soil

import censemble

RESULTS = arena.HERE / "results" / "defects.json"
ATTRIBUTES = {"census_income": ("age", "marital_status")}
NIST_ATTRIBUTES = ("age", "marital_status")
# Beyond the leaderboard's figures: what each defect was made for.
MORE = (
    ("tv_1way", "TV 1-way", 1, 4, "lower"),
    ("jsd_1way", "Jensen-Shannon 1-way", 1, 5, "lower"),
    ("cramers_v_mae", "Cramer's V, error", 1, 4, "lower"),
    ("cramers_v_bias", "Cramer's V, bias", 1, 4, "zero"),
    ("tv_2way_worst", "TV, worst pair", 1, 4, "lower"),
    ("exact_copies", "rows equal to a training row", 1, 4, "none"),
    ("rare_copies_excess", "rare records given away", 1, 3, "lower"),
)
CAUGHT, UNSEEN = "**", ""


def planted_tables(case: ArenaCase, train: pd.DataFrame, *, random_seed: int) -> tuple[dict[str, Any], pd.DataFrame]:
    """One table for each defect, and the other half of the fresh real rows."""
    rng = np.random.default_rng(random_seed)
    order = rng.permutation(len(case.holdout))
    half = len(order) // 2
    fresh, rest = (case.holdout.iloc[part].reset_index(drop=True) for part in (order[:half], order[half:]))
    first, second = ATTRIBUTES.get(case.name, NIST_ATTRIBUTES)
    soil = Soil(fresh, train, case.reference, first, second, case.attributes[first])
    return {
        name: plant(soil, np.random.default_rng([random_seed, i])) for i, (name, plant) in enumerate(DEFECTS.items())
    }, rest


def caught(line: Mapping[str, Any], floor: Mapping[str, Any]) -> bool:
    """Whether a figure differs from the floor by more than the intervals of both allow.

    Without an interval nothing is caught: what cannot be told from noise is not called a find.
    """
    if None in (line["low"], line["high"], floor["low"], floor["high"]):
        return False
    return bool(line["low"] > floor["high"] or line["high"] < floor["low"])


def table_of(lines: Sequence[Mapping[str, Any]], names: Sequence[str]) -> list[list[str]]:
    """A row for each figure, a column for each defect; what differs from the floor is bold."""
    found = {(line["table"], line["metric"]): line for line in lines}
    rows = [["", "floor", *names]]
    for metric, title, factor, decimals, _ in (*leaderboard.FIGURES, *MORE):
        floor = found.get((leaderboard.FLOOR, metric))
        if floor is None or floor["value"] is None:
            continue
        cells = [_cell(found[name, metric], floor, factor, decimals) for name in names]
        rows.append([title, f"{floor['value'] * factor:,.{decimals}f}", *cells])
    return rows


def _cell(line: Mapping[str, Any], floor: Mapping[str, Any], factor: int, decimals: int) -> str:
    if line["value"] is None:
        return "not defined"
    mark = CAUGHT if caught(line, floor) else UNSEEN
    return f"{mark}{line['value'] * factor:,.{decimals}f}{mark}"


def main() -> None:
    """Plant, judge, print, keep."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--case", choices=arena.CASES, default="census_income")
    parser.add_argument("--quick", action="store_true", help="no classifiers")
    parser.add_argument("--results", type=Path, default=RESULTS)
    options, rest = parser.parse_known_args()
    arguments = arena.read_command_line(["--case", options.case, *rest])
    case = arena.load_case(options.case, arguments)
    folder = arguments.work.resolve() / case.name
    write_case(case, folder, [0])
    train = pd.read_parquet(folder / "train-0.parquet").astype(object)
    tables, holdout = planted_tables(case, train, random_seed=0)
    judgement = censemble.compare(
        case.reference,
        tables,
        train=train,
        holdout=holdout,
        schema=folder / "schema.yaml",
        rules=arena.rules_of(case.name),
        options=censemble.CompareOptions(classifiers=not options.quick),
    )
    rows = table_of(judgement.lines(), list(DEFECTS))
    options.results.parent.mkdir(parents=True, exist_ok=True)
    options.results.write_text(json.dumps({"case": case.name, "table": rows}, indent=1) + "\n", encoding="utf-8")
    print(leaderboard.markdown(rows))


if __name__ == "__main__":
    main()
