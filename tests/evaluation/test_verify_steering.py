"""Margins that a steered run was released from are no targets of it."""

from __future__ import annotations

import numpy as np

from censemble.evaluation.ledger import Ledger
from censemble.evaluation.verify_steering import without_released
from censemble.expressions import is_in
from censemble.geography import Geography
from censemble.inputs import Inputs, RunSettings
from censemble.margins import Cell, Margin
from censemble.schema import Schema


def margin(name: str) -> Margin:
    """One cell in one zone."""
    return Margin(
        name, "zone", "persons", (Cell(name, is_in("a", [0]), name),), np.ones((1, 1)), np.zeros((1, 1)), np.ones(1)
    )


def inputs() -> Inputs:
    """Two margins."""
    geography = Geography(("zone",), (("z",),), (np.zeros(1, np.int32),))
    return Inputs("town", geography, Schema(()), None, (margin("modes"), margin("ages")), RunSettings())


def test_released_margins_are_left_out() -> None:
    """The others stay, and the reader is told what cannot be repeated."""
    ledger = Ledger()
    found = without_released({"steering": {"released": ["modes"]}}, inputs(), ledger)
    assert [m.name for m in found.margins] == ["ages"]
    assert len(ledger.unverified) == 1
    assert not ledger.differences


def test_other_runs_keep_all_margins() -> None:
    """A manifest without steering, or one that released nothing."""
    given = inputs()
    assert without_released({}, given, Ledger()) is given
    assert len(without_released({"steering": {"released": []}}, given, Ledger()).margins) == 2


def test_a_margin_that_is_not_there_is_a_difference() -> None:
    """The manifest cannot have been of these inputs."""
    ledger = Ledger()
    without_released({"steering": {"released": ["trips"]}}, inputs(), ledger)
    assert "trips" in str(ledger.differences[0])
