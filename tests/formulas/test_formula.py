"""Formulas as their users call them: answers by hand, random formulas against a slow reader, what is not there."""

from __future__ import annotations

import numpy as np
import pytest
from formula_case import NAN, SCHEMA, answers, data, flat, values
from hypothesis import given, settings
from hypothesis import strategies as st
from slow_formulas import SlowReader, Tree, quantities, trees, written

from censemble.dataset import Dataset, Gap
from censemble.errors import ExpressionError, SchemaError
from censemble.formulas import numbers_of, read_formula, truth, unavailable
from censemble.formulas.rows import Rows
from censemble.schema import Attribute, Entity, Schema


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("if age < 16 then employment is none", "TTTFTTT"),  # of unknown age but without work: true whatever the age
        ("age between 16 and 64", "TTTF?FF"),
        ("tenure is not owned", "TFFFTT?"),  # an undeclared label is not "owned"; the orphan has no household
        ("employment is one of part, 'full time'", "TTTTF?F"),
        ("income is missing", "FFTTTFF"),
        ("income is not missing and income > 1000", "TTFFFFF"),
        ("role is head or age > 60", "TTFF?TF"),
        ("age / 0 > 5 or log(age - 41) < 0 ", "TTTT?TT"),
        ("age < max(age)", "FFTT?F?"),  # an aggregate of the person's household
    ],
)
def test_conditions_of_persons(text: str, expected: str) -> None:
    """Answers read off the seven persons by hand, `?` where a missing value leaves it open."""
    assert answers(text, entity="persons") == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("count(adults) >= 2 when type is couple", "TTF?"),  # nobody lives in the last one, whose type is unknown
        ("any(age < 18) and any(age >= 65)", "F?FF"),
        ("any(age < 18)", "T?FF"),
        ("all(age >= 18)", "F?TT"),
        ("all(age >= 18 where role is not child)", "TTTT"),
        ("count(age < 18 or age >= 65) > count(age between 18 and 64)", "F?TF"),
        ("if any(role is spouse) then abs(max(age where role is head) - max(age where role is spouse)) <= 30", "TTTT"),
        ("size is 3", "TFFF"),
        ("count() = size", "TTTT"),
        ("cars >= 1", "FTT?"),
        ("cars * 2 = 4", "FTF?"),
        ("rooms >= 2", "TFT?"),
        ("rooms = '3 or more'", "TFF?"),
        ("1 <= rooms < '3 or more'", "FTT?"),
        ("`year built` > 1960", "FTFT"),
        ("tenure is rented", "FTFT"),
        ("not tenure is owned and rent > 0", "FT?T"),
        ("IF Tenure is RENTED then rent > 0", None),
    ],
)
def test_conditions_of_households(text: str, expected: str | None) -> None:
    """Answers read off the four households by hand; names and labels are case-sensitive, keywords are not."""
    if expected is None:
        with pytest.raises(ExpressionError, match="did you mean 'tenure'"):
            answers(text)
    else:
        assert answers(text, adults="age >= 18") == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("sum(income) / size", [1000.0, 1000.0, 500.0, None]),
        ("sum(income where role is child)", [None, None, 0.0, 0.0]),  # one child of unknown income; no child
        ("mean(age)", [30.0, 30.0, 70.0, None]),
        ("median(age)", [39.0, 30.0, 70.0, None]),
        ("min(age where role is child)", [10.0, None, None, None]),
        ("max(age)", [41.0, 30.0, 70.0, None]),
        ("sd(age)", [round(float(np.std([41.0, 39.0, 10.0])), 9), 0.0, 0.0, None]),
        ("mean(rent by tenure)", [0.0, round(2300 / 3, 9), None, round(2300 / 3, 9)]),  # weights 2 and 1
        ("median(rent by tenure)", [0.0, 700.0, None, 700.0]),
        ("max(rent by tenure, type)", [0.0, 700.0, None, None]),
        ("0.5 * (tenure is rented) + (rent is missing)", [0.0, 0.5, 1.0, 0.5]),
        ("2 ** 3 - -1 / 4", [8.25] * 4),
        ("exp(0) + sqrt(abs(-4)) + tanh(0)", [3.0] * 4),
    ],
)
def test_numbers_of_households(text: str, expected: list[float | None]) -> None:
    """Sums, statistics of members, weighted statistics of groups, arithmetic."""
    assert values(text) == expected


def test_group_statistics_of_flat_rows() -> None:
    """A standardised value inside its group, for tables without households."""
    found = values("(income - mean(income by role)) / sd(income by role)", entity="persons", table=flat())
    mean = (2 * 2000 + 3000 + 500) / 4
    sd = np.sqrt((2 * (2000 - mean) ** 2 + (3000 - mean) ** 2 + (500 - mean) ** 2) / 4)
    assert found[0] == pytest.approx((2000 - mean) / sd)
    assert found[5] == pytest.approx((500 - mean) / sd)
    assert found[2:5] == [None] * 3


_OPTIONS = {"max_examples": 150, "deadline": None}


@settings(**_OPTIONS)
@given(st.data(), st.sampled_from(["households", "persons"]))
def test_random_conditions_mean_what_a_slow_reader_says(drawn: st.DataObject, entity: Entity) -> None:
    """Any condition, row by row: true, false or open, exactly as plain Python has it."""
    tree: Tree = drawn.draw(trees(of_persons=entity == "persons", depth=3))
    table, slow = data(), SlowReader(data())
    said = [slow.truth(tree, (entity, i)) for i in range(table.n_rows(entity))]
    assert answers(written(tree), entity=entity) == "".join({True: "T", False: "F", None: "?"}[a] for a in said)


