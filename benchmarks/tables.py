"""The benchmark's figures as Markdown tables, beside the bars and the bounds they are read against."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

# Smallest total absolute error any weights can have with household totals held: a linear programme for each zone.
BOUNDS = {("calm", "TAZ"): 21.97, ("knoxville47", "BG"): 3490.3}
# At most (or at least, for shares and sample sizes: no worse than the peer).
BARS = {
    ("calm", "CPU seconds"): "8",
    ("calm", "peak memory, MB"): "450",
    ("calm", "total absolute error, TAZ"): "60",
    ("calm", "total absolute error, TRACT"): "30",
    ("calm", "largest error of a REGION cell"): "2",
    ("knoxville47", "CPU seconds"): "6",
    ("knoxville47", "total absolute error, BG"): "3,900",
    ("calm16", "peak memory, MB"): "1,000",
}
NO_WORSE = ("SRMSE", "effective sample size", "largest reuse")


def rows_of(result: Mapping[str, Any] | None) -> dict[str, str]:
    """Row label to text for one program's result; empty where it was not run."""
    if result is None:
        return {}
    cost = result["cost"]
    rows = {
        "exit status": str(cost["exit_status"]),
        "CPU seconds": f"{cost['cpu_seconds']:.1f}",
        "wall seconds": f"{cost['wall_seconds']:.1f}",
        "peak memory, MB": f"{cost['peak_mb']:,.0f}",
    }
    if "first_run" in result:
        rows["CPU seconds, first run ever"] = f"{result['first_run']['cpu_seconds']:.1f}"
    return rows | _figure_rows(result["figures"]) if result["figures"] else rows


def _figure_rows(figures: Mapping[str, Any]) -> dict[str, str]:
    rows = {
        "households": f"{figures['households']:,}",
        "persons": f"{figures['persons_written']:,}",
        "error of household totals": f"{figures['total_errors']:g}",
    }
    for level, error in reversed(figures["tae"].items()):
        rows[f"total absolute error, {level}"] = f"{error:,.0f} of {figures['target_sum'][level]:,.0f}"
    if figures["largest_region_error"] is not None:
        rows["largest error of a REGION cell"] = f"{figures['largest_region_error']:g}"
    if figures["share_inside_moe"] is not None:
        rows["share of cells inside their 90 % margin of error"] = f"{figures['share_inside_moe']:.2%}"
    rows["SRMSE, 20 two-way tables no control names"] = f"{figures['srmse_free']:.4f}"
    rows["SRMSE, uncontrolled by controlled attributes"] = f"{figures['srmse_crossed']:.4f}"
    rows["effective sample size"] = f"{figures['effective_sample_size']:,.0f}"
    rows["seed households used"] = f"{figures['records_used']:,}"
    rows["largest reuse of a record in a zone"] = f"{figures['largest_reuse']:,}"
    return rows


def render(found: Mapping[str, Any]) -> str:
    """One case as a table: a row for each figure, a column for each program, then the bound and the bar."""
    peer, ours = rows_of(found.get("populationsim")), rows_of(found.get("censemble"))
    lines = [
        f"\n### {found['case']} ({found['seed_households']:,} seed households)\n",
        "| | PopulationSim 0.10 | lower bound | censemble | at most |",
        "|---|---|---|---|---|",
    ]
    for label in dict.fromkeys([*peer, *ours]):
        lines.append(
            f"| {label} | {peer.get(label, '')} | {_bound(found['case'], label)} | {ours.get(label, '')} "
            f"| {_bar(found['case'], label)} |"
        )
    return "\n".join(lines)


def _bound(case: str, label: str) -> str:
    return next((f"{v:,}" for (c, level), v in BOUNDS.items() if c == case and label.endswith(f"error, {level}")), "")


def _bar(case: str, label: str) -> str:
    return BARS.get((case, label), "no worse" if label.startswith(NO_WORSE) else "")


def render_scaling(found: Sequence[Mapping[str, Any]]) -> str:
    """CPU seconds a copy, against one copy; empty unless `calm` and its copies were run together."""
    cost = {case["case"]: case["censemble"]["cost"] for case in found if "censemble" in case}
    copies = [name for name in ("calm4", "calm16") if name in cost and "calm" in cost]
    if not copies:
        return ""
    lines = ["\n### Growth with the number of copies\n", "| copies | CPU seconds | times one copy | peak memory, MB |"]
    lines.append("|---|---|---|---|")
    for name in ("calm", *copies):
        ratio = cost[name]["cpu_seconds"] / cost["calm"]["cpu_seconds"]
        number = name.removeprefix("calm") or "1"
        lines.append(f"| {number} | {cost[name]['cpu_seconds']:.1f} | {ratio:.1f} | {cost[name]['peak_mb']:,.0f} |")
    return "\n".join(lines)
