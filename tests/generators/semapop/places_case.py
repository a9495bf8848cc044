"""Households of one to three members whose second is like the first, and whose third comes only where they own."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from censemble.generators.proposals import household_pool
from censemble.generators.semapop.backbone import Block, Codes, Lesson, Records
from censemble.pool import Pool
from censemble.schema import Attribute, Roles, Schema

HOUSEHOLD_BLOCKS = (
    Block("tenure", "households", "tenure", 0, 2),
    Block("persons", "households", "", 0, 3),
    *(
        Block(f"person {place}: {name}", "persons", name, place, k)
        for place in (1, 2, 3)
        for name, k in (("x", 4), ("y", 3))
    ),
)


def households(n: int, random_seed: int) -> Codes:
    """Of members x is the first one's, nine times in ten; y is 1 where x is 2, else 0; nobody has codes 3 and 2."""
    rng = np.random.default_rng(random_seed)
    tenure = rng.integers(0, 2, n)
    size = np.where(tenure == 1, rng.integers(0, 3, n), rng.integers(0, 2, n))
    first = rng.choice(3, n, p=[0.5, 0.3, 0.2])
    columns = [tenure, size]
    for place in range(3):
        x = first if place == 0 else np.where(rng.random(n) < 0.9, first, rng.integers(0, 3, n))
        there = size >= place
        columns += [np.where(there, x, 3), np.where(there, x == 2, 2)]
    return np.stack(columns, axis=1).astype(np.int16)


def household_lesson(n: int = 1500) -> Lesson:
    """A tenth of so many records are for validation; no personas."""
    parts = [
        Records(codes, np.ones(len(codes)), np.zeros((len(codes), 0), np.float32))
        for codes in (households(n - n // 10, 1), households(n // 10, 2))
    ]
    shares = tuple(
        np.bincount(parts[0].codes[:, j], minlength=b.n_codes) / len(parts[0].codes)
        for j, b in enumerate(HOUSEHOLD_BLOCKS)
    )
    return Lesson(HOUSEHOLD_BLOCKS, parts[0], parts[1], shares, True)


FAMILIES = Schema(
    (
        Attribute("tenure", "households", "categorical", ("owned", "rented")),
        Attribute("age", "persons", "numeric"),
        Attribute("role", "persons", "categorical", ("head", "partner", "child")),
    ),
    Roles("age", "role", ("head",), ("partner",), ("child",)),
)


def families(n: int) -> Pool:
    """A head of 35 to 65, a partner two years older, a child thirty years younger; some live alone."""
    rng = np.random.default_rng(3)
    sizes = rng.integers(1, 4, n)
    place = np.arange(sizes.sum()) - np.repeat(np.cumsum(sizes) - sizes, sizes)
    heads = np.repeat(rng.integers(7, 14, n) * 5.0, sizes)  # few enough for each age to have a code of its own
    ages = heads + np.array([0.0, 2.0, -30.0])[place]
    ages[rng.random(len(ages)) < 0.05] = np.nan
    return household_pool(
        {"tenure": rng.integers(0, 2, n)},
        {"age": ages, "role": place},
        sizes,
        ids=pa.array([str(i) for i in range(n)]),
        total_weight=1.0,
        generator="survey",
    )