@settings(**_OPTIONS)
@given(st.data(), st.sampled_from(["households", "persons"]))
def test_random_numbers_mean_what_a_slow_reader_says(drawn: st.DataObject, entity: Entity) -> None:
    """Any number, row by row."""
    tree: Tree = drawn.draw(quantities(of_persons=entity == "persons", depth=3, inside=False))
    table, slow = data(), SlowReader(data())
    said = [slow.number(tree, (entity, i)) for i in range(table.n_rows(entity))]
    found = numbers_of(read_formula(written(tree), SCHEMA, entity=entity), table)
    np.testing.assert_allclose(found, [NAN if v is None else v for v in said], rtol=1e-12, atol=1e-12)


def test_a_formula_says_what_it_is() -> None:
    """Kind, attributes, entity, and the text as it was written."""
    formula = read_formula(" sum(income) / size ", SCHEMA, entity="households")
    assert (formula.text, formula.kind, formula.entity) == ("sum(income) / size", "number", "households")
    assert formula.attributes == {"income"}
    assert formula.needs_members
    assert read_formula("rent > 0", SCHEMA, entity="persons").reads == {("persons", "rent")}
    assert formula == read_formula("sum(income) / size", SCHEMA, entity="households")


def test_a_number_is_no_condition_but_a_condition_is_a_number() -> None:
    """truth() refuses numbers; numbers_of() counts conditions 0 and 1."""
    with pytest.raises(ExpressionError, match="is a number where a condition belongs"):
        truth(read_formula("sum(income)", SCHEMA, entity="households"), data())
    assert values("tenure is owned") == [1.0, 0.0, 0.0, 0.0]


def test_what_a_table_lacks_is_named() -> None:
    """An absent column, a column without any value, members of flat rows; computing then refuses."""
    formula = read_formula("any(age < 18) and rent > 0", SCHEMA, entity="households")
    assert unavailable(formula, data()) == ()
    assert unavailable(formula, flat()) == ("rent", "members of households")
    gaps = (Gap("persons", "age", "all missing", whole_attribute=True), Gap("households", "rent", "3 odd values"))
    assert unavailable(formula, data(gaps=gaps)) == ("age",)
    person = read_formula("age < 18 or rent > 0", SCHEMA, entity="persons")
    assert unavailable(person, data()) == ()
    assert unavailable(person, flat()) == ("rent",)
    assert unavailable(read_formula("1 < 2", SCHEMA, entity="households"), flat()) == ("households",)
    with pytest.raises(SchemaError, match=r"formula 'age < 18 or rent > 0' .*table 'by hand' has no rent"):
        truth(person, flat())


def test_a_person_attribute_hides_that_of_the_household() -> None:
    """Where both have one of the same name, persons see their own and an absent one is not replaced."""
    schema = Schema((Attribute("n", "households", "numeric"), Attribute("n", "persons", "numeric")))
    both = {"households": {"n": np.array([1.0])}, "persons": {"n": np.array([2.0])}}
    one = {"household_weights": np.ones(1), "person_weights": np.ones(1), "household_of_person": np.zeros(1, np.int64)}
    formula = read_formula("n > 1", schema, entity="persons")
    assert truth(formula, Dataset("t", schema, **both, **one))[0].tolist() == [True]
    assert unavailable(formula, Dataset("t", schema, **(both | {"persons": {}}), **one)) == ("n",)


def test_rows_can_be_shared() -> None:
    """The same rows for many formulas give the same answers, for both entities."""
    table = data()
    rows = Rows(table, "persons")
    for text, entity in (("rent > 0", "households"), ("rent > 0", "persons"), ("any(rent > 0)", "households")):
        formula = read_formula(text, SCHEMA, entity=entity)  # type: ignore[arg-type]
        assert truth(formula, table, rows=rows)[0].tolist() == truth(formula, table)[0].tolist()


def test_results_do_not_share_memory_with_the_table() -> None:
    """Whoever changes what was computed does not change the table."""
    table = data()
    numbers_of(read_formula("age", SCHEMA, entity="persons"), table)[:] = 0.0
    assert table.persons["age"][0] == 30.0


def test_published_labels_can_be_written() -> None:
    """The label of purchases that LLMSynthor prints (arXiv 2505.14752), against its formula in NumPy."""
    schema = Schema(
        (
            Attribute("age", "persons", "numeric"),
            Attribute("price", "persons", "numeric"),
            Attribute("category", "persons", "categorical", ("Electronics", "Apparel")),
            Attribute("payment", "persons", "categorical", ("Online Payment", "Cash on Delivery")),
        )
    )
    age, price = np.array([20.0, 35.0, 70.0, 50.0]), np.array([100.0, 300.0, 50.0, 70.0])
    category, payment = np.array([0, 0, 1, 1]), np.array([0, 1, 1, 0])
    columns = {"age": age, "price": price, "category": category, "payment": payment}
    table = Dataset("shop", schema, {}, columns, np.zeros(0), np.ones(4))
    text = """-tanh((price - mean(price by category)) / sd(price by category))
              + 0.01 * (age - 35) ** 2 / 100 + 0.5 * (payment is 'Cash on Delivery')"""
    mean, sd = np.repeat([200.0, 60.0], 2), np.repeat([100.0, 10.0], 2)
    expected = -np.tanh((price - mean) / sd) + 0.01 * (age - 35) ** 2 / 100 + 0.5 * payment
    found = numbers_of(read_formula(text, schema, entity="persons"), table)
    np.testing.assert_allclose(found, expected, rtol=1e-12)
