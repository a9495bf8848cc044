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
    assert said["mine"][0].startswith("Of 2 headline figures with a floor, 1 are at it")
    assert said["mine"][0].endswith("0 near, 1 far from it.")
    assert said["mine"][1] == "Farthest: SRMSE of pairs 0.2, 5.0 times the floor."
    assert "1 figure is not defined; each says why." in said["mine"]
    assert said["mine"][-1] == "column 'race' is not there"


def test_only_wins_beyond_the_noise_are_claimed() -> None:
    """The rival's lead in F1 is inside the noise: it is not said."""
    won = [s for s in sentences_of(judgement())["rival"] if s.startswith("Better")]
    assert won == ["Better than every other table by more than the noise: SRMSE of pairs."]


def test_a_table_is_set_against_the_simple_ways_out() -> None:
    """Better than the training sample in one figure, not to be told from it in the other."""
    made = judgement()
    yardstick = TableFacts("training sample", True, 100, 1)
    rows = (figure("training sample", "srmse_2way", 0.3, 0.04), figure("training sample", "f1", 0.581, 0.6))
    made = replace(made, tables=(*made.tables, yardstick), figures=(*made.figures, *rows))
    assert "Against the training sample: better in 1, worse in 0 of 2." in sentences_of(made)["mine"]


def test_a_floor_of_nothing_is_said_as_such() -> None:
    """Where a fresh sample has none at all there is no multiple."""
    made = judgement()
    rows = [replace(f, floor=0.0, times_floor=None) if f.metric == "srmse_2way" else f for f in made.figures]
    said = sentences_of(replace(made, figures=tuple(rows)))["mine"]
    assert "Farthest: SRMSE of pairs 0.2, where a fresh sample has 0." in said


def test_a_table_is_held_against_its_own_floor() -> None:
    """Of two fresh samples of one size that with the same attributes counts; a smaller one is said to be so."""
    made = judgement()
    other = figure("fresh sample, without race", "srmse_2way", 0.19, 0.19, half=0.05)
    facts = TableFacts("fresh sample, without race", True, 100, 3, floor="fresh sample, without race")
    changed = replace(made, tables=(*made.tables, facts), figures=(*made.figures, other))
    assert sentences_of(changed)["mine"] == sentences_of(made)["mine"]
    smaller = replace(made, tables=(replace(made.tables[0], n_records=20), *made.tables[1:]))
    assert "no worse than a fresh real sample of 20 records within the noise" in sentences_of(smaller)["mine"][0]
