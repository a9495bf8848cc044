"""Outlines and the labels that are their ids."""

from __future__ import annotations

from censemble.outlines import are_places, outline_ids, place_attributes
from censemble.schema import Attribute, Schema

GEOJSON = {"features": [{"id": k, "properties": {"name": name}} for k, name in enumerate("abcde")]}


def test_ids_come_from_a_property_or_the_feature() -> None:
    """An empty name means the feature's own id; features without an id are left out."""
    assert outline_ids(GEOJSON, "name") == frozenset("abcde")
    assert outline_ids(GEOJSON, "") == frozenset("01234")
    assert outline_ids({"features": [{}, None]}, "name") == frozenset()


def test_labels_are_places_where_most_are_ids_and_most_outlines_are_named() -> None:
    """Four of five labels are enough, three of four are not; two of five outlines are too few."""
    ids = frozenset("abcde")
    assert are_places(["a", "b", "c", "d", "elsewhere"], ids)
    assert not are_places(["a", "b", "c", "elsewhere"], ids)
    assert not are_places(["a", "b"], ids)
    assert not are_places([], ids)


def test_only_attributes_with_labels_are_places() -> None:
    """Numbers have no labels; without outlines there are no places."""
    home = Attribute("home", "households", "categorical", tuple("abcde"))
    work = Attribute("work", "persons", "categorical", (*"abcd", "abroad"))
    schema = Schema((home, work, Attribute("age", "persons", "numeric")))
    assert place_attributes(schema, GEOJSON, "name") == (home, work)
    assert place_attributes(schema, None, "name") == ()
