"""Zone outlines."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from censemble.errors import InputError
from censemble.io.geojson import check_outlines, read_geojson
from censemble.schema import Attribute, Schema


def test_outlines_are_read_and_none_is_none(tmp_path: Path) -> None:
    """A collection comes as it is, with or without a byte-order mark; an empty path is no outlines."""
    path = tmp_path / "z.json"
    path.write_bytes(b"\xef\xbb\xbf" + json.dumps({"type": "FeatureCollection", "features": []}).encode())
    assert read_geojson(str(path)) == {"type": "FeatureCollection", "features": []}
    assert read_geojson("") is None


@pytest.mark.parametrize(
    ("content", "found"),
    [
        (b"{", "no JSON"),
        (b"[]", "JSON without"),
        (b'{"features": 1}', "JSON without"),
        (b"\xe9", "no JSON"),
        (None, "No such"),
    ],
)
def test_other_files_are_refused(tmp_path: Path, content: bytes | None, found: str) -> None:
    """What is no collection of features is named with what was found, and what to do."""
    path = tmp_path / "z.json"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(InputError) as caught:
        read_geojson(str(path))
    [problem] = caught.value.problems
    assert (problem.source, problem.code) == (str(path), "geojson")
    assert found in problem.found
    assert problem.action == "Export the zones as GeoJSON."


def test_outlines_of_other_zones_are_refused() -> None:
    """Ids under another property name are found, with the properties there are; some zones are enough."""
    outlines = {"features": [{"properties": {"GEOID": "01"}}, {"properties": {"GEOID": "99"}}]}
    check_outlines(outlines, ["01", "02"], path="z.geojson", id_property="GEOID", schema=Schema())
    check_outlines(None, ["01"], path="", id_property="", schema=Schema())
    with pytest.raises(InputError, match=r"z\.geojson: property 'nope': expected zone ids such as '01'.*GEOID"):
        check_outlines(outlines, ["01", "02"], path="z.geojson", id_property="nope", schema=Schema())


def test_outlines_may_be_the_places_of_an_attribute() -> None:
    """Where the geography is one region, outlines named by an attribute's labels are welcome."""
    outlines = {"features": [{"properties": {"name": "Avon"}}, {"properties": {"name": "Bath"}}]}
    schema = Schema((Attribute("destination", "persons", "categorical", ("Avon", "Bath")),))
    check_outlines(outlines, ["all"], path="z.geojson", id_property="name", schema=schema)
