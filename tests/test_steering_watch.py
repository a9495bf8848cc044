"""What is watched, read from the command line's form."""

from __future__ import annotations

import pytest
from steering_case import SCHEMA, travellers

from censemble.errors import ConfigError
from censemble.evaluation.counterfactual_codes import code_pool
from censemble.steering_watch import codings_with, watched_in


def test_labels_and_ranges_are_watched() -> None:
    """Their shares among the travellers are those counted by hand."""
    pool = travellers()
    for watch, share in (
        ("bike=yes", pool.persons["bike"].mean()),
        ("age=30..50", ((pool.persons["age"] >= 30) & (pool.persons["age"] <= 50)).mean()),
        ("age=20", (pool.persons["age"] == 20).mean()),
    ):
        codings = codings_with(SCHEMA, pool, watch)
        watched = watched_in(codings, watch, SCHEMA, ())
        assert code_pool(pool, codings).share(watched) == pytest.approx(share)


def test_without_a_name_the_mover_is_found() -> None:
    """Everybody cycles afterwards."""
    pool = travellers()
    codings = codings_with(SCHEMA, pool, "")
    before = code_pool(pool, codings)
    pool.persons["bike"][:] = 1
    assert watched_in(codings, "", SCHEMA, [before, code_pool(pool, codings)]).label == "yes"


@pytest.mark.parametrize(
    ("watch", "says"),
    [
        ("bike", "write ATTRIBUTE=LABEL"),
        ("bikes=yes", "did you mean 'bike'"),
        ("bike=often", "has no label 'often'; it has no, yes"),
        ("age=old", "write LOW..HIGH"),
    ],
)
def test_what_is_not_there_cannot_be_watched(watch: str, says: str) -> None:
    """Said before anything is drawn."""
    with pytest.raises(ConfigError, match=says):
        codings_with(SCHEMA, travellers(), watch)
