"""Records as rows of codes, and back."""

from __future__ import annotations

import generator_case
import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from places_case import FAMILIES, families

from censemble.errors import SchemaError
from censemble.generators.conditions import read_conditions
from censemble.generators.proposals import household_pool
from censemble.generators.semapop.flat_records import FlatCodes, shares_of, within
from censemble.pool import Pool, take_records
from censemble.schema import Attribute, Schema

HOMES = next(case for case in generator_case.cases() if case.name == "households")
TENURE = Attribute("tenure", "households", "categorical", ("owned", "rented"))
SEX = Attribute("sex", "persons", "categorical", ("female", "male"))


def homes(tenure: list[int], sizes: list[int], sex: list[int]) -> Pool:
    """Households by hand."""
    ids = pa.array([str(i) for i in range(len(sizes))])
    columns = {"tenure": np.array(tenure)}
    return household_pool(
        columns, {"sex": np.array(sex)}, np.array(sizes), ids=ids, total_weight=1.0, generator="survey"
    )


SURVEY = homes([0, 1, 0], [1, 2, 1], [0, 1, -1, 1])
SMALL = Schema((TENURE, SEX))


def test_members_lie_side_by_side_and_nobody_has_the_last_code() -> None:
    """Tenure, number of persons, then each member's sex; a missing value is a code of its own, absence another."""
    flat = FlatCodes.of(SMALL, SURVEY)
    assert [(b.name, b.slot, b.n_codes) for b in flat.blocks] == [
        ("tenure", 0, 2),
        ("persons", 0, 2),
        ("person 1: sex", 1, 4),
        ("person 2: sex", 2, 4),
    ]
    assert flat.codes(SURVEY).tolist() == [[0, 0, 0, 3], [1, 1, 1, 2], [0, 0, 1, 3]]


@pytest.mark.parametrize("case", [c for c in generator_case.cases() if c.name != "two records"], ids=lambda c: c.name)
def test_labels_come_back_as_they_were(case: generator_case.Case) -> None:
    """Every categorical value, missing ones too, each size, each person in place; numbers stay in their bins."""
    flat = FlatCodes.of(case.schema, case.pool)
    codes = flat.codes(case.pool)
    assert flat.complete(codes).all() and not flat.overfull(codes).any()
    ids = pa.array([f"sp-{i}" for i in range(case.pool.n_records)])
    again = flat.pool(codes, np.random.default_rng(1), total_weight=7.0, ids=ids)
    assert np.array_equal(again.offsets, case.pool.offsets)
    assert again.prior_weights.sum() == pytest.approx(7.0)
    for attribute in case.schema.attributes:
        mine, theirs = (p.households if attribute.entity == "households" else p.persons for p in (again, case.pool))
        if attribute.kind != "numeric":
            assert np.array_equal(mine[attribute.name], theirs[attribute.name])
    names = {"", *(a.name for a in case.schema.attributes)}
    declared = [b.attribute in names for b in flat.blocks]  # all but gaps: another head of the bin has another one
    assert np.array_equal(flat.codes(again)[:, declared], codes[:, declared])


def test_ages_of_others_keep_their_gap_to_the_first() -> None:
    """Where roles name an age everybody's gap to the first person comes back to the year; missing ages stay missing."""
    pool = families(200)
    flat = FlatCodes.of(FAMILIES, pool)
    codes = flat.codes(pool)
    sizes = {b.name: b.n_codes for b in flat.blocks}
    assert sizes["person 2: age less (first) age"] == 4  # -30, 2, missing, nobody
    assert sizes["person 2: age"] == sizes["person 1: age"]
    again = flat.pool(codes, np.random.default_rng(1), total_weight=1.0, ids=pa.array([str(i) for i in range(200)]))
    first = pool.offsets[:-1][pool.record_of_person]
    gaps, found = (p.persons["age"] - p.persons["age"][first] for p in (pool, again))
    known = np.isfinite(gaps)
    assert np.array_equal(gaps[known], found[known])
    assert np.isnan(found[~known]).all()
    assert flat.complete(codes).all() and not flat.overfull(codes).any()


def test_without_roles_ages_are_ages() -> None:
    """A schema that names no age, and households of one person, have no gap."""
    pool = families(100)
    assert FlatCodes.of(Schema(FAMILIES.attributes), pool).gap is None
    alone = take_records(pool, np.flatnonzero(np.diff(pool.offsets) == 1))
    assert FlatCodes.of(FAMILIES, alone).gap is None


