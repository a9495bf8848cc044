"""What to make of the figures of each table, in sentences that claim nothing inside the noise."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from censemble.evaluation import wording
from censemble.evaluation.comparison.judgement import Judgement, TableFacts
from censemble.evaluation.comparison.scoreboard import Figure, base_name, beats, part_of
from censemble.evaluation.comparison.tones import Tone, distance_of, tone_of

N_NAMED = 3


def sentences_of(judgement: Judgement) -> dict[str, list[str]]:
    """Sentences about each of the user's tables, by its name.

    Parameters
    ----------
    judgement : Judgement
        From `censemble.compare`.
    """
    return {t.name: _sentences(judgement, t) for t in judgement.tables if not t.is_yardstick}


def _sentences(judgement: Judgement, table: TableFacts) -> list[str]:
    toned = _toned(judgement, table)
    said = []
    if toned:
        count = {tone: sum(t == tone for _, t in toned) for tone in ("good", "near", "far")}
        figures, size = wording.number_of(len(toned), "headline figure"), _of_size(judgement, table)
        said.append(
            f"Of {figures} with a floor, {count['good']} are at it (no worse than a fresh real sample{size} within the "
            f"noise), {count['near']} near, {count['far']} far from it."
        )
        far = sorted((f for f, tone in toned if tone == "far"), key=lambda f: -_distance(judgement, f))
        if far:
            said.append(f"Farthest: {'; '.join(_named(judgement, f) for f in far[:N_NAMED])}.")
    said += _against_yardsticks(judgement, table)
    shown = set(judgement.headline())
    won = [s.metric for s in judgement.standings if s.winner == table.name and s.metric in shown]
    if won:
        said.append(f"Better than every other table by more than the noise: {_titles(judgement, won)}.")
    undefined = [f for f in judgement.figures if f.table == table.name and f.value is None]
    if undefined:
        n = len(undefined)
        said.append(f"{n} figure{'s are' if n > 1 else ' is'} not defined; each says why.")
    return said + list(table.gaps)


def _toned(judgement: Judgement, table: TableFacts) -> list[tuple[Figure, Tone]]:
    """Headline figures of a table that have a floor and a good direction."""
    floors = {f.metric: f for f in judgement.figures if f.table == table.floor}
    found: list[tuple[Figure, Tone]] = []
    for figure in _headline(judgement, table.name):
        tone = tone_of(figure, judgement.metrics[base_name(figure.metric)].better, floors.get(figure.metric))
        if tone != "none":
            found.append((figure, tone))
    return found


def _headline(judgement: Judgement, name: str) -> list[Figure]:
    shown = set(judgement.headline())
    return [f for f in judgement.figures if f.table == name and f.metric in shown]


def _against_yardsticks(judgement: Judgement, table: TableFacts) -> list[str]:
    """How a table stands to the simple ways out, which a generator must beat to earn its keep."""
    said = []
    for yardstick in ("training sample", "raked training sample"):
        other = _of_yardstick(judgement, yardstick, table)
        results = [
            beats(f, other[f.metric], better)
            for f in _headline(judgement, table.name)
            if f.metric in other and (better := judgement.metrics[base_name(f.metric)].better) != "none"
        ]
        if results:
            better_in, worse_in = results.count(1), results.count(-1)
            said.append(f"Against the {yardstick}: better in {better_in}, worse in {worse_in} of {len(results)}.")
    return said


def _of_yardstick(judgement: Judgement, name: str, table: TableFacts) -> Mapping[str, Figure]:
    """Figures of a yardstick, the one of the table's own size where there are several."""
    named = [t for t in judgement.tables if t.is_yardstick and (t.name == name or t.name.startswith(f"{name}, "))]
    at_size = [t.name for t in named if t.n_records == table.n_records] or [t.name for t in named[:1]]
    return {f.metric: f for f in judgement.figures if f.table in at_size}


def _of_size(judgement: Judgement, table: TableFacts) -> str:
    """Size of the fresh sample where it is another one than the table's: the holdout had no more."""
    n = next((t.n_records for t in judgement.tables if t.name == table.floor), table.n_records)
    return f" of {n:,} records" if n < table.n_records else ""


def _distance(judgement: Judgement, figure: Figure) -> float:
    better = judgement.metrics[base_name(figure.metric)].better
    return distance_of(figure, better) or 0.0


def _named(judgement: Judgement, figure: Figure) -> str:
    value = f"{figure.value:.3g}"
    if figure.times_floor is None:
        return f"{_titles(judgement, [figure.metric])} {value}, where a fresh sample has {figure.floor:.3g}"
    return f"{_titles(judgement, [figure.metric])} {value}, {wording.multiple(figure.times_floor)} times the floor"


def _titles(judgement: Judgement, metrics: Sequence[str]) -> str:
    names = []
    for metric in metrics:
        of = part_of(metric)
        names.append(judgement.metrics[base_name(metric)].title + (f" ({of})" if of else ""))
    return ", ".join(names)
