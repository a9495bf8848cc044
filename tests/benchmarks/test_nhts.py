"""Survey codes of the NHTS 2022 become the attributes of travellers."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pandas as pd
import pytest

from censemble.personas.phrasing import Wording
from censemble.personas.template import TemplateWriter
from censemble.personas.topics import read_topics

PLAIN = {
    "HOUSEID": "1", "PERSONID": "01", "WTPERFIN": "10.5", "R_AGE": "40.0", "R_SEX_IMP": "02", "WORKER": "01",
    "PRMACT": "-1", "WKFMHM22": "02", "WRKTRANS": "03", "EDUC": "07", "HHFAMINC": "06", "HOMEOWN": "03", "DRIVER": "01",
    "HHSIZE": "3.0", "PPT517": "1.0", "YOUNGCHILD": "0.0", "HHVEHCNT": "5.0", "URBANSIZE": "04", "URBRUR": "01",
    "LAST30_BIKE": "01", "BIKETRANSIT": "5.0", "LAST30_PT": "02", "PTUSED": "-1.0", "LAST30_WALK": "01",
    "WALKTRANSIT": "30.0", "LAST30_TAXI": "02", "TAXISERVICE": "-1.0", "LAST30_RDSHR": "01", "RIDESHARE22": "2.0",
    "DELIVER": "10.0", "CNTTDTR": "2.0",
}  # fmt: skip


@pytest.fixture
def nhts(script: Callable[[str], ModuleType]) -> ModuleType:
    """The module."""
    return script("nhts")


def _labels(nhts: ModuleType, trips: list[tuple[str, str, str]], **changes: str) -> dict[str, Any]:
    """The labels of one person; None where missing. Trips as mode, passenger, miles."""
    raw = pd.DataFrame([PLAIN | changes], dtype=str)
    columns = ["HOUSEID", "PERSONID", "TRPTRANS", "PSGR_FLG", "TRPMILES"]
    table = pd.DataFrame([("1", "01", *trip) for trip in trips], columns=columns, dtype=str)
    codes = nhts.codes_of(raw, table)
    return {name: nhts.LABELS[name][int(c[0])] if c[0] >= 0 else None for name, c in codes.items()}


def test_one_traveller(nhts: ModuleType) -> None:
    """Every attribute of one person, by hand."""
    assert _labels(nhts, [("20", "-1", "1"), ("03", "02", "5"), ("01", "02", "4")]) == {
        "sex": "female",
        "work": "works",
        "work_from_home": "1-2 days",
        "commute": "car",
        "education": "graduate degree",
        "household_size": "3",
        "children": "1",
        "vehicles": "4 or more",
        "income": "50,000-74,999",
        "home": "rented",
        "area": "very large city with rail",
        "drives": "yes",
        "cycling": "every week",
        "transit": "never",
        "walking": "most days",
        "ride_hailing": "now and then",
        "deliveries": "10-19 a month",
        "trips": "1-2",
        "main_mode": "drove",
    }


def test_what_was_not_asked_is_missing(nhts: ModuleType) -> None:
    """Who does not work has neither work from home nor a way to work; refused and unknown answers are missing."""
    found = _labels(
        nhts, [], WORKER="02", PRMACT="05", WKFMHM22="-1", WRKTRANS="-1", HHFAMINC="-7", LAST30_BIKE="-8", CNTTDTR="0"
    )
    assert found["work"] == "retired"
    missing = ("work_from_home", "commute", "income", "cycling", "main_mode")
    assert [name for name, label in found.items() if label is None] == list(missing)
    assert found["trips"] == "0"


def test_the_main_mode_on_a_tie_is_the_longer(nhts: ModuleType) -> None:
    """One bicycle trip and one as a passenger: miles decide; boats and aeroplanes are others."""
    assert _labels(nhts, [("18", "-1", "3"), ("01", "01", "2")])["main_mode"] == "bicycle"
    assert _labels(nhts, [("18", "-1", "3"), ("01", "01", "9")])["main_mode"] == "rode along"
    assert _labels(nhts, [("14", "-1", "900")])["main_mode"] == "other"


def test_areas(nhts: ModuleType) -> None:
    """Outside urbanised areas the household's own urban flag decides."""
    assert _labels(nhts, [], URBANSIZE="06", URBRUR="02")["area"] == "countryside"
    assert _labels(nhts, [], URBANSIZE="06")["area"] == "small town"


def test_every_label_has_a_phrase(nhts: ModuleType) -> None:
    """The table of words has each label but the sexes', no other, and its topics can be read."""
    table = nhts.words()
    assert set(table["words"]) == set(nhts.LABELS) - {"sex"}
    for name, phrases in table["words"].items():
        assert set(phrases) == set(nhts.LABELS[name])
    assert set(read_topics(table["topics"])) <= set(nhts.LABELS)


def test_real_travellers(nhts: ModuleType, shared_data: Path) -> None:
    """14,423 adults stand for 251 million; a persona of one reads as sentences."""
    pool = nhts.load(shared_data)
    assert pool.n_records == 14423
    assert pool.prior_weights.sum() == pytest.approx(250.9e6, rel=1e-3)
    assert pool.persons["age"].min() == 18
    at_work = pool.persons["work_from_home"] >= 0
    assert (pool.persons["work"][at_work] == 0).all()
    [text] = TemplateWriter(Wording(nhts.words()["words"])).write(nhts.SCHEMA, pool, np.array([77]))
    assert text.startswith("A man in his late twenties who has a bachelor's degree")
    assert "lives car-free" in text
