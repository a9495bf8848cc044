"""SemaPop's rows of the arena."""

from __future__ import annotations

from collections.abc import Callable
from types import ModuleType

Script = Callable[[str], ModuleType]


def test_an_ablation_differs_from_its_model_in_one_thing(script: Script) -> None:
    """Beside the shortened training of the GAN every ablation sets one option alone; the conditions of closeness .9 are
    held against the model at that closeness."""
    rows = script("semapop_rows")
    for row in rows.ABLATIONS:
        shortened = {"steps", "patience"} if row.of == "gan" else set()
        net = set(row.options.get("model_options", {})) - shortened
        shared = {"closeness"} if row.name.startswith("semapop_autoregressive_close_") else set()
        others = set(row.options) - {"model", "model_options"} - shared
        assert len(net | others) == (0 if row.title == "nothing left out" else 1), row.name


def test_baselines_of_others_are_not_claimed(script: Script) -> None:
    """Plain WGAN-GP and the one with Kim and Bansal's terms are shown as other people's methods."""
    peers = script("peer_list").PEERS
    assert not peers["wgan_gp"].is_ours
    assert not peers["wgan_gp_zcr"].is_ours
    assert peers["semapop"].is_ours
    assert peers["wgan_gp"].runs_here
