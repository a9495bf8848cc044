"""Whether records, seed sample and generator of a project fit together, before any data file is opened."""

from __future__ import annotations

from collections.abc import Iterator

from censemble.errors import ExpressionError
from censemble.expressions import parse
from censemble.io.generator_model import KINDS, NEED_SAMPLE, TRAINING, SemaPopGenerator
from censemble.io.project_model import Project, SeedSample
from censemble.io.suggestions import advice
from censemble.io.yaml_text import Location

Found = Iterator[tuple[Location, str, str, str, str]]  # location, expected, found, action, code
RESERVED = frozenset({"household_id", "person_id", "per_num", "source_household", "source_person", "generator"})
_NEED_NONE = ", ".join(kind for kind in KINDS if kind not in NEED_SAMPLE)


def record_checks(project: Project) -> Found:
    """List what is wrong with entity, seed sample and generator.

    Parameters
    ----------
    project : Project
        Valid part by part.
    """
    yield from _records(project)
    yield from _seed_sample(project)
    yield from _carried(project)
    if isinstance(project.generator, SemaPopGenerator):
        yield from _semapop(project.generator)


def _semapop(generator: SemaPopGenerator) -> Found:
    """A trained model brings its own settings; a table of personas goes with one choice."""
    for name in sorted(generator.model_fields_set.intersection(TRAINING)) if generator.trained else ():
        found = repr(getattr(generator, name))
        action = "Delete it, or leave out `trained`."
        yield ("generator", name), "nothing beside a trained model, which has its own", found, action, "trained-model"
    if (generator.choice == "bank") != bool(generator.bank):
        found = f"choice {generator.choice!r} and {'a' if generator.bank else 'no'} bank"
        action = "Name the table under `bank` with `choice: bank`, and with no other."
        yield ("generator", "bank"), "a table of personas and the choice 'bank' together", found, action, "persona-bank"


def _records(project: Project) -> Found:
    """What a record is fits the seed sample and the attributes; the generator has what it needs."""
    sample, place = project.seed_sample, ("seed_sample",)
    if sample is None:
        if project.generator.kind in NEED_SAMPLE:
            action = f"Name the survey under seed_sample, or take a generator that needs none: {_NEED_NONE}."
            found = f"none, which the generator {project.generator.kind!r} needs"
            yield place, "a seed sample", found, action, "no-seed-sample"
    elif project.entity == "person":
        yield from _of_persons(sample)
    else:
        yield from _of_households(sample)
    if project.entity == "person" and project.attributes.households:
        action = "Declare them under persons, or make it a project of households."
        yield ("attributes", "households"), "none in a project of persons", "some", action, "wrong-entity"
    size, declared = getattr(project.generator, "size", ""), project.attributes.households
    if size and size not in declared:
        yield ("generator", "size"), "a household attribute", repr(size), advice(size, declared), "unknown-attribute"


def _of_persons(sample: SeedSample) -> Found:
    if sample.households is not None:
        action = "Delete it, or leave out `entity: person`."
        yield ("seed_sample", "households"), "none in a project of persons", "a file", action, "wrong-entity"
    if sample.persons is None:
        action = "Add the key 'persons'."
        yield ("seed_sample", "persons"), "a value", "nothing", action, "missing-key"
    elif sample.persons.household:
        action = "Delete it, or leave out `entity: person`."
        place = ("seed_sample", "persons", "household")
        yield place, "none in a project of persons", repr(sample.persons.household), action, "wrong-entity"


def _of_households(sample: SeedSample) -> Found:
    if sample.households is None:
        action = "Add the key 'households', or say `entity: person` if the records are persons by themselves."
        yield ("seed_sample", "households"), "a value", "nothing", action, "missing-key"
    if sample.persons is None:
        return
    if not sample.persons.household:
        place: Location = ("seed_sample", "persons", "household")
        yield place, "a value", "nothing", "Add the key 'household'.", "missing-key"
    for key in ("weight", "area", "keep"):
        if getattr(sample.persons, key):
            action = f"Give the {key} of households; persons follow theirs."
            yield ("seed_sample", "persons", key), "none for persons of households", "one", action, "wrong-entity"


def _seed_sample(project: Project) -> Found:
    levels, sample = project.geography.levels, project.seed_sample
    section = None if sample is None else sample.persons if project.entity == "person" else sample.households
    if section is not None:
        place: Location = ("seed_sample", project.record_entity)
        for level in [level for level in section.area if level not in levels]:
            yield (*place, "area", level), "a level", repr(level), advice(level, levels), "unknown-level"
        if section.keep:
            try:
                parse(section.keep, table=project.record_entity)
            except ExpressionError as error:
                action = "Correct the condition; it speaks of raw columns, as in OCCUPIED == 1."
                yield (*place, "keep"), "a condition", str(error), action, "bad-expression"
    level = project.run.expansion_level
    if level and level not in levels:
        yield ("run", "expansion_level"), "a level", repr(level), advice(level, levels), "unknown-level"
    if project.attributes.persons and sample is not None and sample.persons is None:
        action = "Name the persons file under seed_sample, or delete these attributes."
        yield ("attributes", "persons"), "a persons file", "none", action, "no-persons-file"


def _carried(project: Project) -> Found:
    levels, sample = project.geography.levels, project.seed_sample or SeedSample()
    sections = [("households", sample.households), ("persons", sample.persons)]
    files = [(name, section.carry if section else ()) for name, section in sections]
    for (entity, declared), (section, carry) in zip(
        (
            ("households", project.attributes.households),
            ("persons", project.attributes.persons),
        ),
        files,
        strict=True,
    ):
        taken = RESERVED.union(levels, declared)
        for column in [column for column in carry if column in taken]:
            found, action = f"{column!r}, an attribute, a level or an id", f"Rename that {entity} attribute or level."
            yield ("seed_sample", section, "carry"), "a column of a name of its own", found, action, "reserved-name"
