"""Hot-deck with perturbation."""

from __future__ import annotations

import generator_case
import numpy as np
import pytest

from censemble.generators import HotDeck
from censemble.generators.hot_deck import associations, find_donors


def test_donors_agree_in_as_many_lines_as_anybody_does() -> None:
    """Against looking at every other record, one by one."""
    rng = np.random.default_rng(1)
    codes = rng.integers(0, 3, (4, 60))
    rows = rng.integers(0, 60, 200)
    donors = find_donors(codes, rng.random(60) + 0.1, rows, rng)

    def depth(a: int, b: int) -> int:
        differ = np.flatnonzero(codes[:, a] != codes[:, b])
        return int(differ[0]) if len(differ) else len(codes)

    for row, donor in zip(rows.tolist(), donors.tolist(), strict=True):
        assert donor != row
        assert depth(row, donor) == max(depth(row, other) for other in range(60) if other != row)


def test_donors_are_drawn_by_weight() -> None:
    """Of two possible donors with weights 3 and 1 the first comes three times out of four."""
    weights = np.array([5.0, 3.0, 1.0])
    donors = find_donors(np.zeros((1, 3), np.int64), weights, np.zeros(8000, np.int64), np.random.default_rng(1))
    assert (donors == 1).mean() == pytest.approx(0.75, abs=0.02)
    assert not (donors == 0).any()


def test_a_single_record_is_its_own_donor() -> None:
    """There is nobody else."""
    assert (
        find_donors(np.zeros((1, 1), np.int64), np.ones(1), np.zeros(3, np.int64), np.random.default_rng(1)).sum() == 0
    )


def test_records_differ_in_no_more_than_what_is_replaced() -> None:
    """Two attributes of three at most; the id names record and donor, whose values they are."""
    case = generator_case.cases()[0]
    pool = HotDeck(n_changed=2).fit(case.schema, seed_sample=case.pool).sample(300, np.random.default_rng(1))
    sources = [[int(part[1:]) for part in i.split("#")[0].split("+")] for i in pool.household_ids.to_pylist()]
    for k, (record, donor) in enumerate(sources):
        taken = [pool.persons[n][k] != case.pool.persons[n][record] for n in ("sex", "age", "work")]
        assert sum(taken) <= 2
        for name, changed in zip(("sex", "age", "work"), taken, strict=True):
            assert not changed or pool.persons[name][k] == case.pool.persons[name][donor]


def test_households_keep_size_and_persons() -> None:
    """Household attributes come from a household of the same size; ages of persons are as they were."""
    case = generator_case.cases()[4]
    pool = HotDeck().fit(case.schema, seed_sample=case.pool).sample(100, np.random.default_rng(1))
    record = [int(i.split("+")[0][1:]) for i in pool.household_ids.to_pylist()]
    assert np.array_equal(np.diff(pool.offsets), np.diff(case.pool.offsets)[record])
    ages = [case.pool.persons["age"][case.pool.offsets[r] : case.pool.offsets[r + 1]] for r in record]
    assert np.array_equal(pool.persons["age"], np.concatenate(ages))


def test_association_of_weighted_lines() -> None:
    """Cramer's V of a two by two table by hand: (ad - bc) / sqrt of the product of its margins."""
    codes = np.array([[0, 0, 1, 1], [0, 1, 0, 1]])
    a, b, c, d = 4.0, 1.0, 2.0, 3.0
    expected = (a * d - b * c) / np.sqrt((a + b) * (c + d) * (a + c) * (b + d))
    assert associations(codes, np.array([a, b, c, d]))[0, 1] == pytest.approx(expected)
