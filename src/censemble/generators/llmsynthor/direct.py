"""Direct prompting, record by record: what a language model makes of the marginals alone, without any guidance.

A baseline, and a cheap one to run: nothing that is asked depends on an earlier answer, so that all questions are put
at once. Every call tells the tables of one attribute as whole per cent and asks for a few records with one value of
every attribute. What comes is the pool: as many records as were answered, each with the same weight. No record is
drawn here, and nothing but calibration afterwards brings it nearer to the tables.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from censemble.generators.llmsynthor.dependencies import guiding
from censemble.generators.llmsynthor.discrepancy import (
    differences,
    gaps,
    largest_miss,
    synthetic_counts,
    unsupported,
)
from censemble.generators.llmsynthor.faithful import pool_of_proposals
from censemble.generators.llmsynthor.macro_statistics import Targets, TargetTable
from censemble.generators.llmsynthor.planning import Plan, Planner, Step, all_made
from censemble.generators.llmsynthor.prompts import direct_request
from censemble.generators.llmsynthor.proposal_form import Proposal, kind_of, read_proposals
from censemble.llm import Reply
from censemble.pool import Pool, take_records

LEAST_TOLD = 0.005  # share of all records below which a class of a marginal is not told


def plan_direct(planner: Planner, *, calls: int, rng: np.random.Generator) -> Plan:
    """Ask for records, all calls at once.

    Parameters
    ----------
    planner : Planner
        Its form asks for one value of every attribute.
    calls : int
        Calls, of `planner.n` records each.
    rng : numpy.random.Generator
        For attributes without a value of their own; there are none in a complete answer.

    Returns
    -------
    Plan
        One proposal for each record that came; its steps say after each call how far off the marginals are.
    """
    marginals = guiding(planner.targets, ())
    nothing = [np.zeros(len(table.boxes)) for table in marginals]
    total = planner.targets.total
    told = gaps(marginals, differences(marginals, nothing, total), total, least=LEAST_TOLD)
    first = planner.services.random_seed * 1000 + 1
    replies = planner.client.ask(
        [
            direct_request(
                planner.form,
                told,
                n=planner.n,
                scenario=planner.scenario,
                random_seed=first + call,
                settings=planner.settings,
            )
            for call in range(calls)
        ]
    )
    asked = [reply for reply in replies if reply.verdict != "unasked"]
    planner.spent = next((reply.faults[0].words for reply in replies if reply.verdict == "unasked"), "")
    proposals: list[Proposal] = []
    n_after = [0]
    for call, reply in enumerate(asked, 1):
        proposals += _records(reply, planner, call)
        n_after.append(len(proposals))
    pool = records_of(planner.targets, proposals, rng) if proposals else None
    steps = []
    for planner.calls, n in enumerate(n_after):
        steps.append(_standing(planner, marginals, pool, n))
    return Plan(tuple(proposals), tuple(steps), planner.refusals, planner.spent or all_made(calls))


def _records(reply: Reply, planner: Planner, call: int) -> list[Proposal]:
    """The records of one answer; what cannot be used is counted with its reason."""
    planner.refusals.answered(call, reply)
    if reply.value is None:
        planner.refusals.refuse_answer(call, n=planner.n)
        return []
    found, faults = read_proposals(reply.value, planner.form, (), call=call)
    for proposal, fault in faults.items():
        planner.refusals.refuse(proposal, kind_of(fault))
    return found


def _standing(planner: Planner, marginals: Sequence[TargetTable], pool: Pool | None, n: int) -> Step:
    """How far the marginals are off with the first `n` records."""
    if pool is None or not n:
        wanted = sum(int((table.margin.targets[0] > 0).sum()) for table in marginals)
        return planner.step(1.0, wanted, 0, np.zeros(0))
    total = planner.targets.total
    weights = np.where(np.arange(pool.n_records) < n, total / n, 0.0)
    miss = largest_miss(differences(marginals, synthetic_counts(marginals, pool, weights), total))
    return planner.step(miss, unsupported(marginals, take_records(pool, np.arange(n))), n, weights)


def records_of(
    targets: Targets, proposals: Sequence[Proposal], rng: np.random.Generator, *, at_most: int | None = None
) -> Pool:
    """One record for each proposal, of equal weights that sum to the tables' total.

    Parameters
    ----------
    targets : Targets
        What a record has.
    proposals : sequence of Proposal
        At least one.
    rng : numpy.random.Generator
        Chooses which records where there are more than `at_most`.
    at_most : int, optional
        Records wanted; there are never more than came.
    """
    pool = pool_of_proposals(targets, proposals, np.ones(len(proposals), np.int64), rng)
    if at_most is None or at_most >= len(proposals):
        return pool
    return take_records(pool, np.sort(rng.choice(len(proposals), at_most, replace=False)))
