"""Which table on a page is the log, what stands in which of its cells, and of which issue each row is."""

from __future__ import annotations

import pytest

from app.publishing.columns import chosen
from app.publishing.table import Log, aligned, log_rows

SOME = chosen("link,summary,notes")
HEADINGS = ("Ticket Link", "Summary", "Resolution Notes")


def link(key: str) -> str:
    return f'<p><a href="https://team.atlassian.net/browse/{key}">{key}</a></p>'


def a_row(*cells: str, tag: str = "td") -> str:
    return f"<tr>{''.join(f'<{tag}>{cell}</{tag}>' for cell in cells)}</tr>"


def heading(*headings: str) -> str:
    return a_row(*(f"<p>{each}</p>" for each in headings), tag="th")


def a_table(*rows: str) -> str:
    return f"<table><tbody>{''.join(rows)}</tbody></table>"


LOG = a_table(heading(*HEADINGS), a_row(link("OPS-2"), "two", "n"), a_row(link("OPS-1"), "one", "n"))
THEIRS = a_table(heading("Known trouble", "Who"), *(a_row(link(f"OPS-{n}"), "Rae") for n in (1, 2, 3)))


def keys(body: str) -> list[str]:
    return [row.key for row in log_rows(body)]


def columns(body: str) -> list[str]:
    """Of the first table of ours."""
    log = Log(body)
    assert log.top
    return [column.name if column else "" for column in log.columns(log.top[1], SOME)]


def new_rows_go_below(body: str) -> str:
    top = Log(body).top
    assert top
    return body[: top[0]]


def test_the_log_is_the_table_with_our_heading() -> None:
    for body in (LOG, THEIRS + LOG, LOG + THEIRS):
        assert keys(body) == ["OPS-2", "OPS-1"]
        assert columns(body) == ["link", "summary", "notes"]
        assert new_rows_go_below(body).endswith(heading(*HEADINGS))


def test_there_is_none_on_a_page_without_one() -> None:
    for body in ("", "<p>words</p>", a_table(heading("On call"), a_row("Rae"))):
        assert keys(body) == []
        assert Log(body).top is None


@pytest.mark.parametrize(
    "said",
    [
        "<th><p><strong>Ticket Link</strong></p></th>",
        '<th><p>Ticket <ac:inline-comment-marker ac:ref="8f">Link</ac:inline-comment-marker></p></th>',
        "<td><p>Ticket&nbsp;Link</p></td>",
        '<th data-highlight-colour="#f4f5f7">\n<p local-id="1">ticket link</p></th>',
    ],
    ids=["bold", "commented on", "as Confluence writes blanks", "coloured, in small letters"],
)
def test_our_heading_is_known_by_what_can_be_read(said: str) -> None:
    body = THEIRS + LOG.replace("<th><p>Ticket Link</p></th>", said)

    assert keys(body) == ["OPS-2", "OPS-1"]
    assert columns(body) == ["link", "summary", "notes"]


@pytest.mark.parametrize("renamed", ["Vorgang", "Ticket Links (all)", "", f"<p>{'x' * 99}</p>"])
def test_a_log_is_known_by_its_other_headings_when_people_rename_the_links(renamed: str) -> None:
    body = THEIRS + LOG.replace("<p>Ticket Link</p>", renamed)

    assert keys(body) == ["OPS-2", "OPS-1"]
    assert columns(body) == ["link", "summary", "notes"]


def test_an_empty_log_is_known_by_its_other_headings_too() -> None:
    body = THEIRS + a_table(heading("Vorgang", "Summary", "Resolution Notes"))

    assert keys(body) == []
    assert new_rows_go_below(body).endswith(heading("Vorgang", "Summary", "Resolution Notes"))


def test_a_table_whose_links_people_took_away_is_no_log() -> None:
    body = a_table(heading("Summary", "Resolution Notes"), a_row("one", "n"))

    assert Log(body).top is None


