"""Read a project file and say everything that is wrong with it at once.

`load_project` for a file, `parse_project` for a dict written in Python; both give a `Project`. Data files are not
opened here: that is `censemble.io.project_reader.read_project`.
"""

from __future__ import annotations

import copy
import typing
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ValidationError

from censemble.errors import ConfigError, Problem
from censemble.io.project_checks import cross_checks
from censemble.io.project_model import Project
from censemble.io.suggestions import advice
from censemble.io.yaml_text import Location, YamlDocument, read_yaml


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
    censemble.errors.ConfigError: project: 4 problems
      1. project: nam: expected a known key, found 'nam'. Did you mean 'name'? Known here: attributes, geography, \
margins, name, outputs, report, run, seed_sample.
      2. project: geography: expected a value, found nothing. Add the key 'geography'.
      3. project: seed_sample: expected a value, found nothing. Add the key 'seed_sample'.
      4. project: margins: expected a value, found nothing. Add the key 'margins'.
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
    project, problems = _validate(document)
    if project is None:
        # What is left without the unknown keys may hold problems of another kind: tell them in the same message.
        project, _ = _validate(YamlDocument(_without(document.content, problems), document.source))
    reported = [problem for location, problem in problems if not _is_the_misspelt_one(location, problem, problems)]
    if project is not None:
        reported += cross_checks(project, document)
    if reported or project is None:
        count = "1 problem" if len(reported) == 1 else f"{len(reported)} problems"
        raise ConfigError(f"{document.source}: {count}", sorted(reported, key=_unknown_keys_first))
    return project


def _validate(document: YamlDocument) -> tuple[Project | None, list[tuple[Location, Problem]]]:
    try:
        return Project.model_validate(document.content), []
    except ValidationError as error:
        return None, [_translate(item, document) for item in error.errors(include_url=False)]


def _is_the_misspelt_one(location: Location, problem: Problem, others: Sequence[tuple[Location, Problem]]) -> bool:
    """Whether a key is missing only because its name was misspelt, which is told already."""
    advised = f"Did you mean {location[-1]!r}?" if location else ""
    siblings = [p for place, p in others if place[:-1] == location[:-1] and p.code == "unknown-key"]
    return problem.code == "missing-key" and any(p.action.startswith(advised) for p in siblings)


def _unknown_keys_first(problem: Problem) -> bool:
    return problem.code != "unknown-key"


def _without(content: Any, problems: Sequence[tuple[Location, Problem]]) -> Any:
    """Copy the content without its unknown keys."""
    remaining = copy.deepcopy(content)
    for location, problem in problems:
        if problem.code == "unknown-key":
            parent = remaining
            for part in location[:-1]:
                parent = parent[part]
            parent.pop(location[-1], None)
    return remaining


def _translate(item: Any, document: YamlDocument) -> tuple[Location, Problem]:
    """One pydantic error as the place and the problem."""
    location: Location = tuple(part for part in item["loc"] if not str(part).startswith("uncertainty:"))
    where, key = document.place(location), str(location[-1]) if location else ""
    found = repr(item["input"]) if len(repr(item["input"])) < 60 else repr(item["input"])[:57] + "..."
    found = "nothing" if item["input"] is None else found
    kind, limits = item["type"], item.get("ctx", {})
    if kind == "extra_forbidden":
        action = _known_keys(location, key)
        return location, Problem(document.source, where, "a known key", repr(key), action, "unknown-key")
    if kind == "missing":
        return location, Problem(document.source, where, "a value", "nothing", f"Add the key {key!r}.", "missing-key")
    if kind == "literal_error":
        action = advice(str(item["input"]), [w.strip(" '") for w in limits["expected"].replace(" or ", ",").split(",")])
        return location, Problem(document.source, where, limits["expected"], found, action, "unknown-choice")
    expected, action = _EXPECTED.get(kind, item["msg"]), "Correct it."
    if isinstance(item["input"], bool):
        action = "Quote it if it is a text."
    return location, Problem(document.source, where, expected.format(**limits), found, action, "wrong-value")


def _known_keys(location: Location, key: str) -> str:
    section: Any = Project
    for part in location[:-1]:
        section = _inner(section, part)
    fields = section.model_fields if isinstance(section, type) and issubclass(section, BaseModel) else {}
    return advice(key, sorted(fields))


def _inner(annotation: Any, part: str | int) -> Any:
    """Type of a field, item or value; `Optional` and `Annotated` are looked through."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        annotation = annotation.model_fields[str(part)].annotation
    else:
        annotation = typing.get_args(annotation)[-1 if typing.get_origin(annotation) is dict else 0]
    if typing.get_origin(annotation) in (dict, tuple):
        return annotation
    return next(_models_in(annotation), annotation)


def _models_in(annotation: Any) -> Iterator[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for inner in typing.get_args(annotation):
        yield from _models_in(inner)


_EXPECTED = {
    "string_type": "a text",
    "dict_type": "keys with values",
    "model_type": "keys with values",
    "tuple_type": "a list",
    "float_type": "a number",
    "float_parsing": "a number",
    "int_type": "a whole number",
    "int_parsing": "a whole number",
    "int_from_float": "a whole number",
    "bool_type": "true or false",
    "bool_parsing": "true or false",
    "greater_than": "a number greater than {gt}",
    "greater_than_equal": "a number of at least {ge}",
    "too_short": "at least {min_length} item",
    "string_too_short": "a text that is not empty",
    "string_too_long": "at most {max_length} character",
    "too_long": "at most {max_length} item",
    "scalar": "a text or a number",
    "tolerance": "a number of counts > 0, or a percentage such as 2%",
}
