"""From runs and judgements to `results/arena.json`, the leaderboard as printed, and docs/arena.md.

A figure is the mean over random seeds, its interval Student's t over them. The floor is the same figure of a fresh real
sample of the same size, drawn for the same random seeds.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from peer_list import PEERS
from scipy import stats

# Metric of `censemble compare`, heading, factor, decimals, and which values are good.
FIGURES = (
    ("srmse_1way", "SRMSE 1-way", 1, 3, "lower"),
    ("srmse_2way", "SRMSE 2-way", 1, 3, "lower"),
    ("srmse_3way", "SRMSE 3-way", 1, 3, "lower"),
    ("tv_2way", "TV 2-way, %", 100, 2, "lower"),
    ("precision", "precision, %", 100, 1, "higher"),
    ("recall", "recall, %", 100, 1, "higher"),
    ("f1", "F1, %", 100, 1, "higher"),
    ("impossible_pairs", "impossible pairs, % of rows", 100, 2, "lower"),
    ("categories_lost", "people of lost categories, %", 100, 2, "lower"),
    ("rule_violations", "rules broken, % of rows", 100, 2, "lower"),
    ("c2st_gap", "C2ST gap", 1, 3, "lower"),
    ("c2st_auc", "C2ST AUC", 1, 3, "lower"),
    ("exact_copies", "like a training row, %", 100, 1, "none"),
    ("dcr_share_closer_to_train", "closer to train, %", 100, 1, "none"),
    ("membership_auc", "membership AUC", 1, 3, "none"),
)
COSTS = (("fit_cpu", "fit, CPU s", 1), ("rows_per_second", "rows a CPU s", 0), ("peak_mb", "peak, MB", 0))
FLOOR = "fresh sample"
Numbers = dict[str, list[float]]


def entry(lines: Sequence[Mapping[str, Any]]) -> dict[str, float]:
    """The figures of one table for one random seed; those that are not defined are left out."""
    values = {line["metric"]: line["value"] for line in lines if line["value"] is not None}
    return {name: values[name] for name, *_ in FIGURES if name in values}


def cost_of(result: Mapping[str, Any]) -> dict[str, float]:
    """What a run cost: CPU seconds of fitting, rows drawn in a CPU second, peak memory of the process."""
    drawn = result["n_rows"] / max(result["sample"]["cpu_seconds"], 0.01)
    fit = result["fit"]["cpu_seconds"]
    return {"fit_cpu": fit, "rows_per_second": drawn, "peak_mb": result["cost"]["peak_mb"]}


def summary(values: Sequence[float]) -> dict[str, float | int | None]:
    """Mean over random seeds and its 95 % interval (none for a single one).

    >>> summary([1.0, 2.0, 3.0])["mean"]
    2.0
    """
    n, mean = len(values), float(np.mean(values))
    if n < 2:
        return {"mean": mean, "low": None, "high": None, "seeds": n}
    reach = float(stats.t.ppf(0.975, n - 1) * np.std(values, ddof=1) / math.sqrt(n))
    return {"mean": mean, "low": mean - reach, "high": mean + reach, "seeds": n}


def summaries(entries: Sequence[Mapping[str, float]]) -> dict[str, dict[str, float | int | None]]:
    """Every figure that any of the entries has, summed up."""
    names = dict.fromkeys(name for found in entries for name in found)
    return {name: summary([found[name] for found in entries if name in found]) for name in names}


def table_rows(case: Mapping[str, Any]) -> list[list[str]]:
    """Cells of the leaderboard of one case: heading, floor first, then yardsticks, then peers by F1."""
    shown = [figure for figure in FIGURES if any(figure[0] in row["figures"] for row in case["rows"])]
    heading = ["", *(title for _, title, *_ in shown), *(title for _, title, _ in COSTS)]
    order = sorted(case["rows"], key=_place)
    return [heading, *([_title(row), *_figures(row, shown), *_costs(row)] for row in order)]


def _place(row: Mapping[str, Any]) -> tuple[int, float]:
    if row["name"] == FLOOR:
        return (0, 0.0)
    f1 = row["figures"].get("f1", {"mean": -1.0})["mean"]
    return (1 if row["is_yardstick"] else 3 if row["failures"] and not row["figures"] else 2, -f1)


def _title(row: Mapping[str, Any]) -> str:
    if row["is_yardstick"]:
        return f"*{row['name']}*"
    peer = PEERS[row["name"]]
    return f"**{peer.title}**" if peer.is_ours else peer.title


def _figures(row: Mapping[str, Any], shown: Sequence[tuple[str, str, int, int, str]]) -> list[str]:
    if not row["figures"] and row["failures"]:
        return ["failed", *([""] * (len(shown) - 1))]
    return [_number(row["figures"].get(name), factor, decimals) for name, _, factor, decimals, _ in shown]


def _number(figure: Mapping[str, Any] | None, factor: int, decimals: int) -> str:
    if figure is None:
        return ""
    text = f"{figure['mean'] * factor:,.{decimals}f}"
    if figure["low"] is None:
        return text
    return f"{text} ± {(figure['high'] - figure['mean']) * factor:,.{decimals}f}"


def _costs(row: Mapping[str, Any]) -> list[str]:
    costs = row["costs"]
    return [f"{costs[name]['mean']:,.{decimals}f}" if name in costs else "" for name, _, decimals in COSTS]


def failures(case: Mapping[str, Any]) -> list[str]:
    """Every run that gave no table, in words."""
    return [f"{row['name']}, {failure}" for row in case["rows"] for failure in row["failures"]]


def markdown(rows: Sequence[Sequence[str]]) -> str:
    """Cells as a Markdown table."""
    lines = ["| " + " | ".join(row) + " |" for row in rows]
    return "\n".join([lines[0], "|" + "---|" * len(rows[0]), *lines[1:]])


def printed(rows: Sequence[Sequence[str]]) -> str:
    """Cells in columns, a line for each figure, so that a terminal is wide enough for all who took part."""
    turned = [list(column) for column in zip(*rows, strict=True)]
    widths = [max(len(row[i]) for row in turned) for i in range(len(rows))]
    return "\n".join("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) for row in turned)
