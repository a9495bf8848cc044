"""Maps as paths for inline SVG: how well each zone meets its own tables, how many are at each place, what moved.

The projection is equirectangular (longitudes shrunk by the cosine of the middle latitude), good enough for a
city or a state; coordinates that are no degrees are drawn as they are.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from censemble.evaluation.fit import LevelTable
from censemble.evaluation.scales import count_scale, difference_scale
from censemble.evaluation.wording import amount, percent, short, signed, whole
from censemble.outlines import feature_id

CLASSES = (0.005, 0.01, 0.02, 0.05, 0.1)  # shares of the counted total; the last class is open
WIDTH = 6000  # map units across; integers keep the page small
_MAX_CHARACTERS = {"k": 700_000, "h": 250_000, "d": 250_000}  # of the outlines; a page may hold several of the latter


@dataclass(frozen=True)
class Area:
    """One polygon of the map: SVG path, class (-1 is "no tables here") and the text shown on pointing at it."""

    path: str
    colour: int
    title: str


@dataclass(frozen=True)
class ZoneMap:
    """A map.

    Parameters
    ----------
    areas : tuple of Area
    height : int
        For a width of `WIDTH`.
    legend : tuple of (class, text)
    n_missing : int
        Zones, or places, without a polygon.
    kind : {"k", "h", "d"}
        Prefix of the style's classes: shares of the differences, counts, differences.
    """

    areas: tuple[Area, ...]
    height: int
    legend: tuple[tuple[int, str], ...]
    n_missing: int
    kind: str = "k"


def draw_map(geojson: Mapping[str, Any], zones: LevelTable, *, geojson_id: str) -> ZoneMap | None:
    """Colour each zone by the sum of its absolute differences as a share of its counted total.

    Parameters
    ----------
    geojson : mapping
        A FeatureCollection of polygons.
    zones : LevelTable
        The zone level's own tables.
    geojson_id : str
        Feature property that holds the zone id; "" is the feature's own id.

    Returns
    -------
    ZoneMap, or None where no polygon belongs to a zone.
    """
    colours = _colours(zones)
    return _drawn(geojson, colours, _legend(), geojson_id=geojson_id, rest="no tables", kind="k")


def draw_counts(
    geojson: Mapping[str, Any], counts: Mapping[str, float], *, geojson_id: str, noun: str
) -> ZoneMap | None:
    """Colour each polygon by how many are there.

    Parameters
    ----------
    geojson : mapping
        A FeatureCollection of polygons.
    counts : mapping of str to float
        By the id of a feature, >= 0; other names are counted as missing.
    geojson_id : str
        Feature property that holds the id; "" is the feature's own id.
    noun : str
        What is counted: persons.

    Returns
    -------
    ZoneMap, or None where no polygon has a count.
    """
    scale = count_scale(counts.values(), short)
    total = sum(counts.values())
    colours = {
        name: (scale.class_of(n), f"{whole(n)} {noun} ({percent(n / total if total else None)})")
        for name, n in counts.items()
    }
    return _drawn(geojson, colours, scale.legend, geojson_id=geojson_id, rest="not named", kind="h")


def draw_differences(
    geojson: Mapping[str, Any], counts: Mapping[str, tuple[float, float]], *, geojson_id: str, noun: str
) -> ZoneMap | None:
    """Colour each polygon by how many more or fewer are there than before.

    Parameters
    ----------
    geojson, geojson_id, noun
        See `draw_counts`.
    counts : mapping of str to (before, after)
        By the id of a feature.

    Returns
    -------
    ZoneMap, or None where no polygon has a count.
    """
    scale = difference_scale([after - before for before, after in counts.values()], show=short)
    colours = {
        name: (scale.class_of(after - before), f"{signed(after - before)} {noun}, {whole(before)} before")
        for name, (before, after) in counts.items()
    }
    return _drawn(geojson, colours, scale.legend, geojson_id=geojson_id, rest="not named", kind="d")


def _drawn(
    geojson: Mapping[str, Any],
    colours: Mapping[str, tuple[int, str]],
    legend: tuple[tuple[int, str], ...],
    *,
    geojson_id: str,
    rest: str,
    kind: str,
) -> ZoneMap | None:
    """All polygons, coloured and told by their ids; `rest` tells those that have no colour."""
    features = [f for f in geojson.get("features", ()) if isinstance(f, dict)]
    shapes = [(feature_id(f, geojson_id), _rings(f.get("geometry"))) for f in features]
    shapes = [(zone, rings) for zone, rings in shapes if rings]
    found = {zone for zone, _ in shapes}
    if found.isdisjoint(colours):
        return None
    scaled, height = _project([rings for _, rings in shapes])
    step = 1
    paths = [_path(rings, step) for rings in scaled]
    while sum(map(len, paths)) > _MAX_CHARACTERS[kind]:
        step *= 2
        paths = [_path(rings, step) for rings in scaled]
    areas = []
    for (zone, _), path in zip(shapes, paths, strict=True):
        colour, text = colours.get(zone, (-1, rest))
        areas.append(Area(path, colour, f"{zone}: {text}"))
    return ZoneMap(tuple(areas), height, legend, len(colours.keys() - found), kind)


def _rings(geometry: Mapping[str, Any] | None) -> list[NDArray[np.float64]]:
    kind = (geometry or {}).get("type")
    coordinates = (geometry or {}).get("coordinates") or []
    polygons: Iterable[Any] = {"Polygon": [coordinates], "MultiPolygon": coordinates}.get(str(kind), [])
    return [np.array([point[:2] for point in ring], dtype=np.float64) for p in polygons for ring in p if len(ring) > 3]


def _project(shapes: list[list[NDArray[np.float64]]]) -> tuple[list[list[NDArray[np.float64]]], int]:
    everything = np.concatenate([ring for rings in shapes for ring in rings])
    low, high = everything.min(axis=0), everything.max(axis=0)
    degrees = abs(low[0]) <= 360 and abs(high[0]) <= 360 and abs(low[1]) <= 90 and abs(high[1]) <= 90
    shrink = math.cos(math.radians((low[1] + high[1]) / 2)) if degrees else 1.0
    factor = np.array([shrink, 1.0])
    extent = np.maximum((high - low) * factor, 1e-12)
    scale = min(WIDTH / extent[0], WIDTH / extent[1])
    left = (WIDTH - extent[0] * scale) / 2
    offset = np.array([left, extent[1] * scale])
    scaled = [[(ring - low) * factor * scale * [1, -1] + offset for ring in rings] for rings in shapes]
    return scaled, math.ceil(extent[1] * scale)


def _path(rings: list[NDArray[np.float64]], step: int) -> str:
    """Relative moves between whole map units; points that fall together are drawn once."""
    parts = []
    for ring in rings:
        points = np.rint(ring / step).astype(np.int64) * step
        moves = np.diff(points, axis=0)
        moves = moves[(moves != 0).any(axis=1)][:-1]  # the last move is the closing z
        line = " ".join(map(str, moves.ravel().tolist()))
        parts.append(f"M{points[0, 0]} {points[0, 1]}l{line}z" if line else f"M{points[0, 0]} {points[0, 1]}z")
    return "".join(parts)


def _colours(zones: LevelTable) -> dict[str, tuple[int, str]]:
    gap = np.nansum(np.abs(zones.result - zones.target), axis=1)
    total = np.nansum(zones.target, axis=1)
    rows = {}
    for unit, apart, counted in zip(zones.units, gap.tolist(), total.tolist(), strict=True):
        if counted <= 0 and apart == 0:
            rows[unit] = (-1, "empty, as its tables say")
            continue
        share = apart / counted if counted > 0 else 1.0
        colour = int(np.searchsorted(np.array(CLASSES), share, side="left"))
        rows[unit] = (colour, f"{amount(apart)} of {amount(counted)} counted differ ({percent(share)})")
    return rows


def _legend() -> tuple[tuple[int, str], ...]:
    texts = [f"up to {100 * c:g} %" for c in CLASSES] + [f"more than {100 * CLASSES[-1]:g} %"]
    return (*enumerate(texts), (-1, "empty or without tables"))
