"""Where a run's inputs are: as the command is told, as the manifest records it, and read from there.

An origin is a mapping with a kind (project, populationsim, demo) and a path.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from censemble.errors import ConfigError

if TYPE_CHECKING:
    from censemble.inputs import Inputs

DEMO = MappingProxyType({"kind": "demo", "path": ""})


def origin_of(project: Path | None, populationsim: Path | None) -> dict[str, str]:
    """Say where the inputs are; without either in ./censemble.yaml.

    Raises
    ------
    ConfigError
        Both are given.
    """
    if project is not None and populationsim is not None:
        raise ConfigError("Give a project file or --populationsim DIR, not both.")
    if populationsim is not None:
        return {"kind": "populationsim", "path": str(populationsim)}
    return {"kind": "project", "path": str(project or Path("censemble.yaml"))}


def recorded_origin(out: Path, manifest: Mapping[str, Any]) -> dict[str, str]:
    """Find the inputs that a finished run was made from, from whatever folder we are called in.

    Raises
    ------
    ConfigError
        They are not where the manifest says.
    """
    from censemble.io.run_folder import locate

    origin = dict(manifest.get("source", {}))
    if origin.get("path"):
        origin["path"] = str(locate(origin["path"], out=out, manifest=manifest))
    return origin


def read_origin(origin: Mapping[str, str]) -> Inputs:
    """Read all inputs.

    Raises
    ------
    ConfigError
        The origin is of no known kind.
    ConfigError, InputError
        With all problems found.
    """
    from censemble import pipeline

    if origin.get("kind") == "populationsim":
        return pipeline.read_populationsim(Path(origin["path"]))
    if origin.get("kind") == "project":
        return pipeline.read_project(origin["path"])
    if origin.get("kind") == "demo":
        return pipeline.demo_inputs()
    raise ConfigError("This run does not say where its inputs are; give --project FILE or --populationsim DIR.")


def outlines_of(out: Path, manifest: Mapping[str, Any], project: Path | None) -> tuple[str, str]:
    """Path and id property of the zone outlines; "" where the run had none."""
    from censemble.io.project import load_project
    from censemble.io.run_folder import locate

    if project is not None:
        where = project / "censemble.yaml" if project.is_dir() else project
        polygons = load_project(where).geography.polygons
        return (str(where.parent / polygons.file), polygons.id) if polygons else ("", "")
    recorded = manifest.get("outlines", {})
    path = recorded.get("path", "")
    return str(locate(path, out=out, manifest=manifest)) if path else "", recorded.get("id", "")
