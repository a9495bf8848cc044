"""Conditions and sums over the columns of a table, read from text or built in Python, evaluated without `eval`.

Results equal those of pandas on the same columns: a missing number (NaN) fails every comparison except ``!=``.
A missing text is "". Text is only compared for equality: a text column against a number is refused, because
pandas would answer False for every row and nobody would notice.
"""

from __future__ import annotations

import difflib
import math
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import reduce
from typing import Any

import numpy as np
from numpy.typing import NDArray

from censemble.errors import ExpressionError
from censemble.syntax import Column, Constant, Node, Operation, read

_ORDER: dict[str, Callable[[Any, Any], Any]] = {
    "<": np.less,
    "<=": np.less_equal,
    ">": np.greater,
    ">=": np.greater_equal,
}
_EQUALITY: dict[str, Callable[[Any, Any], Any]] = {"==": np.equal, "!=": np.not_equal}
_LOGIC: dict[str, Callable[[Any, Any], Any]] = {"&": np.logical_and, "|": np.logical_or}
_ARITHMETIC: dict[str, Callable[[Any, Any], Any]] = {
    "+": np.add,
    "-": np.subtract,
    "*": np.multiply,
    "/": np.divide,
    "//": np.floor_divide,
    "%": np.mod,
}
_SIGNS: dict[str, Callable[[Any], Any]] = {"negative": np.negative, "positive": np.positive}
MOST_SHARED = 256  # conditions whose answers are kept at a time: bounds memory
_CONDITIONS = {*_ORDER, *_EQUALITY, *_LOGIC, "~", "isin", "isnull", "notnull"}


@dataclass(frozen=True)
class Expression:
    """A condition (or a sum) over columns.

    Parameters
    ----------
    text : str
        As it was written, for messages.
    columns : frozenset of str
        Columns it needs.
    root : Node
        The checked tree.

    Examples
    --------
    >>> import numpy as np
    >>> parse("(NP >= 2) & ~TEN.isin([3])").evaluate({"NP": np.array([1, 2, 3]), "TEN": np.array([1, 3, 1])}).tolist()
    [False, False, True]
    """

    text: str
    columns: frozenset[str]
    root: Node

    @property
    def is_condition(self) -> bool:
        """Whether the result is true or false for every row, not a number."""
        if isinstance(self.root, Operation):
            return self.root.name in _CONDITIONS
        return isinstance(self.root, Constant) and isinstance(self.root.value, bool)

    def evaluate(self, columns: Mapping[str, NDArray[Any]]) -> NDArray[Any]:
        """Compute the value for every row.

        Parameters
        ----------
        columns : mapping of str to ndarray of shape (n,)
            Numbers, bools or texts (object or str arrays); at least one column, for the number of rows.

        Returns
        -------
        ndarray of shape (n,): bool for a condition, float64 for arithmetic

        Raises
        ------
        ExpressionError
            A column is missing, or text meets a number.
        """
        if not columns:
            raise ExpressionError(f"expression {self.text!r}: there are no columns to evaluate it on")
        n = len(next(iter(columns.values())))
        with np.errstate(all="ignore"):  # a division by zero gives inf or NaN, as in pandas
            value = np.asarray(_evaluate(self.root, columns, self.text))
        if value.dtype.kind not in "bifu":
            raise ExpressionError(f"expression {self.text!r}: the result is text; write a comparison")
        value = value if value.dtype.kind == "b" else value.astype(np.float64)
        return np.broadcast_to(value, (n,)).copy() if value.shape != (n,) else value


