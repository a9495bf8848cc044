"""The seed sample as a generator."""

from __future__ import annotations

import pytest
import small_case

from censemble.errors import SchemaError
from censemble.generators import SeedSample


def test_the_survey_is_the_pool() -> None:
    """Fitting returns the generator itself, and the pool is the sample with its design weights, untouched."""
    pool = small_case.pool()
    generator = SeedSample()
    assert generator.fit(pool) is generator
    assert generator.pool() is pool
    assert generator.pool_ is pool


def test_unfitted_generator_refuses() -> None:
    """Before `fit` there is nothing to propose, and the message says what to call."""
    with pytest.raises(SchemaError, match=r"call fit\(seed_sample\) first"):
        SeedSample().pool()


def test_fitting_again_replaces() -> None:
    """The last sample counts."""
    first, second = small_case.pool(), small_case.pool()
    assert SeedSample().fit(first).fit(second).pool() is second
