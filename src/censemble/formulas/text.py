"""The grammar of formulas: text to a tree of what was written, before anybody asks what the words mean.

By precedence, loosest first: ``if .. then``, ``when``; ``or``; ``and``; ``not``; comparisons, ``is``, ``in``,
``between``; ``+ -``; ``* /``; sign; ``**``. Parsing is by operator precedence (Pratt 1973, "Top down operator
precedence", POPL). What names and labels mean is in `censemble.formulas.binding`.
"""

from __future__ import annotations

from typing import NoReturn

from censemble.formulas.tokens import Token, nearest, refusal, tokens_of
from censemble.formulas.tree import Call, Chain, Membership, Number, Operation, Tree, Word

MAX_DEPTH = 40
MEMBER_TESTS = ("any", "all")
STATISTICS = ("mean", "median", "sd", "min", "max")  # of members, or by groups of rows
AGGREGATES = (*MEMBER_TESTS, "count", "sum", *STATISTICS)
FUNCTIONS = ("abs", "sqrt", "log", "exp", "tanh")
KEYWORDS = frozenset({"if", "then", "when", "or", "and", "not", "is", "in", "between", "missing", "where", "by"})
COMPARISONS = ("<", "<=", ">", ">=", "=", "!=")

_IMPLICATION, _OR, _AND, _NOT, _COMPARISON, _SUM, _PRODUCT, _SIGN, _POWER = range(1, 10)
_BINDING = {
    "when": _IMPLICATION,
    "or": _OR,
    "and": _AND,
    **dict.fromkeys((*COMPARISONS, "is", "in", "between", "not"), _COMPARISON),
    **dict.fromkeys(("+", "-"), _SUM),
    **dict.fromkeys(("*", "/"), _PRODUCT),
    "**": _POWER,
}


def tree_of(text: str) -> Tree:
    """Read the text of a formula.

    Parameters
    ----------
    text : str
        At most 5,000 characters, nested at most 40 deep.

    Raises
    ------
    ExpressionError
        Quotes the part that is not in the language, says where it stands and what was expected.

    Examples
    --------
    >>> tree_of("age < 16")
    Chain(operands=(Word(text='age', kind='word', start=0, end=3), Number(value=16.0, text='16', start=6, end=8)), \
operators=('<',), start=0, end=8)
    """
    return _Parser(text).whole()


