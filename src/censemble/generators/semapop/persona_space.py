"""Embeddings projected to few columns of unit variance, in which a model is given personas; and how near a place is.

A weighted principal component analysis of the survey's personas, whitened: z = (e - mean) A with A the leading
directions, each divided by its standard deviation. Texts of a user and differences of texts go through the same map.
Statements that few personas make vary little and lie in late directions: what is left out first is what is rare.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from censemble.errors import SchemaError
from censemble.personas.bank import PersonaBank

Vectors = NDArray[np.float32]
Float = NDArray[np.float64]
ENOUGH = 0.999  # share of the variance that the columns keep where nobody says how many
MOST = 128  # columns then
LEAST_VARIANCE = 1e-6  # of the first direction's: less is rounding
AT_ONCE = 1024  # vectors whose distances to all personas are held in memory together


@dataclass(frozen=True, eq=False)
class PersonaSpace:
    """The projection.

    Parameters
    ----------
    mean : ndarray of float64, shape (n_embedding,)
        Weighted mean of the survey's personas.
    axes : ndarray of float64, shape (n_embedding, width)
        Whitening directions; width 0 where all personas are alike or nothing conditions the model.
    explained : float
        Share of the embeddings' variance that the columns keep, 0..1.

    Examples
    --------
    >>> bank = PersonaBank(("a", "b", "c"), np.array([[0, 0], [2, 0], [4, 0]], np.float32), np.array([0, 1, 2]),
    ...                    np.ones(3), "by hand", "by hand")
    >>> space = PersonaSpace.of(bank)
    >>> np.abs(space.project(bank.embeddings)).astype(float).round(2).tolist()
    [[1.22], [0.0], [1.22]]
    """

    mean: Float
    axes: Float
    explained: float

    @classmethod
    def of(cls, bank: PersonaBank, *, width: int | None = None) -> PersonaSpace:
        """Fit to the personas of a survey, by their weights.

        Parameters
        ----------
        bank : PersonaBank
            At least one persona.
        width : int or None
            Columns at most, >= 0; fewer where the personas do not vary in so many directions. None: as many as keep
            99.9 % of the variance, 128 at most.
        """
        embeddings = bank.embeddings.astype(np.float64)
        shares = bank.weights / bank.weights.sum()
        mean = shares @ embeddings
        centred = embeddings - mean
        variances, directions = np.linalg.eigh((centred * shares[:, None]).T @ centred)
        order = np.argsort(variances)[::-1]
        order = order[: _enough(variances[order]) if width is None else width]
        kept = order[variances[order] > LEAST_VARIANCE * max(variances.max(initial=0.0), 1e-12)]
        chosen = directions[:, kept]
        if len(kept):  # the sign of a direction is the solver's whim; its largest entry is made positive
            chosen = chosen * np.where(chosen[np.abs(chosen).argmax(axis=0), np.arange(len(kept))] < 0, -1.0, 1.0)
        total = float(variances.clip(0).sum())
        explained = float(variances[kept].sum()) / total if total > 0 else 1.0
        return cls(mean, chosen / np.sqrt(variances[kept]), explained)

    @property
    def width(self) -> int:
        """Columns of the projection."""
        return int(self.axes.shape[1])

    def project(self, embeddings: NDArray[np.floating]) -> Vectors:
        """Project embeddings: of personas, or of a user's texts made by the same embedder.

        Parameters
        ----------
        embeddings : ndarray, shape (n, n_embedding)
            One a line.

        Raises
        ------
        SchemaError
            Embeddings of another width than those it was fitted to.
        """
        return ((self._checked(embeddings) - self.mean) @ self.axes).astype(np.float32)

    def direction(self, difference: NDArray[np.floating]) -> Vectors:
        """Project differences of embeddings, such as what sets one text apart from another.

        Parameters
        ----------
        difference : ndarray, shape (n, n_embedding)
            One a line.
        """
        return (self._checked(difference) @ self.axes).astype(np.float32)

    def _checked(self, embeddings: NDArray[np.floating]) -> Float:
        if embeddings.ndim != 2 or embeddings.shape[1] != len(self.mean):
            raise SchemaError(
                f"semapop: embeddings of shape {embeddings.shape}, and the personas' have {len(self.mean)} numbers "
                "each; embed with the same embedder"
            )
        return embeddings.astype(np.float64)


def _enough(variances: Float) -> int:
    """Of falling variances so many that hardly anything is left."""
    kept = variances.clip(0).cumsum()
    return min(int(np.searchsorted(kept, ENOUGH * kept[-1])) + 1, MOST) if len(kept) else 0


@dataclass(frozen=True, eq=False)
class Nearness:
    """How well the survey's personas support some places.

    Parameters
    ----------
    distances : ndarray of float64, shape (n,)
        To the nearest persona of the survey, in the projected space.
    usual : float
        The distance that 99 % (by weight) of the survey's personas are within of their own nearest other persona.
    share_usual : float
        Share of the places that are no farther than that, 0..1.
    effective_size : float
        Kish's effective number of survey records that the places stand for: each place is spread over the personas by
        their weights and a Gaussian kernel, half as wide as a persona is usually from its nearest one.
    """

    distances: Float
    usual: float
    share_usual: float
    effective_size: float

    @property
    def is_supported(self) -> bool:
        """Whether most places are among the survey's personas, and more than ten records are there."""
        return self.share_usual >= 0.5 and self.effective_size >= 10


