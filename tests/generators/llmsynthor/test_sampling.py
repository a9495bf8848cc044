"""Records drawn from a plan under conditions."""

from __future__ import annotations

import pytest
from households_case import ADULT, AGE, OWNED, RENTED, SEX, composed, rng, targets

from censemble.errors import SchemaError
from censemble.generators.conditions import Allowed
from censemble.generators.llmsynthor.planning import Plan
from censemble.generators.llmsynthor.proposal_form import Proposal
from censemble.generators.llmsynthor.refusals import Refusals
from censemble.generators.llmsynthor.sampling import households, intersection
from censemble.rules import RuleBook

TARGETS = targets()


def plan() -> Plan:
    """Owners of two, and the same as far as they are doubted."""
    made = composed(TARGETS, OWNED, ADULT, ADULT)
    own = Proposal("1-1", "", 1, made.box, "", 0.1, members=made.members, who=("", ""))
    anybody = composed(TARGETS, {}, {}, {})
    loose = Proposal("beside-1-1", "", 1, anybody.box, "", 0.1, members=anybody.members, who=("", ""))
    return Plan((own,), (), Refusals(), "", {}, (loose,))


def test_doubts_have_their_priors() -> None:
    """What the model might have left out has less prior than what it said, anybody less than that; doubt 0 is trust."""
    pool = households(TARGETS, plan(), 3000, rng(), {}, rules=RuleBook(), doubt=0.1)
    ids = pool.household_extra["proposal"].to_pylist()
    share = {
        kind: sum(w for w, i in zip(pool.prior_weights.tolist(), ids, strict=True) if i == kind) / 100
        for kind in set(ids)
    }
    assert set(share) == {"1-1", "beside-1-1", "beside-tables"}
    assert share["1-1"] > share["beside-1-1"] > share["beside-tables"] > 0
    assert share["beside-tables"] == pytest.approx(0.01 / 1.01)
    trusted = households(TARGETS, plan(), 300, rng(), {}, rules=RuleBook(), doubt=0.0)
    assert "beside-tables" not in trusted.household_extra["proposal"].to_pylist()


def test_conditions_that_no_proposal_meets_are_refused() -> None:
    """Nobody proposed tenants."""
    with pytest.raises(SchemaError, match="no proposal allows records with tenure"):
        households(TARGETS, plan(), 10, rng(), RENTED, rules=RuleBook(), doubt=0.1)


def test_boxes_intersect() -> None:
    """Attribute by attribute; nothing where they exclude each other."""
    women, adults = {"sex": Allowed(SEX, frozenset([0]))}, {"age": Allowed(AGE, low=20, high=99)}
    young = {"age": Allowed(AGE, low=0, high=30)}
    both = intersection({**women, **adults}, young)
    assert both is not None
    assert (both["age"].low, both["age"].high, both["sex"].codes) == (20, 30, {0})
    assert intersection(women, {"sex": Allowed(SEX, frozenset([1]))}) is None
