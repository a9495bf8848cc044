"""Adults of the US National Household Travel Survey 2022 as records: twenty attributes that say who a traveller is.

Public use files of the Federal Highway Administration, public domain. The survey names codes, not these attributes;
every choice here is ours:

* Adults only, 18 years and more: work, licence, bicycles, transit, taxis and deliveries are asked of nobody below 16,
  so that children would be records of missing values, and 16 and 17 years are a sliver.
* Persons are records by themselves, with the household's attributes on them; weights are those of the person file.
* Skipped, refused, unknown: missing. So work from home and the way to work are missing for those without paid work, and
  the main mode of the day for those who stayed at home.
* cycling, transit, walking, ride_hailing (taxis and hailed rides together): days in the last 30, in words: up to 4 now
  and then, 5 to 14 every week, more most days.
* main_mode: the mode with the most trips on the day of the diary, on a tie the longer; own car and ride-along apart.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import yaml
from numpy.typing import NDArray

from censemble.pool import Pool
from censemble.schema import Attribute, Roles, Schema

WORDS = Path(__file__).with_name("nhts_words.yaml")
FREQUENCIES = ("never", "now and then", "every week", "most days")
LABELS: Mapping[str, tuple[str, ...]] = {
    "sex": ("female", "male"),
    "work": ("works", "looks for work", "keeps house", "studies", "retired", "something else"),
    "work_from_home": ("never", "1-2 days", "3-4 days", "5 or more days"),
    "commute": ("car", "transit", "on foot", "bicycle", "other"),
    "education": (
        *("less than high school", "high school", "some college"),
        *("associate degree", "bachelor", "graduate degree"),
    ),
    "household_size": ("1", "2", "3", "4", "5 or more"),
    "children": ("0", "1", "2", "3 or more"),
    "vehicles": ("0", "1", "2", "3", "4 or more"),
    "income": (
        *("below 25,000", "25,000-49,999", "50,000-74,999"),
        *("75,000-99,999", "100,000-149,999", "150,000 or more"),
    ),
    "home": ("owned", "rented", "other"),
    "area": (
        *("very large city with rail", "very large city", "large city"),
        *("smaller city", "small town", "countryside"),
    ),
    "drives": ("yes", "no"),
    "cycling": FREQUENCIES,
    "transit": FREQUENCIES,
    "walking": FREQUENCIES,
    "ride_hailing": FREQUENCIES[:3],
    "deliveries": ("none", "1-4 a month", "5-9 a month", "10-19 a month", "20 or more a month"),
    "trips": ("0", "1-2", "3-4", "5 or more"),
    "main_mode": ("drove", "rode along", "transit", "on foot", "bicycle", "other"),
}
ORDERED = {
    *("work_from_home", "education", "household_size", "children", "vehicles", "income"),
    *("cycling", "transit", "walking", "ride_hailing", "deliveries", "trips"),
}
SCHEMA = Schema(
    (
        Attribute("age", "persons", "numeric", unit="years", bins=(18, 25, 35, 45, 55, 65, 75, 85, 120)),
        *(
            Attribute(name, "persons", "ordinal" if name in ORDERED else "categorical", labels)
            for name, labels in LABELS.items()
        ),
    ),
    Roles(age="age"),
)
MODE_OF = {  # of TRPTRANS and WRKTRANS; cars and what is like them are "car", divided below by who drove
    **dict.fromkeys(("01", "02", "03", "04", "06", "07"), "car"),
    **dict.fromkeys(("08", "10", "11", "12", "13"), "transit"),
    "20": "on foot",
    "18": "bicycle",
}
FROM_CODES: Mapping[str, tuple[str, Mapping[str, int]]] = {  # attribute: column, code -> place among the labels
    "sex": ("R_SEX_IMP", {"02": 0, "01": 1}),
    "work_from_home": ("WKFMHM22", {"01": 0, "02": 1, "03": 2, "04": 3}),
    "education": ("EDUC", {"01": 0, "02": 0, "03": 1, "04": 2, "05": 3, "06": 4, "07": 5, "08": 5}),
    "income": (
        "HHFAMINC",
        {"01": 0, "02": 0, "03": 0, "04": 1, "05": 1, "06": 2, "07": 3, "08": 4, "09": 4, "10": 5, "11": 5},
    ),
    "home": ("HOMEOWN", {"01": 0, "02": 0, "03": 1, "04": 2}),
    "drives": ("DRIVER", {"01": 0, "02": 1}),
}
ACTIVITY_OF = {"01": 0, "02": 1, "03": 2, "04": 3, "05": 4, "97": 5}  # of PRMACT, those who did not work
AREA_OF = {"04": 0, "05": 1, "03": 2, "02": 2, "01": 3}  # of URBANSIZE; outside of them by URBRUR
DELIVERY_ENDS = (0, 4, 9, 19)  # most deliveries in 30 days of each label but the last
TRIP_ENDS = (0, 2, 4)
DAY_ENDS = (0, 4, 14)


def load(data: Path) -> Pool:
    """Read the adults of the survey, in the order of its person file.

    Parameters
    ----------
    data : Path
        Folder that holds `nhts2022`.
    """
    folder = data / "nhts2022"
    households, persons, trips = (
        pd.read_csv(folder / f"{name}.csv.gz", dtype=str) for name in ("households", "persons", "trips")
    )
    own = ["HOUSEID", *(c for c in households.columns if c not in persons.columns)]
    adults = persons[persons["R_AGE"].astype(float) >= 18]
    return pool_of(adults.merge(households[own], on="HOUSEID", how="left", validate="m:1"), trips)


def pool_of(raw: pd.DataFrame, trips: pd.DataFrame) -> Pool:
    """Put persons with their household's columns together as flat records; trips as the trip file has them."""
    n = len(raw)
    none = pa.table({})
    return Pool(
        households={},
        persons={"age": raw["R_AGE"].to_numpy(dtype=np.float64), **codes_of(raw, trips)},
        offsets=np.arange(n + 1, dtype=np.int64),
        prior_weights=raw["WTPERFIN"].to_numpy(dtype=np.float64),
        household_ids=pa.array(_keys(raw).tolist(), pa.string()),
        household_extra=none,
        person_extra=none,
        area_level="",
        area=np.zeros(n, np.int32),
        generator="survey",
        record_entity="persons",
    )


