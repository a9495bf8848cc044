"""What every embedder refuses."""

from __future__ import annotations

import pytest

from censemble.errors import InputError
from censemble.personas.embedder import require_texts


def test_empty_texts_are_refused() -> None:
    """The first five are named, the others counted."""
    with pytest.raises(InputError, match=r"nothing in 7 of 8: numbers 1, 2, 3, 4, 5 and 2 more") as caught:
        require_texts(["a", *("", " ", "\n", "\t", "", "", "")])
    assert caught.value.problems[0].code == "empty-persona"
