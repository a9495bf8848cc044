"""Whether the data can support a steering: a model says something about every vector, whoever was surveyed.

What steered vectors rest on is measured where the vectors are (`generators.semapop.persona_space`); here it is judged.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

FAR_SHARE = 0.5  # of steered personas beyond the usual distance: then most of them are where nobody is
FEW = 30.0  # effective records of the survey under which nothing should be concluded


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
    ('the survey has 3.0 effective records with mode: bike',)
    """
    found = []
    if support.beyond > FAR_SHARE and support.beyond > 2 * support.beyond_before:
        found.append(
            f"{support.beyond:.0%} of the steered personas are farther from any persona of the survey than 99 % of "
            "those are from their nearest neighbours: nobody like that was surveyed"
        )
    if support.effective < min(FEW, support.effective_before / 2):
        found.append(
            f"the steered personas rest on {support.effective:.1f} effective records of the survey "
            f"({support.effective_before:.1f} without steering)"
        )
    if real_records < FEW:
        found.append(f"the survey has {real_records:.1f} effective records with {name}")
    if gain <= null_gain:
        found.append(
            f"{name} moves by {100 * gain:.1f} points, and by up to {100 * null_gain:.1f} in a random direction: the "
            "words say no more to the model than chance"
        )
    return tuple(found)


def listed(reasons: Sequence[str]) -> str:
    """Put reasons in one sentence.

    Examples
    --------
    >>> listed(["nobody is near", "it moves nothing"])
    'The data do not support this steering: nobody is near; it moves nothing.'
    """
    return f"The data do not support this steering: {'; '.join(reasons)}." if reasons else ""
