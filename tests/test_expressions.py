"""Tests of conditions: pandas' meaning, the real control files, and random trees against a row-by-row reading."""

from __future__ import annotations

import csv
import math
import re
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from censemble import expressions
from censemble.errors import ExpressionError
from censemble.expressions import Expression, all_of, always, between, evaluate_each, is_in, parse

COLUMNS = {
    "NP": np.array([1.0, 2.0, 4.0, np.nan, 5.0]),
    "TEN": np.array([1, 3, 1, 2, 0], dtype=np.int8),
    "CODE": np.array(["N", "8255", "", "N", "x"], dtype=object),
}


def _list(text: str, **options: Any) -> list[Any]:
    return list(parse(text, **options).evaluate(COLUMNS).tolist())


@pytest.mark.parametrize(
    ("text", "rows"),
    [
        ("NP == 1", [0]),
        ("NP != 1", [1, 2, 3, 4]),
        ("~(NP == 1)", [1, 2, 3, 4]),
        ("not NP > 2", [0, 1, 3]),
        ("(households.NP >= 2) & (households.NP < np.inf)", [1, 2, 4]),
        ("households.NP > -np.inf", [0, 1, 2, 4]),
        ("1 < NP <= 4", [1, 2]),
        ("1 < NP and NP < 5 or TEN == 0", [1, 2, 4]),
        ("NP.isin([1, 5])", [0, 4]),
        ("NP.isin((1, -5))", [0]),
        ("NP.isin([])", []),
        ("NP.between(2, 4)", [1, 2]),
        ("NP.isnull() | TEN.isin([0])", [3, 4]),
        ("NP.notna()", [0, 1, 2, 4]),
        ("CODE == 'N'", [0, 3]),
        ("CODE != 'N'", [1, 2, 4]),
        ("CODE.isin(['N', \"x\"])", [0, 3, 4]),
        ("CODE.isna()", [2]),
        ("NP % 2 == 1", [0, 4]),
        ("NP // 2 == 2", [2, 4]),
        ("-NP + 2 * TEN > 3", [1]),
        ("NP / 0 == np.inf", [0, 1, 2, 4]),
        ("True", [0, 1, 2, 3, 4]),
        ("1 > 2", []),
    ],
)
def test_conditions_pick_the_rows_that_pandas_would(text: str, rows: list[int]) -> None:
    """Each form of the language, with a missing number and a missing text among the rows."""
    expression = parse(text)
    assert expression.is_condition
    result = expression.evaluate(COLUMNS)
    assert result.dtype == bool
    assert np.flatnonzero(result).tolist() == rows


def test_arithmetic_gives_float_and_says_so() -> None:
    """A sum is not a condition; a condition may be a factor in it."""
    expression = parse("(TEN == 1) * 2 + TEN")
    assert not expression.is_condition
    assert expression.evaluate(COLUMNS).tolist() == [3.0, 3.0, 3.0, 2.0, 0.0]
    assert not parse("NP").is_condition


@pytest.mark.parametrize(
    "text",
    [
        "__import__('os').system('true')",
        "households.__class__",
        "__class__",
        "open('x')",
        "NP.apply(len)",
        "NP.isin([1]).any()",
        "NP.isin(values=[1])",
        "NP.isin([TEN])",
        "NP.isin(TEN)",
        "NP[0] == 1",
        "households['NP'] == 1",
        "lambda: 1",
        "[x for x in NP]",
        "f'{NP}' == 'a'",
        "(x := 3) == NP",
        "NP ** 9 ** 9 > 1",
        "NP @ NP",
        "NP << 3",
        "NP ^ TEN",
        "NP in [1, 2]",
        "NP is 1",
        "1 if NP else 2",
        "np.exp(NP) > 1",
        "np.e > 1",
        "trips.NP == 1",
        "households == 1",
        "households",
        "None",
        "1j == NP",
        "b'x' == CODE",
        "... == NP",
        "1" + "0" * 400 + " > NP",
        "NP = 1",
        "NP == 1; NP == 2",
        "NP ==",
        "",
        "\0",
        "(" * 500 + "NP == 1" + ")" * 500,
        "~" * 15000 + "(NP == 1)",
        "-(" * 100 + "NP" + ")" * 100 + " > 0",
        "NP == 1 |" * 5000 + "NP == 2",
    ],
)
def test_everything_else_is_refused(text: str) -> None:
    """Calls, attributes, subscripts, statements and monsters never reach evaluation."""
    with pytest.raises(ExpressionError, match="expression"):
        parse(text)


