"""Fixtures around the small case of `evaluation_case`."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from evaluation_case import SmallCase, make_case, make_inputs, write_case

from censemble.inputs import Inputs


@pytest.fixture
def small_inputs(tmp_path: Path) -> Inputs:
    """Inputs of the small case, with one input file on disk."""
    return make_inputs(tmp_path)


@pytest.fixture
def small_case(small_inputs: Inputs) -> SmallCase:
    """The small case, evaluated."""
    return make_case(small_inputs)


@pytest.fixture
def publish(tmp_path: Path) -> Callable[[SmallCase], Path]:
    """Write a case as a run does, and return the folder."""
    return lambda case: write_case(case, tmp_path / "out")
