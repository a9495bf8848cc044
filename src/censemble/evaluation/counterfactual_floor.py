"""What chance alone does: how far a fresh sample of the truth is from the truth, and how far the truth may be off.

The truth is the survey's records with weights under which the watched label has a share. Nothing that is drawn record
by record can be expected nearer to it than as many records drawn from it; and where few records of the survey have the
label, the truth itself would be another with another survey of the same size.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from censemble.evaluation.counterfactual_codes import CodedPool, Key, Watched, variations

Float = NDArray[np.float64]
N_FRESH = 20  # samples of the truth whose distances are averaged
N_AGAIN = 10  # surveys resampled from the survey


def fresh_variations(
    survey: CodedPool, weights: Float, n_records: int, rng: np.random.Generator, *, but: Key
) -> dict[Key, float]:
    """Mean total variation of every attribute but one between weighted records and as many drawn from them.

    Parameters
    ----------
    survey : CodedPool
        The records.
    weights : ndarray of shape (n_records_of_survey,), >= 0
        Those of the truth, with a sum above 0.
    n_records : int
        Of a fresh sample, >= 1.
    rng : numpy.random.Generator
        Draws them.
    but : (entity, attribute)
        Left out.
    """
    truth, shares = survey.counts(weights), weights / weights.sum()
    times = rng.multinomial(n_records, shares, size=N_FRESH).astype(np.float64)
    return _means([variations(truth, survey.counts(one), but=but) for one in times])


def truth_errors(survey: CodedPool, watched: Watched, share: float, rng: np.random.Generator) -> dict[Key, float]:
    """Mean total variation of every other attribute between the truth and that of a survey resampled from the survey.

    Parameters
    ----------
    survey : CodedPool
        Real records with design weights.
    watched : Watched
        The label that has a share in the truth.
    share : float
        That share, 0..1.
    rng : numpy.random.Generator
        Draws as many records as there are, with replacement.
    """
    truth, n = survey.counts(survey.tilted_to(watched, share)), len(survey.weights)
    found = []
    for times in rng.multinomial(n, np.full(n, 1 / n), size=N_AGAIN):
        again = replace(survey, weights=survey.weights * times)
        found.append(variations(truth, again.counts(again.tilted_to(watched, share)), but=watched.key))
    return _means(found)


def _means(found: list[dict[Key, float]]) -> dict[Key, float]:
    return {key: float(np.mean([one[key] for one in found])) for key in found[0]}
