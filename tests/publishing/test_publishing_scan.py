"""Where rows and cells stand in a page's text, whatever else is in it."""

from __future__ import annotations

import pytest

from app.publishing.scan import Cell, Found, rows

LINK = '<a href="https://team.atlassian.net/browse/OPS-1">OPS-1</a>'


def only(body: str) -> Found:
    [row] = rows(body)
    return row


def insides(body: str) -> list[str]:
    return [body[cell.start : cell.end] for cell in only(body).cells]


def a_table(*inside: str) -> str:
    return f"<table><tbody>{''.join(inside)}</tbody></table>"


def test_a_row_is_known_with_its_cells() -> None:
    body = f"<p>above</p>{a_table('<tr><th>one</th><td><p>two</p></td></tr>')}"

    row = only(body)

    assert body[row.start : row.end] == "<tr><th>one</th><td><p>two</p></td></tr>"
    assert insides(body) == ["one", "<p>two</p>"]


@pytest.mark.parametrize(
    ("row", "cells"),
    [
        ('<tr a="x > y"><td title="a > b">one</td></tr>', ["one"]),
        ('<tr\n  class="x"\n><td\n>one</td\n></tr\n>', ["one"]),
        (f"<tr><td>{a_table('<tr><td>inner</td></tr>')}</td></tr>", [a_table("<tr><td>inner</td></tr>")]),
        ("<tr><td><![CDATA[</td></tr>]]></td></tr>", ["<![CDATA[</td></tr>]]>"]),
        ("<tr><td><!-- </td></tr> --></td></tr>", ["<!-- </td></tr> -->"]),
        ("<tr><td-x>no</td-x><thead>no</thead><td>one</td></tr>", ["one"]),
        ("<tr></tr>", []),
    ],
    ids=[
        "a > in an attribute",
        "broken over lines",
        "a table within",
        "CDATA",
        "a comment",
        "names that begin alike",
        "no cells",
    ],
)
def test_only_tags_are_tags(row: str, cells: list[str]) -> None:
    assert insides(a_table(row)) == cells


def test_an_empty_row_is_none_and_an_empty_cell_can_be_filled() -> None:
    body = a_table('<tr /><tr><td colspan="2"/><td>two</td></tr>')

    [empty, two] = only(body).cells

    assert (body[empty.start : empty.end], empty.around) == ('<td colspan="2"/>', ('<td colspan="2">', "</td>"))
    assert two.around == ("", "")


@pytest.mark.parametrize(
    ("attributes", "span"),
    [
        ("", 1),
        (' colspan="3"', 3),
        (" class='x' colspan='2'", 2),
        (' colspan="0"', 1),
        (' colspan="x"', 1),
        (' colspan="99999"', 1),
        (' data-colspan="5"', 1),
        (' title=" colspan=&quot;4&quot;"', 1),
    ],
)
def test_a_cell_covers_as_many_columns_as_it_says(attributes: str, span: int) -> None:
    row = only(a_table(f"<tr><td{attributes}>one</td><td>two</td></tr>"))

    assert [cell.span for cell in row.cells] == [span, 1]
    assert row.width == span + 1
    assert [row.cell_at(place) for place in range(span + 2)] == [row.cells[0]] * span + [row.cells[1], None]


@pytest.mark.parametrize(
    ("inside", "key"),
    [
        (LINK, "OPS-1"),
        (f"<p>see <strong>{LINK}</strong></p>", "OPS-1"),
        (LINK + LINK.replace("OPS-1", "OPS-2"), "OPS-1"),
        ("<a href='https://x.example/browse/A_1-22'>x</a>", "A_1-22"),
        ('<a href="https://x.example/browse/OPS-1?from=/browse/OPS-2">x</a>', "OPS-1"),
        ('<a href="https://x.example/browse/browse/OPS-1#x">x</a>', "OPS-1"),
        ('<a title=" href=\'/browse/OPS-2\'" href="https://x.example/browse/OPS-1">x</a>', "OPS-1"),
        ('<a data-href="https://x.example/browse/OPS-2">x</a>', None),
        ('<a href="https://x.example/?to=/browse/OPS-2">x</a>', None),
        ('<a href="https://x.example/browse/OPS-1x">x</a>', None),
        ('<a href="https://x.example/browse/OPS-">x</a>', None),
        (f"<![CDATA[{LINK}]]>", None),
        (f"<!-- {LINK} -->", None),
        (a_table(f"<tr><td>{LINK}</td></tr>"), None),
        ("<ac:link><ri:page ri:content-title='x' /></ac:link>", None),
    ],
)
def test_a_cells_issue_is_the_first_that_is_linked_in_it(inside: str, key: str | None) -> None:
    [cell, other] = only(a_table(f"<tr><td>{inside}</td><td>x</td></tr>")).cells

    assert (cell.key, other) == (key, Cell(other.start, other.end))


def test_rows_know_their_table() -> None:
    one, two = a_table("<tr><td>1</td></tr>"), a_table("<tr><td>2</td></tr><tr><td>3</td></tr>")

    found = rows(f"{one}<table/><p>between</p>{two}")

    assert [row.table for row in found] == [0, 1, 1]


@pytest.mark.parametrize("body", ["</table>", "</tr></td></table></table>", "<tr><td>no table</td></tr>", "<table>"])
def test_what_is_no_table_hides_none(body: str) -> None:
    assert len(rows(body + a_table("<tr><td>one</td></tr>"))) == (0 if body == "<table>" else 1)


@pytest.mark.parametrize(
    "piece",
    [
        "<",
        "<a",
        "<a ",
        "<td x='",
        "<!--",
        "<![CDATA[",
        "<table>",
        "<tr",
        "<tr>",
        "</table>",
        "<td/>",
        "<a href='/browse/",
    ],
)
def test_nothing_takes_longer_than_its_length(piece: str) -> None:
    rows("<table><tr><td>" + piece * 40_000)


def test_a_link_of_any_length_takes_no_time() -> None:
    for address in ("/browse/" * 100_000, "/browse/" + "A" * 800_000, "&quot; href=" * 100_000):
        assert only(a_table(f'<tr><td><a href="{address}">x</a></td></tr>')).cells[0].key is None
