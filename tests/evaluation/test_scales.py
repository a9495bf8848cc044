"""Classes of colours."""

from __future__ import annotations

import math

from hypothesis import example, given, settings
from hypothesis import strategies as st

from censemble.evaluation.scales import EMPTY, Scale, count_scale, difference_scale

FIGURES = st.lists(st.floats(-1e7, 1e7), min_size=1, max_size=30)


@settings(max_examples=60, deadline=None)
@given(FIGURES)
@example([5e-324])
def test_larger_values_are_never_paler(values: list[float]) -> None:
    """Classes rise with the values, stay among those of the style, and are told in the legend."""
    for scale, counted in ((count_scale(map(abs, values)), list(map(abs, values))), (difference_scale(values), values)):
        classes = [scale.class_of(v) for v in sorted(counted)]
        assert classes == sorted(classes)
        assert set(classes) <= {place for place, _ in scale.legend}
        assert max(classes) <= (6 if scale.kind == "h" else 8)
        assert list(scale.edges) == sorted(set(scale.edges))


@settings(max_examples=40, deadline=None)
@given(FIGURES)
def test_differences_are_alike_on_both_sides(values: list[float]) -> None:
    """More and fewer of the same size are equally dark."""
    scale = difference_scale(values)
    for v in values:
        if abs(v) not in scale.edges:  # an edge belongs to the class below it
            assert scale.class_of(v) + scale.class_of(-v) == 8
            assert scale.is_dark(scale.class_of(v)) == scale.is_dark(scale.class_of(-v))


def test_skewed_counts_have_classes_that_grow() -> None:
    """A table with one huge cell still tells its small ones apart."""
    values = [1.0, 2.0, 5.0, 30.0, 200.0, 1000.0]
    assert len({count_scale([*values, *values[:4] * 3]).class_of(v) for v in values}) >= 4


def test_no_figure_is_no_class() -> None:
    """Cells that do not exist are left blank; a table of nothing has one class."""
    scale = count_scale([0.0, None])
    assert (scale.class_of(None), scale.class_of(math.nan), scale.class_of(0.0)) == (EMPTY, EMPTY, 0)
    assert scale == Scale("h", (0.0,), ((0, "0"),))


def test_small_differences_stay_pale() -> None:
    """One count more or less is no dark cell where cells hold thousands; no difference has a legend of one line."""
    assert difference_scale([1.0, -1.0], least=500).class_of(1.0) == 5
    assert difference_scale([0.2, -0.4]).legend == ((4, "no difference"),)
