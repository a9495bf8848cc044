"""The map of pairs places every pair once, below the diagonal, in the tone of its multiple of the floor."""

from __future__ import annotations

from itertools import combinations

from censemble.evaluation.comparison.judgement import TablePair
from censemble.evaluation.comparison.pair_map import LABEL, SIDE, draw_pairs


def pair(first: str, second: str, tv: float | None = 0.1, floor: float | None = 0.1) -> TablePair:
    """A pair of table t."""
    return TablePair("t", "persons", first, second, tv, floor)


def test_every_pair_has_its_place() -> None:
    """Four attributes: six squares, none on another, none outside."""
    made = draw_pairs([pair(a, b) for a, b in combinations("abcd", 2)])
    places = {(s.x, s.y) for s in made.squares}
    assert len(places) == 6
    assert all(LABEL <= x < made.width and 0 <= y <= 2 * SIDE for x, y in places)


def test_tones_follow_the_multiple_of_the_floor() -> None:
    """1, 2, 4, 8 and 20 times the floor are five tones; what cannot be compared has its own."""
    tvs = (0.1, 0.2, 0.4, 0.8, 2.0, None)
    made = draw_pairs([pair("a", str(i), tv) for i, tv in enumerate(tvs)])
    assert [s.tone for s in made.squares] == [0, 1, 2, 3, 4, -1]


def test_a_floor_of_zero_is_no_division() -> None:
    """Nothing wrong is the lightest tone, anything wrong the darkest."""
    made = draw_pairs([pair("a", "b", 0.0, 0.0), pair("a", "c", 0.1, 0.0)])
    assert [s.tone for s in made.squares] == [0, 4]


def test_the_map_is_told_in_words() -> None:
    """Who cannot see it learns the worst pair."""
    made = draw_pairs([pair("age", "sex", 0.3), pair("age", "work", 0.1)])
    assert "age with sex: 30.00% of the rows" in made.description
