"""Travellers and households typed by hand, and an embedder whose vectors can be seen through."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from censemble.pool import Pool
from censemble.schema import Attribute, Schema

TRAVELLERS = Schema(
    (
        Attribute("sex", "persons", "categorical", ("female", "male")),
        Attribute("age", "persons", "numeric", unit="years"),
        Attribute("mode", "persons", "categorical", ("car", "bicycle")),
        Attribute("cars", "persons", "numeric"),
        Attribute("licence", "persons", "categorical", ("yes", "no")),
    )
)
HOUSEHOLDS = Schema(
    (
        Attribute("tenure", "households", "categorical", ("owned", "rented")),
        Attribute("sex", "persons", "categorical", ("female", "male")),
        Attribute("age", "persons", "numeric", unit="years"),
    )
)


def travellers() -> Pool:
    """Four: the second and fourth show the same, the third misses its mode."""
    columns = {
        "sex": np.array([0, 1, 0, 1]),
        "age": np.array([38.0, 71.0, 16.0, 72.0]),
        "mode": np.array([1, 0, -1, 0]),
        "cars": np.array([0.0, 2.0, 1.0, 2.0]),
        "licence": np.array([0, 0, 1, 0]),
    }
    return flat(columns, weights=(1.0, 2.0, 3.0, 4.0))


def flat(columns: dict[str, NDArray[np.generic]], *, weights: Sequence[float] = ()) -> Pool:
    """Persons by themselves."""
    n = len(next(iter(columns.values())))
    none, mass = pa.table({}), np.array(weights) if weights else np.ones(n)
    ids = pa.array([f"p{i}" for i in range(n)])
    return Pool({}, columns, np.arange(n + 1), mass, ids, none, none, "", np.zeros(n, np.int32), "survey", "persons")


def households() -> Pool:
    """A couple in a rented home, and a household of which no person is known."""
    none = pa.table({})
    persons = {"sex": np.array([0, 1]), "age": np.array([34.0, 36.0])}
    ids, zone = pa.array(["a", "b"]), np.zeros(2, np.int32)
    columns = {"tenure": np.array([1, 0])}
    return Pool(columns, persons, np.array([0, 2, 2]), np.array([10.0, 20.0]), ids, none, none, "", zone, "survey")


class Counting:
    """Length of the text, and how often it has an e; notes what it was asked."""

    name = "counting"
    width = 2

    def __init__(self) -> None:
        self.asked: list[str] = []

    def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Count."""
        self.asked += texts
        return np.array([[len(t), t.count("e")] for t in texts], dtype=np.float32).reshape(-1, 2)
