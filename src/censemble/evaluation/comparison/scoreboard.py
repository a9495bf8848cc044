"""From measures to figures: random seeds become intervals, the floor stands beside, noise is not called a win.

An interval is 95 %: of a table given once, its value and 1.96 standard errors of its own rows; of a table given for
several random seeds, Student's t over their values, which holds the generator's own randomness too.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from censemble.evaluation.comparison.measure import Measure, MetricFacts

FRESH = "fresh sample"
Z95 = 1.959963984540054
IDEAL = {"lower": 0.0, "zero": 0.0, "one": 1.0, "half": 0.5}


@dataclass(frozen=True)
class Figure:
    """One line of compare.json.

    Parameters
    ----------
    table : str
        The user's name for it, or a yardstick.
    metric : str
        A documented name; "persons." or "households." before it where tables have both.
    value : float or None
        Mean over random seeds; None where it is not defined, `note` says why.
    floor : float or None
        The same figure of a fresh real sample of the same size.
    low, high : float or None
        95 % interval of the value, None where unknown.
    note : str
        What a reader must know.
    times_floor : float or None
        value / floor, where both are positive (or the value 0); of absolute values where both signs are equally bad.
    """

    table: str
    metric: str
    value: float | None
    floor: float | None
    low: float | None
    high: float | None
    note: str
    times_floor: float | None


@dataclass(frozen=True)
class Standing:
    """Who is best at one metric among the user's tables.

    Parameters
    ----------
    metric : str
        As in `Figure`.
    winner : str
        Name of the table that is better than all others by more than the noise; "" where there is none.
    level : tuple of str
        Tables that cannot be told from the best one, or cannot be held against it.
    """

    metric: str
    winner: str
    level: tuple[str, ...]


def figures_of(
    table: str,
    replicates: Sequence[Sequence[Measure]],
    floors: Mapping[str, Measure] | None,
    facts: Mapping[str, MetricFacts] | None = None,
) -> list[Figure]:
    """Combine the measures of one table, given for one or several random seeds.

    Parameters
    ----------
    table : str
        Name.
    replicates : sequence of sequences of Measure
        One for each random seed.
    floors : mapping of str to Measure, or None
        Measures of the fresh sample by metric; None where there is none to compare with.
    facts : mapping of str to MetricFacts, optional
        Which metrics are good near 0 on either side, so that their multiples are of absolute values.

    Examples
    --------
    >>> floors = {"srmse_2way": Measure("srmse_2way", 0.04, 0.001)}
    >>> figures_of("mine", [[Measure("srmse_2way", 0.12, 0.01)]], floors)[0].times_floor
    3.0
    """
    by_metric: dict[str, list[Measure]] = {}
    for measures in replicates:
        for m in measures:
            by_metric.setdefault(m.metric, []).append(m)
    signed = {name for name, known in (facts or {}).items() if known.better == "zero"}
    return [
        _figure(table, metric, found, (floors or {}).get(metric), is_signed=base_name(metric) in signed)
        for metric, found in by_metric.items()
    ]


def combined(found: Sequence[Measure]) -> Measure:
    """Mean of the same measure over random seeds, its standard error over seeds where there are several.

    Examples
    --------
    >>> combined([Measure("f1", 0.5, 0.1), Measure("f1", 0.7, 0.1)]).value
    0.6
    """
    values = [m.value for m in found if m.value is not None]
    notes = list(dict.fromkeys(m.note for m in found if m.note))
    note = notes[0] if notes else ""
    if not values:
        return Measure(found[0].metric, None, None, note)
    if len(values) < len(found):
        note = f"defined for {len(values)} of {len(found)} random seeds only. {note}".strip()
    if len(found) == 1:
        return Measure(found[0].metric, values[0], found[0].error, note)
    if len(set(values)) == 1:  # one table given twice, or all at a bound: that is no sign of certainty
        errors = [m.error for m in found if m.value is not None]
        return Measure(found[0].metric, values[0], errors[0] if len(values) > 1 else None, note)
    error = float(np.std(values, ddof=1)) / math.sqrt(len(values))
    return Measure(found[0].metric, float(np.mean(values)), error, note)


def _figure(table: str, metric: str, found: Sequence[Measure], floor: Measure | None, *, is_signed: bool) -> Figure:
    mean = combined(found)
    n_defined = sum(m.value is not None for m in found)
    reach = None if mean.error is None else mean.error * _quantile(n_defined)
    floor_value = floor.value if floor is not None else None
    ratio = _ratio(mean.value, floor_value, is_signed=is_signed)
    return Figure(
        table=table,
        metric=metric,
        value=mean.value,
        floor=floor_value,
        low=None if reach is None or mean.value is None else mean.value - reach,
        high=None if reach is None or mean.value is None else mean.value + reach,
        note=mean.note,
        times_floor=ratio,
    )


def _ratio(value: float | None, floor: float | None, *, is_signed: bool) -> float | None:
    """Multiple of the floor; of a negative figure, or a negative floor, none would mean anything."""
    if value is None or not floor:
        return None
    if is_signed:
        return abs(value / floor)
    return value / floor if floor > 0 and value >= 0 else None


def _quantile(n_seeds: int) -> float:
    """Half-width of a 95 % interval in standard errors."""
    if n_seeds < 2:
        return Z95
    from scipy.stats import t  # noqa: PLC0415 (start-up time)

    return float(t.ppf(0.975, n_seeds - 1))


def standings(figures: Iterable[Figure], facts: Mapping[str, MetricFacts], tables: Sequence[str]) -> list[Standing]:
    """Say who is best at each metric, and whether by more than the noise.

    Two tables differ when their difference is more than the root of the summed squares of their half-intervals; a
    table without an interval can neither win nor be beaten. Nor do tables differ that stand beside different floors:
    more rows, or other attributes, make another figure, not a better table.

    Parameters
    ----------
    figures : iterable of Figure
        Of all tables.
    facts : mapping of str to MetricFacts
        By metric without brackets and entity; metrics that are not there, or only inform, have no standing.
    tables : sequence of str
        The user's tables: yardsticks do not compete.

    Examples
    --------
    >>> facts = {"f1": MetricFacts("f1", "F1", "higher", "")}
    >>> rows = [Figure(n, "f1", v, None, v - 0.01, v + 0.01, "", None) for n, v in (("a", 0.9), ("b", 0.7))]
    >>> standings(rows, facts, ["a", "b"])[0].winner
    'a'
    """
    by_metric: dict[str, list[Figure]] = {}
    for figure in figures:
        if figure.table in tables and figure.value is not None:
            by_metric.setdefault(figure.metric, []).append(figure)
    found = []
    for metric, rows in by_metric.items():
        known = facts.get(base_name(metric))
        if known is not None and known.better != "none" and len(rows) > 1:
            found.append(_standing(metric, rows, known.better))
    return found


def base_name(metric: str) -> str:
    """Name in the documentation: without entity and without the part in brackets.

    Examples
    --------
    >>> base_name("persons.wasserstein[age]")
    'wasserstein'
    """
    name = metric.split("[", 1)[0]
    entity, _, rest = name.partition(".")
    return rest if entity in ("households", "persons") else name


def part_of(metric: str) -> str:
    """What of a metric a figure is about: entity and the part in brackets.

    Examples
    --------
    >>> part_of("persons.wasserstein[age]"), part_of("f1")
    ('persons, age', '')
    """
    entity = metric.partition(".")[0]
    bracket = metric.partition("[")[2].removesuffix("]")
    parts = [entity if entity in ("households", "persons") else "", bracket]
    return ", ".join(p for p in parts if p)


def beats(first: Figure, second: Figure, better: str) -> int:
    """Say whether one figure is better (1) or worse (-1) than another by more than the noise; 0 where it is neither.

    Examples
    --------
    >>> a, b = (Figure(n, "tv", v, None, v - 0.01, v + 0.01, "", None) for n, v in (("a", 0.1), ("b", 0.2)))
    >>> beats(a, b, "lower"), beats(b, a, "lower"), beats(a, a, "lower")
    (1, -1, 0)
    """
    if first.value is None or second.value is None or not _differs(first, second, better):
        return 0
    return 1 if shortfall(first.value, better) < shortfall(second.value, better) else -1


def _standing(metric: str, rows: Sequence[Figure], better: str) -> Standing:
    ranked = sorted(rows, key=lambda f: (shortfall(f.value or 0.0, better), f.table))
    best = ranked[0]
    level = tuple(f.table for f in ranked if f is best or not _differs(best, f, better))
    return Standing(metric, best.table if len(level) == 1 else "", level)


def shortfall(value: float, better: str) -> float:
    """How far a value is from the ideal one, on the side that is worse; where more is better, the value negated.

    Examples
    --------
    >>> [round(shortfall(v, b), 2) for v, b in ((-0.1, "lower"), (0.6, "half"), (0.4, "half"), (-0.1, "zero"))]
    [0.0, 0.1, 0.0, 0.1]
    """
    if better == "higher":
        return -value
    if better in ("lower", "half"):
        return max(value - IDEAL[better], 0.0)
    return abs(value - IDEAL[better])


def _differs(first: Figure, second: Figure, better: str) -> bool:
    if first.high is None or second.high is None or first.value is None or second.value is None:
        return False
    if first.floor != second.floor:
        return False
    noise = math.hypot(first.high - first.value, second.high - second.value)
    return abs(shortfall(first.value, better) - shortfall(second.value, better)) > noise
