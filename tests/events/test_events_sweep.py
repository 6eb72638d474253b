"""From when on the sweep looks, as JQL reads it, and which events never came."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain import Edit, FieldChange, IssueEvent, IssueRef, Touched
from app.events.sweep import FIRST, identifier, is_covered, missed, query, since, wall_clock
from app.settings import Settings
from tests.builders import a_status

NOON = datetime(2026, 11, 22, 12, 0, 30, tzinfo=UTC)
ZONES = ("UTC", "Europe/Berlin", "America/New_York", "America/St_Johns", "Asia/Kolkata", "Australia/Lord_Howe")


def at(iso: str) -> datetime:
    return datetime.fromisoformat(iso)


@pytest.mark.parametrize(
    ("moment", "zone", "literal"),
    [
        pytest.param("2026-11-22T12:00:30+00:00", "UTC", "2026-11-22 12:00", id="whole minutes, rounded down"),
        pytest.param("2026-11-22T13:00:30+01:00", "America/New_York", "2026-11-22 07:00", id="in the caller's zone"),
        pytest.param("2026-07-22T12:00:00+00:00", "Europe/Berlin", "2026-07-22 14:00", id="in summer"),
        pytest.param("2026-01-22T12:00:00+00:00", "Europe/Berlin", "2026-01-22 13:00", id="in winter"),
        pytest.param("2026-10-25T00:30:00+00:00", "Europe/Berlin", "2026-10-25 01:30", id="02:30, for the first time"),
        pytest.param("2026-10-25T01:30:00+00:00", "Europe/Berlin", "2026-10-25 02:30", id="02:30, for the second time"),
        pytest.param("2026-03-29T00:59:00+00:00", "Europe/Berlin", "2026-03-29 01:59", id="before the hour left out"),
        pytest.param("2026-03-29T01:00:00+00:00", "Europe/Berlin", "2026-03-29 03:00", id="after it"),
        pytest.param("2026-11-22T12:00:00+00:00", "Mars/Olympus", "2026-11-22 00:00", id="a zone that we don't know"),
        pytest.param("2026-11-22T12:00:00+00:00", "", "2026-11-22 00:00", id="no zone"),
    ],
)
def test_a_moment_is_written_as_the_caller_s_wall_clock(moment: str, zone: str, literal: str) -> None:
    """Trap 31: JQL reads dates in the zone of the caller's profile, with the precision of a minute."""
    assert wall_clock(at(moment), zone) == literal


@given(st.datetimes(datetime(2026, 1, 1), datetime(2027, 12, 31), timezones=st.just(UTC)), st.sampled_from(ZONES))
def test_however_jira_reads_it_nothing_since_the_moment_is_left_out(moment: datetime, zone: str) -> None:
    local = datetime.strptime(wall_clock(moment, zone), "%Y-%m-%d %H:%M").replace(tzinfo=ZoneInfo(zone))
    readings = [local.replace(fold=fold).astimezone(UTC) for fold in (0, 1)]

    assert all(each <= moment for each in readings)
    assert max(readings) > moment - timedelta(hours=2)


def test_the_query_names_both_projects_and_begins_with_the_oldest() -> None:
    assert query(Settings(), NOON, "UTC") == (
        'project in ("OPS", "YAY") AND updated >= "2026-11-22 12:00" ORDER BY updated ASC, key ASC'
    )


def test_a_look_reaches_back_by_the_overlap_and_the_first_one_a_day() -> None:
    assert since(NOON, NOON, overlap=10) == NOON - timedelta(minutes=10)
    assert since(None, NOON, overlap=10) == NOON - FIRST == NOON - timedelta(days=1)


@pytest.mark.parametrize(
    ("moment", "last", "covered"),
    [
        ("2026-11-22T12:00:00+00:00", None, False),
        ("2026-11-22T12:00:00+00:00", NOON, True),
        ("2026-11-22T12:00:00", NOON, True),
        ("2026-11-22T12:05:00+00:00", NOON, False),
        ("2026-11-22T13:05:00+01:00", NOON, False),
    ],
    ids=["the first", "asked for before the last began", "without a zone", "asked for after it", "in another zone"],
)
def test_a_sweep_asked_for_before_the_last_one_began_has_nothing_to_add(
    moment: str, last: datetime | None, covered: bool
) -> None:
    assert is_covered(moment, last) is covered


# Which events never came

EDITS = [Edit(str(id), "5b10", NOON, (FieldChange("status", "1", "2"),)) for id in (501, 502)]


def touched(status: str = "In Progress", created: datetime = NOON - timedelta(days=3)) -> Touched:
    return Touched(IssueRef("10001", "OPS-1"), "OPS", a_status(status), created, NOON)


def events(issue: Touched, *told: str) -> list[IssueEvent]:
    return list(missed(issue, EDITS, told, NOON - timedelta(minutes=10)))


def test_an_edit_that_was_told_is_not_missed() -> None:
    assert events(touched(), "501", "502", "issue_updated") == []
    assert [each.change_id for each in events(touched(), "501", "issue_updated")] == ["502"]


def test_a_missed_edit_is_the_event_that_would_have_come() -> None:
    [event, _] = events(touched("Done"))

    assert (event.kind, event.issue, event.project, event.actor) == ("issue_updated", touched().issue, "OPS", "5b10")
    assert event.changed("status")
    assert event.done


def test_a_new_issue_that_nobody_told_of_is_created_now() -> None:
    new = touched(created=NOON)

    assert [each.kind for each in events(new)] == ["issue_created", "issue_updated", "issue_updated"]
    assert [each.kind for each in events(new, "issue_created", "501", "502")] == []


def test_an_old_issue_without_a_delivery_is_not_created_again() -> None:
    assert [each.kind for each in events(touched(), "501", "502")] == []


def test_a_missed_event_has_one_name_however_often_it_is_found() -> None:
    new = touched(created=NOON)
    names = [identifier(each) for each in events(new)]

    assert names == [identifier(each) for each in events(new)]
    assert len(set(names)) == 3
