"""YAML as people write it: no surprises in scalars, no key twice, and the line of every value.

Scalars follow YAML 1.2 and a little less, so that labels and codes arrive as they were typed: ``yes`` and ``no`` are
texts, ``2019-01-01`` is a text, ``01`` is a text (its zero would be lost in a number), ``1_000`` is a text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import yaml

from censemble.errors import ConfigError, Problem

Location = tuple[str | int, ...]
_BASE: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # the C parser is ten times faster where it was built


class _Loader(_BASE):  # type: ignore[misc]
    """A safe loader with the scalar rules of this module."""

    yaml_implicit_resolvers: dict[str, Any] = {}  # noqa: RUF012  filled just below, then only read


for _tag, _pattern, _first in (
    ("bool", r"true|True|TRUE|false|False|FALSE", "tTfF"),
    ("null", r"~|null|Null|NULL|", ["~", "n", "N", ""]),
    ("int", r"[-+]?(?:0|[1-9][0-9]*)", "-+0123456789"),
    ("float", r"[-+]?(?:0|[1-9][0-9]*)?\.[0-9]*(?:[eE][-+]?[0-9]+)?|[-+]?[1-9][0-9]*[eE][-+]?[0-9]+", "-+0123456789."),
    ("merge", r"<<", "<"),
):
    _Loader.add_implicit_resolver(f"tag:yaml.org,2002:{_tag}", re.compile(rf"(?:{_pattern})$"), list(_first))


@dataclass(frozen=True, eq=False)
class YamlDocument:
    """A parsed YAML file and where its values stand.

    Parameters
    ----------
    content : object
        Dicts, lists and scalars.
    source : str
        The file as the user knows it.
    root : yaml.Node or None
        Node tree with line numbers; None for content that was never text.
    """

    content: Any
    source: str
    root: Any = None

    def place(self, location: Location) -> str:
        """Say where a value stands, as ``line 12, margins[income].level``; items by name or number."""
        path = _path(self.content, location)
        line = _line(self.root, location) if self.root is not None else 0
        return ", ".join(part for part in (f"line {line}" if line else "", path) if part)


def read_yaml(text: str, *, source: str) -> YamlDocument:
    """Parse YAML text.

    Parameters
    ----------
    text : str
        One document.
    source : str
        Name for messages.

    Raises
    ------
    ConfigError
        Text that is not YAML (with line and column) or keys given twice (all of them).

    Examples
    --------
    >>> read_yaml("size: {01: no}", source="a.yaml").content
    {'size': {'01': 'no'}}
    """
    loader = _Loader(text)
    try:
        root = loader.get_single_node()
        twice = list(_repeated_keys(root, set(), source)) if root is not None else []
        content = loader.construct_document(root) if root is not None and not twice else None
    except yaml.YAMLError as error:
        raise ConfigError(f"{source} is not YAML", [_syntax_problem(error, source)]) from error
    finally:
        loader.dispose()
    if twice:
        raise ConfigError(f"{source}: keys given twice", twice)
    return YamlDocument(content, source, root)


def _path(content: Any, location: Location) -> str:
    path = ""
    for part in location:
        if isinstance(part, int) and not isinstance(content, list | tuple):
            continue  # a single value where a list may stand
        content = _step(content, part)
        if isinstance(part, int):
            fields = content if isinstance(content, dict) else {}
            path += f"[{fields.get('name') or fields.get('column') or f'#{part + 1}'}]"
        else:
            path += f".{part}"
    return path.lstrip(".")


def _step(content: Any, part: str | int) -> Any:
    try:
        return content[part]
    except (KeyError, IndexError, TypeError):
        return None


def _syntax_problem(error: yaml.YAMLError, source: str) -> Problem:
    mark = getattr(error, "problem_mark", None)
    where = f"line {mark.line + 1}, column {mark.column + 1}" if mark else ""
    found = getattr(error, "problem", None) or str(error).splitlines()[0]
    found = found.removeprefix("found ")
    action = "Check indentation, quotes and brackets there; texts with ': ' or a leading *, &, %, @ need quotes."
    return Problem(source, where, "YAML", found, action, "yaml-syntax")


def _children(node: Any) -> list[tuple[Any, Any]]:
    if isinstance(node, yaml.MappingNode):
        return [(key, value) for key, value in node.value]
    return [(None, value) for value in node.value] if isinstance(node, yaml.SequenceNode) else []


def _repeated_keys(node: Any, visited: set[int], source: str) -> Iterator[Problem]:
    if id(node) in visited:  # an alias: its keys were looked at already
        return
    visited.add(id(node))
    first_line: dict[str, int] = {}
    for key, value in _children(node):
        if isinstance(key, yaml.ScalarNode) and key.value in first_line and key.value != "<<":
            where = f"line {key.start_mark.line + 1}, {key.value}"
            found = f"a second one (the first is in line {first_line[key.value]})"
            yield Problem(source, where, "each key once", found, "Delete or rename one of them.", "repeated-key")
        if isinstance(key, yaml.ScalarNode):
            first_line.setdefault(key.value, key.start_mark.line + 1)
        yield from _repeated_keys(value, visited, source)


def _line(node: Any, location: Location) -> int:
    """Line of the deepest part of the location that is there, counted from 1."""
    line = 0
    for part in location:
        if isinstance(node, yaml.SequenceNode) and isinstance(part, int) and part < len(node.value):
            node = node.value[part]
            line = node.start_mark.line + 1
            continue
        found = [(k, v) for k, v in _children(node) if k is not None and k.value == str(part)]
        if not found:
            break
        line, node = found[0][0].start_mark.line + 1, found[0][1]
    return line
