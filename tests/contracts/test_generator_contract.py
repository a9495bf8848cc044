"""Every generator that learns from a sample, on every sample: what it proposes is a valid pool of the right kind."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

import generator_case
import numpy as np
import pytest
from generator_case import Case

from censemble.errors import SchemaError
from censemble.generators import BayesianNetwork, Bootstrap, Generator, HotDeck, Independent, SeedSample, SemaPop
from censemble.generators.semapop.lesson_making import LEAST_RECORDS
from censemble.pool import Pool
from censemble.schema import Schema

TINY = {"width": 8, "depth": 1, "noise": 4, "batch": 32, "steps": 20, "run": 10}
GENERATORS: dict[str, Callable[[], Generator]] = {
    "seed_sample": SeedSample,
    "bootstrap": Bootstrap,
    "independent": Independent,
    "hot_deck": HotDeck,
    "bayesian_network": lambda: BayesianNetwork(n_trees=4),
    "semapop": lambda: SemaPop(model="vae", model_options=TINY),
}
CASES = {case.name: case for case in generator_case.cases()}


@pytest.fixture(params=sorted(GENERATORS))
def generator(request: pytest.FixtureRequest) -> Generator:
    """A new generator of each kind."""
    if request.param == "semapop":
        need_neural()
    return GENERATORS[request.param]()


@pytest.fixture(params=sorted(CASES))
def case(request: pytest.FixtureRequest) -> Case:
    """Each sample."""
    return CASES[request.param]


def need_neural() -> None:
    """Skip where the extra is not installed."""
    for library in ("jax", "optax", "safetensors", "tokenizers"):
        pytest.importorskip(library, reason="semapop needs the extra: pip install 'censemble[neural]'")


def fit(generator: Generator, case: Case) -> Generator:
    """Fit to a sample; what trains is trained once for each sample, and refuses those of fewer than fifty records."""
    if generator.name != "semapop":
        return generator.fit(case.schema, seed_sample=case.pool)
    if case.pool.n_records < LEAST_RECORDS:
        pytest.skip(f"semapop refuses samples of fewer than {LEAST_RECORDS} records")
    return trained(case.name)


@cache
def trained(name: str) -> Generator:
    """The small model of a sample."""
    return GENERATORS["semapop"]().fit(CASES[name].schema, seed_sample=CASES[name].pool)


def rng(state: int = 1) -> np.random.Generator:
    """A fresh stream."""
    return np.random.default_rng(state)


def columns(pool: Pool) -> dict[str, np.ndarray[Any, Any]]:
    """Columns of the records."""
    return dict(pool.households if pool.record_entity == "households" else pool.persons)


def test_proposals_are_a_pool_of_the_same_kind(generator: Generator, case: Case) -> None:
    """As many records as asked for, of the sample's entity, with the sample's weight, anywhere, with unique ids."""
    n = min(50, case.pool.n_records) if generator.name == "seed_sample" else 50
    pool = fit(generator, case).sample(n, rng())
    assert pool.n_records == n
    assert pool.record_entity == case.pool.record_entity
    assert pool.prior_weights.sum() == pytest.approx(case.pool.prior_weights.sum())
    assert pool.generator == generator.name
    assert len(set(pool.household_ids.to_pylist())) == n
    assert {len(v) for v in pool.households.values()} == {n}
    assert {len(v) for v in pool.persons.values()} == {pool.n_persons}
    if generator.name != "seed_sample":
        assert pool.area_level == ""
        assert len(set(pool.prior_weights.tolist())) == 1


def test_values_are_declared(generator: Generator, case: Case) -> None:
    """Codes are categories or missing where the sample has missing values; numbers are some of the sample's.

    Ages that are drawn as gaps may be new; they stay in the sample's range.
    """
    pool = fit(generator, case).sample(50, rng())
    for attribute in case.schema.attributes:
        given = case.pool.households if attribute.entity == "households" else case.pool.persons
        drawn = pool.households if attribute.entity == "households" else pool.persons
        known = {None if np.isnan(v) else float(v) for v in given[attribute.name].astype(float)}
        values = {None if np.isnan(v) else float(v) for v in drawn[attribute.name].astype(float)}
        if case.schema.roles.age == attribute.name and generator.name == "bayesian_network":
            assert min(known) <= min(values) and max(values) <= max(known)
        else:
            assert values <= known


def test_persons_have_their_households_attributes(generator: Generator) -> None:
    """As in a seed sample, so that tables of persons may name them."""
    case = CASES["households"]
    pool = fit(generator, case).sample(50, rng())
    for name in ("tenure", "cars", "size"):
        assert np.array_equal(pool.persons[name], pool.households[name][pool.record_of_person])
    assert pool.person_extra["per_num"].to_pylist() == [k + 1 for size in np.diff(pool.offsets) for k in range(size)]


def test_the_same_stream_gives_the_same_records(generator: Generator, case: Case) -> None:
    """Bytes are equal for equal states, and a second fit changes nothing; what trains is trained again for one case."""
    first = fit(generator, case).sample(40, rng())
    again = generator.name != "semapop" or case.name == "persons"
    second = (generator.fit(case.schema, seed_sample=case.pool) if again else fit(generator, case)).sample(40, rng())
    assert all(columns(first)[k].tobytes() == columns(second)[k].tobytes() for k in columns(first))
    assert first.household_ids.equals(second.household_ids)
    assert np.array_equal(first.offsets, second.offsets)


def test_another_stream_gives_other_records(generator: Generator) -> None:
    """The stream is used."""
    case = CASES["persons"]
    fitted = fit(generator, case)
    assert not np.array_equal(fitted.sample(40, rng(1)).persons["age"], fitted.sample(40, rng(2)).persons["age"])


def test_conditions_are_kept(generator: Generator, case: Case) -> None:
    """Every record meets them."""
    pool = fit(generator, case).sample(30, rng(), conditions=case.condition)
    for name, wanted in case.condition.items():
        attribute = case.schema.find(case.pool.record_entity, name)
        values = columns(pool)[name]
        if attribute.kind == "numeric":
            assert ((values >= wanted[0]) & (values <= wanted[1])).all()
        else:
            labels = [wanted] if isinstance(wanted, str) else wanted
            assert set(values.tolist()) <= {attribute.categories.index(label) for label in labels}


def test_nobody_is_drawn_before_fit(generator: Generator) -> None:
    """The message says what to call."""
    with pytest.raises(SchemaError, match="was not fitted; call fit"):
        generator.sample(1, rng())


def test_a_sample_is_needed(generator: Generator) -> None:
    """The message names a generator that works from tables alone."""
    if generator.needs_sample or generator.name == "independent":
        with pytest.raises(SchemaError, match="maximum_entropy"):
            generator.fit(Schema(), seed_sample=None)


@pytest.mark.parametrize("name", [name for name, case in CASES.items() if case.pool.n_records < LEAST_RECORDS])
def test_what_trains_refuses_a_handful_of_records(name: str) -> None:
    """Before anything is written, embedded or trained; the message says how many there are and what to take."""
    need_neural()
    case = CASES[name]
    with pytest.raises(SchemaError, match=rf"are {case.pool.n_records} records .* at least 50 .* take 'bayesian_net"):
        GENERATORS["semapop"]().fit(case.schema, seed_sample=case.pool)


@pytest.mark.parametrize(
    ("conditions", "says"),
    [
        ({"sexx": "male"}, "did you mean 'sex'"),
        ({"sex": "other"}, "has no label 'other'; it has female, male"),
        ({"age": (64, 18)}, "low <= high"),
        ({"age": (500, 600)}, "age 500 to 600"),
    ],
)
def test_conditions_nobody_can_meet_are_refused(generator: Generator, conditions: Any, says: str) -> None:
    """Before anything is drawn, naming the attribute and what there is."""
    case = CASES["persons"]
    fitted = fit(generator, case)
    with pytest.raises(SchemaError, match=says):
        fitted.sample(5, rng(), conditions=conditions)


def test_conditions_on_persons_are_not_for_households(generator: Generator) -> None:
    """A household is not of an age; the message says so."""
    case = CASES["households"]
    fitted = fit(generator, case)
    with pytest.raises(SchemaError, match="'age' is not an attribute of households"):
        fitted.sample(5, rng(), conditions={"age": (18, 64)})
