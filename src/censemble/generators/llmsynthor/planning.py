"""Calls to the language model, one after the other, and everything that came of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Protocol

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from censemble.generators.llmsynthor.boxes import Columns, probability_of
from censemble.generators.llmsynthor.discrepancy import Gap
from censemble.generators.llmsynthor.macro_statistics import Targets
from censemble.generators.llmsynthor.prompts import proposal_request
from censemble.generators.llmsynthor.proposal_form import Form, Proposal, read_proposals
from censemble.generators.proposals import household_pool, numbered, person_pool
from censemble.llm import Client, Settings
from censemble.margins import Margin
from censemble.pool import Pool
from censemble.rules import RuleBook, obeying
from censemble.schema import Schema

Float = NDArray[np.float64]
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
    """

    client: Client | None = None
    calibrate: Calibrate | None = None
    rules: RuleBook = field(default_factory=RuleBook)
    random_seed: int = 0
    progress: Callable[[str, float], None] | None = None
    start: tuple[Proposal, ...] = ()


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
    refusals : mapping of str to int
        Why proposals were refused: rule, range, no room in the tables.
    ended : str
        Why no more calls were made, as a sentence.
    """

    proposals: tuple[Proposal, ...]
    steps: tuple[Step, ...]
    refusals: Counter[str]
    ended: str


def carried_over(proposals: Sequence[Proposal]) -> tuple[Proposal, ...]:
    """Proposals of a plan as the start of another: "without-3-2"; what was filled in from tables is not among them."""
    return tuple(replace(p, id=f"without-{p.id}") for p in proposals if not p.is_filled_in)


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
        self.refusals: Counter[str] = Counter()
        self.calls = 0
        self.spent = False

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
            self.spent = True
            return []
        if reply.value is None:
            self.refusals[f"answer: {reply.faults[0].kind}"] += min(self.n, max(len(gaps), 1))
            return []
        found, faults = read_proposals(reply.value, self.form, gaps, call=self.calls)
        self.refusals.update("range that ends before it begins" for _ in faults)
        return [p for p in found if self._has_room(p)]

    def _has_room(self, proposal: Proposal) -> bool:
        room = probability_of(self.targets, proposal.box) > 0
        if not room:
            self.refusals["no room in the tables"] += 1
        return room

    def step(self, miss: float, unsupported: int, proposals: int, weights: Float) -> Step:
        """Note how things stand, and tell it."""
        refused = sum(self.refusals.values())
        effective = float(weights.sum() ** 2 / (weights**2).sum()) if (weights > 0).any() else 0.0
        if self.services.progress:
            self.services.progress(f"language model: {self.calls} calls, {proposals} proposals", miss)
        return Step(self.calls, miss, unsupported, proposals, refused, effective)


def pool_of(targets: Targets, columns: Columns, *, prior: Float, proposals: Sequence[str], generator: str) -> Pool:
    """Make a pool of flat records that say which proposal each comes from.

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
    """
    ids, total = numbered("ls", len(prior)), float(prior.sum())
    if targets.entity == "persons":
        pool = person_pool(columns, ids=ids, total_weight=total, generator=generator)
        told = pool.person_extra.append_column("proposal", pa.array(proposals, pa.string()))
        return replace(pool, person_extra=told, prior_weights=prior)
    sizes = np.zeros(len(prior), np.int64)
    pool = household_pool(columns, {}, sizes, ids=ids, total_weight=total, generator=generator)
    told = pa.table({"proposal": pa.array(proposals, pa.string())})
    return replace(pool, household_extra=told, prior_weights=prior)


def obedient(pool: Pool, services: Services, targets: Targets) -> tuple[Pool, dict[str, int]]:
    """Leave out records that break a rule; with the counts by rule."""
    if not services.rules.rules:
        return pool, {}
    return obeying(services.rules, pool, Schema(targets.attributes))
