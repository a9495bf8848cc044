"""Text that others wrote, made safe to print: what a terminal would obey, or the eye would not see, is spelt out."""

from __future__ import annotations

import textwrap
import unicodedata

# control, format (direction, zero width, tags), surrogate, private use, unassigned, line and paragraph separators
SPELT = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}


def printable(text: str) -> str:
    r"""Text in which every character that is no plain one is spelt as an escape; line ends stay.

    A model's answer, a server's message or a category may hold sequences that move the cursor, change the title of the
    window or reverse the direction of what follows.

    Examples
    --------
    >>> printable("red: \x1b[31m!")
    'red: \\x1b[31m!'
    """
    return "".join(c if c == "\n" or unicodedata.category(c) not in SPELT else _spelt(c) for c in text)


def _spelt(character: str) -> str:
    return character.encode("unicode_escape", "backslashreplace").decode("ascii") if character != "\t" else "    "


def counted(n: int, noun: str) -> str:
    """A number with its noun.

    Examples
    --------
    >>> counted(1, "call"), counted(0, "call"), counted(1200, "record")
    ('1 call', '0 calls', '1,200 records')
    """
    return f"{n:,} {noun}{'' if n == 1 else 's'}"


def wrapped(text: str, *, width: int = 100, indent: str = "") -> list[str]:
    r"""Lines of at most `width` characters, safe to print, each with an indent.

    Parameters
    ----------
    text : str
        Line ends in it stay.
    width : int
        > len(indent) + 10.
    indent : str
        Before every line.

    Examples
    --------
    >>> wrapped("a text of some words\nand more", width=20, indent="  ")
    ['  a text of some', '  words', '  and more']
    """
    lines: list[str] = []
    for line in printable(text).split("\n"):
        lines += textwrap.wrap(
            line, width, initial_indent=indent, subsequent_indent=indent, break_on_hyphens=False
        ) or [indent.rstrip()]
    return lines
