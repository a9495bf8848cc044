"""All tables of a comparison, from files or from frames, coded alike by one schema.

The schema is a file's, or is told from the reference; every table is then read by it, as far as it can be. All problems
of all tables come in one message.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from censemble.dataset import Dataset, Gap
from censemble.errors import InputError, Problem
from censemble.inputs import SourceFile
from censemble.io.comparison_attributes import (
    binning_words,
    require_attributes,
    schema_of_reference,
    with_bins,
    without_empty,
)
from censemble.io.comparison_datasets import Form, make_dataset
from censemble.io.comparison_files import RawTable, Wanted, open_table
from censemble.io.comparison_paths import GivenTable, TablePath, given_of, name_problem, table_arguments, table_path
from censemble.io.comparison_schema import SchemaFile, parse_schema, read_schema_file
from censemble.io.inference import infer_schema, looks_like_key, looks_like_weight
from censemble.schema import Entity, Schema

__all__ = ["Comparison", "TablePath", "read_comparison", "read_comparison_frames", "table_arguments", "table_path"]


@dataclass(frozen=True, eq=False)
class Comparison:
    """What is compared with what.

    Parameters
    ----------
    schema : Schema
        Attributes and roles that all tables share. Every numeric attribute has bins: its own, or quantiles of the
        reference.
    reference : Dataset
    tables : tuple of Dataset
        In the order given; several may have one name: random seeds of one generator.
    train, holdout : Dataset or None
    files : tuple of SourceFile
        Every file that was read, with its hash.
    notes : tuple of str
        What was guessed, which columns and weights were taken.
    binning : mapping of str to str
        For each attribute, in words, what its categories or bins are.
    """

    schema: Schema
    reference: Dataset
    tables: tuple[Dataset, ...]
    train: Dataset | None
    holdout: Dataset | None
    files: tuple[SourceFile, ...]
    notes: tuple[str, ...]
    binning: Mapping[str, str]


def read_comparison(
    reference: TablePath,
    tables: Sequence[TablePath],
    *,
    train: TablePath | None = None,
    holdout: TablePath | None = None,
    schema: Path | None = None,
) -> Comparison:
    """Read the tables of a comparison from files.

    Parameters
    ----------
    reference : TablePath
        The population or a weighted survey of it, flat or households and persons.
    tables : sequence of TablePath
        Those to be judged.
    train, holdout : TablePath, optional
        What the generators learnt from, and real records that they have not seen.
    schema : Path, optional
        A schema file or a project file; without it the reference tells what its columns are.

    Raises
    ------
    ConfigError
        The schema file cannot be understood.
    InputError
        Files that are missing, damaged or empty, households that cannot be told apart, weights that are none, tables
        without one attribute of the reference: all of them.
    """
    real = [(reference, "reference"), (train, "train"), (holdout, "holdout")]
    given = {role: given_of(path, role=role) for path, role in real if path is not None}
    return _read(given, [given_of(t, role="table") for t in tables], read_schema_file(schema) if schema else None)


def read_comparison_frames(
    reference: Any,
    tables: Mapping[str, Any],
    *,
    train: Any = None,
    holdout: Any = None,
    schema: Path | Mapping[str, Any] | None = None,
) -> Comparison:
    """Read the tables of a comparison from frames, from paths, or from both.

    Parameters
    ----------
    reference, train, holdout : frame, (frame, frame), Path or str
        A pandas, polars or pyarrow table; a pair of households and persons; or what `table_path` takes.
    tables : mapping of str to the same, or to a list of the same
        By name; a list holds several random seeds of one generator.
    schema : Path or mapping, optional
        A schema file, or its content as a dict.

    Raises
    ------
    ConfigError, InputError
        As `read_comparison`.

    Examples
    --------
    >>> import pyarrow as pa
    >>> real, mine = pa.table({"sex": ["f", "f", "m"]}), pa.table({"sex": ["m", "x"]})
    >>> found = read_comparison_frames(real, {"mine": mine})
    >>> found.tables[0].persons["sex"].tolist(), found.tables[0].gaps[0].says
    ([1, -2], "1 of 2 rows of column 'sex' hold no declared category: 'x' (1).")
    """
    real = {"reference": reference, "train": train, "holdout": holdout}
    given = {
        role: _given(frame, role, role) for role, frame in real.items() if frame is not None or role == "reference"
    }
    many = {name: f if isinstance(f, list) else [f] for name, f in tables.items()}
    judged = [_given(frame, name, "table") for name, frames in many.items() for frame in frames]
    file = parse_schema(schema) if isinstance(schema, Mapping) else read_schema_file(schema) if schema else None
    return _read(given, judged, file)


def _given(frame: Any, name: str, role: str) -> GivenTable:
    if isinstance(frame, TablePath):
        return given_of(frame, role=role)
    if isinstance(frame, str | Path):
        return given_of(table_path(str(frame), name=name), role=role)
    if isinstance(frame, tuple) and len(frame) == 2:
        return GivenTable(name, role, None, {"households": _part(frame[0]), "persons": _part(frame[1])})
    return GivenTable(name, role, frame, {})


def _part(frame: Any) -> Any:
    return Path(frame) if isinstance(frame, str) else frame


def _read(real: Mapping[str, GivenTable], judged: Sequence[GivenTable], file: SchemaFile | None) -> Comparison:
    problems = [p for t in judged if (p := name_problem(t.name, f"{t.name}=..."))]
    notes: list[str] = []
    files: list[SourceFile] = []
    given, flat_entity = real["reference"], (file and file.entity) or "persons"
    raw = open_table(given, problems, flat_entity=flat_entity, wanted=_wanted_of_reference(file))
    if raw is None:
        _open_all([*real.values(), *judged][1:], problems, flat_entity)
        raise _all_problems(problems)
    filled = infer_schema(raw, file or SchemaFile(), notes, has_file=file is not None)
    form = Form(filled, schema_of_reference(filled, raw, notes, problems), raw.names)
    reference = make_dataset(raw, form, problems=problems, notes=notes)
    if reference is not None:
        if file is None or not file.declares_attributes:
            reference, form = without_empty(reference, form, problems, notes)
        require_attributes(reference, raw, problems)
        reference, form = with_bins(reference, form)
    _note_weights(raw, filled, notes)
    files += raw.files
    del raw  # the texts of one table at a time are enough
    found: list[Dataset | None] = []
    for table in [*list(real.values())[1:], *judged]:
        opened = open_table(
            table, problems, flat_entity=flat_entity, entities=_entities(table, form), wanted=form.wanted
        )
        files += opened.files if opened else ()
        found.append(make_dataset(opened, form, problems=problems, notes=notes) if opened else None)
    for dataset, table in zip(found, list(real.values())[1:], strict=False):
        if dataset is not None:
            _require_all(dataset, table, problems)
    if problems or reference is None:
        raise _all_problems(problems)
    read = [d for d in found if d is not None]
    named = dict(zip(list(real)[1:], read, strict=False))
    tables = tuple(read[len(named) :])
    notes += [f"{d.name}: {gap.says}" for d in (reference, *named.values()) for gap in d.gaps]
    reference = _compared_with_train(reference, named.get("train"), notes)
    notes += _same_files(files)
    return Comparison(
        schema=form.schema,
        reference=reference,
        tables=tables,
        train=named.get("train"),
        holdout=named.get("holdout"),
        files=tuple(files),
        notes=tuple(dict.fromkeys(notes)),
        binning=binning_words(filled, form.schema),
    )


def _wanted_of_reference(file: SchemaFile | None) -> Wanted | None:
    """Everything where attributes are told from the reference, else what is declared and may be a household id."""
    if file is None or not file.declares_attributes:
        return None
    form = Form(file, Schema(()), {})
    return lambda entity, names: [*form.wanted(entity, names), *(n for n in names if looks_like_key(n))]


def _open_all(tables: Sequence[GivenTable], problems: list[Problem], flat_entity: Entity) -> None:
    """Look at the other files too, so that all that is wrong with them is in the same message."""
    for table in tables:
        open_table(table, problems, flat_entity=flat_entity)


def _entities(table: GivenTable, form: Form) -> tuple[Entity, ...]:
    """Parts of a table that the reference has too."""
    return form.entities if len(table.parts) == 2 else ("households", "persons")


def _all_problems(problems: Sequence[Problem]) -> InputError:
    count = "1 problem" if len(problems) == 1 else f"{len(problems)} problems"
    return InputError(f"{count} in the tables to compare", problems)


def _require_all(dataset: Dataset, given: GivenTable, problems: list[Problem]) -> None:
    """Real records without an attribute make yardsticks that nothing can be held against."""
    for gap in dataset.gaps:
        if gap.whole_attribute:
            expected, action = (
                f"values of attribute {gap.attribute!r}",
                "Give real records that have them, or name the ",
            )
            action += "columns that count in a schema file (`ignore` leaves some out)."
            label = f"{given.label(gap.entity)} ({given.role})"
            problems.append(Problem(label, "", expected, gap.says.rstrip("."), action, "incomplete-records"))


def _note_weights(raw: RawTable, file: SchemaFile, notes: list[str]) -> None:
    for entity, names in raw.names.items():
        unused = [n for n in names if looks_like_weight(n)] if not file.weight_of(entity) else []
        if unused:
            says = f"column {unused[0]!r} looks like a design weight and none is declared: every row counts once."
            notes.append(f"{raw.given.label(entity)}: {says}")


def _compared_with_train(reference: Dataset, train: Dataset | None, notes: list[str]) -> Dataset:
    """Mark a reference with fewer rows than the sample that is said to come from it."""
    gaps: list[Gap] = []
    for entity in reference.entities if train is not None else ():
        n, n_train = reference.n_rows(entity), train.n_rows(entity) if train is not None else 0
        if n < n_train:
            says = f"The reference has fewer {entity} ({n:,}) than the training sample ({n_train:,})"
            hint = "its own noise may be what is measured; are the two the wrong way round?"
            gaps.append(Gap(entity, "", f"{says}: {hint}"))
    notes += [gap.says for gap in gaps]
    return replace(reference, gaps=(*reference.gaps, *gaps))


def _same_files(files: Sequence[SourceFile]) -> Iterator[str]:
    """Say which roles, and which tables, are played by one and the same content."""
    first: dict[str, SourceFile] = {}
    for file in files:
        other = first.setdefault(file.sha256, file)
        if other is not file and (other.role != file.role or file.role == "table"):
            yield f"{file.path} ({file.role}) holds the same as {other.path} ({other.role})."
