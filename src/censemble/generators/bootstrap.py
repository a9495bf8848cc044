"""The bootstrap: records of the survey drawn again and again, as often as their design weights say."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

import numpy as np
import pyarrow as pa

from censemble.generators.conditions import meeting
from censemble.generators.proposals import count_of, fitted, need_sample, record_columns, taken_again
from censemble.generators.protocol import Conditions
from censemble.margins import Margin
from censemble.pool import Pool
from censemble.schema import Schema


class Bootstrap:
    """Draw records of the seed sample with replacement, households with their persons, in proportion to their weights.

    Use it where everything must be as in the survey: each record is one of the survey's. Do not use it where the
    sample lacks people whom the tables ask for, nor where copies of respondents may not be published.

    Examples
    --------
    >>> import censemble
    >>> inputs = censemble.demo_inputs()
    >>> survey = inputs.seed_sample
    >>> pool = Bootstrap().fit(inputs.schema, seed_sample=survey).sample(1000, np.random.default_rng(1))
    >>> pool.n_records, bool(np.isclose(pool.prior_weights.sum(), survey.prior_weights.sum()))
    (1000, True)

    References
    ----------
    Efron (1979), "Bootstrap methods: another look at the jackknife", Annals of Statistics 7(1).
    """

    name = "bootstrap"
    needs_sample = True

    def __init__(self) -> None:
        self.pool_: Pool | None = None
        self.schema_ = Schema()

    def fit(self, schema: Schema, *, seed_sample: Pool | None = None, margins: Sequence[Margin] = ()) -> Bootstrap:
        """Keep the sample.

        Raises
        ------
        SchemaError
            Without a seed sample.
        """
        self.pool_, self.schema_ = need_sample(seed_sample, self.name), schema
        return self

    def sample(self, n: int, rng: np.random.Generator, *, conditions: Conditions | None = None) -> Pool:
        """Draw `n` records; ids are those of the survey, further copies of a record have ``#2``, ``#3``, ... added.

        Raises
        ------
        SchemaError
            Before `fit`; conditions that do not exist or that no record meets.
        """
        pool = fitted(self.pool_, self.name)
        columns = record_columns(pool)
        able = meeting(columns, conditions, self.schema_, pool.record_entity, n_rows=pool.n_records)
        shares = np.where(able, pool.prior_weights, 0.0)
        drawn = rng.choice(pool.n_records, count_of(n), p=shares / shares.sum())
        weights = np.full(n, shares.sum() / n)
        return taken_again(
            pool, drawn, weights=weights, ids=copies(pool.household_ids.take(drawn).to_pylist()), generator=self.name
        )


def copies(ids: Iterable[object]) -> pa.Array:
    """Tell copies apart, so that ids stay unique.

    Examples
    --------
    >>> copies(["a", "b", "a"]).to_pylist()
    ['a', 'b', 'a#2']
    """
    seen: Counter[str] = Counter()
    told = []
    for value in ids:
        seen[str(value)] += 1
        told.append(f"{value}#{seen[str(value)]}" if seen[str(value)] > 1 else str(value))
    return pa.array(told, pa.string())
