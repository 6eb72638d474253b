"""A row before it is published: for a terminal, and as a page that runs nothing."""

from __future__ import annotations

import re
from typing import Any

import pytest
from hypothesis import given
from lxml import html

from app.adf.build import code_block, doc
from app.publishing import rendering
from app.publishing.columns import ALL, chosen
from app.publishing.preview import html_page, text
from tests.adf.documents import ANYTHING, WORDS, quick
from tests.builders import a_text, an_entry

EVERY = chosen(ALL)
EVIL = "<script>alert(1)</script></td></tr></table>&amp;\"'"


def cells(**changes: Any) -> dict[str, str]:
    return rendering.cells(an_entry(**changes), "UTC", "https://team.atlassian.net")


def test_a_terminal_shows_each_heading_with_its_text() -> None:
    said = text(cells(notes=a_text("Restarted", "Watched")), chosen("link,notes,summary"))

    assert said.splitlines() == [
        "Ticket Link:      OPS-1",
        "Resolution Notes: Restarted",
        "                  Watched",
        "Summary:          Queue stuck",
    ]


def test_a_page_shows_the_row_below_its_headings_and_fetches_nothing() -> None:
    page = html_page(cells(), EVERY, "OPS-1 in the log")

    shown = html.fromstring(page)
    assert [th.text_content() for th in shown.iter("th")] == [column.heading for column in EVERY]
    assert [td.text_content() for td in shown.iter("td")][:4] == [
        "OPS-1",
        "Platform / app issue",
        "Ops - ticketing",
        "Queue stuck",
    ]
    assert shown.findtext(".//title") == "OPS-1 in the log"
    assert "default-src 'none'" in page
    assert not re.search(r"\b(src|xlink:href)=", page)


@pytest.mark.parametrize("place", ["summary", "reporter", "exception_type"])
def test_words_from_outside_stay_words(place: str) -> None:
    shown = html.fromstring(html_page(cells(**{place: EVIL}), EVERY, EVIL))

    assert EVIL in [td.text_content() for td in shown.iter("td")]
    assert shown.findtext(".//h1") == EVIL
    assert list(shown.iter("script")) == []


def test_code_is_shown_as_it_is() -> None:
    shown = html.fromstring(html_page(cells(notes=doc([code_block("if a < b:\n    c()")])), EVERY, "t"))

    assert [pre.text_content() for pre in shown.iter("pre")] == ["if a < b:\n    c()"]


@quick
@given(WORDS, ANYTHING, ANYTHING)
def test_whatever_a_ticket_says_it_can_be_looked_at(said: str, description: Any, notes: Any) -> None:
    made = cells(summary=said, reporter=said, description=description, notes=doc([notes]))

    shown = html.fromstring(html_page(made, EVERY, "OPS-1"))

    assert len(list(shown.iter("th"))) == 9
    assert list(shown.iter("script")) == []
    assert text(made, EVERY).startswith("Ticket Link:")
