"""Personas of a survey: one text and one vector for every distinct persona, and which record has which."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from censemble.errors import SchemaError


@dataclass(frozen=True, eq=False)
class PersonaBank:
    """Persona texts with their embeddings, and the records that each stands for.

    Parameters
    ----------
    texts : tuple of str, length n_personas
        In no order that means anything; distinct records may share a text. Empty texts where what conditions the model
        is no text (one-hot codes, clusters).
    embeddings : ndarray of float32, shape (n_personas, width)
        As the embedder gave them, before any projection.
    of_record : ndarray of int64, shape (n_records,)
        For each record of the seed sample its persona.
    weights : ndarray of float64, shape (n_personas,), >= 0
        Sum of the design weights of the records that have the persona.
    embedder : str
        Name of what made the vectors, with its version where it has one.
    writer : str
        Name of what wrote the texts.

    Raises
    ------
    SchemaError
        Lengths that do not fit each other, vectors that are not finite, or a record whose persona does not exist.

    Examples
    --------
    >>> bank = PersonaBank(("cycles to work", "drives"), np.eye(2, dtype=np.float32), np.array([0, 1, 1]),
    ...                    np.array([1.0, 2.0]), "unit vectors", "by hand")
    >>> bank.vectors_of_records().tolist()
    [[1.0, 0.0], [0.0, 1.0], [0.0, 1.0]]
    """

    texts: tuple[str, ...]
    embeddings: NDArray[np.float32]
    of_record: NDArray[np.int64]
    weights: NDArray[np.float64]
    embedder: str
    writer: str

    def __post_init__(self) -> None:
        n = len(self.texts)
        if self.embeddings.ndim != 2 or len(self.embeddings) != n or len(self.weights) != n:
            raise SchemaError(f"personas: {n} texts, embeddings {self.embeddings.shape}, {len(self.weights)} weights")
        if not np.isfinite(self.embeddings).all():
            raise SchemaError(f"personas: {self.embedder} gave numbers that are not finite; embed the texts again")
        if len(self.of_record) and not (self.of_record.min() >= 0 and self.of_record.max() < n):
            raise SchemaError(f"personas: a record's persona is not among the {n} there are")

    @property
    def n_personas(self) -> int:
        """Number of distinct personas."""
        return len(self.texts)

    @property
    def width(self) -> int:
        """Numbers in an embedding."""
        return int(self.embeddings.shape[1])

    def vectors_of_records(self) -> NDArray[np.float32]:
        """Each record's embedding, shape (n_records, width)."""
        return self.embeddings[self.of_record]
