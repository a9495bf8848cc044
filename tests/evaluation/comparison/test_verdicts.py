"""Sentences about a table claim what the figures hold and no more."""

from __future__ import annotations

from dataclasses import replace

from judgement_case import figure, judgement

from censemble.evaluation.comparison.judgement import TableFacts
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


def test_a_table_is_held_against_its_own_floor() -> None:
    """Of two fresh samples of one size that with the same attributes counts; a smaller one is said to be so."""
    made = judgement()
    other = figure("fresh sample, without race", "srmse_2way", 0.19, 0.19, half=0.05)
    facts = TableFacts("fresh sample, without race", True, 100, 3, floor="fresh sample, without race")
    changed = replace(made, tables=(*made.tables, facts), figures=(*made.figures, other))
    assert sentences_of(changed)["mine"] == sentences_of(made)["mine"]
    smaller = replace(made, tables=(replace(made.tables[0], n_records=20), *made.tables[1:]))
    assert "no worse than a fresh real sample of 20 records within the noise" in sentences_of(smaller)["mine"][0]
