"""Family households of two to five persons from American Community Survey microdata, in the words of LLMSynthor's
household benchmark (arXiv 2505.14752, benchmark 2).

The paper's South Carolina file of 2023 is replaced by two samples: `acs2011` (nationwide, 2011) and `calm` (western
Oregon, 2006-2010). The paper names attributes and categories, not how survey codes become these; every choice here is
ours:

* households: HHT 1 to 3 (families) with 2 to 5 persons, everybody who lives there included; each counts once, without
  design weights; of `calm` the households that stand in it twice count once.
* housing_tenure: owned with or without mortgage is Owned; rented, or occupied without rent, is Rented.
* householder_type: a married couple is Couple; other families go by the sex of the householder, unmarried partners too.
* num_vehicles: as it is, 0 to 6 (6 is "six or more").
* race: American Indian and Alaska native are Indian; Pacific islander, some other race and two or more are Combined.
* education: the highest of the six that was reached. Preschool: not asked (below 3 years), no schooling, nursery; of
  2011 also kindergarten, of 2006-2010 everybody below 6 years, because its next level is "nursery to grade 4".
  Elementary: grades up to 8. High School: grade 9 to associate degree. Professional degrees are Doctorate.
* employment: civilians at work or with a job are Employed, armed forces Military; not asked is Under 16; those who
  look for no work have no category in the paper and are Unemployed.
* income: all income of the person, losses as 0, nothing where it was not asked; dollars as reported, not adjusted.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa

from censemble.pool import Pool
from censemble.schema import Attribute, Roles, Schema

RACES = ("White", "Black", "Indian", "Asian", "Combined")
LEVELS = ("Preschool", "Elementary", "High School", "Bachelor", "Master", "Doctorate")
STATUSES = ("Under 16", "Employed", "Unemployed", "Military")
TYPES = ("Couple", "Single Male", "Single Female")
SCHEMA = Schema(
    (
        Attribute("num_persons", "households", "ordinal", ("2", "3", "4", "5")),
        Attribute("housing_tenure", "households", "categorical", ("Owned", "Rented")),
        Attribute("householder_type", "households", "categorical", TYPES),
        Attribute("num_vehicles", "households", "ordinal", tuple("0123456")),
        Attribute("age", "persons", "numeric", unit="years"),
        Attribute("race", "persons", "categorical", RACES),
        Attribute("education", "persons", "ordinal", LEVELS),
        Attribute("employment", "persons", "categorical", STATUSES),
        Attribute("income", "persons", "numeric", unit="dollars a year"),
    ),
    Roles(age="age"),
)
RACE_OF = (0, 1, 2, 2, 2, 3, 4, 4, 4)  # of RAC1P 1 to 9
EMPLOYMENT_OF = (1, 1, 2, 3, 3, 2)  # of ESR 1 to 6
LEVEL_ENDS = {  # highest code of SCHL of each of the six levels
    "2011": (3, 11, 20, 21, 22, 24),
    "2006": (1, 4, 12, 13, 14, 16),
}


@dataclass(frozen=True)
class Source:
    """One sample: where it lies and which codes of education it has."""

    folder: str
    files: tuple[str, str]
    key: str
    schooling: str
    says: str


SOURCES: Mapping[str, Source] = {
    "acs2011": Source(
        "acs2011_us_sample",
        ("households.csv.gz", "persons.csv.gz"),
        "SERIALNO",
        "2011",
        "American Community Survey 2011, nationwide sample",
    ),
    "calm": Source(
        "calm_oregon",
        ("seed_households.csv.gz", "seed_persons.csv.gz"),
        "hhnum",
        "2006",
        "American Community Survey 2006-2010, one area of Oregon",
    ),
}


def load(data: Path, name: str) -> Pool:
    """Read one sample as records of equal weight; persons in the order of the survey, the householder first."""
    source = SOURCES[name]
    households, persons = (pd.read_csv(data / source.folder / file, low_memory=False) for file in source.files)
    if "n" in households:
        households = households[households["n"] == 1]
    kept = households[households["HHT"].isin([1, 2, 3]) & households["NP"].between(2, 5)].set_index(source.key)
    persons = persons[persons[source.key].isin(kept.index)].sort_values([source.key, "SPORDER"])
    return pool_of(household_codes(kept.sort_index()), person_codes(persons, source.schooling))


def household_codes(raw: pd.DataFrame) -> dict[str, Any]:
    """Codes of the household attributes, from columns NP, TEN, HHT, VEH without missing values."""
    return {
        "num_persons": raw["NP"].to_numpy().astype(np.int64) - 2,
        "housing_tenure": (raw["TEN"].to_numpy() > 2).astype(np.int64),
        "householder_type": raw["HHT"].to_numpy().astype(np.int64) - 1,
        "num_vehicles": raw["VEH"].to_numpy().astype(np.int64),
    }


def person_codes(raw: pd.DataFrame, schooling: str) -> dict[str, Any]:
    """Codes of the person attributes, from columns AGEP, RAC1P, SCHL, ESR, PINCP; the last three may be missing."""
    age = raw["AGEP"].to_numpy().astype(np.float64)
    school = raw["SCHL"].fillna(1).to_numpy()
    if schooling == "2006":
        school = np.where(age < 6, 1, school)
    status = raw["ESR"].fillna(0).to_numpy().astype(np.int64)
    return {
        "age": age,
        "race": np.array(RACE_OF)[raw["RAC1P"].to_numpy().astype(np.int64) - 1],
        "education": np.searchsorted(LEVEL_ENDS[schooling], school).astype(np.int64),
        "employment": np.array((0, *EMPLOYMENT_OF))[status],
        "income": raw["PINCP"].fillna(0).clip(lower=0).to_numpy().astype(np.float64),
    }


def pool_of(households: Mapping[str, Any], persons: Mapping[str, Any]) -> Pool:
    """Put households and their persons, in the same order, together as records of weight 1.

    Persons carry the attributes of their household too, as readers of surveys do it.
    """
    sizes = households["num_persons"] + 2
    n = len(sizes)
    offsets = np.concatenate([[0], np.cumsum(sizes)]).astype(np.int64)
    ids, none = pa.array(np.arange(1, n + 1)).cast(pa.string()), pa.table({})
    area = np.zeros(n, np.int32)
    carried = {name: np.repeat(values, sizes) for name, values in households.items()}
    return Pool(dict(households), carried | dict(persons), offsets, np.ones(n), ids, none, none, "", area, "survey")
