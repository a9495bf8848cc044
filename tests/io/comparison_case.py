"""A small reference, flat and linked, as Arrow tables."""

from __future__ import annotations

from typing import Any

import pyarrow as pa

PEOPLE: dict[str, list[Any]] = {
    "sex": ["f", "m", "f", "f"],
    "cars": [0, 1, 2, 1],
    "income": [float(i) for i in (10, 20, 30, 40)],
}
HOUSEHOLDS: dict[str, list[Any]] = {"household_id": [1, 2, 3], "tenure": ["own", "rent", "own"], "NP": [2, 1, 1]}
PERSONS: dict[str, list[Any]] = {"household_id": [1, 1, 2, 3], **PEOPLE}


def people(**changes: Any) -> pa.Table:
    """Make the flat table with some columns replaced; None drops one."""
    return pa.table({k: v for k, v in (PEOPLE | changes).items() if v is not None})


def many(n: int = 400) -> pa.Table:
    """Make a flat table with a numeric attribute, an id and a text."""
    return pa.table(
        {
            "person": [f"p{i}" for i in range(n)],
            "age": [i % 80 for i in range(n)],
            "sex": ["f" if i % 3 else "m" for i in range(n)],
        }
    )


def linked(
    households: dict[str, Any] | None = None, persons: dict[str, Any] | None = None
) -> tuple[pa.Table, pa.Table]:
    """Make households and persons with some columns replaced."""
    return pa.table(HOUSEHOLDS | (households or {})), pa.table(PERSONS | (persons or {}))
