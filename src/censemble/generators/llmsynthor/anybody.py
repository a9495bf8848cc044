"""Records with members whom nobody proposed together: very unlikely beside what was proposed, not impossible.

A few narrow proposals cannot meet many tables. The pool is therefore a mixture, as the prior weights say: to proposals,
and to these without what a model might have left out (`doubts`), come records whose members may be anybody that the
tables know, independent of each other. They contradict both statements of a model, who lives together and what they are
like, so that their prior is the doubt squared. Calibration takes from them what nothing else gives.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from censemble.generators.llmsynthor.compositions import Composition, Slot, sized
from censemble.generators.llmsynthor.filling import Conduct, draw_records
from censemble.generators.llmsynthor.macro_statistics import Targets
from censemble.generators.llmsynthor.member_targets import MemberTargets
from censemble.generators.llmsynthor.planning import pool_of_drawn
from censemble.pool import Pool, join_pools

ANYBODY = "beside-tables"  # the proposal of such records: beside all of them
SHARE = 0.2  # of the records drawn, whatever their weight: enough of them for every cell of usual tables
Kinds = Sequence[tuple[str, Composition]]


def anybody(members: MemberTargets) -> list[tuple[str, Composition]]:
    """One composition for each number of members that a record can have; nothing is asked of record and members.

    Parameters
    ----------
    members : MemberTargets
        Say which numbers there are.
    """
    made = (sized(members, {}, [Slot()] * number) for number in sorted(members.numbers))
    return [(ANYBODY, composition) for composition in made if composition is not None]


def draw_mixture(
    targets: Targets,
    kinds: tuple[Kinds, Kinds, Kinds],
    n: int,
    rng: np.random.Generator,
    *,
    conduct: Conduct,
    doubt: float,
) -> Pool:
    """Draw `n` records of all kinds, or fewer where hardly any obeys the rules.

    Parameters
    ----------
    targets : Targets
        With members.
    kinds : three sequences of (proposal, Composition)
        Proposed; the same without what a model might have left out; and anybody. With room in the tables; only the
        first must have some.
    n : int
        Records.
    rng : numpy.random.Generator
        The same state gives the same records.
    conduct : Conduct
        Of all but anybody, who obey the rules alone.
    doubt : float
        Prior of the second kind relative to the first; squared that of the third.
    """
    proposed, loose, others = kinds
    n_others = int(SHARE * n) if others else 0
    drawn = draw_records(targets, [c for _, c in (*proposed, *loose)], n - n_others, rng, conduct)
    prior = np.where(drawn.which < len(proposed), drawn.prior, doubt * drawn.prior)
    drawn = replace(drawn, prior=prior * targets.total / prior.sum()) if len(prior) else drawn
    first = pool_of_drawn(targets, drawn, [name for name, _ in (*proposed, *loose)])
    if not n_others or not first.n_records:
        return first
    drawn = draw_records(targets, [c for _, c in others], n_others, rng, Conduct(conduct.rules))
    second = pool_of_drawn(targets, drawn, [name for name, _ in others])
    return with_anybody(first, second, doubt=doubt**2) if second.n_records else first


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
