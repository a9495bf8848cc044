"""Records for tests of the language model's personas: travellers by themselves, and one household."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pyarrow as pa

from censemble.personas.fact_sheet import FactSheet, fact_sheet
from censemble.personas.phrasing import Wording
from censemble.personas.topics import Topic
from censemble.pool import Pool
from censemble.schema import Attribute, Roles, Schema

SCHEMA = Schema(
    (
        Attribute("age", "persons", "numeric", unit="years"),
        Attribute("sex", "persons", "categorical", ("female", "male")),
        Attribute("children", "persons", "ordinal", ("0", "1", "2 or more")),
        Attribute("vehicles", "persons", "ordinal", ("0", "1", "2", "3 or more")),
        Attribute("household_size", "persons", "ordinal", ("1", "2", "3 or more")),
        Attribute("cycling", "persons", "ordinal", ("never", "now and then", "most days")),
    ),
    Roles(age="age"),
)
WORDING = Wording(
    {
        "vehicles": {
            "0": "lives car-free",
            "1": "has one car",
            "2": "has two cars",
            "3 or more": "has three cars or more",
        },
        "cycling": {"never": "", "now and then": "cycles now and then", "most days": "cycles most days"},
        "household_size": {"1": "lives alone"},
    }
)
TOPICS = {
    "sex": Topic(told={"male": ("houseboat",)}),
    "vehicles": Topic(("car", "cars"), ("own car", "her car")),
    "cycling": Topic(claimed=("bicycle", "cycles")),
}
GOOD = (
    "She is a 39-year-old woman who lives on her own terms in a home with one car. On many days of the week she takes "
    "the car to work, and she cycles now and then when the sun is out."
)


def travellers(*rows: tuple[float, int, int, int, int, int]) -> Pool:
    """Flat records with the codes of `SCHEMA`, the age first."""
    columns = dict(zip((a.name for a in SCHEMA.attributes), zip(*rows, strict=True), strict=True))
    n, none = len(rows), pa.table({})
    persons: dict[str, Any] = {name: np.array(values) for name, values in columns.items()}
    ids = pa.array([f"t{i}" for i in range(n)])
    return Pool(
        {}, persons, np.arange(n + 1), np.ones(n), ids, none, none, "", np.zeros(n, np.int32), "survey", "persons"
    )


def sheet_of(*row: float) -> FactSheet:
    """The facts of one traveller."""
    age, *codes = row
    return fact_sheet(SCHEMA, travellers((age, *map(int, codes))), 0, WORDING)  # type: ignore[arg-type]


def answer(text: str, **facts: str) -> str:
    """What a model answers; facts that restate only what is given."""
    return json.dumps({"persona": text, "facts": facts})