@settings(max_examples=200, deadline=None)
@given(st.text(alphabet="NPTEN.()[]'\"<>=!&|~+-*/%,0123456789 eisnabtw\\\n\0é", max_size=30))
def test_no_text_does_anything_but_parse_or_be_refused(text: str) -> None:
    """Whatever is typed, the answer is an expression or an ExpressionError, never another exception."""
    try:
        parse(text).evaluate(COLUMNS)
    except ExpressionError as error:
        assert "expression" in str(error)


def test_refusal_quotes_the_part_and_the_language() -> None:
    """The message holds the expression, the part refused, the reason and what is allowed."""
    with pytest.raises(ExpressionError) as caught:
        parse("(households.NP == 1) & households.HHT.apply(int)")
    message = str(caught.value)
    assert "'(households.NP == 1) & households.HHT.apply(int)': 'households.HHT.apply(int)'" in message
    assert "the call .apply(...) is not in the language" in message
    assert ".isin([...])" in message


def test_expressions_keep_to_their_table() -> None:
    """A household control cannot name a person column."""
    assert parse("households.NP == 1", table="households").columns == {"NP"}
    with pytest.raises(ExpressionError, match="this expression is about households"):
        parse("persons.AGEP == 1", table="households")


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("CODE == 8255", "one side is text and the other a number"),
        ("NP == 'one'", "one side is text and the other a number"),
        ("CODE.isin([1, 2])", "the column is text and the list holds numbers"),
        ("NP.isin(['1'])", "the column is text and the list holds numbers"),
        ("CODE > 'A'", "texts have no order"),
        ("NP == 1 & TEN == 1", "parentheses around each comparison"),
        ("NP & TEN", "parentheses around each comparison"),
        ("~NP", "parentheses around each comparison"),
        ("CODE + 'x' == 'Nx'", "arithmetic needs numbers"),
        ("(NP == 1) + (TEN == 1)", "arithmetic needs numbers"),
        ("CODE", "the result is text"),
        ("NPX == 1", "no column 'NPX'; did you mean 'NP'"),
        ("zzz == 1", "no column 'zzz'; there are CODE, NP, TEN"),
    ],
)
def test_evaluation_refuses_what_pandas_would_get_wrong(text: str, reason: str) -> None:
    """Text against numbers, logic on numbers and unknown columns are named, not answered False."""
    with pytest.raises(ExpressionError, match=re.escape(reason)):
        parse(text).evaluate(COLUMNS)


def test_an_expression_needs_rows() -> None:
    """Without any column the number of rows is unknown."""
    with pytest.raises(ExpressionError, match="no columns"):
        always().evaluate({})


def test_built_expressions_equal_written_ones() -> None:
    """Builders make the trees that text makes, for any column name."""
    assert np.array_equal(is_in("TEN", [1, 2]).evaluate(COLUMNS), parse("TEN.isin([1, 2])").evaluate(COLUMNS))
    assert np.array_equal(between("NP", 2, 5).evaluate(COLUMNS), parse("NP.between(2, 5)").evaluate(COLUMNS))
    assert between("NP", 2, 5, include_high=False).evaluate(COLUMNS).tolist() == [False, True, True, False, False]
    assert between("NP", -math.inf, math.inf).evaluate(COLUMNS).tolist() == [True, True, True, False, True]
    assert between("NP", 4, math.inf).text == "NP >= 4"
    odd = is_in("household: type (1)", [1])
    assert odd.evaluate({"household: type (1)": np.array([1, 2])}).tolist() == [True, False]
    assert all_of() == always()
    assert all_of(always(), odd) == odd
    assert all_of(parse("NP > 1"), parse("TEN == 1")).columns == {"NP", "TEN"}


