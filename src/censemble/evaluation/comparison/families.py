"""All families of metrics in one list: what is asked of every table, and in which part of the page it is told."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Literal

from censemble.evaluation.comparison import (
    associations,
    every_pair,
    household_structure,
    impossible_pairs,
    joint_tables,
    lost_categories,
    privacy,
    privacy_facts,
    queries,
    rule_breaks,
    shapes,
    support,
    told_apart,
    usefulness,
)
from censemble.evaluation.comparison.dependence_classes import measure_dependence
from censemble.evaluation.comparison.measure import Family, MetricFacts
from censemble.query_book import QueryBook
from censemble.rules import RuleBook

Section = Literal["joints", "attributes", "support", "structure", "told", "useful", "private"]


@dataclass(frozen=True)
class Questions:
    """What is asked beside the metrics that need no telling.

    Parameters
    ----------
    rules : RuleBook, optional
        What must hold for a record.
    queries : QueryBook, optional
        Queries, labels and tasks.
    classifiers : bool
        Train classifiers: the two-sample tests and the tasks.
    """

    rules: RuleBook | None = None
    queries: QueryBook | None = None
    classifiers: bool = True


@dataclass(frozen=True)
class Asked:
    """A family as it is called.

    Parameters
    ----------
    measure : callable
        Of the ground and one view.
    of_whole_table : bool
        The figures are of households and persons together: called once a table.
    against_holdout : bool
        The holdout is the other side of the test, so that a sample drawn from it must not be judged by it.
    about_training : bool
        The training sample is the one side: the other must not hold any of it.
    """

    measure: Family
    of_whole_table: bool = False
    against_holdout: bool = False
    about_training: bool = False


_FACTS: Mapping[Section, tuple[tuple[MetricFacts, ...], ...]] = {
    "joints": (joint_tables.FACTS, shapes.FACTS, associations.FACTS),
    "attributes": (every_pair.FACTS, every_pair.PAIR_FACTS),
    "support": (support.FACTS, impossible_pairs.FACTS, lost_categories.FACTS),
    "structure": (rule_breaks.FACTS, household_structure.FACTS),
    "told": (told_apart.FACTS,),
    "useful": (queries.FACTS, usefulness.FACTS),
    "private": (privacy_facts.FACTS,),
}
METRICS: Mapping[str, MetricFacts] = {
    facts.name: facts for parts in _FACTS.values() for part in parts for facts in part
}
SECTION_OF: Mapping[str, Section] = {
    facts.name: section for section, parts in _FACTS.items() for part in parts for facts in part
}
PLAIN_WORDS: Mapping[Section, str] = {"private": privacy_facts.PLAIN_WORDS}


def families_of(questions: Questions) -> Iterator[Asked]:
    """Give the families in the order of the page.

    Parameters
    ----------
    questions : Questions
        Leave out classifiers and what was not declared.

    Examples
    --------
    >>> len(list(families_of(Questions()))) > len(list(families_of(Questions(classifiers=False))))
    True
    """
    for measure in (
        joint_tables.measure_joints,
        shapes.measure_shapes,
        associations.measure_associations,
        every_pair.measure_attributes,
        measure_dependence,
        support.measure_support,
        impossible_pairs.measure_impossible_pairs,
        lost_categories.measure_lost_categories,
    ):
        yield Asked(measure)
    yield Asked(household_structure.measure_household_structure, of_whole_table=True)
    if questions.rules is not None and questions.rules.rules:
        yield Asked(partial(rule_breaks.measure_rules, book=questions.rules), of_whole_table=True)
    if questions.classifiers:
        yield Asked(told_apart.measure_told_apart)
    if questions.queries is not None and questions.queries.queries:
        yield Asked(partial(queries.measure_queries, book=questions.queries), of_whole_table=True)
    if questions.classifiers and questions.queries is not None and questions.queries.tasks:
        yield Asked(
            partial(usefulness.measure_usefulness, book=questions.queries), of_whole_table=True, against_holdout=True
        )
    yield Asked(privacy.measure_privacy, against_holdout=True, about_training=True)
