"""The tables that guide planning: large ones are told without the attributes that nobody is asked about.

A call asks about a handful of gaps. Flows between zones by mode have thousands of cells; asked about one by one they
would use up every call and say nothing, and the few thousand records of a plan have none in most of them by chance. A
proposal leaves attributes of many categories open, so that the tables fill them in: support for the other attributes is
support for every flow. Summing out is for guidance alone: records are filled in from the whole tables, and calibrated
to them.
"""

from __future__ import annotations

import math
from dataclasses import replace

from censemble.generators.llmsynthor.dependencies import summed_out
from censemble.generators.llmsynthor.macro_statistics import Targets, TargetTable
from censemble.generators.llmsynthor.proposal_form import MOST_ASKED

MOST_TOLD = 200  # cells of a table that guides cell by cell


def told_tables(targets: Targets) -> Targets:
    """Sum attributes of many categories out of large tables.

    Tables that stay large without them, and tables whose cells do not line up, are left as they are.

    Parameters
    ----------
    targets : Targets
        What the tables say.

    Returns
    -------
    Targets
        The same model, tables of which cells can be told. Tables that nothing is left of are not among them.
    """
    found: dict[tuple[str, ...], TargetTable] = {}
    for table in targets.tables:
        coarse = _coarse(table, targets)
        if coarse is not None:
            texts = (cell.where.text for cell in coarse.margin.cells)
            found.setdefault((coarse.margin.entity, *texts), coarse)
    return replace(targets, tables=tuple(found.values()))


def _coarse(table: TargetTable, targets: Targets) -> TargetTable | None:
    """A table without its open attributes; None where it has no others."""
    unasked = {a.name for a in targets.schema.attributes if a.kind != "numeric" and len(a.categories) > MOST_ASKED}
    n_all = table.n_members or targets.total
    kept = [name for name in table.names if name not in unasked]
    if len(table.boxes) <= MOST_TOLD or len(kept) == len(table.names):
        return table
    if not kept:
        covers_all = math.isclose(float(table.margin.targets.sum()), n_all, rel_tol=1e-6)
        return None if covers_all else table
    return summed_out(table, kept, total=n_all) or table
