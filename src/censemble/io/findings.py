"""How readers write down what they found: a few rows of each kind by name, the rest as a count."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Sequence
from itertools import islice
from pathlib import Path

from censemble.errors import Problem

MAX_SHOWN = 5  # rows named per kind of problem; the rest are counted


def nearest(name: str, choices: Sequence[str]) -> str:
    """Name the choice that looks most like `name`, or list the first few choices.

    Examples
    --------
    >>> nearest("SERIAL_NO", ["SERIALNO", "NP"])
    "the nearest is 'SERIALNO'"
    """
    folded = {c.casefold(): c for c in reversed(choices)}
    close = difflib.get_close_matches(name.casefold(), list(folded), n=1)
    if close:
        return f"the nearest is {folded[close[0]]!r}"
    shown = ", ".join(choices[:8]) + (", ..." if len(choices) > 8 else "")
    return f"there are {shown or 'none'}"


def add(
    problems: list[Problem], source: Path | str, where: str, *, expected: str, found: str, action: str, code: str
) -> None:
    """Append one problem.

    Examples
    --------
    >>> problems = []
    >>> add(problems, "a.csv", "row 2", expected="a number", found="'x'", action="Correct it.", code="not-a-number")
    >>> len(problems)
    1
    """
    problems.append(Problem(str(source), where, expected, found, action, code))


def add_rows(
    problems: list[Problem],
    source: Path | str,
    rows: Iterable[tuple[str, str]],
    *,
    n_rows: int,
    expected: str,
    action: str,
    code: str,
) -> None:
    """Append the first rows of one kind of problem, and one line that counts the others.

    Parameters
    ----------
    problems : list of Problem
        Grows by at most six.
    source : Path or str
        The file.
    rows : iterable of (where, found)
        Only the first five are taken, so a generator need not end.
    n_rows : int
        How many there are in all.
    expected, action, code : str
        As in `Problem`.

    Examples
    --------
    >>> problems = []
    >>> rows = ((f"row {i}", "-1") for i in range(1000))
    >>> add_rows(problems, "a.csv", rows, n_rows=1000, expected=">= 0", action="Correct them.", code="negative")
    >>> problems[-1].found
    'the same in 995 more'
    """
    for where, found in islice(rows, MAX_SHOWN):
        add(problems, source, where, expected=expected, found=found, action=action, code=code)
    if n_rows > MAX_SHOWN:
        found = f"the same in {n_rows - MAX_SHOWN:,} more"
        add(problems, source, "", expected=expected, found=found, action=action, code=code)
