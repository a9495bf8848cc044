"""Read a project file and say everything that is wrong with it at once.

`load_project` for a file, `parse_project` for a dict written in Python; both give a `Project`. Data files are not
opened here: that is `censemble.io.project_reader.read_project`.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from censemble.errors import ConfigError, Problem
from censemble.io.project_checks import cross_checks
from censemble.io.project_model import Project
from censemble.io.validation import unknown_keys_first, validate
from censemble.io.yaml_text import YamlDocument, read_yaml


def load_project(path: Path) -> Project:
    """Read and check a project file.

    Parameters
    ----------
    path : Path
        A YAML file, UTF-8; or the folder that holds ``censemble.yaml``.

    Raises
    ------
    ConfigError
        No such file, not YAML, unknown or missing keys, wrong values, parts that contradict each other: all listed.
    """
    file = path / "censemble.yaml" if path.is_dir() else path
    try:
        text = file.read_text(encoding="utf-8-sig")
    except FileNotFoundError as error:
        problem = Problem(str(path), "", "a project file", "none", "Write one with: censemble init", "no-project-file")
        raise ConfigError(f"there is no project file {path}", [problem]) from error
    except (UnicodeDecodeError, OSError) as error:
        problem = Problem(str(file), "", "UTF-8 text", str(error), "Save the file as UTF-8.", "unreadable")
        raise ConfigError(f"{file} cannot be read", [problem]) from error
    return _parse(read_yaml(text, source=file.name))


def parse_project(content: Mapping[str, Any], *, source: str = "project") -> Project:
    """Check a project given as a dict with the keys of the project file.

    Parameters
    ----------
    content : mapping
        Dicts, lists and scalars.
    source : str
        Name for messages.

    Raises
    ------
    ConfigError
        As `load_project`.

    Examples
    --------
    >>> parse_project({"nam": "Here"})
    Traceback (most recent call last):
    ...
    censemble.errors.ConfigError: project: 3 problems
      1. project: nam: expected a known key, found 'nam'. Did you mean 'name'? Known here: attributes, entity, \
generator, geography, language_model, margins, name, outputs, personas, report, roles, rules, run, seed_sample.
      2. project: geography: expected a value, found nothing. Add the key 'geography'.
      3. project: margins: expected a value, found nothing. Add the key 'margins'.
    """
    return _parse(YamlDocument(content, source))


def json_schema() -> dict[str, Any]:
    """JSON Schema of the project file, for editors that check and complete YAML.

    Examples
    --------
    >>> json_schema()["title"]
    'Censemble project file'
    """
    schema = Project.model_json_schema()
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **schema, "title": "Censemble project file"}


def _parse(document: YamlDocument) -> Project:
    project, reported = validate(Project, document)
    if project is not None:
        reported += cross_checks(project, document)
    if reported or project is None:
        count = "1 problem" if len(reported) == 1 else f"{len(reported)} problems"
        raise ConfigError(f"{document.source}: {count}", sorted(reported, key=unknown_keys_first))
    return project
