"""Drawing the survey's records again."""

from __future__ import annotations

import generator_case
import numpy as np
import pytest

from censemble.generators import Bootstrap
from censemble.generators.bootstrap import copies


def test_records_are_drawn_by_weight() -> None:
    """Of two records with weights 3 and 1 the first comes three times out of four."""
    case = generator_case.cases()[2]
    pool = Bootstrap().fit(case.schema, seed_sample=case.pool).sample(8000, np.random.default_rng(1))
    assert (pool.persons["age"] == 40).mean() == pytest.approx(0.75, abs=0.02)


def test_every_record_is_one_of_the_survey_and_named_after_it() -> None:
    """The id before the number of the copy is that of the survey's record."""
    case = generator_case.cases()[4]
    pool = Bootstrap().fit(case.schema, seed_sample=case.pool).sample(200, np.random.default_rng(1))
    source = [int(i.split("#")[0][1:]) for i in pool.household_ids.to_pylist()]
    assert np.array_equal(pool.households["size"], case.pool.households["size"][source])
    assert np.array_equal(np.diff(pool.offsets), pool.households["size"])


def test_copies_are_numbered() -> None:
    """The first keeps its id."""
    assert copies([7, 7, "a", 7]).to_pylist() == ["7", "7#2", "a", "7#3"]
