"""Geometry of the report's figures; the template draws it, so that every text passes its escaping.

Points are gathered on a grid and drawn as dots whose size says how many cells they stand for: a figure of a
million cells is as small as one of a hundred.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np

from censemble.evaluation.fit import LevelTable
from censemble.evaluation.wording import percent, short, whole

SIZE = 400  # width and height of a square figure, in its own units (about CSS pixels on a phone)
_LEFT, _RIGHT, _TOP, _BOTTOM = 46, 384, 8, 346
_GRID = 70
N_TONES = 4


@dataclass(frozen=True)
class Dot:
    """Cells of one level at about the same place: centre and radius in figure units."""

    x: float
    y: float
    radius: float
    tone: int


@dataclass(frozen=True)
class Tick:
    """A value on an axis and its place along it, in figure units."""

    label: str
    x: float
    y: float


@dataclass(frozen=True)
class Scatter:
    """Result against target, both on a logarithmic axis that begins at 0.

    Parameters
    ----------
    dots : tuple of Dot
    ticks : tuple of Tick
    legend : tuple of (tone, level)
    description : str
        What the figure shows, for those who do not see it.
    """

    dots: tuple[Dot, ...]
    ticks: tuple[Tick, ...]
    legend: tuple[tuple[int, str], ...]
    description: str


@dataclass(frozen=True)
class Bar:
    """A row of a bar table: `width` in percent of the longest, `tone` "good", "near" or "far"."""

    label: str
    value: str
    share: str
    width: float
    tone: str


def scatter(tables: Sequence[LevelTable]) -> Scatter:
    """Place the cells of all levels, outer levels on top.

    Parameters
    ----------
    tables : sequence of LevelTable
        Outermost first.
    """
    largest = max((np.nanmax(np.maximum(t.target, t.result), initial=1.0) for t in tables), default=1.0)
    decades = max(1, math.ceil(math.log10(largest + 1)))
    dots: list[Dot] = []
    legend = []
    for tone, table in enumerate(reversed(tables)):
        dots += _dots(table, tone % N_TONES, decades)
        legend.append((tone % N_TONES, table.level))
    n_cells = sum(int(np.isfinite(t.target).sum()) for t in tables)
    text = f"{whole(n_cells)} table cells by target (across) and result (up); on the diagonal both are equal."
    return Scatter(tuple(dots), _ticks(decades), tuple(legend), text)


def _dots(table: LevelTable, tone: int, decades: int) -> list[Dot]:
    known = np.isfinite(table.target)
    place = [np.log10(v[known] + 1) / decades * _GRID for v in (table.target, table.result)]
    column, row = (np.rint(p).astype(np.int64) for p in place)
    cells, counts = np.unique(column * (_GRID + 1) + row, return_counts=True)
    return [
        Dot(
            x=round(_LEFT + (_RIGHT - _LEFT) * int(cell // (_GRID + 1)) / _GRID, 1),
            y=round(_BOTTOM - (_BOTTOM - _TOP) * int(cell % (_GRID + 1)) / _GRID, 1),
            radius=round(1.6 + 0.8 * math.log10(int(count)), 2),
            tone=tone,
        )
        for cell, count in zip(cells, counts, strict=True)
    ]


def _ticks(decades: int) -> tuple[Tick, ...]:
    ticks = []
    for value in (0, *(10**k for k in range(decades + 1))):
        along = math.log10(value + 1) / decades  # the last power of ten is a hair beyond the end
        if along <= 1.01 and (value != 1 or decades <= 3):  # 0 and 1 would touch on a long axis
            x, y = _LEFT + (_RIGHT - _LEFT) * along, _BOTTOM - (_BOTTOM - _TOP) * along
            ticks.append(Tick(short(value), round(x, 1), round(y, 1)))
    return tuple(ticks)


def residual_bars(edges: Sequence[float], counts: Sequence[int]) -> list[Bar]:
    """Rows for the classes of `metrics.count_residuals`.

    Examples
    --------
    >>> [b.label for b in residual_bars([-3.5, -0.5, 0.5, 3.5], [0, 1, 8, 1, 0])]
    ['4 or more too few', '1 to 3 too few', 'met exactly', '1 to 3 too many', '4 or more too many']
    """
    labels, middle = [], len(edges) // 2
    for i in range(len(edges) + 1):
        if i == middle:
            labels.append("met exactly")
            continue
        side = "too few" if i < middle else "too many"
        near, far = (edges[i], edges[i - 1] if i else None) if i < middle else (edges[i - 1], (*edges, None)[i])
        low = whole(abs(near) + 0.5)
        labels.append(f"{low} or more {side}" if far is None else f"{low} to {whole(abs(far) - 0.5)} {side}")
    tones = ["good" if i == middle else "near" if abs(i - middle) <= 2 else "far" for i in range(len(labels))]
    return bars(labels, counts, tones)


def factor_bars(use: Mapping[str, Any]) -> list[Bar]:
    """Rows for the expansion factors of the records.

    Parameters
    ----------
    use : mapping
        The "diversity" part of the facts.
    """
    edges, counts = use["factor_edges"], use["expansion_histogram"]
    labels = [f"below {edges[1]:g}", *(f"{a:g} to {b:g}" for a, b in pairwise(edges[1:]))]
    labels.append(f"{edges[-1]:g} or more")
    tones = ["good" if 0.2 <= e < 5 else "near" if 0.1 <= e < 10 else "far" for e in edges]
    kept = max((i for i, c in enumerate(counts) if c), default=len(counts) - 1) + 1
    return bars(labels[:kept], counts[:kept], tones[:kept])


def bars(labels: Sequence[str], counts: Sequence[int], tones: Sequence[str]) -> list[Bar]:
    """Rows with their shares of the sum, and bars relative to the longest.

    Examples
    --------
    >>> [(b.label, b.value, b.width) for b in bars(["a", "b"], [3, 1], ["good", "far"])]
    [('a', '3', 100.0), ('b', '1', 33.3)]
    """
    total, longest = sum(counts), max(counts, default=0)
    return [
        Bar(
            label=label,
            value=whole(count),
            share=percent(count / total if total else None),
            width=round(100 * count / longest, 1) if longest else 0.0,
            tone=tone,
        )
        for label, count, tone in zip(labels, counts, tones, strict=True)
    ]
