"""The small language of conditions: text to a tree of three kinds of node, and nothing else gets through.

Python's own grammar is used to read the text (`ast`, which runs nothing); every node is then checked against an
allow-list. Evaluation is in `censemble.expressions`.
"""

from __future__ import annotations

import ast
import math
from dataclasses import dataclass

from censemble.errors import ExpressionError

MAX_CHARACTERS = 20_000
MAX_DEPTH = 60
TABLES = ("households", "persons")
ALLOWED = (
    "Allowed are comparisons (==, !=, <, <=, >, >=), &, |, ~, and, or, not, +, -, *, /, //, %, parentheses, numbers, "
    "quoted texts, True, False, np.inf, column names (NP or households.NP), .isin([...]), .between(low, high), "
    ".isnull() and .notnull()."
)


@dataclass(frozen=True)
class Column:
    """A column by name."""

    name: str


@dataclass(frozen=True)
class Constant:
    """A number, a text, True or False."""

    value: float | str | bool


@dataclass(frozen=True)
class Operation:
    """A named operation on operands; `isin` holds its values as constants after the first operand."""

    name: str
    operands: tuple[Node, ...]


Node = Column | Constant | Operation

_COMPARISONS: dict[type[ast.cmpop], str] = {
    ast.Eq: "==",
    ast.NotEq: "!=",
    ast.Lt: "<",
    ast.LtE: "<=",
    ast.Gt: ">",
    ast.GtE: ">=",
}
_BINARY: dict[type[ast.operator], str] = {
    ast.Add: "+",
    ast.Sub: "-",
    ast.Mult: "*",
    ast.Div: "/",
    ast.FloorDiv: "//",
    ast.Mod: "%",
    ast.BitAnd: "&",
    ast.BitOr: "|",
}
_UNARY: dict[type[ast.unaryop], str] = {ast.USub: "negative", ast.UAdd: "positive", ast.Invert: "~", ast.Not: "~"}
_NULL_TESTS = {"isnull": "isnull", "isna": "isnull", "notnull": "notnull", "notna": "notnull"}


def read(text: str, table: str | None = None) -> Node:
    """Read one expression into a tree.

    Parameters
    ----------
    text : str
        At most 20,000 characters.
    table : str, optional
        The table whose columns the expression may name (``households.NP``).

    Raises
    ------
    ExpressionError
        The text is not in the language; the message quotes the part that is not.

    Examples
    --------
    >>> read("households.NP >= 4")
    Operation(name='>=', operands=(Column(name='NP'), Constant(value=4.0)))
    """
    if len(text) > MAX_CHARACTERS:
        raise ExpressionError(f"expression of {len(text):,} characters: the longest allowed is {MAX_CHARACTERS:,}")
    try:
        body = ast.parse(text.strip(), mode="eval").body
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        reason = error.msg if isinstance(error, SyntaxError) else "it cannot be read"
        raise ExpressionError(f"expression {text!r}: {reason}. {ALLOWED}") from None
    return _Reader(text.strip(), table).node(body, 0)


