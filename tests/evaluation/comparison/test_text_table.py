"""The text table fits the width, in blocks if it must, and marks what is far from the floor."""

from __future__ import annotations

from judgement_case import judgement

from censemble.evaluation.comparison.text_table import headline_text


def test_every_table_and_metric_is_there() -> None:
    """Values with their multiples; far ones are marked."""
    text = headline_text(judgement())
    assert "SRMSE of pairs" in text and "mine" in text and "fresh sample" in text
    assert "0.200   5.0×!" in text


def test_narrow_terminals_get_blocks() -> None:
    """No line of a table is wider than asked; every table appears in one of the blocks."""
    lines = headline_text(judgement(), width=60).splitlines()[2:-1]
    assert max(len(line) for line in lines) <= 60
    assert sum("mine" in line for line in lines) == 1 and sum("fresh sample" in line for line in lines) == 1


def test_wins_are_said_below() -> None:
    """Only those beyond the noise."""
    last = headline_text(judgement()).splitlines()[-1]
    assert last == "rival is better than every other table by more than the noise in: srmse_2way"
