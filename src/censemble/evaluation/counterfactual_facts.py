"""What steering moves and what it leaves: facts of counterfactual.json.

The same personas and the same random numbers at every strength; random directions of the same length as the yardstick;
real records reweighted to the watched label's share as the truth (docs/steering.md).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from censemble.evaluation.counterfactual_codes import CodedPool, Key, Watched, variations
from censemble.evaluation.counterfactual_figures import (
    effective_number,
    never_back,
    resampled_responses,
    spearman,
    summed,
    total_variation,
)
from censemble.evaluation.counterfactual_floor import fresh_variations, truth_errors
from censemble.evaluation.counterfactual_support import Support, cautions, doubts, judged

Float = NDArray[np.float64]
INTERVAL = (2.5, 97.5)  # per cent of the bootstrap over personas


@dataclass(frozen=True, eq=False)
class Draws:
    """Records drawn for one set of personas at every strength, and in random directions.

    Parameters
    ----------
    strengths : tuple of float
        Increasing; the first is 0.
    steered : tuple of CodedPool
        One a strength; record i of each belongs to the same persona, drawn with the same random numbers.
    null : tuple of tuple of CodedPool
        For each random direction one a strength above 0.
    persona : ndarray of int64, shape (n_records,)
        For each record its persona, 0..n_personas-1.
    """

    strengths: tuple[float, ...]
    steered: tuple[CodedPool, ...]
    null: tuple[tuple[CodedPool, ...], ...]
    persona: NDArray[np.int64]


def counterfactual_facts(
    draws: Draws,
    survey: CodedPool,
    *,
    support: Support,
    watched: Watched,
    is_named: bool,
    rng: np.random.Generator,
) -> dict[str, Any]:
    """Compute all figures of a steering.

    Parameters
    ----------
    draws : Draws
        The protocol's records.
    survey : CodedPool
        Real records with design weights, coded alike.
    support : Support
        What the steered vectors rest on.
    watched : Watched
        The label whose share is the response.
    is_named : bool
        Whether the user named it, or it is the one that gains most.
    rng : numpy.random.Generator
        Of the bootstrap over personas, and of fresh samples of the survey.

    Returns
    -------
    dict
        JSON; shares and total variations 0..1. Keys: see docs/steering.md.
    """
    rows = _rows(draws, survey, watched, rng.spawn(1)[0])
    response = _response(draws, watched, rng)
    null = _null(draws, watched)
    moved = response["shares"][-1] - response["shares"][0]
    moved_null = max((abs(row[-1]["share"] - response["shares"][0]) for row in null), default=0.0)
    weights = survey.weights * (survey.hits(watched)[0] > 0)
    name, real = f"{watched.attribute}: {watched.label}", effective_number(weights)
    reasons = doubts(support, gain=abs(moved), null_gain=moved_null, real_records=real, name=name)
    warned = cautions(support, real_records=real, name=name, fall=max(-moved, 0.0) if is_named else 0.0)
    return {
        "watched": {
            "entity": watched.entity,
            "attribute": watched.attribute,
            "label": watched.label,
            "is_named": is_named,
            "survey_share": survey.share(watched),
            "survey_records": int((weights > 0).sum()),
            "survey_effective": real,
        },
        "n_personas": int(draws.persona.max()) + 1,
        "n_records": len(draws.persona),
        "strengths": list(draws.strengths),
        "response": response,
        "side_effects": _summary(rows, null),
        "attributes": _attributes(rows[-1], null),
        "support": {**vars(support), **judged(reasons, warned)},
    }


def _response(draws: Draws, watched: Watched, rng: np.random.Generator) -> dict[str, Any]:
    """The response curve with intervals, and whether it is monotone."""
    hits, units = _by_persona(draws, watched)
    shares = hits.sum(axis=1) / np.maximum(units.sum(axis=1), 1e-300)
    again = resampled_responses(hits, units, rng)
    low, high = np.percentile(again, INTERVAL, axis=0)
    change = np.percentile(again[:, -1] - again[:, 0], INTERVAL)
    own = np.divide(hits, units, out=np.full_like(hits, np.nan), where=units > 0)
    rises = shares[-1] >= shares[0]
    signed = own if rises else -own
    return {
        "shares": shares.tolist(),
        "low": low.tolist(),
        "high": high.tolist(),
        "change": float(shares[-1] - shares[0]),
        "change_low": float(change[0]),
        "change_high": float(change[1]),
        "rises": bool(rises),
        "spearman": spearman(np.array(draws.strengths), shares),
        "personas_never_back": never_back(signed),
        "personas_not_behind": never_back(signed[[0, -1]]),
    }


def _by_persona(draws: Draws, watched: Watched) -> tuple[Float, Float]:
    """Hits and rows of each persona at each strength, both of shape (n_strengths, n_personas)."""
    n = int(draws.persona.max()) + 1
    both = [coded.hits(watched) for coded in draws.steered]
    hits, units = (np.stack([summed(draws.persona, one[k], n) for one in both]) for k in (0, 1))
    return hits, units


def _rows(draws: Draws, survey: CodedPool, watched: Watched, rng: np.random.Generator) -> list[dict[str, Any]]:
    """Side effects and truth at every strength above 0, by attribute."""
    before, sizes = draws.steered[0], (len(draws.persona), int(draws.persona.max()) + 1)
    return [
        _effects(before, coded, watched)
        | {"strength": s}
        | _truth(before, coded, survey, watched)
        | _floor(coded, survey, watched, sizes, rng)
        for s, coded in zip(draws.strengths[1:], draws.steered[1:], strict=True)
    ]


def _effects(before: CodedPool, after: CodedPool, watched: Watched) -> dict[str, Any]:
    """How far the other attributes moved: raw, and with the watched label reweighted to its share of before."""
    first, share = before.counts(), before.share(watched)
    weights = after.tilted_to(watched, share)
    reached = abs(replace(after, weights=weights).share(watched) - share) < 1e-6
    return {
        "share": after.share(watched),
        "raw": variations(first, after.counts(), but=watched.key),
        "given": variations(first, after.counts(weights), but=watched.key),
        "given_records": effective_number(weights) if reached else 0.0,
    }


def _truth(before: CodedPool, after: CodedPool, survey: CodedPool, watched: Watched) -> dict[str, Any]:
    """Distance to real records reweighted to the response: of what was steered, and of what was not."""
    weights = survey.tilted_to(watched, after.share(watched))
    truth = survey.counts(weights)
    own = survey.counts(survey.tilted_to(watched, before.share(watched)))
    return {
        "truth": variations(truth, after.counts(), but=watched.key),
        "unsteered": variations(truth, before.counts(), but=watched.key),
        "truth_share": CodedPool(survey.tables, survey.of_record, weights).share(watched),
        "model": variations(own, before.counts(), but=watched.key),
    }


def _floor(
    after: CodedPool, survey: CodedPool, watched: Watched, sizes: tuple[int, int], rng: np.random.Generator
) -> dict[str, Any]:
    """What chance alone puts between the truth and a sample of it, and what the truth itself is uncertain by."""
    share = after.share(watched)
    weights = survey.tilted_to(watched, share)
    fresh, fresh_personas = (fresh_variations(survey, weights, n, rng, but=watched.key) for n in sizes)
    return {
        "fresh": fresh,
        "fresh_personas": fresh_personas,
        "truth_error": truth_errors(survey, watched, share, rng),
        "truth_records": effective_number(weights),
    }


def _null(draws: Draws, watched: Watched) -> list[list[dict[str, Any]]]:
    """The same effects in each random direction, at each strength above 0."""
    return [[_effects(draws.steered[0], coded, watched) for coded in one] for one in draws.null]


def _summary(rows: Sequence[Mapping[str, Any]], null: Sequence[Sequence[Mapping[str, Any]]]) -> list[dict[str, Any]]:
    """Means over attributes at every strength; of the random directions mean and largest."""
    found = []
    for k, row in enumerate(rows):
        raw, given = ([_mean(one[k][name].values()) for one in null] for name in ("raw", "given"))
        shares = [one[k]["share"] for one in null]
        far = _mean(row["truth"].values())
        found.append(
            {
                "strength": row["strength"],
                "share": row["share"],
                "raw": _mean(row["raw"].values()),
                "given_watched": _mean(row["given"].values()),
                "given_records": row["given_records"],
                "null_share_low": min(shares, default=None),
                "null_share_high": max(shares, default=None),
                "null_raw": _mean(raw),
                "null_raw_largest": max(_known(raw), default=None),
                "null_given": _mean(given),
                "null_given_largest": max(_known(given), default=None),
                "truth": far,
                "unsteered": _mean(row["unsteered"].values()),
                "model": _mean(row["model"].values()),
                "fresh": _mean(row["fresh"].values()),
                "fresh_personas": _mean(row["fresh_personas"].values()),
                "truth_error": _mean(row["truth_error"].values()),
                "truth_records": row["truth_records"],
                "agreement": None if far is None else 1 - far,
                "truth_reached": bool(abs(row["truth_share"] - row["share"]) < 1e-6),
            }
        )
    return found


def _known(values: Iterable[float | None]) -> list[float]:
    return [v for v in values if v is not None]


def _mean(values: Iterable[float | None]) -> float | None:
    known = _known(values)
    return float(np.mean(known)) if known else None


def _attributes(row: Mapping[str, Any], null: Sequence[Sequence[Mapping[str, Any]]]) -> list[dict[str, Any]]:
    """Each other attribute at full strength, those that moved farthest given the watched label first."""

    def of(key: Key) -> dict[str, Any]:
        raw = [one[-1]["raw"][key] for one in null]
        given = [one[-1]["given"][key] for one in null]
        return {
            "entity": key[0],
            "attribute": key[1],
            "raw": row["raw"][key],
            "given_watched": row["given"][key],
            "null_raw": _mean(raw),
            "null_given": _mean(given),
            "truth": row["truth"][key],
            "unsteered": row["unsteered"][key],
            "fresh": row["fresh"][key],
        }

    return sorted((of(key) for key in row["raw"]), key=lambda a: -float(a["given_watched"]))


def between_runs(without: CodedPool, steered: CodedPool, watched: Watched) -> dict[str, Any]:
    """Compare two finished populations: share of the watched label, and how far each other attribute moved.

    Parameters
    ----------
    without, steered : CodedPool
        Pools with the calibrated weights of a run without steering and of one with it, coded alike.
    watched : Watched
        Its attribute is left out of the others.
    """
    first, then = without.counts(), steered.counts()
    return {
        "without": without.share(watched),
        "steered": steered.share(watched),
        "attributes": [
            {"entity": e, "attribute": a, "total_variation": total_variation(first[e, a], then[e, a])}
            for e, a in first
            if (e, a) != watched.key
        ],
    }
