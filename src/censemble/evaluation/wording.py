"""Numbers in words and figures as people read them: thousands separated, never rounded up to all or down to none."""

from __future__ import annotations

import unicodedata

NO_BREAK = "\u00a0"  # keeps a number and its sign on one line


def whole(value: float | None) -> str:
    """A count without decimals.

    Examples
    --------
    >>> whole(57927.0), whole(None), whole(-0.2)
    ('57,927', '–', '0')
    """
    return "–" if value is None else f"{round(value):,}".replace("-", "−")


def short(value: float) -> str:
    """A round count for an axis.

    Examples
    --------
    >>> short(1000), short(100000), short(2000000)
    ('1,000', '100 k', '2 M')
    """
    if value >= 1_000_000:
        return f"{value / 1_000_000:g} M"
    return f"{value / 1000:g} k" if value >= 10_000 else whole(value)


def amount(value: float | None) -> str:
    """A count that may have decimals: two of them where they matter.

    Examples
    --------
    >>> amount(21.97), amount(1204.0), amount(0.001)
    ('21.97', '1,204', 'less than 0.01')
    """
    if value is None:
        return "–"
    if 0 < abs(value) < 0.005:
        return "less than 0.01"
    return f"{value:,.2f}".rstrip("0").rstrip(".").replace("-", "−")


def percent(share: float | None) -> str:
    """A share as a percentage with one decimal; 100 and 0 only where they are true.

    Examples
    --------
    >>> [percent(s).replace(NO_BREAK, " ") for s in (0.982, 0.99999, 1.0, 0.0002)]
    ['98.2 %', 'more than 99.9 %', '100 %', 'less than 0.1 %']
    """
    if share is None:
        return "–"
    if 0.9995 <= share < 1:
        return f"more than 99.9{NO_BREAK}%"
    if 0 < share < 0.0005:
        return f"less than 0.1{NO_BREAK}%"
    number = "100" if share == 1 else "0" if share == 0 else f"{100 * share:.1f}"
    return f"{number}{NO_BREAK}%"


def ratio(value: float | None) -> str:
    """A pure number to three significant digits.

    Examples
    --------
    >>> ratio(0.034561), ratio(12.0), ratio(0.0), ratio(123456.0), ratio(0.00004)
    ('0.0346', '12', '0', '123,456', 'less than 0.001')
    """
    if value is None:
        return "–"
    if abs(value) >= 1000:
        return whole(value)
    if 0 < abs(value) < 0.001:
        return "less than 0.001"
    return f"{value:.3g}".replace("-", "−")


def multiple(value: float) -> str:
    """A ratio to two significant digits, whole and with separators from ten on.

    Examples
    --------
    >>> multiple(0.4512), multiple(1.0), multiple(45.3), multiple(2459.0)
    ('0.45', '1.0', '45', '2,459')
    """
    return f"{value:,.0f}" if value >= 9.95 else f"{value:#.2g}"


def signed(value: float | None) -> str:
    """A difference with its sign.

    Examples
    --------
    >>> signed(3.0), signed(-2.5), signed(0.0)
    ('+3', '−2.5', '0')
    """
    return amount(value) if value is None or value <= 0 else f"+{amount(value)}"


def number_of(n: float, noun: str, plural: str = "") -> str:
    """A count with its noun.

    Examples
    --------
    >>> number_of(1, "cell"), number_of(1200, "cell"), number_of(2, "entity", "entities")
    ('1 cell', '1,200 cells', '2 entities')
    """
    return f"{whole(n)} {noun if n == 1 else plural or noun + 's'}"


def clipped(text: str, longest: int) -> str:
    """A text of one line that is not too long, without marks that turn or hide what stands around it.

    Examples
    --------
    >>> clipped("a long reason", 7), clipped(f"a{chr(0x202E)}b{chr(10)}c", 9)
    ('a long…', 'a b c')
    """
    shown = "".join(" " if unicodedata.category(c) in ("Cc", "Cf", "Zl", "Zp") else c for c in text)
    shown = " ".join(shown.split())
    return shown if len(shown) <= longest else f"{shown[: longest - 1].rstrip()}…"
