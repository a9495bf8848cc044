"""Heat maps of two-way tables, as geometry for inline SVG; the template draws it, so that all text is escaped.

Small tables show their numbers, and every tile says its own on being pointed at. Beyond a few hundred cells tiles of
one tone are drawn as one path: a table of 200 by 200 cells is then as light as a photograph.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from censemble.evaluation.scales import EMPTY, NOTHING, Scale
from censemble.evaluation.wording import amount, clipped

MAX_SIDE = 200
TOLD = 900  # cells, at most, that say their numbers on being pointed at
_LETTER, _LINE = 6.6, 13.0  # width of a letter and height of a line, in figure units (CSS pixels)
_PLOT, _SMALLEST, _LARGEST = 400.0, 2.5, 46.0  # aimed width and height; sides of a cell
_LONGEST = 26  # letters of a label that are shown
_GAP = 6.0


@dataclass(frozen=True)
class Tile:
    """One cell: place, class of the scale, its number if there is room, whether that is white, and its words."""

    x: float
    y: float
    tone: int
    number: str
    dark: bool
    says: str


@dataclass(frozen=True)
class HeatLabel:
    """A label at the side: where, what is shown, and the whole of it."""

    x: float
    y: float
    text: str
    whole: str


@dataclass(frozen=True)
class HeatMap:
    """Everything that the template draws.

    Parameters
    ----------
    title, description : str
        What it shows; the same for those who do not see it.
    width, height : float
        Of the figure, in CSS pixels.
    cell : tuple of float
        Width and height of a tile.
    tiles : tuple of Tile
        Empty where there are too many cells for that.
    runs : tuple of (class, path)
        Then one path for each tone.
    rows, columns : tuple of HeatLabel
        Not more than there is room for.
    turned : bool
        Whether column labels are turned.
    row_title, column_title : HeatLabel
        What rows and columns are.
    scale : Scale
    """

    title: str
    description: str
    width: float
    height: float
    cell: tuple[float, float]
    tiles: tuple[Tile, ...]
    runs: tuple[tuple[int, str], ...]
    rows: tuple[HeatLabel, ...]
    columns: tuple[HeatLabel, ...]
    turned: bool
    row_title: HeatLabel
    column_title: HeatLabel
    scale: Scale


@dataclass(frozen=True, eq=False)
class Grid:
    """A two-way table with its labels.

    Parameters
    ----------
    values : ndarray of shape (n_rows, n_columns)
        NaN where there is no cell.
    rows, columns : sequence of str
        Labels, 1 to 200 on each side.
    row_title, column_title : str
        What the labels are of.

    Raises
    ------
    ValueError
        Labels that are not as many as rows or columns, or more than 200.
    """

    values: NDArray[np.float64]
    rows: Sequence[str]
    columns: Sequence[str]
    row_title: str = ""
    column_title: str = ""

    def __post_init__(self) -> None:
        shape = (len(self.rows), len(self.columns))
        if self.values.shape != shape or not 1 <= min(shape) <= max(shape) <= MAX_SIDE:
            raise ValueError(f"heat map: values {self.values.shape}, labels {shape}; 1 to {MAX_SIDE} a side")


def draw_heat_map(grid: Grid, scale: Scale, *, title: str, show: Callable[[float], str] = amount) -> HeatMap:
    """Lay out a heat map. Not for tables of more than 200 labels on a side: sum them first.

    Parameters
    ----------
    grid : Grid
        Values and labels.
    scale : Scale
        From `scales.count_scale` or `scales.difference_scale`.
    title : str
        One sentence or less.
    show : callable
        How a value is written.

    Examples
    --------
    >>> from censemble.evaluation.scales import count_scale
    >>> grid = Grid(np.array([[0.0, 9.0]]), ["a"], ["x", "y"])
    >>> drawn = draw_heat_map(grid, count_scale([0, 9]), title="Counts")
    >>> [(t.tone, t.number, t.says) for t in drawn.tiles]
    [(0, '0', 'a, x: 0'), (6, '9', 'a, y: 9')]
    """
    n_rows, n_columns = grid.values.shape
    numbers = [[_number(value, show) for value in row] for row in grid.values.tolist()]
    longest = max(map(shown_width, map(_shortened, grid.columns))) * _LETTER
    wide, high, has_numbers = _cell_size(numbers, longest)
    left = max(map(shown_width, map(_shortened, grid.rows))) * _LETTER + _GAP
    turned = longest > wide - 4
    top = _LINE + _GAP
    under = top + high * n_rows
    room = longest * 0.72 if turned else _LINE
    columns = _labels(grid.columns, wide, lambda at: (left + at, under + (10 if turned else _LINE)), turned=turned)
    ends = [c.x + shown_width(c.text) * _LETTER * (0.72 if turned else 0.5) for c in columns]
    width = max(left + wide * n_columns, *ends) + _GAP
    tones = [[scale.class_of(value) for value in row] for row in grid.values.tolist()]
    told = n_rows * n_columns <= TOLD
    return HeatMap(
        title=title,
        description=_description(grid, title, show),
        width=round(max(width, left + shown_width(grid.column_title) * _LETTER), 1),
        height=round(under + room + 1.6 * _LINE, 1),
        cell=(round(wide, 2), round(high, 2)),
        tiles=_tiles(grid, numbers if has_numbers else None, tones, scale, (left, top, wide, high), show)
        if told
        else (),
        runs=() if told else _runs(tones, (left, top, wide, high)),
        rows=_labels(grid.rows, high, lambda at: (left - _GAP, top + at + 4)),
        columns=columns,
        turned=turned,
        row_title=HeatLabel(0, _LINE - 2, _shortened(grid.row_title, 40), grid.row_title),
        column_title=HeatLabel(left, under + room + 1.4 * _LINE, _shortened(grid.column_title, 40), grid.column_title),
        scale=scale,
    )


def shown_width(text: str) -> int:
    """Letters that a text is wide: wide East Asian ones count twice, marks that are not shown not at all.

    Examples
    --------
    >>> shown_width("age"), shown_width("東京"), shown_width("a" + chr(0x200F))
    (3, 4, 1)
    """
    shown = [c for c in text if unicodedata.category(c) not in ("Mn", "Cf", "Cc")]
    return sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in shown)


def _shortened(text: str, longest: int = _LONGEST) -> str:
    """A label that fits; those of wide letters have fewer."""
    return clipped(text, max(4, longest * len(text) // max(shown_width(text), 1)))


def _cell_size(numbers: list[list[str]], longest: float) -> tuple[float, float, bool]:
    """Width and height of a cell, and whether its number fits; room for the longest label where there is room."""
    n_rows, n_columns = len(numbers), len(numbers[0])
    needed = max(len(text) for row in numbers for text in row) * _LETTER + 4
    side_by_side = longest + 8 if (longest + 8) * n_columns <= _PLOT else 0.0
    wide = min(max(_PLOT / n_columns, _SMALLEST), max(_LARGEST, needed, side_by_side))
    high = min(max(_PLOT / n_rows, _SMALLEST), 24.0)
    return wide, high, needed <= wide and high >= _LINE


def _number(value: float, show: Callable[[float], str]) -> str:
    return show(value) if np.isfinite(value) else ""


def _tiles(
    grid: Grid,
    numbers: list[list[str]] | None,
    tones: list[list[int]],
    scale: Scale,
    frame: tuple[float, float, float, float],
    show: Callable[[float], str],
) -> tuple[Tile, ...]:
    left, top, wide, high = frame
    return tuple(
        Tile(
            x=round(left + c * wide, 1),
            y=round(top + r * high, 1),
            tone=tones[r][c],
            number=numbers[r][c] if numbers else "",
            dark=scale.is_dark(tones[r][c]),
            says=f"{row}, {column}: {_number(float(grid.values[r, c]), show) or NOTHING}",
        )
        for r, row in enumerate(grid.rows)
        for c, column in enumerate(grid.columns)
    )


def _runs(tones: list[list[int]], frame: tuple[float, float, float, float]) -> tuple[tuple[int, str], ...]:
    """Neighbours of one tone in a row are one rectangle."""
    left, top, wide, high = frame
    paths: dict[int, list[str]] = {}
    for r, row in enumerate(tones):
        start = 0
        for c in range(1, len(row) + 1):
            if c < len(row) and row[c] == row[start]:
                continue
            x, y, run = left + start * wide, top + r * high, (c - start) * wide
            paths.setdefault(row[start], []).append(f"M{x:.1f} {y:.1f}h{run:.1f}v{high:.1f}h-{run:.1f}z")
            start = c
    return tuple((tone, "".join(parts)) for tone, parts in sorted(paths.items()) if tone != EMPTY)


def _labels(
    names: Sequence[str], side: float, place: Callable[[float], tuple[float, float]], *, turned: bool = False
) -> tuple[HeatLabel, ...]:
    """Every k-th label, so that lines do not touch."""
    step = max(1, int(np.ceil((_LINE if turned else 11.0) / side)))
    made = []
    for k in range(0, len(names), step):
        x, y = place((k + 0.5) * side)
        made.append(HeatLabel(round(x, 1), round(y, 1), _shortened(names[k]), names[k]))
    return tuple(made)


def _description(grid: Grid, title: str, show: Callable[[float], str]) -> str:
    """The largest figure either way, in words."""
    known = np.where(np.isfinite(grid.values), np.abs(grid.values), -1.0)
    r, c = divmod(int(known.argmax()), known.shape[1])
    text = f"{title}: {len(grid.rows)} rows and {len(grid.columns)} columns."
    if known[r, c] <= 0:
        return text
    return f"{text} The largest is {grid.rows[r]}, {grid.columns[c]}: {show(float(grid.values[r, c]))}."
