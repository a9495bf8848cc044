"""What a verification has compared, what differed, and what could not be checked at all."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

RELATIVE = 1e-9
_SHOWN = 5


@dataclass(eq=False)
class Ledger:
    """Comparisons of published with recomputed values.

    Examples
    --------
    >>> ledger = Ledger()
    >>> ledger.compare("report.json: tae", {"tae": 3.0, "n": 2}, {"tae": 4.0, "n": 2})
    >>> ledger.differences
    ['report.json: tae.tae: published 3.0, recomputed 4.0']
    >>> ledger.n_compared
    2
    """

    differences: list[str] = field(default_factory=list)
    unverified: list[str] = field(default_factory=list)
    n_compared: int = 0

    def compare(self, name: str, published: Any, recomputed: Any) -> None:
        """Compare two JSON values, part by part; numbers to a relative 1e-9."""
        if isinstance(recomputed, Mapping) and isinstance(published, Mapping):
            for key in sorted({*published, *recomputed}):
                missing = "(missing)"
                self.compare(f"{name}.{key}", published.get(key, missing), recomputed.get(key, missing))
        elif isinstance(recomputed, list) and isinstance(published, list) and len(recomputed) == len(published):
            for i, (a, b) in enumerate(zip(published, recomputed, strict=True)):
                self.compare(f"{name}[{i}]", a, b)
        else:
            self.n_compared += 1
            if not _same(published, recomputed):
                self.differences.append(f"{name}: published {_short(published)}, recomputed {_short(recomputed)}")

    def compare_column(self, name: str, published: Any, recomputed: Any, *, rows: Any) -> None:
        """Compare two columns of equal length; `rows` names the rows.

        Parameters
        ----------
        name : str
            File and column, for the message.
        published, recomputed : array-like of shape (n,)
            Missing equals missing. Numbers to a relative 1e-9, everything else as text.
        rows : sequence of shape (n,)
            What to call the rows, such as household ids.
        """
        a, b = np.asarray(published, dtype=object), np.asarray(recomputed, dtype=object)
        self.n_compared += len(b)
        if len(a) != len(b):
            self.differences.append(f"{name}: {len(a)} rows, recomputed {len(b)}")
            return
        bad = np.flatnonzero(_unequal(a, b))
        for i in bad[:_SHOWN]:
            self.differences.append(f"{name}, {rows[i]}: published {_short(a[i])}, recomputed {_short(b[i])}")
        if len(bad) > _SHOWN:
            self.differences.append(f"{name}: {len(bad) - _SHOWN} more rows differ")

    def require(self, holds: bool, message: str) -> None:
        """Note `message` as a difference unless the statement holds."""
        self.n_compared += 1
        if not holds:
            self.differences.append(message)

    def require_none(self, rows: Any, message: str) -> None:
        """Note the rows, the first five by name, that break a rule."""
        names = [str(r) for r in rows]
        more = f" and {len(names) - _SHOWN} more" if len(names) > _SHOWN else ""
        self.require(not names, f"{message}: {', '.join(names[:_SHOWN])}{more}")

    def compare_sets(self, name: str, published: list[Any], recomputed: list[Any]) -> None:
        """Compare two lists whose order says nothing."""
        self.n_compared += len(recomputed)
        have, want = Counter(published), Counter(recomputed)
        self.differences += [
            f"{name}: published {_short(x)}, which is not so" for x in sorted((have - want).elements())
        ]
        self.differences += [f"{name}: {_short(x)} is not published" for x in sorted((want - have).elements())]


def _same(a: Any, b: Any) -> bool:
    if isinstance(a, bool) or isinstance(b, bool) or not (_is_number(a) and _is_number(b)):
        return bool(a == b) and isinstance(a, bool) == isinstance(b, bool)
    return math.isclose(a, b, rel_tol=RELATIVE, abs_tol=RELATIVE)


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float)


def _unequal(a: np.ndarray[Any, Any], b: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    """Row by row; by number where both columns are numbers throughout."""
    import pandas as pd  # noqa: PLC0415 (only verification needs it)

    x, y = pd.Series(a).infer_objects(), pd.Series(b).infer_objects()
    gone = x.isna().to_numpy() | y.isna().to_numpy()
    both_gone = x.isna().to_numpy() & y.isna().to_numpy()
    if pd.api.types.is_numeric_dtype(x) and pd.api.types.is_numeric_dtype(y):
        equal = np.isclose(x.to_numpy(np.float64), y.to_numpy(np.float64), rtol=RELATIVE, atol=RELATIVE)
    else:
        equal = (x.astype(str) == y.astype(str)).to_numpy()
    return np.asarray(~(both_gone | (equal & ~gone)))


def _short(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= 120 else f"{text[:117]}..."
