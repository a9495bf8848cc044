"""Text of a formula as words, numbers, labels and signs, each with its place; and how a refusal quotes that place."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Literal

from censemble.errors import ExpressionError

MAX_CHARACTERS = 5_000
SHOWN = 30  # choices that a refusal lists

TokenKind = Literal["number", "word", "name", "label", "sign", "end"]

# Each alternative begins with characters of its own, so that the scan is linear.
_TOKEN = re.compile(
    r"(?P<number>(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?)"
    r"|(?P<word>[^\W\d]\w*)"
    r"|(?P<label>'(?:[^']|'')*'|\"(?:[^\"]|\"\")*\")"
    r"|(?P<name>`[^`]+`)"
    r"|(?P<sign>\*\*|<=|>=|==|!=|<>|[-+*/()<>=,≤≥≠])"
    r"|(?P<blank>\s+)"
)
_SAME_SIGN = {"==": "=", "<>": "!=", "≤": "<=", "≥": ">=", "≠": "!="}
_INSTEAD = {
    "&": "write 'and'",
    "|": "write 'or'",
    "~": "write 'not'",
    "!": "write 'not', or != for 'is not'",
    "%": "there is no remainder and no percent; write the share as a number",
    "^": "write ** for a power",
    "'": "the quote is not closed",
    '"': "the quote is not closed",
    "`": "the quote is not closed",
    "‘": "use straight quotes: 'label'",
    "’": "use straight quotes: 'label'",
    "“": "use straight quotes: 'label'",
    "”": "use straight quotes: 'label'",
}


@dataclass(frozen=True)
class Token:
    """A piece of a formula.

    Parameters
    ----------
    kind : {"number", "word", "name", "label", "sign", "end"}
        A word is bare, a name stood in backticks, a label in quotes.
    text : str
        Without its quotes; signs in their usual spelling.
    start, end : int
        Characters start..end-1 of the formula.
    """

    kind: TokenKind
    text: str
    start: int
    end: int

    @property
    def key(self) -> str:
        """What the grammar looks for: a bare word in lower case, or a sign; "" for anything else."""
        return self.text.lower() if self.kind == "word" else self.text if self.kind == "sign" else ""


def tokens_of(text: str) -> list[Token]:
    """Cut a formula into tokens; the last one is of kind "end".

    Raises
    ------
    ExpressionError
        The text is empty or longer than 5,000 characters, or a character has no meaning here.

    Examples
    --------
    >>> [t.text for t in tokens_of("age >= 16 and type is 'one person'")]
    ['age', '>=', '16', 'and', 'type', 'is', 'one person', '']
    """
    if len(text) > MAX_CHARACTERS:
        raise ExpressionError(f"formula of {len(text):,} characters: the longest allowed is {MAX_CHARACTERS:,}")
    if not text.strip():
        raise ExpressionError("formula '': it is empty; write a condition, such as age >= 16")
    return [*_scan(text), Token("end", "", len(text), len(text))]


def _scan(text: str) -> Iterator[Token]:
    at = 0
    while at < len(text):
        found = _TOKEN.match(text, at)
        if found is None:
            reason = _INSTEAD.get(text[at], "this character has no meaning in a formula; labels need quotes around it")
            raise refusal(text, at, at + 1, reason)
        kind, raw = str(found.lastgroup), found.group()
        at = found.end()
        if kind != "blank":
            yield Token(kind, _bare(kind, raw), found.start(), at)  # type: ignore[arg-type]


def _bare(kind: str, raw: str) -> str:
    """A doubled quote inside quotes is one quote, as in SQL."""
    if kind == "label":
        return raw[1:-1].replace(raw[0] * 2, raw[0])
    return raw[1:-1] if kind == "name" else _SAME_SIGN.get(raw, raw)


def refusal(text: str, start: int, end: int, reason: str) -> ExpressionError:
    """Quote the formula, the part that cannot be understood and where it stands.

    Examples
    --------
    >>> print(refusal("agee < 16", 0, 4, "no attribute 'agee'"))
    formula 'agee < 16': at 'agee' (character 1): no attribute 'agee'
    """
    part = text[start:end]
    place = f"at {_short(part, 60)} (character {start + 1})" if part.strip() else "at its end"
    return ExpressionError(f"formula {_short(text, 200)}: {place}: {reason}")


def nearest(word: str, known: Iterable[str]) -> str:
    """Name the nearest of the known words, then all of them (the first 30).

    Examples
    --------
    >>> nearest("agee", ["age", "sex"])
    "did you mean 'age'? There are: age, sex"
    """
    words = list(known)
    lower = {w.lower(): w for w in reversed(words)}
    close = difflib.get_close_matches(word.lower(), list(lower), n=1, cutoff=0.6)
    close += [w for w in lower if w.startswith(word.lower())]  # "4" for "4 or more"
    question = f"did you mean {lower[close[0]]!r}? " if close else ""
    more = f" and {len(words) - SHOWN} more" if len(words) > SHOWN else ""
    listed = f"there are: {', '.join(words[:SHOWN])}{more}" if words else "there are none"
    return question + (listed[0].upper() + listed[1:] if question else listed)


def _short(text: str, longest: int) -> str:
    return repr(text if len(text) <= longest else f"{text[: longest - 3]}...")
