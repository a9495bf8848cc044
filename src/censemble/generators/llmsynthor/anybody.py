"""Records with members that nobody proposed, from the tables alone: unlikely beside what was proposed, not impossible.

A few narrow proposals cannot meet many tables, and what a small model leaves out is often arbitrary. The pool is
therefore a mixture, as the prior weights say: 1 / (1 + doubt) of the records are proposed ones, the rest have members
who may be anybody that the tables know, independent of each other. Calibration takes from these what it needs.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from censemble.generators.llmsynthor.compositions import Composition, sized
from censemble.generators.llmsynthor.filling import Conduct, draw_records
from censemble.generators.llmsynthor.macro_statistics import Targets
from censemble.generators.llmsynthor.member_targets import MemberTargets
from censemble.generators.llmsynthor.planning import pool_of_drawn
from censemble.pool import Pool, join_pools

ANYBODY = "beside-tables"  # the proposal of such records: beside all of them
SHARE = 0.3  # of the records drawn, whatever their weight: enough of them for every cell of usual tables


def anybody(members: MemberTargets) -> list[tuple[str, Composition]]:
    """One composition for each number of members that a record can have; nothing is asked of record and members.

    Parameters
    ----------
    members : MemberTargets
        Say which numbers there are.
    """
    made = (sized(members, {}, [{}] * number) for number in sorted(members.numbers))
    return [(ANYBODY, composition) for composition in made if composition is not None]


def draw_mixture(
    targets: Targets,
    proposed: Sequence[tuple[str, Composition]],
    beside: Sequence[tuple[str, Composition]],
    n: int,
    rng: np.random.Generator,
    *,
    conduct: Conduct,
    doubt: float,
) -> Pool:
    """Draw `n` records of both kinds, or fewer where hardly any obeys the rules.

    Parameters
    ----------
    targets : Targets
        With members.
    proposed, beside : sequence of (proposal, Composition)
        With room in the tables; where none is beside, all records are proposed ones.
    n : int
        Records.
    rng : numpy.random.Generator
        The same state gives the same records.
    conduct : Conduct
        Of the proposed; the others obey the same rules.
    doubt : float
        As in `with_anybody`.
    """
    n_beside = int(SHARE * n) if beside else 0
    first = _drawn(targets, proposed, n - n_beside, rng, conduct)
    if not n_beside or not first.n_records:
        return first
    others = _drawn(targets, beside, n_beside, rng, Conduct(conduct.rules))
    return with_anybody(first, others, doubt=doubt) if others.n_records else first


def _drawn(
    targets: Targets, named: Sequence[tuple[str, Composition]], n: int, rng: np.random.Generator, conduct: Conduct
) -> Pool:
    drawn = draw_records(targets, [c for _, c in named], n, rng, conduct)
    return pool_of_drawn(targets, drawn, [name for name, _ in named])


def with_anybody(proposed: Pool, others: Pool, *, doubt: float) -> Pool:
    """Put records of both kinds together; prior weights sum to those of the proposed ones.

    Parameters
    ----------
    proposed, others : Pool
        With prior weights that sum to the records of the region in each; ids may repeat.
    doubt : float
        Weight of all others relative to that of all proposed ones, > 0.

    Examples
    --------
    >>> import pyarrow as pa
    >>> none = pa.table({})
    >>> pool = Pool({"size": np.array([1])}, {}, np.array([0, 0]), np.array([12.0]), pa.array(["a"]), none, none, "",
    ...             np.zeros(1, np.int32), "llmsynthor")
    >>> mixed = with_anybody(pool, pool, doubt=0.5)
    >>> mixed.prior_weights.round(6).tolist(), mixed.household_ids.to_pylist()
    ([8.0, 4.0], ['a', 'beside-a'])
    """
    import pyarrow.compute as pc  # noqa: PLC0415 (start-up time)

    total = float(proposed.prior_weights.sum())
    scale = total / float(others.prior_weights.sum()) * doubt / (1 + doubt)
    named = pc.binary_join_element_wise("beside", others.household_ids, "-")
    apart = replace(others, prior_weights=others.prior_weights * scale, household_ids=named)
    return join_pools([replace(proposed, prior_weights=proposed.prior_weights / (1 + doubt)), apart])
