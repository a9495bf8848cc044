"""Verification of households and persons."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
from evaluation_case import SmallCase

from censemble.evaluation.ledger import Ledger
from censemble.evaluation.verify_records import labels_of, places, read_records
from censemble.schema import Attribute


def test_records_point_to_their_source(small_case: SmallCase, publish: Callable[[SmallCase], Path]) -> None:
    """Households and persons are linked to the survey's rows they come from."""
    ledger = Ledger()
    records = read_records(publish(small_case), small_case.inputs.seed_sample, small_case.inputs, ledger)
    assert records is not None
    assert ledger.differences == []
    np.testing.assert_array_equal(np.bincount(records.record), small_case.counts.sum(axis=1))
    pool = small_case.inputs.seed_sample
    np.testing.assert_array_equal(
        pool.record_of_person[records.person_row], records.record[records.household_of_person]
    )


def test_labels_and_places() -> None:
    """Codes become labels and labels places; missing stays missing."""
    tenure = Attribute("tenure", "households", "categorical", ("owned", "rented"))
    assert labels_of(tenure, np.array([1, -1, 0])).tolist() == ["rented", None, "owned"]
    assert places(("a", "b"), pd.Series(["b", None, "c"])).tolist() == [1, -1, -1]
