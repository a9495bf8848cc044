"""SemaPop beside the generators to beat, and with every ingredient switched off (arXiv 2602.11569).

    python benchmarks/arena.py --peers .peers           # the models beside all peers: docs/arena.md
    python benchmarks/semapop.py --work build/arena     # the ablations, made and judged in the same folder
    python benchmarks/semapop.py --docs                 # the table of docs/semapop.md

The ablations run as peers of the arena (`semapop_rows.py`) on Census-income, for one random seed unless --seeds says
otherwise. Those of the GAN train for 1,000 of its 5,000 steps, the whole model among them, so that each row differs
from it in one thing alone.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import arena
import leaderboard
import semapop_rows

CASE = "census_income"
RESULTS = arena.HERE / "results" / "semapop.json"
PAGE = arena.HERE.parent / "docs" / "semapop.md"
BEGIN, END = "<!-- ablations: begin -->", "<!-- ablations: end -->"
WHOLE = {"autoregressive": "semapop", "vae": "semapop_vae", "gan": "semapop_gan_whole"}
COLUMNS = ("precision, %", "recall, %", "F1, %", "SRMSE 1-way", "SRMSE 2-way", "impossible pairs, % of rows",
           "like a training row, %", "closer to train, %", "fit, CPU s")  # fmt: skip


def rows_of(model: str) -> list[str]:
    """Names of one model's rows: the whole model first."""
    whole = WHOLE[model]
    return [whole, *(row.name for row in semapop_rows.ABLATIONS if row.of == model and row.name != whole)]


def page_part(found: Mapping[str, Any]) -> str:
    """What stands between the marks: the floor, then one table for each model."""
    cells = {row["name"]: figures_of(found, row) for row in found["rows"]}
    parts = []
    for model in WHOLE:
        names = [name for name in (leaderboard.FLOOR, *rows_of(model)) if name in cells]
        lines = [[title_of(name), *(cells[name].get(column, "") for column in COLUMNS)] for name in names]
        parts.append(leaderboard.markdown([[model, *COLUMNS], *lines]))
    return "\n\n".join(parts)


def figures_of(found: Mapping[str, Any], row: Mapping[str, Any]) -> dict[str, str]:
    """One row's cells by heading."""
    heading, cells = leaderboard.table_rows({**found, "rows": [row]})
    return dict(zip(heading, cells, strict=True))


def title_of(name: str) -> str:
    """What a row is called on the page."""
    return semapop_rows.ROWS[name].title if name in semapop_rows.ROWS else f"*{name}*"


def arena_arguments(given: Sequence[str]) -> list[str]:
    """The arena's command line: all rows, one random seed, results of their own; what is given wins."""
    names = dict.fromkeys(name for model in WHOLE for name in rows_of(model))
    wanted = [part for name in names for part in ("--peer", name)]
    return ["--case", CASE, "--seeds", "1", "--results", str(RESULTS), *wanted, *given]


def write_page(results: Path, page: Path) -> None:
    """Replace what is between the marks."""
    (found,) = json.loads(results.read_text(encoding="utf-8"))["cases"]
    before, _, rest = page.read_text(encoding="utf-8").partition(BEGIN)
    after = rest.partition(END)[2]
    page.write_text(f"{before}{BEGIN}\n\n{page_part(found)}\n\n{END}{after}", encoding="utf-8")


def main() -> None:
    """Run the ablations, or write the page."""
    if "--docs" not in sys.argv[1:]:
        sys.argv[1:] = arena_arguments(sys.argv[1:])
        arena.main()
    else:
        write_page(RESULTS, PAGE)


if __name__ == "__main__":
    main()
