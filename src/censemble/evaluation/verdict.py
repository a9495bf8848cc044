"""What the figures mean, in sentences for whoever must decide: never more than the figures say.

The verdict is "fail" when a limit of the project file is missed or the total of all records is, "warn" when something
needs to be known before use (targets relaxed, a solve that did not end well, zones that do not add up, no limits to
judge by), else "pass".
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Literal

from censemble.errors import ConfigError
from censemble.evaluation.wording import amount, number_of, percent, ratio, whole

Direction = Literal["at most", "at least"]
_OF_LEVELS: dict[str, Direction] = {
    "tae": "at most",
    "wape": "at most",
    "srmse": "at most",
    "max_abs": "at most",
    "share_exact": "at least",
    "share_inside_moe": "at least",
}
_OF_SUMS: dict[str, Direction] = {"share_sums_inside_moe": "at least"}
_OF_RECORDS: dict[str, Direction] = {
    "largest_expansion_factor": "at most",
    "largest_reuse": "at most",
    "effective_sample_share": "at least",
    "joint_total_variation": "at most",
}
METRICS: dict[str, Direction] = {**_OF_LEVELS, **_OF_SUMS, **_OF_RECORDS}
MOSTLY = 0.5  # share of sums inside their margin of error below which zones are said not to add up
HEADLINES = {
    "pass": "Passes every limit set in the project file.",
    "warn": "Read the points below before use.",
    "fail": "Does not pass.",
}


def check_thresholds(thresholds: Mapping[str, float]) -> None:
    """Refuse limits on metrics that do not exist, before a run is made for them.

    Raises
    ------
    ConfigError
        An unknown metric; lists those there are.
    """
    unknown = sorted(set(thresholds) - set(METRICS))
    if unknown:
        raise ConfigError(f"report.thresholds: no metric {', '.join(unknown)}; there are {', '.join(METRICS)}")


def judge_thresholds(thresholds: Mapping[str, float], facts: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Compare each limit with the worst level's own tables, the worst sums, or with the figure of the whole run.

    Parameters
    ----------
    thresholds : mapping of str to float
        Limits by metric, one of `METRICS`.
    facts : mapping
        With levels, diversity and joints.

    Returns
    -------
    list of dict
        metric, must ("at most" or "at least"), limit, value, level ("" for the run), passed; value and passed
        are None where the figure does not exist. Sorted by metric.

    Raises
    ------
    ConfigError
        An unknown metric; lists those there are.
    """
    check_thresholds(thresholds)
    rows = []
    for metric in sorted(thresholds):
        must, limit = METRICS[metric], float(thresholds[metric])
        value, level = _figure(metric, must, facts)
        passed = None if value is None else value <= limit if must == "at most" else value >= limit
        rows.append({"metric": metric, "must": must, "limit": limit, "value": value, "level": level, "passed": passed})
    return rows


def _figure(metric: str, must: Direction, facts: Mapping[str, Any]) -> tuple[float | None, str]:
    if metric in _OF_LEVELS:
        return _worst_level(metric, must, facts)
    if metric in _OF_SUMS:
        worst = _worst_sums(facts)
        return (None, "") if worst is None else (float(worst["share_inside_moe"]), str(worst["level"]))
    return _of_records(metric, facts), ""


def _worst_level(metric: str, must: Direction, facts: Mapping[str, Any]) -> tuple[float | None, str]:
    own = [(r[metric], r["level"]) for r in _own_levels(facts) if r[metric] is not None]
    if not own:
        return None, ""
    value, level = max(own) if must == "at most" else min(own)
    return float(value), str(level)


def _of_records(metric: str, facts: Mapping[str, Any]) -> float | None:
    use = facts["diversity"]
    if metric == "largest_expansion_factor":
        return float(use["expansion_quantiles"][-1]["factor"])
    if metric == "largest_reuse":
        return float(use["largest_reuse"])
    if metric == "effective_sample_share":
        return float(use["ess_counts"] / use["ess_design"]) if use["ess_design"] > 0 else None
    median = facts["joints"]["median_total_variation"]
    return None if median is None else float(median)


def pronounce(facts: Mapping[str, Any]) -> dict[str, Any]:
    """Give status, headline and sentences for facts that hold everything but the verdict."""
    totals = [m for m in facts["margins"] if m["is_total"]]
    calibration = facts["reproduce"].get("calibration") or {}
    limits = facts["thresholds"]
    failed = any(t["passed"] is False for t in limits) or any(m["n_units_off"] for m in totals)
    stopped = bool(calibration) and str(calibration.get("status")).lower() != "converged"
    noted = stopped or facts["relaxations"]["n"] > 0 or not limits or any(t["passed"] is None for t in limits)
    noted = noted or _does_not_add_up(_worst_sums(facts))
    status = "fail" if failed else "warn" if noted else "pass"
    sentences = [_placed(facts, totals), *_tables(facts), *_sums(facts), *_largest(facts), *_relaxed(facts)]
    sentences += [*_related(facts), *_planned(facts)]
    if stopped:
        sentences.append(f"Calibration did not converge: {calibration.get('sentence') or calibration.get('status')}")
    return {"status": status, "headline": HEADLINES[status], "sentences": [*sentences, _limits(limits)]}


