"""A file of queries, labels and tasks for the judge; all that is wrong with it is told at once.

Formulas are in the language of the rules: ``docs/rules.md`` and `censemble.formulas`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from censemble.errors import ConfigError, ExpressionError, Problem
from censemble.formulas import Formula, read_formula
from censemble.formulas.entity import entity_of
from censemble.io.queries_model import LabelDeclaration, QueriesFile, QueryDeclaration, TaskDeclaration
from censemble.io.rules_file import faulty_definitions
from censemble.io.suggestions import advice
from censemble.io.validation import unknown_keys_first, validate
from censemble.io.yaml_text import Location, YamlDocument, read_yaml
from censemble.query_book import Cut, Label, Query, QueryBook, Statistic, Task
from censemble.schema import Entity, Schema

_CUT = re.compile(r"(<=|>=|<|>)\s*([-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?)")
_STATISTICS: tuple[Statistic, ...] = ("share", "mean", "median")


def read_queries(path: Path, schema: Schema) -> QueryBook:
    """Read a file of queries, labels and tasks.

    Parameters
    ----------
    path : Path
        A YAML file, UTF-8.
    schema : Schema
        Attributes and labels that formulas may name.

    Raises
    ------
    ConfigError
        No such file, not YAML, unknown keys, formulas that cannot be understood: all listed, with their lines.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
    except FileNotFoundError as error:
        problem = Problem(str(path), "", "a file of queries", "none", "Correct the path.", "missing-file")
        raise ConfigError(f"there is no file of queries {path}", [problem]) from error
    except (UnicodeDecodeError, OSError) as error:
        problem = Problem(str(path), "", "UTF-8 text", str(error), "Save the file as UTF-8.", "unreadable")
        raise ConfigError(f"{path} cannot be read", [problem]) from error
    return _book_of(read_yaml(text, source=str(path)), schema)


def parse_queries(content: Mapping[str, Any], schema: Schema, *, source: str = "queries") -> QueryBook:
    """Take queries, labels and tasks as a dict with the keys of the file.

    Parameters
    ----------
    content : mapping
        Dicts, lists and scalars.
    schema : Schema
        Attributes and labels that formulas may name.
    source : str
        Name for messages.

    Raises
    ------
    ConfigError
        As `read_queries`.

    Examples
    --------
    >>> from censemble.schema import Attribute
    >>> schema = Schema((Attribute("age", "persons", "numeric"),))
    >>> parse_queries({"queries": [{"name": "adults", "share": "age >= 18", "of": "persons"}]}, schema).queries[0].name
    'adults'
    >>> parse_queries({"queries": [{"name": "adults", "share": "agee >= 18", "of": "persons"}]}, schema)
    Traceback (most recent call last):
    ...
    censemble.errors.ConfigError: queries: 1 problem
      1. queries: queries[adults].share: expected a condition, found formula 'agee >= 18': at 'agee' (character 1): no \
attribute 'agee' for persons; did you mean 'age'? There are: age. Correct the formula.
    """
    return _book_of(YamlDocument(content, source), schema)


def _book_of(document: YamlDocument, schema: Schema) -> QueryBook:
    declared, problems = validate(QueriesFile, document)
    reading = _Reading(document, schema, declared.define if declared else {}, problems)
    book = reading.book(declared) if declared else QueryBook()
    if problems:
        count = "1 problem" if len(problems) == 1 else f"{len(problems)} problems"
        raise ConfigError(f"{document.source}: {count}", sorted(problems, key=unknown_keys_first))
    return book


