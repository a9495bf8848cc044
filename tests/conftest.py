"""Fixtures that every test may use."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).resolve().parents[1]


def _missing(message: str) -> None:
    """Skip on a developer's machine, fail where the data is promised to be there."""
    if os.environ.get("CENSEMBLE_REQUIRE_DATA") == "1":
        pytest.fail(f"{message}, and CENSEMBLE_REQUIRE_DATA=1 forbids to skip")
    pytest.skip(message)


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """Folder of the real cases: `CENSEMBLE_DATA`, or `shared/data` beside the repository."""
    folder = Path(os.environ.get("CENSEMBLE_DATA") or REPOSITORY.parent / "shared" / "data")
    if not (folder / "calm_oregon").is_dir():
        _missing(f"no real data in {folder}: set CENSEMBLE_DATA to the folder that holds calm_oregon")
    return folder
