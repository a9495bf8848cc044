"""What a feasibility diagnosis looks like to a reader: rows for the manifest and the report, JSON, a text table."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any, Protocol

from censemble.inputs import Inputs

SHOWN = 20
SHOWN_OF_UNIT = 6


class _OfUnit(Protocol):
    @property
    def level(self) -> str: ...
    @property
    def unit(self) -> int: ...


class _Relaxed(_OfUnit, Protocol):
    @property
    def label(self) -> str: ...
    @property
    def old_target(self) -> float: ...
    @property
    def new_target(self) -> float: ...
    @property
    def amount(self) -> float: ...


class _Conflict(_OfUnit, Protocol):
    @property
    def smallest(self) -> float: ...
    @property
    def controls(self) -> tuple[str, ...]: ...


class _Unsupported(_OfUnit, Protocol):
    @property
    def label(self) -> str: ...
    @property
    def wanted(self) -> float: ...


class _Diagnosis(Protocol):
    """What this module reads of a diagnosis."""

    @property
    def conflicts(self) -> Sequence[_Conflict]: ...
    @property
    def relaxed(self) -> Sequence[_Relaxed]: ...
    @property
    def unsupported(self) -> Sequence[_Unsupported]: ...
    @property
    def smallest_total(self) -> float: ...
    @property
    def feasible(self) -> bool: ...


def _number(value: float) -> float | None:
    """None where JSON could not hold it."""
    return float(value) if math.isfinite(value) else None


def _unit(inputs: Inputs, level: str, unit: int) -> str:
    return inputs.geography.units[inputs.geography.level_index(level)][unit]


def _margin_cell(label: str, inputs: Inputs) -> tuple[str, str]:
    """Split a control's label at its margin's name (a name may itself hold a colon)."""
    for margin in inputs.margins:
        if label.startswith(f"{margin.name}: "):
            return margin.name, label[len(margin.name) + 2 :]
    return "", label


def relaxation_rows(diagnosis: _Diagnosis, inputs: Inputs) -> list[dict[str, Any]]:
    """One row a relaxed control: level, unit, margin, cell, target, relaxed, amount (counts)."""
    rows = []
    for r in diagnosis.relaxed:
        margin, cell = _margin_cell(r.label, inputs)
        rows.append(
            {
                "level": r.level,
                "unit": _unit(inputs, r.level, r.unit),
                "margin": margin,
                "cell": cell,
                "target": _number(r.old_target),
                "relaxed": _number(r.new_target),
                "amount": _number(r.amount),
            }
        )
    return rows


def feasibility_facts(diagnosis: _Diagnosis, inputs: Inputs) -> dict[str, Any]:
    """The diagnosis as plain JSON values; a figure that is not finite is null, because JSON has no NaN.

    Parameters
    ----------
    diagnosis : Diagnosis
        Of calibration.
    inputs : Inputs
        Names of units and margins.

    Returns
    -------
    dict
        format, feasible, smallest_relaxation (counts), conflicts, relaxations and unsupported, all of them.
    """
    rows = relaxation_rows(diagnosis, inputs)
    return {
        "format": "censemble-feasibility/1",
        "feasible": diagnosis.feasible,
        "smallest_relaxation": _number(diagnosis.smallest_total),
        "relaxation_by_importance": _number(sum(r["amount"] or 0.0 for r in rows)),
        "conflicts": [
            {
                "level": c.level,
                "unit": _unit(inputs, c.level, c.unit),
                "smallest_relaxation": _number(c.smallest),
                "controls": list(c.controls),
            }
            for c in diagnosis.conflicts
        ],
        "relaxations": rows,
        "unsupported": [
            {"level": u.level, "unit": _unit(inputs, u.level, u.unit), "control": u.label, "target": _number(u.wanted)}
            for u in diagnosis.unsupported
        ],
    }


def feasibility_text(diagnosis: _Diagnosis, inputs: Inputs, *, complete: str = "--json FILE writes them") -> str:
    """The diagnosis as a table to read: at most twenty units, six targets of each.

    Parameters
    ----------
    diagnosis : Diagnosis
        Of calibration.
    inputs : Inputs
        Names of units and margins.
    complete : str
        Where the rest is, said after "and N more".
    """
    asked_in_vain = unsupported_lines(diagnosis, inputs)
    if diagnosis.feasible:
        return "\n".join(["All exact controls can hold together, at every level.", *asked_in_vain])
    n = len(diagnosis.conflicts)
    lines = [
        f"{n:,} unit{'s hold' if n > 1 else ' holds'} exact controls that contradict each other. The smallest change "
        f"of targets under which everything holds is {diagnosis.smallest_total:,.2f} counts, household totals kept:",
        *(line for conflict in diagnosis.conflicts[:SHOWN] for line in _conflict_lines(conflict, diagnosis, inputs)),
    ]
    if n > SHOWN:
        lines.append(f"  and {n - SHOWN:,} more unit{'s' if n > SHOWN + 1 else ''}; {complete}")
    return "\n".join([*lines, *asked_in_vain])


def _conflict_lines(conflict: _Conflict, diagnosis: _Diagnosis, inputs: Inputs) -> list[str]:
    """The unit, its amount, and which targets give way: those that matter least."""
    here = [r for r in diagnosis.relaxed if (r.level, r.unit) == (conflict.level, conflict.unit)]
    n = len(conflict.controls)
    involved = f"; {n} control{'s' if n > 1 else ''} involved" if n else ""
    unit = _unit(inputs, conflict.level, conflict.unit)
    lines = [f"  {conflict.level} {unit}: {conflict.smallest:,.2f} counts{involved}"]
    lines += [f"      {r.label}: {r.old_target:,.2f} -> {r.new_target:,.2f}" for r in here[:SHOWN_OF_UNIT]]
    if not here:  # another level gives way in its place
        lines += [f"      {label}" for label in conflict.controls[:SHOWN_OF_UNIT]]
    if len(here) > SHOWN_OF_UNIT:
        lines.append(f"      and {len(here) - SHOWN_OF_UNIT} more")
    return lines


def _remedy(inputs: Inputs) -> str:
    """What may bring such records into the pool."""
    if inputs.generator.kind != "seed_sample":
        return "Raise generator.records"
    return f"Add such {inputs.record_entity} to the survey, or take a generator that makes new ones"


def unsupported_lines(diagnosis: _Diagnosis, inputs: Inputs) -> list[str]:
    """One sentence a control that no record can fill, with how many units ask for it."""
    asked: dict[tuple[str, str], list[_Unsupported]] = {}
    for u in diagnosis.unsupported:
        asked.setdefault((u.level, u.label), []).append(u)
    return [
        f"No record of the pool is in {label!r}, which {len(found):,} {level} "
        f"unit{'s ask' if len(found) > 1 else ' asks'} for "
        f"(first: {_unit(inputs, level, found[0].unit)}, {found[0].wanted:,.0f}). "
        f"{_remedy(inputs)}, or merge the cell with another."
        for (level, label), found in asked.items()
    ]
