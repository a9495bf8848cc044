"""The base of everything that is read from YAML."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from censemble.io.section import Section


class Named(Section):
    """A section with one text."""

    name: str


def test_numbers_may_stand_for_texts_and_nothing_else_gets_in() -> None:
    """2023 is the text "2023"; unknown keys and later changes are refused."""
    assert Named.model_validate({"name": 2023}).name == "2023"
    with pytest.raises(ValidationError, match="Extra inputs"):
        Named.model_validate({"name": "a", "nam": "b"})
    with pytest.raises(ValidationError, match="frozen"):
        Named(name="a").name = "b"  # type: ignore[misc]
