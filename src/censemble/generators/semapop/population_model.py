"""SemaPop as a generator: persons, or households with their persons, drawn given personas."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from censemble.errors import ConfigError, SchemaError
from censemble.generators.conditions import described, read_conditions
from censemble.generators.proposals import count_of, fitted, need_sample, numbered
from censemble.generators.protocol import Conditions
from censemble.generators.semapop.backbone import Backbone, Curves
from censemble.generators.semapop.backbones import make_backbone
from censemble.generators.semapop.fitted_model import DEFAULT_MODEL, Learnt, Settings, persona_ids
from censemble.generators.semapop.flat_records import GENERATOR
from censemble.generators.semapop.model_files import load_learnt, refuse_other_schema, save_learnt
from censemble.generators.semapop.persona_choice import CHOICES, Choice, Chosen, Personas, choose
from censemble.generators.semapop.persona_maker import StandardMaker
from censemble.generators.semapop.persona_space import Nearness, PersonaSpace, nearness
from censemble.generators.semapop.persona_table import read_persona_table
from censemble.generators.semapop.record_draws import (
    Closeness,
    DrawCounts,
    draw_meeting,
    draw_whole,
    streams,
    with_personas,
)
from censemble.generators.semapop.services import Outside, PersonaMaker
from censemble.generators.semapop.training import learn, memory_errors_explained
from censemble.generators.semapop.training_facts import facts_of, told_tables
from censemble.margins import Margin
from censemble.personas.bank import PersonaBank
from censemble.personas.conditioning import Conditioning
from censemble.pool import Pool
from censemble.schema import Schema

Vectors = NDArray[np.float32]


class SemaPop:
    """Learn how records follow from their personas, and draw new records from personas.

    Records of the survey become personas (texts), personas become vectors, and vectors condition a model of the
    records' attributes: SemaPop-GAN or -VAE as published, or an autoregressive one of ours. Use it where a population
    is to be steered in words, or where the survey has some thousand records and attributes depend on each other in more
    than pairs. Do not use it for fewer than some hundred records (`bayesian_network`, `bootstrap`), nor where nothing
    but tables exists.

    Parameters
    ----------
    model : str
        "autoregressive", "gan" or "vae".
    model_options : mapping
        What the model's constructor takes.
    conditioning : {"text", "one_hot", "kmeans", "shuffled", "none"}
        What the model is given of a record: its persona's text, or a control.
    choice : {"bootstrap", "density", "bank"}
        Which personas a population is drawn from (`persona_choice`).
    bank : str or Path
        Of choice "bank": a table (CSV, Parquet) of texts and weights.
    closeness : float or None
        0..1, how closely a population follows its personas: 0 does not see them, 1 repeats what they say. None is the
        model's own; a model that was not loosened knows 1 only.
    width, n_bins, most_members, hold_to, loosened, random_seed
        See `fitted_model.Settings`.
    trained : str or Path
        Folder of a model that was trained before; `fit` then only compares it with the schema.
    outside : Outside, optional
        What makes personas, progress, checkpoint.
    backbone : Backbone, optional
        A model of your own in place of `model`.

    Attributes
    ----------
    bank_ : PersonaBank
        After `fit`: the survey's personas.
    space_ : PersonaSpace
        After `fit`: the projection of embeddings.
    curves_ : Curves
        After `fit`: how training went.

    References
    ----------
    arXiv:2602.11569. Loosened personas, the autoregressive model and every setting that the paper does not print are
    ours.
    """

    name = GENERATOR
    needs_sample = True

    def __init__(  # noqa: PLR0913 -- each is an option of the project file
        self,
        *,
        model: str = DEFAULT_MODEL,
        model_options: Mapping[str, Any] | None = None,
        conditioning: Conditioning = "text",
        choice: Choice = "bootstrap",
        bank: str | Path = "",
        closeness: float | None = None,
        width: int | None = None,
        n_bins: int = 24,
        most_members: int | None = None,
        hold_to: str = "sample",
        loosened: bool | None = None,
        random_seed: int = 0,
        trained: str | Path = "",
        outside: Outside | None = None,
        backbone: Backbone | None = None,
    ) -> None:
        self.settings = Settings(
            model if backbone is None else backbone.name,
            dict(model_options or {}) if backbone is None else backbone.settings(),
            conditioning,
            width,
            n_bins,
            most_members,
            hold_to,
            loosened,
            random_seed,
        )
        self.choice, self.bank, self.closeness = choice, str(bank), closeness
        self.trained, self.outside, self.backbone = str(trained), outside or Outside(), backbone
        self.learnt_: Learnt | None = None
        self.counts_ = DrawCounts()
        self.notes_: tuple[str, ...] = ()

    def fit(self, schema: Schema, *, seed_sample: Pool | None = None, margins: Sequence[Margin] = ()) -> SemaPop:
        """Write and embed personas, train the model; or take a model that was trained before.

        Raises
        ------
        SchemaError
            No seed sample or one too small, attributes that it lacks, nothing that can be learnt.
        ConfigError
            Settings that do not fit, libraries that are not installed, not enough memory.
        InputError
            A trained model's folder that cannot be read or is of another schema; a checkpoint of another training.
        """
        self._check_choice()
        if self.trained:
            loaded = SemaPop.load(self.trained, schema=schema, outside=self.outside, backbone=self.backbone)
            self.learnt_, self.settings = loaded.learnt_, loaded.settings
            self.notes_ = (f"semapop: the model of {self.trained} was trained before; nothing was trained now.",)
            return self
        pool = need_sample(seed_sample, self.name)
        backbone = self.backbone or make_backbone(self.settings.model, self.settings.model_options)
        done = learn(schema, pool, margins, backbone, settings=self.settings, outside=self.outside, maker=self._maker())
        self.learnt_, self.notes_, self.counts_ = done.learnt, done.notes, DrawCounts()
        return self

    def sample(self, n: int, rng: np.random.Generator, *, conditions: Conditions | None = None) -> Pool:
        """Draw `n` records from chosen personas; those that do not meet the conditions are drawn again.

        Conditions are on attributes of the records: of households where these are the records.

        Raises
        ------
        SchemaError
            Before `fit`; conditions that do not exist, that no record can meet, or that too few records met.
        """
        learnt = fitted(self.learnt_, self.name)
        n = count_of(n)
        allowed = read_conditions(conditions, learnt.flat.schema, learnt.flat.record_entity)
        wanted, said = {a.attribute.name: a for a in allowed}, described(conditions)
        shares = learnt.flat.shares_allowed(wanted)
        for name, share in shares.items():
            if not share.any():
                raise SchemaError(f"conditions: nobody in the seed sample meets the condition on {name!r} of {said}")
        personas, smooth = self._personas(learnt), self.choice == "density"

        def chooser(n: int, rng: np.random.Generator) -> Chosen:
            return choose(personas, n, rng, smooth=smooth)

        of_draws, of_values = streams(rng)
        with memory_errors_explained("while drawing"):
            codes, persona, counts = draw_meeting(
                learnt.flat,
                learnt.backbone,
                chooser,
                n,
                of_draws,
                closeness=self._closeness(None),
                shares=shares,
                said=said,
            )
        self.counts_ += counts
        ids = [personas.ids[p] for p in persona]
        pool = learnt.flat.pool(
            codes, of_values, total_weight=learnt.total_weight, ids=numbered("sp", n), wanted=wanted
        )
        return with_personas(pool, ids)

    def sample_near(
        self,
        n: int,
        rng: np.random.Generator,
        *,
        texts: Sequence[str] = (),
        vectors: Vectors | None = None,
        closeness: Closeness | None = None,
    ) -> Pool:
        """Draw records from given personas: of texts, or of places in `space_`.

        Record i is drawn from persona i modulo their number; the same state of `rng` with other vectors has the same
        noise, so that two pools differ by their personas alone. Whether the survey has such people: `nearness`.

        Parameters
        ----------
        n : int
            >= 1.
        rng : numpy.random.Generator
            The same state gives the same records.
        texts : sequence of str
            Personas in words; none empty.
        vectors : ndarray of float32, shape (n_personas, width), optional
            In place of texts.
        closeness : float or ndarray of shape (n,), optional
            0..1; 0.9 if left out, 1 of a model that was not loosened.

        Raises
        ------
        SchemaError
            Before `fit`; neither or both of texts and vectors, an empty text, vectors of another width, a model that
            nothing conditions, or one whose households come out incomplete for a persona.
        """
        learnt = fitted(self.learnt_, self.name)
        if (vectors is None) == (not texts):
            raise SchemaError("semapop: give texts or vectors of personas, one of both")
        places = self.project_texts(texts) if vectors is None else np.asarray(vectors, dtype=np.float32)
        if places.ndim != 2 or places.shape[1] != learnt.space.width or not len(places):
            raise SchemaError(
                f"semapop: vectors of shape {places.shape}; this model's have {learnt.space.width} columns"
            )
        rows = np.arange(count_of(n)) % len(places)
        of_draws, of_values = streams(rng)
        level = self._closeness(self.settings.near if closeness is None else closeness)
        with memory_errors_explained("while drawing"):
            codes, whole, counts = draw_whole(learnt.flat, learnt.backbone, places[rows], of_draws, closeness=level)
        if not whole.all():
            raise SchemaError(
                f"semapop: {int((~whole).sum()):,} of {n:,} households came out without some of their members, however "
                "often they were drawn; train longer, or lower most_members"
            )
        self.counts_ += counts
        pool = learnt.flat.pool(codes, of_values, total_weight=learnt.total_weight, ids=numbered("sp", n))
        named = persona_ids(len(places), "text" if vectors is None else "place")
        return with_personas(pool, [named[row] for row in rows])

    def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Embed texts as the survey's personas were, before projection, shape (n, n_embedding).

        Raises
        ------
        SchemaError
            Before `fit`; an empty text; a model that no text conditions.
        ConfigError
            Another embedder than that of the model's personas.
        """
        learnt = fitted(self.learnt_, self.name)
        empty = [i for i, text in enumerate(texts, 1) if not text.strip()]
        if empty:
            raise SchemaError(f"semapop: persona {empty[0]} is empty; say in a sentence who the person is")
        if learnt.settings.conditioning != "text":
            raise SchemaError(
                f"semapop: this model was trained with conditioning {learnt.settings.conditioning!r}, and no text "
                "steers it; train one with conditioning 'text'"
            )
        maker = self._maker()
        assert maker is not None
        if maker.name != learnt.bank.embedder:
            raise ConfigError(
                f"semapop: the model's personas were embedded by {learnt.bank.embedder!r}, and texts would be by "
                f"{maker.name!r}; give the same embedder"
            )
        return maker.embed(texts)

    def project_texts(self, texts: Sequence[str]) -> Vectors:
        """Embed and project texts, shape (n, width).

        Raises
        ------
        SchemaError
            As `embed`.
        """
        embedded = self.embed(texts)
        return self.space_.project(embedded)

    def nearness(self, vectors: Vectors) -> Nearness:
        """Say whether the survey has people like these places."""
        learnt = fitted(self.learnt_, self.name)
        return nearness(learnt.space, learnt.bank, vectors)

    def save(self, folder: str | Path) -> None:
        """Write what was learnt (see `model_files`): the folder holds values and personas of respondents.

        Raises
        ------
        SchemaError
            Before `fit`.
        OutputError
            The folder cannot be written.
        """
        save_learnt(fitted(self.learnt_, self.name), Path(folder))

    @classmethod
    def load(
        cls,
        folder: str | Path,
        *,
        schema: Schema | None = None,
        outside: Outside | None = None,
        backbone: Backbone | None = None,
    ) -> SemaPop:
        """Read what `save` wrote; it then draws the same records.

        Parameters
        ----------
        folder : str or Path
            Of the model.
        schema : Schema, optional
            That the records must have; any if left out.
        outside : Outside, optional
            What embeds texts.
        backbone : Backbone, optional
            Untrained, where the model was trained with one of your own.

        Raises
        ------
        InputError
            Files are missing, damaged, of another version, or of another schema: the differences are named.
        ConfigError
            Libraries that are not installed.
        """
        learnt = load_learnt(Path(folder), backbone)
        if schema is not None:
            refuse_other_schema(learnt.flat.schema, schema, Path(folder))
        made = cls(outside=outside, backbone=backbone)
        made.learnt_, made.settings = learnt, learnt.settings
        return made

    @property
    def bank_(self) -> PersonaBank:
        """The survey's personas."""
        return fitted(self.learnt_, self.name).bank

    @property
    def space_(self) -> PersonaSpace:
        """The projection of embeddings."""
        return fitted(self.learnt_, self.name).space

    @property
    def curves_(self) -> Curves:
        """How training went."""
        return fitted(self.learnt_, self.name).curves

    def facts(self) -> dict[str, Any]:
        """What the manifest says of the model, its personas and what was drawn, in JSON types."""
        learnt = fitted(self.learnt_, self.name)
        drawn = {"choice": self.choice, "closeness": self._closeness(None)}
        return facts_of(learnt, self.counts_) | drawn

    def tables(self) -> dict[str, pa.Table]:
        """Personas and training curves, to be written beside a population."""
        learnt = fitted(self.learnt_, self.name)
        return told_tables(learnt, self._personas(learnt), self._texts(learnt))

    def _check_choice(self) -> None:
        if self.choice not in CHOICES:
            raise ConfigError(f"generator.choice: no choice {self.choice!r}; there are {', '.join(CHOICES)}")
        if (self.choice == "bank") != bool(self.bank):
            raise ConfigError("generator.bank: a table of personas goes with choice 'bank', and with no other")

    def _maker(self) -> PersonaMaker | None:
        """What makes personas and embeds texts."""
        if self.settings.conditioning == "none":
            return None
        return self.outside.personas or StandardMaker(conditioning=self.settings.conditioning)

    def _closeness(self, asked: Closeness | None) -> Closeness:
        """Closeness that was asked for, else the population's, else the model's own."""
        level = self.closeness if asked is None else asked
        chosen: Closeness = self.settings.checked_closeness(self.settings.closeness if level is None else level)
        return chosen

    def _personas(self, learnt: Learnt) -> Personas:
        if self.choice != "bank":
            return learnt.personas()
        texts, weights = read_persona_table(Path(self.bank))
        return Personas(persona_ids(len(texts), "bank"), self.project_texts(texts), weights)

    def _texts(self, learnt: Learnt) -> tuple[str, ...]:
        return learnt.bank.texts if self.choice != "bank" else read_persona_table(Path(self.bank))[0]
