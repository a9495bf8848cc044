"""The two sources of the mobility benchmark as whole-number tables that agree in total.

Bristol (2011 Census, travel to work): origin by destination by mode, 102 zones; the distance of a pair is that between
the centroids as the crow flies, so that trips inside a zone are under 1 km. NHTS 2022 (United States): weighted trips
of weekdays by time and purpose. Neither source knows what the other tells. Journeys to work stand for all trips here: a
simplification.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

TRIPS = 30_000
MODES = ("bicycle", "on foot", "car driver", "train", "bus, passenger or other")
DISTANCES = ("under 1 km", "1 to 2 km", "2 to 5 km", "5 to 10 km", "10 km and more")
TIMES = ("0-6 h", "6-9 h", "9-12 h", "12-14 h", "14-17 h", "17-20 h", "20-24 h")
DISTANCE_EDGES, TIME_EDGES = (1, 2, 5, 10), (6, 9, 12, 14, 17, 20)
DETOUR = 1.3  # kilometres travelled for one as the crow flies: NHTS counts the former, the zones give the latter
KM_A_MILE = 1.609344
EARTH_KM = 6371.0088
DRIVEN, TRAINS = ("01", "02", "03", "04", "06", "07"), ("10", "11", "12", "13")


def whole(counts: NDArray[np.float64], total: int) -> NDArray[np.int64]:
    """Scale to a total and round so that every running sum is off by half a trip at most.

    The sum of any run of neighbouring cells is then off by less than one: with cells in the order of origins and modes,
    origins, and modes of an origin, keep their sizes. Rounding each cell by itself would lose the small ones, which are
    most, and their sum with them.

    Examples
    --------
    >>> whole(np.array([0.4, 0.4, 0.4, 0.8]), 2).tolist()
    [0, 1, 0, 1]
    """
    reached = np.floor(np.cumsum(counts) / counts.sum() * total + 0.5).astype(np.int64)
    return np.diff(reached, prepend=0)


def kilometres(zones: pd.DataFrame, origin: Sequence[str], destination: Sequence[str]) -> NDArray[np.float64]:
    """Great-circle distance between centroids; `zones` has lon and lat by zone."""
    (lon, lat), (lon2, lat2) = (
        np.radians(zones.loc[list(names), ["lon", "lat"]].to_numpy().T) for names in (origin, destination)
    )
    half = np.sin((lat2 - lat) / 2) ** 2 + np.cos(lat) * np.cos(lat2) * np.sin((lon2 - lon) / 2) ** 2
    return np.asarray(2 * EARTH_KM * np.arcsin(np.sqrt(half)))


def labelled(edges: Sequence[float], labels: Sequence[str], values: pd.Series | NDArray[np.float64]) -> pd.Series:
    """Labels of numbers: the first below the first edge."""
    return pd.Series(np.array(labels, dtype=object)[np.digitize(values, edges)])


def read_zones(folder: Path) -> pd.DataFrame:
    """Zones of Bristol by name, because a scenario in plain words can name them."""
    return pd.read_csv(folder / "zones.csv").set_index("name")


def flows(folder: Path, *, total: int = TRIPS, largest: int = 0) -> pd.DataFrame:
    """Trips by origin, destination, mode and distance: rows above 0 alone.

    Parameters
    ----------
    folder : Path
        bristol_od.
    total : int
        Trips to scale to.
    largest : int
        Keep the zones with the most commuters alone, so many; 0 keeps all.
    """
    zones = read_zones(folder)
    names = pd.Series(zones.index, index=zones["geo_code"])
    table = pd.read_csv(folder / "od.csv")
    table = table.rename(columns={"foot": "on foot", "car_driver": "car driver"})
    table[MODES[-1]] = table["all"] - table[list(MODES[:-1])].sum(axis=1)
    table["origin"], table["destination"] = names[table["o"]].to_numpy(), names[table["d"]].to_numpy()
    if largest:
        kept = table.groupby("destination")["all"].sum().nlargest(largest).index
        table = table[table["origin"].isin(kept) & table["destination"].isin(kept)]
    table["distance"] = labelled(
        DISTANCE_EDGES, DISTANCES, kilometres(zones, table["origin"], table["destination"])
    ).to_numpy()
    long = table.melt(["origin", "destination", "distance"], list(MODES), "mode", "trips")
    long["mode"] = pd.Categorical(long["mode"], MODES)
    long = long.sort_values(["origin", "mode", "destination"], kind="stable", ignore_index=True)
    long["trips"] = whole(long["trips"].to_numpy(np.float64), total)
    return long[long["trips"] > 0].astype({"mode": str}).reset_index(drop=True)


def nhts_trips(folder: Path) -> pd.DataFrame:
    """Trips of weekdays with time, purpose, mode, distance, weight and household; what is not known is left out."""
    wanted = ["HOUSEID", "STRTTIME", "WHYTRP1S", "TRPTRANS", "DRVR_FLG", "TRPMILES", "WTTRDFIN5D"]
    raw = pd.read_csv(folder / "trips.csv.gz", dtype=str, usecols=wanted).astype(
        {"TRPMILES": float, "WTTRDFIN5D": float}
    )
    raw = raw[raw["STRTTIME"].notna() & (raw["WTTRDFIN5D"] > 0) & (raw["TRPMILES"] >= 0)].reset_index(drop=True)
    said = purposes(folder)
    hour = raw["STRTTIME"].str[:2].astype(int)
    return pd.DataFrame(
        {
            "household": raw["HOUSEID"],
            "time": labelled(TIME_EDGES, TIMES, hour),
            "purpose": raw["WHYTRP1S"].map(said),
            "mode": _mode(raw),
            "distance": labelled(DISTANCE_EDGES, DISTANCES, raw["TRPMILES"] * KM_A_MILE / DETOUR),
            "weight": raw["WTTRDFIN5D"],
        }
    )


def purposes(folder: Path) -> dict[str, str]:
    """Code and label of each purpose, from the survey's codebook."""
    book = pd.read_csv(folder / "codebook.csv.gz", dtype=str)
    book = book[(book["name"] == "WHYTRP1S") & (book["table"] == "trip")]
    return {code: label.lower() for code, label in zip(book["code"], book["code_label"], strict=True)}


def _mode(raw: pd.DataFrame) -> pd.Series:
    """The five modes of the other source; passengers of cars are in the rest there, and so here."""
    driven = raw["TRPTRANS"].isin(DRIVEN) & (raw["DRVR_FLG"] == "01")
    found = np.select(
        [raw["TRPTRANS"] == "18", raw["TRPTRANS"] == "20", driven, raw["TRPTRANS"].isin(TRAINS)], MODES[:4], MODES[-1]
    )
    return pd.Series(found)


def activities(trips: pd.DataFrame, labels: Sequence[str], *, total: int = TRIPS) -> pd.DataFrame:
    """Trips by time and purpose, scaled to a total; all combinations."""
    order = pd.MultiIndex.from_product([TIMES, list(labels)], names=["time", "purpose"])
    counted = trips.groupby(["time", "purpose"])["weight"].sum().reindex(order, fill_value=0.0)
    return pd.DataFrame({"trips": whole(counted.to_numpy(np.float64), total)}, index=order).reset_index()
