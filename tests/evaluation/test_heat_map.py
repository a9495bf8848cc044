"""Heat maps."""

from __future__ import annotations

import re

import numpy as np
import pytest

from censemble.evaluation.heat_map import Grid, HeatMap, draw_heat_map
from censemble.evaluation.scales import count_scale


def draw(values: np.ndarray, rows: list[str] | None = None, columns: list[str] | None = None) -> HeatMap:
    """A map with numbered labels where none are given."""
    names = rows or [f"r{i}" for i in range(values.shape[0])], columns or [f"c{i}" for i in range(values.shape[1])]
    return draw_heat_map(Grid(values, *names, "rows", "columns"), count_scale(values.ravel().tolist()), title="Counts")


def test_small_tables_show_their_numbers() -> None:
    """A tile for each cell in its place, with number and words; what is no cell stays blank."""
    drawn = draw(np.array([[0.0, 40.0], [np.nan, 1200.0]]))
    assert [t.number for t in drawn.tiles] == ["0", "40", "", "1,200"]
    assert [t.says for t in drawn.tiles] == ["r0, c0: 0", "r0, c1: 40", "r1, c0: no figure", "r1, c1: 1,200"]
    assert [t.tone for t in drawn.tiles][2] == -1
    assert drawn.tiles[0].x < drawn.tiles[1].x and drawn.tiles[0].y < drawn.tiles[2].y
    assert [t.dark for t in drawn.tiles] == [False, False, False, True]


def test_large_tables_are_runs_that_cover_every_cell() -> None:
    """Of 200 x 200 cells no tile is drawn alone; the runs of all tones together have the area of the table."""
    values = np.random.default_rng(0).integers(0, 50, (200, 200)).astype(float)
    drawn = draw(values)
    assert drawn.tiles == ()
    area = sum(
        float(width) * float(height)
        for _, path in drawn.runs
        for width, height in re.findall(r"h([0-9.]+)v([0-9.]+)h-", path)
    )
    assert area == pytest.approx(200 * 200 * drawn.cell[0] * drawn.cell[1], rel=0.01)
    assert sum(len(path) for _, path in drawn.runs) < 1_500_000
    assert len(drawn.rows) < 60  # labels do not touch


def test_everything_lies_inside_the_figure() -> None:
    """Tiles and labels, turned or not, end before the edges."""
    for columns in (["a", "b", "c"], ["a rather long label"] * 2 + ["the longest label of them all"]):
        drawn = draw(np.ones((2, 3)), columns=columns)
        assert max(t.x for t in drawn.tiles) + drawn.cell[0] <= drawn.width
        assert max(c.x + 0.7 * 6.6 * len(c.text) * drawn.turned for c in drawn.columns) <= drawn.width
        assert max(t.y for t in drawn.tiles) + drawn.cell[1] < min(c.y for c in drawn.columns) < drawn.height


def test_labels_are_shortened_and_stay_whole_elsewhere() -> None:
    """Very long and wide labels end in dots, without marks that turn what stands around them."""
    long, wide, turning = "W" * 300, "東京" * 40, "\u202eabc"
    drawn = draw(np.ones((3, 1)), rows=[long, wide, turning])
    assert [len(label.text) <= 26 for label in drawn.rows] == [True, True, True]
    assert drawn.rows[0].text.endswith("…") and drawn.rows[0].whole == long
    assert drawn.rows[2].text == "abc"


@pytest.mark.parametrize("shape", [(0, 3), (201, 2)])
def test_sides_are_bounded(shape: tuple[int, int]) -> None:
    """Nothing, and more than 200 labels, are refused."""
    with pytest.raises(ValueError, match="1 to 200 a side"):
        Grid(np.ones(shape), ["x"] * shape[0], ["y"] * shape[1])


def test_description_names_the_largest() -> None:
    """For those who do not see the figure."""
    assert draw(np.array([[1.0, -7.0]])).description.endswith("The largest is r0, c1: −7.")