def nearness(space: PersonaSpace, bank: PersonaBank, vectors: Vectors) -> Nearness:
    """Say whether the survey has such people.

    Distances alone do not decide: the nearest persona of any text is somewhere, and in many dimensions everything is
    far from everything. They are therefore set against the survey's personas' own.

    Parameters
    ----------
    space : PersonaSpace
        Fitted to the bank.
    bank : PersonaBank
        The survey's personas; those without weight do not count.
    vectors : ndarray of float32, shape (n, width)
        Projected places: a text's, or personas that were moved.

    Examples
    --------
    >>> bank = PersonaBank(tuple("abcd"), np.array([[0], [1], [2], [3]], np.float32), np.repeat([0, 1, 2, 3], 20),
    ...                    np.full(4, 20.0), "by hand", "by hand")
    >>> space = PersonaSpace.of(bank)
    >>> [nearness(space, bank, space.project(np.array([[x]]))).is_supported for x in (1.4, 9.0)]
    [True, False]
    """
    kept = bank.weights > 0
    personas, weights = space.project(bank.embeddings[kept]), bank.weights[kept]
    among = np.concatenate([np.zeros(0), *(a.min(axis=1, initial=np.inf) for a in _squares(personas, personas, True))])
    among = np.sqrt(among[np.isfinite(among)])
    usual = _quantile(among, weights, 0.99) if len(among) else 0.0
    spread = float(np.average(among, weights=weights)) if len(among) else 0.0
    distances, near = np.zeros(0), np.zeros(len(personas))
    for squares in _squares(vectors, personas, False):
        nearest = squares.min(axis=1, keepdims=True)
        distances = np.concatenate([distances, np.sqrt(nearest[:, 0])])
        kernels = weights * np.exp(-(squares - nearest) / (2 * max(spread / 2, 1e-6) ** 2))
        near += (kernels / kernels.sum(axis=1, keepdims=True)).sum(axis=0)
    of_record = np.maximum(np.bincount(bank.of_record, minlength=bank.n_personas)[kept], 1)  # records share personas
    size = float(near.sum() ** 2 / (near**2 / of_record).sum()) if len(distances) else 0.0
    inside = float((distances <= usual * (1 + 1e-6) + 1e-6).mean()) if len(distances) else 0.0
    return Nearness(distances, usual, inside, size)


def _quantile(values: Float, weights: Float, share: float) -> float:
    order = np.argsort(values)
    reached = int(np.searchsorted(np.cumsum(weights[order]), share * weights.sum()))
    return float(values[order[min(reached, len(order) - 1)]])


def _squares(places: Vectors, personas: Vectors, apart: bool) -> Iterator[Float]:
    """Squared distances of places to all personas, some places at a time; to all others where these are the same."""
    known = personas.astype(np.float64)
    lengths = (known**2).sum(axis=1)
    for start in range(0, len(places), AT_ONCE):
        here = places[start : start + AT_ONCE].astype(np.float64)
        squares = ((here**2).sum(axis=1)[:, None] + lengths - 2 * here @ known.T).clip(0)
        if apart:
            rows = np.arange(len(here))
            squares[rows, start + rows] = np.inf
        yield squares
