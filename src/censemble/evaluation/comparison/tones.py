"""How a figure stands to the floor, in one word: at it, near it, far from it."""

from __future__ import annotations

from typing import Literal

from censemble.evaluation.comparison.scoreboard import Figure

Tone = Literal["good", "near", "far", "none"]
NEAR, FAR = 1.5, 3.0  # multiples of the floor's distance from the ideal value
LEGEND = (
    f"At the floor: no more than {NEAR:g} times as far from the ideal value as a fresh real sample, or not to be told "
    f"from it; near: up to {FAR:g} times; far: more."
)
IDEAL = {"lower": 0.0, "zero": 0.0, "higher": 1.0, "one": 1.0}


def tone_of(figure: Figure, better: str, floor: Figure | None = None) -> Tone:
    """Say how a figure stands to the floor.

    Parameters
    ----------
    figure : Figure
        Of any table.
    better : str
        From the metric's facts; "none" has no tone.
    floor : Figure, optional
        The fresh sample's own figure with its interval.

    Examples
    --------
    >>> tone_of(Figure("a", "tv", 0.2, 0.05, None, None, "", 4.0), "lower")
    'far'
    """
    if better not in IDEAL or figure.value is None or figure.floor is None:
        return "none"
    if floor is not None and _overlap(figure, floor):
        return "good"
    distance, real = abs(figure.value - IDEAL[better]), abs(figure.floor - IDEAL[better])
    if distance <= NEAR * real:
        return "good"
    return "near" if distance <= FAR * real else "far"


def _overlap(first: Figure, second: Figure) -> bool:
    if first.low is None or first.high is None or second.low is None or second.high is None:
        return False
    return first.low <= second.high and second.low <= first.high
