"""Survey codes of two surveys become the paper's categories."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import numpy as np
import pandas as pd
import pytest

from censemble.dataset import dataset_of_pool
from censemble.io.rules_file import read_rules
from censemble.rules import violating_records

RULES = Path(__file__).resolve().parents[2] / "examples" / "rules" / "households.yaml"


@pytest.fixture
def households(script: Callable[[str], ModuleType]) -> ModuleType:
    """The module."""
    return script("acs_households")


def persons(**columns: list[float | None]) -> pd.DataFrame:
    """Persons of which only some columns matter."""
    n = len(next(iter(columns.values())))
    plain = {"AGEP": [40] * n, "RAC1P": [1] * n, "SCHL": [16] * n, "ESR": [1] * n, "PINCP": [100] * n}
    return pd.DataFrame(plain | columns)


def test_education_of_both_surveys(households: ModuleType) -> None:
    """Kindergarten is Preschool in 2011; of 2006 "nursery to grade 4" is Preschool below six years."""
    labels = np.array(households.LEVELS)
    later = persons(SCHL=[None, 1, 3, 4, 11, 12, 20, 21, 22, 23, 24])
    assert labels[households.person_codes(later, "2011")["education"]].tolist() == [
        *["Preschool"] * 3,
        *["Elementary"] * 2,
        *["High School"] * 2,
        "Bachelor",
        "Master",
        *["Doctorate"] * 2,
    ]
    earlier = persons(SCHL=[None, 2, 2, 4, 5, 12, 13, 14, 15, 16], AGEP=[2, 5, 6, 13, 15, 30, 30, 30, 30, 30])
    assert labels[households.person_codes(earlier, "2006")["education"]].tolist() == [
        *["Preschool"] * 2,
        *["Elementary"] * 2,
        *["High School"] * 2,
        "Bachelor",
        "Master",
        *["Doctorate"] * 2,
    ]


def test_other_codes_of_persons(households: ModuleType) -> None:
    """Races, work and incomes; losses and incomes that were not asked are 0."""
    raw = persons(RAC1P=[1, 2, 3, 5, 6, 7, 9], ESR=[None, 1, 2, 3, 4, 5, 6], PINCP=[None, -900, 0, 5, 6, 7, 8])
    found = households.person_codes(raw, "2011")
    races = [households.RACES[c] for c in found["race"]]
    assert races == ["White", "Black", "Indian", "Indian", "Asian", "Combined", "Combined"]
    work = [households.STATUSES[c] for c in found["employment"]]
    assert work == ["Under 16", "Employed", "Employed", "Unemployed", "Military", "Military", "Unemployed"]
    assert found["income"].tolist() == [0, 0, 0, 5, 6, 7, 8]


def test_codes_of_households(households: ModuleType) -> None:
    """Without rent is Rented; the sex of the householder of other families."""
    raw = pd.DataFrame({"NP": [2, 5, 3], "TEN": [1, 2, 4], "HHT": [1, 2, 3], "VEH": [0, 6, 1]})
    found = households.household_codes(raw)
    assert {name: codes.tolist() for name, codes in found.items()} == {
        "num_persons": [0, 3, 1],
        "housing_tenure": [0, 0, 1],
        "householder_type": [0, 1, 2],
        "num_vehicles": [0, 6, 1],
    }


@pytest.mark.parametrize(("name", "n_households"), [("acs2011", 1480), ("calm", 2645)])
def test_real_households_obey_the_rules(
    households: ModuleType, shared_data: Path, name: str, n_households: int
) -> None:
    """As in the paper no real household is refused, so that the recodes agree with the rules."""
    pool = households.load(shared_data, name)
    assert pool.n_records == n_households
    assert (np.diff(pool.offsets) == pool.households["num_persons"] + 2).all()
    book = read_rules(RULES, households.SCHEMA)
    assert not violating_records(book, dataset_of_pool(pool, households.SCHEMA, name=name)).any()
