"""How many questions a run may put."""

from __future__ import annotations

from censemble.generators.llmsynthor.questions import most_questions


def test_by_the_options() -> None:
    """Calls of proposals; faithful mode asks once about dependences."""
    assert most_questions({"mode": "calibrated", "calls": 7}) == {"proposals": 7}
    assert most_questions({"mode": "faithful", "calls": 7}) == {"dependencies": 1, "proposals": 7}


def test_what_is_known_to_be_put_counts() -> None:
    """Purposes that the options do not tell, and more questions than they say."""
    met = ["likeness", *["proposals"] * 9]
    assert most_questions({"calls": 7}, met) == {"likeness": 1, "proposals": 9}
