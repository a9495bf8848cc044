"""Ages of the other persons of a household as gaps to the first one's: partners are of about the same age.

Parents are twenty to forty years older than their children, and partners a few years apart, at any age: so much is
learnt from few households when the gap is drawn, and not the age itself. (By the likelihood of unseen persons both
ways are about as good, since where children live at home says much about their own age; gaps are what is looked at in
households.)
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from censemble.generators.value_codes import ValueCodes, value_codes
from censemble.schema import Attribute

Codes = NDArray[np.int16]
Float = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Gap:
    """An attribute that is drawn as a gap.

    Parameters
    ----------
    line : int
        Its number among the persons' attributes.
    gaps : ValueCodes
        Bins of the gaps, with the sample's gaps in them; missing where one of both is.
    low, high : float
        Range of the attribute in the sample: nobody is drawn outside it.
    """

    line: int
    gaps: ValueCodes
    low: float
    high: float

    def draw(self, codes: Codes, first: Float, rng: np.random.Generator) -> Float:
        """Draw a number for each person, with the gap in the bin given, as far as the range allows.

        Parameters
        ----------
        codes : ndarray of int16, shape (n,)
            Codes of gaps.
        first : ndarray of float64, shape (n,)
            The first persons' numbers.
        rng : numpy.random.Generator
            One uniform number a person.
        """
        return self.gaps.decode_within(codes, rng, low=self.low - first, high=self.high - first) + first

    def limits(self, codes: Codes, first: Float) -> tuple[Float, Float]:
        """The lowest and the highest number that gaps allow beside the first persons'; NaN where one is not known.

        Parameters
        ----------
        codes, first
            As in `draw`.
        """
        low, high = self.gaps.span(codes)
        return first + low, first + high

    def table(self, known: ValueCodes) -> Float:
        """Shares of the attribute's codes given the first person's code and the gap's.

        Numbers of both bins are taken to be independent; the sum is kept in the attribute's range. Lines of zeros where
        the first person's number is not known.

        Parameters
        ----------
        known : ValueCodes
            Of the attribute itself.

        Returns
        -------
        ndarray of float64, shape (known.n_codes, gaps.n_codes, known.n_codes)
        """
        shares = np.zeros((known.n_codes, self.gaps.n_codes, known.n_codes))
        absent = np.flatnonzero(np.diff(known.starts) == 0)  # the missing value's code, where the sample has one
        for first, gap in np.ndindex(shares.shape[:2]):
            heads, gaps = (slice(*v.starts[[c, c + 1]]) for v, c in ((known, first), (self.gaps, gap)))
            sums = np.add.outer(known.values[heads], self.gaps.values[gaps]).reshape(-1)
            weights = np.multiply.outer(known.weights[heads], self.gaps.weights[gaps]).reshape(-1)
            if weights.sum() > 0:
                codes = known.codes(np.clip(sums, self.low, self.high))
                shares[first, gap] = np.bincount(codes, weights, known.n_codes) / weights.sum()
            elif known.weights[heads].sum() > 0 and len(absent):
                shares[first, gap, absent[0]] = 1.0
        return shares


def gap_name(name: str) -> str:
    """Name of an attribute's gap.

    Examples
    --------
    >>> gap_name("age")
    'age less (first) age'
    """
    return f"{name} less (first) {name}"


def gap_of(line: int, known: ValueCodes, values: Float, first: Float, weights: Float, *, n_bins: int) -> Gap | None:
    """Learn the bins of an attribute's gaps.

    Parameters
    ----------
    line : int
        Number of the attribute among the persons' own.
    known : ValueCodes
        Its own codes.
    values, first : ndarray of float64, shape (n_others,)
        Of persons that are not the first, and of their first person.
    weights : ndarray of float64, shape (n_others,)
        Design weights.
    n_bins : int
        Quantile bins of the gaps.

    Returns
    -------
    Gap or None
        None where no gap is known.
    """
    if not np.isfinite(values - first).any():
        return None
    attribute = Attribute(gap_name(known.attribute.name), "persons", "numeric", unit=known.attribute.unit)
    gaps = value_codes(attribute, values - first, weights, n_bins=n_bins)
    return Gap(line, gaps, float(known.values.min()), float(known.values.max()))
