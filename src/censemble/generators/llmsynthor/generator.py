"""LLMSynthor: from tables alone, with a language model as planner."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Literal

import numpy as np
import pyarrow as pa

from censemble.errors import ConfigError, SchemaError
from censemble.generators.conditions import read_conditions
from censemble.generators.llmsynthor.approximated_joints import (
    ApproximatedJoint,
    TargetsWith,
    approximated_rows,
    with_approximated,
)
from censemble.generators.llmsynthor.calibrated import plan_calibrated
from censemble.generators.llmsynthor.composition_form import form_of
from censemble.generators.llmsynthor.dependencies import Group, guiding, infer_groups
from censemble.generators.llmsynthor.direct import plan_direct, records_of
from censemble.generators.llmsynthor.faithful import plan_faithful
from censemble.generators.llmsynthor.joint_estimates import approximate
from censemble.generators.llmsynthor.macro_statistics import Targets, targets_of
from censemble.generators.llmsynthor.member_targets import MemberOptions
from censemble.generators.llmsynthor.plan_notes import breadth, notes_of
from censemble.generators.llmsynthor.planning import SPAWN_KEY, Plan, Planner, Services, require_proposals
from censemble.generators.llmsynthor.sampling import flat_records, households, intersection, uniform_records
from censemble.generators.llmsynthor.told_tables import told_tables
from censemble.generators.proposals import count_of, fitted
from censemble.generators.protocol import Conditions
from censemble.llm import Settings
from censemble.margins import Margin
from censemble.pool import Pool
from censemble.schema import Entity, Schema

Mode = Literal["calibrated", "faithful", "marginals", "unguided", "direct"]
MODES: tuple[Mode, ...] = ("calibrated", "faithful", "marginals", "unguided", "direct")
NO_MODEL = (
    "the generator llmsynthor asks a language model, and none was given: configure one (docs/language-models.md) and "
    "run the command, or pass Services(client=...) from Python"
)
TOKENS = 400  # of an answer, for each proposal of a record; a quarter more for each member


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
    members : MemberOptions, optional
        How many persons a household has and in which order, and what both are called.
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
        members: MemberOptions | None = None,
        ask_about: Sequence[str] = (),
        services: Services | None = None,
    ) -> None:
        self.mode, self.calls, self.proposals = mode, calls, proposals
        self.scenario, self.tolerance, self.temperature = scenario, tolerance, temperature
        self.doubt, self.approximate_missing_joints = doubt, approximate_missing_joints
        self.members, self.ask_about = members or MemberOptions(), ask_about
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
            No language model, nothing that calibrates, or a mode that does not exist.
        SchemaError
            Tables that cannot guide: see `macro_statistics.targets_of`.
        LanguageModelError
            The model does not answer, or nothing that it proposes can be used; what it has answered is kept.
        """
        if self.mode not in MODES:
            raise ConfigError(f"generator.mode: no mode {self.mode!r}; there are {', '.join(MODES)}")
        if self.services.client is None:
            raise ConfigError(NO_MODEL)
        if self.mode == "calibrated" and self.services.calibrate is None:
            raise ConfigError("llmsynthor in calibrated mode needs Services(calibrate=...)")
        if not margins:
            raise SchemaError("llmsynthor: there is no table to work from; give margins")
        flat = seed_sample.record_entity == "persons" if seed_sample else not schema.of("households")
        has_members = not flat and (schema.of("persons") or any(m.entity == "persons" for m in margins))
        entity: Entity = "persons" if flat else "households"

        def targets_with(more: Sequence[Margin]) -> Targets:
            return targets_of(schema, [*margins, *more], entity, members=self.members if has_members else None)

        targets = self._with_dependences(targets_with)
        self.targets_, self.plan_ = targets, self._plan(targets)
        require_proposals(self.plan_)
        self.notes_ = tuple(notes_of(targets, self.plan_, self.groups_, self.approximated_)) + self._left_out
        if self.mode == "calibrated":
            self.notes_ += (breadth(targets, self.plan_, self.services.random_seed),)
        return self

    def _with_dependences(self, targets_with: TargetsWith) -> Targets:
        """Ask which attributes depend on each other where that matters; on request for the joints that are missing."""
        targets = targets_with(())
        wanted = self.approximate_missing_joints and self.mode in ("calibrated", "faithful")
        if self.mode != "faithful" and not wanted:
            return targets
        client, settings = self.services.client, self._settings(targets)
        assert client is not None
        form = form_of(targets, self.members, completes_gaps=False)
        self.groups_ = infer_groups(client, targets, form, settings=settings)
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

    def _plan(self, targets: Targets) -> Plan:
        form = form_of(
            targets,
            self.members,
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
            return uniform_records(targets, plan, count_of(n), rng, wanted)
        if targets.members is None:
            return flat_records(targets, plan, count_of(n), rng, wanted, doubt=self.doubt)
        return households(targets, plan, count_of(n), rng, wanted, rules=self.services.rules, doubt=self.doubt)

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
