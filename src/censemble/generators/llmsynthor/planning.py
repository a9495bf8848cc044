"""Calls to the language model, one after the other, and everything that came of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Protocol

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from censemble.errors import LanguageModelError, SchemaError
from censemble.generators.llmsynthor.boxes import Columns
from censemble.generators.llmsynthor.composition_form import with_shared
from censemble.generators.llmsynthor.compositions import room_of
from censemble.generators.llmsynthor.discrepancy import Gap
from censemble.generators.llmsynthor.filling import Conduct, Drawn
from censemble.generators.llmsynthor.likeness import ask_likeness
from censemble.generators.llmsynthor.macro_statistics import Targets
from censemble.generators.llmsynthor.prompts import proposal_request
from censemble.generators.llmsynthor.proposal_form import Form, Proposal, kind_of, read_proposals
from censemble.generators.llmsynthor.refusals import Refusals
from censemble.generators.proposals import household_pool, numbered, person_pool
from censemble.llm import Client, Settings
from censemble.margins import Margin
from censemble.plain_text import counted
from censemble.pool import Pool
from censemble.rules import RuleBook, obeying

Float = NDArray[np.float64]
NO_ROOM = "no room in the tables"
SPAWN_KEY = 31  # of the random stream of planning, apart from that of the records


class Calibrate(Protocol):
    """Weights of records that meet tables of one unit as well as they can."""

    def __call__(self, pool: Pool, margins: Sequence[Margin]) -> Float:
        """Give a weight >= 0 for each record, shape (n_records,)."""


@dataclass(frozen=True)
class Services:
    """What the generator uses and does not make: given by whoever runs it.

    Parameters
    ----------
    client : Client or None
        Asks the language model; None until one is configured.
    calibrate : Calibrate or None
        Needed in calibrated mode. Calibration is another stage, which no generator imports.
    rules : RuleBook
        Of which every condition can be checked on the records.
    random_seed : int
        Of the language model's draws and of the records drawn while planning.
    progress : callable, optional
        Told a phrase and the share of records still in wrong cells.
    start : tuple of Proposal
        Calibrated mode: accepted before, for tables that differ a little; only what they leave missing is asked for.
    likeness : mapping of str to float, optional
        As in `filling.Conduct`, where it was asked before; None asks.
    """

    client: Client | None = None
    calibrate: Calibrate | None = None
    rules: RuleBook = field(default_factory=RuleBook)
    random_seed: int = 0
    progress: Callable[[str, float], None] | None = None
    start: tuple[Proposal, ...] = ()
    likeness: Mapping[str, float] | None = None


@dataclass(frozen=True)
class Step:
    """How things stood before one call, and after the last one.

    Parameters
    ----------
    call : int
        Calls made so far.
    miss : float
        Share of the records in wrong cells of the worst table, 0..1.
    unsupported : int
        Cells that ask for records and have none.
    proposals, refused : int
        So far.
    effective_size : float
        Kish's, of the weighted records that were tried.
    """

    call: int
    miss: float
    unsupported: int
    proposals: int
    refused: int
    effective_size: float


@dataclass(frozen=True, eq=False)
class Plan:
    """What the calls came to.

    Parameters
    ----------
    proposals : tuple of Proposal
        Accepted ones, in order; those of the fill-in last.
    steps : tuple of Step
    refusals : Refusals
        Why proposals were refused: rule, range, no room in the tables; and each of them.
    ended : str
        Why no more calls were made, as a sentence.
    likeness : mapping of str to float
        As in `filling.Conduct`; empty where it was not asked.
    beside : tuple of Proposal
        What stands beside proposals of households, as far as the model is doubted (`doubts`).
    """

    proposals: tuple[Proposal, ...]
    steps: tuple[Step, ...]
    refusals: Refusals
    ended: str
    likeness: Mapping[str, float] = field(default_factory=dict)
    beside: tuple[Proposal, ...] = ()


def all_made(calls: int) -> str:
    """Why asking ended: no more calls are allowed.

    Examples
    --------
    >>> all_made(1), all_made(20)
    ('the only call is made', 'all 20 calls are made')
    """
    return "the only call is made" if calls == 1 else f"all {calls} calls are made"


def carried_over(plan: Plan) -> tuple[Proposal, ...]:
    """Proposals of a plan as the start of another: "without-3-2"; what was filled in from tables is not among them."""
    asked = plan.refusals.question
    return tuple(replace(p, id=f"without-{p.id}", question=asked(p.id)) for p in plan.proposals if not p.is_filled_in)


class Planner:
    """Asks for proposals and keeps count.

    Parameters
    ----------
    targets : Targets
    form : Form
    services : Services
        With a client.
    n : int
        Proposals a call.
    scenario : str
        Plain words, or "".
    settings : Settings
        Of the model.
    """

    def __init__(
        self, targets: Targets, form: Form, services: Services, *, n: int, scenario: str, settings: Settings
    ) -> None:
        assert services.client is not None
        self.targets, self.form, self.services = targets, form, services
        self.client = services.client
        self.n, self.scenario, self.settings = n, scenario, settings
        self.refusals = Refusals()
        self.calls = 0
        self.spent = ""  # which limit of the budget ended the asking
        self.likeness: Mapping[str, float] = services.likeness or {}

    @property
    def conduct(self) -> Conduct:
        """What holds between the members of a record, as far as is known."""
        return Conduct(self.services.rules, self.likeness)

    def ask_likeness(self) -> None:
        """Ask how often all members of a record are alike where that is not known yet; this is no call of proposals."""
        if self.targets.members is not None:
            if self.services.likeness is None:
                self.likeness = ask_likeness(
                    self.client, self.form, random_seed=self.services.random_seed, settings=self.settings
                )
            self.form = with_shared(self.form, self.targets, self.likeness)

    def ask(self, gaps: Sequence[Gap]) -> list[Proposal]:
        """Make one call about some gaps, or about none; what cannot be used is counted with its reason."""
        self.calls += 1
        request = proposal_request(
            self.form,
            gaps,
            n=self.n,
            scenario=self.scenario,
            random_seed=self.services.random_seed * 1000 + self.calls,
            settings=self.settings,
        )
        (reply,) = self.client.ask([request])
        if reply.verdict == "unasked":
            self.calls -= 1
            self.spent = reply.faults[0].words
            return []
        self.refusals.answered(self.calls, reply)
        if reply.value is None:
            self.refusals.refuse_answer(self.calls, n=min(self.n, max(len(gaps), 1)))
            return []
        found, faults = read_proposals(reply.value, self.form, gaps, call=self.calls)
        for proposal, fault in faults.items():
            self.refusals.refuse(proposal, kind_of(fault))
        return found

    def with_room(self, proposals: Sequence[Proposal]) -> list[Proposal]:
        """Refuse proposals for which the tables have no room."""
        kept = []
        for proposal in proposals:
            if room_of(self.targets, proposal.composition).record.probability > 0:
                kept.append(proposal)
            else:
                self.refusals.refuse(proposal.id, NO_ROOM)
        return kept

    def step(self, miss: float, unsupported: int, proposals: int, weights: Float) -> Step:
        """Note how things stand, and tell it."""
        refused = sum(self.refusals.values())
        effective = float(weights.sum() ** 2 / (weights**2).sum()) if (weights > 0).any() else 0.0
        if self.services.progress:
            self.services.progress(f"{self._told()}; {counted(proposals, 'proposal')}; share in wrong cells", miss)
        return Step(self.calls, miss, unsupported, proposals, refused, effective)

    def _told(self) -> str:
        """Calls, tokens and cost so far, in words."""
        spent = self.client.spending
        cost = f", cost {spent.cost:.3g}" if spent.cost else ""
        return f"model: {counted(self.calls, 'call')}, {spent.tokens:,} tokens{cost}"


def require_proposals(plan: Plan) -> None:
    """End a plan without any proposal of the model: records of the tables alone are not what was asked for.

    Raises
    ------
    LanguageModelError
        Calls were made or forbidden by the budget, and no proposal could be used.
    SchemaError
        The tables gave nothing to ask about.
    """
    if any(not proposal.is_filled_in for proposal in plan.proposals):
        return
    counts = ", ".join(f"{why}: {n}" for why, n in plan.refusals.items()) or "none came"
    words = f"llmsynthor: no proposal of the language model could be used ({counts}); asking ended because {plan.ended}"
    if plan.steps[-1].call == 0 and not plan.ended.startswith("the budget"):
        raise SchemaError(f"{words}. Give tables whose cells are categories or ranges, or use maximum_entropy")
    action = "Try another model, allow more calls, or use maximum_entropy, which makes records of the tables alone."
    if plan.ended.startswith("the budget"):
        action = "Raise the limits: a call is made only if all that it may take fits (see `censemble preview`)."
    raise LanguageModelError(f"{words}. {action}", "unusable")


def pool_of(
    targets: Targets,
    columns: Columns,
    *,
    prior: Float,
    proposals: Sequence[str],
    generator: str,
    members: Columns | None = None,
    sizes: NDArray[np.int64] | None = None,
) -> Pool:
    """Make a pool of records that say which proposal each comes from.

    Parameters
    ----------
    targets : Targets
        Tell what a record is.
    columns : dict of str to ndarray of shape (n,)
        All attributes of the records.
    prior : ndarray of shape (n,), > 0
        Prior weights.
    proposals : sequence of str, length n
        Ids.
    generator : str
        Name for the provenance.
    members : dict of str to ndarray of shape (n_members,), optional
        All attributes of members, record by record; none for flat records.
    sizes : ndarray of int64, shape (n,), optional
        Members of each record.
    """
    ids, total = numbered("ls", len(prior)), float(prior.sum())
    if targets.entity == "persons":
        pool = person_pool(columns, ids=ids, total_weight=total, generator=generator)
        told = pool.person_extra.append_column("proposal", pa.array(proposals, pa.string()))
        return replace(pool, person_extra=told, prior_weights=prior)
    sizes = np.zeros(len(prior), np.int64) if sizes is None else sizes
    pool = household_pool(columns, members or {}, sizes, ids=ids, total_weight=total, generator=generator)
    told = pa.table({"proposal": pa.array(proposals, pa.string())})
    return replace(pool, household_extra=told, prior_weights=prior)


def pool_of_drawn(targets: Targets, drawn: Drawn, proposals: Sequence[str]) -> Pool:
    """The same of records as they were drawn; `proposals` are the ids of what they were drawn from."""
    return pool_of(
        targets,
        drawn.columns,
        prior=drawn.prior,
        proposals=[proposals[k] for k in drawn.which],
        generator="llmsynthor",
        members=drawn.members,
        sizes=drawn.sizes,
    )


def obedient(pool: Pool, services: Services, targets: Targets) -> tuple[Pool, dict[str, int]]:
    """Leave out records that break a rule; with the counts by rule."""
    if not services.rules.rules:
        return pool, {}
    return obeying(services.rules, pool, targets.schema)
