"""What a scenario says word by word: numbers, ranges, categories. Small language models miss them."""

from __future__ import annotations

import re

NUMBER = re.compile(r"\d{1,3}(?:[,' ]\d{3})+(?!\d)|\d+(?:\.\d+)?")
RANGES = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (r"\b(\d+)\s*(?:to|until|-|–)\s*(\d+)\b", r"\bbetween\s+(\d+)\s+and\s+(\d+)\b")
)


def stated_numbers(text: str) -> set[int]:
    """Whole numbers that a text states, however their thousands are set apart.

    Examples
    --------
    >>> sorted(stated_numbers("From 20 to 24, 2,000 or 1 500 people; 3.5 % stay"))
    [20, 24, 1500, 2000]
    """
    tokens = [match.group() for match in NUMBER.finditer(text)]
    return {int(re.sub(r"\D", "", token)) for token in tokens if "." not in token}


def stated_ranges(text: str) -> list[tuple[int, int]]:
    """Ranges of whole numbers that a text states.

    Examples
    --------
    >>> stated_ranges("From 20 to 24, between 6 and 9, aged 18-64; 300 and 5 flats")
    [(20, 24), (18, 64), (6, 9)]
    """
    found = [(int(a), int(b)) for pattern in RANGES for a, b in pattern.findall(text)]
    return sorted({ends for ends in found if ends[0] <= ends[1]}, key=found.index)


def names_label(text: str, label: str) -> bool:
    """Whether a text has a label as words of its own, in any case, in the plural too.

    Examples
    --------
    >>> names_label("Two Cars", "car"), names_label("careful", "car")
    (True, False)
    """
    return re.search(rf"(?<!\w){re.escape(label)}s?(?!\w)", text, re.IGNORECASE) is not None
