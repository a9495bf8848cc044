"""Independent margins: every attribute as the sample has it, none depending on another."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from censemble.generators.conditions import meeting, read_conditions
from censemble.generators.proposals import (
    count_of,
    fitted,
    household_pool,
    learnable,
    need_attributes,
    need_sample,
    numbered,
    person_pool,
)
from censemble.generators.protocol import Conditions
from censemble.margins import Margin
from censemble.pool import Columns, Pool
from censemble.schema import Entity, Schema


class Independent:
    """Draw each attribute by itself from the weighted sample: sizes, household attributes, persons' attributes.

    The generator that any other must beat. Do not use it for a population: children are widowed.

    Examples
    --------
    >>> import censemble
    >>> inputs = censemble.demo_inputs()
    >>> pool = Independent().fit(inputs.schema, seed_sample=inputs.seed_sample).sample(100, np.random.default_rng(1))
    >>> pool.household_ids[0].as_py()
    'independent-1'
    """

    name = "independent"
    needs_sample = True

    def __init__(self) -> None:
        self.pool_: Pool | None = None
        self.schema_ = Schema()

    def fit(self, schema: Schema, *, seed_sample: Pool | None = None, margins: Sequence[Margin] = ()) -> Independent:
        """Keep the sample's columns.

        Raises
        ------
        SchemaError
            No seed sample, no declared attribute of its records, or attributes that it lacks.
        """
        pool = need_sample(seed_sample, self.name)
        need_attributes(schema, pool.record_entity, self.name)
        entities: tuple[Entity, ...] = ("persons",) if pool.record_entity == "persons" else ("households", "persons")
        for entity in entities:
            learnable(schema, entity, pool.households if entity == "households" else pool.persons, self.name)
        self.pool_, self.schema_ = pool, schema
        return self

    def sample(self, n: int, rng: np.random.Generator, *, conditions: Conditions | None = None) -> Pool:
        """Draw `n` records; a condition on one attribute changes no other.

        Raises
        ------
        SchemaError
            Before `fit`; conditions that do not exist or that no record meets.
        """
        pool, n = fitted(self.pool_, self.name), count_of(n)
        weights, total = pool.prior_weights, float(pool.prior_weights.sum())
        ids = numbered("independent", n)
        if pool.record_entity == "persons":
            persons = self._columns("persons", pool.persons, weights, n, rng, conditions)
            return person_pool(persons, ids=ids, total_weight=total, generator=self.name)
        households = self._columns("households", pool.households, weights, n, rng, conditions)
        sizes = np.diff(pool.offsets)[_drawn(weights, n, rng)]
        of_person = np.repeat(weights, np.diff(pool.offsets))
        persons = self._columns("persons", pool.persons, of_person, int(sizes.sum()), rng, None)
        return household_pool(households, persons, sizes, ids=ids, total_weight=total, generator=self.name)

    def _columns(
        self,
        entity: Entity,
        columns: Columns,
        weights: NDArray[np.float64],
        n: int,
        rng: np.random.Generator,
        conditions: Conditions | None,
    ) -> dict[str, NDArray[Any]]:
        read_conditions(conditions, self.schema_, entity)  # all that is wrong with them in one message
        drawn = {}
        for attribute in self.schema_.of(entity):
            wanted = {k: v for k, v in (conditions or {}).items() if k == attribute.name}
            able = meeting(columns, wanted, self.schema_, entity, n_rows=len(weights)) if wanted else True
            drawn[attribute.name] = columns[attribute.name][_drawn(np.where(able, weights, 0.0), n, rng)]
        return drawn


def _drawn(weights: NDArray[np.float64], n: int, rng: np.random.Generator) -> NDArray[np.int64]:
    return rng.choice(len(weights), n, p=weights / weights.sum()) if n else np.zeros(0, np.int64)
