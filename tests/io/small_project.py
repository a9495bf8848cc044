"""A project of three zones, five households and eight persons, with its files."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from pathlib import Path
from typing import Any

FILES = {
    "crosswalk.csv": "ZONE,TRACT,COUNTY\n001,T1,09\n002,T1,09\n003,T2,09\n",
    "households.csv": (
        "HH,W,NP,TEN,INC,OCC,HFL\n"
        "01,2,1,1,5000,1,3\n"
        "02,3,2,02,12000.5,1,1\n"
        "03,1,3,3,30000,1,3\n"
        "04,4,2,1,,1,2\n"
        "05,7,0,0,,0,0\n"
    ),
    "persons.csv": (
        "HH,NO,SEX,AGE\n02,1,1,40\n01,1,2,70\n02,2,2,38\n03,1,1,20\n03,2,2,21\n03,3,1,22\n04,1,2,3\n04,2,1,34\n"
    ),
    "zones.csv": "ZONE,TRACT,N,LOW,LOW_M,HIGH,HIGH_M\n003,T2,30,15,8,15,9\n001,T1,10,4,3,6,4\n002,T1,20,10,6,10,7\n",
    "agesex.csv": (
        "TRACT,SEX,AGE,n\n"
        "T1,M,0..17,5\nT1,M,>=18,20\nT1,F,0..17,6\nT1,F,>=18,21\n"
        "T2,M,>=18,33\nT2,F,0..17,3\nT2,F,>=18,30\n"
    ),
}

PROJECT: dict[str, Any] = {
    "name": "Three zones",
    "geography": {
        "levels": ["county", "tract", "zone"],
        "crosswalk": {"file": "crosswalk.csv", "columns": {"county": "COUNTY", "tract": "TRACT", "zone": "ZONE"}},
    },
    "seed_sample": {
        "households": {
            "file": "households.csv",
            "id": "HH",
            "weight": "W",
            "size": "NP",
            "keep": "OCC == 1",
            "carry": ["HFL"],
        },
        "persons": {"file": "persons.csv", "household": "HH", "id": "NO"},
    },
    "attributes": {
        "households": {
            "tenure": {"column": "TEN", "categories": {"owned": [1, 2], "rented": 3}},
            "size": {"column": "NP", "kind": "ordinal", "categories": {"1": 1, "2 or more": ">=2"}},
            "income": {"column": "INC", "kind": "numeric", "unit": "dollars", "bins": [0, 10000, 100000]},
        },
        "persons": {
            "sex": {"column": "SEX", "categories": {"male": 1, "female": 2}},
            "age": {"column": "AGE", "kind": "numeric", "unit": "years", "bins": [0, 18, 120]},
        },
    },
    "margins": [
        {
            "name": "households",
            "of": "households",
            "level": "zone",
            "total": True,
            "table": {"file": "zones.csv", "zone": "ZONE", "source": "Census", "date": 2021},
            "cells": [{"column": "N"}],
        },
        {
            "name": "income",
            "of": "households",
            "level": "zone",
            "uncertainty": "moe",
            "importance": 2,
            "table": {"file": "zones.csv", "zone": "ZONE"},
            "cells": [
                {"column": "LOW", "moe": "LOW_M", "where": {"income": "<10000"}},
                {"column": "HIGH", "moe": "HIGH_M", "where": {"income": ">=10000"}, "importance": 3, "label": "more"},
            ],
        },
        {
            "name": "age by sex",
            "of": "persons",
            "level": "tract",
            "uncertainty": {"tolerance": "10%"},
            "table": {
                "file": "agesex.csv",
                "zone": "TRACT",
                "count": "n",
                "attributes": {"sex": "SEX", "age": "AGE"},
                "values": {"sex": {"M": "male", "F": "female"}},
            },
        },
    ],
    "run": {"random_seed": 7, "max_expansion_factor": 30},
}


def project_with(**changes: Any) -> dict[str, Any]:
    """Copy the project with values set at dotted places, as `margins.0.level`; None deletes.

    Dots in keyword names are written as two underscores.
    """
    content = copy.deepcopy(PROJECT)
    for place, value in changes.items():
        *parents, last = [int(k) if k.isdigit() else k for k in place.split("__")]
        section: Any = content
        for key in parents:
            section = section[key]
        if value is None:
            del section[last]
        else:
            section[last] = value
    return content


def write_files(folder: Path, changes: Mapping[str, str] | None = None) -> Path:
    """Write the project's files, some of them changed, and return the folder."""
    for name, text in (FILES | dict(changes or {})).items():
        (folder / name).write_text(text, encoding="utf-8")
    return folder
