"""Build the demonstration case inside the package from the Knoxville data.

    python tools/make_demo.py [--data shared/data/knoxville_acs2023] [--out src/censemble/demo]

The same input gives the same bytes. What is changed on the way is written in the demo's README.
"""

from __future__ import annotations

import argparse
import gzip
import io
from collections.abc import Sequence
from pathlib import Path

import group_quarters
import knoxville_tables as tables
import numpy as np
import pandas as pd
import whole_area

REPOSITORY = Path(__file__).resolve().parents[1]
HOUSEHOLD_COLUMNS = (
    *("SERIALNO", "PUMA", "WGTP", "NP", "OCCUPIED", "TEN", "BLD", "YRBLT", "HFL", "HHT"),
    *("AGEHOH", "WORKERS", "HINC_ADJ", "GRPIP", "OCPIP"),
)
PERSON_COLUMNS = (
    *("SERIALNO", "SPORDER", "AGEP", "SEX", "RAC1P", "HISP", "RELSHIPP", "ESR", "OCCUPATION", "WKHP"),
    *("JWTRNS", "JWRIP", "JWMNP", "POVPIP"),
)
# Census occupation codes (2018 list), first code of each major group of C24010; 9800 and over is military.
OCCUPATION_STARTS = (0, 10, 3601, 4700, 6005, 7700, 9800)
Group = tuple[Sequence[tables.Table], str, str]  # margins of one level and file: margins, level, file
# The published cells of C24010 in each major group, for men; those for women are 36 further on.
OCCUPATION_CELLS = ((5, 18), (20, 26), (28, 29), (31, 33), (35, 37))


def write_gzip(table: pd.DataFrame, path: Path) -> None:
    """CSV in gzip with neither a name nor a time inside, so that the bytes depend on the table alone."""
    text = io.StringIO()
    table.to_csv(text, index=False, lineterminator="\n")
    with path.open("wb") as raw, gzip.GzipFile("", "wb", 9, raw, mtime=0) as packed:
        packed.write(text.getvalue().encode())


def read(source: Path, name: str) -> pd.DataFrame:
    """One table as text: ids and codes keep their zeros."""
    return pd.read_csv(source / name, dtype=str, keep_default_na=False)


def occupation_group(codes: pd.Series) -> pd.Series:
    """Major group 1 to 5 of a Census occupation code; 0 for none and for the armed forces."""
    numeric = pd.to_numeric(codes, errors="coerce").fillna(0)
    group = np.searchsorted(OCCUPATION_STARTS, numeric, side="right") - 1
    return pd.Series(np.where(group == 6, 0, group), index=codes.index).astype(str)


def seed_sample(source: Path) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Housing units and their persons; records of group quarters (design weight 0) are left out."""
    households = read(source, "seed_households.csv.gz")
    households = households[households["TYPEHUGQ"] == "1"]
    persons = read(source, "seed_persons.csv.gz")
    persons = persons_with_occupation(source)
    persons = persons[persons["SERIALNO"].isin(households["SERIALNO"])]
    return households[list(HOUSEHOLD_COLUMNS)], persons[list(PERSON_COLUMNS)]


def persons_with_occupation(source: Path) -> pd.DataFrame:
    """All survey persons, with the occupation group of civilians who are employed."""
    persons = read(source, "seed_persons.csv.gz")
    employed = persons["ESR"].isin(["1", "2"])
    return persons.assign(OCCUPATION=occupation_group(persons["OCCP"].where(employed, "0")))


def counts(source: Path, name: str) -> pd.DataFrame:
    """A table of estimates or margins of error as numbers, one row a unit."""
    table = pd.read_csv(source / name, dtype={"GEOID": str}).set_index("GEOID")
    return table.drop(columns=[c for c in table if c.startswith("B09019")])  # empty for block groups


def occupation_groups(estimates: pd.DataFrame, moes: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The cells of C24010 summed to major groups; margins of error add in squares, as the Census Bureau advises."""
    sums, errors = {}, {}
    for sex, further in (("male", 0), ("female", 36)):
        for i, (first, last) in enumerate(OCCUPATION_CELLS, 1):
            names = [f"C24010_{n + further:03}" for n in range(first, last + 1)]
            published = [n for n in names if f"{n}E" in estimates]
            sums[f"C24010_{sex}_{i}E"] = estimates[[f"{n}E" for n in published]].sum(axis=1)
            squares = (moes[[f"{n}M" for n in published]] ** 2).sum(axis=1)
            errors[f"C24010_{sex}_{i}M"] = np.round(np.sqrt(squares)).astype(int)
    return pd.DataFrame(sums), pd.DataFrame(errors)


