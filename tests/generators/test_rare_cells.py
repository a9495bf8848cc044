"""Records for cells that hardly any record of a pool is in."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from censemble.controls import incidence_columns
from censemble.errors import SchemaError
from censemble.expressions import Expression, all_of, always, between, is_in, parse
from censemble.generators.conditions import meeting
from censemble.generators.maximum_entropy import MaximumEntropy
from censemble.generators.protocol import Conditions
from censemble.generators.rare_cells import ENOUGH, conditions_of, thin_cells, with_support
from censemble.margins import Cell, Margin
from censemble.pool import Pool, take_records
from censemble.schema import Attribute, Schema

TO = Attribute("to", "persons", "categorical", tuple(f"zone {k}" for k in range(40)))
BY = Attribute("by", "persons", "categorical", ("foot", "bus", "train"))
KM = Attribute("km", "persons", "numeric", bins=(0, 5, 50))
SCHEMA = Schema((TO, BY, KM))
NAMES = {a.name: a for a in SCHEMA.attributes}


def margin(name: str, wheres: list[Expression], targets: list[float]) -> Margin:
    """An exact table of one zone."""
    cells = tuple(Cell(w.text, w, "") for w in wheres)
    counts = np.array([targets], dtype=np.float64)
    return Margin(name, "zone", "persons", cells, counts, np.zeros(counts.shape), np.ones(len(cells)))


def flows(rng: np.random.Generator) -> Margin:
    """A hundred and twenty cells of which most are rare."""
    wheres = [all_of(is_in("to", [t]), is_in("by", [b])) for t in range(40) for b in range(3)]
    return margin("flows", wheres, [float(x) for x in np.maximum(rng.pareto(0.7, 120) * 5, 1).round()])


def lengths(total: float) -> Margin:
    """Short and long trips."""
    return margin(
        "lengths", [between("km", 0, 5, include_high=False), between("km", 5, 50)], [total / 4, 3 * total / 4]
    )


def drawn(rng: np.random.Generator, n: int = 300) -> tuple[MaximumEntropy, Pool, list[Margin]]:
    """A pool too small for its tables."""
    table = flows(rng)
    tables = [table, lengths(float(table.targets.sum()))]
    generator = MaximumEntropy().fit(SCHEMA, margins=tables)
    return generator, generator.sample(n, rng), tables


def keep(pool: Pool) -> Pool:
    """No rule."""
    return pool


@pytest.mark.parametrize("random_seed", range(3))
def test_every_cell_gets_enough(random_seed: int) -> None:
    """Every cell that asks for records has five at least or expects as many; the weight of all stays."""
    rng = np.random.default_rng(random_seed)
    generator, pool, tables = drawn(rng)
    few = thin_cells(pool, SCHEMA, tables)
    more, n_added = with_support(generator, pool, SCHEMA, tables, rng=rng, obedient=keep)
    assert few
    there = incidence_columns(more, tables[0]).sum(axis=0)
    expected = tables[0].targets[0] * 300 / tables[0].targets.sum()
    assert (there[expected < ENOUGH] >= ENOUGH).all()
    assert (there > 0).all()
    assert n_added == more.n_records - pool.n_records == ENOUGH * len(few)
    assert more.prior_weights.sum() == pytest.approx(pool.prior_weights.sum())
    assert len(set(more.household_ids.to_pylist())) == more.n_records


def test_cells_weigh_what_the_tables_say() -> None:
    """Over many pools the prior weight of rare cells agrees with their targets, that of frequent ones too."""
    rng = np.random.default_rng(7)
    generator, _, tables = drawn(rng)
    wanted = tables[0].targets[0]
    rare = wanted < np.median(wanted)
    shares = []
    for _ in range(30):
        pool, _ = with_support(generator, generator.sample(300, rng), SCHEMA, tables, rng=rng, obedient=keep)
        code = pool.persons["to"] * 3 + pool.persons["by"]
        shares.append(np.bincount(code, weights=pool.prior_weights, minlength=120)[rare].sum() / wanted.sum())
    assert np.mean(shares) == pytest.approx(wanted[rare].sum() / wanted.sum(), rel=0.15)


def test_a_pool_with_enough_stays_itself() -> None:
    """Nothing is drawn, and nothing reweighted."""
    rng = np.random.default_rng(1)
    tables = [margin("by", [is_in("by", [k]) for k in range(3)], [50, 30, 20])]
    generator = MaximumEntropy().fit(Schema((BY,)), margins=tables)
    pool = generator.sample(500, rng)
    assert with_support(generator, pool, Schema((BY,)), tables, rng=rng, obedient=keep) == (pool, 0)


def test_records_that_break_rules_do_not_count() -> None:
    """Where every record of a cell is refused, it stays without."""
    rng = np.random.default_rng(1)
    generator, pool, tables = drawn(rng)

    def obedient(drawn: Pool) -> Pool:
        return take_records(drawn, np.flatnonzero(drawn.persons["by"] != 2))

    more, _ = with_support(generator, obedient(pool), SCHEMA, tables, rng=rng, obedient=obedient)
    assert not (more.persons["by"] == 2).any()


class Unwilling(MaximumEntropy):
    """Cannot draw what it is asked for."""

    def sample(self, n: int, rng: np.random.Generator, *, conditions: Conditions | None = None) -> Pool:
        """Refuse every condition."""
        if conditions:
            raise SchemaError("no")
        return super().sample(n, rng)


def test_what_cannot_be_drawn_is_left() -> None:
    """A cell that the generator holds to be impossible stays as it is: the diagnosis names it."""
    rng = np.random.default_rng(1)
    _, _, tables = drawn(rng)
    generator = Unwilling().fit(SCHEMA, margins=tables)
    pool = generator.sample(50, rng)
    assert with_support(generator, pool, SCHEMA, tables, rng=rng, obedient=keep) == (pool, 0)


EDGES = st.sampled_from(["<", "<=", ">", ">=", "=="])


@settings(deadline=None, max_examples=60)
@given(edges=st.lists(st.tuples(EDGES, st.integers(0, 9)), min_size=1, max_size=3), codes=st.sets(st.integers(0, 2)))
def test_conditions_mean_what_the_cell_means(edges: list[tuple[str, int]], codes: set[int]) -> None:
    """The rows that meet the conditions are those that the cell counts."""
    columns = {"by": np.tile([0, 1, 2], 40), "km": np.repeat(np.arange(40) / 4, 3)}
    where = all_of(*(parse(f"km {o} {v}") for o, v in edges), *([is_in("by", sorted(codes))] if codes else []))
    counted = where.evaluate(columns)
    found = conditions_of(where, NAMES)
    if not counted.any():
        return  # the conditions may be none, or may be met by nobody here
    assert found is not None
    assert (meeting(columns, found, SCHEMA, "persons", n_rows=120) == counted).all()


@pytest.mark.parametrize("where", [always(), parse("(by == 1) | (km > 3)"), parse("~(by == 1)"), parse("age > 3")])
def test_other_cells_are_not_conditions(where: Expression) -> None:
    """Everybody, either-or, negations and attributes of others are left to whoever diagnoses."""
    assert conditions_of(where, NAMES) is None
