"""Ages inside households, by generator, beside the survey's: python benchmarks/household_ages.py.

The demonstration case of the package: weighted gaps between the reference person and partners or own children.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

import censemble
from censemble.generators import BayesianNetwork, Generator, Independent
from censemble.pool import Pool
from censemble.schema import Roles, Schema

ROLES = Roles("age", "relationship", ("reference person",), ("spouse", "unmarried partner"), ("child",))
POINTS = (0.05, 0.25, 0.5, 0.75, 0.95)
N_RECORDS = 20_000
TOO_YOUNG = 14  # years between a reference person and an own child that hardly ever are fewer


def gaps_of(pool: Pool, schema: Schema, labels: Sequence[str], sign: int) -> tuple[NDArray[np.float64], ...]:
    """Age of a member less that of the reference person (sign 1), or the other way round; with weights."""
    codes = [schema.find("persons", "relationship").categories.index(label) for label in labels]
    first = pool.offsets[:-1][pool.record_of_person]
    chosen = np.isin(pool.persons["relationship"], codes)
    age = pool.persons["age"]
    return sign * (age - age[first])[chosen], pool.prior_weights[pool.record_of_person][chosen]


def points_of(values: NDArray[np.float64], weights: NDArray[np.float64]) -> str:
    """Weighted quantiles as text."""
    order = np.argsort(values, kind="stable")
    reached = np.cumsum(weights[order]) / weights.sum()
    return ", ".join(str(round(float(values[order][np.searchsorted(reached, p)]))) for p in POINTS)


def row(name: str, pool: Pool, schema: Schema) -> str:
    """One row of the table."""
    partner, child = gaps_of(pool, schema, ROLES.partner, 1), gaps_of(pool, schema, ROLES.child, -1)
    young = float(np.average(child[0] < TOO_YOUNG, weights=child[1]))
    return f"| {name} | {points_of(*partner)} | {points_of(*child)} | {young:.1%} |"


def main() -> None:
    """Print the table."""
    inputs = censemble.demo_inputs()
    survey, plain = inputs.seed_sample, replace(inputs.schema, roles=Roles())
    assert survey is not None
    told = replace(plain, roles=ROLES)
    rivals: list[tuple[str, Generator, Schema]] = [
        ("network with roles", BayesianNetwork(), told),
        ("network without roles", BayesianNetwork(), plain),
        ("independent margins", Independent(), plain),
    ]
    print("| | partner's age less head's | head's age less child's | child gap < 14 |\n|---|---|---|---|")
    print(row("survey", survey, plain))
    for name, generator, schema in rivals:
        made = generator.fit(schema, seed_sample=survey).sample(N_RECORDS, np.random.default_rng(1))
        print(row(name, made, plain), flush=True)


if __name__ == "__main__":
    main()
