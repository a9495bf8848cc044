"""Sentences about a table claim what the figures hold and no more."""

from __future__ import annotations

from judgement_case import judgement

from censemble.evaluation.comparison.verdicts import sentences_of


def test_sentences_count_what_is_at_the_floor_and_name_the_farthest() -> None:
    """One of two figures is at the floor; the other is named with its multiple; gaps are told."""
    said = sentences_of(judgement())
    assert list(said) == ["mine", "rival"]
    assert said["mine"][0].startswith("1 of 2 figures")
    assert said["mine"][1] == "Farthest from it: srmse_2way (0.2, 5 times the floor)."
    assert "1 figures are not defined" in said["mine"][2] or "1 figure is not defined" in said["mine"][2]
    assert said["mine"][-1] == "column 'race' is not there"


def test_only_wins_beyond_the_noise_are_claimed() -> None:
    """The rival's lead in F1 is inside the noise: it is not said."""
    won = [s for s in sentences_of(judgement())["rival"] if s.startswith("Better")]
    assert won == ["Better than every other table by more than the noise in 1: srmse_2way."]
