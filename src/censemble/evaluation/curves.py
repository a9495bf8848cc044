"""Curves over a whole number, such as calls: geometry for inline SVG, drawn by the template."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from censemble.evaluation.wording import percent, short

WIDTH, HEIGHT = 400, 250
N_TONES = 8  # colours of Okabe and Ito (2008), told apart by the colour-blind; each has a line style of its own
_LEFT, _RIGHT, _TOP, _BOTTOM = 56, 388, 12, 204
_MOST_TICKS = 10


@dataclass(frozen=True)
class Series:
    """One line: its name and points (x a whole number >= 0, y a number >= 0), in order; intervals at them."""

    name: str
    points: tuple[tuple[int, float], ...]
    intervals: tuple[tuple[float, float], ...] = ()


@dataclass(frozen=True)
class CurveDot:
    """A point in figure units, its series' tone, and its words."""

    x: float
    y: float
    tone: int
    says: str


@dataclass(frozen=True)
class CurveInterval:
    """An upright line from `y_low` to `y_high` in figure units, in its series' tone."""

    x: float
    y_low: float
    y_high: float
    tone: int


@dataclass(frozen=True)
class CurveTick:
    """A value on an axis and its place along it."""

    label: str
    at: float


@dataclass(frozen=True)
class Curves:
    """Lines with their points, ticks, legend and words.

    Parameters
    ----------
    paths : tuple of (tone, path)
    dots : tuple of CurveDot
    across, up : tuple of CurveTick
    legend : tuple of (tone, name)
        Empty for a single line.
    x_title, y_title, description : str
    intervals : tuple of CurveInterval
    left_out : tuple of str
        Names of the series that are not drawn.
    """

    paths: tuple[tuple[int, str], ...]
    dots: tuple[CurveDot, ...]
    across: tuple[CurveTick, ...]
    up: tuple[CurveTick, ...]
    legend: tuple[tuple[int, str], ...]
    x_title: str
    y_title: str
    description: str
    intervals: tuple[CurveInterval, ...] = ()
    left_out: tuple[str, ...] = ()


@dataclass(frozen=True)
class Axis:
    """A logarithmic axis that begins at 0: places grow with log(1 + value / unit).

    Parameters
    ----------
    unit : float
        Where it turns from even steps to powers of ten.
    ticks : tuple of float
        Values, the last one at the end of the axis.
    show : callable
        How a value is written.
    """

    unit: float
    ticks: tuple[float, ...]
    show: Callable[[float], str]

    def along(self, value: float) -> float:
        """Place of a value, 0..1."""
        return min(math.log1p(value / self.unit) / math.log1p(self.ticks[-1] / self.unit), 1.0)


def share_axis() -> Axis:
    """Axis of shares from 0 to 100 %, where a thousandth still shows.

    Examples
    --------
    >>> round(share_axis().along(0.01), 2), share_axis().along(1.0)
    (0.35, 1.0)
    """
    return Axis(0.001, (0.0, 0.001, 0.01, 0.1, 1.0), lambda v: percent(v).replace(".0", ""))


def count_axis(largest: float) -> Axis:
    """Axis of counts from 0 to the power of ten above the largest.

    Examples
    --------
    >>> count_axis(150).ticks
    (0.0, 1.0, 10.0, 100.0, 1000.0)
    """
    decades = max(1, math.ceil(math.log10(max(largest, 1.0))))
    return Axis(1.0, (0.0, *(10.0**k for k in range(decades + 1))), short)


def even_axis(largest: float, show: Callable[[float], str]) -> Axis:
    """Axis with even steps from 0 to a round number that is not below the largest.

    Examples
    --------
    >>> even_axis(0.37, percent).ticks, round(even_axis(0.37, percent).along(0.2), 6)
    ((0.0, 0.1, 0.2, 0.3, 0.4), 0.5)
    """
    power = 10.0 ** math.floor(math.log10(largest / 2)) if largest > 0 else 0.2
    step = next(s * power for s in (1, 2, 5, 10) if largest / (s * power) <= 6)
    n = max(1, math.ceil(largest / step - 1e-9))
    ticks = tuple(round(k * step, 12) for k in range(n + 1))
    return Axis(1e6 * ticks[-1], ticks, show)


def draw_curves(series: Sequence[Series], axis: Axis, *, x_title: str, y_title: str) -> Curves:
    """Place points and lines: of the first eight series, each with a colour and a line style of its own.

    Parameters
    ----------
    series : sequence of Series
        One at least, each with a point; those beyond the eighth are named in `left_out` and not drawn.
    axis : Axis
        Of the values.
    x_title, y_title : str
        What the axes say.

    Examples
    --------
    >>> drawn = draw_curves([Series("miss", ((0, 1.0), (1, 0.0)))], share_axis(), x_title="calls", y_title="share")
    >>> drawn.paths[0][1], drawn.dots[1].says
    ('M56 12L388 204', 'calls 1: 0 %')
    """
    series, beyond = series[:N_TONES], series[N_TONES:]
    last = max(x for one in series for x, _ in one.points) or 1
    dots, paths, intervals = [], [], []
    for tone, one in enumerate(series):
        places = [
            (round(_LEFT + (_RIGHT - _LEFT) * x / last, 1), round(_BOTTOM - (_BOTTOM - _TOP) * axis.along(y), 1))
            for x, y in one.points
        ]
        before = f"{one.name}, " if len(series) > 1 else ""
        says = [f"{before}{x_title} {x}: {axis.show(y)}".replace("\u00a0", " ") for x, y in one.points]
        dots += [CurveDot(x, y, tone, text) for (x, y), text in zip(places, says, strict=True)]
        for (x, _), (low, high) in zip(places, one.intervals, strict=False):
            lowest, highest = (round(_BOTTOM - (_BOTTOM - _TOP) * axis.along(y), 1) for y in (low, high))
            intervals.append(CurveInterval(x, lowest, highest, tone))
        paths.append((tone, "M" + "L".join(f"{x:g} {y:g}" for x, y in places)))
    return Curves(
        tuple(paths),
        tuple(dots),
        _ticks_across(last),
        tuple(CurveTick(axis.show(v), round(_BOTTOM - (_BOTTOM - _TOP) * axis.along(v), 1)) for v in axis.ticks),
        tuple((tone, one.name) for tone, one in enumerate(series)) if len(series) > 1 else (),
        x_title,
        y_title,
        _description(series, axis, x_title, y_title),
        tuple(intervals),
        tuple(one.name for one in beyond),
    )


def _ticks_across(last: int) -> tuple[CurveTick, ...]:
    power = 10 ** max(0, math.floor(math.log10(last)) - 1)
    step = next(s * p for p in (power, 10 * power) for s in (1, 2, 5) if last / (s * p) <= _MOST_TICKS)
    return tuple(CurveTick(f"{x:,}", round(_LEFT + (_RIGHT - _LEFT) * x / last, 1)) for x in range(0, last + 1, step))


def _description(series: Sequence[Series], axis: Axis, x_title: str, y_title: str) -> str:
    def told(one: Series) -> str:
        (first, high), (end, low) = one.points[0], one.points[-1]
        return f"{one.name} from {axis.show(high)} at {first} to {axis.show(low)} at {end}"

    return f"{y_title} by {x_title}: {'; '.join(map(told, series))}.".replace("\u00a0", " ")
