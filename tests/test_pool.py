"""A pool holds households with their persons, or refuses to be made."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import small_case

from censemble.errors import SchemaError


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
