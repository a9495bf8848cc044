"""The Bayesian network as a generator of persons."""

from __future__ import annotations

from dataclasses import replace

import generator_case
import numpy as np
import pytest

from censemble.errors import SchemaError
from censemble.generators import BayesianNetwork

CASE = replace(generator_case.cases()[0], pool=generator_case.workers(3000))


@pytest.fixture(scope="module")
def fitted() -> BayesianNetwork:
    """Learnt from 3,000 weighted persons."""
    return BayesianNetwork().fit(CASE.schema, seed_sample=CASE.pool)


def test_what_never_happens_hardly_does(fitted: BayesianNetwork) -> None:
    """Children do not work, adults do, and women more often part-time, as in the weighted sample."""
    pool = fitted.sample(20_000, np.random.default_rng(1))
    child = pool.persons["age"] < 18
    assert (pool.persons["work"][child] > 0).mean() < 0.02
    assert (pool.persons["work"][~child] == 0).mean() < 0.02
    survey, weights = CASE.pool.persons, CASE.pool.prior_weights
    for sex in (0, 1):
        among = (survey["sex"] == sex) & (survey["age"] >= 18)
        expected = weights[among & (survey["work"] == 2)].sum() / weights[among].sum()
        mine = ~child & (pool.persons["sex"] == sex)
        assert (pool.persons["work"][mine] == 2).mean() == pytest.approx(expected, abs=0.05)


def test_conditions_change_what_depends_on_them(fitted: BayesianNetwork) -> None:
    """Full-time workers are all adults or nearly so, and mostly of one sex."""
    pool = fitted.sample(5000, np.random.default_rng(1), conditions={"work": "full"})
    whole = fitted.sample(20_000, np.random.default_rng(2))
    among = whole.persons["work"] == 2
    assert set(pool.persons["work"].tolist()) == {2}
    assert (pool.persons["age"] >= 18).mean() > 0.97
    assert pool.persons["sex"].mean() == pytest.approx(whole.persons["sex"][among].mean(), abs=0.03)


def test_a_part_of_a_bin_can_be_asked_for(fitted: BayesianNetwork) -> None:
    """Ages 20 to 21, which no bin begins and ends with, in the sample's proportions."""
    pool = fitted.sample(2000, np.random.default_rng(1), conditions={"age": (20, 21)})
    assert set(pool.persons["age"].tolist()) == {20.0, 21.0}
    weights = [CASE.pool.prior_weights[CASE.pool.persons["age"] == a].sum() for a in (20, 21)]
    assert (pool.persons["age"] == 20).mean() == pytest.approx(weights[0] / sum(weights), abs=0.08)


def test_learning_again_gives_the_same_network(fitted: BayesianNetwork) -> None:
    """The random seed decides, and another one gives another network."""
    again = BayesianNetwork().fit(CASE.schema, seed_sample=CASE.pool)
    other = BayesianNetwork(random_seed=1).fit(CASE.schema, seed_sample=CASE.pool)
    first, second, third = (
        np.stack(list(g.sample(300, np.random.default_rng(1)).persons.values())) for g in (fitted, again, other)
    )
    assert np.array_equal(first, second)
    assert not np.array_equal(first, third)


def test_a_schema_without_attributes_is_refused() -> None:
    """There is nothing to learn."""
    with pytest.raises(SchemaError, match="declare some"):
        BayesianNetwork().fit(CASE.schema.__class__(), seed_sample=CASE.pool)
