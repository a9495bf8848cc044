"""Arguments that commands share."""

from __future__ import annotations

from typing import get_args

import pytest

from censemble import arguments

SHARED = sorted(name for name in vars(arguments) if get_args(vars(arguments)[name]))


@pytest.mark.parametrize("name", SHARED)
def test_each_has_its_help(name: str) -> None:
    """No argument without a sentence."""
    _, told = get_args(getattr(arguments, name))
    assert told.help.rstrip().endswith((".", "yaml"))


def test_options_have_the_names_that_people_know() -> None:
    """--accept-relaxation, and -q for --quiet."""
    assert get_args(arguments.AcceptRelaxation)[1].default == "--accept-relaxation"
    quiet = get_args(arguments.Quiet)[1]
    assert (quiet.default, quiet.param_decls) == ("--quiet", ("-q",))
