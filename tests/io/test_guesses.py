"""Guesses at what files are for."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa

from censemble.io.file_facts import FileFacts
from censemble.io.guesses import (
    coded_columns,
    column_groups,
    guess_files,
    measured_columns,
    n_households,
    other_columns,
    total_column,
)

HOUSEHOLDS = {"hh_id": ["a", "b", "c"], "weight": [2.0, 3.0, 5.0], "PUMA": ["7", "7", "7"]}
PERSONS = {"hh_id": ["a", "a", "b", "c"], "AGE": [1, 2, 3, 4]}
CROSSWALK = {"ZONE": ["1", "2", "3", "4"], "TRACT": ["x", "x", "y", "y"], "PUMA": ["7"] * 4, "STATE": ["1"] * 4}
ZONES = {"GEOID": ["4", "3", "2", "1"], "TOTAL": [1, 2, 3, 4], "SIZE1": [1, 1, 1, 1], "SIZE2": [0, 1, 2, 3]}
TRACTS = {"TRACT": ["x", "y"], "W1": [5, 5], "W2": [1, 2]}
CODEBOOK = {"column": ["SIZE1"], "text": ["one person"]}


def facts(name: str, columns: dict[str, list[object]]) -> FileFacts:
    return FileFacts(Path(name), name, pa.table(columns))


ALL = [
    facts(name, columns)
    for name, columns in {
        "book.csv": CODEBOOK,
        "cross.csv": CROSSWALK,
        "h.csv": HOUSEHOLDS,
        "p.csv": PERSONS,
        "tracts.csv": TRACTS,
        "zones.csv": ZONES,
    }.items()
]


def test_each_file_finds_its_part() -> None:
    """Households by id and weight, persons by key, crosswalk by nesting, tables by their zones; the rest is unused."""
    guess = guess_files(ALL)
    assert guess.households is not None
    assert guess.persons is not None
    assert guess.crosswalk is not None
    assert (guess.households.name, guess.persons.name, guess.crosswalk.name) == ("h.csv", "p.csv", "cross.csv")
    assert guess.person_key == "hh_id"
    assert guess.levels == (("puma", "PUMA"), ("tract", "TRACT"), ("zone", "ZONE"))
    assert [(f.name, level, column) for f, level, column in guess.tables] == [
        ("tracts.csv", "tract", "TRACT"),
        ("zones.csv", "zone", "GEOID"),
    ]
    assert [f.name for f in guess.unused] == ["book.csv"]


def test_a_crosswalk_may_be_a_table_too() -> None:
    """A crosswalk with a column that counts households is a table of its zones as well; one of ids alone is not."""
    both = facts(
        "zones.csv", {"ZONE": ["1", "2", "3"], "REGION": ["7"] * 3, "HOUSEHOLDS": [5, 6, 7], "RENTED": [1, 2, 3]}
    )
    guess = guess_files([facts("h.csv", HOUSEHOLDS), both])
    assert guess.crosswalk is both
    assert guess.tables == ((both, "zone", "ZONE"),)
    assert guess.unused == ()
    ids_only = guess_files([facts("h.csv", HOUSEHOLDS), facts("cross.csv", CROSSWALK)])
    assert ids_only.tables == ()


def test_another_version_of_the_survey_is_no_table() -> None:
    """A second file of the same households is unused, although it has a row for every unit of a level."""
    copy = facts("slim.csv", {**HOUSEHOLDS, "W1": [1, 2, 3]})
    guess = guess_files([facts("h.csv", HOUSEHOLDS), facts("cross.csv", CROSSWALK), copy])
    assert guess.tables == ()
    assert [f.name for f in guess.unused] == ["slim.csv"]


def test_households_of_a_survey() -> None:
    """Design weights add up to the households there are; without a survey there are none to compare with."""
    assert n_households(facts("h.csv", HOUSEHOLDS)) == 10
    assert n_households(None) == 0


def test_single_columns_that_could_be_cells() -> None:
    """Numbers outside the groups count; texts, skipped columns, negative numbers and margins of error do not."""
    columns = {
        "Z": [1],
        "HH1": [1],
        "HH2": [2],
        "RENTED": [3],
        "NAME": ["a"],
        "LOSS": [-4],
        "B1_001E": [9],
        "B1_001M": [2],
    }
    assert other_columns(facts("t.csv", columns), ["Z"]) == ["RENTED"]


def test_nothing_to_guess_from() -> None:
    """Without files there are no guesses, and no error."""
    guess = guess_files([])
    assert (guess.households, guess.crosswalk, guess.levels, guess.tables) == (None, None, (), ())


def test_total_by_name_or_by_sum() -> None:
    """A telling name wins, then the closest sum within five per cent, then nothing."""
    zones = facts("zones.csv", ZONES)
    assert total_column(zones, "GEOID", 10) == "TOTAL"
    assert total_column(zones, "GEOID", 6.1) == "SIZE2"
    assert total_column(zones, "GEOID", 1000) == ""
    assert total_column(facts("z.csv", {"Z": ["1"], "HHBASE": [7]}), "Z", 1000) == "HHBASE"


def test_groups_of_columns() -> None:
    """Columns that differ by a number are one table; sums and margins of error are not cells."""
    table = facts("t.csv", {c: [1] for c in ("Z", "B1_001E", "B1_002E", "B1_003E", "B1_002M", "HH1", "HH2", "X9")})
    assert column_groups(table, "Z") == {"B1": ["B1_002E", "B1_003E"], "HH": ["HH1", "HH2"]}


def test_codes_and_measurements() -> None:
    """Few whole values are codes, many numbers are measurements, replicate weights are neither."""
    n = 20
    columns = {
        "SEX": [1, 2] * 10,
        "INC": list(range(n)),
        "WGTP1": list(range(n)),
        "ADJ": [1.5, 2.5] * 10,
        "ONE": [1] * n,
    }
    table = facts("h.csv", columns)
    assert coded_columns(table, []) == ["SEX"]
    assert measured_columns(table, []) == ["INC"]
