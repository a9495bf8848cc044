"""Comparing published with recomputed values."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from censemble.evaluation.ledger import Ledger


@pytest.mark.parametrize(
    ("published", "recomputed"), [(1, 1.0), (1.0, 1.0 + 1e-12), ("a", "a"), (None, None), ([1], [1]), (True, True)]
)
def test_equal_values(published: Any, recomputed: Any) -> None:
    """Numbers agree to a relative 1e-9, everything else exactly."""
    ledger = Ledger()
    ledger.compare("x", published, recomputed)
    assert ledger.differences == []


@pytest.mark.parametrize(
    ("published", "recomputed"),
    [
        (1, 2),
        (1.0, 1.0 + 1e-6),
        ("1", 1),
        (None, 0),
        ([1], [1, 2]),
        (True, 1),
        ({"a": 1}, {"b": 1}),
        (float("nan"), 1.0),
    ],
)
def test_different_values(published: Any, recomputed: Any) -> None:
    """Another number, kind, length or key is a difference."""
    ledger = Ledger()
    ledger.compare("x", published, recomputed)
    assert ledger.differences


def test_columns_name_rows_and_count_the_rest() -> None:
    """Five rows by name, then a number; missing equals missing."""
    ledger = Ledger()
    ledger.compare_column("f: c", [1, None, np.nan, 4], [1, np.nan, None, 4.0], rows="abcd")
    assert ledger.differences == []
    ledger.compare_column("f: c", list("xxxxxxx"), list("yyyyyyy"), rows="abcdefg")
    assert ledger.differences[0] == "f: c, a: published 'x', recomputed 'y'"
    assert ledger.differences[-1] == "f: c: 2 more rows differ"
    ledger.compare_column("f: c", [1], [1, 2], rows="ab")
    assert ledger.differences[-1] == "f: c: 1 rows, recomputed 2"


def test_sets_ignore_order() -> None:
    """Only what one side lacks is named."""
    ledger = Ledger()
    ledger.compare_sets("s", [1, 2], [2, 1])
    assert ledger.differences == []
    ledger.compare_sets("s", [1, 1], [1, 3])
    assert ledger.differences == ["s: published 1, which is not so", "s: 3 is not published"]
