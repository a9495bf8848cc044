"""A text as words that can be compared: lower case, without endings, numbers read from digits and from words."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

WORD = re.compile(r"\d[\d,]*(?:\.\d+)?|[^\W\d_]+(?:['’][^\W\d_]+)*", re.UNICODE)
UNITS = (
    *("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"),
    *("thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen"),
)
TENS = ("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
NUMBERS = {word: i for i, word in enumerate(UNITS)} | {word: 10 * i for i, word in enumerate(TENS, 2)}
NEGATIONS = frozenset({"no", "not", "never", "without", "none", "neither", "nor", "nobody", "free", "cannot"})
NEGATION_REACH = 3  # words before
SHORTEST_STEM = 3  # characters


@dataclass(frozen=True)
class Word:
    """One word of a text.

    Parameters
    ----------
    text : str
        As it stands.
    stem : str
        Lower case without its ending.
    number : float or None
        What it says if it is a number.
    starts : bool
        Whether a sentence starts with it.
    """

    text: str
    stem: str
    number: float | None
    starts: bool


def stems_of(listed: str) -> frozenset[str]:
    """Stems of words listed with blanks between them.

    Examples
    --------
    >>> sorted(stems_of("dog cats"))
    ['cat', 'dog']
    """
    return frozenset(stem(word) for word in listed.split())


def stem(word: str) -> str:
    """A word in lower case without its ending, roughly: enough to find "cycles" where a text says "cycling".

    Examples
    --------
    >>> [stem(w) for w in ("Cycles", "cycling", "lives", "cities", "bus", "wife's")]
    ['cycl', 'cycl', 'liv', 'city', 'bus', 'wif']
    """
    low = re.sub(r"['’]s$", "", word.lower())
    if low.endswith(("ies", "ied")) and len(low) > 5:
        return low[:-3] + "y"
    if low.endswith(("ss", "us", "is")):
        return low
    for ending in ("ing", "ed", "es", "s", "e"):
        if low.endswith(ending) and len(low) - len(ending) >= SHORTEST_STEM:
            return low[: -len(ending)]
    return low


def words_of(text: str) -> list[Word]:
    """All words of a text in order; "thirty-nine" is one number.

    Examples
    --------
    >>> [(w.text, w.number) for w in words_of("A thirty-nine-year-old with 25,000.")]
    [('A', None), ('thirty nine', 39), ('year', None), ('old', None), ('with', None), ('25,000', 25000.0)]
    """
    found: list[Word] = []
    end = 0
    for match in WORD.finditer(text):
        raw = match.group()
        starts = not found or bool(re.search(r"[.!?:\n]", text[end : match.start()]))
        number = _number(raw)
        before = found[-1] if found else None
        if before and raw.lower() in UNITS[1:10] and before.text.lower() in TENS and not starts:
            found[-1] = Word(f"{before.text} {raw}", "", (before.number or 0) + NUMBERS[raw.lower()], before.starts)
        else:
            found.append(Word(raw, stem(raw), number, starts))
        end = match.end()
    return found


def _number(raw: str) -> float | None:
    if raw[0].isdecimal():
        return float(raw.replace(",", ""))
    return NUMBERS.get(raw.lower())


def places_of(phrase: Sequence[str], words: Sequence[Word]) -> Iterator[int]:
    """Where the stems of a phrase stand one after the other in a text."""
    n = len(phrase)
    stems = [word.stem for word in words]
    for at in range(len(stems) - n + 1 if n else 0):
        if stems[at : at + n] == list(phrase):
            yield at


def is_denied(words: Sequence[Word], at: int) -> bool:
    """Whether a negation stands shortly before a word of the same sentence.

    Examples
    --------
    >>> words = words_of("She has no children. Her son drives.")
    >>> is_denied(words, 3), is_denied(words, 5)
    (True, False)
    """
    for word in reversed(words[max(at - NEGATION_REACH, 0) : at + 1]):
        if word.stem in NEGATIONS or word.text.lower().endswith(("n't", "n’t")):
            return True
        if word.starts:
            return False
    return False
