"""The map of differences."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from evaluation_case import SmallCase

from censemble.evaluation.fit import LevelTable, level_tables
from censemble.evaluation.maps import WIDTH, draw_counts, draw_differences, draw_map


def _square(zone: str, x: float, y: float, *, n: int = 1) -> dict[str, Any]:
    along = np.linspace(0, 1, n + 1)[:-1]
    ring = [[x + a, y] for a in along] + [[x + 1, y + a] for a in along]
    ring += [[x + 1 - a, y + 1] for a in along] + [[x, y + 1 - a] for a in along]
    return {"properties": {"GEOID": zone}, "geometry": {"type": "Polygon", "coordinates": [[*ring, ring[0]]]}}


@pytest.fixture
def zones(small_case: SmallCase) -> LevelTable:
    """Zone tables of the small case."""
    return level_tables(small_case.fit)[-1]


def test_zones_are_coloured_by_share(zones: LevelTable) -> None:
    """Each polygon gets the class of its zone, and its figures as text."""
    drawing = draw_map({"features": [_square("01", 0, 0), _square("xx", 1, 0)]}, zones, geojson_id="GEOID")
    assert drawing is not None
    assert drawing.n_missing == 2
    first, other = drawing.areas
    assert first.title.startswith("01: ")
    assert "counted differ" in first.title
    assert (other.colour, other.title) == (-1, "xx: no tables")


def test_north_is_up_and_degrees_shrink(zones: LevelTable) -> None:
    """At 60 degrees north a degree east is half as long as one north."""
    drawing = draw_map({"features": [_square("01", 10, 59.5)]}, zones, geojson_id="GEOID")
    assert drawing is not None
    assert drawing.height == WIDTH
    assert drawing.areas[0].path.startswith("M1500 6000l3000 0 0 -6000")


def test_multipolygons_holes_and_nothing(zones: LevelTable) -> None:
    """All rings are drawn; features without polygons are passed over."""
    square = _square("01", 0, 0)["geometry"]["coordinates"]
    features = [
        {"id": "01", "geometry": {"type": "MultiPolygon", "coordinates": [square, square]}},
        {"id": "02", "geometry": None},
        {"id": "03", "geometry": {"type": "Point", "coordinates": [0, 0]}},
    ]
    drawing = draw_map({"features": features}, zones, geojson_id="")
    assert drawing is not None
    assert drawing.areas[0].path.count("z") == 2
    assert drawing.n_missing == 2


def test_no_zone_no_map(zones: LevelTable) -> None:
    """Polygons of another place give no map."""
    assert draw_map({"features": [_square("xx", 0, 0)]}, zones, geojson_id="GEOID") is None


def test_detailed_polygons_are_thinned(zones: LevelTable) -> None:
    """Very fine outlines are drawn on a coarser grid, so that the page stays small."""
    wave = [_square("01", 0, i, n=10_000) for i in range(5)]
    for i, feature in enumerate(wave):
        ring = np.array(feature["geometry"]["coordinates"][0])
        ring += 0.01 * np.sin(np.arange(len(ring)) * 0.7 + i)[:, None]
        feature["geometry"]["coordinates"] = [ring.tolist()]
    drawing = draw_map({"features": wave}, zones, geojson_id="GEOID")
    assert drawing is not None
    assert sum(len(a.path) for a in drawing.areas) <= 700_000


def test_counts_by_place() -> None:
    """The place with most is darkest; places without a polygon are counted, polygons without a count stay blank."""
    outlines = {"features": [_square("a", 0, 0), _square("b", 1, 0), _square("c", 2, 0)]}
    drawing = draw_counts(outlines, {"a": 90, "b": 0, "abroad": 10}, geojson_id="GEOID", noun="persons")
    assert drawing is not None
    assert ([area.colour for area in drawing.areas], drawing.n_missing, drawing.kind) == ([6, 0, -1], 1, "h")
    assert drawing.areas[0].title == "a: 90 persons (90.0\u00a0%)"
    assert draw_counts(outlines, {"abroad": 10}, geojson_id="GEOID", noun="persons") is None


def test_differences_by_place() -> None:
    """More is on one side of the scale, fewer on the other, no change in the middle."""
    outlines = {"features": [_square("a", 0, 0), _square("b", 1, 0), _square("c", 2, 0)]}
    counts = {"a": (100, 400), "b": (300, 0), "c": (50, 50)}
    drawing = draw_differences(outlines, counts, geojson_id="GEOID", noun="trips")
    assert drawing is not None
    assert ([area.colour for area in drawing.areas], drawing.kind) == ([8, 0, 4], "d")
    assert drawing.areas[1].title == "b: −300 trips, 300 before"
