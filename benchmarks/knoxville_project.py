"""The project file of the case with all 129 controls, from the definitions of the demonstration."""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.append(str(Path(__file__).resolve().parents[1] / "tools"))
import knoxville_tables as tables

HEAD = """\
name: Knoxville, 129 controls
geography:
  levels: [REGION, PUMA, TRACT, BG]
  crosswalk: {file: geo_cross_walk.csv, columns: {REGION: REGION, PUMA: PUMA, TRACT: TRACT, BG: BG}}
seed_sample:
  households: {file: seed_households.csv, id: hh_id, weight: WGTP, size: NP, area: {PUMA: PUMA}}
  persons: {file: seed_persons.csv, household: hh_id, id: SPORDER}

"""
TOTAL = """
margins:
  - name: households
    of: households
    level: BG
    total: true
    table: {file: bg.csv, zone: BG, source: ACS table B25003, date: 2019-2023}
    cells:
      - {column: B25003_001E, label: all households}
"""


def attributes() -> str:
    """The demonstration's attributes but occupation, whose groups the case's person table does not have."""
    text = tables.attributes()
    start, end = text.index("    occupation:"), text.index("    weekly_hours:")
    return text[:start] + text[end:]


def project_text() -> str:
    """All 129 controls by block group, the household total exact and the others soft by their margins of error."""
    units = tables.Table("housing units", "B25001", "households", (tables.Cell("B25001_001E", {}, "all units"),))
    margins = [*tables.household_tables(left_out=()), tables.structure(), units, *tables.person_tables(left_out=())]
    rendered = [tables.render_margin(m, level="BG", file="bg.csv", zone="BG") for m in margins]
    return "".join([HEAD, attributes(), TOTAL, *rendered, "\nrun: {random_seed: 1}\n"])
