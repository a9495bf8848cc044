"""The HTML page."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from html.parser import HTMLParser

import pyarrow as pa
import pyarrow.parquet as pq
from evaluation_case import SmallCase, make_case

from censemble.evaluation.report import render
from censemble.inputs import Inputs

VOID = {"meta", "br", "line", "path", "circle", "rect", "img", "hr", "link", "input"}
SQUARE = [[0, 0], [1, 0], [1, 1], [0, 1], [0, 0]]
GEOJSON = {"features": [{"id": "01", "geometry": {"type": "Polygon", "coordinates": [SQUARE]}}]}


class Outline(HTMLParser):
    """Tags that are open, and what was linked."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.ids: list[str] = []
        self.links: list[str] = []
        self.tags: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        if tag not in VOID:
            self.open.append(tag)
        for name, value in attrs:
            if name == "id":
                self.ids.append(str(value))
            if name in ("href", "src"):
                self.links.append(str(value))

    def handle_endtag(self, tag: str) -> None:
        if tag not in VOID:
            assert self.open.pop() == tag


def _outline(page: str) -> Outline:
    outline = Outline()
    outline.feed(page)
    return outline


def test_page_is_well_formed_and_alone(small_case: SmallCase) -> None:
    """Tags close, links lead to sections of the page itself, nothing is fetched, no scripts."""
    page = render(small_case.facts, small_case.fit, geojson=GEOJSON)
    outline = _outline(page)
    assert outline.open == []
    assert {link[1:] for link in outline.links} <= set(outline.ids)
    assert len(set(outline.ids)) == len(outline.ids)
    assert "script" not in outline.tags
    assert not re.search(r"https?://|url\(|@import", page)


def test_data_is_escaped(small_case: SmallCase) -> None:
    """Names from data are text, never markup."""
    page = render(small_case.facts, small_case.fit, geojson=None)
    assert "tenure &lt;script&gt;" in page
    assert "<script" not in page
    assert "Small &amp; &lt;b&gt;simple&lt;/b&gt;" in page


def test_verdict_comes_first(small_case: SmallCase) -> None:
    """Every sentence of the verdict is above the first section."""
    page = render(small_case.facts, small_case.fit, geojson=None)
    top = page[: page.index('id="levels"')]
    assert 'class="verdict warn"' in top
    assert "All 14 households with 34 persons are placed" in top
    assert "1 target had to give way" in top


def test_same_facts_same_bytes(small_case: SmallCase) -> None:
    """Rendering again, also from the files, gives the same page."""
    page = render(small_case.facts, small_case.fit, geojson=GEOJSON)
    sink = pa.BufferOutputStream()
    pq.write_table(small_case.fit, sink)
    facts = json.loads(json.dumps(small_case.facts, sort_keys=True))
    assert render(facts, pq.read_table(pa.BufferReader(sink.getvalue())), geojson=GEOJSON) == page


def test_every_section_is_there(small_case: SmallCase) -> None:
    """All that a reader may look for has its place, and every table cell figure its row."""
    page = render(small_case.facts, small_case.fit, geojson=GEOJSON)
    for section in (
        "levels",
        "cells",
        "worst",
        "map",
        "tables",
        "records",
        "joints",
        "relaxed",
        "limits",
        "reproduce",
        "terms",
    ):
        assert f'id="{section}"' in page
    assert page.count("<tr>") + page.count('<tr class="own">') > 40
    assert page.count("Noise floor") >= 2


def test_figures_have_words(small_case: SmallCase) -> None:
    """Pictures carry a description; tables that may be wide scroll in a named region."""
    page = render(small_case.facts, small_case.fit, geojson=GEOJSON)
    assert all("aria-label" in tag for tag in re.findall(r"<svg[^>]*role=\"img\"[^>]*>", page))
    assert all("aria-label" in tag for tag in re.findall(r"<div class=\"scroll\"[^>]*>", page))


def test_without_map_limits_and_pairs(small_inputs: Inputs) -> None:
    """What does not exist is said or left out, never shown empty."""
    case = make_case(replace(small_inputs, thresholds={}, margins=small_inputs.margins[:1]))
    facts = case.facts | {"joints": case.facts["joints"] | {"n_pairs": 0, "pairs": []}}
    page = render(facts, case.fit, geojson=None)
    assert 'id="map"' not in page
    assert "The project file sets no limits" in page
    assert "nothing to compare with the survey" in page
    assert "MOE</th>" not in page
