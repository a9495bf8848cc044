"""Write docs/metrics.md from the metrics themselves: python tools/write_metrics_page.py."""

from __future__ import annotations

from pathlib import Path

from censemble.evaluation.comparison.families import METRICS, SECTION_OF
from censemble.evaluation.comparison.page import SECTIONS

PAGE = Path(__file__).resolve().parents[1] / "docs" / "metrics.md"
BETTER = {
    "lower": "small",
    "higher": "large",
    "one": "near 1",
    "zero": "near 0",
    "half": "0.5 or less",
    "none": "as a fresh sample has it",
}
HEAD = """# Metrics of `censemble compare`

Names as they stand in `compare.json`. A part in brackets says what of: an attribute, a rule, a query, a task, a class
of pairs. Tables with households and persons have `households.` or `persons.` before names that are measured for both.
Every object has `table`, `metric`, `value`, `floor` (the same figure of a fresh real sample of the same size), `low`
and `high` (95 % interval), `note`, `times_floor` (null where one of the two is negative). `value` is null where the
figure is not defined; `note` says why. `gap` has no value: its note tells what of a table cannot be compared.

This page is written by `python tools/write_metrics_page.py`; a test compares the two.
"""


def metrics_page() -> str:
    """The page as text."""
    parts = [HEAD]
    for section, title in SECTIONS:
        parts.append(f"\n## {title}\n\n| metric | good is | what it is |\n|---|---|---|")
        for name, facts in METRICS.items():
            if SECTION_OF[name] == section:
                says = facts.says.replace("|", "\\|")
                parts.append(f"| `{name}` {facts.title} | {BETTER[facts.better]} | {says} |")
    return "\n".join(parts) + "\n"


if __name__ == "__main__":
    PAGE.write_text(metrics_page(), encoding="utf-8")