def evaluate_each(expressions: Iterable[Expression], columns: Mapping[str, NDArray[Any]]) -> Iterator[NDArray[Any]]:
    """Evaluate many expressions on the same columns; conditions that they share are evaluated once.

    Parameters
    ----------
    expressions : iterable of Expression
        The cells of a table, say: each joins one condition on every attribute.
    columns : mapping of str to ndarray of shape (n,)
        As in `Expression.evaluate`.

    Yields
    ------
    ndarray of shape (n,)
        As `Expression.evaluate` gives it.

    Examples
    --------
    >>> cells = [all_of(is_in("sex", [s]), is_in("tenure", [t])) for s in (0, 1) for t in (0, 1)]
    >>> [found.tolist() for found in evaluate_each(cells, {"sex": np.array([0, 1]), "tenure": np.array([1, 1])})]
    [[False, False], [True, False], [False, False], [False, True]]
    """
    known: dict[Node, NDArray[Any]] = {}
    for expression in expressions:
        root = expression.root
        if not (isinstance(root, Operation) and root.name == "&"):
            yield expression.evaluate(columns)
            continue
        parts = []
        for operand in root.operands:
            if operand not in known:
                if len(known) >= MOST_SHARED:
                    known.clear()
                known[operand] = Expression(expression.text, expression.columns, operand).evaluate(columns)
            parts.append(known[operand])
        yield parts[0] if len(parts) == 1 else np.asarray(_apply(root, parts, expression.text))


def parse(text: str, *, table: str | None = None) -> Expression:
    """Read an expression from text, in pandas' notation.

    Not for trusted code: anything beyond comparisons, logic, arithmetic and a few methods is refused.

    Parameters
    ----------
    text : str
        For example ``(households.NP >= 4) & households.TEN.isin([1, 2])``.
    table : str, optional
        The table that may stand before the dot; "households" or "persons" when left out.

    Raises
    ------
    ExpressionError
        Quotes the expression, the part that is not allowed, and what is.

    Examples
    --------
    >>> sorted(parse("(persons.AGEP >= 15) & (persons.SEX == 1)", table="persons").columns)
    ['AGEP', 'SEX']
    """
    root = read(text, table)
    return Expression(text.strip(), frozenset(_columns_of(root)), root)


def always() -> Expression:
    """Count every record.

    Examples
    --------
    >>> always().evaluate({"NP": np.array([1, 2])}).tolist()
    [True, True]
    """
    return Expression("True", frozenset(), Constant(True))


def is_in(column: str, codes: Sequence[int | float]) -> Expression:
    """Records whose code is one of `codes`; built directly, so that any column name is fine.

    Examples
    --------
    >>> is_in("type of tenure", [0, 2]).text
    'type of tenure in 0, 2'
    """
    text = f"{column} in {', '.join(f'{c:g}' for c in codes)}"
    root = Operation("isin", (Column(column), *(Constant(float(c)) for c in codes)))
    return Expression(text, frozenset([column]), root)


def between(column: str, low: float, high: float, *, include_high: bool = True) -> Expression:
    """Records with ``low <= column <= high``, or ``< high``; a missing value is in no range.

    Parameters
    ----------
    column : str
        A numeric column.
    low, high : float
        In the column's unit; infinities leave a side open.
    include_high : bool
        Whether `high` itself is inside.

    Examples
    --------
    >>> between("age", 16, 64).evaluate({"age": np.array([15.0, 16.0, 64.0, np.nan])}).tolist()
    [False, True, True, False]
    >>> between("income", -math.inf, 10000, include_high=False).text
    'income < 10000'
    """
    upper = "<=" if include_high else "<"
    parts = [(">=", low)] if low > -math.inf or high == math.inf else []
    parts += [(upper, high)] if high < math.inf else []
    text = f"{low:g} <= {column} {upper} {high:g}" if len(parts) == 2 else f"{column} {parts[0][0]} {parts[0][1]:.15g}"
    nodes = tuple(Operation(name, (Column(column), Constant(float(value)))) for name, value in parts)
    return Expression(text, frozenset([column]), nodes[0] if len(nodes) == 1 else Operation("&", nodes))


