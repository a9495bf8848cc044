"""LLMSynthor: from tables alone, with a language model as planner."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import islice
from typing import Any, Literal

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from censemble.errors import ConfigError, SchemaError
from censemble.generators.conditions import Allowed, read_conditions
from censemble.generators.llmsynthor.anybody import anybody, draw_mixture
from censemble.generators.llmsynthor.approximated_joints import (
    ApproximatedJoint,
    TargetsWith,
    approximated_rows,
    with_approximated,
)
from censemble.generators.llmsynthor.boxes import Columns, draw_box, holds
from censemble.generators.llmsynthor.calibrated import N_TRIED, plan_calibrated
from censemble.generators.llmsynthor.composition_form import form_of
from censemble.generators.llmsynthor.compositions import Composition, room_of
from censemble.generators.llmsynthor.dependencies import Group, guiding, infer_groups
from censemble.generators.llmsynthor.direct import plan_direct, records_of
from censemble.generators.llmsynthor.faithful import draw_uniform, plan_faithful
from censemble.generators.llmsynthor.filling import Conduct, draw_records
from censemble.generators.llmsynthor.joint_estimates import approximate
from censemble.generators.llmsynthor.macro_statistics import Box, Targets, targets_of
from censemble.generators.llmsynthor.member_targets import MOST_MEMBERS, NOUNS, MemberOptions
from censemble.generators.llmsynthor.planning import (
    SPAWN_KEY,
    Plan,
    Planner,
    Services,
    pool_of,
    require_proposals,
)
from censemble.generators.llmsynthor.told_tables import told_tables
from censemble.generators.proposals import count_of, fitted
from censemble.generators.protocol import Conditions
from censemble.llm import Settings
from censemble.margins import Margin
from censemble.pool import Pool, join_pools, take_records
from censemble.schema import Entity, Schema

Mode = Literal["calibrated", "faithful", "marginals", "unguided", "direct"]
MODES: tuple[Mode, ...] = ("calibrated", "faithful", "marginals", "unguided", "direct")
NO_MODEL = (
    "the generator llmsynthor asks a language model, and none was given: configure one (docs/language-models.md) and "
    "run the command, or pass Services(client=...) from Python"
)
TOKENS = 400  # of an answer, for each proposal of a record; a quarter more for each member
MAX_TRIES = 50  # draws for each record that conditions ask of the uniform modes


class LLMSynthor:
    """Propose records by asking a language model for what the tables still miss: flat ones, or such with members.

    Do not use it where a survey is at hand, nor where tables name every pair of attributes that matters: maximum
    entropy then gives the same without any call.

    Parameters
    ----------
    mode : {"calibrated", "faithful", "marginals", "unguided", "direct"}
        Calibrated: proposals give support, calibration the weights. Faithful: Algorithm 1 as published. Marginals: the
        same without inferred dependences, so that only tables of one attribute guide. Unguided: the same without
        discrepancies. Direct: record by record, told the marginals. The last three are ablations and baselines.
    calls : int
        Calls of proposals, at most, >= 1. Dependencies are one more, repairs of unusable answers too.
    proposals : int
        Proposals asked for in one call, >= 1.
    scenario : str
        A situation in plain words; "" for none.
    tolerance : float
        Calibrated: share of the records in wrong cells of the worst table at which asking ends.
    temperature : float
        Of the model.
    doubt : float
        Calibrated: 0..1, prior of what a proposal's gap allows and no proposal does, relative to what the tables alone
        expect there. 0: what nobody proposed cannot occur; 1: the tables alone. Of records with members: prior of what
        a model might have left out of a proposal, relative to the proposal; and squared that of members whom nobody
        proposed together.
    approximate_missing_joints : bool
        Calibrated and faithful: ask the model for joints of attributes that it says depend on each other and that no
        table counts together. They guide and are never controls; without, what is missing is only reported.
    size : str
        Household attribute whose labels begin with the number of persons, as for `MaximumEntropy`; "" for none.
    most_members : int
        Persons of a household at most, >= 1, where a label is open ("5 or more") or no attribute holds the size.
    ordered_by : str
        Numeric or ordinal person attribute whose values never decrease along the list (departures of a day's trips).
    called : mapping, optional
        `record` and `member`: nouns for the prompt, such as traveller and trip.
    ask_about : sequence of str
        Calibrated: the attributes that the model is asked about, () for all; tables alone decide about the others.
    services : Services, optional
        The client, and what calibrates.

    Attributes
    ----------
    plan_ : Plan
        After `fit`: proposals, how the discrepancy fell, refusals, why it ended.
    groups_ : tuple of Group
        Dependencies that the model inferred.
    approximated_ : tuple of ApproximatedJoint
        Joints that it approximated, on request.

    References
    ----------
    arXiv:2505.14752.
    """

    name = "llmsynthor"
    needs_sample = False

    def __init__(  # noqa: PLR0913 -- each is an option of the project file
        self,
        *,
        mode: Mode = "calibrated",
        calls: int = 20,
        proposals: int = 5,
        scenario: str = "",
        tolerance: float = 0.005,
        temperature: float = 0.7,
        doubt: float = 0.1,
        approximate_missing_joints: bool = False,
        size: str = "",
        most_members: int = MOST_MEMBERS,
        ordered_by: str = "",
        called: Mapping[str, str] | None = None,
        ask_about: Sequence[str] = (),
        services: Services | None = None,
    ) -> None:
        self.mode, self.calls, self.proposals = mode, calls, proposals
        self.scenario, self.tolerance, self.temperature = scenario, tolerance, temperature
        self.doubt, self.approximate_missing_joints = doubt, approximate_missing_joints
        self.size, self.most_members, self.ordered_by = size, most_members, ordered_by
        self.called, self.ask_about = called, ask_about
        self.services = services or Services()
        self.targets_: Targets | None = None
        self.plan_: Plan | None = None
        self.groups_: tuple[Group, ...] = ()
        self.approximated_: tuple[ApproximatedJoint, ...] = ()
        self._left_out: tuple[str, ...] = ()
        self.notes_: tuple[str, ...] = ()

    def fit(self, schema: Schema, *, seed_sample: Pool | None = None, margins: Sequence[Margin] = ()) -> LLMSynthor:
        """Ask for proposals; a seed sample is only asked whether records are households or persons.

        Raises
        ------
        ConfigError
            No language model, nothing that calibrates, or a mode or an option of members that does not exist.
        SchemaError
            Tables that cannot guide: see `macro_statistics.targets_of`.
        LanguageModelError
            The model does not answer, or nothing that it proposes can be used; what it has answered is kept.
        """
        if self.mode not in MODES:
            raise ConfigError(f"generator.mode: no mode {self.mode!r}; there are {', '.join(MODES)}")
        if strange := (self.called or {}).keys() - NOUNS.keys():
            raise ConfigError(
                f"generator.called: no noun for {', '.join(sorted(strange))}; there are {', '.join(NOUNS)}"
            )
        if self.services.client is None:
            raise ConfigError(NO_MODEL)
        if self.mode == "calibrated" and self.services.calibrate is None:
            raise ConfigError("llmsynthor in calibrated mode needs Services(calibrate=...)")
        if not margins:
            raise SchemaError("llmsynthor: there is no table to work from; give margins")
        flat = seed_sample.record_entity == "persons" if seed_sample else not schema.of("households")
        options = MemberOptions(self.size, self.most_members, self.ordered_by, **{**NOUNS, **(self.called or {})})
        has_members = not flat and (schema.of("persons") or any(m.entity == "persons" for m in margins))
        entity: Entity = "persons" if flat else "households"

        def targets_with(more: Sequence[Margin]) -> Targets:
            return targets_of(schema, [*margins, *more], entity, members=options if has_members else None)

        targets = self._with_dependences(targets_with, options)
        self.targets_, self.plan_ = targets, self._plan(targets, options)
        require_proposals(self.plan_)
        self.notes_ = tuple(_notes(targets, self.plan_, self.groups_, self.approximated_)) + self._left_out
        if self.mode == "calibrated":
            self.notes_ += (_breadth(targets, self.plan_, self.services.random_seed),)
        return self

    def _with_dependences(self, targets_with: TargetsWith, options: MemberOptions) -> Targets:
        """Ask which attributes depend on each other where that matters; on request for the joints that are missing."""
        targets = targets_with(())
        wanted = self.approximate_missing_joints and self.mode in ("calibrated", "faithful")
        if self.mode != "faithful" and not wanted:
            return targets
        client, settings = self.services.client, self._settings(targets)
        assert client is not None
        self.groups_ = infer_groups(client, targets, form_of(targets, options, completes_gaps=False), settings=settings)
        if not wanted:
            return targets
        joints, unusable = approximate(
            client,
            targets,
            self.groups_,
            scenario=self.scenario,
            random_seed=self.services.random_seed,
            settings=settings,
        )
        targets, self.approximated_, excluded = with_approximated(targets, targets_with, joints)
        self._left_out = (*unusable, *excluded)
        return targets

    def _settings(self, targets: Targets) -> Settings:
        longest = TOKENS * (1 + max(targets.members.numbers) / 4) if targets.members else TOKENS
        return Settings(temperature=self.temperature, max_tokens=int(longest) * self.proposals)

    def _plan(self, targets: Targets, options: MemberOptions) -> Plan:
        form = form_of(
            targets,
            options,
            completes_gaps=self.mode == "calibrated",
            single_values=self.mode == "direct",
            about=self.ask_about,
        )
        settings = self._settings(targets)
        if self.mode == "calibrated":
            targets = told_tables(targets)
        planner = Planner(targets, form, self.services, n=self.proposals, scenario=self.scenario, settings=settings)
        key = np.random.SeedSequence(self.services.random_seed, spawn_key=(SPAWN_KEY,))
        rng = np.random.default_rng(key)
        if self.mode == "calibrated":
            return plan_calibrated(planner, calls=self.calls, tolerance=self.tolerance, doubt=self.doubt, rng=rng)
        if self.mode == "direct":
            return plan_direct(planner, calls=self.calls, rng=rng)
        tables = (*guiding(targets, self.groups_), *targets.approximated)
        return plan_faithful(planner, tables, calls=self.calls, guided=self.mode != "unguided", rng=rng)

    def sample(self, n: int, rng: np.random.Generator, *, conditions: Conditions | None = None) -> Pool:
        """Draw `n` records from the proposals; no further call is made.

        In calibrated mode prior weights differ: they undo how often a place was proposed (see `boxes`). In direct mode
        there are never more records than the model proposed.

        Raises
        ------
        SchemaError
            Before `fit`; a condition that does not exist or that no proposal can meet; with members also where no
            record that meets it obeys the rules. Where few do, fewer than `n` come.
        """
        targets, plan = fitted(self.targets_, self.name), fitted(self.plan_, self.name)
        wanted = {a.attribute.name: a for a in read_conditions(conditions, targets.schema, targets.entity)}
        if self.mode == "direct":
            met = [p for p in plan.proposals if intersection(p.box, wanted) is not None]
            if not met:
                raise SchemaError(f"conditions: no record that was proposed has {', '.join(wanted)} as asked for")
            return records_of(targets, met, rng, at_most=count_of(n))
        if self.mode != "calibrated":
            return _meeting(targets, plan, count_of(n), rng, wanted)
        if targets.members is not None:
            return self._with_members(targets, plan, count_of(n), rng, wanted)
        most = n if wanted else None
        proposed = _possible(targets, [(p.id, p.composition) for p in plan.proposals], wanted, most=most, rng=rng)
        gaps = [(f"beside-{p.id}", Composition(p.gap_box)) for p in plan.proposals if p.gap_box]
        wide = gaps if self.doubt > 0 else []
        boxes = [*proposed, *_possible(targets, wide, wanted, most=most, rng=rng)]
        if not boxes:
            raise SchemaError(f"conditions: no proposal allows records with {', '.join(wanted)} as asked for")
        drawn = draw_records(targets, [box for _, box in boxes], count_of(n), rng, Conduct())
        which, prior = drawn.which, drawn.prior
        if wide:
            owner = _owners([c.box for _, c in proposed], drawn.columns)
            prior = np.where(owner >= 0, prior, self.doubt * prior)
            prior *= targets.total / prior.sum()
            which = np.where((which >= len(proposed)) & (owner >= 0), owner, which)
        ids = [boxes[k][0] for k in which]
        return pool_of(targets, drawn.columns, prior=prior, proposals=ids, generator=self.name)

    def _with_members(self, targets: Targets, plan: Plan, n: int, rng: np.random.Generator, wanted: Box) -> Pool:
        """Households with persons: proposed ones, and by doubt others (`doubts`, `anybody`)."""
        assert targets.members is not None
        most = n if wanted else None
        found = _possible(targets, [(p.id, p.composition) for p in plan.proposals], wanted, most=most, rng=rng)
        if not found:
            raise SchemaError(f"conditions: no proposal allows records with {', '.join(wanted)} as asked for")
        loose = _possible(targets, [(p.id, p.composition) for p in plan.beside], wanted, most=most, rng=rng)
        others = _possible(targets, anybody(targets.members), wanted, most=most, rng=rng) if self.doubt > 0 else []
        conduct = Conduct(self.services.rules, plan.likeness)
        return draw_mixture(targets, (found, loose, others), n, rng, conduct=conduct, doubt=self.doubt)

    def tables(self) -> dict[str, pa.Table]:
        """What to keep beside the pool: `proposals` and `refused`, a row each; `planning`, a row for each call.

        Where joints were approximated also `approximated`, a row for each cell.

        Raises
        ------
        SchemaError
            Before `fit`.
        """
        plan = fitted(self.plan_, self.name)
        proposals = [
            {
                "proposal": p.id,
                "reason": p.reason,
                "asked_for": p.asked_for,
                "missing_share": p.missing,
                "filled_in": p.is_filled_in,
                "num": p.n_records,
                "record": json.dumps(p.shown(), ensure_ascii=False),
                "question": p.question or plan.refusals.question(p.id),
            }
            for p in plan.proposals
        ]
        joints = {"approximated": approximated_rows(self.approximated_)} if self.approximated_ else {}
        return {
            **joints,
            "proposals": pa.Table.from_pylist(proposals),
            "planning": pa.Table.from_pylist([vars(s) for s in plan.steps]),
            "refused": plan.refusals.table(),
        }


def intersection(box: Box, other: Box) -> Box | None:
    """What two boxes allow together; None where that is nothing."""
    both: dict[str, Allowed] = {**box, **other}
    for name in box.keys() & other.keys():
        mine, theirs = box[name], other[name]
        low, high = max(mine.low, theirs.low), min(mine.high, theirs.high)
        both[name] = Allowed(mine.attribute, mine.codes & theirs.codes, low, high)
        empty = low > high if mine.attribute.kind == "numeric" else not both[name].codes
        if empty:
            return None
    return both


def _breadth(targets: Targets, plan: Plan, random_seed: int) -> str:
    """Say how much of what the tables expect the proposals allow: little of it is little variety."""
    rng = np.random.default_rng(np.random.SeedSequence(random_seed, spawn_key=(SPAWN_KEY, 1)))
    columns = draw_box(targets, {}, N_TRIED, rng)
    inside = np.logical_or.reduce([holds(p.box, columns) for p in plan.proposals])
    what = "households, by their own attributes and size," if targets.members else "records"
    return f"llmsynthor: proposals allow {100 * inside.mean():.0f} % of the {what} that the tables alone would expect."


def _owners(boxes: Sequence[Box], columns: Columns) -> NDArray[np.int64]:
    """The first box that holds each record; -1 for none."""
    owner = np.full(len(next(iter(columns.values()))), -1)
    for k, box in enumerate(boxes):
        owner[(owner < 0) & holds(box, columns)] = k
    return owner


def _possible(
    targets: Targets,
    named: Sequence[tuple[str, Composition]],
    wanted: Box,
    *,
    most: int | None,
    rng: np.random.Generator,
) -> list[tuple[str, Composition]]:
    """What conditions leave of compositions, where tables have anybody; `most` of them: more would get no record."""
    left = [
        (name, replace(composition, box=both))
        for name, composition in named
        if (both := intersection(composition.box, wanted)) is not None
    ]
    if most is not None and len(left) > most:
        left = [left[k] for k in rng.permutation(len(left))]
    found = ((name, made) for name, made in left if room_of(targets, made).record.probability > 0)
    return list(islice(found, most))


def _meeting(targets: Targets, plan: Plan, n: int, rng: np.random.Generator, wanted: Box) -> Pool:
    """Draw until `n` records meet the conditions."""
    kept: list[Pool] = []
    for attempt in range(MAX_TRIES if wanted else 1):
        drawn = draw_uniform(targets, plan.proposals, n, rng, name=f"ls{attempt + 1}" if wanted else "ls")
        columns: Any = drawn.households if targets.entity == "households" else drawn.persons
        kept.append(take_records(drawn, np.flatnonzero(holds(wanted, columns))))
        if sum(p.n_records for p in kept) >= n:
            return take_records(join_pools(kept), np.arange(n))
    raise SchemaError(f"conditions: hardly any proposal allows records with {', '.join(wanted)} as asked for")


def _notes(targets: Targets, plan: Plan, groups: Sequence[Group], joints: Sequence[ApproximatedJoint]) -> Iterator[str]:
    """What a user must know."""
    if plan.likeness:
        told = ", ".join(f"{name} {100 * share:.0f} %" for name, share in plan.likeness.items())
        yield (
            f"llmsynthor: the model says in how many households of several persons all have the same: {told}; no table "
            "does."
        )
    if targets.members is not None:
        yield "llmsynthor: persons of a household are otherwise independent of each other given who they are."
    pairs = [{joint.rows.name, joint.columns.name} for joint in joints]
    yield from (g.words(approximated=any(pair <= set(g.attributes) for pair in pairs)) for g in groups)
    yield from (joint.words() for joint in joints)
    last = plan.steps[-1]
    own = sum(not p.is_filled_in for p in plan.proposals)
    refused = ", ".join(f"{why}: {n}" for why, n in sorted(plan.refusals.items()))
    yield (
        f"llmsynthor: asking ended after {last.call} calls because {plan.ended}; {own} proposals accepted"
        + (f", refused or left out: {refused}" if refused else "")
        + f"; {100 * last.miss:.1f} % of the records are in wrong cells of the worst table."
    )
    filled = len(plan.proposals) - own
    if filled:
        yield (
            f"llmsynthor: {filled} places that no proposal reached were filled in from the tables; their records are "
            'marked "fill-..." and no model vouches for them.'
        )
