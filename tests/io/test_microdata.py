"""Households with their persons as a pool."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import numpy as np
import pyarrow as pa
from hypothesis import given, settings
from hypothesis import strategies as st
from small_project import project_with

from censemble.errors import Problem
from censemble.geography import Geography
from censemble.io.frames import TableStore
from censemble.io.microdata import read_seed_sample
from censemble.io.project import parse_project

GEOGRAPHY = Geography.from_columns(["zone"], {"zone": ["1"]})
PROJECT = parse_project(project_with(seed_sample__households__size="", seed_sample__households__carry=[]))
IDS = ["a", "b", "c", "d"]


@settings(deadline=None, max_examples=30)
@given(owners=st.lists(st.sampled_from(IDS), max_size=12), occupied=st.lists(st.booleans(), min_size=4, max_size=4))
def test_persons_stay_with_their_household(owners: list[str], occupied: list[bool]) -> None:
    """In whatever order persons come, each kept household has its own, in file order, and nobody else's."""
    if not any(occupied):
        return
    ages = list(range(len(owners)))
    households = {
        "HH": IDS,
        "W": [1] * 4,
        "NP": [1] * 4,
        "TEN": [1] * 4,
        "INC": [1] * 4,
        "OCC": [int(o) for o in occupied],
    }
    persons = {
        "HH": pa.array(owners, pa.string()),
        "NO": pa.array(ages),
        "SEX": [1] * len(owners),
        "AGE": pa.array(ages),
    }
    frames = {"households.csv": pa.table(households), "persons.csv": pa.table(persons)}
    problems: list[Problem] = []
    pool = read_seed_sample(PROJECT, GEOGRAPHY, TableStore(Path(), frames, problems), [])
    assert problems == []
    assert pool is not None
    kept = [i for i, o in zip(IDS, occupied, strict=True) if o]
    assert pool.household_ids.to_pylist() == kept
    n_persons = Counter(owners)
    assert np.diff(pool.offsets).tolist() == [n_persons[i] for i in kept]
    for k, household in enumerate(kept):
        mine = pool.persons["age"][pool.offsets[k] : pool.offsets[k + 1]].tolist()
        assert mine == [age for age, owner in zip(ages, owners, strict=True) if owner == household]


def test_problems_do_not_hide_the_pool() -> None:
    """A wrong code is told, and the pool is there so that tables can still be compared with it."""
    households = {"HH": IDS, "W": [1] * 4, "NP": [1] * 4, "TEN": [1, 9, 1, 1], "INC": [1] * 4, "OCC": [1] * 4}
    persons = {"HH": IDS, "NO": [1] * 4, "SEX": [1] * 4, "AGE": [1] * 4}
    frames = {"households.csv": pa.table(households), "persons.csv": pa.table(persons)}
    problems: list[Problem] = []
    pool = read_seed_sample(PROJECT, GEOGRAPHY, TableStore(Path(), frames, problems), [])
    assert [p.code for p in problems] == ["unknown-code"]
    assert pool is not None
    assert pool.households["tenure"].tolist() == [0, -1, 0, 0]
