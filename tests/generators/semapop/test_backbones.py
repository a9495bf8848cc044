"""Models by name."""

from __future__ import annotations

import pytest

from censemble.errors import ConfigError
from censemble.generators.semapop import backbones
from censemble.generators.semapop.backbones import BACKBONES, kind_of, make_backbone


@pytest.mark.parametrize("model", sorted(BACKBONES))
def test_every_model_is_made_by_its_name(model: str) -> None:
    """With its defaults, and again from its own settings; closeness other than 1 only where it was loosened."""
    made = make_backbone(model, {})
    assert made.name == model
    assert make_backbone(model, made.settings()).settings() == made.settings()
    assert BACKBONES[model].loosened or BACKBONES[model].closeness == 1.0


@pytest.mark.parametrize("model", sorted(BACKBONES))
def test_an_option_that_a_model_lacks_is_refused(model: str) -> None:
    """Naming it."""
    with pytest.raises(ConfigError, match="depht"):
        make_backbone(model, {"depht": 2})


def test_an_unknown_model_lists_the_known() -> None:
    """As project files call them."""
    with pytest.raises(ConfigError, match=r"no model 'oracle'; there are .*gan, vae"):
        kind_of("oracle")


def test_missing_libraries_are_named_with_the_remedy(monkeypatch: pytest.MonkeyPatch) -> None:
    """Before anything is trained."""
    monkeypatch.setattr(backbones, "find_spec", lambda name: None if name == "jax" else name)
    with pytest.raises(ConfigError, match=r"needs jax, which is not installed: pip install 'censemble\[neural\]'"):
        make_backbone("gan", {})