def codes_of(raw: pd.DataFrame, trips: pd.DataFrame) -> dict[str, NDArray[np.int64]]:
    """Codes of the labelled attributes, -1 missing, in the order of `LABELS`."""
    found = {name: _mapped(raw[column], places) for name, (column, places) in FROM_CODES.items()}
    not_working = _mapped(raw["PRMACT"], ACTIVITY_OF)
    found["work"] = np.where(raw["WORKER"] == "01", 0, np.where(not_working == 0, -1, not_working))
    found["commute"] = _labelled(raw["WRKTRANS"].map(MODE_OF).fillna("other"), "commute", raw["WRKTRANS"].str[0] != "-")
    found["household_size"] = np.clip(_number(raw["HHSIZE"]) - 1, 0, 4).astype(np.int64)
    found["children"] = np.clip(_number(raw["PPT517"]) + _number(raw["YOUNGCHILD"]), 0, 3).astype(np.int64)
    found["vehicles"] = np.clip(_number(raw["HHVEHCNT"]), 0, 4).astype(np.int64)
    inside = _mapped(raw["URBANSIZE"], AREA_OF)
    found["area"] = np.where(inside >= 0, inside, np.where(raw["URBRUR"] == "01", 4, 5))
    found["cycling"] = _days(raw, {"LAST30_BIKE": "BIKETRANSIT"})
    found["transit"] = _days(raw, {"LAST30_PT": "PTUSED"})
    found["walking"] = _days(raw, {"LAST30_WALK": "WALKTRANSIT"})
    rides = _days(raw, {"LAST30_TAXI": "TAXISERVICE", "LAST30_RDSHR": "RIDESHARE22"})
    found["ride_hailing"] = np.minimum(rides, 2)
    found["deliveries"] = _ranged(_number(raw["DELIVER"]), DELIVERY_ENDS)
    found["trips"] = _ranged(_number(raw["CNTTDTR"]), TRIP_ENDS)
    found["main_mode"] = main_modes(raw, trips)
    return {name: np.asarray(found[name], dtype=np.int64) for name in LABELS}


def main_modes(raw: pd.DataFrame, trips: pd.DataFrame) -> NDArray[np.int64]:
    """For each person the code of the mode with the most trips, on a tie the most miles; -1 without trips."""
    mode = trips["TRPTRANS"].map(MODE_OF).fillna("other")
    in_cars = trips["PSGR_FLG"].map({"01": "rode along"}).fillna("drove")
    mode = mode.where(mode != "car", in_cars)
    miles = _number(trips["TRPMILES"]).clip(0)
    told = pd.DataFrame({"person": _keys(trips), "mode": mode, "miles": miles})[trips["TRPTRANS"].str[0] != "-"]
    sums = told.groupby(["person", "mode"])["miles"].agg(["size", "sum"]).reset_index()
    ranked = sums.sort_values(["person", "size", "sum", "mode"], ascending=[True, False, False, True])
    first = ranked.drop_duplicates("person").set_index("person")["mode"]
    found = _keys(raw).map(first)
    return _labelled(found.fillna("other"), "main_mode", found.notna())


def words() -> dict[str, Any]:
    """The table of phrases: words, patterns, topics."""
    read: dict[str, Any] = yaml.safe_load(WORDS.read_text(encoding="utf-8"))
    return read


def _keys(raw: pd.DataFrame) -> pd.Series[str]:
    return raw["HOUSEID"] + "-" + raw["PERSONID"]


def _number(column: pd.Series[str]) -> pd.Series[float]:
    return column.astype(float)


def _mapped(column: pd.Series[str], places: Mapping[str, int]) -> NDArray[np.int64]:
    return np.asarray(column.map(places).fillna(-1), dtype=np.int64)


def _labelled(labels: pd.Series[str], name: str, known: pd.Series[bool]) -> NDArray[np.int64]:
    places = {label: code for code, label in enumerate(LABELS[name])}
    return np.asarray(np.where(known, labels.map(places), -1), dtype=np.int64)


def _ranged(numbers: pd.Series[float], ends: tuple[int, ...]) -> NDArray[np.int64]:
    """Which range a count is in; -1 where it is negative, as the survey marks what is missing."""
    return np.asarray(np.where(numbers < 0, -1, np.searchsorted(ends, numbers)), dtype=np.int64)


def _days(raw: pd.DataFrame, columns: Mapping[str, str]) -> NDArray[np.int64]:
    """How often, from questions whether (01 yes, 02 no) and their days in 30; missing unless all are answered."""
    total = sum(np.where(raw[whether] == "02", 0, _number(raw[days]).clip(0)) for whether, days in columns.items())
    known = np.logical_and.reduce([raw[whether].isin(["01", "02"]).to_numpy() for whether in columns])
    return np.where(known, np.searchsorted(DAY_ENDS, total), -1).astype(np.int64)
