"""Which columns the log has, in which order, and what stands below a page's headings."""

from __future__ import annotations

import pytest

from app.errors import Misconfigured
from app.publishing.columns import ALL, COLUMNS, chosen, placed


def names(setting: str) -> list[str]:
    return [column.name for column in chosen(setting)]


def test_all_columns_are_the_customers_table_2() -> None:
    assert names(ALL) == list(COLUMNS)
    assert len(COLUMNS) == 9


@pytest.mark.parametrize(
    ("setting", "columns"),
    [
        ("link", ["link"]),
        ("link,notes,summary", ["link", "notes", "summary"]),
        (" link , notes ,, ", ["link", "notes"]),
    ],
)
def test_a_setting_chooses_the_columns_and_their_order(setting: str, columns: list[str]) -> None:
    assert names(setting) == columns


@pytest.mark.parametrize(
    ("setting", "told"),
    [
        ("", "The link comes first"),
        ("summary,link", "The link comes first"),
        ("summary", "The link comes first"),
        ("link,notes,notes", "each only once"),
        ("link,link", "each only once"),
        ("link,root_cause,foo", "root_cause, foo: unknown"),
        ("Link", "Link: unknown"),
    ],
)
def test_a_setting_that_makes_no_log_is_refused_with_the_choice(setting: str, told: str) -> None:
    with pytest.raises(Misconfigured) as problem:
        chosen(setting)

    assert told in str(problem.value)
    assert f"Choose from {ALL}." in str(problem.value)


def test_only_what_people_know_better_than_the_ticket_is_shared_with_them() -> None:
    assert [column.name for column in COLUMNS.values() if column.shared] == ["exception_type", "tags", "notes"]


@pytest.mark.parametrize(
    ("headings", "columns"),
    [
        (["Ticket Link", "Summary"], ["link", "summary"]),
        (["Summary", "Ticket Link"], ["summary", "link"]),
        (["  ticket\u00a0link ", "SUMMARY\n"], ["link", "summary"]),
        (["Ticket Link", "Priority", "", "Summary"], ["link", None, None, "summary"]),
        (["Ticket Link", "Summary", "Summary"], ["link", "summary", None]),
        ([], []),
    ],
    ids=["as written", "moved", "blanks and case", "added by people", "doubled by people", "none"],
)
def test_a_column_is_known_by_its_heading_wherever_it_stands(headings: list[str], columns: list[str | None]) -> None:
    assert [column and column.name for column in placed(headings)] == columns
