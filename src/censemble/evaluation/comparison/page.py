"""compare.html: one file that opens from disk, the answer first, every figure with its floor."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from censemble.evaluation import wording
from censemble.evaluation.comparison.judgement import Judgement, TableFacts, TablePair
from censemble.evaluation.comparison.pair_map import PairMap, draw_pairs
from censemble.evaluation.comparison.scoreboard import Figure, base_name, part_of
from censemble.evaluation.comparison.tones import LEGEND, Tone, tone_of
from censemble.evaluation.comparison.verdicts import sentences_of

SECTIONS = (
    ("joints", "Tables of one, two and three attributes"),
    ("attributes", "Every attribute"),
    ("support", "Feasible and diverse"),
    ("structure", "Rules and households"),
    ("told", "Told apart?"),
    ("useful", "Useful?"),
    ("private", "Private?"),
)


@dataclass(frozen=True)
class PageCell:
    """One figure as it is shown: value, multiple of the floor, interval, tone."""

    value: str
    times: str
    interval: str
    tone: Tone
    note: str


@dataclass(frozen=True)
class PageRow:
    """One metric over all tables; a cell is None where the table has no such figure."""

    metric: str
    title: str
    says: str
    of: str
    cells: tuple[PageCell | None, ...]
    standing: str


def render_comparison(judgement: Judgement) -> str:
    """Write the page.

    Parameters
    ----------
    judgement : Judgement
        From `censemble.compare`.

    Returns
    -------
    str
        A self-contained HTML page in UTF-8, without scripts and without references to other files.
    """
    from jinja2 import Environment, PackageLoader, StrictUndefined  # noqa: PLC0415 (start-up time)

    environment = Environment(
        loader=PackageLoader("censemble.evaluation"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["whole"] = wording.whole
    ordered = ordered_tables(judgement)
    headline = judgement.headline()
    return environment.get_template("compare.html.j2").render(
        about=judgement.about,
        tables=ordered,
        verdicts=sentences_of(judgement),
        headline=page_rows(judgement, headline, ordered),
        sections=_sections(judgement, ordered),
        maps=_maps(judgement),
        metrics=[
            f
            for _, f in sorted(judgement.metrics.items())
            if f.name in {base_name(m.metric) for m in judgement.figures}
        ],
        legend=LEGEND,
    )


def ordered_tables(judgement: Judgement) -> list[TableFacts]:
    """The user's tables first, as they were given, then the yardsticks."""
    return sorted(judgement.tables, key=lambda t: t.is_yardstick)


def page_rows(judgement: Judgement, metrics: Sequence[str], tables: Sequence[TableFacts]) -> list[PageRow]:
    """Rows of a table of figures: one for each metric."""
    by_place = {(f.table, f.metric): f for f in judgement.figures}
    standing = {s.metric: s for s in judgement.standings}
    rows = []
    for metric in metrics:
        facts = judgement.metrics.get(base_name(metric))
        better = facts.better if facts else "none"
        found = [by_place.get((t.name, metric)) for t in tables]
        cells = [
            None if f is None else _cell(f, better, by_place.get((t.floor, metric)))
            for f, t in zip(found, tables, strict=True)
        ]
        best = standing.get(metric)
        says = "" if best is None else best.winner or f"not told apart: {', '.join(best.level)}"
        title, text = (facts.title, facts.says) if facts else (metric, "")
        rows.append(PageRow(metric, title, text, part_of(metric), tuple(cells), says))
    return rows


def figure_text(value: float | None) -> str:
    """A figure to three significant digits; a dash where there is none.

    Examples
    --------
    >>> figure_text(0.01234), figure_text(12.0), figure_text(1234.5), figure_text(None), figure_text(0.00004)
    ('0.0123', '12.0', '1,234', '–', '4e-05')
    """
    if value is None:
        return "–"
    if value == 0:
        return "0"
    if abs(value) >= 1000:
        return wording.whole(value)
    shown = f"{value:.2g}" if abs(value) < 0.001 else f"{value:#.3g}"
    return shown.replace("-", "−", 1) if value < 0 else shown


def _cell(figure: Figure, better: str, floor: Figure | None) -> PageCell:
    interval = "" if figure.low is None else f"{figure_text(figure.low)} to {figure_text(figure.high)}"
    has_times = figure.times_floor is not None and better != "none"
    times = f"{wording.multiple(figure.times_floor or 0.0)}×" if has_times else ""
    return PageCell(figure_text(figure.value), times, interval, tone_of(figure, better, floor), figure.note)


def _sections(judgement: Judgement, tables: Sequence[TableFacts]) -> list[dict[str, Any]]:
    measured = list(dict.fromkeys(f.metric for f in judgement.figures))
    found = []
    for key, title in SECTIONS:
        metrics = [m for m in measured if judgement.about["families"].get(base_name(m)) == key]
        if metrics:
            words = judgement.about.get("words", {}).get(key, "")
            found.append({"key": key, "title": title, "words": words, "rows": page_rows(judgement, metrics, tables)})
    return found


def _maps(judgement: Judgement) -> list[tuple[str, PairMap]]:
    by_table: dict[tuple[str, str], list[TablePair]] = {}
    for pair in judgement.pairs:
        by_table.setdefault((pair.table, pair.entity), []).append(pair)
    several = len({entity for _, entity in by_table}) > 1
    return [
        (f"{table}: {entity}" if several else table, draw_pairs(pairs)) for (table, entity), pairs in by_table.items()
    ]
