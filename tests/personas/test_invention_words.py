"""Lists of words by which inventions are told."""

from __future__ import annotations

from itertools import combinations

from censemble.personas.invention_words import COMMON, KINDS


def test_a_word_is_of_one_kind_and_not_common() -> None:
    """No word is counted as two kinds, and none that any text says is counted at all."""
    for one, other in combinations(KINDS, 2):
        assert not KINDS[one] & KINDS[other]
    for listed in KINDS.values():
        assert not listed & COMMON
