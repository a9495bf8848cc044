"""Numbers in words."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from censemble.evaluation import wording


@settings(deadline=None, max_examples=100)
@given(st.floats(0, 1))
def test_all_and_none_are_never_claimed_wrongly(share: float) -> None:
    """A share reads 100 % or 0 % only if it is."""
    text = wording.percent(share).replace(wording.NO_BREAK, " ")
    assert (text == "100 %") == (share == 1)
    assert (text in ("0 %", "0.0 %")) == (share == 0)


@pytest.mark.parametrize("name", ["whole", "amount", "percent", "ratio", "signed"])
def test_missing_is_a_dash(name: str) -> None:
    """A figure that does not exist is a dash, not a zero."""
    assert getattr(wording, name)(None) == "–"


def test_signs() -> None:
    """Differences carry their sign, a minus sign and not a hyphen."""
    assert [wording.signed(v) for v in (3.5, -2.0, 0.0)] == ["+3.5", "−2", "0"]


@settings(deadline=None, max_examples=40)
@given(st.text(max_size=80), st.integers(1, 40))
def test_clipped_texts_are_short_lines(text: str, longest: int) -> None:
    """Never longer than asked for, one line, and nothing that turns or hides what stands around it."""
    shown = wording.clipped(text, longest)
    assert len(shown) <= longest
    assert not set(shown) & {"\n", "\r", "\u202e", "\u200f", "\u2028", "\x1b", "\x00"}
