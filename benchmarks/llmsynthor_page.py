"""The tables and the figure of docs/llmsynthor.md, written from the results."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from html import escape
from pathlib import Path
from typing import Any

import ecommerce
import numpy as np

BEGIN, END = "<!-- e-commerce: begin -->", "<!-- e-commerce: end -->"
FIGURE = "llmsynthor-calls.svg"
SHOWN = ("LLMSynthor GPT-4.1-nano", "LLMSynthor Qwen2.5-7B", "LLMSynthor Qwen2.5-3B", "TabSyn", "LLM in-context")
CURVES = ("calibrated", "calibrated_135m", "faithful", "marginals", "unguided", "direct")
COLOURS = ("#0072b2", "#56b4e9", "#d55e00", "#e69f00", "#009e73", "#cc79a7")  # Okabe and Ito
Facts = Mapping[str, Any]


def write(found: Facts, docs: Path) -> None:
    """Replace what is between the marks, and the figure."""
    page = docs / "llmsynthor.md"
    text = page.read_text(encoding="utf-8")
    before, _, rest = text.partition(BEGIN)
    _, _, after = rest.partition(END)
    inside = "\n\n".join(tables(found))
    page.write_text(f"{before}{BEGIN}\n\n{inside}\n\n{END}{after}", encoding="utf-8")
    (docs / FIGURE).write_text(figure(found), encoding="utf-8")


def tables(found: Facts) -> list[str]:
    """Figures, usefulness, costs, each headed by a sentence."""
    parts = ["Lower is better; ± is the deviation between random seeds.", figures_table(found)]
    if "usefulness" in found["real"]:
        parts += [
            "Accuracy in per cent on 20,000 fresh real records after training on 2,000; of real ones in brackets the "
            "standard deviation between eight samples. Bold: at most one below the real ones.",
            usefulness_table(found),
            copies(found),
        ]
    parts += [
        "What each row cost; seconds of a model on one thread, with waiting: others asked it at the same time.",
        costs_table(found),
    ]
    return [*parts, f"![Share of the records in wrong cells against calls]({FIGURE})"]


def by_title(found: Facts) -> dict[str, list[Facts]]:
    """Rows that differ in their random seed alone, together."""
    groups: dict[str, list[Facts]] = {}
    for facts in found["rows"].values():
        groups.setdefault(facts["title"], []).append(facts)
    return groups


def figures_table(found: Facts) -> str:
    """The published table with ours."""
    names = [column.name for column in ecommerce.TABLE]
    rows = [["", *names, "rules broken %"]]
    for title, group in by_title(found).items():
        broken = [facts["rules_broken_percent"] for facts in group]
        rows.append([title, *(_spread([f["figures"][n] for f in group]) for n in names), _spread(broken)])
    real = found["real"]
    rows.append(
        ["fresh real sample", *(_spread([real["floor"][n]]) for n in names), f"{real['rules_broken_percent']:.2g}"]
    )
    rows.append(["may be at most", *(_spread([real["limit"][n]]) for n in names), "0.3"])
    for name in SHOWN:
        broken = ecommerce.PUBLISHED_REJECTED[name]
        rows.append([f"published: {name}", *(f"{v:.3g}" for v in ecommerce.PUBLISHED[name]), f"{broken:g}"])
    return markdown(rows)


def usefulness_table(found: Facts) -> str:
    """Accuracies, bold where they are within one standard deviation of those of real records."""
    real = found["real"]["usefulness"]
    tasks = list(real[0])
    means = {t: float(np.mean([one[t] for one in real])) for t in tasks}
    sds = {t: float(np.std([one[t] for one in real], ddof=1)) for t in tasks}
    rows = [["", *tasks], ["real", *(f"{100 * means[t]:.1f} ({100 * sds[t]:.1f})" for t in tasks)]]
    for title, group in by_title(found).items():
        values = {t: [f["usefulness"][t] for f in group if "usefulness" in f] for t in tasks}
        if all(values.values()):
            cells = [(f"{100 * np.mean(v):.1f}", np.mean(v) >= means[t] - sds[t]) for t, v in values.items()]
            rows.append([title, *(f"**{text}**" if within else text for text, within in cells)])
    return markdown(rows)


def copies(found: Facts) -> str:
    """One sentence on records that are there more than once."""
    said = [
        f"{title}: {100 * np.mean([f['copies_share'] for f in group]):.0f} %"
        for title, group in by_title(found).items()
        if all(f.get("copies_share", 0) > 0 for f in group)
    ]
    return "Records that are copies of others: " + "; ".join(said) + "; all other rows: none."


def costs_table(found: Facts) -> str:
    """Calls, tokens, seconds; what became of the proposals."""
    head = ["", "calls", "tokens in", "tokens out", "seconds of the model", "proposals", "filled in", "beside, %"]
    rows = [[*head, "misses after the last call, %", "records a second"]]
    for name, facts in found["rows"].items():
        if "calls" not in facts:
            continue
        last = facts["curve"][-1]
        rows.append(
            [
                name.replace("_", " "),
                f"{facts['calls']}",
                f"{facts['tokens_in']:,}",
                f"{facts['tokens_out']:,}",
                f"{facts['asked_seconds']:,.0f}" if facts.get("asked_seconds") else "",
                f"{last['proposals']}",
                f"{100 * facts.get('filled_in_share', 0):.1f} %",
                f"{100 * facts.get('beside_share', 0):.1f} %",
                f"{100 * last['calibrated']:.2g} ({100 * last['as_they_are']:.2g})",
                f"{facts['records_per_second']:,.0f}" if "records_per_second" in facts else "",
            ]
        )
    return markdown(rows)


def above_limit(found: Facts) -> list[str]:
    """Columns in which some calibrated row of the main model is above what it may be."""
    ours = [facts for name, facts in found["rows"].items() if name in ("calibrated", "calibrated_1")]
    limit = found["real"]["limit"]
    return [name for name, most in limit.items() if any(facts["figures"][name] > most for facts in ours)]


def markdown(rows: Sequence[Sequence[str]]) -> str:
    """A table; the first row is its head."""
    lines = ["| " + " | ".join(row) + " |" for row in rows]
    return "\n".join([lines[0], "|---" * len(rows[0]) + "|", *lines[1:]])


def _spread(values: Sequence[float]) -> str:
    mean = f"{np.mean(values):.2g}" if np.mean(values) < 100 else f"{np.mean(values):.0f}"
    return f"{mean} ± {np.std(values, ddof=1):.1g}" if len(values) > 1 and np.std(values) > 0 else mean


WIDTH, HEIGHT, LEFT, RIGHT, TOP, BOTTOM = 680, 400, 64, 150, 20, 46
LEAST, MOST = 1e-3, 1.0


def figure(found: Facts) -> str:
    """Calls against the share of records in wrong cells of the worst table, on a logarithmic scale, as SVG."""
    rows = [(name, found["rows"][name]) for name in CURVES if name in found["rows"]]
    longest = max((point["calls"] for _, facts in rows for point in facts["curve"]), default=1)
    parts = [_axes(longest)]
    ends: list[float] = []
    for (name, facts), colour in zip(rows, COLOURS, strict=False):
        points = [(0, 1.0), *((p["calls"], p["calibrated"]) for p in facts["curve"])]
        path = " ".join(f"{_x(calls, longest):.1f},{_y(miss):.1f}" for calls, miss in points)
        parts.append(f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="2"/>')
        end = _apart(_y(points[-1][1]), ends)
        ends.append(end)
        start = _x(points[-1][0], longest)
        parts.append(f'<path d="M{start:.1f} {_y(points[-1][1]):.1f}L{WIDTH - RIGHT + 6} {end:.1f}" stroke="{colour}" '
                     f'stroke-width=".7" stroke-dasharray="2 3"/>')  # fmt: skip
        label = escape(name.replace("_", " "))
        parts.append(f'<text x="{WIDTH - RIGHT + 10}" y="{end + 4:.1f}" fill="{colour}">{label}</text>')
    title = "Share of the records in wrong cells of the worst table, per cent, after calibration, against calls"
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" width="{WIDTH}" height="{HEIGHT}" '
        f'role="img" font-family="sans-serif" font-size="13"><title>{title}</title>'
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="#fff"/>' + "".join(parts) + "</svg>\n"
    )


def _x(calls: float, longest: float) -> float:
    return LEFT + (WIDTH - LEFT - RIGHT) * calls / longest


def _y(share: float) -> float:
    clipped = min(max(share, LEAST), MOST)
    return TOP + (HEIGHT - TOP - BOTTOM) * math.log(MOST / clipped) / math.log(MOST / LEAST)


def _apart(wanted: float, taken: Sequence[float], least: float = 16.0) -> float:
    """The nearest height at which a label overlaps none of the others."""
    offsets = sorted((k * 2.0 for k in range(-100, 101)), key=abs)
    return next(wanted + o for o in offsets if all(abs(wanted + o - other) >= least for other in taken))


def _axes(longest: int) -> str:
    parts = []
    for share in (1.0, 0.1, 0.01, 0.001):
        y, text = _y(share), f"{100 * share:g} %" if share > LEAST else f"≤ {100 * share:g} %"
        parts.append(f'<path d="M{LEFT} {y:.1f}H{WIDTH - RIGHT}" stroke="#ddd"/>')
        parts.append(f'<text x="{LEFT - 6}" y="{y + 4:.1f}" text-anchor="end" fill="#444">{text}</text>')
    for calls in range(0, longest + 1, 2):
        x = _x(calls, longest)
        parts.append(f'<text x="{x:.1f}" y="{HEIGHT - BOTTOM + 18}" text-anchor="middle" fill="#444">{calls}</text>')
    middle = (LEFT + WIDTH - RIGHT) / 2
    parts.append(f'<text x="{middle}" y="{HEIGHT - 8}" text-anchor="middle" fill="#444">calls</text>')
    return "".join(parts)
