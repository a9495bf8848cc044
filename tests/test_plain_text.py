"""What others wrote cannot steer a terminal."""

from __future__ import annotations

import unicodedata

from hypothesis import given, settings
from hypothesis import strategies as st

from censemble.plain_text import SPELT, printable, wrapped


def test_what_a_terminal_obeys_is_spelt() -> None:
    """Colours, titles, bells, carriage returns, right-to-left marks, zero width; line ends and letters stay."""
    assert printable("a\x1b[31m\x07\rb") == "a\\x1b[31m\\x07\\rb"
    assert printable("\u202eabc\u200b") == "\\u202eabc\\u200b"
    assert printable("\ud800") == "\\ud800"
    assert printable("Zürich\n\t東京") == "Zürich\n    東京"


@settings(max_examples=60, deadline=None)
@given(st.text(), st.integers(20, 100))
def test_lines_are_short_and_plain(text: str, width: int) -> None:
    """Whatever the text, no line is longer than the width, and no character is one of those that are spelt."""
    for line in wrapped(text, width=width, indent="  "):
        assert len(line) <= width
        assert not [c for c in line if unicodedata.category(c) in SPELT]


def test_long_words_are_broken() -> None:
    """A word longer than the line does not run over."""
    assert wrapped("x" * 25, width=12, indent="> ") == ["> " + "x" * 10, "> " + "x" * 10, "> " + "x" * 5]
