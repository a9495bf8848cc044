"""Curves."""

from __future__ import annotations

import re

import pytest

from censemble.evaluation.curves import N_TONES, Series, count_axis, draw_curves, share_axis
from censemble.evaluation.templating import page_templates


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


def test_no_two_series_look_alike() -> None:
    """Eight have a tone each, with a colour and a line style of its own; what is beyond is named, not drawn."""
    many = [Series(f"attribute {i}", ((0, 0.0), (1, i / 20))) for i in range(11)]
    drawn = draw_curves(many, share_axis(), x_title="strength", y_title="moved")
    assert [tone for tone, _ in drawn.legend] == [tone for tone, _ in drawn.paths] == list(range(N_TONES))
    assert drawn.left_out == ("attribute 8", "attribute 9", "attribute 10")
    css = page_templates().get_template("style.css.j2").render()
    found = [
        re.search(rf"[.]l{tone} {{ stroke: (#\w+);(?: stroke-dasharray: ([^;]+);)? }}", css) for tone in range(N_TONES)
    ]
    assert all(found)
    assert len({m[1] for m in found if m}) == len({m[2] for m in found if m}) == N_TONES
    assert all(f".t{tone} {{ fill: {m[1]}; }}" in css for tone, m in enumerate(found) if m)


def test_what_is_not_drawn_is_said_under_the_figure() -> None:
    """By name; a figure that has all of them says nothing."""
    template = page_templates().from_string('{% import "figures.html.j2" as f %}{{ f.curves(drawn, "") }}')
    many = [Series(f"attribute {i}", ((0, 0.0), (1, 0.5))) for i in range(9)]
    for n, says in ((9, True), (8, False)):
        page = template.render(drawn=draw_curves(many[:n], share_axis(), x_title="strength", y_title="moved"))
        assert ("Not drawn: attribute 8." in page) is says
        assert page.count('class="stroke"') == 8
