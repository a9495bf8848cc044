"""Cutting a formula into tokens, and quoting the place of a fault."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from censemble.errors import ExpressionError
from censemble.formulas.tokens import MAX_CHARACTERS, SHOWN, nearest, refusal, tokens_of


def test_tokens_keep_their_kind_and_place() -> None:
    """Words, names in backticks, labels in quotes, numbers and signs, each with where it stands."""
    found = tokens_of("`year built`>=.5e3 'it''s' Is")
    assert [(t.kind, t.text) for t in found] == [
        ("name", "year built"),
        ("sign", ">="),
        ("number", ".5e3"),
        ("label", "it's"),
        ("word", "Is"),
        ("end", ""),
    ]
    assert [(t.start, t.end) for t in found[:2]] == [(0, 12), (12, 14)]
    assert found[4].key == "is"
    assert found[3].key == found[2].key == ""


@pytest.mark.parametrize(("typed", "sign"), [("==", "="), ("<>", "!="), ("≠", "!="), ("≤", "<="), ("≥", ">=")])
def test_signs_have_one_spelling(typed: str, sign: str) -> None:
    """What people write for the same sign is the same sign."""
    assert tokens_of(f"a {typed} b")[1].text == sign


@pytest.mark.parametrize(
    ("text", "advice"),
    [
        ("a & b", "write 'and'"),
        ("a is 'owned", "the quote is not closed"),
        ("a is ‘owned’", "straight quotes"),
        ("a is $5", "no meaning in a formula"),
        ("", "it is empty"),
        ("a" * (MAX_CHARACTERS + 1), "longest allowed is 5,000"),
    ],
)
def test_what_is_no_token_is_refused_with_advice(text: str, advice: str) -> None:
    """Signs of other languages, open quotes, empty and endless texts."""
    with pytest.raises(ExpressionError, match=advice):
        tokens_of(text)


@settings(max_examples=100, deadline=None)
@given(st.text(max_size=40))
def test_tokens_cover_all_but_blanks(text: str) -> None:
    """Nothing but blanks is skipped, whatever is typed."""
    try:
        found = tokens_of(text)
    except ExpressionError:
        return
    covered = {i for t in found for i in range(t.start, t.end)}
    assert all(text[i].isspace() for i in range(len(text)) if i not in covered)


def test_a_refusal_quotes_formula_and_place() -> None:
    """The part, where it begins, and long texts cut short."""
    assert str(refusal("a is b", 5, 6, "no")) == "formula 'a is b': at 'b' (character 6): no"
    assert str(refusal("a is", 4, 4, "no")) == "formula 'a is': at its end: no"
    assert len(str(refusal("a" * 4000, 0, 4000, "no"))) < 400


def test_the_nearest_word_is_named() -> None:
    """By likeness whatever the capitals, or by its beginning; the list is not endless."""
    assert nearest("White", ["white", "black"]) == "did you mean 'white'? There are: white, black"
    assert nearest("4", ["1", "4 or more"]).startswith("did you mean '4 or more'?")
    assert nearest("zzz", []) == "there are none"
    assert nearest("zzz", [f"w{i}" for i in range(SHOWN + 7)]).endswith("and 7 more")
