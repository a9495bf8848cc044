"""Variety of records with members: a few kinds of household can meet all tables and still be a poor population.

Flat proposals are broad boxes, so that few of them hold nearly everybody. A composition is one kind of household. Where
the tables can be met, asking goes on while any cell rests on too few kinds for the share that it has; the model is told
who is there already.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from censemble.generators.llmsynthor.discrepancy import Gap, differences, gaps
from censemble.generators.llmsynthor.macro_statistics import Targets
from censemble.generators.llmsynthor.proposal_form import Proposal, meets

LARGEST_SHARE = 0.05  # of all records, or of all members, that one proposal may stand for
MOST_TOLD = 4  # kinds that a gap says are there already


def thin_places(targets: Targets, accepted: Sequence[Proposal]) -> list[Gap]:
    """Cells whose share of all records is large for the number of proposals that can have them, thinnest first.

    Parameters
    ----------
    targets : Targets
        Flat ones have no thin places: their boxes are broad.
    accepted : sequence of Proposal
        So far.

    Returns
    -------
    list of Gap
        What is said to be missing is the share that one more proposal would stand for.
    """
    if targets.members is None:
        return []
    nothing = [np.zeros(len(table.boxes)) for table in targets.tables]
    whole = differences(targets.tables, nothing, targets.total)
    found = []
    for gap in gaps(targets.tables, whole, targets.total, least=LARGEST_SHARE):
        n_kinds = sum(meets(proposal, gap) for proposal in accepted)
        if gap.target > LARGEST_SHARE * n_kinds:
            found.append(replace(gap, missing=gap.target / (n_kinds + 1)))
    return sorted(found, key=lambda gap: -gap.missing)


def with_besides(gap: Gap, accepted: Sequence[Proposal]) -> Gap:
    """The gap with the latest different kinds that have been proposed there; flat proposals say nothing of kinds."""
    kinds = [", ".join(proposal.who) for proposal in reversed(accepted) if proposal.who and meets(proposal, gap)]
    return replace(gap, besides=tuple(dict.fromkeys(kinds))[:MOST_TOLD])
