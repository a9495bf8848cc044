"""The survey itself as a generator: every record is a candidate, with its design weight as prior."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from censemble.generators.conditions import meeting
from censemble.generators.proposals import fitted, need_sample, record_columns
from censemble.generators.protocol import Conditions
from censemble.margins import Margin
from censemble.pool import Pool, take_records
from censemble.schema import Schema


class SeedSample:
    """Propose the survey's own records, as PopulationSim and its kin do.

    Do not use it where the sample lacks people whom the tables ask for: calibration cannot weigh up what
    is not there (`calibration.unsupported` names such cells).

    Examples
    --------
    >>> SeedSample().pool()
    Traceback (most recent call last):
    ...
    censemble.errors.SchemaError: the generator 'seed_sample' was not fitted; call fit(schema, seed_sample=...) first
    """

    name = "seed_sample"
    needs_sample = True

    def __init__(self) -> None:
        self.pool_: Pool | None = None
        self.schema_ = Schema()

    def fit(self, schema: Schema, *, seed_sample: Pool | None = None, margins: Sequence[Margin] = ()) -> SeedSample:
        """Keep the sample; its design weights are the prior.

        Raises
        ------
        SchemaError
            Without a seed sample.
        """
        self.pool_, self.schema_ = need_sample(seed_sample, self.name), schema
        return self

    def pool(self) -> Pool:
        """Return the sample as a pool.

        Raises
        ------
        SchemaError
            Before `fit`.
        """
        return fitted(self.pool_, self.name)

    def sample(self, n: int, rng: np.random.Generator, *, conditions: Conditions | None = None) -> Pool:
        """Propose at most `n` records of the survey, drawn without replacement; all of them where it has no more.

        Prior weights are design weights, scaled so that they sum to those of the records that meet the conditions.

        Raises
        ------
        SchemaError
            Before `fit`; conditions that do not exist or that no record meets.
        """
        pool = self.pool()
        columns = record_columns(pool)
        able = np.flatnonzero(meeting(columns, conditions, self.schema_, pool.record_entity, n_rows=pool.n_records))
        kept = able if n >= len(able) else np.sort(rng.choice(able, n, replace=False))
        weights = pool.prior_weights[kept] * (pool.prior_weights[able].sum() / pool.prior_weights[kept].sum())
        return replace(take_records(pool, kept), prior_weights=weights)
