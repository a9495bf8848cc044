"""Zone outlines (GeoJSON) by their ids, and which labels of an attribute are such ids."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from censemble.schema import Attribute, Schema

MOST = 0.8  # of the labels: a few, such as "elsewhere", may have no outline
COVERED = 0.5  # of the outlines: numbers of cars that happen to be ids of some zones are no places


def feature_id(feature: Mapping[str, Any], id_property: str) -> str:
    """Give the id of a feature: a property, or for an empty name the feature's own id.

    Examples
    --------
    >>> feature_id({"properties": {"GEOID": 17}}, "GEOID"), feature_id({"id": "a"}, "")
    ('17', 'a')
    """
    properties = feature.get("properties") or {}
    return str(properties.get(id_property, "") if id_property else feature.get("id", ""))


def outline_ids(geojson: Mapping[str, Any], id_property: str) -> frozenset[str]:
    """Give the ids of all features; those without one are left out."""
    features = [f for f in geojson.get("features", ()) if isinstance(f, dict)]
    return frozenset(feature_id(f, id_property) for f in features) - {""}


def are_places(labels: Sequence[str], ids: frozenset[str]) -> bool:
    """Say whether labels are ids of outlines: at least 80 % of them are, and at least half of the outlines are named.

    Parameters
    ----------
    labels : sequence of str
        Categories of an attribute, or units of a level.
    ids : frozenset of str
        From `outline_ids`.

    Examples
    --------
    >>> are_places(["Avon", "Bath", "Clifton", "Downs", "elsewhere"], frozenset(["Avon", "Bath", "Clifton", "Downs"]))
    True
    >>> are_places(["1", "2", "3"], frozenset(map(str, range(100))))
    False
    """
    n_known = len(ids.intersection(labels))
    return n_known > 0 and n_known >= MOST * len(labels) and n_known >= COVERED * len(ids)


def place_attributes(schema: Schema, geojson: Mapping[str, Any] | None, id_property: str) -> tuple[Attribute, ...]:
    """Find the attributes whose labels are ids of outlines: where somebody works, where a trip ends.

    Parameters
    ----------
    schema : Schema
        Categorical and ordinal attributes are looked at.
    geojson : mapping or None
        A FeatureCollection.
    id_property : str
        Feature property that holds the id; "" is the feature's own id.
    """
    if geojson is None:
        return ()
    ids = outline_ids(geojson, id_property)
    return tuple(a for a in schema.attributes if are_places(a.categories, ids))
