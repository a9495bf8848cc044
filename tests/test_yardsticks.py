"""The yardsticks are real records drawn right, and simple ways out made right."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from judge_case import table

from censemble.dataset import Dataset
from censemble.drawing import pool_of_dataset
from censemble.schema import Attribute, Schema
from censemble.yardsticks import (
    INDEPENDENT,
    N_FRESH,
    RAKED,
    TRAINING,
    fresh_samples,
    n_records,
    raked_weights,
    training_yardsticks,
    yardstick_size,
)

LINKED = Schema(
    (
        Attribute("tenure", "households", "categorical", ("owned", "rented")),
        Attribute("age", "persons", "numeric", bins=(0, 18, 65, 100)),
    )
)


def households(n: int, *, share_rented: float, random_seed: int = 0) -> Dataset:
    """Owners live in pairs of adults, renters alone with a child."""
    rng = np.random.default_rng(random_seed)
    rented = (rng.uniform(size=n) < share_rented).astype(np.int64)
    first, second = rng.integers(20, 60, n), np.where(rented == 1, rng.integers(0, 17, n), rng.integers(20, 60, n))
    ages = np.stack([first, second], axis=1).ravel().astype(float)
    links = np.repeat(np.arange(n), 2)
    return Dataset("h", LINKED, {"tenure": rented}, {"age": ages}, np.ones(n), np.ones(2 * n), links)


def shares(data: Dataset, name: str) -> np.ndarray:
    """One-way shares of a coded attribute of persons."""
    return np.bincount(data.persons[name], minlength=3) / n_records(data)


def test_a_holdout_gives_parts_of_itself() -> None:
    """Without weights and larger than asked for: distinct records, three samples, each another one."""
    holdout = replace(table(500), persons=dict(table(500).persons) | {"age": np.arange(500.0) % 99})
    drawn = list(fresh_samples(table(100), holdout, 200, random_seed=0))
    assert [n_records(d) for d in drawn] == [200] * N_FRESH
    assert not np.array_equal(drawn[0].persons["age"], drawn[1].persons["age"])


def test_a_small_holdout_is_used_once_as_it_is() -> None:
    """Drawing it up to size would add noise that no real sample has."""
    drawn = list(fresh_samples(table(100), table(150, random_seed=5), 200, random_seed=0))
    assert [n_records(d) for d in drawn] == [150]
    assert (drawn[0].persons["age"] == table(150, random_seed=5).persons["age"]).all()


def test_weights_decide_who_is_drawn() -> None:
    """A person without weight is never in a fresh sample; all drawn rows count 1."""
    reference = replace(table(100), person_weights=np.r_[np.zeros(50), np.ones(50)])
    marked = replace(reference, persons=dict(reference.persons) | {"age": np.arange(100.0)})
    for drawn in fresh_samples(marked, None, 300, random_seed=1):
        assert drawn.persons["age"].min() >= 50 and (drawn.person_weights == 1).all()


def test_without_training_sample_only_independent_margins_are_made() -> None:
    """They are then those of the reference."""
    made = dict(training_yardsticks(table(3000), None, 3000, random_seed=0))
    assert list(made) == [INDEPENDENT]
    assert np.abs(shares(made[INDEPENDENT], "work") - shares(table(3000), "work")).max() < 0.03


def test_independent_margins_keep_margins_and_break_dependence() -> None:
    """Nobody under 16 works in the sample; in the yardstick as many do as anywhere."""
    made = dict(training_yardsticks(table(4000), table(2000, random_seed=2), 4000, random_seed=0))[INDEPENDENT]
    young = made.persons["age"] < 16
    assert abs((made.persons["work"][young] > 0).mean() - (made.persons["work"] > 0).mean()) < 0.07


def test_the_training_yardstick_holds_training_records_only() -> None:
    """It is drawn with replacement to the size asked for."""
    train = table(50, random_seed=3)
    made = dict(training_yardsticks(table(400), train, 400, random_seed=0))[TRAINING]
    rows = {tuple(r) for r in np.stack(list(train.persons.values())).T.tolist()}
    assert n_records(made) == 400
    assert {tuple(r) for r in np.stack(list(made.persons.values())).T.tolist()} <= rows


def test_raking_meets_the_one_way_tables_of_households_and_persons() -> None:
    """A sample with half renters is weighted to the reference's 20 %; persons' ages follow with the households."""
    reference, train = households(4000, share_rented=0.2), households(400, share_rented=0.5, random_seed=9)
    weights = raked_weights(pool_of_dataset(train, generator="t"), reference)
    assert np.average(train.households["tenure"], weights=weights) == pytest.approx(
        reference.households["tenure"].mean(), abs=2e-3
    )
    child = train.persons["age"].reshape(-1, 2).min(axis=1) < 18
    assert np.average(child, weights=weights) == pytest.approx((reference.persons["age"] < 18).mean() * 2, abs=2e-3)
    made = dict(training_yardsticks(reference, train, 4000, random_seed=0))[RAKED]
    assert made.is_linked and n_records(made) == 4000


def test_raking_leaves_out_categories_that_the_sample_lacks() -> None:
    """Nobody can be weighted up who is not there; the other categories keep their proportions."""
    reference, train = table(3000), table(300, random_seed=1)
    codes = np.where(train.persons["work"] == 1, 2, train.persons["work"])
    train = replace(train, persons=dict(train.persons) | {"work": codes})
    weights = raked_weights(pool_of_dataset(train, generator="t"), reference)
    assert np.isfinite(weights).all() and weights.sum() > 0
    assert np.average(codes == 1, weights=weights) == 0


def test_the_same_random_seed_gives_the_same_yardsticks() -> None:
    """Byte for byte, and another seed gives others."""

    def made(random_seed: int) -> list[bytes]:
        drawn = dict(training_yardsticks(table(200), table(100, random_seed=2), 200, random_seed=random_seed))
        return [d.persons["age"].tobytes() for d in drawn.values()]

    assert made(1) == made(1) != made(2)


def test_a_weighted_holdout_is_no_bootstrap() -> None:
    """Asked for more than it has, it gives its effective size, and hardly a record twice."""
    weights = np.random.default_rng(0).uniform(0.5, 2, 300)
    persons = dict(table(300).persons) | {"age": np.arange(300.0)}
    (drawn,) = fresh_samples(
        table(100), replace(table(300), persons=persons, person_weights=weights), 400, random_seed=0
    )
    assert n_records(drawn) == int(weights.sum() ** 2 / (weights**2).sum())
    assert len(np.unique(drawn.persons["age"])) > 0.8 * n_records(drawn)


def test_nearly_the_whole_holdout_is_drawn_once() -> None:
    """Parts that share most records would agree by that, and their spread would be no noise."""
    assert len(list(fresh_samples(table(100), table(500), 300, random_seed=0))) == 1
    assert len(list(fresh_samples(table(100), table(600), 300, random_seed=0))) == N_FRESH


def test_persons_alone_count_as_the_households_that_hold_them() -> None:
    """Of 600 persons in pairs the yardsticks are 300 households, not 600."""
    reference, linked = households(500, share_rented=0.5), households(300, share_rented=0.5)
    alone = replace(linked, households={}, household_weights=np.zeros(0), household_of_person=np.zeros(0, np.int64))
    assert yardstick_size(linked, reference) == yardstick_size(alone, reference) == 300
