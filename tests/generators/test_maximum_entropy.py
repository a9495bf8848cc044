"""Maximum entropy from tables alone, as a generator."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import tables_case as case

from censemble.errors import SchemaError
from censemble.generators.maximum_entropy import MaximumEntropy
from censemble.schema import Schema

ALL = [*case.households(), *case.persons()]


def test_records_have_the_shares_of_the_tables() -> None:
    """Joint tables stay joint: size by tenure and age by sex come out as given, within noise."""
    pool = MaximumEntropy(size="size").fit(case.SCHEMA, margins=ALL).sample(50_000, np.random.default_rng(1))
    joint = np.bincount(pool.households["tenure"] * 3 + pool.households["size"], minlength=6) / 50_000
    np.testing.assert_allclose(joint, [0.1, 0.2, 0.3, 0.25, 0.1, 0.05], atol=0.01)
    by_sex = np.bincount(pool.persons["sex"] * 2 + (pool.persons["age"] >= 18)) / pool.n_persons
    np.testing.assert_allclose(by_sex, np.array([30, 90, 40, 70]) / 230, atol=0.01)


def test_what_no_table_links_is_independent() -> None:
    """Sex of persons and tenure of their household have nothing to do with each other."""
    pool = MaximumEntropy(size="size").fit(case.SCHEMA, margins=ALL).sample(50_000, np.random.default_rng(1))
    assert abs(np.corrcoef(pool.persons["sex"], pool.persons["tenure"])[0, 1]) < 0.01


def test_persons_follow_their_household_where_tables_say_so() -> None:
    """Persons by size and sex: women live alone, men do not, and households keep their own shares."""
    cells = {
        f"{s} {x}": case.all_of(case.SIZES[s], case.is_in("sex", [k])) for s in case.SIZES for k, x in enumerate("fm")
    }
    by_size = case.margin("sex by size", "persons", cells, [[35, 0, 30, 30, 60, 75]])
    pool = (
        MaximumEntropy(size="size").fit(case.SCHEMA, margins=[*ALL, by_size]).sample(20_000, np.random.default_rng(1))
    )
    alone = pool.persons["size"] == 0
    assert (pool.persons["sex"][alone] == 0).all()
    assert 0.4 < pool.persons["sex"][~alone].mean() < 0.8
    np.testing.assert_allclose(np.bincount(pool.households["size"]) / 20_000, [0.35, 0.3, 0.35], atol=0.015)


def test_the_same_state_gives_the_same_records() -> None:
    """Another state gives others."""
    fitted = MaximumEntropy(size="size").fit(case.SCHEMA, margins=ALL)
    first, again, other = (fitted.sample(100, np.random.default_rng(seed)) for seed in (1, 1, 2))
    np.testing.assert_array_equal(first.persons["age"], again.persons["age"])
    assert not np.array_equal(first.households["size"], other.households["size"])


def test_records_may_be_persons() -> None:
    """Where nothing speaks of households each person is a record, and the weights sum to their number."""
    schema = Schema(case.SCHEMA.of("persons"))
    pool = MaximumEntropy().fit(schema, margins=case.persons()).sample(1000, np.random.default_rng(1))
    assert (pool.record_entity, pool.n_persons) == ("persons", 1000)
    assert pool.prior_weights.sum() == pytest.approx(230)


def test_households_without_persons() -> None:
    """Without any word of persons households have none."""
    schema = Schema(case.SCHEMA.of("households"))
    pool = MaximumEntropy(size="size").fit(schema, margins=case.households()).sample(10, np.random.default_rng(1))
    assert pool.n_persons == 0


def test_sizes_without_an_attribute() -> None:
    """The mean is that of the tables."""
    pool = MaximumEntropy().fit(case.SCHEMA, margins=ALL).sample(20_000, np.random.default_rng(1))
    assert np.diff(pool.offsets).mean() == pytest.approx(2.3, abs=0.05)


def test_notes_say_what_tables_leave_open() -> None:
    """Attributes without a table, and that persons of a household know nothing of each other."""
    notes = " ".join(MaximumEntropy(size="size").fit(case.SCHEMA, margins=ALL).notes_)
    assert "no table names rooms, hours" in notes
    assert "independent of each other" in notes


@pytest.mark.parametrize(
    ("size", "margins", "message"),
    [
        ("", [], "no table to learn from"),
        ("", case.persons(), "no table counts all households; give a total"),
        ("rooms", ALL, "'few' does not begin with a number"),
        ("beds", ALL, "no attribute 'beds'"),
    ],
)
def test_what_cannot_be_learnt_is_refused(size: str, margins: list[object], message: str) -> None:
    """Each with the name of what is missing."""
    with pytest.raises(SchemaError, match=message):
        MaximumEntropy(size=size).fit(case.SCHEMA, margins=margins)  # type: ignore[arg-type]


def test_before_fitting_there_is_nothing() -> None:
    """Asking early is refused, and so is asking for nobody."""
    with pytest.raises(SchemaError, match="not fitted"):
        MaximumEntropy().sample(1, np.random.default_rng(0))
    with pytest.raises(SchemaError, match="ask for 1 or more"):
        MaximumEntropy(size="size").fit(case.SCHEMA, margins=ALL).sample(0, np.random.default_rng(0))


def test_a_seed_sample_only_says_what_a_record_is() -> None:
    """With a sample of persons records are persons."""
    schema = Schema(case.SCHEMA.of("persons"))
    fitted = MaximumEntropy().fit(schema, margins=case.persons())
    sample = fitted.sample(10, np.random.default_rng(1))
    again = fitted.fit(schema, seed_sample=replace(sample, generator="survey"), margins=case.persons())
    assert again.sample(5, np.random.default_rng(1)).record_entity == "persons"
