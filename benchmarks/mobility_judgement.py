"""How the trips of the mobility benchmark agree with what they were made from, and with what nobody told.

Held out: the survey's own joint of mode (or distance) and purpose (or time). Neither source gives it; the survey alone
has both sides. Its shares of modes are those of another country, so that it is first raked to the margins of the trips:
what is compared is how the two attributes go together (odds ratios), not how frequent each is.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
from mobility_tables import DISTANCES, MODES, TIMES
from numpy.typing import NDArray

Float = NDArray[np.float64]

HELD_OUT = (("mode", "purpose"), ("distance", "purpose"), ("mode", "time"), ("distance", "time"))
ATTRIBUTES = ("origin", "destination", "mode", "distance", "time", "purpose")
SWEEPS = 500
SPLITS = 20


def total_absolute_error(trips: pd.DataFrame, table: pd.DataFrame) -> int:
    """Trips too many and too few over the cells of a table that counts all of them."""
    names = [c for c in table.columns if c != "trips"]
    wanted, found = table.set_index(names)["trips"], trips.groupby(names).size()
    both = wanted.index.union(found.index)
    return int((found.reindex(both, fill_value=0) - wanted.reindex(both, fill_value=0)).abs().sum())


def joint(
    table: pd.DataFrame, pair: tuple[str, str], labels: Mapping[str, Sequence[str]], weight: str | None = None
) -> Float:
    """Shares of the combinations of two attributes."""
    rows, columns = (pd.Categorical(table[name], labels[name]) for name in pair)
    counts = np.zeros((len(labels[pair[0]]), len(labels[pair[1]])))
    np.add.at(counts, (rows.codes, columns.codes), 1.0 if weight is None else table[weight].to_numpy())
    return counts / counts.sum()


def raked(shares: Float, rows: Float, columns: Float) -> Float:
    """The joint of the same odds ratios with other margins.

    Examples
    --------
    >>> raked(np.array([[0.25, 0.25], [0.25, 0.25]]), np.array([0.9, 0.1]), np.array([0.5, 0.5])).tolist()
    [[0.45, 0.45], [0.05, 0.05]]
    """
    fitted = shares.copy()
    for _ in range(SWEEPS):
        for axis, wanted in ((1, rows), (0, columns)):
            found = fitted.sum(axis=axis)
            factor = np.divide(wanted, found, out=np.zeros_like(wanted), where=found > 0)
            fitted = fitted * (factor[:, None] if axis == 1 else factor[None, :])
    return fitted / fitted.sum()


def distance_of(trips: pd.DataFrame, truth: pd.DataFrame, pair: tuple[str, str], labels: Mapping[str, Any]) -> float:
    """Total variation between the trips' joint and the survey's with the trips' margins, 0..1."""
    made = joint(trips, pair, labels)
    known = joint(truth, pair, labels, "weight")
    return float(0.5 * np.abs(made - raked(known, made.sum(axis=1), made.sum(axis=0))).sum())


def noise(truth: pd.DataFrame, trips: pd.DataFrame, pair: tuple[str, str], labels: Mapping[str, Any]) -> float:
    """What the survey's own size leaves open: half of its households against the other half, mean over splits, / 2.

    Halved, because the difference of two halves has twice the standard deviation that the mean of all has.
    """
    made = joint(trips, pair, labels)
    rows, columns = made.sum(axis=1), made.sum(axis=0)
    rng = np.random.default_rng(0)
    household = pd.factorize(truth["household"])[0]
    found = []
    for _ in range(SPLITS):
        half = rng.random(household.max() + 1)[household] < 0.5
        first, second = (raked(joint(truth[h], pair, labels, "weight"), rows, columns) for h in (half, ~half))
        found.append(0.25 * np.abs(first - second).sum())
    return float(np.mean(found))


def labels_of(purposes: Sequence[str]) -> dict[str, Sequence[str]]:
    """Labels of the attributes that the survey knows too."""
    return {"mode": MODES, "distance": DISTANCES, "time": TIMES, "purpose": list(purposes)}


def judge(
    trips: pd.DataFrame, sources: Mapping[str, pd.DataFrame], truth: pd.DataFrame, purposes: Sequence[str]
) -> dict[str, Any]:
    """All figures of one run.

    Parameters
    ----------
    trips : DataFrame
        One row a trip, columns of labels.
    sources : mapping of str to DataFrame
        Tables that the trips were made from, with the column `trips`.
    truth : DataFrame
        Trips of the survey with `weight` and `household`.
    purposes : sequence of str
        Labels.
    """
    labels = labels_of(purposes)
    return {
        "trips": len(trips),
        "total_absolute_error": {name: total_absolute_error(trips, table) for name, table in sources.items()},
        "held_out": {" by ".join(pair): distance_of(trips, truth, pair, labels) for pair in HELD_OUT},
        "distinct_trips": len(trips[list(ATTRIBUTES)].drop_duplicates()),
    }
