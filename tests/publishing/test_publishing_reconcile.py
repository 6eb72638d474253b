"""What is wrong with the log, from its pages, our memory and Jira's word."""

from __future__ import annotations

from collections.abc import Iterable

import pytest

from app.publishing.columns import chosen
from app.publishing.edits import Written, first
from app.publishing.page import Wanted, put
from app.publishing.reading import text_digest
from app.publishing.reconcile import Expected, Finding, Known, Standing, Wrong, findings, standing
from app.publishing.rendering import empty_page

SOME = chosen("link,summary,notes")
HEAD, ARCHIVE = "1", "2"
WRITTEN = {"summary": first("s"), "notes": first("n")}


def a_row(key: str = "OPS-1", page: str = HEAD, **said: str) -> Standing:
    return Standing(
        key, page, {name: text_digest(words) for name, words in {"summary": "s", "notes": "n", **said}.items()}
    )


def known(
    id: str = "1", key: str = "", page: str = HEAD, digest: str = "d", written: dict[str, Written] = WRITTEN
) -> Known:
    return Known(id, key or f"OPS-{id}", page, digest, written)


def expected(id: str = "1", key: str = "", digest: str | None = "d") -> Expected:
    return Expected(id, key or f"OPS-{id}", digest)


def wrong(
    found: Iterable[Standing],
    memory: Iterable[Known],
    jira: Iterable[Expected] | None,
    unread: frozenset[str] = frozenset(),
) -> list[tuple[str, str, str, str]]:
    return [(each.wrong.value, each.key, each.page_id, each.issue_id) for each in findings(found, memory, jira, unread)]


def test_a_log_that_is_right_has_no_findings() -> None:
    assert (
        wrong([a_row(), a_row("OPS-2", ARCHIVE)], [known(), known("2", page=ARCHIVE)], [expected(), expected("2")])
        == []
    )
    assert wrong([], [], []) == []


@pytest.mark.parametrize("asked", [True, False], ids=["Jira asked", "Jira not asked"])
def test_a_row_that_should_be_there_is_missing(asked: bool) -> None:
    assert wrong([], [known()], [expected()] if asked else None) == [("missing", "OPS-1", "", "1")]


def test_an_issue_that_never_got_its_row_is_missing() -> None:
    assert wrong([], [], [expected()]) == [("missing", "OPS-1", "", "1")]


@pytest.mark.parametrize("asked", [True, False], ids=["Jira asked", "Jira not asked"])
def test_a_row_on_a_page_that_nobody_could_read_is_not_missing_but_the_page_is_told(asked: bool) -> None:
    jira = [expected()] if asked else None

    assert wrong([], [known()], jira, frozenset({HEAD})) == [("unreadable", "", HEAD, "")]


def test_a_row_that_nobody_could_write_is_not_missing() -> None:
    """The issue was deleted or opened again, and somebody took its row away."""
    assert wrong([], [known()], []) == []


def test_the_row_of_an_issue_that_was_opened_again_or_deleted_stays() -> None:
    assert wrong([a_row()], [known()], []) == []


@pytest.mark.parametrize("order", [1, -1])
def test_of_two_rows_the_one_that_we_remember_stays(order: int) -> None:
    rows = [a_row(page=HEAD), a_row(page=ARCHIVE)][::order]

    assert wrong(rows, [known(page=ARCHIVE)], [expected()]) == [("doubled", "OPS-1", HEAD, "1")]


def test_of_two_rows_on_one_page_the_first_stays() -> None:
    assert wrong([a_row(), a_row(notes="pasted")], [known()], None) == [("doubled", "OPS-1", HEAD, "1")]


def test_of_two_rows_that_nobody_remembers_the_first_stays() -> None:
    assert wrong([a_row(page=HEAD), a_row(page=ARCHIVE)], [], [expected()]) == [
        ("doubled", "OPS-1", ARCHIVE, "1"),
        ("misplaced", "OPS-1", HEAD, "1"),
    ]


