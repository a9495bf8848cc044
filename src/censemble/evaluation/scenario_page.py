"""The page of a scenario: what was changed and why, what moved, and what stayed within noise.

It renders facts and computes no figure but sums and differences of them. The yardstick of every attribute is a third
run without the scenario and with another random seed: what differs no more than that has not moved.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from censemble.evaluation.heat_map import MAX_SIDE, Grid, HeatMap, draw_heat_map
from censemble.evaluation.maps import WIDTH, ZoneMap, draw_differences
from censemble.evaluation.scales import count_scale, difference_scale
from censemble.evaluation.templating import page_templates
from censemble.evaluation.wording import clipped, multiple, percent, ratio, short, signed, whole
from censemble.outlines import are_places, outline_ids

N_LABELS = 24  # rows of an attribute's bars; of more labels those that moved most
N_MAPS = 4
LONGEST = 400  # characters of a text that people or language models wrote


@dataclass(frozen=True)
class PairedBar:
    """One label without and with the scenario; `width_*` in percent of the longest bar."""

    label: str
    without: str
    with_it: str
    difference: str
    width_without: float
    width_with: float


@dataclass(frozen=True)
class Moved:
    """An attribute that moved: its bars, and how many labels are not shown.

    Parameters
    ----------
    title, says : str
    rows : tuple of PairedBar
    n_hidden : int
    """

    title: str
    says: str
    rows: tuple[PairedBar, ...]
    n_hidden: int


def render(facts: Mapping[str, Any], *, geojson: Mapping[str, Any] | None = None, geojson_id: str = "") -> str:
    """Write the page of a scenario.

    Parameters
    ----------
    facts : mapping
        scenario.json: scenario, project, random_seed, changes, refused, notes, totals, attributes, pairs, zones. Lists
        and mappings may be missing.
    geojson : mapping, optional
        Outlines for maps of zones, and of attributes whose labels are ids of outlines.
    geojson_id : str
        Feature property that holds the id; "" is the feature's own id.

    Returns
    -------
    str
        A self-contained HTML page in UTF-8, without scripts and without references to other files.

    Examples
    --------
    >>> page = render({"scenario": "A <b>concert</b>", "project": "Town", "random_seed": 0})
    >>> "A &lt;b&gt;concert&lt;/b&gt;" in page, "No change could be used" in page
    (True, True)
    """
    environment = page_templates()
    environment.filters.update({"whole": whole, "percent": percent, "ratio": ratio, "clipped": clipped})
    environment.filters["words"] = lambda text: str(text).replace("_", " ")
    attributes = sorted(facts.get("attributes", ()), key=_order)
    return environment.get_template("scenario.html.j2").render(
        scenario=clipped(str(facts["scenario"]), 2000),
        project=facts.get("project", ""),
        random_seed=facts.get("random_seed"),
        tiles=list(_tiles(facts, attributes)),
        changes=[_change_row(c) for c in facts.get("changes", ())],
        refused=sorted((facts.get("refused") or {}).items()),
        notes=facts.get("notes", ()),
        attributes=[_attribute_row(a) for a in attributes],
        still=_still(attributes),
        moved=[_moved(a) for a in attributes if a["moved"]],
        pairs=[drawn for pair in facts.get("pairs", ()) if (drawn := _heat_maps(pair))],
        maps=list(_maps(facts, attributes, geojson, geojson_id)),
        map_width=WIDTH,
        longest=LONGEST,
    )


def where_words(where: Mapping[str, Any], units: Sequence[str] = ()) -> list[str]:
    """What a change is about, an attribute a line.

    Examples
    --------
    >>> where_words({"purpose": ["leisure"], "hour": [20, 24]}, ["Downs"])
    ['purpose: leisure', 'hour: 20 to 24', 'in: Downs']
    """
    lines = []
    for name, allowed in where.items():
        if len(allowed) == 2 and all(isinstance(v, int | float) for v in allowed):
            told = f"{allowed[0]:g} to {allowed[1]:g}"
        else:
            told = ", ".join(map(str, allowed))
        lines.append(clipped(f"{name}: {told}", LONGEST))
    return [*lines, *([clipped(f"in: {', '.join(map(str, units))}", LONGEST)] if units else [])]


def _order(attribute: Mapping[str, Any]) -> tuple[Any, ...]:
    """Those that moved first, the farthest first."""
    far = -float(attribute["total_variation"] or 0)
    return (not attribute["moved"], far, attribute["entity"], attribute["attribute"])


def _tiles(facts: Mapping[str, Any], attributes: Sequence[Mapping[str, Any]]) -> Iterator[tuple[str, str]]:
    for entity, total in (facts.get("totals") or {}).items():
        if total["without"] or total["with"]:
            yield signed(total["with"] - total["without"]), f"{entity}: {whole(total['with'])} in all"
    yield whole(len(facts.get("changes", ()))), "changes of the tables"
    yield f"{sum(bool(a['moved']) for a in attributes)} of {len(attributes)}", "attributes moved"


def _change_row(change: Mapping[str, Any]) -> dict[str, Any]:
    """One change as it is told."""
    sign = 1 if change["kind"] == "more" else -1
    return {
        "id": clipped(str(change["id"]), 30),
        "amount": f"{signed(sign * change['records'])} {change.get('of', 'records')}",
        "where": where_words(change.get("where") or {}, change.get("units") or ()) or ["everywhere"],
        "reason": clipped(str(change["reason"]), LONGEST),
    }


def _attribute_row(attribute: Mapping[str, Any]) -> dict[str, Any]:
    """How far an attribute moved, and how far chance alone moves it."""
    noise, far = attribute["noise"], attribute["total_variation"]
    named = attribute.get("named")
    return {
        "attribute": clipped(attribute["attribute"], 60),
        "entity": attribute["entity"],
        "far": far,
        "noise": noise,
        "times": multiple(far / noise) if noise and far is not None else "–",
        "moved": bool(attribute["moved"]),
        "named": "–" if named is None else "yes" if named else "no",
    }


def _still(attributes: Sequence[Mapping[str, Any]]) -> str:
    """What stayed, in one sentence."""
    names = [clipped(a["attribute"], 60) for a in attributes if not a["moved"]]
    if not names:
        return "Every attribute moved." if attributes else ""
    return f"Within noise: {', '.join(names)}."


def _moved(attribute: Mapping[str, Any]) -> Moved:
    """Labels in their order; of many those that differ most."""
    rows = list(zip(attribute["labels"], attribute["without"], attribute["with"], strict=True))
    kept = sorted(range(len(rows)), key=lambda k: -abs(rows[k][2] - rows[k][1]))[:N_LABELS]
    if len(rows) > N_LABELS:
        kept = [k for k in kept if rows[k][2] != rows[k][1]]
    shown = [rows[k] for k in sorted(kept)]
    longest = max((max(before, after) for _, before, after in shown), default=0) or 1
    return Moved(
        title=clipped(attribute["attribute"], 60),
        says=f"{percent(attribute['total_variation'])} of the {attribute['entity']} are elsewhere; chance alone: "
        f"{percent(attribute['noise'])}.",
        rows=tuple(
            PairedBar(
                clipped(str(label), 60),
                whole(before),
                whole(after),
                signed(after - before),
                round(100 * before / longest, 1),
                round(100 * after / longest, 1),
            )
            for label, before, after in shown
        ),
        n_hidden=len(rows) - len(shown),
    )


def _heat_maps(pair: Mapping[str, Any]) -> tuple[HeatMap, HeatMap] | None:
    """A pair of attributes without the scenario, and what is more or fewer with it; None where it cannot be drawn."""
    before, after = (np.array(pair[name], dtype=np.float64) for name in ("without", "with"))
    if not 1 <= min(before.shape) <= max(before.shape) <= MAX_SIDE:
        return None
    sides = (pair["rows"], pair["columns"], pair["first"], pair["second"])
    name = f"{clipped(pair['first'], 60)} by {clipped(pair['second'], 60)}"
    apart = after - before
    return (
        draw_heat_map(
            Grid(before, *sides),
            count_scale(before.ravel().tolist(), short),
            title=f"{pair['entity'].capitalize()}, {name}, without the scenario.",
        ),
        draw_heat_map(
            Grid(apart, *sides),
            difference_scale(apart.ravel().tolist(), show=short),
            title="With the scenario minus without.",
            show=signed,
        ),
    )


def _maps(
    facts: Mapping[str, Any],
    attributes: Sequence[Mapping[str, Any]],
    geojson: Mapping[str, Any] | None,
    geojson_id: str,
) -> Iterator[tuple[str, ZoneMap]]:
    """Differences by zone, and by attributes whose labels are ids of outlines."""
    if geojson is None:
        return
    ids = outline_ids(geojson, geojson_id)
    found: list[tuple[str, str, dict[str, tuple[float, float]]]] = []
    for level in dict.fromkeys(row["level"] for row in facts.get("zones", ())):
        rows = [row for row in facts["zones"] if row["level"] == level]
        found.append((f"By {level}", "records", {str(r["unit"]): (r["without"], r["with"]) for r in rows}))
    for one in attributes:
        pairs = zip(one["without"], one["with"], strict=True)
        counts = dict(zip(map(str, one["labels"]), pairs, strict=True))
        found.append((f"{one['entity'].capitalize()} by {clipped(one['attribute'], 60)}", one["entity"], counts))
    drawable = [row for row in found if are_places(list(row[2]), ids)]
    for title, noun, counts in drawable[:N_MAPS]:
        drawn = draw_differences(geojson, counts, geojson_id=geojson_id, noun=noun)
        if drawn:
            yield title, drawn
