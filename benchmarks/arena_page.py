"""docs/arena.md, written from the summary."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import leaderboard
from peer_list import PEERS

INTRODUCTION = """# The arena

The generators of this package and those that people use today, on the same real data, measured by the same
[judge](compare.md). `python benchmarks/arena.py --write-docs` writes this page from `benchmarks/results/arena.json`.

**Protocol** (Kim and Bansal 2023): a whole population is known; peers see a training sample of it and the code book;
each generates as many rows as the population has, for three random seeds. A *fresh sample*, real rows that nobody has
seen, is measured in the same way: it is the noise floor, and no figure better than its means anything but copying or
chance. The *training sample* (drawn to the same size), *independent margins* and the *raked training sample* are the
simple ways out that a generator must beat to earn its keep. Figures are means over random seeds ± half a 95 % interval;
a figure without one is of a single random seed.

**Fair** means here: the same labels and bands to all, every column declared categorical to every peer, the peer's own
defaults and what its manual recommends, in an environment of its own with pinned versions. CPU seconds are measured
from within around fitting and drawing, so that start-up counts for nobody (compiling does: mbi compiles in every run,
ours at the first run after an installation, which is not shown); memory is the whole process. A peer that
fails or takes longer than 30 minutes for one table is shown as failed. Ours are in bold.

## How to read the columns

| figure | what |
|---|---|
| SRMSE 1-, 2-, 3-way | error of all tables over one, two, three attributes; [definition](metrics.md). Lower is better |
| precision | rows whose whole combination of labels exists in the population |
| recall | rows of the population whose combination was generated; F1 is the harmonic mean of the two |
| impossible pairs | rows with two labels that never go together in the population |
| people of lost categories | rows of the population with a label that the table has nowhere |
| rules broken | rows that break one of the rules in `benchmarks/rules/` |
| C2ST | accuracy over one half, and AUC, of a classifier that tells rows from real ones |
| like a training row | generated rows equal to some row of the training sample; fresh real rows are too |
| closer to train | generated rows nearer to a training row than to a fresh one: 50 % is no sign of copying |
| membership AUC | an attack that guesses who was in the training sample: 0.5 is chance |
"""


def page(results: Path) -> str:
    """The whole page."""
    found = json.loads(results.read_text(encoding="utf-8"))
    parts = [INTRODUCTION, *(_case(case) for case in found["cases"]), _peers(found), _defects(results.parent)]
    return "\n".join(part for part in parts if part).rstrip() + "\n"


BEGIN, END = "<!-- arena: begin -->", "<!-- arena: end -->"
README_CASE = "census_income"
IN_README = ("F1, %", "SRMSE 2-way", "impossible pairs, % of rows", "C2ST gap", "membership AUC", "fit, CPU s")


def with_table(readme: str, results: Path) -> str:
    """The README with one case's leaderboard, cut to a few figures, between its two marks."""
    case = next(c for c in json.loads(results.read_text(encoding="utf-8"))["cases"] if c["name"] == README_CASE)
    heading, *rows = leaderboard.table_rows(case)
    columns = [0, *(heading.index(title) for title in IN_README)]
    short = [[row[c].split(" ±")[0] for c in columns] for row in (heading, *rows)]
    before, _, rest = readme.partition(BEGIN)
    return f"{before}{BEGIN}\n{leaderboard.markdown(short)}\n{END}{rest.partition(END)[2]}"


def _case(case: Mapping[str, Any]) -> str:
    rows = leaderboard.table_rows(case)
    turned = [list(column) for column in zip(*rows, strict=True)]
    attributes = ", ".join(f"{name.replace('_', ' ')} ({n})" for name, n in case["attributes"].items())
    lines = [f"## {case['name']}\n", f"{case['says']}\n", f"Attributes and numbers of labels: {attributes}.\n"]
    lines.append(leaderboard.markdown(turned) + "\n")
    if failed := leaderboard.failures(case):
        lines.append("Failures:\n")
        lines += [f"* {line}" for line in failed] + [""]
    return "\n".join(lines)


def _peers(found: Mapping[str, Any]) -> str:
    """What ran, in which version, with which settings."""
    rows = [["peer", "version", "settings"]]
    seen: dict[str, Mapping[str, Any]] = {}
    for case in found["cases"]:
        for row in case["rows"]:
            if not row["is_yardstick"] and row["versions"]:
                seen.setdefault(row["name"], row)
    for name, row in seen.items():
        versions = ", ".join(
            f"{package} {number}" for package, number in row["versions"].items() if package != "python"
        )
        rows.append([PEERS[name].title, "this package" if PEERS[name].is_ours else versions, PEERS[name].settings])
    machine = f"Machine: {found['machine']['system']}, {found['machine']['processors']} processors.\n"
    return "## Who took part\n\n" + leaderboard.markdown(rows) + "\n\n" + machine


def _defects(folder: Path) -> str:
    """What the judge sees of known defects, where `defects.py` has been run."""
    path = folder / "defects.json"
    if not path.exists():
        return ""
    found = json.loads(path.read_text(encoding="utf-8"))
    words = (
        "## What the judge sees of known defects\n\n"
        f"Real rows of `{found['case']}` with one defect planted into each table (`python benchmarks/defects.py`). "
        "Bold: outside the noise of the floor.\n\n"
    )
    return words + leaderboard.markdown(found["table"]) + "\n"