def test_a_log_without_any_heading_is_the_table_with_most_rows_of_tickets() -> None:
    bare = a_table(*(a_row(link(f"OPS-{n}"), "words", "n") for n in (4, 3, 2, 1)))

    assert keys(THEIRS + bare) == ["OPS-4", "OPS-3", "OPS-2", "OPS-1"]
    assert columns(THEIRS + bare) == ["link", "summary", "notes"]
    assert new_rows_go_below(THEIRS + bare) == THEIRS + "<table><tbody>"


def test_two_tables_with_our_heading_are_both_the_log_and_the_first_takes_new_rows() -> None:
    second = a_table(heading("Summary", "Ticket Link"), a_row("nine", link("OPS-9")))

    log = Log(LOG + second)

    assert [row.key for row in log.rows] == ["OPS-2", "OPS-1", "OPS-9"]
    assert log.top
    assert log.top[1] == 0
    assert [column and column.name for column in log.columns(1, SOME)] == ["summary", "link"]


def test_the_link_is_looked_for_below_its_heading() -> None:
    moved = a_table(heading("Priority", "Ticket Link"), a_row(link("OPS-7"), link("OPS-1")), a_row("x", link("OPS-2")))

    assert keys(moved) == ["OPS-1", "OPS-2"]


def test_a_heading_in_the_middle_is_that_of_all_rows() -> None:
    body = a_table(a_row("one", link("OPS-1")), heading("Summary", "Ticket Link"), a_row("two", link("OPS-2")))

    assert keys(body) == ["OPS-1", "OPS-2"]
    assert columns(body) == ["summary", "link"]


def test_a_second_heading_in_a_table_changes_nothing() -> None:
    body = LOG.replace("</tbody>", heading("Summary", "Ticket Link", "Resolution Notes") + "</tbody>")

    assert keys(body) == ["OPS-2", "OPS-1"]
    assert columns(body) == ["link", "summary", "notes"]


def test_a_word_of_ours_in_a_row_makes_it_no_heading() -> None:
    body = a_table(heading("Was", "Wer"), a_row("Summary", "x"), a_row(link("OPS-1"), "Rae"))

    assert [column.name for column in Log(body).columns(0, SOME) if column] == ["link", "summary", "notes"]


def test_joined_headings_cover_their_columns() -> None:
    wide = '<tr><th><p>Ticket Link</p></th><th colspan="2"><p>Summary</p></th><th>Resolution Notes</th></tr>'

    assert columns(a_table(wide, a_row(link("OPS-1"), "a", "b", "c"))) == ["link", "summary", "", "notes"]


def of_row(cells: str) -> list[tuple[str, str]] | None:
    body = a_table(heading("Ticket Link", "Theirs", "Summary", "Resolution Notes"), f"<tr>{cells}</tr>")
    log = Log(body)
    found = aligned(log.rows[0], log.columns(0, SOME))
    return None if found is None else [(column.name, body[cell.start : cell.end]) for column, cell in found][1:]


@pytest.mark.parametrize(
    ("cells", "found"),
    [
        ("<td>t</td><td>s</td><td>n</td>", [("summary", "s"), ("notes", "n")]),
        ("<td>t</td><td />" + "<td>n</td>", [("summary", "<td />"), ("notes", "n")]),
        ('<td colspan="2">t and s</td><td>n</td>', [("notes", "n")]),
        ('<td>t</td><td colspan="2">s and n</td>', []),
        ("<td>t</td><td>s</td>", None),
        ("<td>t</td><td>s</td><td>n</td><td>more</td>", None),
        ("", None),
    ],
    ids=["whole", "closed", "joined with theirs", "joined", "one too few", "one too many", "the link alone"],
)
def test_what_stands_where_in_a_row(cells: str, found: list[tuple[str, str]] | None) -> None:
    assert of_row(f"<th>{link('OPS-1')}</th>{cells}") == found


def test_a_page_of_any_size_is_read_in_no_time() -> None:
    """5 MB, 10,000 rows."""
    rows = [a_row(link(f"OPS-{n}"), "words " * 30, "n" * 250) for n in range(10_000)]
    body = THEIRS + a_table(heading(*HEADINGS), *rows)
    assert len(body) > 5_000_000

    assert len(log_rows(body)) == 10_000
