"""Whether the data can support a steering: a model says something about every vector, whoever was surveyed.

What steered vectors rest on is measured where the vectors are (`generators.semapop.persona_space`); here it is judged.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

FAR_SHARE = 0.5  # of steered personas beyond the usual distance: then most of them are where nobody is
SOME_SHARE = 0.1  # from which on it must be said
FEW = 30.0  # effective records of the survey under which nothing should be concluded
SOME = 100.0  # under which it must be said how few they are
LEVELS = {
    "supported": "The data can support this steering.",
    "hardly supported": "The data hardly support this steering",
    "not supported": "The data do not support this steering",
}


@dataclass(frozen=True)
class Support:
    """What steered personas rest on, beside the same personas as they are.

    Parameters
    ----------
    effective, effective_before : float
        Kish's effective number of survey records near them.
    distance, distance_before : float
        Median distance to the nearest persona of the survey.
    usual : float
        The distance that 99 % of the survey's personas are within of their own nearest other persona.
    beyond, beyond_before : float
        Share of personas that are farther than that from any persona of the survey, 0..1.
    """

    effective: float
    effective_before: float
    distance: float
    distance_before: float
    usual: float
    beyond: float
    beyond_before: float


def doubts(support: Support, *, gain: float, null_gain: float, real_records: float, name: str) -> tuple[str, ...]:
    """Say why the data cannot support a steering; nothing where they can.

    Parameters
    ----------
    support : Support
        As measured.
    gain : float
        How far the watched share moved at full strength, absolute, 0..1.
    null_gain : float
        The farthest that a random direction of the same length moved it.
    real_records : float
        Effective number of survey records that have the watched label.
    name : str
        Of the watched label, as it is shown.

    Examples
    --------
    >>> good = Support(200.0, 400.0, 1.0, 1.0, 2.0, 0.0, 0.0)
    >>> doubts(good, gain=0.2, null_gain=0.1, real_records=100.0, name="mode: bike")
    ()
    >>> doubts(good, gain=0.2, null_gain=0.1, real_records=3.0, name="mode: bike")
    ('the survey has 3.0 effective records with mode: bike, hardly anybody',)
    """
    found = []
    if support.beyond > FAR_SHARE and support.beyond > 2 * support.beyond_before:
        found.append(
            f"{support.beyond:.0%} of the steered personas are farther from any persona of the survey than 99 % of "
            "those are from their nearest neighbours: nobody like that was surveyed"
        )
    if support.effective < min(FEW, support.effective_before / 2):
        found.append(
            f"hardly anybody like that was surveyed: the steered personas rest on {support.effective:.1f} effective "
            f"records of the survey ({support.effective_before:.1f} without steering)"
        )
    if real_records < FEW:
        found.append(f"the survey has {real_records:.1f} effective records with {name}, hardly anybody")
    if gain <= null_gain:
        found.append(
            f"{name} moves by {100 * gain:.1f} points, and by up to {100 * null_gain:.1f} in a random direction: the "
            "words say no more to the model than chance"
        )
    return tuple(found)


def cautions(support: Support, *, real_records: float, name: str, fall: float = 0.0) -> tuple[str, ...]:
    """Say where the data support a steering by little: few records, some personas far from all; nothing elsewhere.

    What is no reason against it, and still too little to rely on without looking.

    Parameters
    ----------
    support, real_records, name
        As in `doubts`.
    fall : float
        How far the share of a label that the user named falls at full strength, 0..1; 0 where it rises.

    Examples
    --------
    >>> cautions(Support(300.0, 400.0, 1.0, 1.0, 2.0, 0.0, 0.0), real_records=60.0, name="mode: bike")
    ('the survey has only 60.0 effective records with mode: bike',)
    """
    found = []
    if SOME_SHARE < support.beyond <= max(FAR_SHARE, 2 * support.beyond_before):
        found.append(
            f"{support.beyond:.0%} of the steered personas are farther from any persona of the survey than 99 % of "
            f"those are from their nearest neighbours ({support.beyond_before:.0%} without steering): what is drawn "
            "for them is a guess"
        )
    if min(FEW, support.effective_before / 2) <= support.effective < SOME:
        found.append(
            f"few people like that were surveyed: the steered personas rest on {support.effective:.1f} effective "
            f"records of the survey ({support.effective_before:.1f} without steering)"
        )
    if FEW <= real_records < SOME:
        found.append(f"the survey has only {real_records:.1f} effective records with {name}")
    if fall > 0:
        found.append(
            f"the share of {name} falls, by {100 * fall:.1f} points: unless that was meant, look at what the words "
            "were read as"
        )
    return tuple(found)


def judged(reasons: Sequence[str], warned: Sequence[str]) -> dict[str, Any]:
    """The judgement, for counterfactual.json, the manifest, the page and the terminal.

    Parameters
    ----------
    reasons : sequence of str
        Why the data cannot support a steering.
    warned : sequence of str
        Where they support it by little.

    Examples
    --------
    >>> judged([], ["few are near"])["level"], judged([], ["few are near"])["says"]
    ('hardly supported', 'The data hardly support this steering: few are near.')
    """
    level = "not supported" if reasons else "hardly supported" if warned else "supported"
    told = "; ".join([*reasons, *warned])
    return {
        "supported": not reasons,
        "level": level,
        "reasons": list(reasons),
        "cautions": list(warned),
        "says": f"{LEVELS[level]}: {told}." if told else LEVELS[level],
    }


def level_of(support: Mapping[str, Any]) -> str:
    """The judgement's level; facts of an earlier version say only whether a steering is supported.

    Examples
    --------
    >>> level_of({"supported": False, "reasons": ["nobody is near"]})
    'not supported'
    """
    return str(support.get("level") or ("supported" if support["supported"] else "not supported"))


def says_of(support: Mapping[str, Any]) -> str:
    """The judgement in a sentence, also of facts of an earlier version."""
    return str(support.get("says") or judged(support["reasons"], ())["says"])
