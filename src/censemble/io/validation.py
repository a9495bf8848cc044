"""A YAML document as a pydantic model, and everything that is wrong with it as problems with lines.

Unknown keys come with the nearest known one; a key that is missing only because it was misspelt is told once. What the
parts mean together is checked by whoever owns the model.
"""

from __future__ import annotations

import copy
import typing
from collections.abc import Iterator, Sequence
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from censemble.errors import Problem
from censemble.io.suggestions import advice
from censemble.io.yaml_text import Location, YamlDocument

Model = TypeVar("Model", bound=BaseModel)


def validate(model: type[Model], document: YamlDocument) -> tuple[Model | None, list[Problem]]:
    """Make a model of a document.

    Parameters
    ----------
    model : type of BaseModel
        What the document should be.
    document : YamlDocument
        Text or plain Python.

    Returns
    -------
    instance : BaseModel or None
        What is left without the unknown keys, so that the caller may look for problems of other kinds in the same
        message; None where that is no such model either.
    problems : list of Problem
        Empty if the document is as it should be.

    Examples
    --------
    >>> class Size(BaseModel, extra="forbid"):
    ...     size: int
    >>> validate(Size, YamlDocument({"siz": 2}, "a.yaml"))[1][0].action
    "Did you mean 'size'? Known here: size."
    """
    instance, problems = _attempt(model, document)
    if instance is None:
        instance, _ = _attempt(model, YamlDocument(_without(document.content, problems), document.source))
    told = [problem for location, problem in problems if not _is_the_misspelt_one(location, problem, problems)]
    return instance, told


def _attempt(model: type[Model], document: YamlDocument) -> tuple[Model | None, list[tuple[Location, Problem]]]:
    try:
        return model.model_validate(document.content), []
    except ValidationError as error:
        return None, [_translate(item, document, model) for item in error.errors(include_url=False)]


def _is_the_misspelt_one(location: Location, problem: Problem, others: Sequence[tuple[Location, Problem]]) -> bool:
    """Whether a key is missing only because its name was misspelt, which is told already."""
    advised = f"Did you mean {location[-1]!r}?" if location else ""
    siblings = [p for place, p in others if place[:-1] == location[:-1] and p.code == "unknown-key"]
    return problem.code == "missing-key" and any(p.action.startswith(advised) for p in siblings)


def unknown_keys_first(problem: Problem) -> bool:
    """Sort key: a misspelt key explains what follows."""
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


def _translate(item: Any, document: YamlDocument, model: type[BaseModel]) -> tuple[Location, Problem]:
    """One pydantic error as the place and the problem."""
    location: Location = tuple(part for part in item["loc"] if not str(part).startswith(_TAGS))
    where, key = document.place(location), str(location[-1]) if location else ""
    found = repr(item["input"]) if len(repr(item["input"])) < 60 else repr(item["input"])[:57] + "..."
    found = "nothing" if item["input"] is None else found
    kind, limits = item["type"], item.get("ctx", {})
    if kind == "extra_forbidden":
        tags = [str(part).partition(":")[2] for part in item["loc"] if str(part).startswith(_TAGS)]
        action = _known_keys(model, location, key, tags)
        return location, Problem(document.source, where, "a known key", repr(key), action, "unknown-key")
    if kind == "missing":
        return location, Problem(document.source, where, "a value", "nothing", f"Add the key {key!r}.", "missing-key")
    if kind == "literal_error":
        action = advice(str(item["input"]), [w.strip(" '") for w in limits["expected"].replace(" or ", ",").split(",")])
        return location, Problem(document.source, where, limits["expected"], found, action, "unknown-choice")
    if kind == "union_tag_invalid":
        return (*location, "kind"), _unknown_kind(item, document, (*location, "kind"))
    expected, action = _EXPECTED.get(kind, item["msg"]), "Correct it."
    if isinstance(item["input"], bool):
        action = "Quote it if it is a text."
    return location, Problem(document.source, where, expected.format(**limits), found, action, "wrong-value")


def _unknown_kind(item: Any, document: YamlDocument, location: Location) -> Problem:
    """A section that has several forms, by its key `kind`."""
    choices = [tag.strip(" '").partition(":")[2] for tag in item["ctx"]["expected_tags"].split(",")]
    given, where = item["ctx"]["tag"].partition(":")[2], document.place(location)
    if given == "None":
        action = f"Add the key 'kind': {', '.join(choices)}."
        return Problem(document.source, where, "a value", "nothing", action, "missing-key")
    return Problem(document.source, where, "one of the kinds", repr(given), advice(given, choices), "unknown-choice")


def _known_keys(model: type[BaseModel], location: Location, key: str, tags: Sequence[str]) -> str:
    section: Any = model
    for part in location[:-1]:
        section = _inner(section, part, tags)
    if key in getattr(section, "elsewhere", {}):
        return str(section.elsewhere[key])
    fields = section.model_fields if isinstance(section, type) and issubclass(section, BaseModel) else {}
    return advice(key, sorted(info.alias or name for name, info in fields.items()))


def _inner(annotation: Any, part: str | int, tags: Sequence[str]) -> Any:
    """Type of a field, item or value; `Optional` and `Annotated` are looked through, `tags` choose among forms."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        if isinstance(part, int):  # an item of a list that was looked through
            return annotation
        annotation = annotation.model_fields[part].annotation
    else:
        annotation = typing.get_args(annotation)[-1 if typing.get_origin(annotation) is dict else 0]
    if typing.get_origin(annotation) in (dict, tuple):
        return annotation
    models = list(_models_in(annotation))
    tagged = [m for m in models if "kind" in m.model_fields and set(tags) & {*typing.get_args(_kinds(m))}]
    return next(iter([*tagged, *models]), annotation)


def _kinds(model: type[BaseModel]) -> Any:
    return model.model_fields["kind"].annotation


def _models_in(annotation: Any) -> Iterator[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for inner in typing.get_args(annotation):
        yield from _models_in(inner)


_TAGS = ("uncertainty:", "rules:", "generator:")  # pydantic's names for the forms of a key, which stand in no file
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
