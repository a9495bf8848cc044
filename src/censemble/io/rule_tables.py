"""How the seed sample stands to the rules: rows for JSON, lines to read."""

from __future__ import annotations

import math
from typing import Any

from censemble.dataset import dataset_of_pool
from censemble.inputs import Inputs
from censemble.rules import RuleTally, tally


def rule_rows(inputs: Inputs) -> list[dict[str, Any]]:
    """One row a rule: what it says, how many survey households or persons break it, as plain JSON values.

    Parameters
    ----------
    inputs : Inputs
        Rules and seed sample.

    Returns
    -------
    list of dict
        rule, says, of, n (rows looked at), broken, open (missing values leave it open), weighted_share (0..1, null
        where it cannot be checked), absent (what the sample lacks for it).
    """
    return [
        {
            "rule": t.rule.name,
            "says": t.rule.says,
            "of": t.rule.entity,
            "n": t.n_rows,
            "broken": t.n_broken,
            "open": t.n_open,
            "weighted_share": t.weighted_share if math.isfinite(t.weighted_share) else None,
            "absent": list(t.absent),
        }
        for t in _tallies(inputs)
    ]


def rule_lines(inputs: Inputs) -> list[str]:
    """A line a rule, and one that says what it means for a run; none where there are no rules.

    Parameters
    ----------
    inputs : Inputs
        Rules and seed sample.
    """
    tallies = _tallies(inputs)
    lines = [_line(t) for t in tallies]
    if any(t.n_broken for t in tallies):
        lines.append("Survey records that break a rule stay, because they are data; generated ones are left out.")
    return lines


def _tallies(inputs: Inputs) -> list[RuleTally]:
    if inputs.seed_sample is None:
        return []
    return tally(inputs.rules, dataset_of_pool(inputs.seed_sample, inputs.schema, name="the seed sample"))


def _line(t: RuleTally) -> str:
    head = f"rule {t.rule.name} ({t.rule.says})"
    if t.absent:
        return f"{head}: cannot be checked, the seed sample has no {', no '.join(t.absent)}"
    still_open = f"; missing values leave it open for {t.n_open:,}" if t.n_open else ""
    if not t.n_broken:
        return f"{head}: none of {t.n_rows:,} {t.rule.entity} break it{still_open}"
    verb = "breaks" if t.n_broken == 1 else "break"
    share = f"{100 * t.weighted_share:.2g} % by weight"
    return f"{head}: {t.n_broken:,} of {t.n_rows:,} {t.rule.entity} {verb} it ({share}){still_open}"
