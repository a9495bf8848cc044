"""Which records are one persona."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from persona_case import HOUSEHOLDS, TRAVELLERS, flat, households, travellers

from censemble.personas.distinct import code_vectors, distinct_personas
from censemble.personas.phrasing import Wording
from censemble.personas.spoken_values import shown_pool
from censemble.personas.template import TemplateWriter
from censemble.pool import take_records
from censemble.schema import Attribute, Schema

LETTERS = Schema(tuple(Attribute(n, "persons", "categorical", ("p", "q", "r")) for n in ("a", "b")))


def test_records_that_show_the_same_are_one() -> None:
    """Two men in their early seventies with two cars; the rest differ."""
    found = distinct_personas(TRAVELLERS, travellers(), Wording())
    assert (found.records.tolist(), found.of_record.tolist()) == ([0, 1, 2], [0, 1, 2, 1])


@settings(max_examples=20, deadline=None)
@given(st.lists(st.tuples(st.integers(-1, 2), st.integers(-1, 2)), min_size=1, max_size=20))
def test_one_persona_for_each_text(rows: list[tuple[int, int]]) -> None:
    """Combinations and the texts of a template are the same partition."""
    columns = np.array(rows)
    pool = flat({"a": columns[:, 0], "b": columns[:, 1]})
    found = distinct_personas(LETTERS, pool, Wording())
    texts = TemplateWriter().write(LETTERS, pool, np.arange(len(rows)))
    assert [texts[r] for r in found.records[found.of_record]] == texts
    assert len(found.records) == len(set(texts))


def test_members_count_with_their_household() -> None:
    """The same household twice is one persona, its lonely version another."""
    pool = take_records(households(), np.array([0, 1, 0]))
    found = distinct_personas(HOUSEHOLDS, pool, Wording())
    assert found.of_record.tolist() == [0, 1, 0]


def test_a_limit_makes_clusters_of_like_records() -> None:
    """Six combinations in two far groups; each cluster is written about one of its own records, and it is said."""
    rng = np.random.default_rng(1)
    names = [f"x{i}" for i in range(6)]
    schema = Schema(tuple(Attribute(n, "persons", "categorical", ("p", "q")) for n in names))
    group = np.repeat([0, 1], 30)
    columns = {n: np.where(rng.random(60) < 0.1, 1 - group, group) for n in names}
    found = distinct_personas(schema, flat(columns), Wording(), limit=2)
    assert len(found.records) == 2
    assert all(found.of_record[r] == i for i, r in enumerate(found.records))
    agree = (found.of_record == found.of_record[0]) == (group == group[0])
    assert agree.mean() > 0.9
    assert "the limit is 2" in found.says


def test_code_vectors() -> None:
    """One-hot codes of the household, sums of those of its members, and their number."""
    pool = households()
    vectors = code_vectors(shown_pool(HOUSEHOLDS, pool, Wording()), pool, np.array([1, 0]))
    assert vectors.tolist() == [[1, 0, 0, 0, 0, 0], [0, 1, 1, 1, 2, 2]]
