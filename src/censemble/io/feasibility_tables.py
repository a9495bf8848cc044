"""What a feasibility diagnosis looks like to a reader: rows for the manifest and the report, JSON, a text table."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Protocol

from censemble.inputs import Inputs

SHOWN = 20


class _Relaxed(Protocol):
    @property
    def level(self) -> str: ...
    @property
    def unit(self) -> int: ...
    @property
    def label(self) -> str: ...
    @property
    def old_target(self) -> float: ...
    @property
    def new_target(self) -> float: ...

    @property
    def amount(self) -> float: ...


class _Conflict(Protocol):
    @property
    def level(self) -> str: ...
    @property
    def unit(self) -> int: ...
    @property
    def smallest(self) -> float: ...
    @property
    def controls(self) -> tuple[str, ...]: ...


class _Unsupported(Protocol):
    @property
    def level(self) -> str: ...
    @property
    def unit(self) -> int: ...
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
                "target": r.old_target,
                "relaxed": r.new_target,
                "amount": r.amount,
            }
        )
    return rows


def feasibility_facts(diagnosis: _Diagnosis, inputs: Inputs) -> dict[str, Any]:
    """The diagnosis as plain JSON."""
    rows = relaxation_rows(diagnosis, inputs)
    return {
        "format": "censemble-feasibility/1",
        "feasible": diagnosis.feasible,
        "smallest_relaxation": diagnosis.smallest_total,
        "relaxation_by_importance": sum(r["amount"] for r in rows),
        "conflicts": [
            {
                "level": c.level,
                "unit": _unit(inputs, c.level, c.unit),
                "smallest_relaxation": c.smallest,
                "controls": list(c.controls),
            }
            for c in diagnosis.conflicts
        ],
        "relaxations": rows,
        "unsupported": [
            {"level": u.level, "unit": _unit(inputs, u.level, u.unit), "control": u.label, "target": u.wanted}
            for u in diagnosis.unsupported
        ],
    }


def feasibility_text(diagnosis: _Diagnosis, inputs: Inputs) -> str:
    """The diagnosis as a readable table."""
    lines = _unsupported_lines(diagnosis, inputs)
    if diagnosis.feasible:
        return "\n".join(["All exact controls can hold together, at every level.", *lines])
    n = len(diagnosis.conflicts)
    lines.insert(
        0,
        f"{n:,} unit{'s' if n > 1 else ''} cannot meet all exact controls. Smallest relaxation: "
        f"{diagnosis.smallest_total:,.2f} counts with household totals held.",
    )
    rows = relaxation_rows(diagnosis, inputs)
    by_unit: dict[tuple[str, str], list[dict[str, Any]]] = {}
    for row in rows:
        by_unit.setdefault((row["level"], row["unit"]), []).append(row)
    for conflict in list(diagnosis.conflicts)[:SHOWN]:
        unit = _unit(inputs, conflict.level, conflict.unit)
        n_involved = len(conflict.controls)
        lines.append(f"  {conflict.level} {unit}: {conflict.smallest:,.2f} counts; {n_involved} controls involved")
        for row in by_unit.get((conflict.level, unit), [])[:6]:
            lines.append(f"      {row['margin']}: {row['cell']}: {row['target']:,.2f} -> {row['relaxed']:,.2f}")
        if len(by_unit.get((conflict.level, unit), [])) > 6:
            lines.append(f"      and {len(by_unit[conflict.level, unit]) - 6} more (all are in the JSON)")
    if n > SHOWN:
        lines.append(f"  and {n - SHOWN:,} more units (all are in the JSON)")
    return "\n".join(lines)


def _unsupported_lines(diagnosis: _Diagnosis, inputs: Inputs) -> list[str]:
    """One line a control that no record can fill, with how many units ask for it."""
    asked: dict[tuple[str, str], list[_Unsupported]] = {}
    for u in diagnosis.unsupported:
        asked.setdefault((u.level, u.label), []).append(u)
    return [
        f"  no record of the pool is in {label!r}, which {len(found):,} {level} unit{'s' if len(found) > 1 else ''} "
        f"ask for (first: {_unit(inputs, level, found[0].unit)}, {found[0].wanted:,.0f}). "
        "Add records or merge the cell."
        for (level, label), found in asked.items()
    ]
