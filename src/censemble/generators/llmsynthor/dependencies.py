"""Which attributes depend on each other, as a language model infers it, and which tables there are about that.

Joints that are asked for and not available are reported. None is invented.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import combinations

import numpy as np

from censemble.expressions import Expression, all_of, between, is_in
from censemble.generators.llmsynthor.discrepancy import overlaps
from censemble.generators.llmsynthor.macro_statistics import Box, Targets, TargetTable
from censemble.generators.llmsynthor.prompts import groups_request
from censemble.generators.llmsynthor.proposal_form import Form
from censemble.llm import Client, Settings
from censemble.margins import Cell

Key = tuple[tuple[frozenset[int], float, float], ...]  # a box, to compare
AT_ONCE = 1000  # cells compared with all others at once: tables have tens of thousands


@dataclass(frozen=True)
class Group:
    """Attributes that are said to depend on each other.

    Parameters
    ----------
    attributes : tuple of str
        Two or more, in the schema's order.
    reason : str
        In the model's words.
    table : str
        Name of the margin that counts them together; "" where there is none.
    of_members : bool
        Whether some of them are attributes of members, so that tables of members count them.
    """

    attributes: tuple[str, ...]
    reason: str
    table: str = ""
    of_members: bool = False

    def words(self, *, approximated: bool = False) -> str:
        """One sentence for the notes; whether the model's estimate stands in the place of a table that is missing."""
        said = ", ".join(self.attributes)
        if self.table:
            return f"llmsynthor: {said} are said to depend on each other; table {self.table!r} counts them together."
        place = "" if approximated else "; nothing was put in its place"
        return f"llmsynthor: {said} are said to depend on each other, but no table counts them together{place}."


def infer_groups(client: Client, targets: Targets, form: Form, *, settings: Settings) -> tuple[Group, ...]:
    """Ask once which attributes depend on each other; an answer that cannot be used gives no groups.

    Parameters
    ----------
    client : Client
        Makes one call, or two where the answer has to be repaired.
    targets : Targets
        The tables there are.
    form : Form
        Attributes as the model sees them.
    settings : Settings
        Of the model.
    """
    told = {table.margin.name: table.names for table in targets.tables if len(table.names) > 1}
    (reply,) = client.ask([groups_request(form, told, random_seed=0, settings=settings)])
    groups: dict[tuple[str, ...], Group] = {}
    for one in (reply.value or {"groups": []})["groups"]:
        named = [form.all_names[name] for name in one["attributes"]]
        ordered = tuple(a.name for a in targets.schema.attributes if a in named)
        of_members = targets.members is not None and any(a.entity == "persons" for a in named)
        if len(ordered) > 1:
            table = covering(targets, ordered, of_members=of_members)
            groups.setdefault(ordered, Group(ordered, one["reason"], table, of_members))
    return tuple(groups.values())


def covering(targets: Targets, attributes: Sequence[str], *, of_members: bool = False) -> str:
    """The smallest table that counts some attributes together; "" where there is none.

    A table over more attributes will do: what it says of fewer follows by summing out.
    """
    tables = [t for t in targets.tables if bool(t.n_members) == of_members]
    fitting = [t for t in tables if set(attributes) <= set(t.names)]
    return min(fitting, key=lambda t: len(t.names)).margin.name if fitting else ""


