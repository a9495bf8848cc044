"""SemaPop in the arena: the models, the baselines of its paper, and every ingredient switched off one at a time."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

GAN_ALONE = {"modulation": "none", "judgement": "none", "marginal_strength": 0.0, "relaxation": "softmax"}
STEPS = 1_000  # of the GAN in its ablations, the whole model among them: a fifth of the default
KIM_BANSAL = {
    **GAN_ALONE, "width": 256, "depth": 3, "noise": 128, "batch": 256, "critic_steps": 3, "boundary_strength": 0.1,
    "distance_strength": 0.1, "averaging": 0.0, "generator_rate": 2e-4, "critic_rate": 2e-4,
}  # fmt: skip


@dataclass(frozen=True)
class SemaPopRow:
    """One setting of SemaPop; `without` names what an ablation leaves out of which model."""

    name: str
    title: str
    says: str = "defaults"
    options: Mapping[str, Any] = field(default_factory=dict)
    of: str = ""
    is_ours: bool = True


def _without(model: str, name: str, title: str, **options: Any) -> SemaPopRow:
    """An ablation of one model: options of its network in `net`, of the generator by name."""
    net = options.pop("net", {}) | ({"steps": STEPS, "patience": STEPS} if model == "gan" else {})
    given = {"model": model, **options, **({"model_options": net} if net else {})}
    return SemaPopRow(f"semapop_{model}_{name}", title, "an ablation", given, model)


MODELS = (
    SemaPopRow("semapop", "SemaPop, autoregressive", "defaults: personas by the template, embedded offline"),
    SemaPopRow("semapop_vae", "SemaPop-VAE", "defaults", {"model": "vae"}),
    SemaPopRow("semapop_gan", "SemaPop-GAN", "defaults", {"model": "gan"}),
    SemaPopRow("wgan_gp", "WGAN-GP", "SemaPop-GAN without personas and without marginal regularisation",
               {"model": "gan", "conditioning": "none", "model_options": GAN_ALONE}, is_ours=False),
    SemaPopRow("wgan_gp_zcr", "WGAN-GP with Kim and Bansal's terms",
               "their network, batch, rates and both terms, factor .1 (with 1 it collapses); 5,000 steps",
               {"model": "gan", "conditioning": "none", "model_options": KIM_BANSAL}, is_ours=False),
)  # fmt: skip
CONDITIONINGS = (
    ("none", "no condition"),
    ("one_hot", "the record itself, one-hot"),
    ("kmeans", "its cluster (k-means)"),
    ("shuffled", "another record's persona"),
)
CLOSE = {"closeness": 0.9}  # at 0, the default, the autoregressive model draws without looking at any condition
ABLATIONS = (
    _without("autoregressive", "treeless", "no forests beside the network", net={"n_trees": 0}),
    _without("autoregressive", "dense", "softmax instead of sparse shares", net={"sparsity": 1.0}),
    _without("autoregressive", "unheld", "one-way shares not held", net={"rounds": 0}),
    _without("autoregressive", "close", "personas followed closely (closeness .9)", **CLOSE),
    *(
        _without("autoregressive", f"close_{name}", f"closeness .9, condition: {title}", conditioning=name, **CLOSE)
        for name, title in CONDITIONINGS[1:]
    ),
    *(_without("gan", name, f"condition: {title}", conditioning=name) for name, title in CONDITIONINGS),
    _without("gan", "whole", "nothing left out"),
    _without("gan", "concatenated", "personas concatenated, no FiLM", net={"modulation": "concatenate"}),
    _without("gan", "unprojected", "critic: personas concatenated, no projection", net={"judgement": "concatenate"}),
    _without("gan", "unheld", "no marginal regularisation", net={"marginal_strength": 0.0}),
    _without("gan", "packed", "PacGAN, 10 records at a time", net={"pac": 10}),
    _without("gan", "loosened", "personas loosened, as the autoregressive model's", loosened=True),
    _without("vae", "none", "condition: no condition", conditioning="none"),
    _without("vae", "unheld", "no marginal regularisation", net={"marginal_strength": 0.0}),
)
ROWS = {row.name: row for row in (*MODELS, *ABLATIONS)}
