"""The cases from NIST's excerpts."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import numpy as np
import pandas as pd
import pytest

Script = Callable[[str], ModuleType]


def raw_row(**changed: str) -> dict[str, str]:
    """One person as the excerpt has it."""
    plain = {
        "SEX": "1", "MSP": "6", "HISP": "0", "RAC1P": "1", "HOUSING_TYPE": "1", "OWN_RENT": "1", "INDP_CAT": "N",
        "DREM": "2", "DPHY": "2", "EDU": "9", "PINCP_DECILE": "7", "AGEP": "40", "NPF": "N", "POVPIP": "501",
    }  # fmt: skip
    return plain | changed


def test_not_applicable_stays_a_label(script: Script) -> None:
    """Numbers and grouped codes fall into their labels, and "N" is one of them."""
    rows = [raw_row(), raw_row(AGEP="4", EDU="N", PINCP_DECILE="N", NPF="9", POVPIP="49"), raw_row(EDU="10")]
    table = script("nist").coded(pd.DataFrame(rows))
    assert table["age"].tolist() == ["35-44", "0-4", "35-44"]
    assert table["education"].tolist() == ["bachelor", "N", "above bachelor"]
    assert table["income_fifth"].tolist() == ["4", "N", "4"]
    assert table["family_size"].tolist() == ["N", "6+", "N"]
    assert table["income_to_poverty"].tolist() == [">500", "<50", ">500"]
    assert len(table.columns) == 14


def test_reference_and_fresh_rows_are_two_halves(script: Script, shared_data: Path) -> None:
    """Of 2019 every row is in one half; a quarter of 2018 trains, another one for another random seed."""
    case = script("nist").load(shared_data, "nist_massachusetts")
    assert (len(case.reference), len(case.holdout), len(case.training(0))) == (3817, 3817, 1811)
    assert not set(case.reference.index) & set(case.holdout.index)
    pd.testing.assert_frame_equal(case.training(0), case.training(0))
    assert set(case.training(0).index) != set(case.training(2).index)
    for table in (case.reference, case.holdout, case.training(0)):
        assert not table.isna().to_numpy().any()
        assert all(set(table[name]) <= set(labels) for name, labels in case.attributes.items())
    assert np.isclose((case.reference["age"] == "75+").mean(), (case.holdout["age"] == "75+").mean(), atol=0.03)


def test_missing_data_is_said(script: Script, tmp_path: Path) -> None:
    """A folder without the excerpts ends with the option to give."""
    with pytest.raises(SystemExit, match="--data"):
        script("nist").load(tmp_path, "nist_national")
