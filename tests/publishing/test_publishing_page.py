"""A row goes into the log page, or replaces the old one; everything that people wrote stays byte for byte."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.publishing import page as rule
from app.publishing.columns import chosen
from app.publishing.edits import Verdict, Written, first
from app.publishing.page import Wanted, replaced, row_of, rows_of, without
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
    assert row_of(theirs + a_log(a_row("OPS-1", "old")), "OPS-1") == a_row("OPS-1", "old")
    assert without(theirs + a_log(a_row("OPS-1", "old")), frozenset({"OPS-1"})) == theirs + a_log()


def test_a_table_of_somebody_else_s_stays_when_our_heading_was_renamed() -> None:
    theirs = a_table("<tr><th>Known trouble</th></tr>", a_row("OPS-1", "watch this"))
    renamed = a_log(a_row("OPS-2"), a_row("OPS-1", "old")).replace("Ticket Link", "Vorgang")

    assert put(theirs + renamed) == theirs + renamed.replace("old", "new")


def test_a_link_in_a_code_block_or_an_inner_table_is_no_row_s_link() -> None:
    quoted = f"<tr><td><![CDATA[{a_row('OPS-1')}]]>{a_table(a_row('OPS-1'))}</td><td>how to find it</td></tr>"

    assert put(a_log(quoted, a_row("OPS-1", "old"))) == a_log(quoted, a_row("OPS-1", "new"))


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


def test_of_rows_that_stand_twice_the_first_is_found_and_what_is_gone_is_left_out() -> None:
    body = a_log(a_row("OPS-3"), a_row("OPS-1", "first"), a_row("OPS-2"), a_row("OPS-1", "second"))

    assert list(rows_of(body, ["OPS-2", "OPS-9", "OPS-1"]).items()) == [
        ("OPS-2", a_row("OPS-2")),
        ("OPS-1", a_row("OPS-1", "first")),
    ]


# Rows that people have changed

NOTES = chosen("link,summary,notes")
NOTED = "<tr><th>Ticket Link</th><th>Summary</th><th>Resolution Notes</th></tr>"
KNOWN = {"summary": first("<p>old</p>"), "notes": first("<p>noted</p>")}


def a_link(key: str = "OPS-1") -> str:
    return f'<p><a href="https://team.atlassian.net/browse/{key}">{key}</a></p>'


def noted(summary: str = "new", notes: str = "noted", known: dict[str, Written] = KNOWN) -> Wanted:
    cells = {"link": a_link(), "summary": f"<p>{summary}</p>", "notes": f"<p>{notes}</p>"}
    return Wanted(("OPS-1",), cells, {"link": first(a_link()), **known} if known else {})


def after(row: str, wanted: Wanted, heading: str = NOTED) -> str:
    """What becomes of the one row of a log."""
    body = rule.put(a_table(heading, row), [wanted], NOTES).body
    assert keys(body) == ["OPS-1"]
    return body.removeprefix('<table data-layout="full-width"><tbody>' + heading).removesuffix("</tbody></table>")


def test_a_cell_that_is_written_as_closed_can_be_filled_and_the_others_stay() -> None:
    row = f'<tr class="x"><td>{a_link()}</td><td class="y" /><td><p>mine</p></td></tr>'

    assert after(row, noted()) == (
        f'<tr class="x"><td>{a_link()}</td><td class="y"><p>new</p></td><td><p>mine</p></td></tr>'
    )


def test_a_closed_cell_is_one_that_a_person_has_emptied() -> None:
    row = f"<tr><td>{a_link()}</td><td><p>old</p></td><td /></tr>"

    assert after(row, noted("old")) == row
    assert after(row, noted("old", "said more")) == row.replace("<td />", "<td><p>said more</p></td>")


def test_cells_that_people_have_joined_stay_and_the_others_are_brought_up_to_date() -> None:
    joined = f'<tr><td colspan="2">{a_link()}<p>old</p></td><td><p>noted</p></td></tr>'

    assert after(joined, noted(notes="said more")) == joined.replace("noted", "said more")


@pytest.mark.parametrize(
    "cells",
    [
        "<td><p>old</p><p>and mine</p></td>",
        "<td><p>old</p></td><td><p>noted</p></td><td><p>and mine</p></td>",
        "<td><p>and mine</p></td>",
    ],
    ids=["poured together", "one too many", "one too few"],
)
def test_words_in_a_row_that_has_lost_its_shape_are_kept_in_the_notes(cells: str) -> None:
    made = after(f"<tr><td>{a_link()}</td>{cells}</tr>", noted())

    assert made.startswith(f"<tr><td>{a_link()}</td><td><p>new</p></td><td>")
    assert made.endswith("<p>and mine</p><p><em>(Jira)</em></p><p>noted</p></td></tr>")


def test_a_row_that_has_lost_its_shape_and_nothing_else_is_made_anew() -> None:
    for cells in ("", "<td><p>noted</p></td>", "<td><p>old</p></td><td><p>noted</p></td><td />"):
        made = after(f"<tr><td>{a_link()}</td>{cells}</tr>", noted())

        assert made == f"<tr><td>{a_link()}</td><td><p>new</p></td><td><p>noted</p></td></tr>"


def test_what_was_said_about_a_row_that_lost_its_shape_is_known_for_the_next_time() -> None:
    lost = f"<tr><td>{a_link()}</td><td><p>mine</p></td></tr>"
    once = rule.put(a_table(NOTED, lost), [noted()], NOTES)
    known = once.written["OPS-1"]

    again = rule.put(once.body, [noted("newest", "noted again", known)], NOTES)

    assert once.verdicts["OPS-1"]["notes"] is Verdict.BOTH
    assert again.body == once.body.replace("new", "newest").replace("<p>noted</p>", "<p>noted again</p>")


def test_columns_that_people_moved_are_followed() -> None:
    heading = "<tr><th>Resolution Notes</th><th>Ticket Link</th><th>Summary</th></tr>"
    row = f"<tr><td><p>mine</p></td><td>{a_link()}</td><td><p>old</p></td></tr>"

    assert after(row, noted(), heading) == row.replace("old", "new")


def test_columns_that_people_added_are_theirs() -> None:
    heading = "<tr><th>#</th><th>Ticket Link</th><th>Summary</th><th>Summary</th><th>Owner</th></tr>"
    row = f"<tr><td>1</td><td>{a_link()}</td><td><p>old</p></td><td>in short</td><td>Rae</td></tr>"

    assert after(row, noted(), heading) == row.replace("old", "new")
    fresh = rule.put(a_table(heading, row), [wanted("OPS-2")], COLUMNS).body
    assert keys(fresh) == ["OPS-2", "OPS-1"]
    assert fresh.count("<p></p>") == 3


def test_columns_that_people_took_away_stay_away_and_are_remembered() -> None:
    heading, row = "<tr><th>Ticket Link</th><th>Summary</th></tr>", f"<tr><td>{a_link()}</td><td><p>old</p></td></tr>"

    put = rule.put(a_table(heading, row), [noted(notes="said more")], NOTES)

    assert put.body == a_table(heading, row.replace("old", "new"))
    assert put.written["OPS-1"]["notes"] == KNOWN["notes"]


def test_a_new_row_can_always_be_found_again() -> None:
    """Whatever people call the links."""
    for name in ("Ticket Links", "Vorgang", ""):
        page = a_table(f"<tr><th>{name}</th><th>Summary</th></tr>", a_row("OPS-2"))
        for words in ("new", "newer"):
            page = put(page, "OPS-1", words)

        assert keys(page) == ["OPS-1", "OPS-2"]


def test_what_was_done_is_told_for_each_row() -> None:
    page = a_table(
        NOTED,
        f"<tr><td>{a_link()}</td><td><p>mine</p></td><td><p>mine</p></td></tr>",
        f"<tr><td>{a_link()}</td><td /><td /></tr>",
    )

    done = rule.put(page, [noted("old", "said more"), wanted("OPS-2")], NOTES)

    assert (done.added, done.doubled) == ({"OPS-2"}, {"OPS-1"})
    assert done.verdicts["OPS-1"] == {
        "link": Verdict.SAME,
        "summary": Verdict.OVERWRITTEN,
        "notes": Verdict.BOTH,
    }
    assert set(done.written) == {"OPS-1", "OPS-2"}


def test_several_rows_end_newest_on_top_in_the_first_log_of_the_page() -> None:
    page = a_log(a_row("OPS-1")) + "<p>between</p>" + a_log(a_row("OPS-9"))

    after = rule.put(page, [wanted("OPS-2"), wanted("OPS-9", "changed"), wanted("OPS-3")], COLUMNS).body

    assert after == (
        a_log(a_row("OPS-3", "new"), a_row("OPS-2", "new"), a_row("OPS-1"))
        + "<p>between</p>"
        + a_log(a_row("OPS-9", "changed"))
    )


def test_rows_are_taken_out_wherever_they_stand() -> None:
    page = a_log(a_row("OPS-1"), a_row("OPS-2"), a_row("OPS-1", "again"), a_row("OPS-10"))

    assert without(page, frozenset({"OPS-1", "OPS-7"})) == a_log(a_row("OPS-2"), a_row("OPS-10"))


def test_a_row_that_has_to_go_and_to_stand_is_written_anew() -> None:
    page = a_log(a_row("OPS-2"), a_row("OPS-1", "old"))

    assert rule.put(page, [wanted()], COLUMNS, frozenset({"OPS-1"})).body == a_log(
        a_row("OPS-1", "new"), a_row("OPS-2")
    )


# Rows that move to another page


def test_rows_are_brought_over_as_they_stand_elsewhere() -> None:
    page = a_log(a_row("OPS-2", "same"), a_row("OPS-1", "old"))

    after = replaced(page, {"OPS-4": a_row("OPS-4"), "OPS-3": a_row("OPS-3"), "OPS-2": a_row("OPS-2", "<b>same</b>")})

    assert after == a_log(a_row("OPS-4"), a_row("OPS-3"), a_row("OPS-2", "same"), a_row("OPS-1", "old"))
    assert replaced(page, {"OPS-1": a_row("OPS-1", "new")}) == a_log(a_row("OPS-2", "same"), a_row("OPS-1", "new"))
    assert replaced(page, {}) == page


@pytest.mark.parametrize("page", ["", "<p>words</p>", a_table("<tr><th>Known trouble</th></tr>")])
def test_rows_brought_to_a_page_without_a_log_stand_in_a_table(page: str) -> None:
    after = replaced(page, {"OPS-2": a_row("OPS-2"), "OPS-1": a_row("OPS-1")})

    assert after.startswith(page)
    assert keys(after) == ["OPS-2", "OPS-1"]
    assert replaced(after, {"OPS-2": a_row("OPS-2"), "OPS-1": a_row("OPS-1")}) == after
    parsed(after)


# Whatever is on the page

QUIET = [
    "",
    "<p>Please read.</p>",
    "<!-- <table><tr> -->",
    "<ac:plain-text-body><![CDATA[</table><tr>]]></ac:plain-text-body>",
    a_table("<tr><th>On call</th></tr>", "<tr><td>Rae</td></tr>"),
    "<table />",
]
AROUND = st.sampled_from([*QUIET, a_table("<tr><th>Known trouble</th></tr>", *[a_row("OPS-1", "theirs")] * 5)])
WORDS = st.sampled_from(["words", "<![CDATA[<tr>]]>", a_table(a_row("OPS-1")), "a &lt; b", ""])
KEYS = st.sampled_from(["OPS-1", "OPS-10", "OPS-2"])
PAGES = st.builds(
    lambda above, inside, below: above + a_log(*(a_row(key, words) for key, words in inside)) + below,
    AROUND,
    st.lists(st.tuples(KEYS, WORDS), max_size=3, unique_by=lambda row: row[0]),
    AROUND,
)
ODD_ROWS = st.sampled_from(
    [
        "<tr />",
        "<tr></tr>",
        "<tr><td>no link</td><td>Summary</td></tr>",
        f"<tr><td>{a_link()}</td></tr>",
        f"<tr><td>{a_link()}</td><td /></tr>",
        f'<tr><td colspan="2">{a_link()}</td></tr>',
        f"<tr><td>{a_link()}</td><td>a</td><td>b</td></tr>",
        f"<tr><th>{a_link('OPS-2')}</th><td>a</td></tr>",
        f"<tr><td>{a_link()}{a_link('OPS-2')}</td><td><p>a</p></td></tr>",
        f"<tr><td><![CDATA[{a_link()}]]></td><td>a</td></tr>",
        HEADING,
        "<tr><td>Ticket Link</td></tr>",
        "<tr><th>Summary</th><th>Ticket Link</th></tr>",
    ]
)


def odd_pages(around: st.SearchStrategy[str], *headings: list[str]) -> st.SearchStrategy[str]:
    return st.builds(
        lambda above, heading, rows, below: above + a_table(*heading, *rows) + below,
        around,
        st.sampled_from(headings),
        st.lists(st.one_of(ODD_ROWS, st.builds(a_row, KEYS, WORDS)), max_size=4),
        around,
    )


#: A log without a heading is told from other lists of tickets by its size alone, so there is none.
ODD_PAGES = odd_pages(AROUND, [HEADING], [HEADING, HEADING]) | odd_pages(
    st.sampled_from(QUIET), [], ["<tr><th>Vorgang</th><th>Summary</th></tr>"]
)


@quick
@given(ODD_PAGES, st.lists(st.tuples(KEYS, st.sampled_from(["new", "newer", ""])), max_size=4))
def test_whatever_people_made_of_the_log_each_issue_ends_with_one_row(page: str, puts: list[tuple[str, str]]) -> None:
    after = page
    for key, words in puts:
        after = put(after, key, words)
        assert put(after, key, words) == after

    there = keys(after)
    assert all(there.count(key) == 1 for key, _ in puts)
    assert set(keys(page)) <= set(there)
    parsed(after)
    for theirs in ("<p>Please read.</p>", "<td>Rae</td>", "no link", "theirs"):
        assert after.count(theirs) == page.count(theirs)


@quick
@given(ODD_PAGES, st.sets(KEYS))
def test_taking_rows_out_takes_nothing_else_out(page: str, dropped: set[str]) -> None:
    after = without(page, frozenset(dropped))

    assert keys(after) == [key for key in keys(page) if key not in dropped]
    parsed(after)
    assert without(page, frozenset()) == page


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


def test_a_page_of_any_size_takes_no_time() -> None:
    """5 MB, 10,000 rows of which 500 change."""
    page = a_log(*(a_row(f"OPS-{number}", "words " * 70) for number in range(10_000, 0, -1)))
    assert len(page) > 5_000_000

    after = rule.put(page, [wanted(f"OPS-{number}") for number in range(9_750, 10_250)], COLUMNS)

    assert len(after.added) == 249
    assert after.body.count("<tr>") == 10_250
