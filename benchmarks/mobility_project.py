"""The project file of the mobility benchmark and its tables, as a user would have them in a folder.

An origin is a *zone* of the geography: tables of destination by mode then hold in each, every proposed trip can start
anywhere that sends trips there, and nothing ever has to list all pairs of zones. Zones are known by their names, in the
outlines too, because a scenario in plain words and a report name them.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pandas as pd
import yaml
from mobility_tables import DISTANCES, MODES, TIMES

NAME = "Trips in and around Bristol"
REGION = "Bristol"


def project_of(destinations: Sequence[str], purposes: Sequence[str], generator: Mapping[str, Any]) -> dict[str, Any]:
    """Content of the project file."""

    def labels(values: Sequence[str]) -> dict[str, str]:
        return {v: v for v in values}

    flow_attributes = {name: name for name in ("destination", "mode", "distance")}
    return {
        "name": NAME,
        "entity": "person",
        "geography": {
            "levels": ["region", "origin"],
            "crosswalk": {"file": "zones.csv", "columns": {"region": "region", "origin": "origin"}},
            "polygons": {"file": "zones.geojson", "id": "name"},
        },
        "attributes": {
            "persons": {
                "destination": {"categories": labels(destinations)},
                "mode": {"categories": labels(MODES)},
                "distance": {"kind": "ordinal", "categories": labels(DISTANCES)},
                "time": {"kind": "ordinal", "categories": labels(TIMES)},
                "purpose": {"categories": labels(purposes)},
            }
        },
        "margins": [
            {
                "name": "trips",
                "of": "persons",
                "level": "origin",
                "total": True,
                "table": {"file": "zones.csv", "zone": "origin"},
                "cells": [{"column": "trips"}],
            },
            {
                "name": "destination by mode",
                "of": "persons",
                "level": "origin",
                "table": {
                    "file": "flows.csv",
                    "zone": "origin",
                    "count": "trips",
                    "attributes": flow_attributes,
                    "source": "Census 2011, travel to work, Bristol",
                },
            },
            {
                "name": "time by purpose",
                "of": "persons",
                "level": "region",
                "table": {
                    "file": "activities.csv",
                    "zone": "region",
                    "count": "trips",
                    "attributes": {"time": "time", "purpose": "purpose"},
                    "source": "NHTS 2022, weekdays",
                },
            },
        ],
        "generator": dict(generator),
        "language_model": {"timeout": 900, "concurrency": 1},
        "run": {"random_seed": 0},
    }


def write_project(
    folder: Path, flows: pd.DataFrame, activities: pd.DataFrame, outlines: Path, generator: Mapping[str, Any]
) -> Path:
    """Write the project file, three tables and the outlines; gives the project file."""
    folder.mkdir(parents=True, exist_ok=True)
    zones = sorted({*flows["origin"], *flows["destination"]})
    sent = flows.groupby("origin")["trips"].sum().reindex(zones, fill_value=0)
    pd.DataFrame({"region": REGION, "origin": zones, "trips": sent.to_numpy()}).to_csv(
        folder / "zones.csv", index=False
    )
    flows.to_csv(folder / "flows.csv", index=False)
    activities.assign(region=REGION).to_csv(folder / "activities.csv", index=False)
    _copy_outlines(outlines, folder / "zones.geojson", zones)
    content = project_of(zones, list(dict.fromkeys(activities["purpose"])), generator)
    path = folder / "censemble.yaml"
    path.write_text(yaml.safe_dump(content, sort_keys=False, allow_unicode=True, width=120), encoding="utf-8")
    return path


def _copy_outlines(source: Path, goal: Path, zones: Sequence[str]) -> None:
    """Outlines of the zones that take part."""
    outlines = json.loads(source.read_text(encoding="utf-8"))
    kept = [f for f in outlines["features"] if f["properties"]["name"] in set(zones)]
    if len(kept) == len(outlines["features"]):
        shutil.copyfile(source, goal)
    else:
        goal.write_text(json.dumps({**outlines, "features": kept}), encoding="utf-8")
