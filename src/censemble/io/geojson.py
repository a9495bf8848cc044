"""Zone outlines for the report's map."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from censemble.errors import InputError, Problem


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


def _problem(path: str, found: str) -> Problem:
    return Problem(path, "", "a GeoJSON FeatureCollection", found, "Export the zones as GeoJSON.", "geojson")
