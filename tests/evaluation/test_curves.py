"""Curves."""

from __future__ import annotations

import pytest

from censemble.evaluation.curves import Series, count_axis, draw_curves, share_axis


def test_points_stand_where_their_values_are() -> None:
    """The first call at the left, the last at the right, 100 % on top, nothing at the bottom."""
    drawn = draw_curves([Series("miss", ((0, 1.0), (5, 0.01), (10, 0.0)))], share_axis(), x_title="calls", y_title="m")
    first, middle, last = drawn.dots
    assert (first.x, first.y, last.x, last.y) == (56, 12, 388, 204)
    assert middle.x == (56 + 388) / 2
    assert drawn.up[2].at == middle.y
    assert [t.label for t in drawn.across] == [f"{x}" for x in range(11)]
    assert drawn.legend == ()


def test_several_series_have_a_legend() -> None:
    """Each has a tone, and its name in the words of its points."""
    drawn = draw_curves(
        [Series("guided", ((0, 5.0), (2, 1.0))), Series("unguided", ((0, 5.0), (2, 4.0)))],
        count_axis(5),
        x_title="calls",
        y_title="cells",
    )
    assert drawn.legend == ((0, "guided"), (1, "unguided"))
    assert drawn.dots[-1].says == "unguided, calls 2: 4"
    assert "guided from 5 at 0 to 1 at 2" in drawn.description


@pytest.mark.parametrize("last", [1, 7, 20, 100, 1234])
def test_ticks_are_few_and_round(last: int) -> None:
    """At most eleven whole numbers, however many calls there were."""
    drawn = draw_curves([Series("a", ((0, 1.0), (last, 1.0)))], count_axis(1), x_title="calls", y_title="n")
    assert 2 <= len(drawn.across) <= 11
    assert all(tick.label.replace(",", "").isdigit() for tick in drawn.across)


def test_axes_rise() -> None:
    """Larger values lie higher; the largest count is on the axis."""
    for axis in (share_axis(), count_axis(123456.0)):
        places = [axis.along(tick) for tick in axis.ticks]
        assert places == sorted(places)
        assert (places[0], places[-1]) == (0.0, 1.0)
    assert count_axis(123456.0).ticks[-1] >= 123456
