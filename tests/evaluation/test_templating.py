"""Templates escape what comes from data and refuse what is not there."""

from __future__ import annotations

import pytest
from jinja2 import UndefinedError

from censemble.evaluation.templating import page_templates


def test_a_missing_name_is_an_error() -> None:
    """A page never shows nothing where a figure should be."""
    with pytest.raises(UndefinedError):
        page_templates().from_string("{{ nothing }}").render()


@pytest.mark.parametrize(
    "name",
    ["report.html.j2", "compare.html.j2", "scenario.html.j2", "proposals.html.j2", "figures.html.j2", "style.css.j2"],
)
def test_templates_are_in_the_package(name: str) -> None:
    """They are found wherever the package lies."""
    loader = page_templates().loader
    assert loader is not None and loader.get_source(page_templates(), name)[0]
