"""The seed sample as a generator."""

from __future__ import annotations

import numpy as np
import pytest
import small_case

from censemble.errors import SchemaError
from censemble.generators import SeedSample
from censemble.schema import Schema


def test_the_survey_is_the_pool() -> None:
    """Fitting returns the generator itself, and the pool is the sample with its design weights, untouched."""
    pool = small_case.pool()
    generator = SeedSample()
    assert generator.fit(Schema(), seed_sample=pool) is generator
    assert generator.pool() is pool


def test_unfitted_generator_refuses() -> None:
    """Before `fit` there is nothing to propose, and the message says what to call."""
    with pytest.raises(SchemaError, match="call fit"):
        SeedSample().pool()


def test_fitting_again_replaces() -> None:
    """The last sample counts."""
    first, second = small_case.pool(), small_case.pool()
    assert SeedSample().fit(Schema(), seed_sample=first).fit(Schema(), seed_sample=second).pool() is second


def test_a_part_of_the_survey_stands_for_all_of_it() -> None:
    """Two of four records, no record twice, weights in proportion, with the same sum; more than all is all."""
    survey = small_case.pool()
    generator = SeedSample().fit(Schema(), seed_sample=survey)
    pool = generator.sample(2, np.random.default_rng(1))
    rows = [survey.household_ids.to_pylist().index(i) for i in pool.household_ids.to_pylist()]
    assert len(set(rows)) == 2
    assert pool.prior_weights.sum() == pytest.approx(survey.prior_weights.sum())
    assert np.ptp(pool.prior_weights / survey.prior_weights[rows]) == pytest.approx(0.0, abs=1e-12)
    assert generator.sample(99, np.random.default_rng(1)).n_records == 4
