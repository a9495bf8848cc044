"""Counts by place."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from censemble.evaluation.places import place_counts
from censemble.pool import Pool
from censemble.schema import Attribute

HOME = Attribute("home", "households", "categorical", ("Avon", "Bath"))
WORK = Attribute("work", "persons", "categorical", ("Avon", "Bath", "Clifton"))


def test_copies_of_records_are_counted_by_label() -> None:
    """Two copies of the first household and one of the second; whoever has no place is not counted."""
    none = pa.table({})
    pool = Pool(
        {"home": np.array([1, 0])},
        {"work": np.array([0, 2, -1])},
        np.array([0, 1, 3]),
        np.ones(2),
        pa.array(["a", "b"]),
        none,
        none,
        "",
        np.zeros(2, np.int32),
        "made",
    )
    home, work = place_counts(pool, [HOME, WORK], np.array([2, 1]))
    assert home == {"entity": "households", "attribute": "home", "labels": ["Avon", "Bath"], "counts": [1, 2]}
    assert work["counts"] == [2, 0, 1]
