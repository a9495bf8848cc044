"""The model of the project file."""

from __future__ import annotations

import pytest
from pydantic import BaseModel, ValidationError
from small_project import PROJECT

from censemble.io import project_model
from censemble.io.project_model import Project

SECTIONS = [v for v in vars(project_model).values() if isinstance(v, type) and issubclass(v, project_model.Section)]


@pytest.mark.parametrize("section", SECTIONS, ids=lambda s: s.__name__)
def test_every_key_has_a_description(section: type[BaseModel]) -> None:
    """The reference is made of descriptions, so each field has one, and each section a docstring."""
    assert section.__doc__
    assert [name for name, field in section.model_fields.items() if not field.description] == []


def test_a_project_does_not_change() -> None:
    """A project that was read is a value: setting a field is refused."""
    project = Project.model_validate(PROJECT)
    with pytest.raises(ValidationError, match="frozen"):
        project.name = "other"  # type: ignore[misc]