class _Parser:
    def __init__(self, text: str) -> None:
        self.text, self.tokens, self.at, self.depth = text, tokens_of(text), 0, 0

    @property
    def token(self) -> Token:
        return self.tokens[self.at]

    def take(self) -> Token:
        self.at += 1
        return self.tokens[self.at - 1]

    def accept(self, key: str) -> bool:
        if self.token.key != key:
            return False
        self.at += 1
        return True

    def expect(self, key: str, why: str) -> None:
        if not self.accept(key):
            self.refuse(f"expected {key!r} {why}")

    def refuse(self, reason: str, token: Token | None = None) -> NoReturn:
        at = token or self.token
        raise refusal(self.text, at.start, at.end, reason)

    def end(self) -> int:
        """Where the last token that was taken ends."""
        return self.tokens[self.at - 1].end

    def whole(self) -> Tree:
        tree = self.expression(0)
        if self.token.kind != "end":
            self.stray()
        return tree

    def stray(self) -> NoReturn:
        action = "expected an operator or the end"
        if self.token.kind in ("word", "number", "label") and self.at and self.tokens[self.at - 1].kind == "word":
            action += "; a label with blanks needs quotes, a name with blanks backticks"
        self.refuse(f"{action}. Operators are and, or, not, is, in, between, <, <=, >, >=, =, !=, +, -, *, /, **")

    def binding(self) -> int:
        key = self.token.key
        if key == "not" and self.tokens[self.at + 1].key not in ("in", "between"):
            return 0
        return _BINDING.get(key, 0)

    def expression(self, least: int) -> Tree:
        """Everything that binds more tightly than `least`."""
        self.depth += 1
        if self.depth > MAX_DEPTH:
            self.refuse(f"nested deeper than {MAX_DEPTH} levels")
        left = self.prefix(least)
        while (binding := self.binding()) > least:
            left = self.infix(left, binding)
        self.depth -= 1
        return left

    def prefix(self, least: int) -> Tree:
        token = self.token
        if token.kind == "end" or token.key in (")", ","):
            self.refuse("something is missing here: a name, a number or a condition")
        if token.key == "if":
            return self.implication(least)
        if self.accept("not"):
            return Operation("not", (self.expression(_NOT),), token.start, self.end())
        if self.accept("-"):
            return Operation("negative", (self.expression(_SIGN),), token.start, self.end())
        if self.accept("+"):
            return self.expression(_SIGN)
        if self.accept("("):
            inner = self.expression(0)
            self.expect(")", "to close the parenthesis")
            return inner
        return self.atom()

    def implication(self, least: int) -> Tree:
        token = self.take()
        if least >= _OR:
            self.refuse("put this 'if .. then ..' in parentheses", token)
        premise = self.expression(_IMPLICATION)
        self.expect("then", "after the condition of 'if'")
        return Operation("if", (premise, self.expression(_IMPLICATION)), token.start, self.end())

    def atom(self) -> Tree:
        token = self.take()
        if token.kind == "number":
            return self.number(token)
        if token.kind == "sign":
            self.refuse("expected a name, a number or a condition", token)
        if token.kind == "word" and self.token.key == "(":
            return self.call(token)
        if token.key in KEYWORDS:
            self.refuse("this is a word of the language; quote it if it is a label, backtick it if it is a name", token)
        return Word(token.text, token.kind, token.start, token.end)

    def number(self, token: Token) -> Number:
        value = float(token.text)
        if value == float("inf"):
            self.refuse("the number is too large", token)
        return Number(value, token.text, token.start, token.end)

    def infix(self, left: Tree, binding: int) -> Tree:
        key = self.token.key
        if binding == _IMPLICATION:
            self.take()
            premise = self.expression(_IMPLICATION)
            if self.token.key == "when":
                self.refuse("a second 'when'; join the conditions by 'and'")
            return Operation("if", (premise, left), left.start, self.end())
        if binding in (_OR, _AND):
            operands = [left, *self.repeated(key, binding)]
            return Operation(key, tuple(operands), left.start, self.end())
        if binding == _POWER:
            self.take()
            return Operation("**", (left, self.expression(_SIGN)), left.start, self.end())
        if binding in (_SUM, _PRODUCT):
            return self.chain(left, binding)
        return self.test(left)

    def repeated(self, key: str, binding: int) -> list[Tree]:
        """The further operands of one operator, so that long lists do not nest."""
        operands = []
        while self.accept(key):
            operands.append(self.expression(binding))
        return operands

    def chain(self, left: Tree, binding: int) -> Chain:
        operands, operators = [left], []
        while self.binding() == binding and (binding != _COMPARISON or self.token.key in COMPARISONS):
            operators.append(self.take().key)
            operands.append(self.expression(binding))
        return Chain(tuple(operands), tuple(operators), left.start, self.end())

    def test(self, left: Tree) -> Tree:
        """A comparison, ``is``, ``in`` or ``between``; two of them do not follow each other."""
        if self.token.key in COMPARISONS:
            tree: Tree = self.chain(left, _COMPARISON)
        else:
            is_form = self.accept("is")
            negated = self.accept("not")
            inner = self.worded_test(left, is_form)
            tree = Operation("not", (inner,), left.start, self.end()) if negated else inner
        if self.binding() == _COMPARISON:
            self.refuse("a second comparison; join the two by 'and'")
        return tree

    def worded_test(self, left: Tree, is_form: bool) -> Tree:
        if self.accept("between"):
            low = self.expression(_COMPARISON)
            self.expect("and", "between the two ends of 'between'")
            high = self.expression(_COMPARISON)
            return Chain((low, left, high), ("<=", "<="), left.start, self.end())
        if self.accept("missing"):
            return Operation("missing", (left,), left.start, self.end())
        one_of = self.token.key == "one" and self.tokens[self.at + 1].key == "of"
        if one_of:
            self.at += 2
        if one_of or self.accept("in"):
            return Membership(left, self.listed(), left.start, self.end())
        if not is_form:
            self.refuse("expected 'in' or 'between'")
        return Membership(left, (self.literal(),), left.start, self.end())

    def listed(self) -> tuple[Word | Number, ...]:
        enclosed = self.accept("(")
        values = [self.literal()]
        while self.accept(","):
            values.append(self.literal())
        if enclosed:
            self.expect(")", "to close the list")
        return tuple(values)

    def literal(self) -> Word | Number:
        """A label or a number."""
        negative = self.accept("-")
        token = self.take()
        if token.kind == "number":
            number = self.number(token)
            return Number(-number.value, f"-{number.text}", number.start - 1, number.end) if negative else number
        if negative or token.kind not in ("word", "label") or token.key in KEYWORDS:
            self.refuse("expected a label or a number; quote labels that are not one plain word", token)
        return Word(token.text, token.kind, token.start, token.end)

    def call(self, name: Token) -> Call:
        function = name.key
        if function not in (*AGGREGATES, *FUNCTIONS):
            self.refuse(f"no function {name.text!r}; {nearest(function, (*AGGREGATES, *FUNCTIONS))}", name)
        self.take()
        argument = where = None
        by: tuple[Word, ...] = ()
        if self.token.key != ")":
            argument = self.expression(0)
        while self.token.key in ("where", "by") and function in AGGREGATES:
            if self.accept("where") and where is None:
                where = self.expression(0)
            elif self.accept("by") and not by:
                by = self.names()
            else:
                self.refuse("this stands here twice; join conditions by 'and', attributes by a comma")
        if self.token.key == ",":
            self.refuse(f"{function} takes one argument")
        self.expect(")", f"to close {function}(")
        return Call(function, argument, where, by, name.start, self.end())

    def names(self) -> tuple[Word, ...]:
        found: list[Word] = []
        while not found or self.accept(","):
            token = self.take()
            if token.kind not in ("word", "name") or token.key in KEYWORDS:
                self.refuse("expected the name of an attribute after 'by'", token)
            found.append(Word(token.text, token.kind, token.start, token.end))
        return tuple(found)