@dataclass(frozen=True)
class _Reader:
    text: str
    table: str | None

    def node(self, item: ast.expr, depth: int) -> Node:
        if depth > MAX_DEPTH:
            raise ExpressionError(f"expression {_short(self.text)}: nested deeper than {MAX_DEPTH} levels")
        if isinstance(item, ast.Compare):
            return self._comparison(item, depth)
        if isinstance(item, ast.BoolOp):
            name = "&" if isinstance(item.op, ast.And) else "|"
            return Operation(name, tuple(self.node(v, depth + 1) for v in item.values))
        if isinstance(item, ast.BinOp) and type(item.op) in _BINARY:
            return self._binary(item, depth)
        if isinstance(item, ast.UnaryOp):
            return Operation(_UNARY[type(item.op)], (self.node(item.operand, depth + 1),))
        if isinstance(item, ast.Call):
            return self._method(item, depth)
        return self._leaf(item)

    def _binary(self, item: ast.BinOp, depth: int) -> Node:
        """A chain of one operator is one node, so that long sums of `|` do not nest."""
        chain: list[ast.expr] = []
        left: ast.expr = item
        while isinstance(left, ast.BinOp) and type(left.op) is type(item.op):
            chain.append(left.right)
            left = left.left
        operands = [left, *reversed(chain)]
        return Operation(_BINARY[type(item.op)], tuple(self.node(o, depth + 1) for o in operands))

    def _comparison(self, item: ast.Compare, depth: int) -> Node:
        operands = [self.node(o, depth + 1) for o in (item.left, *item.comparators)]
        for op in item.ops:
            if type(op) not in _COMPARISONS:
                raise self._refusal(item, "'in' and 'is' are not in the language; write .isin([...])")
        parts = tuple(
            Operation(_COMPARISONS[type(op)], (operands[i], operands[i + 1])) for i, op in enumerate(item.ops)
        )
        return parts[0] if len(parts) == 1 else Operation("&", parts)

    def _method(self, item: ast.Call, depth: int) -> Node:
        if not isinstance(item.func, ast.Attribute) or item.keywords:
            raise self._refusal(item, "this call is not in the language")
        method = item.func.attr
        if method in _NULL_TESTS and not item.args:
            return Operation(_NULL_TESTS[method], (self.node(item.func.value, depth + 1),))
        if method == "between" and len(item.args) == 2:
            value, low, high = (self.node(a, depth + 1) for a in (item.func.value, *item.args))
            return Operation("&", (Operation(">=", (value, low)), Operation("<=", (value, high))))
        if method == "isin" and len(item.args) == 1 and isinstance(item.args[0], ast.List | ast.Tuple | ast.Set):
            values = tuple(self._value(v, depth) for v in item.args[0].elts)
            return Operation("isin", (self.node(item.func.value, depth + 1), *values))
        raise self._refusal(item, f"the call .{method}(...) is not in the language")

    def _value(self, item: ast.expr, depth: int) -> Constant:
        value = self.node(item, depth + 1)
        if isinstance(value, Operation) and value.name == "negative" and isinstance(value.operands[0], Constant):
            return Constant(-float(value.operands[0].value))
        if not isinstance(value, Constant):
            raise self._refusal(item, ".isin takes a list of numbers or of quoted texts")
        return value

    def _leaf(self, item: ast.expr) -> Node:
        if isinstance(item, ast.Constant):
            return self._constant(item)
        if isinstance(item, ast.Name):
            if item.id in (*TABLES, "np", self.table) or item.id.startswith("__"):
                raise self._refusal(item, "a column name is missing")
            return Column(item.id)
        if isinstance(item, ast.Attribute) and isinstance(item.value, ast.Name):
            return self._attribute(item, item.value.id)
        raise self._refusal(item, "this is not in the language")

    def _constant(self, item: ast.Constant) -> Constant:
        if isinstance(item.value, bool | str):
            return Constant(item.value)
        if not isinstance(item.value, int | float):
            raise self._refusal(item, "only numbers, quoted texts, True and False are constants")
        try:
            return Constant(float(item.value))
        except OverflowError:
            raise self._refusal(item, "the number is too large") from None

    def _attribute(self, item: ast.Attribute, owner: str) -> Node:
        if owner == "np" and item.attr in ("inf", "Inf", "infty"):
            return Constant(math.inf)
        if item.attr.startswith("__") or owner not in (*TABLES, self.table):
            raise self._refusal(item, "only columns of households or persons can be named")
        if self.table is not None and owner != self.table:
            raise self._refusal(item, f"this expression is about {self.table}")
        return Column(item.attr)

    def _refusal(self, item: ast.expr, reason: str) -> ExpressionError:
        part = ast.get_source_segment(self.text, item) or self.text
        return ExpressionError(f"expression {_short(self.text)}: {_short(part)}: {reason}. {ALLOWED}")


def _short(text: str) -> str:
    return repr(text if len(text) <= 200 else text[:197] + "...")
