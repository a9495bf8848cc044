"""A case typed by hand: four households, three zones in two tracts, tables at both levels."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from censemble.expressions import always, is_in
from censemble.geography import Geography
from censemble.inputs import Inputs, RunSettings
from censemble.margins import Cell, Margin
from censemble.pool import Pool
from censemble.schema import Schema

SIZES = (1, 2, 2, 0)  # persons of each household


def geography() -> Geography:
    """Tract A holds zones 1 and 2, tract B zone 3."""
    return Geography.from_columns(["tract", "zone"], {"tract": ["B", "A", "A"], "zone": ["3", "1", "2"]})


def pool(area_level: str = "", area: tuple[int, ...] = (0, 0, 0, 0)) -> Pool:
    """Tenure of four households; sex of their five persons."""
    return Pool(
        households={"tenure": np.array([0, 1, 1, 0])},
        persons={"sex": np.array([0, 0, 1, 1, 1])},
        offsets=np.cumsum([0, *SIZES]),
        prior_weights=np.array([10.0, 20.0, 30.0, 40.0]),
        household_ids=pa.array(["a", "b", "c", "d"]),
        household_extra=pa.table({"size": list(SIZES)}),
        person_extra=pa.table({"per_num": [1, 1, 2, 1, 2]}),
        area_level=area_level,
        area=np.array(area, dtype=np.int32),
        generator="seed sample",
    )


def total(targets: tuple[float, ...] = (5.0, 3.0, 2.0)) -> Margin:
    """Every household, by zone."""
    return Margin(
        "households",
        "zone",
        "households",
        (Cell("all", always(), "HH"),),
        targets=np.array(targets)[:, None],
        sd=np.zeros((3, 1)),
        importance=np.ones(1),
        is_total=True,
    )


def sex_by_tract() -> Margin:
    """Persons by sex, by tract, known to within two."""
    cells = (Cell("male", is_in("sex", [0]), "M"), Cell("female", is_in("sex", [1]), "F"))
    targets = np.array([[4.0, 6.0], [2.0, np.nan]])
    return Margin("sex", "tract", "persons", cells, targets=targets, sd=np.full((2, 2), 2.0), importance=np.ones(2))


def inputs(area_level: str = "", area: tuple[int, ...] = (0, 0, 0, 0)) -> Inputs:
    """All of it, ready to run, without any file."""
    margins = (total(), sex_by_tract())
    return Inputs("by hand", geography(), Schema(), pool(area_level, area), margins, RunSettings(random_seed=1))
