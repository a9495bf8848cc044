"""A scenario's facts as lines for a terminal."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

MOST_LINES = 12  # of attributes


def scenario_lines(facts: Mapping[str, Any]) -> Iterator[str]:
    r"""Say what was changed, what moved and what did not.

    Parameters
    ----------
    facts : mapping
        From `scenario_facts`.

    Examples
    --------
    >>> change = {"id": "c1", "kind": "more", "records": 80, "of": "persons", "where": {"sex": ["male"]}, "units": [],
    ...           "reason": "They come.", "converts": ""}
    >>> facts = {"changes": [change], "refused": {}, "notes": [], "totals": {"persons": {"without": 900, "with": 980}},
    ...          "attributes": []}
    >>> print(*scenario_lines(facts), sep="\n")
    c1: 80 persons more: sex male. They come.
    persons: 900 without the scenario, 980 with it
    """
    yield from (change_line(change) for change in facts["changes"])
    yield from (f"refused: {why} ({n})" for why, n in facts["refused"].items())
    for entity, total in facts["totals"].items():
        yield f"{entity}: {total['without']:,} without the scenario, {total['with']:,} with it"
    moved = sorted((a for a in facts["attributes"] if a["moved"]), key=lambda a: -a["total_variation"])
    if moved:
        yield f"{'moved':<28} {'share moved':>11} {'chance':>8}  named"
    for one in moved[:MOST_LINES]:
        named = "yes" if one["named"] else "no"
        yield f"{one['attribute']:<28} {100 * one['total_variation']:>9.2f} % {100 * one['noise']:>6.2f} %  {named}"
    if len(moved) > MOST_LINES:
        yield f"... and {len(moved) - MOST_LINES} more"
    still = [a["attribute"] for a in facts["attributes"] if not a["moved"]]
    if still:
        yield f"not moved beyond chance: {', '.join(still)}"


def change_line(change: Mapping[str, Any]) -> str:
    """One change as a sentence."""
    where = ", ".join(f"{name} {_values(values)}" for name, values in change["where"].items())
    units = f" in {', '.join(change['units'])}" if change["units"] else ""
    source = f" (those of {change['converts']})" if change["converts"] else ""
    sort = f": {where}" if where else ""
    said = f"{change['id']}: {change['records']:,} {change['of']} {change['kind']}{source}{sort}{units}."
    return f"{said} {change['reason']}".rstrip()


def _values(values: Any) -> str:
    numbers = values and all(isinstance(v, int) for v in values)
    return f"{values[0]} to {values[1]}" if numbers else " or ".join(map(str, values))
