"""A pool holds households with their persons, or refuses to be made."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import small_case

from censemble.errors import SchemaError
from censemble.pool import take_records


def test_persons_know_their_household() -> None:
    """Persons are contiguous: offsets give each person's record, also after a household without any."""
    pool = small_case.pool()
    assert (pool.n_records, pool.n_persons) == (4, 5)
    assert pool.record_of_person.tolist() == [0, 1, 1, 2, 2]


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"prior_weights": np.array([1.0, 2.0, 0.0, 1.0])}, "finite and > 0"),
        ({"prior_weights": np.array([1.0, 2.0, np.nan, 1.0])}, "finite and > 0"),
        ({"offsets": np.array([0, 2, 1, 5, 5])}, "must not decrease"),
        ({"offsets": np.array([0, 5])}, "2 offsets"),
        ({"area": np.zeros(3, dtype=np.int32)}, "4 prior weights"),
    ],
)
def test_what_cannot_be_is_refused(changes: dict[str, object], message: str) -> None:
    """Weights that are not positive and arrays of different lengths are refused."""
    with pytest.raises(SchemaError, match=message):
        replace(small_case.pool(), **changes)


def test_records_are_taken_whole() -> None:
    """A record may come twice, in any order, with its persons, id, weight and extras."""
    taken = take_records(small_case.pool(), np.array([1, 3, 1]))
    assert taken.household_ids.to_pylist() == ["b", "d", "b"]
    assert taken.offsets.tolist() == [0, 2, 2, 4]
    assert taken.persons["sex"].tolist() == [0, 1, 0, 1]
    assert taken.prior_weights.tolist() == [20.0, 40.0, 20.0]
    assert taken.household_extra["size"].to_pylist() == [2, 0, 2]
    assert taken.person_extra["per_num"].to_pylist() == [1, 2, 1, 2]
    assert take_records(small_case.pool(), np.zeros(0, np.int64)).n_persons == 0
