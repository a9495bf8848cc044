"""Personas of a survey."""

from __future__ import annotations

import numpy as np
import pytest

from censemble.errors import SchemaError
from censemble.personas.bank import PersonaBank


def bank(*, n_texts: int = 2, records: tuple[int, ...] = (0, 1), value: float = 1.0) -> PersonaBank:
    """Two personas in three dimensions, unless asked otherwise."""
    vectors = np.full((2, 3), value, np.float32)
    return PersonaBank(("a",) * n_texts, vectors, np.array(records), np.ones(2), "vectors", "hand")


def test_a_record_has_its_personas_vector() -> None:
    """Vectors of records are those of their personas, in the order of the records."""
    made = PersonaBank(("a", "b"), np.array([[1], [2]], np.float32), np.array([1, 1, 0]), np.ones(2), "v", "w")
    assert made.vectors_of_records().ravel().tolist() == [2.0, 2.0, 1.0]
    assert (made.n_personas, made.width) == (2, 1)


@pytest.mark.parametrize("faults", [{"n_texts": 3}, {"records": (0, 2)}, {"records": (-1, 0)}, {"value": np.nan}])
def test_what_does_not_fit_together_is_refused(faults: dict[str, object]) -> None:
    """Other lengths, personas that do not exist, and numbers that are none end in an error."""
    with pytest.raises(SchemaError, match="personas"):
        bank(**faults)  # type: ignore[arg-type]