def test_a_function_of_the_size_is_computed() -> None:
    """Size follows the number of persons and takes no block; it comes back."""
    flat = FlatCodes.of(HOMES.schema, HOMES.pool)
    assert "size" not in [block.name for block in flat.blocks]
    codes = flat.codes(HOMES.pool)
    ids = pa.array([str(i) for i in range(len(codes))])
    again = flat.pool(codes, np.random.default_rng(1), total_weight=1.0, ids=ids)
    assert np.array_equal(again.households["size"], np.diff(again.offsets))


@settings(max_examples=25, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 1), st.integers(0, 1), st.integers(0, 3), st.integers(0, 3)), min_size=1))
def test_presence_is_decided_by_the_number_of_persons(rows: list[tuple[int, ...]]) -> None:
    """Whole records have exactly their number of persons, whoever was drawn beyond it; slowly counted again."""
    flat = FlatCodes.of(SMALL, SURVEY)
    codes = np.array(rows, dtype=np.int16)
    sizes = [1 + row[1] for row in rows]
    present = [[row[2] < 3, row[3] < 3] for row in rows]
    assert flat.complete(codes).tolist() == [all(p[:n]) for p, n in zip(present, sizes, strict=True)]
    assert flat.overfull(codes).tolist() == [any(p[n:]) for p, n in zip(present, sizes, strict=True)]
    whole = codes[flat.complete(codes)]
    ids = pa.array([str(i) for i in range(len(whole))], pa.string())
    if len(whole):
        pool = flat.pool(whole, np.random.default_rng(1), total_weight=1.0, ids=ids)
        assert np.diff(pool.offsets).tolist() == (1 + whole[:, 1]).tolist()
        assert not flat.overfull(flat.codes(pool)).any()


def test_large_households_are_left_out_and_counted() -> None:
    """One of three has two persons; nothing changes where none is too large; none left is an error."""
    kept, n_cut = within(SURVEY, 1)
    assert (kept.n_records, n_cut) == (2, 1)
    assert within(SURVEY, None) == (SURVEY, 0) and within(SURVEY, 2) == (SURVEY, 0)
    with pytest.raises(SchemaError, match="raise most_members"):
        within(homes([0], [2], [0, 1]), 1)


def test_an_unknown_size_is_refused() -> None:
    """A household of three cannot be coded by what was learnt from smaller ones."""
    with pytest.raises(SchemaError, match="households of 3 persons"):
        FlatCodes.of(SMALL, SURVEY).codes(homes([0], [3], [0, 1, 1]))


def test_shares_are_weighted() -> None:
    """Counted by hand: weights 1, 2, 1."""
    flat = FlatCodes.of(SMALL, SURVEY)
    shares = shares_of(flat.codes(SURVEY), np.array([1.0, 2.0, 1.0]), flat.blocks)
    assert shares[0].tolist() == [0.5, 0.5] and shares[2].tolist() == [0.25, 0.75, 0, 0]


def test_conditions_keep_rows_by_what_their_bins_hold() -> None:
    """A label keeps or drops a row; of a bin half inside a range about half the rows stay."""
    age = Attribute("age", "persons", "numeric")
    pool = generator_case.flat({"age": np.tile(np.arange(40.0), 5)}, np.ones(200))
    flat = FlatCodes.of(Schema((age,)), pool, n_bins=2)
    wanted = {a.attribute.name: a for a in read_conditions({"age": (30, 60)}, flat.schema, "persons")}
    shares = flat.shares_allowed(wanted)
    assert shares["age"].tolist() == [0.0, 0.5]
    codes = np.repeat(np.array([[0], [1]], np.int16), 2000, axis=0)
    kept = flat.meets(codes, shares, np.random.default_rng(1))
    assert not kept[:2000].any() and kept[2000:].mean() == pytest.approx(0.5, abs=0.04)


def test_a_member_block_never_takes_the_name_of_an_attribute() -> None:
    """An attribute that is called persons keeps its name, and the count gets another."""
    named = Schema((Attribute("persons", "households", "categorical", ("few", "many")), SEX))
    pool = homes([0, 1, 1], [1, 2, 1], [0, 1, 0, 1])
    renamed = household_pool(
        {"persons": pool.households["tenure"]},
        {"sex": pool.persons["sex"]},
        np.diff(pool.offsets),
        ids=pool.household_ids,
        total_weight=1.0,
        generator="survey",
    )
    names = [block.name for block in FlatCodes.of(named, renamed).blocks]
    assert names[:2] == ["persons", "number of persons"] and len(set(names)) == len(names)
