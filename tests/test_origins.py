"""Where a run's inputs are, told and recorded."""

from __future__ import annotations

from pathlib import Path

import pytest
from command_case import PROJECT, write_files

from censemble.errors import ConfigError
from censemble.origins import DEMO, origin_of, outlines_of, read_origin, recorded_origin


def test_what_the_command_was_told() -> None:
    """A project, a PopulationSim folder, or the project file here; both at once are refused."""
    assert origin_of(Path("p.yaml"), None) == {"kind": "project", "path": "p.yaml"}
    assert origin_of(None, Path("p")) == {"kind": "populationsim", "path": "p"}
    assert origin_of(None, None) == {"kind": "project", "path": "censemble.yaml"}
    with pytest.raises(ConfigError, match="not both"):
        origin_of(Path("p.yaml"), Path("p"))


def test_what_the_manifest_records(tmp_path: Path) -> None:
    """A path is found again; the demo has none; the manifest is not changed."""
    manifest = {"source": {"kind": "project", "path": "p.yaml"}}
    (tmp_path / "p.yaml").touch()
    assert recorded_origin(tmp_path, manifest) == {"kind": "project", "path": str(tmp_path / "p.yaml")}
    assert manifest["source"]["path"] == "p.yaml"
    assert recorded_origin(tmp_path, {"source": dict(DEMO)}) == DEMO
    assert recorded_origin(tmp_path, {}) == {}


def test_reading(tmp_path: Path) -> None:
    """By kind; a run that does not say where its inputs are is refused with what to give."""
    write_files(tmp_path, PROJECT)
    assert read_origin({"kind": "project", "path": str(tmp_path)}).name == "Four zones"
    with pytest.raises(ConfigError, match="--project FILE or --populationsim DIR"):
        read_origin({})


def test_zone_outlines(tmp_path: Path) -> None:
    """From the manifest, or from a project named instead, by its file or folder; "" where there are none."""
    (tmp_path / "z.json").touch()
    manifest = {"outlines": {"path": "z.json", "id": "Z"}}
    assert outlines_of(tmp_path, manifest, None) == (str(tmp_path / "z.json"), "Z")
    assert outlines_of(tmp_path, {}, None) == ("", "")
    folder = write_files(tmp_path / "p", PROJECT)
    assert outlines_of(tmp_path, manifest, folder) == ("", "")
    text = (folder / "censemble.yaml").read_text()
    write_files(folder, {"b.yaml": text.replace("zone: ZONE}}}", "zone: ZONE}}, polygons: {file: y.json, id: Y}}")})
    assert outlines_of(tmp_path, manifest, folder / "b.yaml") == (str(folder / "y.json"), "Y")
