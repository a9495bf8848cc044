"""Gaps between members."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from household_case import PERSONS, SCHEMA, dataset, without_roles

from censemble.evaluation.comparison.age_gaps import COUPLE_EDGES, PARENT_EDGES, couples, parents_and_children
from censemble.schema import Roles


def test_gaps_by_hand() -> None:
    """Couples have absolute gaps, parents signed ones; unknown ages make no pair."""
    assert couples(dataset()).years.tolist() == [2, 40]
    assert parents_and_children(dataset()).years.tolist() == [30, 10]
    assert parents_and_children(dataset()).household.tolist() == [0, 1]


def test_two_heads_make_no_pair() -> None:
    """Where two persons are the head nobody knows whose partner the third is."""
    assert couples(dataset([*PERSONS, (0, 41, "head")])).years.tolist() == [40]


def test_no_pairs_have_their_reason() -> None:
    """Nobody declared, or nobody there: a sentence says which."""
    assert "No attribute is declared as the age" in couples(without_roles(dataset())).why
    childless = replace(dataset(), schema=replace(SCHEMA, roles=Roles("age", "role", ("head",), ("partner",))))
    assert "Nobody is declared as child" in parents_and_children(childless).why
    assert "live in a household with one head" in couples(dataset([(0, 40, "head")])).why


def test_limits_belong_to_the_bins_below_them() -> None:
    """Thirty years apart and fifty years older are still inside."""
    assert np.searchsorted(COUPLE_EDGES, [30.0, 30.5], side="right").tolist() == [5, 6]
    assert np.searchsorted(PARENT_EDGES, [14.9, 15.0, 50.0, 50.5], side="right").tolist() == [0, 1, 7, 8]
