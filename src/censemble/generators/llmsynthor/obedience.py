"""How many records of a proposal obey the rules, and the order of their members, before it is accepted."""

from __future__ import annotations

import numpy as np

from censemble.generators.llmsynthor.boxes import draw_pool
from censemble.generators.llmsynthor.compositions import Composition, room_of
from censemble.generators.llmsynthor.filled import dataset_of, in_order
from censemble.generators.llmsynthor.filling import fill
from censemble.generators.llmsynthor.macro_statistics import Targets
from censemble.generators.llmsynthor.planning import Services, obedient, pool_of
from censemble.rules import tally, violating_records

N_LOOKED_AT = 200
LEAST_OBEDIENT = 0.02  # share of records with members: of fewer too many would have to be drawn


def disobedience(
    targets: Targets, composition: Composition, services: Services, rng: np.random.Generator, *, n: int = N_LOOKED_AT
) -> str:
    """Say why a composition cannot be used; "" where it can.

    Flat records need one that obeys: they are drawn without being asked, and looked at later. Of records with members
    one in fifty must obey.

    Parameters
    ----------
    targets : Targets
        What the tables say.
    composition : Composition
        With room in the tables.
    services : Services
        With the rules.
    rng : numpy.random.Generator
        Of the records that are looked at.
    n : int
        How many.
    """
    if targets.members is not None:
        return _of_members(targets, composition, services, rng, n)
    columns, _, prior = draw_pool(targets, [composition.box], n, rng)
    pool = pool_of(targets, columns, prior=prior, proposals=[""] * n, generator="llmsynthor")
    left, broken = obedient(pool, services, targets)
    return "" if left.n_records else f"rule: {max(broken, key=lambda name: broken[name])}"


def _of_members(
    targets: Targets, composition: Composition, services: Services, rng: np.random.Generator, n: int
) -> str:
    assert targets.members is not None
    part = fill(targets, composition, room_of(targets, composition), n, rng)
    ordered = in_order(part, targets.members.ordered_by)
    if ordered.mean() < LEAST_OBEDIENT:
        return "members in no order"
    data = dataset_of(targets, [part])
    if not services.rules.rules or (ordered & ~violating_records(services.rules, data)).mean() >= LEAST_OBEDIENT:
        return ""
    worst = max(tally(services.rules, data), key=lambda found: found.n_broken)
    return f"rule: {worst.rule.name}"