def summed_out(table: TargetTable, keep: Sequence[str], *, total: float = math.nan) -> TargetTable | None:
    """The table of fewer attributes that a joint table implies; None where its cells overlap or do not line up.

    Parameters
    ----------
    table : TargetTable
        None too where a cell is no box.
    keep : sequence of str
        Attributes to keep, in the order of the table's.
    total : float
        Records of the region, where it is known: in combinations that a table which counts them all does not list
        there is nobody.

    Examples
    --------
    >>> from censemble.generators.llmsynthor.macro_statistics import targets_of
    >>> from censemble.margins import Margin
    >>> from censemble.schema import Attribute, Schema
    >>> x, y = (Attribute(n, "persons", "categorical", ("a", "b")) for n in "xy")
    >>> cells = tuple(Cell(f"{i}{j}", all_of(is_in("x", [i]), is_in("y", [j])), "c") for i in (0, 1) for j in (0, 1))
    >>> joint = Margin("x by y", "zone", "persons", cells, np.array([[1.0, 2, 3, 4]]), np.zeros((1, 4)), np.ones(4))
    >>> summed_out(targets_of(Schema((x, y)), [joint], "persons").tables[0], ["y"]).margin.targets.tolist()
    [[4.0, 6.0]]
    """
    if any(box is None for box in table.boxes):
        return None
    boxes = [box for box in table.boxes if box is not None]
    if _overlap(boxes, table.names):  # "all ages" beside "65 and over": sums would count people twice
        return None
    kept = [{name: box[name] for name in keep} for box in boxes]
    keys = [tuple((a.codes, a.low, a.high) for a in box.values()) for box in kept]
    unique = list(dict.fromkeys(keys))
    first = [keys.index(key) for key in unique]
    margin = table.margin
    if math.isclose(float(margin.targets[0].sum()), total, rel_tol=1e-6):
        lines_up = not any(overlaps(kept[a], kept[b]) for a, b in combinations(first, 2))
    else:
        rest = [name for name in table.names if name not in keep]
        seen: dict[Key, set[Key]] = {}
        for key, box in zip(keys, boxes, strict=True):
            seen.setdefault(key, set()).add(tuple((box[n].codes, box[n].low, box[n].high) for n in rest))
        lines_up = all(others == seen[unique[0]] for others in seen.values())
    if not lines_up:  # some combination lacks a part that others have
        return None
    at = np.array([unique.index(key) for key in keys])
    counts = np.asarray(np.bincount(at, weights=margin.targets[0], minlength=len(unique)), dtype=np.float64)
    sd = np.sqrt(np.bincount(at, weights=margin.sd[0] ** 2, minlength=len(unique)))
    cells = tuple(
        Cell(f"{margin.name}: {k + 1}", condition_of(kept[f]), margin.cells[f].column) for k, f in enumerate(first)
    )
    implied = replace(
        margin,
        name=f"{', '.join(keep)} of {margin.name}",
        cells=cells,
        targets=counts[None, :],
        sd=sd[None, :],
        importance=np.ones(len(cells)),
    )
    return TargetTable(implied, tuple(kept[f] for f in first), tuple(keep), table.n_members)


def _overlap(boxes: Sequence[Box], names: Sequence[str]) -> bool:
    """Whether two boxes that name the same attributes can hold the same record."""
    meets, indices = [], []
    for name in names:
        sides = [box[name] for box in boxes]
        unique = list({(a.codes, a.low, a.high): a for a in sides}.values())
        at = {(a.codes, a.low, a.high): k for k, a in enumerate(unique)}
        meets.append(np.array([[overlaps({name: a}, {name: b}) for b in unique] for a in unique]))
        indices.append(np.array([at[a.codes, a.low, a.high] for a in sides], dtype=np.int64))
    for start in range(0, len(boxes), AT_ONCE):
        rows = slice(start, start + AT_ONCE)
        together = np.ones((len(boxes[rows]), len(boxes)), dtype=bool)
        for meet, index in zip(meets, indices, strict=True):
            together &= meet[np.ix_(index[rows], index)]
        if together.sum() > len(together):
            return True
    return False


def condition_of(box: Box) -> Expression:
    """The condition that a box stands for."""
    parts = [
        between(name, a.low, a.high) if a.attribute.kind == "numeric" else is_in(name, sorted(a.codes))
        for name, a in box.items()
    ]
    return all_of(*parts)


def guiding(targets: Targets, groups: Sequence[Group]) -> tuple[TargetTable, ...]:
    """The tables that guide in the published algorithm: all marginals, and of the joints those that were inferred.

    Marginals that no table gives by itself are summed out of joints; so are groups of which a larger joint is there.
    """
    wanted: list[tuple[tuple[str, ...], bool]] = [((a.name,), False) for a in targets.attributes]
    wanted += [((a.name,), True) for a in (targets.members.attributes if targets.members else ())]
    wanted += [(g.attributes, g.of_members) for g in groups if g.table]
    found: list[TargetTable] = []
    for names, of_members in wanted:
        tables = [t for t in targets.tables if bool(t.n_members) == of_members]
        exact = [t for t in tables if set(t.names) == set(names)]
        joints = [t for t in tables if set(names) < set(t.names)]
        larger = [s for t in joints if (s := summed_out(t, names, total=t.n_members or targets.total))]
        found += exact or larger[:1]
    return tuple(found)
