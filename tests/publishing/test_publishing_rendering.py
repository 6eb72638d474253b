"""A row in storage format: the customer's Table 2, and words from outside that stay words."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from lxml import etree

from app.adf.build import code_block, doc
from app.adf.storage import safe_text
from app.publishing.page import rows, with_row
from app.publishing.rendering import empty_page, empty_table, row
from tests.adf.documents import ANYTHING, WORDS, quick
from tests.builders import a_text, an_entry
from tests.markup import elements, parsed, words

TITLES = [
    "Ticket Link",
    "Exception Type",
    "Context Tags",
    "Summary",
    "Description",
    "Resolution Notes",
    "Created",
    "Resolved",
    "Reporter",
]
HOSTILE = [
    "{{ 7 * 7 }} {% include '/etc/passwd' %} {# x #}",
    "<script>alert(1)</script>",
    "</p></td></tr></table>",
    "]]> <![CDATA[ <!-- -->",
    "&amp; &nbsp; & <",
    "\"quoted\" 'too'",
    "bell \x07 null \x00 noncharacter \ufffe half \ud800",
    "\u202eمرحبا\u202c 漢字 🔥",
]


def cells(markup: str) -> list[etree._Element]:
    return list(parsed(markup).findall("./tr/td"))


def cell_words(markup: str) -> list[str]:
    return [" ".join("".join(cell.itertext()).split()) for cell in cells(markup)]


def test_a_row_has_the_columns_of_table_2() -> None:
    entry = an_entry(tags=("Ops - ticketing", "Finance - taxes"))

    assert cell_words(row(entry, "UTC")) == [
        "OPS-1",
        "Platform / app issue",
        "Ops - ticketing, Finance - taxes",
        "Queue stuck",
        "Nothing moves",
        "Restarted the queue",
        "2026-11-20 09:30 UTC",
        "2026-11-22 16:40 UTC",
        "Rae Reporter",
    ]


def test_the_heading_has_them_too() -> None:
    headings = [" ".join("".join(cell.itertext()).split()) for cell in parsed(empty_table()).iter("th")]

    assert headings == TITLES
    assert words(empty_page()).endswith(words(empty_table()))


def test_the_ticket_is_a_link() -> None:
    [link] = parsed(row(an_entry("OPS-12"), "UTC")).iter("a")

    assert (link.get("href"), link.text) == ("https://team.atlassian.net/browse/OPS-12", "OPS-12")


@pytest.mark.parametrize(
    ("zone", "shown"),
    [
        ("UTC", "2026-11-22 16:40 UTC"),
        ("Europe/Berlin", "2026-11-22 17:40 CET"),
        ("America/New_York", "2026-11-22 11:40 EST"),
        ("Asia/Kathmandu", "2026-11-22 22:25 +0545"),
    ],
)
def test_dates_are_shown_in_the_team_s_time_zone(zone: str, shown: str) -> None:
    entry = an_entry(resolved=datetime(2026, 11, 22, 16, 40, tzinfo=UTC))

    assert cell_words(row(entry, zone))[7] == shown


def test_an_empty_text_is_an_empty_cell() -> None:
    made = row(an_entry(description=None, exception_type="", tags=(), reporter=""), "UTC")

    assert [cell_words(made)[column] for column in (1, 2, 4, 8)] == [""] * 4
    assert len(cells(made)) == 9


@pytest.mark.parametrize("evil", HOSTILE, ids=range(len(HOSTILE)))
def test_words_from_outside_stay_words(evil: str) -> None:
    entry = an_entry(
        exception_type=evil,
        tags=(evil, evil),
        summary=evil,
        reporter=evil,
        description=a_text(evil),
        notes=doc([code_block(evil)]),
    )

    made = row(entry, "UTC")

    said = " ".join(safe_text(evil).split())
    assert cell_words(made)[1:6] == [said, f"{said}, {said}", said, said, said]
    assert cell_words(made)[8] == said
    assert "script" not in elements(made)


@pytest.mark.parametrize("evil", HOSTILE, ids=range(len(HOSTILE)))
def test_a_hostile_row_can_be_found_and_replaced_again(evil: str) -> None:
    first = row(an_entry(summary=evil, notes=doc([code_block(evil)])), "UTC")
    page = with_row(empty_page(), "OPS-1", first, empty_table())

    assert [each.key for each in rows(page)] == [None, "OPS-1"]
    assert with_row(page, "OPS-1", "", empty_table()) == empty_page()


@quick
@given(WORDS, ANYTHING, ANYTHING)
def test_a_row_is_well_formed_whatever_is_in_it(said: str, description: Any, notes: Any) -> None:
    entry = an_entry(
        summary=said, reporter=said, tags=(said,), exception_type=said, description=description, notes=doc([notes])
    )

    made = row(entry, "UTC")

    assert len(cells(made)) == 9
    assert len(rows(f"<table><tbody>{made}</tbody></table>")) == 1


def test_the_same_entry_is_the_same_row() -> None:
    """Otherwise each look at an issue would be a new version of the page."""
    assert row(an_entry(), "UTC") == row(an_entry(), "UTC")
