"""The registry and the project file know the same generators."""

from __future__ import annotations

import typing

import pytest

from censemble.errors import ConfigError
from censemble.generators.registry import GENERATORS, LEARN_NO_DEPENDENCE, make_generator
from censemble.io import generator_model as model


@pytest.mark.parametrize("kind", GENERATORS)
def test_every_kind_can_be_made_from_its_section(kind: str) -> None:
    """The defaults of the project file are what the constructor takes, and name and need of a sample agree."""
    sections = [s for s in model.Section.__subclasses__() if s.__module__ == model.__name__]
    kinds = [s for s in sections if "kind" in s.model_fields]
    section = next(s for s in kinds if kind in typing.get_args(s.model_fields["kind"].annotation))
    generator = make_generator(kind, section(kind=kind).model_dump(exclude={"kind", "records"}))
    assert generator.name == kind
    assert generator.needs_sample == (kind in model.NEED_SAMPLE)


def test_no_kind_is_missing() -> None:
    """The project file offers exactly what there is."""
    assert set(model.KINDS) == set(GENERATORS)
    assert set(GENERATORS) > LEARN_NO_DEPENDENCE


def test_an_unknown_kind_lists_the_known() -> None:
    """From Python too the message says what there is."""
    with pytest.raises(ConfigError, match=r"no generator 'oracle'; there are seed_sample, bootstrap"):
        make_generator("oracle", {})
