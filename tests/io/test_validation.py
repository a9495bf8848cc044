"""Documents as models, faults as problems."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict

from censemble.io.validation import unknown_keys_first, validate
from censemble.io.yaml_text import YamlDocument, read_yaml


class Bed(BaseModel):
    """A model with a nested one."""

    model_config = ConfigDict(extra="forbid")
    length: float
    sheets: dict[str, int] = {}


class Room(BaseModel):
    """The outer model."""

    model_config = ConfigDict(extra="forbid")
    beds: tuple[Bed, ...]


def test_a_good_document_has_no_problems() -> None:
    """What fits becomes the model."""
    room, problems = validate(Room, YamlDocument({"beds": [{"length": 2}]}, "room.yaml"))
    assert problems == []
    assert room is not None
    assert room.beds[0].length == 2


def test_all_problems_have_their_line_and_the_nearest_key() -> None:
    """A misspelt key is told once, not as missing as well; a wrong value keeps its line."""
    document = read_yaml("beds:\n  - lenght: 2\n  - length: long\n", source="room.yaml")
    room, problems = validate(Room, document)
    assert room is None
    assert [(p.code, p.where) for p in sorted(problems, key=unknown_keys_first)] == [
        ("unknown-key", "line 2, beds[#1].lenght"),
        ("wrong-value", "line 3, beds[#2].length"),
    ]
    assert "Did you mean 'length'?" in problems[0].action


def test_what_is_left_without_unknown_keys_is_given_too() -> None:
    """An unknown key does not hide what else the caller may find."""
    room, problems = validate(Room, YamlDocument({"beds": [], "door": 1}, "room.yaml"))
    assert room is not None
    assert [p.code for p in problems] == ["unknown-key"]
