"""Whether the parts of a project agree with each other, before any data file is opened.

Levels that exist, attributes that are declared, conditions that can hold, one total, tables that are wide or long
but not both. Every problem is named by its line and place in the project file.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import replace

from censemble.errors import Problem, SchemaError
from censemble.io.attributes import attribute_of
from censemble.io.cells import Place, cell_expression
from censemble.io.personas_checks import faults_of_personas
from censemble.io.project_model import AttributeDeclaration, Attributes, MarginDeclaration, Project, Tolerance
from censemble.io.record_checks import RESERVED, Found, record_checks
from censemble.io.roles import roles_of
from censemble.io.rules_file import RulesFile, rules_of
from censemble.io.suggestions import advice
from censemble.io.yaml_text import Location, YamlDocument
from censemble.schema import Attribute, Entity, Schema

ENTITIES: tuple[Entity, ...] = ("households", "persons")


def cross_checks(project: Project, document: YamlDocument) -> list[Problem]:
    """List what contradicts what in a project.

    Parameters
    ----------
    project : Project
        Valid part by part.
    document : YamlDocument
        The text it was read from, for line numbers.
    """
    found = [
        *_geography(project),
        *record_checks(project),
        *_attributes(project),
        *_totals(project),
        *faults_of_personas(
            project.personas, [*_visible(project, "persons").values(), *_visible(project, "households").values()]
        ),
        *(item for i in range(len(project.margins)) for item in _margin(project, i)),
    ]
    problems = [
        Problem(document.source, document.place(location), expected, seen, action, code)
        for location, expected, seen, action, code in found
    ]
    return [*problems, *_conditions(project, document), *_roles(project, document), *_rules(project, document)]


def _geography(project: Project) -> Found:
    levels, columns = project.geography.levels, project.geography.crosswalk.columns
    place: Location = ("geography", "levels")
    for level in _repeated(levels):
        yield place, "each level once", f"{level!r} twice", "Delete one of them.", "repeated-level"
    for level in sorted(RESERVED.intersection(levels)):
        yield place, "a free name", repr(level), "Rename the level: outputs use this name.", "reserved-name"
    place = ("geography", "crosswalk", "columns")
    for level in [level for level in levels if level not in columns]:
        yield place, f"a column for level {level!r}", "none", "Add it.", "level-without-column"
    for level in [level for level in columns if level not in levels]:
        yield (*place, level), "a level", repr(level), advice(level, levels), "unknown-level"


def _attributes(project: Project) -> Found:
    if project.seed_sample is not None:
        for entity, declared in _by_entity(project):
            for name in [name for name, attribute in declared.items() if not attribute.column]:
                place = ("attributes", entity, name, "column")
                yield place, "a value", "nothing", "Add the key 'column'.", "missing-key"
    yield from faults_of_attributes(project.attributes, RESERVED.union(project.geography.levels))


def faults_of_attributes(attributes: Attributes, taken: frozenset[str]) -> Found:
    """Find attributes that contradict themselves, or whose names are taken.

    Parameters
    ----------
    attributes : Attributes
        Valid part by part.
    taken : frozenset of str
        Names that stand for something else.

    Returns
    -------
    iterator of (location, expected, found, action, code)
    """
    by_entity: list[tuple[Entity, Mapping[str, AttributeDeclaration]]]
    by_entity = [("households", attributes.households), ("persons", attributes.persons)]
    for entity, declared in by_entity:
        for name, attribute in declared.items():
            place: Location = ("attributes", entity, name)
            if name in taken:
                action = "Rename the attribute: outputs use this name for ids and levels."
                yield place, "a free name", repr(name), action, "reserved-name"
            yield from _faults_of(name, entity, attribute, place)


def _faults_of(name: str, entity: Entity, attribute: AttributeDeclaration, place: Location) -> Found:
    if attribute.kind == "numeric" and attribute.categories:
        action = "Use bins, or kind: ordinal."
        yield (*place, "categories"), "none for a numeric attribute", "categories", action, "kind-mismatch"
    if attribute.kind != "numeric" and attribute.bins:
        action = "Use categories, or kind: numeric."
        yield (*place, "bins"), f"none for a {attribute.kind} attribute", "bins", action, "kind-mismatch"
    codes = [str(code) for listed in attribute.categories.values() for code in listed]
    for code in _repeated(codes + [str(code) for code in attribute.missing]):
        yield place, "each code once", f"{code!r} twice", "Delete one of them.", "repeated-code"
    try:
        attribute_of(name, entity, attribute)
    except SchemaError as error:
        yield place, "a valid attribute", str(error), "Correct it.", "bad-attribute"


def _totals(project: Project) -> Found:
    names = [m.name for m in project.margins]
    for name in _repeated(names):
        place: Location = ("margins", len(names) - 1 - names[::-1].index(name), "name")
        yield place, "each margin name once", f"{name!r} twice", "Rename one of them.", "repeated-margin"
    totals = [i for i, m in enumerate(project.margins) if m.total]
    for i in totals[1:]:
        found = f"a second one (the first is {project.margins[totals[0]].name!r})"
        yield ("margins", i, "total"), "one total", found, "Keep one.", "second-total"


def _margin(project: Project, i: int) -> Found:
    margin, levels, place = project.margins[i], project.geography.levels, ("margins", i)
    if margin.level not in levels:
        yield (*place, "level"), "a level", repr(margin.level), advice(margin.level, levels), "unknown-level"
    if project.entity == "person" and margin.of == "households":
        action = "Say `of: persons`, or make it a project of households."
        yield (*place, "of"), "persons in a project of persons", "'households'", action, "wrong-entity"
    if margin.of == "persons" and project.seed_sample is not None and project.seed_sample.persons is None:
        action = "Name the persons file under seed_sample, or delete the margin."
        yield (*place, "of"), "a persons file", "none", action, "no-persons-file"
    if bool(margin.cells) == bool(margin.table.count):
        found = "both" if margin.cells else "neither"
        action = "Give `cells` for a table with a column a cell, `table.count` for one with a row a cell."
        yield place, "either cells or table.count", found, action, "wide-or-long"
    if margin.cells and (margin.table.attributes or margin.table.values):
        action = "Move them into `where` of the cells."
        yield (*place, "table"), "no attributes in a wide table", "attributes or values", action, "wide-or-long"
    for name in [name for name in margin.table.values if name not in margin.table.attributes]:
        action = advice(name, margin.table.attributes)
        yield (*place, "table", "values", name), "an attribute of this table", repr(name), action, "unknown-attribute"
    if margin.total:
        yield from _total(margin, project, place)
    yield from _errors_of_margin(margin, place)


def _total(margin: MarginDeclaration, project: Project, place: Location) -> Found:
    zone_level = project.geography.levels[-1]
    conditions = [cell for cell in margin.cells if cell.where]
    if margin.of != project.record_entity or len(margin.cells) > 1 or conditions or margin.table.attributes:
        action = f"Use one cell without `where`, of {project.record_entity}; or leave out total."
        yield (*place, "total"), f"one cell that counts every {project.entity}", "something else", action, "bad-total"
    if margin.uncertainty != "exact" or any(cell.uncertainty not in (None, "exact") for cell in margin.cells):
        action = "Leave out the uncertainty, or total."
        yield (*place, "total"), "an exact table", f"uncertainty {margin.uncertainty}", action, "bad-total"
    if margin.level != zone_level:
        action = f"Give it for {zone_level!r}, or leave out total: an exact margin does the same at other levels."
        yield (*place, "total"), f"a table of level {zone_level!r}", repr(margin.level), action, "bad-total"


def _errors_of_margin(margin: MarginDeclaration, place: Location) -> Found:
    action = "Name the column that holds the margins of error, or use another uncertainty."
    if margin.table.count and margin.uncertainty == "moe" and not margin.table.moe:
        yield (*place, "table"), "a moe column", "none", action, "no-moe-column"
    for k, cell in enumerate(margin.cells):
        uncertainty = cell.uncertainty or margin.uncertainty
        if not isinstance(uncertainty, Tolerance) and uncertainty == "moe" and not cell.moe:
            yield (*place, "cells", k), "a moe column", "none", action, "no-moe-column"


def _conditions(project: Project, document: YamlDocument) -> list[Problem]:
    problems: list[Problem] = []
    for i, margin in enumerate(project.margins):
        attributes = _visible(project, margin.of)
        for k, cell in enumerate(margin.cells):
            place = Place(document.source, document.place(("margins", i, "cells", k, "where")))
            cell_expression(cell.where, attributes, place=place, problems=problems)
        for name in margin.table.attributes:
            place = Place(document.source, document.place(("margins", i, "table", "attributes", name)))
            if name not in attributes:
                action = advice(name, attributes)
                problems.append(place.problem("a declared attribute", repr(name), action, "unknown-attribute"))
                continue
            for text, means in margin.table.values.get(name, {}).items():
                place = Place(document.source, document.place(("margins", i, "table", "values", name, text)))
                cell_expression({name: means}, attributes, place=place, problems=problems)
    return problems


def _rules(project: Project, document: YamlDocument) -> list[Problem]:
    """Rules that are written in the project file itself; a file of rules is read with the data."""
    problems: list[Problem] = []
    if not isinstance(project.rules, str):
        attributes = {(a.entity, a.name): a for e in ENTITIES for a in _visible(project, e).values()}
        schema = Schema(tuple(attributes.values()))
        rules_of(RulesFile(rules=project.rules), schema, document=document, problems=problems)
    return problems


def _roles(project: Project, document: YamlDocument) -> list[Problem]:
    problems: list[Problem] = []
    persons = (a for a in _visible(project, "persons").values() if a.entity == "persons")
    roles_of(project.roles, project.attributes.persons, Schema(tuple(persons)), problems)
    return [replace(p, source=document.source, where=document.place(tuple(p.where.split(".")))) for p in problems]


def _visible(project: Project, entity: Entity) -> dict[str, Attribute]:
    """Attributes that can be made at all; the faulty ones are named elsewhere and excuse nothing here."""
    found: dict[str, Attribute] = {}
    for owner, declared in _by_entity(project):
        for name, attribute in declared.items() if owner in ("households", entity) else ():
            if attribute.kind == "numeric" or attribute.categories:
                bare = attribute.model_copy(update={"bins": ()})
                found[name] = attribute_of(name, owner, bare)
    return found


def _by_entity(project: Project) -> list[tuple[Entity, Mapping[str, AttributeDeclaration]]]:
    return [("households", project.attributes.households), ("persons", project.attributes.persons)]


def _repeated(names: Iterable[str]) -> list[str]:
    return [name for name, n in Counter(names).items() if n > 1]
