"""Zone outlines for the report's map."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from censemble.errors import InputError, Problem
from censemble.outlines import outline_ids, place_attributes
from censemble.schema import Schema


def read_geojson(path: str) -> dict[str, Any] | None:
    """Read a GeoJSON file; None for an empty path.

    Raises
    ------
    InputError
        The file is not JSON, or has no features.
    """
    if not path:
        return None
    try:
        content = json.loads(Path(path).read_text(encoding="utf-8-sig"))
    except OSError as error:
        raise InputError("The zone outlines cannot be read", [_problem(path, error.strerror or str(error))]) from error
    except ValueError as error:
        raise InputError("The zone outlines cannot be read", [_problem(path, f"no JSON: {error}")]) from error
    if not isinstance(content, dict) or not isinstance(content.get("features"), list):
        raise InputError("The zone outlines cannot be read", [_problem(path, "JSON without a list of features")])
    return content


def check_outlines(
    content: Mapping[str, Any] | None, zones: Sequence[str], *, path: str, id_property: str, schema: Schema
) -> None:
    """Refuse outlines of which none is a zone's, unless they are the places that an attribute names.

    Outlines of some zones make a map of those.

    Raises
    ------
    InputError
        No feature carries the id of a zone in its property `id_property` (its own id for an empty name), and no
        attribute has these ids as its labels.
    """
    if content is None:
        return
    features = [f for f in content["features"] if isinstance(f, dict)]
    ids = outline_ids(content, id_property)
    if features and ids.isdisjoint(zones) and not place_attributes(schema, content, id_property):
        known = sorted({name for f in features for name in (f.get("properties") or {})})
        problem = Problem(
            path,
            f"property {id_property!r}" if id_property else "id",
            f"zone ids such as {zones[0]!r}, or the labels of an attribute",
            f"none in {len(features)} features, whose properties are {', '.join(known) or 'empty'}",
            "Name the property that holds the zone id under geography.polygons.id.",
            "geojson-id",
        )
        raise InputError("The zone outlines are of other zones", [problem])


def _problem(path: str, found: str) -> Problem:
    return Problem(path, "", "a GeoJSON FeatureCollection", found, "Export the zones as GeoJSON.", "geojson")
