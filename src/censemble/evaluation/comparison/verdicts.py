"""What to make of the figures of each table, in sentences that claim nothing inside the noise."""

from __future__ import annotations

from censemble.evaluation.comparison.judgement import Judgement, TableFacts
from censemble.evaluation.comparison.scoreboard import Figure, base_name
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
        at_floor = [f for f, tone in toned if tone == "good"]
        said.append(
            f"{len(at_floor)} of {len(toned)} figures that have a floor are at it: no worse than a fresh real sample"
            f"{_of_size(judgement, table)} within the noise."
        )
        far = sorted((f for f, tone in toned if tone == "far"), key=lambda f: -_distance(judgement, f))
        if far:
            named = ", ".join(f"{f.metric} {_times(f)}" for f in far[:N_NAMED])
            said.append(f"Farthest from it: {named}.")
    won = [s.metric for s in judgement.standings if s.winner == table.name]
    if won:
        said.append(f"Better than every other table by more than the noise in {len(won)}: {', '.join(won[:8])}.")
    undefined = [f for f in judgement.figures if f.table == table.name and f.value is None]
    if undefined:
        n = len(undefined)
        said.append(f"{n} figure{'s are' if n > 1 else ' is'} not defined; each says why.")
    return said + list(table.gaps)


def _toned(judgement: Judgement, table: TableFacts) -> list[tuple[Figure, Tone]]:
    floors = {f.metric: f for f in judgement.figures if f.table == table.floor}
    found: list[tuple[Figure, Tone]] = []
    for figure in judgement.figures:
        facts = judgement.metrics.get(base_name(figure.metric))
        if figure.table == table.name and facts is not None:
            tone = tone_of(figure, facts.better, floors.get(figure.metric))
            if tone != "none":
                found.append((figure, tone))
    return found


def _of_size(judgement: Judgement, table: TableFacts) -> str:
    """Size of the fresh sample where it is another one than the table's: the holdout had no more."""
    n = next((t.n_records for t in judgement.tables if t.name == table.floor), table.n_records)
    return f" of {n:,} records" if n < table.n_records else ""


def _distance(judgement: Judgement, figure: Figure) -> float:
    better = judgement.metrics[base_name(figure.metric)].better
    return distance_of(figure, better) or 0.0


def _times(figure: Figure) -> str:
    if figure.times_floor is None:
        return f"({figure.value:.3g} against {figure.floor:.3g})"
    return f"({figure.value:.3g}, {figure.times_floor:.3g} times the floor)"
