"""What turns persona texts into vectors."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from censemble.errors import InputError, Problem


class Embedder(Protocol):
    """A sentence model: the same text always gets the same vector, whatever else is embedded with it.

    Attributes
    ----------
    name : str
        As caches and banks call it; another name wherever the vectors would be others.
    width : int
        Numbers in a vector.
    """

    @property
    def name(self) -> str:
        """As caches and banks call it."""

    @property
    def width(self) -> int:
        """Numbers in a vector."""

    def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Embed texts, shape (n_texts, width), of unit length.

        Raises
        ------
        InputError
            A text is empty.
        """


def require_texts(texts: Sequence[str]) -> None:
    """Refuse texts that say nothing: their vectors would mean nothing.

    Raises
    ------
    InputError
        Naming the first empty ones.

    Examples
    --------
    >>> require_texts(["cycles to work"])
    """
    empty = [str(i) for i, text in enumerate(texts) if not text.strip()]
    if empty:
        more = f" and {len(empty) - 5:,} more" if len(empty) > 5 else ""
        found = f"nothing in {len(empty):,} of {len(texts):,}: numbers {', '.join(empty[:5])}{more}"
        action = "Say something about them: is everything missing, or left out of the personas?"
        raise InputError("personas are empty", [Problem("personas", "", "a text", found, action, "empty-persona")])
