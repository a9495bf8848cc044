"""What to write instead of a word that is not known."""

from __future__ import annotations

import difflib
from collections.abc import Iterable


def advice(word: str, known: Iterable[str]) -> str:
    """Advise the nearest known word and list the others.

    Parameters
    ----------
    word : str
        As the user wrote it.
    known : iterable of str
        The accepted words; the first 30 are listed.

    Examples
    --------
    >>> advice("tracts", ["county", "tract"])
    "Did you mean 'tract'? Known here: county, tract."
    """
    words = list(known)
    close = difflib.get_close_matches(word, words, n=1, cutoff=0.6)
    question = f"Did you mean {close[0]!r}? " if close else ""
    more = f" and {len(words) - 30} more" if len(words) > 30 else ""
    return f"{question}Known here: {', '.join(words[:30]) or 'none'}{more}."
