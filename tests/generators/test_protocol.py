"""All generators are called alike."""

from __future__ import annotations

import inspect

import pytest

from censemble import generators
from censemble.generators.protocol import Generator

KINDS = [getattr(generators, name) for name in generators.__all__ if name not in ("Conditions", "Generator")]


@pytest.mark.parametrize("kind", KINDS, ids=lambda k: k.__name__)
def test_generators_have_the_members_of_the_protocol(kind: type) -> None:
    """A name, whether a sample is needed, and `fit` and `sample` with the protocol's parameters."""
    made = kind()
    assert isinstance(made.name, str)
    assert isinstance(made.needs_sample, bool)
    for member in ("fit", "sample"):
        wanted = inspect.signature(getattr(Generator, member)).parameters
        given = inspect.signature(getattr(kind, member)).parameters
        assert [(p.name, p.kind, p.default) for p in given.values()] == [
            (p.name, p.kind, p.default) for p in wanted.values()
        ]


def test_names_are_the_modules() -> None:
    """The module, or the package, so that project file, provenance and code call a generator the same."""
    for kind in KINDS:
        assert f"{kind.__module__}.".startswith(f"censemble.generators.{kind().name}.")
