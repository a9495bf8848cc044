"""The page says everything, escapes what comes from data, and needs nothing but itself."""

from __future__ import annotations

import re
from html.parser import HTMLParser

from judgement_case import judgement

from censemble.evaluation.comparison.page import page_rows, render_comparison

VOID = {"meta", "br", "path", "line", "circle", "img", "link", "hr"}


class Nesting(HTMLParser):
    """Finds tags that close another one than the last opened."""

    def __init__(self) -> None:
        super().__init__()
        self.stack: list[str] = []
        self.wrong: list[str] = []

    def handle_starttag(self, tag: str, attrs: object) -> None:
        if tag not in VOID:
            self.stack.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if not self.stack or self.stack.pop() != tag:
            self.wrong.append(tag)


def test_the_page_is_well_formed_and_alone() -> None:
    """Tags nest; no script, no address of anything outside."""
    text = render_comparison(judgement())
    parser = Nesting()
    parser.feed(text)
    assert parser.wrong == [] and parser.stack == []
    assert "<script" not in text and not re.search(r"(src|href)=.?(https?:)?//", text)


def test_text_from_data_is_escaped() -> None:
    """Names and notes cannot become markup."""
    text = render_comparison(judgement())
    assert "Two tables &lt;against&gt; people" in text and "all ages are missing &lt;b&gt;" in text


def test_rows_carry_value_multiple_interval_and_tone() -> None:
    """A reader sees 5 times the floor, in the tone of far, with its interval; the rival wins by more than the noise."""
    made = judgement()
    tables = sorted(made.tables, key=lambda t: t.is_yardstick)
    row = page_rows(made, ["srmse_2way"], tables)[0]
    mine = row.cells[0]
    assert mine is not None
    assert (mine.value, mine.times, mine.interval, mine.tone) == ("0.200", "5.0×", "0.190 to 0.210", "far")
    assert row.standing == "rival"


def test_a_draw_is_said_to_be_one() -> None:
    """0.580 against 0.585 with intervals of 0.01 has no winner."""
    made = judgement()
    row = page_rows(made, ["f1"], sorted(made.tables, key=lambda t: t.is_yardstick))[0]
    assert row.standing == "not told apart: rival, mine"


def test_undefined_figures_show_why() -> None:
    """A dash and the reason, in the section of their family."""
    assert re.search(r"–</b>.*all ages are missing", render_comparison(judgement()))
