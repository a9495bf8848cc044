"""Verification of the joint distributions: group-by against the code that runs use."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, replace
from pathlib import Path

import pytest
from evaluation_case import SmallCase, make_case

from censemble.evaluation.ledger import Ledger
from censemble.evaluation.verify_joints import joints_again
from censemble.evaluation.verify_records import read_records
from censemble.inputs import Inputs
from censemble.schema import Schema


@pytest.mark.parametrize("with_schema", [True, False])
def test_two_ways_agree(small_inputs: Inputs, publish: Callable[[SmallCase], Path], *, with_schema: bool) -> None:
    """Both codes find the same pairs and figures, noise floor included."""
    case = make_case(small_inputs if with_schema else replace(small_inputs, schema=Schema()))
    records = read_records(publish(case), case.inputs.seed_sample, case.inputs, Ledger())
    assert records is not None
    ledger = Ledger()
    ledger.compare("pairs", [asdict(j) for j in case.joints], joints_again(records, case.inputs)["pairs"])
    assert ledger.differences == []
    assert ledger.n_compared >= 8