def _own_levels(facts: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    return [r for r in facts["levels"] if r["level"] == r["tables_of"]]


def _worst_sums(facts: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """The outer level to which the zones' tables add up worst; None where no sum has a margin of error."""
    sums = [r for r in facts["levels"] if r["level"] != r["tables_of"] and r["share_inside_moe"] is not None]
    return min(sums, key=lambda r: float(r["share_inside_moe"]), default=None)


def _does_not_add_up(sums: Mapping[str, Any] | None) -> bool:
    return sums is not None and bool(sums["share_inside_moe"] < MOSTLY)


def _placed(facts: Mapping[str, Any], totals: Sequence[Mapping[str, Any]]) -> str:
    use, nouns = facts["diversity"], facts["records"]["entity"]
    placed = number_of(use[f"n_{nouns}"], nouns[:-1])
    if nouns == "households" and use["n_persons"]:
        placed += f" with {number_of(use['n_persons'], 'person')}"
    if not totals:
        return f"{placed} are placed; no table of all {nouns} says how many there must be."
    off = [m for m in totals if m["n_units_off"]]
    if not off:
        return (
            f"All {placed} are placed, and the number of {nouns} is "
            f"exact in {' and in '.join('every ' + _words(m['level']) for m in totals)}."
        )
    return (
        f"{placed} are placed where the tables ask for "
        f"{whole(off[0]['sum_target'])}: {whole(off[0]['n_units_off'])} of {whole(off[0]['n_units'])} units of level "
        f"{_words(off[0]['level'])} have a wrong total."
    )


def _tables(facts: Mapping[str, Any]) -> list[str]:
    sentences = []
    for row in reversed(_own_levels(facts)):
        start = f"Level {_words(row['level'])}: "
        if row["share_inside_moe"] is not None:
            start += f"{percent(row['share_inside_moe'])} of {number_of(row['n_with_moe'], 'table cell')} "
            start += "are inside their 90 % margin of error; "
        apart = f"all differences together are {amount(row['tae'])} of {whole(row['sum_target'])} counted"
        apart += f" ({percent(row['wape'])})" if row["wape"] is not None else ""
        exact = f"{percent(row['share_exact'])} of {number_of(row['n_cells'], 'cell')} are met exactly"
        sentences.append(f"{start}{apart}, and {exact}.")
    return sentences


def _sums(facts: Mapping[str, Any]) -> list[str]:
    """Many cells inside their own margin of error may still all miss to one side: their sum tells."""
    sums = _worst_sums(facts)
    if sums is None:
        return []
    level, zone = _words(sums["level"]), _words(sums["tables_of"])
    share, cells = percent(sums["share_inside_moe"]), number_of(sums["n_with_moe"], "sum")
    moe = "the 90 % margin of error of a sum"
    if not _does_not_add_up(sums):
        return [f"Tables of level {zone} summed to level {level}: {share} of {cells} are inside {moe}."]
    return [
        f"Tables of level {zone} summed to level {level} do not add up: only {share} of {cells} are inside {moe}, so "
        f"the small differences of zones lie to one side. Add the same tables at level {level}, or trust no total."
    ]


def _largest(facts: Mapping[str, Any]) -> list[str]:
    if not facts["worst"]:
        return []
    worst = facts["worst"][0]
    place = f"{_words(worst['level'])} {worst['unit']}, “{worst['margin']}: {worst['cell']}”"
    return [
        f"The largest single difference is {amount(abs(worst['difference']))}: {place}, "
        f"{amount(worst['target'])} in the table and {amount(worst['result'])} here."
    ]


def _relaxed(facts: Mapping[str, Any]) -> list[str]:
    relaxed = facts["relaxations"]
    if not relaxed["n"]:
        return []
    return [
        f"The tables contradict each other, so {number_of(relaxed['n'], 'target')} had to give way, by "
        f"{amount(relaxed['total'])} counts in all; the differences above include them."
    ]


def _related(facts: Mapping[str, Any]) -> list[str]:
    joints = facts["joints"]
    if not facts["records"]["has_survey"]:
        return [
            "There is no survey to compare with: what goes with what beyond the tables is what the generator "
            f"{facts['records']['generator']} makes of them, and was not checked against real records."
        ]
    if not joints["n_pairs"]:
        return []
    generator = facts["records"]["generator"]
    drawn = "" if generator == "seed_sample" else f"records that the generator {generator} drew, "
    return [
        f"Of {number_of(joints['n_pairs'], 'pair')} of attributes that no table links, the typical one has "
        f"{percent(joints['median_total_variation'])} of its cases in other combinations than the weighted survey; "
        f"chance alone would give {percent(joints['median_total_variation_noise'])}, the rest comes from "
        f"{drawn}tables that differ from the survey and from fitting them."
    ]


def _planned(facts: Mapping[str, Any]) -> list[str]:
    """A few proposals that make most of the population are a loss of variety that no table shows."""
    spread = (facts.get("proposals") or {}).get("spread") or {}
    if not spread.get("few"):
        return []
    return [
        f"Variety is small: of {number_of(spread['proposals'], 'proposal')} a few make most of the population, the "
        f"largest alone {percent(spread['largest_share'])}. Ask for more proposals, or calls, and look at the largest."
    ]


def _limits(limits: Sequence[Mapping[str, Any]]) -> str:
    if not limits:
        return "The project file sets no limits, so nothing here is judged good enough or not."
    missed = [t for t in limits if t["passed"] is False]
    unknown = [t["metric"] for t in limits if t["passed"] is None]
    rest = f" {', '.join(unknown)} cannot be judged: the figure does not exist here." if unknown else ""
    if not missed:
        kept = whole(len(limits) - len(unknown))
        return f"{kept} of {number_of(len(limits), 'limit')} in the project file are kept.{rest}"
    what = "; ".join(f"{t['metric']} is {ratio(t['value'])}, must be {t['must']} {ratio(t['limit'])}" for t in missed)
    return f"{whole(len(missed))} of {number_of(len(limits), 'limit')} in the project file are missed: {what}.{rest}"


def _words(level: str) -> str:
    return level.replace("_", " ")
