"""A row in storage format: the customer's Table 2, and words from outside that stay words."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from lxml import etree

from app.adf.build import code_block, doc
from app.adf.storage import safe_text
from app.domain_log import LogEntry
from app.publishing import rendering
from app.publishing.columns import ALL, COLUMNS, chosen
from app.publishing.page import Wanted, put, row_of, without
from app.publishing.rendering import archive_page, empty_page, empty_table, row_markup, year_page
from app.publishing.table import log_rows
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


EVERY = chosen(ALL)
BASE = "https://team.atlassian.net"


def row(entry: LogEntry, zone: str = "UTC", plain: bool = False) -> str:
    return row_markup(list(rendering.cells(entry, zone, BASE, plain).values()))


def cells(markup: str) -> list[etree._Element]:
    return list(parsed(markup).findall("./tr/td"))


def cell_words(markup: str) -> list[str]:
    return [" ".join("".join(cell.itertext()).split()) for cell in cells(markup)]


def test_a_row_has_the_columns_of_table_2() -> None:
    entry = an_entry(tags=("Ops - ticketing", "Finance - taxes"))

    assert cell_words(row(entry)) == [
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
    headings = [" ".join("".join(cell.itertext()).split()) for cell in parsed(empty_table(EVERY)).iter("th")]

    assert headings == TITLES
    assert words(empty_page(EVERY)).endswith(words(empty_table(EVERY)))


def test_the_ticket_is_a_link() -> None:
    [link] = parsed(row(an_entry("OPS-12"))).iter("a")

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
    made = row(an_entry(description=None, exception_type="", tags=(), reporter=""))

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

    made = row(entry)

    said = " ".join(safe_text(evil).split())
    assert cell_words(made)[1:6] == [said, f"{said}, {said}", said, said, said]
    assert cell_words(made)[8] == said
    assert "script" not in elements(made)


@pytest.mark.parametrize("evil", HOSTILE, ids=range(len(HOSTILE)))
@pytest.mark.parametrize("plain", [False, True], ids=["rich", "plain"])
def test_a_hostile_row_can_be_found_and_replaced_again(evil: str, plain: bool) -> None:
    entry = an_entry(summary=evil, notes=doc([code_block(evil)]))
    page = put(empty_page(EVERY), [Wanted(("OPS-1",), rendering.cells(entry, "UTC", BASE, plain))], EVERY).body

    assert [each.key for each in log_rows(page)] == ["OPS-1"]
    assert row_of(page, "OPS-1") == row(entry, plain=plain)
    assert without(page, frozenset({"OPS-1"})) == empty_page(EVERY)


@quick
@given(WORDS, ANYTHING, ANYTHING)
def test_a_row_is_well_formed_whatever_is_in_it(said: str, description: Any, notes: Any) -> None:
    entry = an_entry(
        summary=said, reporter=said, tags=(said,), exception_type=said, description=description, notes=doc([notes])
    )

    made = row(entry)

    assert len(cells(made)) == 9
    assert len(log_rows(f"<table><tbody>{made}</tbody></table>")) == 1


def test_the_same_entry_is_the_same_row() -> None:
    """Otherwise each look at an issue would be a new version of the page."""
    assert row(an_entry()) == row(an_entry())


@quick
@given(ANYTHING, ANYTHING)
def test_a_row_in_plain_text_has_no_markup_but_paragraphs(description: Any, notes: Any) -> None:
    made = row(an_entry(description=description, notes=doc([notes])), plain=True)

    assert elements(made) <= {"tr", "td", "p", "a", "br"}


def test_the_row_has_the_chosen_columns_in_their_order() -> None:
    some = chosen("link,notes,summary")
    made = rendering.cells(an_entry(), "UTC", BASE)

    page = put(empty_page(some), [Wanted(("OPS-1",), made)], some).body

    assert cell_words(row_of(page, "OPS-1") or "") == ["OPS-1", "Restarted the queue", "Queue stuck"]
    assert [words(str(etree.tostring(each, encoding="unicode"))) for each in parsed(page).iter("th")] == [
        "Ticket Link",
        "Resolution Notes",
        "Summary",
    ]


def test_the_table_is_as_wide_as_its_columns() -> None:
    assert 'data-table-width="1800"' in empty_table(EVERY)
    assert sum(column.width for column in COLUMNS.values()) == 1800
    assert 'data-table-width="310"' in empty_table(chosen("link,summary"))


def test_an_archive_has_its_rows_and_the_way_back_to_the_log() -> None:
    rows = [row(an_entry("OPS-2")), row(an_entry("OPS-1"))]

    page = archive_page(EVERY, 'https://team.atlassian.net/wiki/x?a=1&b="2"', rows)

    assert [each.key for each in log_rows(page)] == ["OPS-2", "OPS-1"]
    assert [row_of(page, key) for key in ("OPS-2", "OPS-1")] == rows
    assert next(a.get("href") for a in parsed(page).iter("a")) == 'https://team.atlassian.net/wiki/x?a=1&b="2"'


def test_the_head_and_a_years_page_list_the_pages_below_them() -> None:
    for page in (empty_page(EVERY), year_page()):
        assert "ac:structured-macro" in elements(page)
        assert 'ac:name="children"' in page
