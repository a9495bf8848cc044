"""The report: one HTML file that opens from disk, says the verdict first and hides nothing.

The same facts give the same bytes. Every text from data passes the template's escaping.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import numpy as np
import pyarrow as pa

from censemble.evaluation import wording
from censemble.evaluation.figures import factor_bars, residual_bars, scatter
from censemble.evaluation.fit import level_tables
from censemble.evaluation.heat_map import Grid, HeatMap, draw_heat_map
from censemble.evaluation.maps import WIDTH, ZoneMap, draw_counts, draw_map
from censemble.evaluation.provenance_page import section_of
from censemble.evaluation.scales import count_scale, difference_scale
from censemble.evaluation.templating import page_templates
from censemble.evaluation.training_page import training_section

N_PAIRS = 15
N_RELAXED = 60
_FILTERS = ("whole", "amount", "percent", "ratio", "signed")
_LABELS = {"pass": "Pass", "warn": "Read with care", "fail": "Fail"}


def render(facts: Mapping[str, Any], fit: pa.Table, *, geojson: Mapping[str, Any] | None, geojson_id: str = "") -> str:
    """Write the report.

    Parameters
    ----------
    facts : mapping
        From `facts.summarise`, or read back from report.json.
    fit : pyarrow.Table
        From `fit.fit_table`, or read back from fit.parquet.
    geojson : mapping or None
        Zone polygons for the map.
    geojson_id : str
        Feature property that holds the zone id; "" is the feature's own id.

    Returns
    -------
    str
        A self-contained HTML page in UTF-8, without scripts and without references to other files.
    """
    environment = page_templates()
    environment.filters.update({name: getattr(wording, name) for name in _FILTERS})
    environment.filters["words"] = lambda text: str(text).replace("_", " ")
    tables = level_tables(fit)
    zone_level = facts["geography"][-1]["level"]
    zones = next((t for t in tables if t.level == zone_level), None)
    nouns = facts["records"]["entity"]
    planned = facts.get("proposals")  # a report.json of an earlier version has no such part
    section = section_of(planned) if planned else {}
    trained = facts.get("training")
    return environment.get_template("report.html.j2").render(
        facts=facts,
        label=_LABELS[facts["verdict"]["status"]],
        tiles=_tiles(facts),
        scatter=scatter(tables),
        residuals=[
            (row["level"], residual_bars(facts["residuals"]["edges"], row["n_cells"]))
            for row in reversed(facts["residuals"]["levels"])
        ],
        factors=factor_bars(facts["diversity"]),
        map=draw_map(geojson, zones, geojson_id=geojson_id) if geojson and zones else None,
        map_width=WIDTH,
        heat_maps=[_heat_maps(table) for table in facts.get("two_way", ())],
        place_maps=list(_place_maps(facts.get("places", ()), geojson, geojson_id)),
        section=bool(section),
        **section,
        **(training_section(trained) if trained else {"training": None}),
        pairs=_widest_pairs(facts),
        relaxed=facts["relaxations"]["cells"][:N_RELAXED],
        nouns=nouns,
        noun=nouns[:-1],
        of_pool="survey" if facts["records"]["generator"] == "seed_sample" else "proposed",
        has_moe=any(row["n_with_moe"] for row in facts["levels"]),
    )


def _tiles(facts: Mapping[str, Any]) -> list[tuple[str, str]]:
    """The figures to see first: size, then the zones' own tables."""
    use = facts["diversity"]
    nouns = ("households", "persons") if facts["records"]["entity"] == "households" else ("persons",)
    tiles = [(wording.whole(use[f"n_{noun}"]), noun) for noun in nouns if noun == nouns[0] or use[f"n_{noun}"]]
    zone_level = facts["geography"][-1]["level"]
    row = next((r for r in facts["levels"] if r["level"] == r["tables_of"] == zone_level), None)
    if row is None:
        return tiles
    if row["share_inside_moe"] is not None:
        tiles.append((wording.percent(row["share_inside_moe"]), "of zone cells inside their margin of error"))
    tiles.append((wording.percent(row["wape"]), "of the zones’ counts differ (WAPE)"))
    return [*tiles, (wording.percent(row["share_exact"]), "of zone cells are met exactly")]


def _widest_pairs(facts: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """The pairs farthest from the survey, by total variation; ties by name."""

    def order(pair: Mapping[str, Any]) -> tuple[Any, ...]:
        return (-pair["total_variation"], pair["entity"], pair["first"], pair["second"])

    return sorted(facts["joints"]["pairs"], key=order)[:N_PAIRS]


def _heat_maps(table: Mapping[str, Any]) -> tuple[HeatMap, HeatMap]:
    """What a table of two attributes asks for, and what the population has more or fewer of.

    Differences below a tenth of the mean cell stay pale, however small the largest is.
    """
    target, result = (np.array(table[name], dtype=np.float64) for name in ("target", "result"))
    sides = (table["rows"], table["columns"], table["first"], table["second"])
    counted = f"{wording.clipped(table['margin'], 80)}: {table['entity']}"
    apart = result - target
    least = 0.1 * float(np.nanmean(target))
    return (
        draw_heat_map(
            Grid(target, *sides), count_scale(target.ravel().tolist(), wording.short), title=f"{counted} in the table."
        ),
        draw_heat_map(
            Grid(apart, *sides),
            difference_scale(apart.ravel().tolist(), least=least, show=wording.short),
            title=f"{counted} in the population minus the table.",
            show=wording.signed,
        ),
    )


def _place_maps(
    places: Iterable[Mapping[str, Any]], geojson: Mapping[str, Any] | None, geojson_id: str
) -> Iterator[tuple[Mapping[str, Any], ZoneMap]]:
    """A map for each attribute whose labels are outlines."""
    for place in places:
        counts = dict(zip(place["labels"], place["counts"], strict=True))
        drawn = draw_counts(geojson, counts, geojson_id=geojson_id, noun=place["entity"]) if geojson else None
        if drawn:
            yield place, drawn
