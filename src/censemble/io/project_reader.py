"""From a project to inputs in memory: every file is read, every problem of every file is told at once."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from censemble.errors import ConfigError, InputError
from censemble.geography import Geography
from censemble.inputs import GeneratorSettings, Inputs, OutputSettings, RunSettings
from censemble.io.attributes import missing_note, schema_of, visible_attributes
from censemble.io.frames import TableStore, unused_frames
from censemble.io.generator_model import GeneratorDeclaration, SemaPopGenerator
from censemble.io.long_tables import read_long
from censemble.io.margin_checks import check_empty_zones, check_group_totals
from censemble.io.microdata import read_seed_sample
from censemble.io.project_checks import cross_checks
from censemble.io.project_model import Project, SeedSample
from censemble.io.roles import roles_of
from censemble.io.rules_file import RulesFile, read_rules_file, rules_of
from censemble.io.sources import texts
from censemble.io.table_checks import check_crosswalk
from censemble.io.tables import TableGround, read_wide
from censemble.io.yaml_text import YamlDocument
from censemble.margins import Margin
from censemble.pool import Pool
from censemble.rules import RuleBook
from censemble.schema import Schema


def read_project(
    project: Project, *, base: Path, frames: Mapping[str, Any] | None = None, source: str = "censemble.yaml"
) -> Inputs:
    """Read and check all that a project names.

    Whether the tables can hold together is not asked here: that needs the solver.

    Parameters
    ----------
    project : Project
        From `censemble.io.project.load_project` or `parse_project`.
    base : Path
        Folder that relative file names start from.
    frames : mapping of str to frame, optional
        pandas, polars or pyarrow tables that stand for files, by the names that the project gives them.
    source : str
        Name of the project file, for messages.

    Returns
    -------
    Inputs
        Geography, schema, seed sample, margins and settings; `notes` tell what was left out.

    Raises
    ------
    ConfigError
        The parts of the project contradict each other.
    InputError
        Files, columns, ids, codes, counts: all problems of all files.
    """
    if found := cross_checks(project, YamlDocument(project.model_dump(), source)):
        raise ConfigError(f"{source}: the parts of the project contradict each other", found)
    store = TableStore(base, frames or {}, [])
    store.problems += unused_frames(store.frames, sorted(set(_file_names(project))))
    notes: list[str] = []
    geography = _geography(project, store, notes)
    if project.geography.polygons is not None:
        store.register(project.geography.polygons.file, role="zone outlines")
    for path, role in _generator_files(project.generator):
        store.register(path, role=role)
    schema = schema_of(project)
    roles = roles_of(project.roles, project.attributes.persons, schema, store.problems, source=source)
    schema = replace(schema, roles=roles)
    rules = _rules(project, schema, store, source)
    pool, margins = None, []
    if geography is not None:
        pool = read_seed_sample(project, geography, store, notes) if project.seed_sample else None
        ground = TableGround(store, geography, project.geography.crosswalk, source)
        margins = [m for m in _margins(project, schema, ground, notes) if m is not None]
    is_read = pool is not None or project.seed_sample is None
    if is_read and geography is not None:
        notes += _joint_checks(margins, geography, pool, store)
    if store.problems or geography is None or not is_read:
        listed = list(dict.fromkeys(store.problems))  # two tables of one file may tell the same
        raise InputError(f"{len(listed)} problem{'s' if len(listed) > 1 else ''} in the inputs", listed)
    notes += _missing(project, margins, pool)
    return replace(_inputs(project, geography, schema, pool, margins, store, notes), rules=rules)


def _file_names(project: Project) -> Iterator[str]:
    yield project.geography.crosswalk.file
    sample = project.seed_sample or SeedSample()
    yield from (section.file for section in (sample.households, sample.persons) if section is not None)
    for margin in project.margins:
        yield margin.table.file
        if margin.table.moe_file:
            yield margin.table.moe_file


def _generator_files(generator: GeneratorDeclaration) -> Iterator[tuple[str, str]]:
    """Files that a generator reads beside the survey, for the manifest."""
    if isinstance(generator, SemaPopGenerator) and generator.trained:
        yield from (
            (f"{generator.trained}/{name}", "trained model") for name in ("semapop.json", "weights.safetensors")
        )
    if isinstance(generator, SemaPopGenerator) and generator.bank:
        yield generator.bank, "personas"


def _rules(project: Project, schema: Schema, store: TableStore, source: str) -> RuleBook:
    """Rules of the project file or of the file that it names; faulty ones become problems."""
    if isinstance(project.rules, str):
        return read_rules_file(project.rules, schema, store) if project.rules else RuleBook()
    document = YamlDocument({"rules": project.model_dump()["rules"]}, source)
    return rules_of(RulesFile(rules=project.rules), schema, document=document, problems=store.problems)


def _geography(project: Project, store: TableStore, notes: list[str]) -> Geography | None:
    spec, levels = project.geography.crosswalk, project.geography.levels
    n_before = len(store.problems)
    table = store.read(spec.file, role="crosswalk", columns=list(dict.fromkeys(spec.columns.values())))
    if table is None:
        return None
    columns = {level: texts(table, spec.columns[level]) for level in levels}
    notes += check_crosswalk(columns, levels, store.problems, source=store.label(spec.file))
    if len(store.problems) > n_before:
        return None
    # A crosswalk of smaller pieces repeats its zones; the check above found that repeated rows agree.
    _, first = np.unique(columns[levels[-1]].astype(str), return_index=True)
    return Geography.from_columns(levels, {level: columns[level][first].tolist() for level in levels})


def _margins(project: Project, schema: Schema, ground: TableGround, notes: list[str]) -> Iterator[Margin | None]:
    for declared in project.margins:
        attributes = visible_attributes(schema, declared.of)
        if declared.cells:
            yield read_wide(declared, attributes, ground)
        else:
            yield read_long(declared, attributes, ground, notes)


def _joint_checks(margins: list[Margin], geography: Geography, pool: Pool | None, store: TableStore) -> list[str]:
    notes = check_group_totals(margins, geography, pool, store.problems)
    return notes + check_empty_zones(margins, geography, store.problems)


def _missing(project: Project, margins: list[Margin], pool: Pool | None) -> Iterator[str]:
    """Tell of blanks in what the margins count by; where `missing` codes are declared, the user knows."""
    if pool is None:
        return
    counted = dict.fromkeys((margin.entity, name) for margin in margins for name in margin.attributes)
    for entity, name in counted:
        declared = (project.attributes.households if entity == "households" else project.attributes.persons).get(name)
        columns = pool.households if entity == "households" else pool.persons
        if declared is not None and not declared.missing:
            yield from missing_note(columns[name], name, entity=entity)


def _inputs(
    project: Project,
    geography: Geography,
    schema: Schema,
    pool: Pool | None,
    margins: list[Margin],
    store: TableStore,
    notes: list[str],
) -> Inputs:
    polygons, run = project.geography.polygons, project.run
    return Inputs(
        name=project.name,
        geography=geography,
        schema=schema,
        seed_sample=pool,
        margins=tuple(margins),
        settings=RunSettings(
            run.random_seed, run.max_expansion_factor, run.expansion_level, tol=run.tol, max_iter=run.max_iter
        ),
        outputs=OutputSettings(formats=tuple(dict.fromkeys(("parquet", *project.outputs.formats)))),
        files=tuple(store.files),
        notes=tuple(dict.fromkeys(notes)),
        thresholds=dict(project.report.thresholds),
        geojson=str(store.base / polygons.file) if polygons else "",
        geojson_id=polygons.id if polygons else "",
        generator=_generator(project, store.base),
        language_model=project.language_model.settings(),
        personas=project.personas.settings(),
        record_entity=project.record_entity,
    )


def _generator(project: Project, base: Path) -> GeneratorSettings:
    options = project.generator.model_dump(exclude={"kind", "records"})
    options |= {name: str(base / options[name]) for name in ("trained", "bank") if options.get(name)}
    return GeneratorSettings(project.generator.kind, getattr(project.generator, "records", 0), options)