def _write_pair(
    out: Path, name: str, estimates: pd.DataFrame, moes: pd.DataFrame, margins: Sequence[tables.Table]
) -> None:
    cells = [cell for margin in margins for cell in margin.cells]
    write_gzip(estimates[[c.column for c in cells]].reset_index(names="GEOID"), out / f"{name}.csv.gz")
    write_gzip(moes[[c.moe for c in cells]].reset_index(names="GEOID"), out / f"{name}_moe.csv.gz")


HEAD = """\
# Knoxville, Tennessee: households and persons for 95 block groups.
# Written by tools/make_demo.py; README.md says where the tables come from and what was changed.
name: Knoxville, Tennessee
geography:
  levels: [county, puma, tract, block_group]
  crosswalk:
    file: crosswalk.csv
    columns: {county: COUNTY, puma: PUMA, tract: TRACT, block_group: BG}

# Vacant units are in the file and are left out here: the tables below count occupied ones.
seed_sample:
  households: {file: households.csv.gz, id: SERIALNO, weight: WGTP, size: NP, area: {puma: PUMA}, keep: "OCCUPIED == 1"}
  persons: {file: persons.csv.gz, household: SERIALNO, id: SPORDER}

"""
TOTAL = """
margins:
  # Every household is placed: this table is met exactly, all others as closely as their margins of error ask.
  - name: households
    of: households
    level: block_group
    total: true
    table: {file: block_groups.csv.gz, zone: GEOID, source: ACS table B25003, date: 2019-2023}
    cells:
      - {column: B25003_001E, label: all households}
"""
TAIL = """
run: {random_seed: 1}
outputs: {formats: [parquet]}
# What must hold for the verdict "pass": cells and sums over block groups inside their margins of error, no household of
# the survey multiplied beyond ten times its design weight, pairs that no table links as the survey has them.
report:
  thresholds:
    share_inside_moe: 0.95
    share_sums_inside_moe: 0.95
    largest_expansion_factor: 10
    joint_total_variation: 0.05
"""
COMMENTS = {
    "income": "  # Households, by block group.\n",
    "income to poverty": "  # Persons, by block group. Poverty status leaves most group quarters out.\n",
    "persons": "  # The other tables count residents of group quarters too: they are counted out (README.md).\n",
    "income, whole area": "  # The same tables for the whole area: far more certain than their parts (README.md).\n",
    "persons, whole area": "  # Held tighter than its derived margin of error (README.md says why).\n",
    "rent burden": "  # By tract: for block groups these tables are mostly sampling error.\n",
}
# The Census Bureau ties population totals to its population estimates, so the total's sampling error is far less than
# the root of squares over tracts; what remains is how residents of group quarters are counted (README.md).
UNCERTAINTY = {"persons, whole area": "{tolerance: 0.1%}"}


def project_text(groups: Sequence[Group]) -> str:
    """The project file: head, attributes, phrases, the household total, then each group of tables of one level."""
    parts = [HEAD, tables.attributes(), "\n", tables.personas(), TOTAL]
    for margins, level, file in groups:
        for margin in margins:
            parts.append(COMMENTS.get(margin.name, ""))
            believed = UNCERTAINTY.get(margin.name, "moe")
            parts.append(tables.render_margin(margin, level=level, file=file, zone="GEOID", uncertainty=believed))
    return "".join([*parts, TAIL])


