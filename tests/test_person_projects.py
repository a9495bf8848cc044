"""Projects of persons on real data: Knoxville's block groups, the NIST excerpts of Massachusetts by PUMA."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd
import pytest

import censemble
from censemble.evaluation.verify import examine
from censemble.inputs import Inputs
from censemble.io.project import parse_project
from censemble.io.project_reader import read_project

AGES = (
    "0..4 5..9 10..14 15..17 18..19 20 21 22..24 25..29 30..34 35..39 40..44 45..49 50..54 55..59 60..61 62..64 65..66"
)
AGES += " 67..69 70..74 75..79 80..84 >=85"


def knoxville(data: Path, kind: str) -> Inputs:
    """Persons by age and sex of every block group, exact, as published."""
    cells = [
        {"column": f"B01001_{first + k:03}E", "where": {"sex": sex, "age": age}}
        for sex, first in (("male", 3), ("female", 27))
        for k, age in enumerate(AGES.split())
    ]
    table = {"file": "acs_bg_est.csv.gz", "zone": "GEOID"}
    content: dict[str, Any] = {
        "name": "Persons of Knoxville",
        "entity": "person",
        "geography": {
            "levels": ["puma", "block_group"],
            "crosswalk": {"file": "geo_cross_walk.csv", "columns": {"puma": "PUMA", "block_group": "BG"}},
        },
        "seed_sample": {"persons": {"file": "seed_persons.csv.gz", "weight": "PWGTP", "area": {"puma": "PUMA"}}},
        "attributes": {
            "persons": {
                "sex": {"column": "SEX", "categories": {"male": 1, "female": 2}},
                "age": {"column": "AGEP", "kind": "numeric", "bins": [0, 18, 35, 65, 100]},
                "race": {"column": "RAC1P", "categories": {"White": 1, "Black": 2, "other": "3..9"}},
            }
        },
        "margins": [
            {
                "name": "persons",
                "of": "persons",
                "level": "block_group",
                "total": True,
                "table": table,
                "cells": [{"column": "B01001_001E"}],
            },
            {"name": "age by sex", "of": "persons", "level": "block_group", "table": table, "cells": cells},
        ],
        "generator": {"kind": kind},
    }
    return read_project(parse_project(content), base=data / "knoxville_acs2023")


def nist(data: Path) -> Inputs:
    """The excerpt of 2018 as survey, counts of 2019 by PUMA as tables."""
    folder = data / "nist_acs_excerpts"
    survey = pd.read_csv(folder / "ma2018.csv.gz", dtype=str)
    later = pd.read_csv(folder / "ma2019.csv.gz", dtype=str).astype({"PWGTP": int, "AGEP": int})
    later["AGE"] = pd.cut(later["AGEP"], [-1, 17, 64, 120], labels=["<18", "18..64", ">=65"])
    counts = later.groupby(["PUMA", "SEX", "AGE"], observed=True)["PWGTP"].sum().reset_index(name="n")
    education = later[later["EDU"] != "N"].groupby(["PUMA", "EDU"])["PWGTP"].sum().reset_index(name="n")
    totals = later.groupby("PUMA")["PWGTP"].sum().reset_index(name="n")
    attributes = {
        "sex": {"column": "SEX", "categories": {"male": 1, "female": 2}},
        "age": {"column": "AGEP", "kind": "numeric", "bins": [0, 18, 65, 120]},
        "education": {"column": "EDU", "categories": {str(k): k for k in range(1, 13)}, "missing": ["N"]},
    }
    by = {"table": {"zone": "PUMA", "count": "n"}, "of": "persons", "level": "puma"}
    content: dict[str, Any] = {
        "name": "Massachusetts",
        "entity": "person",
        "geography": {"levels": ["puma"], "crosswalk": {"file": "totals", "columns": {"puma": "PUMA"}}},
        "seed_sample": {"persons": {"file": "survey", "weight": "PWGTP", "area": {"puma": "PUMA"}, "carry": ["MSP"]}},
        "attributes": {"persons": attributes},
        "margins": [
            by
            | {
                "name": "persons",
                "total": True,
                "table": {"file": "totals", "zone": "PUMA"},
                "cells": [{"column": "n"}],
            },
            by
            | {
                "name": "age by sex",
                "table": by["table"]
                | {
                    "file": "counts",
                    "attributes": {"sex": "SEX", "age": "AGE"},
                    "values": {"sex": {"1": "male", "2": "female"}},
                },
            },
            by
            | {
                "name": "education",
                "uncertainty": {"tolerance": "2%"},
                "table": by["table"] | {"file": "education", "attributes": {"education": "EDU"}},
            },
        ],
    }
    frames = {"survey": survey, "counts": counts, "education": education, "totals": totals}
    return read_project(parse_project(content), base=data, frames=frames)


def test_persons_of_block_groups(shared_data: Path, tmp_path: Path) -> None:
    """136,489 persons in 95 block groups meet every one of 4,370 cells of age by sex; each number verifies."""
    inputs = knoxville(shared_data, "seed_sample")
    result = censemble.run(inputs, out=tmp_path / "out")
    level = result.facts["levels"][0]
    assert result.persons.num_rows == level["sum_target"] / 2 == 136_489
    assert level["tae"] == 0
    assert (
        "136,489 persons are placed, and the number of persons is exact in every block group"
        in (result.facts["verdict"]["sentences"][0])
    )
    assert examine(tmp_path / "out", inputs).differences == ()


def test_persons_from_tables_alone(shared_data: Path) -> None:
    """The same tables without any survey: every cell is met, and race, which no table names, stays empty."""
    result = censemble.run(knoxville(shared_data, "maximum_entropy"))
    assert result.facts["levels"][0]["share_exact"] == 1
    assert result.persons["race"].null_count == 136_489


def test_nist_excerpts_by_puma(shared_data: Path, tmp_path: Path) -> None:
    """The survey of 2018 becomes the tables of 2019; people of each PUMA come from it, and carry what they had."""
    inputs = nist(shared_data)
    result = censemble.run(inputs, out=tmp_path / "out")
    margins = {m["margin"]: m for m in result.facts["margins"]}
    assert margins["persons"]["tae"] == margins["age by sex"]["tae"] == 0
    assert margins["education"]["wape"] == pytest.approx(0, abs=0.02)
    assert result.persons["MSP"].null_count == 0
    assert examine(tmp_path / "out", inputs).differences == ()
