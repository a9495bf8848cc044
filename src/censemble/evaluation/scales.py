"""Colour scales of heat maps and maps: a few classes with round edges, told in a legend.

Classes instead of a continuous ramp: eyes tell eight tones apart, and a legend can say what each one means. Counts go
from pale to dark blue; differences from orange (fewer) over near white to blue (more), which people with any colour
vision tell apart.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from censemble.evaluation.wording import ratio

N_CLASSES = 6  # of counts above 0
N_SIDES = 4  # classes of differences on either side
SKEWED = 20.0  # largest / median from which on classes grow by a factor instead of a step
LEAST = 1e-300  # smaller numbers cannot be divided any more
EVEN = 0.5  # a difference of less than half a count is none
EMPTY = -1
NOTHING = "no figure"


@dataclass(frozen=True)
class Scale:
    """Classes of values.

    Parameters
    ----------
    kind : {"h", "d"}
        Prefix of the style's classes: h0..h6 for counts, d0..d8 for differences (d4 is none).
    edges : tuple of float
        Increasing. Class k holds values above edge k-1 up to edge k.
    legend : tuple of (class, text)
        In order; of the classes that a value can fall into.
    """

    kind: str
    edges: tuple[float, ...]
    legend: tuple[tuple[int, str], ...]

    def class_of(self, value: float | None) -> int:
        """Class of a value; `EMPTY` where there is none."""
        if value is None or not math.isfinite(value):
            return EMPTY
        return int(np.searchsorted(self.edges, value, side="left"))

    def is_dark(self, place: int) -> bool:
        """Whether text on this class must be white."""
        return place >= 4 if self.kind == "h" else abs(place - N_SIDES) >= 3


def count_scale(values: Iterable[float | None], show: Callable[[float], str] = ratio) -> Scale:
    """Scale for counts: class 0 is none at all, then up to six classes to the largest.

    Parameters
    ----------
    values : iterable of float or None
        >= 0.
    show : callable
        How an edge is written in the legend.

    Examples
    --------
    >>> scale = count_scale([0, 10, 40, 60])
    >>> scale.edges, scale.class_of(0), scale.class_of(10), scale.class_of(60)
    ((0.0, 10.0, 20.0, 30.0, 40.0, 50.0), 0, 1, 6)
    """
    known = np.array([v for v in values if v is not None and math.isfinite(v) and v > 0], dtype=np.float64)
    if not len(known):
        return Scale("h", (0.0,), ((0, "0"),))
    top, middle = float(known.max()), float(np.median(known))
    if top > SKEWED * middle:
        factor = math.sqrt(10) if top > 1000 * middle else 2.5
        inner = [_rounded(top / factor**k) for k in range(N_CLASSES - 1, 0, -1)]
    else:
        step = _rounded(top / N_CLASSES)
        inner = [float(f"{step * k:.6g}") for k in range(1, N_CLASSES) if step * k < top]
    edges = (0.0, *sorted({e for e in inner if 0 < e < top}))
    return Scale("h", edges, _count_legend(edges, show))


def difference_scale(
    values: Iterable[float | None], *, least: float = 0.0, show: Callable[[float], str] = ratio
) -> Scale:
    """Scale for differences, alike on both sides of 0; less than half a count is none.

    Parameters
    ----------
    values : iterable of float or None
        Either sign.
    least : float
        Where the darkest class begins at the least, >= 0: small differences then stay pale, whatever the largest is.
    show : callable
        How an edge is written in the legend.

    Examples
    --------
    >>> scale = difference_scale([-30, 0.2, 12])
    >>> [scale.class_of(v) for v in (-30, -2, 0.2, 0.7, 12, None)]
    [0, 2, 4, 5, 7, -1]
    """
    top = max((abs(v) for v in values if v is not None and math.isfinite(v)), default=0.0)
    nothing = top < EVEN
    top = max(top * 0.6, least, 8.0)
    inner = sorted({EVEN, *(_rounded(top / 3**k) for k in range(N_SIDES - 2, -1, -1))})
    edges = (*(-e for e in reversed(inner)), *inner)
    legend = _difference_legend(inner, show)
    return Scale("d", edges, ((N_SIDES, "no difference"),) if nothing else legend)


def _rounded(value: float) -> float:
    """The nearest of 1, 1.5, 2, 2.5, 3, 4, 5, 6, 8 times a power of ten.

    Examples
    --------
    >>> _rounded(117.0), _rounded(0.34), _rounded(96.0)
    (100.0, 0.3, 100.0)
    """
    value = max(value, LEAST)
    power = 10.0 ** math.floor(math.log10(value))
    best = min((1, 1.5, 2, 2.5, 3, 4, 5, 6, 8, 10), key=lambda step: abs(math.log(value / (power * step))))
    return float(f"{power * best:.6g}")


def _count_legend(edges: Sequence[float], show: Callable[[float], str]) -> tuple[tuple[int, str], ...]:
    first = f"above 0, up to {show(edges[1])}" if len(edges) > 1 else "above 0"
    texts = ["0", first, *(f"up to {show(high)}" for high in edges[2:])]
    texts += [f"more than {show(edges[-1])}"] if len(edges) > 1 else []
    return tuple(enumerate(texts))


def _difference_legend(inner: Sequence[float], show: Callable[[float], str]) -> tuple[tuple[int, str], ...]:
    more = [f"up to {show(high)} more" for _, high in pairwise(inner)] + [f"over {show(inner[-1])} more"]
    fewer = [text.replace("more", "fewer") for text in more]
    return tuple(enumerate([*reversed(fewer), "no difference", *more], start=N_SIDES - len(inner)))
