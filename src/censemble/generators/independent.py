"""Independent margins: every attribute as the sample, or the tables, have it, none depending on another."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from censemble.generators.conditions import meeting, read_conditions
from censemble.generators.maximum_entropy import MaximumEntropy
from censemble.generators.one_way import one_way_margins
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
    """Draw each attribute by itself: sizes, household attributes, persons' attributes.

    From the weighted sample where there is one; from the margins alone where there is none, as `one_way` sums them
    out, numbers uniform in the tables' classes (`atoms.atoms_of` says where an open class ends). The generator that any
    other must beat. Do not use it for a population: children are widowed.

    Examples
    --------
    >>> import censemble
    >>> inputs = censemble.demo_inputs()
    >>> pool = Independent().fit(inputs.schema, seed_sample=inputs.seed_sample).sample(100, np.random.default_rng(1))
    >>> pool.household_ids[0].as_py()
    'independent-1'
    """

    name = "independent"
    needs_sample = False

    def __init__(self) -> None:
        self.pool_: Pool | None = None
        self.tables_: MaximumEntropy | None = None
        self.schema_ = Schema()
        self.notes_: tuple[str, ...] = ()

    def fit(self, schema: Schema, *, seed_sample: Pool | None = None, margins: Sequence[Margin] = ()) -> Independent:
        """Keep the sample's columns; without a sample learn shares from margins.

        Raises
        ------
        SchemaError
            Neither sample nor margins, no declared attribute of the records, attributes that the sample lacks, or
            margins that nothing can be summed out of.
        """
        self.schema_, self.pool_, self.tables_ = schema, None, None
        if seed_sample is None and margins:
            self.tables_ = MaximumEntropy().fit(schema, margins=one_way_margins(schema, margins))
            self.notes_ = tuple(note.replace(self.tables_.name, self.name) for note in self.tables_.notes_)
            return self
        pool = need_sample(seed_sample, self.name)
        need_attributes(schema, pool.record_entity, self.name)
        entities: tuple[Entity, ...] = ("persons",) if pool.record_entity == "persons" else ("households", "persons")
        for entity in entities:
            learnable(schema, entity, pool.households if entity == "households" else pool.persons, self.name)
        self.pool_ = pool
        return self

    def sample(self, n: int, rng: np.random.Generator, *, conditions: Conditions | None = None) -> Pool:
        """Draw `n` records; a condition on one attribute changes no other.

        Raises
        ------
        SchemaError
            Before `fit`; conditions that do not exist or that no record meets.
        """
        ids = numbered("independent", count_of(n))
        if self.tables_ is not None:
            return replace(self.tables_.sample(n, rng, conditions=conditions), household_ids=ids, generator=self.name)
        pool = fitted(self.pool_, self.name)
        weights, total = pool.prior_weights, float(pool.prior_weights.sum())
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