def all_of(*expressions: Expression) -> Expression:
    """Records that meet every condition; every record when there is none.

    Examples
    --------
    >>> all_of(always(), parse("NP == 1"), parse("TEN == 2")).text
    '(NP == 1) & (TEN == 2)'
    """
    kept = [e for e in expressions if e.root != Constant(True)]
    if len(kept) < 2:
        return kept[0] if kept else always()
    text = " & ".join(f"({e.text})" for e in kept)
    return Expression(text, frozenset().union(*(e.columns for e in kept)), Operation("&", tuple(e.root for e in kept)))


def _columns_of(node: Node) -> set[str]:
    if isinstance(node, Column):
        return {node.name}
    return set().union(*(_columns_of(o) for o in node.operands)) if isinstance(node, Operation) else set()


def _evaluate(node: Node, columns: Mapping[str, NDArray[Any]], text: str) -> Any:
    if isinstance(node, Constant):
        return node.value
    if isinstance(node, Column):
        if node.name not in columns:
            close = difflib.get_close_matches(node.name, list(columns), n=1)
            hint = f"did you mean {close[0]!r}?" if close else f"there are {', '.join(sorted(columns))}"
            raise ExpressionError(f"expression {text!r}: no column {node.name!r}; {hint}")
        return columns[node.name]
    if node.name == "isin":
        return _isin(node, columns, text)
    values = [_evaluate(operand, columns, text) for operand in node.operands]
    if node.name in ("isnull", "notnull"):
        gone = _is_missing(np.asarray(values[0]))
        return gone if node.name == "isnull" else ~gone
    return _apply(node, values, text)


def _apply(node: Operation, values: list[Any], text: str) -> Any:
    kinds = {_kind(v) for v in values}
    if node.name in _LOGIC or node.name == "~":
        if kinds != {"condition"}:
            raise _refusal(node, text, "&, |, ~, and, or, not join conditions; put parentheses around each comparison")
        return np.logical_not(values[0]) if node.name == "~" else reduce(_LOGIC[node.name], values)
    if node.name in _ARITHMETIC or node.name in _SIGNS:
        if "text" in kinds or kinds == {"condition"}:
            raise _refusal(node, text, "arithmetic needs numbers; join conditions by & or |")
        numbers = [np.asarray(v, dtype=np.float64) for v in values]
        return _SIGNS[node.name](numbers[0]) if node.name in _SIGNS else reduce(_ARITHMETIC[node.name], numbers)
    if "text" in kinds and len(kinds) > 1:
        raise _refusal(
            node, text, "one side is text and the other a number; quote the value, or use a column of numbers"
        )
    if "text" in kinds and node.name in _ORDER:
        raise _refusal(node, text, "texts have no order here; write == or .isin([...])")
    return (_ORDER.get(node.name) or _EQUALITY[node.name])(*values)


def _isin(node: Operation, columns: Mapping[str, NDArray[Any]], text: str) -> Any:
    value = np.asarray(_evaluate(node.operands[0], columns, text))
    wanted = [o.value for o in node.operands[1:] if isinstance(o, Constant)]
    if len({_kind(w) == "text" for w in wanted} | {_kind(value) == "text"}) > 1:
        raise _refusal(node, text, "the column is text and the list holds numbers, or the reverse")
    # A short list: comparing one by one beats the sort in np.isin.
    return reduce(np.logical_or, [value == w for w in wanted], np.zeros(value.shape, dtype=bool))


def _kind(value: Any) -> str:
    if isinstance(value, str):
        return "text"
    kind = np.asarray(value).dtype.kind
    return {"b": "condition", "O": "text", "U": "text"}.get(kind, "number")


def _is_missing(value: NDArray[Any]) -> NDArray[np.bool_]:
    return np.asarray(value == "") if _kind(value) == "text" else np.isnan(value.astype(np.float64))


def _refusal(node: Operation, text: str, reason: str) -> ExpressionError:
    names = ", ".join(repr(n) for n in sorted(_columns_of(node)))
    return ExpressionError(f"expression {text!r}: {node.name!r} on {names or 'constants'}: {reason}")