def build(source: Path, out: Path) -> None:
    """Write every file of the demonstration but its README."""
    out.mkdir(parents=True, exist_ok=True)
    crosswalk = read(source, "geo_cross_walk.csv")[["BG", "TRACT", "PUMA", "COUNTY"]]
    crosswalk.to_csv(out / "crosswalk.csv", index=False, lineterminator="\n")
    households, persons = seed_sample(source)
    write_gzip(households, out / "households.csv.gz")
    write_gzip(persons, out / "persons.csv.gz")
    (area,) = crosswalk["PUMA"].unique()
    groups = [*block_group_tables(source, out), *tract_tables(source, out), *area_tables(source, out, area)]
    (out / "censemble.yaml").write_text(project_text(groups), encoding="utf-8")


def block_group_tables(source: Path, out: Path) -> list[Group]:
    """Tables by block group: as published where they count households or leave group quarters out."""
    estimates, moes = counts(source, "acs_bg_est.csv.gz"), counts(source, "acs_bg_moe.csv.gz")
    of_households, (poverty, *of_persons) = tables.household_tables(), tables.person_tables()
    total = tables.Table("households", "B25003", "households", (tables.Cell("B25003_001E", {}, "all households"),))
    direct = [*of_households, poverty]
    _write_pair(out, "block_groups", estimates, moes, [total, *direct])
    survey = persons_with_occupation(source)
    less = group_quarters.counted_out(survey, estimates, moes, estimates, of_persons)
    _write_pair(out, "block_groups_in_households", *less, of_persons)
    return [
        (direct, "block_group", "block_groups.csv.gz"),
        (of_persons, "block_group", "block_groups_in_households.csv.gz"),
    ]


def tract_tables(source: Path, out: Path) -> list[Group]:
    """Tables that are mostly sampling error by block group, by tract."""
    estimates, moes = counts(source, "acs_tract_est.csv.gz"), counts(source, "acs_tract_moe.csv.gz")
    of_households, of_persons = [tables.rent_share(), tables.owner_costs()], [tables.occupation_by_sex()]
    groups = occupation_groups(estimates, moes)
    less, wider = group_quarters.counted_out(persons_with_occupation(source), *groups, estimates, of_persons)
    margins = [*of_households, *of_persons]
    _write_pair(out, "tracts", estimates.join(less), moes.join(wider), margins)
    return [(margins, "tract", "tracts.csv.gz")]


def area_tables(source: Path, out: Path, area: str) -> list[Group]:
    """The block groups' tables once more for the whole area, summed over its tracts."""
    estimates, moes = counts(source, "acs_tract_est.csv.gz"), counts(source, "acs_tract_moe.csv.gz")
    blocks, block_moes = counts(source, "acs_bg_est.csv.gz"), counts(source, "acs_bg_moe.csv.gz")
    of_households, (poverty, *of_persons) = tables.household_tables(), tables.person_tables()
    less, _ = group_quarters.counted_out(persons_with_occupation(source), blocks, block_moes, blocks, of_persons)
    direct = whole_area.whole_area(area, estimates, moes, [*of_households, poverty])
    reduced = whole_area.whole_area(area, estimates, moes, of_persons, less, blocks)
    margins = whole_area.renamed([*of_households, poverty, *of_persons])
    _write_pair(out, "area", direct[0].join(reduced[0]), direct[1].join(reduced[1]), margins)
    return [(margins, "puma", "area.csv.gz")]


def main() -> None:
    """Read the command line and build."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("--data", type=Path, default=REPOSITORY.parent / "shared" / "data" / "knoxville_acs2023")
    parser.add_argument("--out", type=Path, default=REPOSITORY / "src" / "censemble" / "demo")
    arguments = parser.parse_args()
    build(arguments.data, arguments.out)


if __name__ == "__main__":
    main()
