"""Households with their persons."""

from __future__ import annotations

from dataclasses import replace

import generator_case
import numpy as np
import pytest

from censemble.generators import BayesianNetwork
from censemble.generators.household_persons import Household, function_of
from censemble.pool import Pool
from censemble.schema import Schema

CASE = generator_case.cases()[4]


@pytest.fixture(scope="module")
def fitted() -> BayesianNetwork:
    """Learnt from 300 households."""
    return BayesianNetwork(n_trees=4).fit(CASE.schema, seed_sample=CASE.pool)


@pytest.fixture(scope="module")
def drawn(fitted: BayesianNetwork) -> Pool:
    """3,000 households."""
    return fitted.sample(3000, np.random.default_rng(1))


def gaps(pool: Pool, place: int) -> np.ndarray:  # type: ignore[type-arg]
    """Age of the first person less that of the person at `place`, in households that have both."""
    heads = pool.offsets[:-1][np.diff(pool.offsets) > place]
    return pool.persons["age"][heads] - pool.persons["age"][heads + place]


def test_attributes_that_are_functions_of_the_size_stay_so(fitted: BayesianNetwork, drawn: Pool) -> None:
    """The declared size is the number of persons, and cars follow it, in every household."""
    sizes = np.diff(drawn.offsets)
    assert np.array_equal(drawn.households["size"], sizes)
    assert np.array_equal(drawn.households["cars"], np.minimum(sizes - 1, 2))
    network = fitted.model_.network  # type: ignore[union-attr]
    assert isinstance(network, Household)
    assert [code is not None for code in network.of_size] == [False, True, True]


def test_sizes_are_the_samples(drawn: Pool) -> None:
    """Shares of sizes agree within noise."""
    sizes = np.diff(CASE.pool.offsets)
    expected = np.bincount(sizes, weights=CASE.pool.prior_weights) / CASE.pool.prior_weights.sum()
    assert np.bincount(np.diff(drawn.offsets)) / 3000 == pytest.approx(expected, abs=0.04)


def test_partners_are_of_an_age_and_children_a_generation_younger(drawn: Pool) -> None:
    """Two years in the sample, and 20 to 27: nearly all of the drawn ones too; independent ages are decades apart."""
    assert (np.abs(gaps(drawn, 1) - 2) <= 1).mean() > 0.95
    assert ((gaps(drawn, 2) >= 18) & (gaps(drawn, 2) <= 29)).mean() > 0.95


def test_places_matter(drawn: Pool) -> None:
    """The second person is always a man, first and third ones half of the time."""
    place = np.arange(drawn.n_persons) - drawn.offsets[:-1][drawn.record_of_person]
    assert drawn.persons["sex"][place == 1].mean() > 0.98
    assert drawn.persons["sex"][place == 0].mean() == pytest.approx(0.5, abs=0.12)


def test_conditions_on_functions_of_the_size_choose_sizes(fitted: BayesianNetwork) -> None:
    """Two cars or more means three persons or more."""
    pool = fitted.sample(200, np.random.default_rng(1), conditions={"cars": "2 or more"})
    assert (np.diff(pool.offsets) >= 3).all()


def test_few_records_are_no_evidence_of_a_function() -> None:
    """Two households of different tenure and size prove nothing."""
    assert function_of(np.array([0, 1], np.int16), np.array([0, 1]), 2) is None


def test_empty_households_may_be_in_the_sample() -> None:
    """Sizes 0 and 2: so are the drawn ones."""
    offsets = np.concatenate([[0], np.cumsum(np.tile([0, 2], 30))])
    persons = {"age": np.tile([40.0, 10.0], 30), "sex": np.tile([0, 1], 30)}
    pool = replace(generator_case.alone(60), persons=persons, offsets=offsets)
    schema = Schema((generator_case.TENURE, generator_case.AGE, generator_case.SEX))
    made = BayesianNetwork(n_trees=2).fit(schema, seed_sample=pool).sample(100, np.random.default_rng(1))
    assert set(np.diff(made.offsets).tolist()) == {0, 2}