@dataclass(frozen=True, eq=False)
class _Reading:
    """Declarations on their way to a book; problems grow."""

    document: YamlDocument
    schema: Schema
    define: Mapping[str, str]
    problems: list[Problem] = field(default_factory=list)

    def tell(self, location: Location, expected: str, found: str, action: str) -> None:
        place = self.document.place(location)
        self.problems.append(Problem(self.document.source, place, expected, found, action, "bad-query"))

    def book(self, declared: QueriesFile) -> QueryBook:
        for name, reason in faulty_definitions(self.define, self.schema):
            self.tell(("define", name), "a definition", reason, "Correct the definition.")
        self.unique("queries", [q.name for q in declared.queries])
        self.unique("tasks", [t.name for t in declared.tasks])
        queries = [self.query(i, q) for i, q in enumerate(declared.queries)]
        labels = {name: self.label(name, label) for name, label in declared.labels.items()}
        known = {name: label for name, label in labels.items() if label is not None}
        tasks = [self.task(i, t, known, set(labels)) for i, t in enumerate(declared.tasks)]
        return QueryBook(tuple(q for q in queries if q), known, tuple(t for t in tasks if t))

    def unique(self, kind: str, names: list[str]) -> None:
        for i, name in enumerate(names):
            if name in names[:i]:
                self.tell((kind, i, "name"), "each name once", f"{name!r} twice", "Rename one.")

    def query(self, i: int, declared: QueryDeclaration) -> Query | None:
        place = ("queries", i)
        given = [s for s in _STATISTICS if getattr(declared, s)]
        if len(given) != 1:
            found = " and ".join(given) or "none of them"
            self.tell(place, "one of share, mean and median", found, "Keep exactly one.")
            return None
        texts = {given[0]: getattr(declared, given[0]), "among": declared.among, "minus": declared.minus}
        texts = {key: text for key, text in texts.items() if text}
        entity = declared.of or self.entity(list(texts.values()))
        read = {
            key: self.formula((*place, key), text, entity, "any" if key in ("mean", "median") else "condition")
            for key, text in texts.items()
        }
        if any(f is None for f in read.values()):
            return None
        value = read[given[0]]
        assert value is not None
        return Query(
            declared.name, declared.says, declared.group, given[0], value, read.get("among"), read.get("minus")
        )

    def entity(self, texts: list[str]) -> Entity:
        """Whose rows formulas are about together: persons if one of them needs persons."""
        try:
            found = {entity_of(text, self.schema, groups=self.define) for text in texts}
        except ExpressionError:  # reading the formula says what is wrong with it
            found = set()
        return "persons" if "persons" in found or not self.schema.of("households") else "households"

    def formula(
        self, location: Location, text: str, entity: Entity, kind: Literal["any", "condition"]
    ) -> Formula | None:
        expected = "a condition" if kind == "condition" else "a number or a condition"
        try:
            read = read_formula(text, self.schema, entity=entity, groups=self.define)
        except ExpressionError as error:
            self.tell(location, expected, error.message, "Correct the formula.")
            return None
        if kind == "condition" and read.kind == "number":
            self.tell(location, expected, f"the number {text!r}", "Compare it, as in income > 0.")
            return None
        return read

    def label(self, name: str, declared: LabelDeclaration) -> Label | None:
        if any(a.name == name for a in self.schema.attributes):
            self.tell(("labels", name), "a name of its own", f"{name!r}, an attribute", "Rename the label.")
        entity = declared.of or self.entity([declared.value])
        value = self.formula(("labels", name, "value"), declared.value, entity, "any")
        cuts = tuple(c for c in (self.cut(name, label, text) for label, text in declared.cut.items()) if c)
        if bool(declared.cut) != bool(declared.otherwise):
            have, lack = ("cut", "otherwise") if declared.cut else ("otherwise", "cut")
            self.tell(("labels", name, have), "cut and otherwise together", f"{have} alone", f"Add {lack}.")
        return None if value is None else Label(name, value, cuts, declared.otherwise)

    def cut(self, name: str, label: str, text: str) -> Cut | None:
        match = _CUT.fullmatch(text.strip())
        if not match:
            place = ("labels", name, "cut", label)
            self.tell(place, "a range such as '> 1'", repr(text), "Write <, <=, > or >= and a number.")
            return None
        return Cut(label, match[1], float(match[2]))  # type: ignore[arg-type]

    def task(
        self, i: int, declared: TaskDeclaration, labels: Mapping[str, Label], declared_labels: set[str]
    ) -> Task | None:
        place: Location = ("tasks", i)
        of_attribute = {a.name: a.entity for e in ("households", "persons") for a in self.schema.of(e)}
        if declared.predict not in of_attribute and declared.predict not in labels:
            if declared.predict not in declared_labels:  # a label that could not be read is told already
                action = advice(declared.predict, sorted({*of_attribute, *declared_labels}))
                self.tell((*place, "predict"), "a label or an attribute", repr(declared.predict), action)
            return None
        of_label = labels.get(declared.predict)
        own: Entity = of_label.value.entity if of_label else of_attribute[declared.predict]
        entity = declared.of or own
        if (of_label is not None and entity != own) or (entity == "households" and own == "persons"):
            self.tell((*place, "of"), own, entity, f"Rows of a task are those of what it predicts: of: {own}.")
            return None
        usable = [a for a, e in of_attribute.items() if entity in (e, "persons") and a != declared.predict]
        wrong = [a for a in declared.features if a not in usable]
        for a in wrong:
            expected = f"attributes of {entity} other than the one predicted"
            self.tell((*place, "from"), expected, repr(a), advice(a, usable))
        features = declared.features or tuple(usable)
        if not features:
            self.tell(
                place, f"another attribute of {entity} to predict from", "none", "Declare one, or delete the task."
            )
        return None if wrong or not features else Task(declared.name, declared.predict, features, entity)
