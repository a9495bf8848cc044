"""Tables of a comparison from end to end, good ones and bad ones: an error or a gap, never a wrong number."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pyarrow.csv as pacsv
import pyarrow.parquet as pq
import pytest
from comparison_case import linked, many, people
from hypothesis import given, settings
from hypothesis import strategies as st

from censemble.dataset import Gap
from censemble.errors import InputError
from censemble.io.comparison_tables import Comparison, read_comparison, read_comparison_frames, table_path


def gaps_of(table: Any, reference: Any = None, **options: Any) -> list[Gap]:
    found = read_comparison_frames(people() if reference is None else reference, {"mine": table}, **options)
    return list(found.tables[0].gaps)


def problems_of(reference: Any, tables: dict[str, Any], **options: Any) -> list[tuple[str, str]]:
    with pytest.raises(InputError) as caught:
        read_comparison_frames(reference, tables, **options)
    return [(p.source, p.code) for p in caught.value.problems]


def whole(gaps: list[Gap]) -> list[str]:
    return [g.attribute for g in gaps if g.whole_attribute]


def test_a_table_like_the_reference_has_no_gaps() -> None:
    """Codes are shared, weights are 1, bins are told in words."""
    found = read_comparison_frames(people(), {"mine": people(sex=["m", "m", "f", "f"])})
    (mine,) = found.tables
    assert mine.gaps == ()
    assert (found.reference.persons["sex"].tolist(), mine.persons["sex"].tolist()) == ([0, 1, 0, 0], [1, 1, 0, 0])
    assert mine.person_weights.tolist() == [1, 1, 1, 1]
    assert found.binning == {"sex": "2 categories", "cars": "3 ordered categories", "income": "4 ordered categories"}


def test_numeric_attributes_have_quantile_bins_of_the_weighted_reference() -> None:
    """Bins come from the reference, weighted, and every dataset has the same schema."""
    real = many().append_column("weight", pa.array([1.0 if i % 80 < 40 else 0.0 for i in range(400)]))
    found = read_comparison_frames(real, {"mine": many()})
    age = found.schema.find("persons", "age")
    assert age.bins == (-np.inf, 4, 8, 12, 16, 20, 24, 28, 32, 36, np.inf)
    assert found.tables[0].schema is found.reference.schema is found.schema
    assert found.binning["age"].startswith("10 bins by quantiles of the reference, edges -inf, 4, 8")
    assert "column 'person' is not compared: it has another value in every row" in " ".join(found.notes)


def test_files_and_frames_give_the_same(tmp_path: Path) -> None:
    """Parquet, CSV, pandas, polars and Arrow are one table."""
    table = many()
    pq.write_table(table, tmp_path / "t.parquet")
    pacsv.write_csv(table, tmp_path / "t.csv")
    forms = [tmp_path / "t.parquet", str(tmp_path / "t.csv"), table.to_pandas(), pl.from_arrow(table)]
    expected = read_comparison_frames(table, {"mine": table}).tables[0].persons
    for reference in forms:
        for form in forms:
            found = read_comparison_frames(reference, {"mine": form}).tables[0].persons
            for name, values in expected.items():
                np.testing.assert_array_equal(found[name], values)


TYPES = pa.schema([("t", pa.string()), ("n", pa.int64()), ("x", pa.float64())])
CELLS = st.tuples(
    st.sampled_from(["a", "b ", "01", None]), st.integers(-3, 30) | st.none(), st.sampled_from([0.5, 1.0, 2.25, None])
)


@settings(max_examples=25, deadline=None)
@given(st.lists(CELLS, min_size=2, max_size=60), st.randoms(use_true_random=False))
def test_form_and_order_do_not_matter(tmp_path_factory: pytest.TempPathFactory, rows: list[Any], random: Any) -> None:
    """CSV or Arrow, columns in any order, rows permuted: the same codes, row by row."""
    table = pa.table({"t": [r[0] for r in rows], "n": [r[1] for r in rows], "x": [r[2] for r in rows]}, schema=TYPES)
    table = pa.concat_tables([table, pa.table({"t": ["z"], "n": [7], "x": [1.0]}, schema=TYPES)])
    order = random.sample(range(table.num_rows), table.num_rows)
    path = tmp_path_factory.mktemp("any") / "t.csv"
    pacsv.write_csv(table.select(["x", "t", "n"]).take(pa.array(order)), path)
    found = read_comparison_frames(table, {"mine": path})
    assert found.tables[0].gaps == ()
    for name, values in found.reference.persons.items():
        np.testing.assert_array_equal(found.tables[0].persons[name], values[order])


def test_several_random_seeds_share_a_name() -> None:
    """A list of tables under one name stays several tables, in order."""
    found = read_comparison_frames(people(), {"mine": [people(), people()], "other": people()})
    assert [t.name for t in found.tables] == ["mine", "mine", "other"]


def test_paths_train_and_holdout(tmp_path: Path) -> None:
    """Files are recorded with their roles and hashes; the same file in two roles is noted."""
    for name in ("real", "mine", "hold"):
        pq.write_table(people(cars=[1, 1, 1, len(name)]), tmp_path / f"{name}.parquet")

    def path(name: str) -> Any:
        return table_path(str(tmp_path / f"{name}.parquet"), name=name)

    found = read_comparison(path("real"), [path("mine")], train=path("real"), holdout=path("hold"))
    assert [f.role for f in found.files] == ["reference", "train", "holdout", "table"]
    assert found.train is not None
    assert (found.train.name, found.holdout.name if found.holdout else "") == ("real", "hold")
    assert any("(train) holds the same as" in note for note in found.notes)


def test_missing_extra_and_renamed_columns() -> None:
    """What is not there is a whole gap that names what may be it; what nobody asked for is listed."""
    gaps = gaps_of(people(sex=None, Sex=["f"] * 4, zone=[1] * 4))
    assert whole(gaps) == ["sex"]
    assert any("'Sex' looks like it" in g.says for g in gaps)
    assert any("2 columns are not compared" in g.says for g in gaps)


def test_differently_typed_columns() -> None:
    """Whole floats and digits are the same labels; fractions and words are counted; nothing known is a whole gap."""
    assert gaps_of(people(cars=[0.0, 1.0, 2.0, None])) == []
    assert gaps_of(people(cars=["0", "1", "2", "1.0"])) == []
    (gap,) = gaps_of(people(cars=[0.5, 1.0, 2.0, 1.0]))
    assert "1 of 4 rows of column 'cars' hold no declared category: '0.5' (1)" in gap.says
    assert whole(gaps_of(people(cars=["none", "one", "two", "one"]))) == ["cars"]
    assert whole(gaps_of(people(cars=[[1], [2], [3], [4]]))) == ["cars"]


def test_unknown_categories_are_undeclared_codes() -> None:
    """They are counted with the top three, and the rows stay."""
    found = read_comparison_frames(people(), {"mine": people(sex=["x", "y", "x", "f"])})
    assert found.tables[0].persons["sex"].tolist() == [-2, -2, -2, 0]
    assert "3 of 4 rows of column 'sex' hold no declared category: 'x' (2), 'y' (1)." in found.tables[0].gaps[0].says


def test_columns_without_values() -> None:
    """All missing cannot be compared; some missing can."""
    assert whole(gaps_of(people(sex=[None] * 4))) == ["sex"]
    assert whole(gaps_of(people(sex=[""] * 4, cars=[float("nan")] * 4))) == ["sex", "cars"]
    assert gaps_of(people(sex=["f", None, "m", "f"])) == []


def test_infinite_numbers_and_texts_in_numeric_columns() -> None:
    """They fall outside all bins, finite numbers do not; each kind is counted."""
    mine = many().to_pandas().astype({"age": object})
    mine.loc[0, "age"], mine.loc[1, "age"] = np.inf, "old"
    found = read_comparison_frames(many(), {"mine": mine})
    ages = found.tables[0].persons["age"]
    assert np.isinf(ages[:2]).all()
    assert np.isfinite(ages[2:]).all()
    says = [g.says for g in found.tables[0].gaps]
    assert any("1 of 400 rows of column 'age' hold an infinite number" in s for s in says)
    assert any("1 of 400 rows of column 'age' hold no number: 'old' (1)" in s for s in says)


def test_one_row_is_allowed_and_zero_rows_are_not() -> None:
    """One row is marked; a table without rows is an error."""
    one = people().slice(0, 1)
    assert ["one row" in g.says for g in gaps_of(one)] == [True]
    assert problems_of(people(), {"mine": people().slice(0, 0)}) == [("mine", "empty-file")]


def test_a_table_of_something_else_is_refused() -> None:
    """Without one attribute of the reference there is nothing to compare."""
    assert problems_of(people(), {"mine": pa.table({"x": [1, 2]})}) == [("mine", "nothing-to-compare")]


def test_a_reference_without_attributes_is_refused() -> None:
    """Ids alone are no reference."""
    assert problems_of(pa.table({"person_id": [1, 2]}), {})[0] == ("reference", "nothing-to-compare")


def test_all_problems_of_all_tables_come_at_once(tmp_path: Path) -> None:
    """Damaged, missing, empty, twice: one message, whether the reference is good or not."""
    (tmp_path / "bad.parquet").write_bytes(b"no parquet")
    bad: dict[str, Any] = {
        "a": tmp_path / "bad.parquet",
        "b": tmp_path / "none.csv",
        "c": people().slice(0, 0),
        "d": pd.DataFrame([["f", "m"]], columns=["sex", "sex"]),
        "e": [1, 2],
    }
    codes = [code for _, code in problems_of(people(), {**bad, "e": {"sex": ["f"]}})]
    assert codes == ["unreadable", "missing-file", "empty-file", "duplicate-column", "not-a-frame"]
    assert [code for _, code in problems_of(tmp_path / "none.parquet", bad)][:3] == [
        "missing-file",
        "unreadable",
        "missing-file",
    ]


def test_names_of_tables_are_checked_for_frames_too() -> None:
    """Names that stand for real records or look like paths are refused."""
    assert [c for _, c in problems_of(people(), {"train": people(), "a/b": people(), "": people()})] == [
        "reserved-name",
        "table-name",
        "table-name",
    ]


def test_a_reference_smaller_than_the_sample_is_marked() -> None:
    """It is no error, because a survey may be the reference; a gap and a note say what to think of."""
    found = read_comparison_frames(people(), {"mine": people()}, train=pa.concat_tables([people()] * 2))
    (gap,) = found.reference.gaps
    assert "fewer persons (4) than the training sample (8)" in gap.says
    assert gap.says in found.notes


def test_weights_of_real_tables() -> None:
    """A weight counts where a table has it; one that is no weight is an error."""
    real = people(weight=[2.0, 1.0, 1.0, 0.0])
    found = read_comparison_frames(real, {"mine": people()}, train=real)
    assert found.reference.person_weights.tolist() == [2, 1, 1, 0]
    assert found.tables[0].person_weights.tolist() == [1, 1, 1, 1]
    assert "reference: weighted by 'weight'." in found.notes
    for bad in ([-1.0, 1, 1, 1], [None, 1, 1, 1], [np.inf, 1, 1, 1], [0.0] * 4):
        (problem,) = problems_of(real, {"mine": people(weight=bad)})
        assert problem[1] in ("design-weight", "missing-value")


SCHEMA = {
    "attributes": {
        "persons": {
            "sex": {"column": "SEX", "categories": {"male": 1, "female": 2}},
            "years": {"column": "AGEP", "kind": "numeric", "bins": [0, 18, 100]},
        }
    }
}


def test_raw_codes_and_labels_under_one_schema() -> None:
    """A survey has codes under its column, our outputs have labels under the attribute; the notes say which."""
    real = pa.table({"SEX": ["1", "02", ""], "AGEP": [3, 40, 200]})
    found = read_comparison_frames(
        real, {"mine": pa.table({"sex": ["female", "male"], "years": [1.5, 2]})}, schema=SCHEMA
    )
    assert found.reference.persons["sex"].tolist() == [0, 1, -1]
    assert found.tables[0].persons["sex"].tolist() == [1, 0]
    assert "mine: read by attribute name, as labels: sex, years." in found.notes
    assert [g.says for g in found.reference.gaps] == ["1 of 3 rows of column 'AGEP' lie outside the declared bins."]
    assert found.binning["years"] == "2 declared bins, edges 0, 18, 100"


def test_a_declared_attribute_must_be_in_the_reference() -> None:
    """A mistake in the schema is an error, not a gap in every table."""
    real = pa.table({"SEX": [1, 2], "AGE": [3, 40]})
    with pytest.raises(InputError, match="'AGE' looks like it"):
        read_comparison_frames(real, {}, schema=SCHEMA)


def test_declared_attributes_of_households_need_households() -> None:
    """Where the reference has persons only they are left out, with a note."""
    content = {"attributes": {**SCHEMA["attributes"], "households": {"t": {"column": "T", "categories": {"a": 1}}}}}
    found = read_comparison_frames(pa.table({"SEX": [1, 2], "AGEP": [3, 40]}), {}, schema=content)
    assert [a.name for a in found.schema.attributes] == ["sex", "years"]
    assert "Attributes of households are not compared: the reference has no households." in found.notes


def test_rows_of_a_flat_table_may_be_households() -> None:
    """`entity` says what a row is."""
    found = read_comparison_frames(people(), {"mine": people()}, schema={"entity": "households"})
    assert (found.reference.entities, found.tables[0].entities) == (("households",), ("households",))


def test_one_table_where_two_were_meant() -> None:
    """A flat table beside a linked reference lacks the other entity: each of its attributes is a whole gap."""
    found = read_comparison_frames(linked(), {"mine": people()})
    assert whole(list(found.tables[0].gaps)) == ["tenure", "NP"]
    assert found.tables[0].entities == ("persons",)


def test_two_tables_where_one_was_meant() -> None:
    """Of a linked table the part that the reference has is compared."""
    found = read_comparison_frames(people(), {"mine": linked()})
    assert (found.tables[0].entities, found.tables[0].gaps) == (("persons",), ())


def comparison_of_linked(**options: Any) -> Comparison:
    return read_comparison_frames(linked(), {"mine": linked(**options)})


def test_orphans_are_kept_and_counted() -> None:
    """A person whose household is not there has no household and stays a person."""
    found = comparison_of_linked(persons={"household_id": [1, 9, 2, None]})
    assert found.tables[0].household_of_person.tolist() == [0, -1, 1, -1]
    assert any("2 of 4 persons belong to no household" in g.says for g in found.tables[0].gaps)
    assert found.tables[0].declared_sizes is not None
    assert found.tables[0].declared_sizes.tolist() == [2, 1, 1]


def test_households_that_cannot_be_told_apart_are_an_error() -> None:
    """Which row would a person of a repeated household belong to?"""
    pair = linked(households={"household_id": [1, 1, 3]})
    assert problems_of(linked(), {"mine": pair}) == [("mine (households)", "duplicate-id")]


def test_a_shared_schema_file_sees_the_same_attributes_as_the_reference(tmp_path: Path) -> None:
    """A schema given as a file or as a dict is the same schema."""
    (tmp_path / "s.yaml").write_text("entity: households\nignore: [cars]\n")
    by_file = read_comparison_frames(people(), {}, schema=tmp_path / "s.yaml")
    by_dict = read_comparison_frames(people(), {}, schema={"entity": "households", "ignore": ["cars"]})
    assert by_file.schema == by_dict.schema
    assert [a.name for a in by_dict.schema.of("households")] == ["sex", "income"]


def test_real_excerpts_of_two_states(shared_data: Path) -> None:
    """Codes of places differ between states and are whole gaps; everything else is compared, weighted."""
    folder = shared_data / "nist_acs_excerpts"
    paths = [table_path(str(folder / f"{name}.csv.gz"), name=name) for name in ("ma2019", "tx2019")]
    found = read_comparison(paths[0], paths[1:])
    assert found.reference.n_rows("persons") == 7634
    assert found.reference.person_weights.sum() > 7634
    assert whole(list(found.tables[0].gaps)) == ["PUMA", "DENSITY"]


def test_real_records_that_lack_an_attribute_are_refused() -> None:
    """A floor or a training sample without it cannot be held against tables that have it."""
    problems = problems_of(people(), {"mine": people()}, train=people(income=None), holdout=people(sex=None))
    assert [code for *_, code in problems] == ["incomplete-records"] * 2
    persons = linked()[1]
    assert {p[-1] for p in problems_of(linked(), {"mine": linked()}, holdout=persons)} == {"incomplete-records"}


def test_what_is_odd_in_real_records_is_noted() -> None:
    """Their gaps stand with no table, and would otherwise be told nowhere."""
    found = read_comparison_frames(people(), {"mine": people()}, holdout=people(sex=["f", "m", "x", "x"]))
    assert "holdout: 2 of 4 rows of column 'sex' hold no declared category: 'x' (2)." in found.notes


def test_a_table_given_twice_is_noted(tmp_path: Path) -> None:
    """As random seeds of one generator it would pretend certainty."""
    pacsv.write_csv(people(cars=[1, 1, 1, 0]), tmp_path / "a.csv")
    paths = [tmp_path / "a.csv"] * 2
    found = read_comparison_frames(people(), {"mine": paths})
    assert any(note.count("a.csv (table)") == 2 for note in found.notes)


def test_columns_of_the_right_names_without_values_are_refused_as_such() -> None:
    """The message does not say that it expected a column which is there."""
    empty = people(sex=[None] * 4, cars=[None] * 4, income=[None] * 4)
    with pytest.raises(InputError, match="Column 'sex' holds no value in any row"):
        read_comparison_frames(people(), {"mine": empty})