def test_a_row_on_another_page_than_we_thought_is_misplaced() -> None:
    assert wrong([a_row(page=ARCHIVE)], [known(page=HEAD)], [expected()]) == [("misplaced", "OPS-1", ARCHIVE, "1")]
    assert wrong([a_row(page=ARCHIVE)], [], [expected()]) == [("misplaced", "OPS-1", ARCHIVE, "1")]


def test_a_row_that_does_not_say_what_the_ticket_says_is_stale() -> None:
    assert wrong([a_row()], [known(digest="old")], [expected(digest="new")]) == [("stale", "OPS-1", HEAD, "1")]


@pytest.mark.parametrize(("column", "stale"), [("summary", True), ("notes", False)])
def test_a_persons_words_are_welcome_in_shared_columns_only(column: str, stale: bool) -> None:
    found = wrong([a_row(**{column: "mine"})], [known()], [expected()])

    assert found == ([("stale", "OPS-1", HEAD, "1")] if stale else [])


def test_a_column_that_people_took_away_makes_no_row_stale() -> None:
    assert wrong([Standing("OPS-1", HEAD, {"notes": text_digest("n")})], [known()], [expected()]) == []


def test_each_row_of_a_ticket_that_is_not_for_everybody_is_found() -> None:
    rows = [a_row(page=HEAD), a_row(page=ARCHIVE)]

    for memory in ([known()], []):
        assert wrong(rows, memory, [expected(digest=None)]) == [
            ("withheld", "OPS-1", HEAD, "1"),
            ("withheld", "OPS-1", ARCHIVE, "1"),
        ]


def test_a_withheld_ticket_without_a_row_is_right() -> None:
    assert wrong([], [known()], [expected(digest=None)]) == []


def test_a_ticket_that_the_log_does_not_know_is_foreign_when_jira_was_asked() -> None:
    assert wrong([a_row("NET-9")], [], []) == [("foreign", "NET-9", HEAD, "")]
    assert wrong([a_row("NET-9")], [], None) == []


@pytest.mark.parametrize("shown", ["OLD-7", "OPS-1"])
def test_a_row_is_found_under_the_key_that_the_issue_had_or_has(shown: str) -> None:
    """The issue was moved to another project; its row may show either."""
    assert wrong([a_row(shown)], [known(key="OLD-7")], [expected(key="OPS-1")]) == []


def test_findings_come_in_the_order_of_the_issues() -> None:
    found = findings([], [], [expected(id) for id in ("10", "9", "100")])

    assert [each.issue_id for each in found] == ["9", "10", "100"]
    assert found[0] == Finding(Wrong.MISSING, "OPS-9", issue_id="9")


def on_a_page(*changes: tuple[str, str]) -> str:
    link = '<p><a href="https://team.atlassian.net/browse/OPS-1">OPS-1</a></p>'
    cells = {"link": link, "summary": "<p>s</p>", "notes": "<p>n</p>"}
    body = put(empty_page(SOME), [Wanted(("OPS-1",), cells)], SOME).body
    for before, after in changes:
        body = body.replace(before, after)
    return body


ROW = {"link": text_digest("OPS-1"), "summary": text_digest("s"), "notes": text_digest("n")}


@pytest.mark.parametrize(
    ("changes", "texts"),
    [
        ([], ROW),
        ([("<p>s</p>", "<strong>s</strong>")], ROW),
        ([("<td><p>s</p></td>", "<td />")], ROW | {"summary": text_digest("")}),
        ([("<th><p>Summary</p></th>", "<th>Theirs</th>")], {name: ROW[name] for name in ("link", "notes")}),
        ([("<td><p>s</p></td><td>", '<td colspan="2"><p>s</p>')], {"link": ROW["link"]}),
        ([("<td><p>s</p></td>", "")], {}),
    ],
    ids=["as written", "written anew", "closed", "another heading", "joined", "a cell too few"],
)
def test_a_row_is_read_as_far_as_one_can_tell_what_stands_where(
    changes: list[tuple[str, str]], texts: dict[str, str]
) -> None:
    assert standing(HEAD, on_a_page(*changes), SOME) == [Standing("OPS-1", HEAD, texts)]
