"""A map of how well each zone meets its own tables, as paths for inline SVG.

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
from censemble.evaluation.wording import amount, percent

CLASSES = (0.005, 0.01, 0.02, 0.05, 0.1)  # shares of the counted total; the last class is open
WIDTH = 6000  # map units across; integers keep the page small
_MAX_CHARACTERS = 700_000


@dataclass(frozen=True)
class Area:
    """One polygon of the map: SVG path, class (-1 is "no tables here") and the text shown on pointing at it."""

    path: str
    colour: int
    title: str


@dataclass(frozen=True)
class ZoneMap:
    """All polygons, the map's height for a width of `WIDTH`, the legend, and zones without a polygon."""

    areas: tuple[Area, ...]
    height: int
    legend: tuple[tuple[int, str], ...]
    n_missing: int


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
    shapes = [(_id_of(f, geojson_id), _rings(f.get("geometry"))) for f in geojson.get("features", ())]
    shapes = [(zone, rings) for zone, rings in shapes if rings]
    known = set(zones.units)
    if not known & {zone for zone, _ in shapes}:
        return None
    scaled, height = _project([rings for _, rings in shapes])
    step = 1
    paths = [_path(rings, step) for rings in scaled]
    while sum(map(len, paths)) > _MAX_CHARACTERS:
        step *= 2
        paths = [_path(rings, step) for rings in scaled]
    colours = _colours(zones)
    nothing = (-1, "no tables")
    areas = []
    for (zone, _), path in zip(shapes, paths, strict=True):
        colour, text = colours.get(zone, nothing)
        areas.append(Area(path, colour, f"{zone}: {text}"))
    return ZoneMap(tuple(areas), height, _legend(), len(known - {zone for zone, _ in shapes}))


def _id_of(feature: Mapping[str, Any], name: str) -> str:
    properties = feature.get("properties") or {}
    return str(properties.get(name, "") if name else feature.get("id", ""))


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
