"""Tests of what is said about settings that are not honoured."""

from __future__ import annotations

from censemble.io.populationsim_notes import unused_settings, unused_steps


def test_every_setting_is_honoured_or_named() -> None:
    """Known solver switches are grouped, unknown ones and table options are named; empty ones are nothing."""
    raw = {
        "geographies": ["PUMA", "TAZ"],
        "USE_NUMBA": True,
        "USE_CVXPY": False,
        "trace_geography": {"TAZ": 1},
        "shiny_new_switch": 3,
        "resume_after": None,
        "input_table_list": [{"tablename": "households", "filename": "h.csv", "recode_columns": {}}],
    }
    notes = unused_settings(raw, "settings.yaml")
    assert notes[0] == "settings.yaml: not used: USE_NUMBA, USE_CVXPY (it steers PopulationSim's own solvers)."
    assert "settings.yaml: not used: shiny_new_switch (unknown here)." in notes
    assert "settings.yaml: table 'households': not used: recode_columns." in notes
    assert not any("resume_after" in n for n in notes)


def test_steps_beyond_the_usual_are_named() -> None:
    """Repopulation changes the result, so it is said apart; the usual steps pass."""
    steps = ["input_pre_processor", "sub_balancing.geography=TAZ", "expand_households;repop", "my_step"]
    for raw in ({"models": steps}, {"run_list": {"steps": steps}}):
        notes = unused_steps(raw, "settings.yaml")
        assert len(notes) == 2
        assert "repopulating" in notes[0]
        assert "my_step" in notes[1]
    assert unused_steps({"run_list": {"steps": [], "resume_after": "summarize"}}, "s.yaml")
    assert unused_steps({}, "s.yaml") == []
