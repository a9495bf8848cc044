"""Seed samples that every generator must cope with, made by hand or by a known network."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from censemble.pool import Pool
from censemble.schema import Attribute, Roles, Schema

SEX = Attribute("sex", "persons", "categorical", ("female", "male"))
AGE = Attribute("age", "persons", "numeric", unit="years", bins=(0, 18, 65, 120))
WORK = Attribute("work", "persons", "categorical", ("none", "part", "full"))
TENURE = Attribute("tenure", "households", "categorical", ("owned", "rented", "free"))
CARS = Attribute("cars", "households", "ordinal", ("0", "1", "2 or more"))
SIZE = Attribute("size", "households", "numeric")


@dataclass(frozen=True)
class Case:
    """A seed sample with its schema, and a condition that some of its records meet."""

    name: str
    schema: Schema
    pool: Pool
    condition: Mapping[str, Any]


def flat(persons: Mapping[str, NDArray[Any]], weights: NDArray[np.float64]) -> Pool:
    """Persons that are records by themselves."""
    n = len(weights)
    return Pool(
        households={"record": np.arange(n)},
        persons=dict(persons),
        offsets=np.arange(n + 1),
        prior_weights=weights,
        household_ids=pa.array([f"p{i}" for i in range(n)]),
        household_extra=pa.table({}),
        person_extra=pa.table({}),
        area_level="",
        area=np.zeros(n, np.int32),
        generator="seed_sample",
        record_entity="persons",
    )


def workers(n: int = 400, *, missing: bool = False) -> Pool:
    """Children never work, women part-time more often; design weights differ tenfold."""
    rng = np.random.default_rng(5)
    age = np.floor(rng.random(n) * 90)
    sex = rng.integers(0, 2, n)
    work = np.where(age < 18, 0, 1 + (rng.random(n) < 0.3 + 0.5 * sex))
    if missing:
        age, sex = np.where(rng.random(n) < 0.1, np.nan, age), np.where(rng.random(n) < 0.1, -1, sex)
    return flat({"sex": sex, "age": age, "work": work}, 10.0 ** rng.random(n))


def households(n: int = 300) -> Pool:
    """Couples of about the same age with children 20 to 40 years younger; size is what it says."""
    rng = np.random.default_rng(6)
    sizes = rng.integers(1, 5, n)
    offsets = np.concatenate([[0], np.cumsum(sizes)])
    first = np.floor(30 + 40 * rng.random(n))
    place = np.arange(offsets[-1]) - np.repeat(offsets[:-1], sizes)
    head = np.repeat(first, sizes)
    age = np.where(place == 0, head, np.where(place == 1, head - 2, head - np.floor(20 + 8 * rng.random(len(head)))))
    tenure = np.where(rng.random(n) < 0.2 + 0.2 * (first > 50), 0, 1 + (rng.random(n) < 0.1))
    columns = {"tenure": tenure, "cars": np.minimum(sizes - 1, 2), "size": sizes.astype(np.float64)}
    persons = {name: np.repeat(values, sizes) for name, values in columns.items()}
    sex = np.where(place == 1, 1, rng.integers(0, 2, len(place)))
    return Pool(
        households=columns,
        persons=persons | {"age": age, "sex": sex},
        offsets=offsets.astype(np.int64),
        prior_weights=1.0 + rng.random(n),
        household_ids=pa.array([f"h{i}" for i in range(n)]),
        household_extra=pa.table({"puma": ["x"] * n}),
        person_extra=pa.table({"per_num": place + 1}),
        area_level="puma",
        area=np.zeros(n, np.int32),
        generator="seed_sample",
    )


def alone(n: int = 60) -> Pool:
    """Households of which no person is known."""
    rng = np.random.default_rng(7)
    columns = {"tenure": rng.integers(0, 3, n), "cars": rng.integers(-1, 3, n)}
    return Pool(
        households=columns,
        persons={"person": np.arange(0)},
        offsets=np.zeros(n + 1, np.int64),
        prior_weights=np.ones(n),
        household_ids=pa.array([f"h{i}" for i in range(n)]),
        household_extra=pa.table({}),
        person_extra=pa.table({"per_num": pa.array([], pa.int64())}),
        area_level="",
        area=np.zeros(n, np.int32),
        generator="seed_sample",
    )


def cases() -> tuple[Case, ...]:
    """All of them."""
    people, homes = Schema((SEX, AGE, WORK)), Schema((TENURE, CARS, SIZE, SEX, AGE), Roles(age="age"))
    sole = Attribute("sole", "persons", "categorical", ("only",))
    two = flat({"sex": np.array([0, 1]), "age": np.array([40.0, 7.0]), "work": np.array([2, 0])}, np.array([3.0, 1.0]))
    one = flat({"sole": np.zeros(60, np.int64)}, np.ones(60))
    return (
        Case("persons", people, workers(), {"sex": "male", "age": (18, 64)}),
        Case("missing values", people, workers(missing=True), {"work": ["part", "full"]}),
        Case("two records", people, two, {"sex": "female"}),
        Case("one category", Schema((sole,)), one, {"sole": "only"}),
        Case("households", homes, households(), {"tenure": ["owned", "free"], "size": (2, 3)}),
        Case("households alone", Schema((TENURE, CARS)), alone(), {"cars": "1"}),
    )
