"""Where the records of a planned run come from: proposals, how they came about, how much of the population each made.

A few proposals that make most of a population are a loss of diversity that no table shows: whatever a language model
did not think of is then missing from all of it. Effective number of proposals after Kish: (sum n)^2 / sum n^2 over the
records n that each proposal gave.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from censemble.pool import Pool

N_SHOWN = 10
FEW = 3  # proposals that may not make more than half of the population
BESIDE, FILLED = "beside-", "fill-"
PLANNING = ("call", "miss", "unsupported", "proposals", "refused", "effective_size")
SPENT = ("model", "calls", "tokens_in", "tokens_out", "cost", "verdicts")


def proposal_facts(
    told: Mapping[str, pa.Table], pool: Pool, copies: NDArray[np.integer], *, spent: Mapping[str, Any] | None = None
) -> dict[str, Any] | None:
    """Say what was proposed, refused, and made of it; None where no language model planned.

    Parameters
    ----------
    told : mapping of str to pyarrow.Table
        What the generator tells: `proposals`, `planning`, and, where anything was refused and kept, `refused`.
    pool : Pool
        Carries the column `proposal`.
    copies : ndarray of shape (n_records,), >= 0
        Of each record in the population.
    spent : mapping, optional
        Calls, tokens and cost of the language model, as the manifest has them.

    Returns
    -------
    dict or None
        Plain values: planning, accepted, filled_in, refused, language_model, spread, most_used, distinct_records.
    """
    extra = pool.person_extra if pool.record_entity == "persons" else pool.household_extra
    if "proposals" not in told or "proposal" not in extra.column_names:
        return None
    made = Counter[str]()
    for name, n in zip(extra["proposal"].to_pylist(), copies.tolist(), strict=True):
        made[str(name)] += int(n)
    proposals = told["proposals"].to_pylist()
    return {
        "planning": planning_rows(told["planning"].to_pylist() if "planning" in told else []),
        "accepted": sum(not p["filled_in"] for p in proposals),
        "filled_in": sum(bool(p["filled_in"]) for p in proposals),
        "refused": refused_counts([r["reason"] for r in told["refused"].to_pylist()] if "refused" in told else []),
        "language_model": {name: spent.get(name) for name in SPENT} if spent else None,
        "spread": spread_of(made, [str(p["proposal"]) for p in proposals]),
        "most_used": _most_used(made, proposals),
        "distinct_records": _distinct(pool, np.flatnonzero(copies > 0)),
    }


def planning_rows(rows: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """How things stood before each call and at the end; columns that are not there are left out."""
    return [{name: row[name] for name in PLANNING if name in row} for row in rows]


def refused_counts(reasons: Sequence[Any]) -> list[dict[str, Any]]:
    """Refused proposals by reason, most frequent first.

    Examples
    --------
    >>> refused_counts(["rule: adult", "no room", "no room"])
    [{'reason': 'no room', 'n': 2}, {'reason': 'rule: adult', 'n': 1}]
    """
    counts = Counter(map(str, reasons))
    return [{"reason": why, "n": n} for why, n in sorted(counts.items(), key=lambda item: (-item[1], item[0]))]


def spread_of(made: Mapping[str, int], proposals: Sequence[str]) -> dict[str, Any]:
    """How evenly the population comes from the proposals.

    Parameters
    ----------
    made : mapping of str to int
        Records of the population by the id in their column `proposal`.
    proposals : sequence of str
        Ids of all proposals, those that were filled in included.

    Returns
    -------
    dict
        records; of_proposals, of_filled_in, beside, other: records from what a model proposed, from what was filled
        in, from inside a gap but outside every proposal, from elsewhere; used, largest_share, effective, half: of the
        proposals (filled in or not), how many gave records, the largest share that one gave, Kish's effective number,
        how few make half of what they gave; few: whether three or fewer made more than half of the population.

    Examples
    --------
    >>> found = spread_of({"p1-1": 60, "p1-2": 20, "beside-p1-1": 20}, ["p1-1", "p1-2", "p1-3"])
    >>> found["used"], found["largest_share"], found["effective"], found["half"], found["few"]
    (2, 0.6, 1.6, 1, True)
    """
    own = {name: made.get(name, 0) for name in proposals}
    total = sum(made.values())
    counts = sorted((n for n in own.values() if n), reverse=True)
    inside, reached, half = sum(counts), 0, 0
    while 2 * reached < inside:
        reached += counts[half]
        half += 1
    filled = sum(n for name, n in own.items() if name.startswith(FILLED))
    beside = sum(n for name, n in made.items() if name.startswith(BESIDE) and name not in own)
    return {
        "records": total,
        "of_proposals": inside - filled,
        "of_filled_in": filled,
        "beside": beside,
        "other": total - inside - beside,
        "proposals": len(own),
        "used": len(counts),
        "largest_share": counts[0] / total if counts else 0.0,
        "effective": inside**2 / sum(n * n for n in counts) if counts else 0.0,
        "half": half,
        "few": 2 * sum(counts[:FEW]) > total,
    }


def _most_used(made: Mapping[str, int], proposals: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """The proposals with the most records; ties in the order of proposing."""
    rows = [most_used_row(p, made.get(str(p["proposal"]), 0)) for p in proposals]
    return sorted(rows, key=lambda row: -int(row["records"]))[:N_SHOWN]


def most_used_row(proposal: Mapping[str, Any], n_records: int) -> dict[str, Any]:
    """One proposal as it is told: why, what asked for it, what it allows, what came of it."""
    return {
        "proposal": str(proposal["proposal"]),
        "reason": str(proposal["reason"]),
        "asked_for": str(proposal["asked_for"]),
        "missing_share": proposal["missing_share"],
        "filled_in": bool(proposal["filled_in"]),
        "record": str(proposal["record"]),
        "records": n_records,
    }


def _distinct(pool: Pool, used: NDArray[np.integer]) -> int:
    """Different records among those that occur: all attributes, those of members in their order included."""
    if not len(used):
        return 0
    persons = _row_codes(pool.persons, pool.n_persons)
    alone = pool.record_entity == "persons"
    own = _row_codes({} if alone else pool.households, pool.n_records)
    starts, ends = pool.offsets[used].tolist(), pool.offsets[used + 1].tolist()
    members = persons.tolist()
    return len({(h, *members[a:b]) for h, a, b in zip(own[used].tolist(), starts, ends, strict=True)})


def _row_codes(columns: Mapping[str, NDArray[Any]], n: int) -> NDArray[np.int64]:
    """The same number for rows that are alike in every column; missing is like missing."""
    codes = np.zeros(n, dtype=np.int64)
    for values in columns.values():
        _, column = np.unique(values, return_inverse=True)
        _, codes = np.unique(codes * (int(column.max(initial=0)) + 1) + column, return_inverse=True)
    return codes