# --- random trees against a slow reading, one row at a time -----------------------------------------------------------

_NUMBERS = st.deferred(
    lambda: st.one_of(
        st.sampled_from([("a", None), ("b", None)]),
        st.integers(0, 3).map(lambda v: (str(v), None)),
        st.tuples(st.sampled_from(["+", "-", "*", "/", "//", "%"]), _NUMBERS, _NUMBERS),
        st.tuples(st.just("negative"), _NUMBERS),
    )
)
_CONDITIONS = st.deferred(
    lambda: st.one_of(
        st.tuples(st.sampled_from(["==", "!=", "<", "<=", ">", ">="]), _NUMBERS, _NUMBERS),
        st.tuples(st.sampled_from(["&", "|"]), _CONDITIONS, _CONDITIONS),
        st.tuples(st.just("~"), _CONDITIONS),
    )
)


def _write(tree: tuple[Any, ...]) -> str:
    if tree[1] is None:
        return str(tree[0])
    if len(tree) == 2:
        return f"({'-' if tree[0] == 'negative' else '~'}{_write(tree[1])})"
    return f"({_write(tree[1])} {tree[0]} {_write(tree[2])})"


def _row_value(tree: tuple[Any, ...], row: dict[str, float]) -> Any:
    """One row, with Python's own numbers where they agree with IEEE and by hand where they raise."""
    if tree[1] is None:
        return row[tree[0]] if tree[0] in row else float(tree[0])
    left = _row_value(tree[1], row)
    if len(tree) == 2:
        return -left if tree[0] == "negative" else not left
    right = _row_value(tree[2], row)
    if tree[0] in ("/", "//", "%") and right == 0:
        by_zero = math.nan if left == 0 or math.isnan(left) else math.copysign(math.inf, left * math.copysign(1, right))
        return math.nan if tree[0] == "%" else by_zero
    if tree[0] in ("//", "%") and (math.isinf(left) or math.isinf(right)):
        return float(getattr(np, "floor_divide" if tree[0] == "//" else "mod")(left, right))
    return {
        "+": lambda: left + right,
        "-": lambda: left - right,
        "*": lambda: left * right,
        "/": lambda: left / right,
        "//": lambda: left // right,
        "%": lambda: left % right,
        "==": lambda: left == right,
        "!=": lambda: left != right,
        "<": lambda: left < right,
        "<=": lambda: left <= right,
        ">": lambda: left > right,
        ">=": lambda: left >= right,
        "&": lambda: left and right,
        "|": lambda: left or right,
    }[tree[0]]()


@settings(max_examples=60, deadline=None)
@given(_CONDITIONS)
@pytest.mark.filterwarnings("ignore:invalid value:RuntimeWarning")
def test_random_trees_equal_the_row_by_row_reading(tree: tuple[Any, ...]) -> None:
    """Whatever the nesting, the arrays say what each row says."""
    columns = {"a": np.array([0.0, 1.0, 2.5, np.nan, -3.0]), "b": np.array([1.0, 0.0, -2.0, 1.0, np.nan])}
    result = parse(_write(tree)).evaluate(columns)
    slow = [_row_value(tree, {"a": a, "b": b}) for a, b in zip(columns["a"], columns["b"], strict=True)]
    assert result.tolist() == slow


# --- the real control files -------------------------------------------------------------------------------------------

_ATOM = re.compile(r"\w+\.(?P<column>\w+)\s*(?:(?P<op>[=!<>]=?)\s*(?P<value>[-\w.]+)|\.isin\(\[(?P<list>[^]]*)\]\))")


