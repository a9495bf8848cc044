"""How a figure stands to the floor, in one word: at it, near it, far from it."""

from __future__ import annotations

import math
from typing import Literal

from censemble.evaluation.comparison.scoreboard import IDEAL, Figure, shortfall

Tone = Literal["good", "near", "far", "none"]
NEAR, FAR = 1.5, 3.0  # multiples of the floor's distance from the ideal value
SHORT, FAR_SHORT = 0.05, 0.2  # where more is better: shares of the floor that are lacking
SLIGHT = 0.02  # above one half: what a fresh sample is taken to have at least, lest a floor of 0.5 make all else far
LEGEND = (
    f"At the floor: no more than {NEAR:g} times as far from the ideal value as a fresh real sample (where more is "
    f"better: lacking no more than {SHORT:.0%} of its value), or not to be told from it; near: up to {FAR:g} times "
    f"({FAR_SHORT:.0%}); far: more. Where 0.5 or less is ideal, a fresh sample counts as at least {SLIGHT:g} above it."
)


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
    away = distance_of(figure, better)
    if away is None:
        return "none"
    if floor is not None and _overlap(figure, floor):
        return "good"
    if better == "higher":
        return "good" if away <= 1 + SHORT else "near" if away <= 1 + FAR_SHORT else "far"
    return "good" if away <= NEAR else "near" if away <= FAR else "far"


def distance_of(figure: Figure, better: str) -> float | None:
    """How far a figure is from where a fresh sample is: 1 is just as good, 2 twice as far from the ideal value.

    Where more is better, 1 plus the share of the floor that is lacking. None where there is no good direction or no
    floor.

    Examples
    --------
    >>> distance_of(Figure("a", "tv", 0.2, 0.05, None, None, "", 4.0), "lower")
    4.0
    """
    if figure.value is None or figure.floor is None:
        return None
    if better == "higher":
        return 1 + (figure.floor - figure.value) / figure.floor if figure.floor else 1.0
    if better not in IDEAL:
        return None
    away, real = shortfall(figure.value, better), shortfall(figure.floor, better)
    real = max(real, SLIGHT) if better == "half" else real
    return away / real if real else math.inf if away else 1.0


def _overlap(first: Figure, second: Figure) -> bool:
    if first.low is None or first.high is None or second.low is None or second.high is None:
        return False
    return first.low <= second.high and second.low <= first.high
