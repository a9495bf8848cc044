"""Faithful mode: Algorithm 1 of LLMSynthor as published.

Records are only added; what guides is target minus synthetic of the marginals and of the joints that the model asked
for, positive ones only; values inside a range are uniform; the numbers of records are the model's. The published text
leaves open how many records an iteration adds: here each of T iterations adds the T-th part of the records wanted, so
that a proposal's number is its share of that part.

References
----------
"LLMSynthor: Macro-aligned micro-records synthesis with large language models", arXiv:2505.14752, Algorithm 1.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from censemble.generators.llmsynthor.boxes import uniform_values
from censemble.generators.llmsynthor.discrepancy import (
    Gap,
    differences,
    gaps,
    largest_miss,
    synthetic_counts,
    unsupported,
)
from censemble.generators.llmsynthor.filled import Filled, members_of
from censemble.generators.llmsynthor.filling import Drawn
from censemble.generators.llmsynthor.macro_statistics import Targets, TargetTable
from censemble.generators.llmsynthor.planning import Plan, Planner, all_made, obedient, pool_of_drawn
from censemble.generators.llmsynthor.proposal_form import Proposal
from censemble.generators.proposals import numbered
from censemble.pool import Pool, join_pools

Float = NDArray[np.float64]
GAPS_OF_A_TABLE = 2  # told in one call
LEAST_GAP = 1e-3  # share of all records below which a discrepancy does not guide
N_ADDED = 200  # records an iteration adds to the set whose discrepancy is looked at


def plan_faithful(
    planner: Planner, tables: Sequence[TargetTable], *, calls: int, guided: bool, rng: np.random.Generator
) -> Plan:
    """Run the algorithm for `calls` iterations.

    Parameters
    ----------
    planner : Planner
        Its form asks for every attribute.
    tables : sequence of TargetTable
        That guide: marginals and inferred joints.
    calls : int
        Iterations, T.
    guided : bool
        Whether discrepancies are told; without, it is direct prompting (a baseline).
    rng : numpy.random.Generator
        Of the records drawn while planning.

    Returns
    -------
    Plan
        Proposals, of which `n_records` was made a share of the iteration: parts of 1,000.
    """
    accepted: list[Proposal] = []
    added: list[Pool] = []
    steps, ended = [], all_made(calls)
    wanted = sum(int((table.margin.targets[0] > 0).sum()) for table in tables)
    total = planner.targets.total
    while True:
        miss, found, weights, empty = 1.0, [], np.zeros(0), wanted
        if added:
            pool = join_pools(added)
            weights = np.full(pool.n_records, total / pool.n_records)
            counts, empty = synthetic_counts(tables, pool, weights), unsupported(tables, pool)
        else:
            counts = [np.zeros(len(table.boxes)) for table in tables]
        deltas = differences(tables, counts, total)
        miss, found = largest_miss(deltas), guidance(tables, deltas, total)
        steps.append(planner.step(miss, empty, len(accepted), weights))
        if planner.calls >= calls:
            break
        if guided and not found:
            ended = "no table that guides leaves anything missing"
            break
        new = planner.with_room(planner.ask(found if guided else []))
        if planner.spent:
            ended = planner.spent
            break
        if new:
            accepted += new
            drawn = draw_uniform(planner.targets, new, N_ADDED, rng, name=f"ls{planner.calls}")
            kept, broken = obedient(drawn, planner.services, planner.targets)
            planner.refusals.update({f"rule (records): {rule}": n for rule, n in broken.items() if n})
            added += [kept] if kept.n_records else []
    return Plan(tuple(accepted), tuple(steps), planner.refusals, ended)


def guidance(tables: Sequence[TargetTable], deltas: Sequence[Float], total: float) -> list[Gap]:
    """The largest positive discrepancies of each table, the largest of all first."""
    found = [
        gap
        for table, delta in zip(tables, deltas, strict=True)
        for gap in gaps([table], [delta], total, least=LEAST_GAP, net=True)[:GAPS_OF_A_TABLE]
    ]
    return sorted(found, key=lambda gap: -gap.missing)


def shares_of(proposals: Sequence[Proposal]) -> Float:
    """Share of each proposal among all records: every call counts alike, and in it each as proposed.

    Examples
    --------
    >>> shares_of([Proposal("1-1", "", 30, {}, "", 0.0), Proposal("1-2", "", 10, {}, "", 0.0),
    ...            Proposal("2-1", "", 5, {}, "", 0.0)]).tolist()
    [0.375, 0.125, 0.5]
    """
    call = np.array([p.id.partition("-")[0] for p in proposals])
    asked = np.array([float(p.n_records) for p in proposals])
    within = asked / np.array([asked[call == c].sum() for c in call])
    return np.asarray(within / within.sum())


def draw_uniform(
    targets: Targets, proposals: Sequence[Proposal], n: int, rng: np.random.Generator, *, name: str = "ls"
) -> Pool:
    """Draw `n` records from proposals by their shares, uniform inside each; with equal prior weights."""
    which = np.sort(rng.choice(len(proposals), size=n, p=shares_of(proposals)))
    pool = pool_of_proposals(targets, proposals, np.bincount(which, minlength=len(proposals)), rng)
    return pool if name == "ls" else _renamed(pool, name)


def pool_of_proposals(
    targets: Targets, proposals: Sequence[Proposal], counts: NDArray[np.int64], rng: np.random.Generator
) -> Pool:
    """A number of records of each proposal, uniform inside it; with equal prior weights."""
    parts = [_uniform(targets, p, int(n), rng, which=k) for k, (p, n) in enumerate(zip(proposals, counts, strict=True))]
    columns = {a.name: np.concatenate([part.columns[a.name] for part in parts]) for a in targets.attributes}
    n = int(counts.sum())
    drawn = Drawn(
        columns,
        members_of(targets, parts) if targets.members else {},
        np.repeat([part.n_members for part in parts], [part.n for part in parts]).astype(np.int64),
        np.repeat(np.arange(len(proposals)), counts),
        np.full(n, targets.total / n),
    )
    return pool_of_drawn(targets, drawn, [p.id for p in proposals])


def _uniform(targets: Targets, proposal: Proposal, n: int, rng: np.random.Generator, *, which: int) -> Filled:
    """Records of one proposal; members that must be in order are sorted into it where their slots allow that."""
    columns = {a.name: uniform_values(a, proposal.box.get(a.name), n, rng) for a in targets.attributes}
    attributes = targets.members.attributes if targets.members else ()
    members: dict[str, NDArray[Any]] = {}
    for a in attributes:
        slots = [uniform_values(a, slot.box.get(a.name), n, rng) for slot in proposal.members]
        members[a.name] = np.stack(slots, axis=1) if slots else np.zeros((n, 0))
    order = targets.members.ordered_by if targets.members else ""
    if order:  # slots are cut so that the highest value so far is one that each later slot allows
        members[order] = np.maximum.accumulate(members[order], axis=1)
    return Filled(which, n, columns, members, np.zeros(n, np.int64), len(proposal.members))


def _renamed(pool: Pool, name: str) -> Pool:
    """Ids that differ from those of the other iterations."""
    return replace(pool, household_ids=numbered(name, pool.n_records))
