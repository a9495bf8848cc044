"""What a persona says that its record does not: counted by kind, and as words of its own.

The kinds are closed lists of English words, so their counts are lower bounds; words of its own are an upper one.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from censemble.personas.fact_sheet import FactSheet
from censemble.personas.invention_words import COMMON, KINDS, OPENINGS, VERBS
from censemble.personas.text_words import Word, words_of


@dataclass(frozen=True)
class Inventions:
    """What one persona invents.

    Parameters
    ----------
    found : tuple of (str, str)
        Kind and word: "name", "number", "family", "occupation", "attitude", "possession".
    own_words : int
        Words that neither the record nor a list of common words has.
    n_words : int
        Of the text.
    """

    found: tuple[tuple[str, str], ...]
    own_words: int
    n_words: int


def inventions(text: str, sheet: FactSheet) -> Inventions:
    """Count what a text says that the record does not.

    Parameters
    ----------
    text : str
        The persona.
    sheet : FactSheet
        The record.

    Examples
    --------
    >>> from censemble.personas.fact_sheet import Fact
    >>> from censemble.schema import Attribute
    >>> age = Fact(Attribute("age", "persons", "numeric"), 39.0, "is 39 years old")
    >>> inventions("John is 39 and has 3 dogs. He lives in Boston.", FactSheet((age,))).found
    (('name', 'John'), ('number', '3'), ('possession', 'dogs'), ('name', 'Boston'))
    """
    read = words_of(text)
    told = [word for fact in sheet.facts for word in words_of(f"{fact.phrase}. {fact.value}. {fact.attribute.name}")]
    stems, numbers = {word.stem for word in told if word.stem}, {w.number for w in told if w.number is not None}
    found: list[tuple[str, str]] = []
    for at, word in enumerate(read):
        kind = _kind(read, at)
        is_told = word.number in numbers if kind == "number" else word.stem in stems
        if kind and not is_told:
            found.append((kind, word.text))
    own = sum(_is_own(word, stems) for word in read)
    return Inventions(tuple(dict.fromkeys(found)), own, len(read))


def _kind(read: Sequence[Word], at: int) -> str:
    word = read[at]
    if word.number is not None:
        return "" if word.text.lower() in ("one", "zero") else "number"
    if _is_name(read, at):
        return "name"
    return next((kind for kind, listed in KINDS.items() if word.stem in listed), "")


def _is_name(read: Sequence[Word], at: int) -> bool:
    """A capital inside a sentence; at its start, a word that is no usual opening and is followed by a verb."""
    word = read[at]
    if not word.text[0].isupper() or word.text in ("I", "English"):
        return False
    if not word.starts:
        return True
    after = read[at + 1].stem if at + 1 < len(read) else ""
    return word.stem not in OPENINGS and after in VERBS


def _is_own(word: Word, stems: set[str]) -> bool:
    return word.number is None and len(word.text) > 3 and word.stem not in COMMON and word.stem not in stems
