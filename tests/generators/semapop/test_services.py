"""What SemaPop is given from outside."""

from __future__ import annotations

from censemble.generators.semapop.services import Outside, silent


def test_nothing_need_be_given() -> None:
    """Template personas, no tables, nobody to tell, no place to keep."""
    outside = Outside()
    assert (outside.personas, outside.calibrate, outside.checkpoint) == (None, None, None)
    assert outside.progress is silent and silent("training", 0.5) is None  # type: ignore[func-returns-value]
