"""Tones: at the floor, near it, far from it, for every direction of good."""

from __future__ import annotations

import pytest

from censemble.evaluation.comparison.scoreboard import Figure
from censemble.evaluation.comparison.tones import tone_of


def figure(value: float | None, floor: float | None, half: float | None = None) -> Figure:
    """A figure with a floor and perhaps an interval."""
    low, high = (None, None) if half is None or value is None else (value - half, value + half)
    return Figure("t", "m", value, floor, low, high, "", None)


@pytest.mark.parametrize(
    ("value", "floor", "better", "tone"),
    [
        (0.15, 0.1, "lower", "good"),
        (0.25, 0.1, "lower", "near"),
        (0.35, 0.1, "lower", "far"),
        (0.0, 0.0, "lower", "good"),
        (0.1, 0.0, "lower", "far"),
        (0.58, 0.6, "higher", "good"),
        (0.5, 0.6, "higher", "near"),
        (0.4, 0.6, "higher", "far"),
        (0.9, 0.6, "higher", "good"),
        (0.5, 0.0, "higher", "good"),
        (-0.35, 0.1, "zero", "far"),
        (1.1, 0.9, "one", "good"),
        (0.945, 0.53, "half", "far"),
        (0.52, 0.5, "half", "good"),
        (0.44, 0.51, "half", "good"),
        (-0.2, 0.1, "lower", "good"),
        (0.5, 0.5, "none", "none"),
        (None, 0.1, "lower", "none"),
        (0.1, None, "lower", "none"),
    ],
)
def test_tone_counts_distance_from_the_ideal(value: float, floor: float, better: str, tone: str) -> None:
    """Up to 1.5 times a fresh sample's distance (or lacking 5 %) is at the floor, up to 3 (20 %) near, then far."""
    assert tone_of(figure(value, floor), better) == tone


def test_inside_the_noise_is_at_the_floor() -> None:
    """Overlapping intervals cannot be told apart, however large the ratio."""
    assert tone_of(figure(0.4, 0.1, 0.2), "lower", figure(0.1, 0.1, 0.15)) == "good"
    assert tone_of(figure(0.4, 0.1, 0.05), "lower", figure(0.1, 0.1, 0.05)) == "far"
