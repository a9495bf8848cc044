"""Verification of the fit table: its recount against the one that runs use."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
from evaluation_case import SmallCase

from censemble.evaluation.ledger import Ledger
from censemble.evaluation.verify_records import read_records
from censemble.evaluation.verify_tables import check_fitted, codes_of, count_again
from censemble.schema import Attribute


def test_recount_agrees_with_the_incidence_matrix(small_case: SmallCase, publish: Callable[[SmallCase], Path]) -> None:
    """Two ways of counting, one through files and group-by, one through the matrix, give the same table."""
    records = read_records(publish(small_case), small_case.inputs.seed_sample, small_case.inputs, Ledger())
    assert records is not None
    again = count_again(records, small_case.inputs)
    published = small_case.fit.to_pandas()
    for column in again.columns:
        assert again[column].astype(str).tolist() == published[column].astype(str).tolist(), column


def test_fitted_without_weights_is_unverified(small_case: SmallCase) -> None:
    """Without weights no real-valued sum can be checked, and each level is named."""
    ledger = Ledger()
    check_fitted(small_case.fit.to_pandas(), None, small_case.inputs.seed_sample, small_case.inputs, ledger)
    assert ledger.differences == []
    assert len(ledger.unverified) == 2


def test_unknown_label_has_no_code() -> None:
    """A label that is no category counts nowhere."""
    tenure = Attribute("tenure", "households", "categorical", ("owned", "rented"))
    assert codes_of(tenure, pd.Series(["rented", None, "squat"])).tolist() == [1, -1, -1]
    age = Attribute("age", "persons", "numeric")
    np.testing.assert_array_equal(codes_of(age, pd.Series([1.0, None])), [1.0, np.nan])
