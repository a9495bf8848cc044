"""What readers hand over."""

from __future__ import annotations

from dataclasses import FrozenInstanceError

import pytest
import small_case

from censemble.inputs import Inputs, RunSettings
from censemble.schema import Schema


def test_inputs_need_only_what_every_case_has() -> None:
    """A case typed by hand gives the five things; the rest has defaults, and nothing can be changed later."""
    inputs = Inputs(
        "by hand",
        small_case.geography(),
        Schema(),
        small_case.pool(),
        (small_case.total(),),
        RunSettings(random_seed=7),
    )
    assert inputs.outputs.formats == ("parquet",)
    assert inputs.settings.max_expansion_factor is None
    assert (inputs.files, inputs.notes, dict(inputs.thresholds)) == ((), (), {})
    with pytest.raises(FrozenInstanceError):
        inputs.name = "other"  # type: ignore[misc]
