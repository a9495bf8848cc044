"""A trained model as a folder."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import generator_case
import pytest
from semapop_case import Remembering, SemaPop, semapop

from censemble.errors import InputError, OutputError
from censemble.generators.semapop.model_files import MODEL, WEIGHTS, load_learnt, refuse_other_schema, save_learnt
from censemble.schema import Attribute, Schema

CASES = {case.name: case for case in generator_case.cases() if case.name in ("missing values", "households")}


@pytest.fixture(params=sorted(CASES))
def model(request: pytest.FixtureRequest) -> SemaPop:
    """Persons with missing values, households with members."""
    case = CASES[request.param]
    return semapop().fit(case.schema, seed_sample=case.pool)


def test_everything_comes_back(model: SemaPop, tmp_path: Path) -> None:
    """Settings, blocks, schema with roles, personas, projection, curves, figures of the survey, to the last bit."""
    model.save(tmp_path)
    before, after = model.learnt_, load_learnt(tmp_path, Remembering())
    assert before is not None
    assert (after.settings, after.flat.blocks, after.flat.schema) == (
        before.settings,
        before.flat.blocks,
        before.flat.schema,
    )
    assert after.bank.texts == before.bank.texts and after.about == before.about
    assert (after.bank.writer, after.bank.embedder) == (before.bank.writer, before.bank.embedder)
    for mine, theirs in (
        (after.bank.embeddings, before.bank.embeddings),
        (after.bank.of_record, before.bank.of_record),
        (after.space.axes, before.space.axes),
        (after.training_weights, before.training_weights),
        (after.curves.steps, before.curves.steps),
    ):
        assert mine.tobytes() == theirs.tobytes() and mine.dtype == theirs.dtype
    assert after.curves.figures["validation loss"].tolist() == before.curves.figures["validation loss"].tolist()


def test_what_was_measured_of_personas_comes_back(model: SemaPop, tmp_path: Path) -> None:
    """Leakage and what a language model wrote; a folder of before they were kept is read, and has none."""
    assert model.learnt_ is not None
    told = replace(model.learnt_, leakage={"records": 60}, writing={"asked": 9})
    save_learnt(told, tmp_path)
    after = load_learnt(tmp_path, Remembering())
    assert (after.leakage, after.writing) == ({"records": 60}, {"asked": 9})
    facts = json.loads((tmp_path / MODEL).read_text())
    (tmp_path / MODEL).write_text(json.dumps({k: v for k, v in facts.items() if k not in ("leakage", "writing")}))
    older = load_learnt(tmp_path, Remembering())
    assert (older.leakage, older.writing) == ({}, {})


def test_saving_twice_gives_the_same_bytes(model: SemaPop, tmp_path: Path) -> None:
    """And leaves nothing half-written beside."""
    model.save(tmp_path / "a")
    model.save(tmp_path / "b")
    for path in (tmp_path / "a").iterdir():
        assert path.read_bytes() == (tmp_path / "b" / path.name).read_bytes()
    assert len(list((tmp_path / "a").iterdir())) == 4


def changed(name: str, change: Callable[[dict[str, object]], object]) -> Callable[[Path], None]:
    """Change the JSON of a folder."""

    def act(folder: Path) -> None:
        facts = json.loads((folder / name).read_text())
        change(facts)
        (folder / name).write_text(json.dumps(facts))

    return act


@pytest.mark.parametrize(
    ("damage", "says"),
    [
        (lambda folder: (folder / WEIGHTS).unlink(), "found no file weights.safetensors"),
        (lambda folder: (folder / WEIGHTS).write_bytes(b"x" * 40), "SafetensorError"),
        (lambda folder: (folder / MODEL).write_text("{"), "JSONDecodeError"),
        (changed(MODEL, lambda facts: facts.update(version=1)), "expected censemble semapop version 2, found .* 1"),
        (changed(MODEL, lambda facts: facts.pop("sizes")), "KeyError"),
        (lambda folder: (folder / "personas.parquet").write_bytes(b"no"), "personas|Parquet|Arrow"),
    ],
)
def test_a_damaged_folder_is_refused(tmp_path: Path, damage: Callable[[Path], None], says: str) -> None:
    """A file is gone or broken, of another version, or lacks a part; the message says to train again."""
    case = CASES["households"]
    semapop().fit(case.schema, seed_sample=case.pool).save(tmp_path)
    damage(tmp_path)
    with pytest.raises(InputError, match=says) as caught:
        load_learnt(tmp_path, Remembering())
    assert "Train the model again" in str(caught.value)


def test_a_model_that_this_version_lacks_is_named(tmp_path: Path) -> None:
    """A backbone of one's own has to be given again."""
    case = CASES["households"]
    semapop().fit(case.schema, seed_sample=case.pool).save(tmp_path)
    with pytest.raises(InputError, match="a model 'remembering', and there are"):
        SemaPop.load(tmp_path)


def test_other_schemas_are_refused_by_their_differences() -> None:
    """A label more, another kind, an attribute that is only here or only there; the same schema passes."""
    sex = Attribute("sex", "persons", "categorical", ("female", "male"))
    age = Attribute("age", "persons", "numeric", bins=(0, 18, 99))
    refuse_other_schema(Schema((sex, age)), Schema((age, sex)), Path("model"))
    third = replace(sex, categories=("female", "male", "other"))
    work = Attribute("work", "persons", "categorical", ("no", "yes"))
    with pytest.raises(InputError) as caught:
        refuse_other_schema(Schema((sex, age)), Schema((third, work)), Path("model"))
    assert [p.where for p in caught.value.problems] == ["persons: sex", "persons: age", "persons: work"]
    assert "expected categorical with labels female, male, other, found categorical with labels female, male" in str(
        caught.value
    )


def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    """A file is in its way."""
    case = CASES["households"]
    (tmp_path / "file").write_text("")
    with pytest.raises(OutputError, match="file"):
        semapop().fit(case.schema, seed_sample=case.pool).save(tmp_path / "file")
