"""The grammar: precedence, forms, and refusals of everything else."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from censemble.errors import ExpressionError
from censemble.formulas.text import MAX_DEPTH, tree_of
from censemble.formulas.tree import Call, Chain, Membership, Number, Operation, Tree, Word


def shown(tree: Tree | None) -> str:
    """Write a tree with all its parentheses."""
    if isinstance(tree, Word | Number):
        return tree.text
    if isinstance(tree, Chain):
        parts = [shown(tree.operands[0])]
        for operator, operand in zip(tree.operators, tree.operands[1:], strict=True):
            parts += [operator, shown(operand)]
        return f"({' '.join(parts)})"
    if isinstance(tree, Membership):
        return f"({shown(tree.subject)} in {', '.join(v.text for v in tree.values)})"
    if isinstance(tree, Call):
        where = f" where {shown(tree.where)}" if tree.where else ""
        by = f" by {', '.join(w.text for w in tree.by)}" if tree.by else ""
        return f"{tree.function}({shown(tree.argument) if tree.argument else ''}{where}{by})"
    assert isinstance(tree, Operation)
    return f"[{tree.name} {' '.join(shown(o) for o in tree.operands)}]"


@pytest.mark.parametrize(
    ("text", "tree"),
    [
        ("a or b and not c", "[or a [and b [not c]]]"),
        ("a and b and c", "[and a b c]"),
        ("not a < 1", "[not (a < 1)]"),
        ("a - b - c * d / e", "(a - b - (c * d / e))"),
        ("a - (b - c)", "(a - (b - c))"),
        ("-a ** 2 ** 3", "[negative [** a [** 2 3]]]"),
        ("2 ** -a", "[** 2 [negative a]]"),
        ("1 <= a < 5", "(1 <= a < 5)"),
        ("a between 1 + 1 and 5 and b", "[and ((1 + 1) <= a <= 5) b]"),
        ("a not between 1 and 5", "[not (1 <= a <= 5)]"),
        ("a is between 1 and 5", "(1 <= a <= 5)"),
        ("a is one of b, 'c d', -1", "(a in b, c d, -1)"),
        ("a in (b, c) or d not in (e)", "[or (a in b, c) [not (d in e)]]"),
        ("a is not in b", "[not (a in b)]"),
        ("a is one", "(a in one)"),
        ("a is missing", "[missing a]"),
        ("a is not missing", "[not [missing a]]"),
        ("IF a THEN b", "[if a b]"),
        ("b when a or c", "[if [or a c] b]"),
        ("if a then if b then c", "[if a [if b c]]"),
        ("a and (if b then c)", "[and a [if b c]]"),
        ("Count(a) > count()", "(count(a) > count())"),
        ("max(age where role is head)", "max(age where (role in head))"),
        ("mean(price by a, `b c` where d)", "mean(price where d by a, b c)"),
        ("+a = 1", "(a = 1)"),
        ("where_ = by2", "(where_ = by2)"),
    ],
)
def test_forms_and_precedence(text: str, tree: str) -> None:
    """Each form of the language as the tree that it means."""
    assert shown(tree_of(text)) == tree


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("a b", "at 'b' (character 3): expected an operator or the end"),
        (
            "a is full time",
            "at 'time' (character 11): expected an operator or the end; a label with blanks needs quotes",
        ),
        ("a <", "at its end: something is missing here"),
        ("(a", "expected ')' to close the parenthesis"),
        ("a)", "at ')'"),
        ("foo(a)", "no function 'foo'"),
        ("averge(a)", "no function 'averge'"),
        ("cont(a)", "did you mean 'count'?"),
        ("max(a, b)", "max takes one argument"),
        ("mean(a where b where c)", "stands here twice"),
        ("mean(a by 3)", "expected the name of an attribute after 'by'"),
        ("abs(a where b)", "expected ')' to close abs("),
        ("a < b is c", "a second comparison"),
        ("a is b < c", "a second comparison"),
        ("a when b when c", "a second 'when'"),
        ("if a", "expected 'then'"),
        ("a and if b then c", "in parentheses"),
        ("a is when", "quote labels that are not one plain word"),
        ("then", "a word of the language"),
        ("a not b", "at 'not'"),
        ("a between 1 or 2", "expected 'and' between the two ends"),
        ("a is -b", "expected a label or a number"),
        ("1e999 < a", "the number is too large"),
        ("a is not", "at its end"),
        ("__import__('os')", "no function '__import__'"),
        ("a.b", "no meaning"),
        ("a[0]", "no meaning"),
        ("(" * 60 + "a" + ")" * 60, f"nested deeper than {MAX_DEPTH}"),
        ("not " * 100 + "a", f"nested deeper than {MAX_DEPTH}"),
        ("2 ** " * 100 + "2", f"nested deeper than {MAX_DEPTH}"),
    ],
)
def test_everything_else_is_refused_where_it_stands(text: str, reason: str) -> None:
    """Stray words, open parentheses, unknown functions, other languages and monsters."""
    with pytest.raises(ExpressionError, match=re.escape(reason)):
        tree_of(text)


def test_long_lists_are_flat() -> None:
    """Hundreds of operands do not nest, so that they never reach the depth limit."""
    tree = tree_of(" or ".join(f"a = {i}" for i in range(300)))
    assert isinstance(tree, Operation)
    assert len(tree.operands) == 300
    chain = tree_of("1" + "/1" * 2000)
    assert isinstance(chain, Chain)
    assert len(chain.operands) == 2001


_WORDS = "if then when or and not is in between missing where by one of any count mean abs ( ) , < = - ** 1 a 'b' `c`"


@settings(max_examples=150, deadline=None)
@given(st.lists(st.sampled_from(_WORDS.split()), max_size=25))
def test_any_words_parse_or_are_refused(words: list[str]) -> None:
    """Whatever order the words stand in, the answer is a tree or an ExpressionError that quotes the text."""
    try:
        shown(tree_of(" ".join(words)))
    except ExpressionError as error:
        assert error.message.startswith("formula '") or error.message.startswith('formula "')
