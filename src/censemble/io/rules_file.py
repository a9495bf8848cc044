"""A file of rules: definitions, and rules with a name and a sentence each; all that is wrong is told at once.

The language of the rules is in ``docs/rules.md`` and `censemble.formulas`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from pydantic import BaseModel, Field

from censemble.errors import ConfigError, ExpressionError, Problem
from censemble.formulas import read_formula
from censemble.formulas.entity import entity_of
from censemble.formulas.text import AGGREGATES, FUNCTIONS, KEYWORDS, tree_of
from censemble.io.frames import TableStore
from censemble.io.project_model import RuleDeclaration
from censemble.io.section import Section
from censemble.io.validation import unknown_keys_first, validate
from censemble.io.yaml_text import Location, YamlDocument, read_yaml
from censemble.rules import Rule, RuleBook
from censemble.schema import Schema

RESERVED = KEYWORDS | {*AGGREGATES, *FUNCTIONS, "size"}


class RulesFile(BaseModel):
    """A whole file of rules."""

    model_config = Section.model_config

    define: dict[str, str] = Field(default_factory=dict, description="Names that stand for conditions or numbers.")
    rules: tuple[RuleDeclaration, ...] = Field(min_length=1, description="What records obey.")


def read_rules(path: Path, schema: Schema) -> RuleBook:
    """Read a file of rules.

    Parameters
    ----------
    path : Path
        A YAML file, UTF-8, with ``rules`` and perhaps ``define``.
    schema : Schema
        Attributes and labels that the rules may name.

    Raises
    ------
    ConfigError
        No such file, not YAML, unknown keys, rules that cannot be understood: all listed, with their lines.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
    except FileNotFoundError as error:
        problem = Problem(str(path), "", "a file of rules", "none", "Correct the path.", "missing-file")
        raise ConfigError(f"there is no file of rules {path}", [problem]) from error
    except (UnicodeDecodeError, OSError) as error:
        problem = Problem(str(path), "", "UTF-8 text", str(error), "Save the file as UTF-8.", "unreadable")
        raise ConfigError(f"{path} cannot be read", [problem]) from error
    document = read_yaml(text, source=str(path))
    declared, problems = validate(RulesFile, document)
    book = rules_of(declared or _legible(document.content), schema, document=document, problems=problems)
    if problems:
        count = "1 problem" if len(problems) == 1 else f"{len(problems)} problems"
        raise ConfigError(f"{path}: {count}", sorted(problems, key=unknown_keys_first))
    return book


def read_rules_file(file: str, schema: Schema, store: TableStore) -> RuleBook:
    """Read the file that a project names; what is wrong joins the problems of the other files.

    Parameters
    ----------
    file : str
        As the project names it.
    schema : Schema
        Attributes of the project.
    store : TableStore
        Knows the folder, takes problems and the file's hash.
    """
    n_before = len(store.problems)
    store.register(file, role="rules")
    if len(store.problems) > n_before:
        return RuleBook()
    try:
        return read_rules(store.base / file, schema)
    except ConfigError as error:
        store.problems += error.problems
        return RuleBook()


def rules_of(declared: RulesFile, schema: Schema, *, document: YamlDocument, problems: list[Problem]) -> RuleBook:
    """Understand declared rules; those that cannot be are left out and told.

    Parameters
    ----------
    declared : RulesFile
        Valid part by part.
    schema : Schema
        Attributes and labels that the rules may name.
    document : YamlDocument
        Where they were read, for line numbers; holds ``rules`` and perhaps ``define`` at its top.
    problems : list of Problem
        Grows; codes ``bad-rule`` and ``repeated-rule``.

    Examples
    --------
    >>> from censemble.schema import Attribute
    >>> schema = Schema((Attribute("age", "persons", "numeric"),))
    >>> rule = {"name": "range", "says": "Nobody is older than 120.", "rule": "agee <= 120"}
    >>> problems = []
    >>> _ = rules_of(RulesFile(rules=[rule]), schema, document=YamlDocument({"rules": [rule]}, "r.yaml"),
    ...              problems=problems)
    >>> print(problems[0])
    r.yaml: rules[range].rule: expected a condition, found formula 'agee <= 120': at 'agee' (character 1): no \
attribute 'agee' for persons; did you mean 'age'? There are: age. Correct the rule.
    """

    def tell(location: Location, expected: str, found: str, action: str, code: str) -> None:
        problems.append(Problem(document.source, document.place(location), expected, found, action, code))

    for name, reason in faulty_definitions(declared.define, schema):
        tell(("define", name), "a definition", reason, "Correct the definition.", "bad-rule")
    define = {k: v for k, v in declared.define.items() if k not in {a.name for a in schema.attributes}}
    names: set[str] = set()
    rules: list[Rule] = []
    for i, rule in enumerate(declared.rules):
        if rule.name in names:
            tell(("rules", i, "name"), "each rule once", f"{rule.name!r} twice", "Rename one.", "repeated-rule")
            continue
        names.add(rule.name)
        try:
            rules.append(_rule(rule, define, schema))
        except ExpressionError as error:
            tell(("rules", i, "rule"), "a condition", error.message, "Correct the rule.", "bad-rule")
    return RuleBook(tuple(rules))


def _legible(content: Any) -> RulesFile:
    """Whatever can be read as rules in a file that is faulty, so that these are looked at in the same message."""
    sections = content if isinstance(content, dict) else {}
    define, listed = sections.get("define"), sections.get("rules")
    items = [item if isinstance(item, dict) else {} for item in listed] if isinstance(listed, list) else []
    return RulesFile.model_construct(
        define={str(k): str(v) for k, v in define.items()} if isinstance(define, dict) else {},
        rules=tuple(_legible_rule(item, f"#{i + 1}") for i, item in enumerate(items)),
    )


def _legible_rule(item: dict[str, Any], name: str) -> RuleDeclaration:
    return RuleDeclaration.model_construct(
        name=str(item.get("name", name)),
        says="",
        of=item.get("of") if item.get("of") in ("households", "persons") else None,
        rule=str(item.get("rule", "1 = 1")),  # a rule that is not there was told already
    )


def _rule(declared: RuleDeclaration, define: Mapping[str, str], schema: Schema) -> Rule:
    entity = declared.of or entity_of(declared.rule, schema, groups=define)
    formula = read_formula(declared.rule, schema, entity=entity, groups=define)
    if formula.kind == "number":
        raise ExpressionError(f"formula {formula.text!r}: this is a number; compare it, as in income > 0")
    return Rule(declared.name, declared.says, formula)


def faulty_definitions(define: Mapping[str, str], schema: Schema) -> Iterator[tuple[str, str]]:
    """Find definitions whose name or text cannot be used, with the reason; for every file that has ``define``."""
    taken = {a.name for a in schema.attributes}
    for name, text in define.items():
        if name in taken:
            yield name, f"{name!r}, which is an attribute"
        elif name.lower() in RESERVED or not name.isidentifier():
            yield name, f"{name!r}, which is a word of the language or not one plain word"
        try:
            tree_of(text)
        except ExpressionError as error:
            yield name, error.message