def _reference(text: str, table: pd.DataFrame) -> Any:
    """Pandas' answer to ``(a) & (b) & ...``, read by a pattern and written out by hand."""
    inside = pd.Series(True, index=table.index)
    for part in text.split("&"):
        match = _ATOM.search(part)
        assert match is not None, part
        column = table[match["column"]]
        if match["list"] is not None:
            inside &= column.isin([int(v) for v in match["list"].split(",")])
            continue
        value = np.inf if match["value"] == "np.inf" else float(match["value"])
        compare = {"==": column.eq, "!=": column.ne, "<": column.lt, "<=": column.le, ">": column.gt, ">=": column.ge}
        inside &= compare[match["op"]](value)
    return inside.to_numpy()


def _tables(folder: Path) -> dict[str, pd.DataFrame]:
    return {t: pd.read_csv(folder / f"seed_{t}.csv.gz", low_memory=False) for t in ("households", "persons")}


def _arrays(expression: Expression, table: pd.DataFrame) -> dict[str, Any]:
    return {c: table[c].to_numpy(dtype=np.float64) for c in expression.columns}


@pytest.mark.parametrize(("case", "n_controls"), [("calm_oregon", 31), ("knoxville_acs2023", 129)])
def test_real_controls_mean_what_pandas_means(shared_data: Path, case: str, n_controls: int) -> None:
    """Every control of the two real cases counts the same seed records as pandas."""
    tables = _tables(shared_data / case)
    with (shared_data / case / "controls.csv").open(newline="") as stream:
        controls = list(csv.DictReader(stream))
    assert len(controls) == n_controls
    for control in controls:
        table = tables[control["seed_table"]]
        expression = parse(control["expression"], table=control["seed_table"])
        assert expression.is_condition
        result = expression.evaluate(_arrays(expression, table))
        np.testing.assert_array_equal(result, _reference(control["expression"], table), err_msg=control["target"])


def test_knoxville_record_counts_are_the_published_ones(shared_data: Path) -> None:
    """The number of seed records in each cell equals the figure that came with the data."""
    folder = shared_data / "knoxville_acs2023"
    tables = _tables(folder)
    with (folder / "seed_vs_control_check.csv").open(newline="") as stream:
        published = {row["target"]: int(row["n_seed_records"]) for row in csv.DictReader(stream)}
    with (folder / "controls.csv").open(newline="") as stream:
        controls = list(csv.DictReader(stream))
    counted = {}
    for control in controls:
        expression = parse(control["expression"])
        counted[control["target"]] = int(expression.evaluate(_arrays(expression, tables[control["seed_table"]])).sum())
    assert counted == published


def test_many_cells_equal_one_by_one(monkeypatch: pytest.MonkeyPatch) -> None:
    """Conditions that cells share are evaluated once, in any order, and forgotten when there are too many."""
    rng = np.random.default_rng(1)
    columns = {"a": rng.integers(-1, 5, 50), "b": rng.integers(-1, 4, 50), "x": rng.normal(size=50)}
    cells = [all_of(is_in("a", [i]), is_in("b", [j]), between("x", -1, 1)) for i in range(5) for j in range(4)]
    cells += [always(), is_in("a", [1, 2]), parse("a + 2 * b"), parse("(x > 0) & ~(a == 1)")]
    for most in (256, 2):
        monkeypatch.setattr(expressions, "MOST_SHARED", most)
        for found, cell in zip(evaluate_each(cells, columns), cells, strict=True):
            wanted = cell.evaluate(columns)
            assert found.dtype == wanted.dtype
            assert found.tolist() == wanted.tolist()


def test_arithmetic_is_not_joined_as_a_condition() -> None:
    """A number beside a condition is refused, as it is one by one."""
    with pytest.raises(ExpressionError, match="join conditions"):
        list(evaluate_each([parse("(a + 1) & (a > 1)")], {"a": np.arange(3)}))
