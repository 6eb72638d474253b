"""A row goes into the log page, or replaces the old one; everything that people wrote stays byte for byte."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.publishing import page as rule
from app.publishing.columns import chosen
from app.publishing.page import Wanted, row_of
from app.publishing.rendering import empty_page, empty_table
from app.publishing.table import log_rows
from tests.adf.documents import quick
from tests.markup import parsed

COLUMNS = chosen("link,summary")
HEADING = "<tr><th><p>Ticket Link</p></th><th><p>Summary</p></th></tr>"


def a_row(key: str, words: str = "words") -> str:
    return (
        f'<tr><td><p><a href="https://team.atlassian.net/browse/{key}">{key}</a></p></td><td><p>{words}</p></td></tr>'
    )


def a_table(*inside: str) -> str:
    return f'<table data-layout="full-width"><tbody>{"".join(inside)}</tbody></table>'


def a_log(*inside: str) -> str:
    return a_table(HEADING, *inside)


def wanted(key: str = "OPS-1", words: str = "new", earlier: str = "") -> Wanted:
    link = f'<p><a href="https://team.atlassian.net/browse/{key}">{key}</a></p>'
    return Wanted((key, earlier) if earlier else (key,), {"link": link, "summary": f"<p>{words}</p>"})


def put(body: str, key: str = "OPS-1", words: str = "new", earlier: str = "") -> str:
    return rule.put(body, [wanted(key, words, earlier)], COLUMNS).body


def keys(body: str) -> list[str]:
    return [row.key for row in log_rows(body) if row.key]


def test_a_new_row_stands_on_top() -> None:
    assert put(a_log(a_row("OPS-2"))) == a_log(a_row("OPS-1", "new"), a_row("OPS-2"))


def test_an_old_row_is_replaced_where_it_stands() -> None:
    before = a_log(a_row("OPS-2"), a_row("OPS-1", "old"), a_row("OPS-3"))

    assert put(before) == a_log(a_row("OPS-2"), a_row("OPS-1", "new"), a_row("OPS-3"))


def test_putting_the_same_row_again_changes_nothing() -> None:
    once = put(a_log(a_row("OPS-2")))

    assert put(once) == once


def test_a_second_row_of_the_issue_is_taken_out() -> None:
    before = a_log(a_row("OPS-1", "old"), a_row("OPS-2"), a_row("OPS-1", "pasted"), a_row("OPS-1", "again"))

    assert put(before) == a_log(a_row("OPS-1", "new"), a_row("OPS-2"))


def test_ops_1_is_not_ops_10() -> None:
    before = a_log(a_row("OPS-10"), a_row("OPS-11"), a_row("XOPS-1"))

    assert put(before) == a_log(a_row("OPS-1", "new"), a_row("OPS-10"), a_row("OPS-11"), a_row("XOPS-1"))


def test_a_moved_issue_keeps_its_row() -> None:
    before = a_log(a_row("OPS-2"), a_row("OLD-7", "under its old key"))

    assert put(before, earlier="OLD-7") == a_log(a_row("OPS-2"), a_row("OPS-1", "new"))


@pytest.mark.parametrize(
    "address",
    [
        "https://team.atlassian.net/browse/OPS-1",
        "https://team.atlassian.net/browse/OPS-1?focusedId=3",
        "https://team.atlassian.net/browse/OPS-1?a=1&amp;b=2",
        "https://team.atlassian.net/browse/OPS-1/",
        "https://team.atlassian.net/browse/OPS-1#comments",
        "http://127.0.0.1:8080/jira/browse/OPS-1",
    ],
)
def test_a_row_is_known_by_the_link_in_its_first_cell_however_it_is_written(address: str) -> None:
    smart = f'<tr class="x"><td class="y"><a data-card-appearance="inline" href="{address}">OPS-1</a> </td><td /></tr>'

    assert keys(put(a_log(smart))) == ["OPS-1"]


@pytest.mark.parametrize(
    "row",
    [
        a_row("OPS-2", 'same as <a href="https://team.atlassian.net/browse/OPS-1">OPS-1</a>'),
        "<tr><td><p>OPS-1</p></td><td /></tr>",
        '<tr><td><a href="https://team.atlassian.net/wiki/OPS-1">OPS-1</a></td></tr>',
        '<tr><td><a href="https://team.atlassian.net/browse/ops-1">ops-1</a></td></tr>',
        "<tr />",
        "<tr></tr>",
    ],
    ids=["a link in another cell", "the key without a link", "another link", "no key", "an empty row", "no cells"],
)
def test_a_row_without_that_link_is_not_ours(row: str) -> None:
    assert put(a_log(row)) == a_log(a_row("OPS-1", "new"), row)


def test_a_row_within_a_cell_is_part_of_that_cell() -> None:
    outer = a_row("OPS-2", a_table(HEADING, a_row("OPS-1", "quoted"), a_row("OPS-1", "twice")))

    assert put(a_log(outer, a_row("OPS-1", "old"))) == a_log(outer, a_row("OPS-1", "new"))


@pytest.mark.parametrize(
    "words",
    [
        "<![CDATA[</td></tr></table><tr>]]>",
        "<![CDATA[<table>]]]]><![CDATA[></table>]]>",
        f"<![CDATA[{a_row('OPS-1')}]]>",
        f"<!-- {a_row('OPS-1')} </table> -->",
        "&lt;/tr&gt;",
        '<ac:inline-comment-marker ac:ref="8f">words</ac:inline-comment-marker>',
    ],
)
def test_a_tag_that_is_only_text_is_no_tag(words: str) -> None:
    other = a_row("OPS-2", words)

    assert put(a_log(other, a_row("OPS-1", "old"))) == a_log(other, a_row("OPS-1", "new"))


def test_a_table_of_somebody_else_s_stays_as_it_is() -> None:
    """A list of known trouble above the log may well link to the same tickets."""
    theirs = a_table("<tr><th>Known trouble</th></tr>", a_row("OPS-1", "watch this"), a_row("OPS-1", "and this"))

    assert put(theirs + a_log(a_row("OPS-1", "old"))) == theirs + a_log(a_row("OPS-1", "new"))
    assert put(theirs + a_log()) == theirs + a_log(a_row("OPS-1", "new"))


def test_a_log_whose_heading_was_changed_still_has_its_rows() -> None:
    renamed = a_table("<tr><th>Vorgang</th></tr>", a_row("OPS-2"), a_row("OPS-1", "old"))

    assert put(renamed) == a_table("<tr><th>Vorgang</th></tr>", a_row("OPS-2"), a_row("OPS-1", "new"))


def test_the_heading_may_have_been_edited() -> None:
    bold = '<tr><th data-highlight-colour="#f4f5f7"><p><strong>Ticket Link</strong></p></th><th>Summary</th></tr>'

    assert put(a_table(bold)) == a_table(bold, a_row("OPS-1", "new"))


def test_a_page_without_a_table_gets_one_at_its_end() -> None:
    assert put("<p>Nothing here yet.</p>") == (
        "<p>Nothing here yet.</p>" + empty_table(COLUMNS).replace("</tbody>", a_row("OPS-1", "new") + "</tbody>")
    )


def test_our_own_empty_page_takes_a_row() -> None:
    page = put(empty_page(COLUMNS), "OPS-1", "words")

    assert keys(page) == ["OPS-1"]
    assert page.replace(a_row("OPS-1"), "") == empty_page(COLUMNS)
    assert len(parsed(page).findall(".//table")) == 1


def test_a_table_inside_a_layout_or_a_macro_is_found() -> None:
    before = f"<ac:layout><ac:layout-section><ac:layout-cell>{a_log()}</ac:layout-cell></ac:layout-section></ac:layout>"

    assert put(before) == before.replace(a_log(), a_log(a_row("OPS-1", "new")))


def test_a_row_is_found_by_its_key() -> None:
    body = a_log(a_row("OPS-10"), a_row("OPS-1"))

    assert (row_of(body, "OPS-1"), row_of(body, "OPS-2")) == (a_row("OPS-1"), None)


AROUND = st.sampled_from(
    [
        "",
        "<p>Please read.</p>",
        "<!-- <table><tr> -->",
        "<ac:plain-text-body><![CDATA[</table><tr>]]></ac:plain-text-body>",
        a_table("<tr><th>On call</th></tr>", "<tr><td>Rae</td></tr>"),
        "<table />",
    ]
)
WORDS = st.sampled_from(["words", "<![CDATA[<tr>]]>", a_table(a_row("OPS-1")), "a &lt; b", ""])
KEYS = st.sampled_from(["OPS-1", "OPS-10", "OPS-2"])
PAGES = st.builds(
    lambda above, inside, below: above + a_log(*(a_row(key, words) for key, words in inside)) + below,
    AROUND,
    st.lists(st.tuples(KEYS, WORDS), max_size=3, unique_by=lambda row: row[0]),
    AROUND,
)


@quick
@given(PAGES, KEYS)
def test_everything_but_the_row_stays_byte_for_byte(page: str, key: str) -> None:
    after = put(page, key, "new")

    new, old = a_row(key, "new"), row_of(page, key) or ""
    assert after.count(new) == 1
    assert after.replace(new, old) == page
    assert len(parsed(after)) == len(parsed(page))


@quick
@given(PAGES, st.lists(KEYS, max_size=6))
def test_however_often_rows_are_put_each_issue_has_one(page: str, puts: list[str]) -> None:
    after = page
    for number, key in enumerate(puts):
        after = put(after, key, f"put {number}")

    assert sorted(keys(after)) == sorted({*keys(page), *puts})
