"""Independent margins."""

from __future__ import annotations

import generator_case
import numpy as np
import pytest

from censemble.generators import Independent


def test_shares_are_the_samples_and_nothing_depends() -> None:
    """One-way shares agree within noise; children work as often as adults."""
    case = generator_case.cases()[0]
    pool = Independent().fit(case.schema, seed_sample=case.pool).sample(20000, np.random.default_rng(1))
    weights = case.pool.prior_weights / case.pool.prior_weights.sum()
    for code in range(3):
        share = weights[case.pool.persons["work"] == code].sum()
        assert (pool.persons["work"] == code).mean() == pytest.approx(share, abs=0.015)
        for young in (True, False):
            among = pool.persons["work"][(pool.persons["age"] < 18) == young]
            assert (among == code).mean() == pytest.approx(share, abs=0.03)


def test_a_condition_moves_only_its_own_attribute() -> None:
    """The share of men among workers is that among all."""
    case = generator_case.cases()[0]
    generator = Independent().fit(case.schema, seed_sample=case.pool)
    pool = generator.sample(20000, np.random.default_rng(1), conditions={"work": "full"})
    weights = case.pool.prior_weights / case.pool.prior_weights.sum()
    assert set(pool.persons["work"].tolist()) == {2}
    assert pool.persons["sex"].mean() == pytest.approx(float(weights @ case.pool.persons["sex"]), abs=0.015)


def test_sizes_of_households_are_the_samples() -> None:
    """Mean size agrees within noise; households do not keep their members."""
    case = generator_case.cases()[4]
    pool = Independent().fit(case.schema, seed_sample=case.pool).sample(5000, np.random.default_rng(1))
    expected = np.average(np.diff(case.pool.offsets), weights=case.pool.prior_weights)
    assert np.diff(pool.offsets).mean() == pytest.approx(expected, abs=0.06)
    assert (pool.households["size"] != np.diff(pool.offsets)).mean() > 0.5
