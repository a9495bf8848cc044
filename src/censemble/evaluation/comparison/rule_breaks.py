"""Rules broken: structural zeros and whatever else a rule file says cannot be, rule by rule."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from censemble.evaluation.comparison.compared import with_error
from censemble.evaluation.comparison.measure import N_GROUPS, Ground, Measure, MetricFacts, View
from censemble.evaluation.comparison.queries import groups_of
from censemble.formulas.rows import Rows
from censemble.rules import RuleBook, checkable, violating_records, violations
from censemble.schema import Entity

Float = NDArray[np.float64]

FACTS = (
    MetricFacts(
        "rule_violations",
        "Rules broken",
        "lower",
        "Without brackets: share of records (households where there are any, rows otherwise) that break at least one "
        "rule. With the name of a rule: share of the households or persons that it speaks of. A rule is broken only "
        "where it certainly is: a missing value breaks none.",
    ),
)


def measure_rules(ground: Ground, view: View, *, book: RuleBook) -> list[Measure]:
    """Measure how many records break each rule, and how many break any.

    All rules are looked at whatever the rows of the view are, so it is to be called once a table.

    Parameters
    ----------
    ground : Ground
        The reference is not looked at: a real sample that breaks rules shows in the floor.
    view : View
        Any table of the comparison.
    book : RuleBook
        The rules; those about attributes that the table lacks are not defined and say so.
    """
    del ground
    data = view.dataset
    kept, absent = checkable(book, data)
    entity: Entity = "households" if data.n_rows("households") else "persons"
    measures = []
    if kept.rules:
        note = f"without {len(absent)} rules that cannot be checked" if absent else ""
        measures.append(_share("rule_violations", violating_records(kept, data), view, entity, note=note))
    else:
        measures.append(Measure("rule_violations", None, None, "no rule can be checked"))
    rows = Rows(data, view.entity)
    for rule in book.rules:
        metric = f"rule_violations[{rule.name}]"
        if rule.name in absent:
            measures.append(Measure(metric, None, None, absent[rule.name]))
        else:
            measures.append(_share(metric, violations(rule, data, rows=rows), view, rule.entity, note=rule.says))
    return measures


def _share(metric: str, broken: NDArray[np.bool_], view: View, entity: Entity, *, note: str) -> Measure:
    """Weighted share of rows, with its jackknife over the view's groups."""
    data = view.dataset
    weights = data.household_weights if entity == "households" else data.person_weights
    group = groups_of(view, entity)
    all_of = np.bincount(group, weights=weights, minlength=N_GROUPS)
    broken_of = np.bincount(group, weights=weights * broken, minlength=N_GROUPS)
    used = all_of > 0
    total, wrong = all_of.sum(), broken_of.sum()
    if total <= 0:
        return Measure(metric, None, None, f"{data.name} has no {entity} with a weight above 0")
    rest = total - all_of[used]
    without = np.divide(wrong - broken_of[used], rest, out=np.full(len(rest), np.nan), where=rest > 0)
    return with_error(metric, np.concatenate([[wrong / total], without]), note)
