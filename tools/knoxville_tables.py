"""Knoxville, Tennessee: attributes and Census tables as data, and the project file written from them.

Used by `make_demo.py` and by the benchmark, so that both mean the same records by the same cell.
Ranges are given as first values: `(0, 5, 10)` reads 0 to 4, 5 to 9, 10 and over.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

Where = Mapping[str, str | list[str]]

INCOME = (10, 15, 20, 25, 30, 35, 40, 45, 50, 60, 75, 100, 125, 150, 200)  # thousand dollars
AGES = (0, 5, 10, 15, 18, 20, 21, 22, 25, 30, 35, 40, 45, 50, 55, 60, 62, 65, 67, 70, 75, 80, 85)
MINUTES = (1, 10, 15, 20, 25, 30, 35, 45, 60)
POVERTY = (0, 50, 100, 125, 150, 185, 200)
BURDEN = (1, 10, 15, 20, 25, 30, 35, 40, 50)
HOUSEHOLD_TYPES = {
    "003": "married couple",
    "005": "male householder, no spouse",
    "006": "female householder, no spouse",
}
NONFAMILY_TYPES = {"008": "living alone", "009": "sharing, not a family"}
FUELS = ("utility gas", "bottled gas", "electricity", "fuel oil", "coal", "wood", "solar", "other fuel", "no fuel")
STRUCTURES = ("detached house", "attached house", "2 flats", "3 or 4 flats", "5 to 9 flats", "10 to 19 flats")
STRUCTURES_LARGE = ("20 to 49 flats", "50 or more flats", "mobile home", "boat or van")
RACES = ("White", "Black", "American Indian", "Asian", "Pacific Islander", "other race", "two or more races")
MODES = {"010": "public transport", "016": "taxi", "017": "motorcycle", "018": "bicycle", "019": "walked"}
MODES_LAST = {"020": "other means", "021": "worked from home"}
OCCUPATIONS = ("management and science", "service", "sales and office", "construction and repair", "production")


@dataclass(frozen=True)
class Cell:
    """One cell: the ACS column (with E for estimate at its end), what it counts, how it reads."""

    column: str
    where: Where
    label: str

    @property
    def moe(self) -> str:
        """The column with the margin of error."""
        return self.column[:-1] + "M"


@dataclass(frozen=True)
class Table:
    """One ACS table used as a margin."""

    name: str
    code: str
    of: str
    cells: tuple[Cell, ...]


def ranges(first: Sequence[int], unit: str = "") -> Iterator[tuple[str, str]]:
    """Range text and label of each band."""
    for low, following in pairwise(first):
        high = following - 1
        yield (str(low), f"{low}{unit}") if low == high else (f"{low}..{high}", f"{low} to {high}{unit}")
    yield f">={first[-1]}", f"{first[-1]}{unit} and over"


def income() -> Table:
    """B19001: sixteen bands, the first below 10,000 dollars (losses too)."""
    edges = [k * 1000 for k in INCOME]
    bands = [("<10000", "under $10,000")]
    bands += [(f"{a}..{b - 1}", f"${a:,} to ${b - 1:,}") for a, b in pairwise(edges)]
    bands.append((">=200000", "$200,000 and over"))
    cells = [Cell(f"B19001_{i:03}E", {"income": r}, label) for i, (r, label) in enumerate(bands, 2)]
    return Table("income", "B19001", "households", tuple(cells))


def _named(code: str, attribute: str, labels: Mapping[str, str], extra: Where | None = None) -> list[Cell]:
    return [Cell(f"{code}_{n}E", {attribute: label, **(extra or {})}, label) for n, label in labels.items()]


def _numbered(first: int, labels: Sequence[str]) -> dict[str, str]:
    return {f"{i:03}": label for i, label in enumerate(labels, first)}


def _banded(
    code: str, first: int, attribute: str, edges: Sequence[int], unit: str, extra: Where | None = None
) -> list[Cell]:
    return [
        Cell(f"{code}_{i:03}E", {**(extra or {}), attribute: text}, label)
        for i, (text, label) in enumerate(ranges(edges, unit), first)
    ]


def age_by_sex() -> Table:
    """B01001: 23 ages of either sex."""
    cells: list[Cell] = []
    for sex, first in (("male", 3), ("female", 27)):
        found = _banded("B01001", first, "age", AGES, "", {"sex": sex})
        cells += [Cell(c.column, c.where, f"{sex}, {c.label}") for c in found]
    return Table("age by sex", "B01001", "persons", tuple(cells))


def commute_mode() -> Table:
    """B08301: how workers travel; cars are split by how many share the ride."""
    car = [
        Cell("B08301_003E", {"travel_to_work": "car", "car_riders": "1"}, "drove alone"),
        Cell("B08301_004E", {"travel_to_work": "car", "car_riders": ["2", "3 or more"]}, "shared a car"),
    ]
    rest = _named("B08301", "travel_to_work", {**MODES, **MODES_LAST})
    return Table("travel to work", "B08301", "persons", (*car, *rest))


def hours_by_sex() -> Table:
    """B23022: usual weekly hours of people of 16 to 64 who worked."""
    columns = {"male": ("018", "011", "004"), "female": ("042", "035", "028")}
    cells = [
        Cell(
            f"B23022_{n}E",
            {"sex": sex, "weekly_hours": hours, "age": "16..64"},
            f"{sex}, {hours.replace('..', ' to ')} hours",
        )
        for sex, numbers in columns.items()
        for n, hours in zip(numbers, ("1..14", "15..34", "35..99"), strict=True)
    ]
    return Table("weekly hours by sex", "B23022", "persons", tuple(cells))


def owner_costs() -> Table:
    """B25091: monthly owner costs as a percentage of income, with and without a mortgage."""
    cells: list[Cell] = []
    for tenure, first in (("owned with mortgage", 3), ("owned outright", 14)):
        found = _banded("B25091", first, "owner_cost_share", BURDEN, " %", {"tenure": tenure})
        cells += [Cell(c.column, c.where, f"{tenure}, {c.label}") for c in found]
    return Table("owner costs", "B25091", "households", tuple(cells))


def occupation_by_sex() -> Table:
    """C24010 in its five major groups (sums of the published cells, see `make_demo.py`)."""
    cells = [
        Cell(f"C24010_{sex}_{i}E", {"sex": sex, "occupation": name}, f"{sex}, {name}")
        for sex in ("male", "female")
        for i, name in enumerate(OCCUPATIONS, 1)
    ]
    return Table("occupation by sex", "C24010", "persons", tuple(cells))


def household_tables(*, left_out: Sequence[str] = ("coal",)) -> list[Table]:
    """Tables over occupied housing units, without the cells whose labels are left out."""
    types = _named("B11001", "household_type", {**HOUSEHOLD_TYPES, **NONFAMILY_TYPES})
    fuels = [c for c in _named("B25040", "heating_fuel", _numbered(2, FUELS)) if c.label not in left_out]
    return [
        income(),
        Table("household type", "B11001", "households", tuple(types)),
        Table("heating fuel", "B25040", "households", tuple(fuels)),
    ]


def person_tables(*, left_out: Sequence[str] = ("Pacific Islander",)) -> list[Table]:
    """Tables over persons; those of poverty first, as they leave most group quarters out."""
    races = [c for c in _named("B02001", "race", _numbered(2, RACES)) if c.label not in left_out]
    hispanic = _named("B03003", "hispanic", {"002": "not Hispanic", "003": "Hispanic"})
    return [
        Table("income to poverty", "C17002", "persons", tuple(_banded("C17002", 2, "poverty_ratio", POVERTY, " %"))),
        Table("persons", "B01001", "persons", (Cell("B01001_001E", {}, "all persons"),)),
        age_by_sex(),
        Table("race", "B02001", "persons", tuple(races)),
        Table("Hispanic origin", "B03003", "persons", tuple(hispanic)),
        commute_mode(),
        Table(
            "minutes to work", "B08134", "persons", tuple(_banded("B08134", 2, "commute_minutes", MINUTES, " minutes"))
        ),
        hours_by_sex(),
    ]


def structure() -> Table:
    """B25024: units in the structure, over all housing units."""
    labels = _numbered(2, (*STRUCTURES, *STRUCTURES_LARGE))
    return Table("structure", "B25024", "households", tuple(_named("B25024", "structure", labels)))


def rent_share() -> Table:
    """B25070: gross rent as a percentage of income."""
    cells = _banded("B25070", 2, "rent_share", BURDEN, " %", {"tenure": "rented"})
    return Table("rent burden", "B25070", "households", tuple(cells))


def attributes() -> str:
    """The `attributes:` section of the project file, as text with its comments."""
    return (Path(__file__).parent / "knoxville_attributes.yaml").read_text(encoding="utf-8")


def personas() -> str:
    """The `personas:` section of the project file: what people with each label do."""
    return (Path(__file__).parent / "knoxville_personas.yaml").read_text(encoding="utf-8")


def render_margin(table: Table, *, level: str, file: str, zone: str, uncertainty: str = "moe") -> str:
    """One margin of the project file, one line a cell; margins of error are in the file named `*_moe`."""
    moe_file = file.replace(".csv", "_moe.csv")
    origin = f"source: ACS table {table.code}, date: 2019-2023"
    lines = [
        f"  - name: {table.name}",
        f"    of: {table.of}",
        f"    level: {level}",
        f"    table: {{file: {file}, moe_file: {moe_file}, zone: {zone}, {origin}}}",
        f"    uncertainty: {uncertainty}",
        "    cells:",
    ]
    for cell in table.cells:
        where = "" if not cell.where else f", where: {_flow(cell.where)}"
        lines.append(f"      - {{column: {cell.column}, moe: {cell.moe}{where}, label: {json.dumps(cell.label)}}}")
    return "\n".join(lines) + "\n"


def _flow(where: Where) -> str:
    """A mapping on one line, every value quoted: labels hold commas, ranges hold signs."""
    return "{" + ", ".join(f"{key}: {json.dumps(value)}" for key, value in where.items()) + "}"
