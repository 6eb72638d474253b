"""Events that never came are found within minutes, and what came is left in peace."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from app import context, engine
from app.events import store
from app.models import Delivery
from sandbox import Sandbox, jira_index, jira_search
from sandbox.people import NOTES, JiraUser, SlackUser, post, text, words
from sandbox.world import HistoryEntry
from tests import effects
from tests.callers import log_lines
from tests.service import Service
from tests.waiting import eventually, quiet
from tests.walks.log import solved
from tests.walks.test_story import attach, handed_over

BACK = "Resolution Notes Required"


@contextlib.contextmanager
def deaf(world: Sandbox) -> Iterator[None]:
    """Nothing that Jira tells arrives, and it has stopped trying; as after hours out of reach."""
    app = world.world.apps["solveonce-jira"]
    address, retries = app.base_url, world.world.settings.webhook_retries
    quiet(world.url)
    app.base_url, world.world.settings.webhook_retries = "http://127.0.0.1:9", ()
    try:
        yield
        quiet(world.url)
    finally:
        app.base_url, world.world.settings.webhook_retries = address, retries


def sweep(world: Sandbox, service: Service, run: str = "now") -> None:
    """What happens by itself every five minutes."""
    start(service, run)
    quiet(world.url)


def start(service: Service, run: str = "now") -> None:
    with service.db.writing() as session:
        moment = datetime.now(UTC).isoformat()
        engine.enqueue(session, "events.sweep_site", 1, moment, id=f"1:{run}", lane="1:sweep")


def seen(service: Service) -> datetime | None:
    with service.db.reading() as session:
        return store.seen(session, 1)


def swept(service: Service) -> list[str]:
    """What was found that no event told."""
    with service.db.reading() as session:
        found = session.query(Delivery.identifier).filter(Delivery.identifier.startswith("sweep:"))
        return sorted(each for (each,) in found)


def flows() -> set[str]:
    """Those that a delivery or another flow started; not those that start by themselves."""
    return {id for id in engine.some("SUCCESS") if "/" in id and not id.startswith("events.")}


@pytest.fixture(autouse=True)
def fresh_index(world: Sandbox) -> None:
    world.world.settings.search_lag = 0


def test_a_ticket_for_engineering_whose_creation_nobody_told_is_handed_over(
    world: Sandbox, service: Service, reporter: JiraUser
) -> None:
    with deaf(world):
        key = reporter.new_issue()
    assert effects.issues(world, "YAY") == []

    sweep(world, service)

    assert reporter.clone_of(key) == "YAY-1"
    assert reporter.status(key) == "Sent to Engineering"


def test_a_whole_story_without_events_is_caught_up_with(
    world: Sandbox, service: Service, slack_reporter: SlackUser, reporter: JiraUser, engineer: JiraUser
) -> None:
    slack_reporter.ask()
    clone = eventually(lambda: effects.issues(world, "OPS") and reporter.clone_of("OPS-1"))
    with deaf(world):
        engineer.write_notes(clone, "Restarted")
        engineer.move(clone, "Done")

    sweep(world, service, "first")

    assert words(reporter.issue("OPS-1")[NOTES]) == "Restarted"
    assert reporter.status("OPS-1") == BACK
    with deaf(world):
        reporter.move("OPS-1", "Done")
        reporter.edit("OPS-1", summary="Refunds were stuck")

    sweep(world, service, "second")

    assert [row[3] for row in effects.log_rows(world)] == ["Refunds were stuck"]
    thread = effects.messages(world, "#ops-exceptions")
    assert thread[0].startswith("OPS-1 Done:")
    assert thread.count(":white_check_mark: OPS-1 is now *Done*.") == 1


def test_a_sweep_over_tickets_whose_events_came_starts_nothing_and_writes_nothing(
    world: Sandbox, service: Service, slack_reporter: SlackUser, reporter: JiraUser, engineer: JiraUser
) -> None:
    slack_reporter.ask()
    clone = eventually(lambda: effects.issues(world, "OPS") and reporter.clone_of("OPS-1"))
    engineer.write_notes(clone, "Restarted")
    engineer.move(clone, "Done")
    eventually(lambda: reporter.status("OPS-1") == BACK)
    reporter.move("OPS-1", "Done")
    eventually(lambda: effects.log_rows(world))
    quiet(world.url)
    world.world.calls.clear()
    before = flows()

    sweep(world, service)

    assert effects.writes(world) == []
    assert (swept(service), flows()) == ([], before)
    # Who am I, what has changed, and the changelogs: no ticket is read.
    asked = {call["path"].partition("?")[0].rpartition("/")[2] for call in world.world.calls}
    assert asked == {"myself", "jql", "changelog"}
    world.world.calls.clear()
    sweep(world, service, "again")
    assert not [call for call in world.world.calls if "changelog" in call["path"]]


def test_files_of_a_pair_of_which_no_event_came_are_copied_and_others_are_no_finding(
    world: Sandbox, service: Service, reporter: JiraUser, engineer: JiraUser
) -> None:
    key, clone = handed_over(world, reporter)
    own = reporter.new_issue("Operations")
    with deaf(world):
        attach(reporter, key, "log.txt", b"one")
        attach(engineer, clone, "fix.diff", b"two")
        attach(reporter, own, "note.txt", b"three")

    sweep(world, service)
    sweep(world, service, "again")

    both = [sorted(file.filename for file in world.world.issue(each).attachments) for each in (key, clone, own)]
    assert both == [["fix.diff", "log.txt"], ["fix.diff", "log.txt"], ["note.txt"]]
    assert len(swept(service)) == 2
    assert engine.failed() == []


def test_what_was_caught_up_with_is_left_in_peace_afterwards(
    world: Sandbox, service: Service, reporter: JiraUser
) -> None:
    with deaf(world):
        reporter.new_issue()
    sweep(world, service, "first")
    quiet(world.url)
    found = swept(service)
    world.world.calls.clear()

    sweep(world, service, "second")

    assert found
    assert swept(service) == found
    assert effects.writes(world) == []


def test_a_person_who_moved_a_ticket_meanwhile_is_not_overruled(
    world: Sandbox, service: Service, reporter: JiraUser
) -> None:
    key = reporter.new_issue()
    eventually(lambda: reporter.status(key) == "Sent to Engineering")
    quiet(world.url)
    with deaf(world):
        reporter.move(key, "To Do")

    sweep(world, service)

    assert reporter.status(key) == "To Do"


def test_an_event_that_comes_after_all_is_known(world: Sandbox, service: Service, reporter: JiraUser) -> None:
    world.world.settings.webhook_late = 3600
    reporter.new_issue("Operations", customfield_10048={"value": "Operations"})
    reporter.edit("OPS-1", description=text("It hangs"))
    start(service)
    eventually(lambda: len(swept(service)) == 2)

    post(f"{world.url}/_sandbox/clock", {"advance": 3600})
    quiet(world.url)

    with service.db.reading() as session:
        kinds = [row.kind for row in session.query(Delivery) if row.change_id]
    assert kinds == ["issue_updated"]
    post(f"{world.url}/_sandbox/clock", {"real": True})


def test_zones_of_site_and_caller_do_not_hide_anything(world: Sandbox, service: Service, reporter: JiraUser) -> None:
    """Trap 31: timestamps are in the site's zone, JQL's dates in that of the app's own profile."""
    world.world.settings.time_zone = "Asia/Kolkata"
    ours = world.world.apps["solveonce-jira"].account_id
    for zone, summary in (("America/New_York", "first"), ("Pacific/Auckland", "second")):
        world.world.people[ours].time_zone = zone
        with deaf(world):
            reporter.new_issue("Operations", summary=summary)
        sweep(world, service, zone)

    assert len(swept(service)) == 2
    assert (seen(service) or datetime.min.replace(tzinfo=UTC)) > datetime.now(UTC) - timedelta(minutes=5)


def test_every_page_is_read_however_short(world: Sandbox, service: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    """Trap 32: a page may be shorter than asked for; only a missing token is the end."""
    monkeypatch.setattr(jira_search, "PAGE_WITH_FIELDS", 3)
    made = solved(world, service, 8)

    sweep(world, service)

    assert len([each for each in swept(service) if each.endswith("issue_created")]) == len(made) == 8


def test_what_the_index_shows_late_is_found_by_the_overlap(
    world: Sandbox, service: Service, reporter: JiraUser
) -> None:
    post(f"{world.url}/_sandbox/clock", {"advance": -3 * 3600})
    late, key = reporter.new_issue("Operations"), reporter.new_issue("Operations")
    quiet(world.url)
    post(f"{world.url}/_sandbox/clock", {"real": True})
    sweep(world, service, "before")
    with deaf(world):
        world.world.settings.search_lag = None
        reporter.edit(late, description=text("Late"))
        world.world.settings.search_lag = 0
        reporter.edit(key, description=text("In time"))
    sweep(world, service, "first")
    assert len(swept(service)) == 1
    issue = world.world.issue(late)
    assert issue
    jira_index.note(world.world, issue)

    sweep(world, service, "second")

    assert len(swept(service)) == 2


def test_how_far_it_has_come_is_not_stored_without_the_flows(
    world: Sandbox, service: Service, reporter: JiraUser
) -> None:
    with deaf(world):
        first, second = reporter.new_issue("Operations"), reporter.new_issue("Operations")
        id = reporter.get(f"issue/{second}")["id"]
    post(f"{world.url}/_sandbox/faults", {"path": f"/issue/{id}/changelog", "status": 503})
    start(service)

    eventually(lambda: world.world.faults[0]["fired"] > 2)
    assert (seen(service), swept(service)) == (None, [])
    world.world.faults.clear()
    quiet(world.url)

    assert len(swept(service)) == len({first, second})
    assert seen(service)


def test_a_ticket_whose_changelog_is_refused_holds_up_no_other(
    world: Sandbox, service: Service, reporter: JiraUser
) -> None:
    with deaf(world):
        first, second = reporter.new_issue("Operations"), reporter.new_issue("Operations")
    post(
        f"{world.url}/_sandbox/faults",
        {"path": f"/issue/{reporter.get(f'issue/{first}')['id']}/changelog", "status": 403},
    )

    sweep(world, service)

    assert swept(service) == [f"sweep:{reporter.get(f'issue/{second}')['id']}:issue_created"]


def test_sweeps_that_piled_up_while_jira_was_away_are_one(world: Sandbox, service: Service, reporter: JiraUser) -> None:
    quiet(world.url)
    post(f"{world.url}/_sandbox/faults", {"path": "/search/jql", "status": 503})
    for number in range(5):
        start(service, f"{number}")
    eventually(lambda: world.world.faults[0]["fired"] > 2)

    world.world.faults.clear()
    world.world.calls.clear()
    quiet(world.url)

    assert len([call for call in world.world.calls if "/search/jql" in call["path"]]) <= 2


@pytest.mark.settings(engineering_project="NOPE")
def test_a_project_that_is_not_there_is_a_line_in_the_log_and_no_flow_is_put_aside(
    world: Sandbox, service: Service
) -> None:
    """Every five minutes another one would be, and hide those that somebody has to look at."""
    log = log_lines()
    with service.db.writing() as session:
        engine.enqueue(session, "workflow.watch_gate", 1, "2026-11-22T10:41:00+00:00", id="1:now", lane="1:gate")

    sweep(world, service)

    assert engine.failed() == []
    for what in ("site not swept", "gate not watched"):
        assert f"event='{what}' site=1 reason=" in log.getvalue()
    assert "NOPE" in log.getvalue()


def test_the_very_first_sweep_looks_back_a_day(world: Sandbox, service: Service, reporter: JiraUser) -> None:
    with deaf(world):
        for hours in (25, 23):
            post(f"{world.url}/_sandbox/clock", {"advance": -hours * 3600})
            reporter.new_issue("Operations", summary=f"{hours} hours ago")
            post(f"{world.url}/_sandbox/clock", {"real": True})

    sweep(world, service)

    [found] = swept(service)
    issue = world.world.issue(found.split(":")[1])
    assert issue
    assert issue.fields["summary"] == "23 hours ago"


def test_of_a_long_changelog_the_end_is_read(world: Sandbox, service: Service, reporter: JiraUser) -> None:
    issue = world.world.issue(reporter.new_issue("Operations"))
    assert issue
    quiet(world.url)
    now = world.world.now()
    issue.history[:] = [HistoryEntry(str(n), issue.creator, now - 1000 + n, []) for n in range(250)]
    survey = context.at(1).survey
    world.world.calls.clear()

    few = survey.edits(issue.id, datetime.fromtimestamp(now - 1000 + 247, UTC) - timedelta(milliseconds=1))
    calls = len(world.world.calls)
    most = survey.edits(issue.id, datetime.fromtimestamp(now - 1000 + 120, UTC) - timedelta(milliseconds=1))

    assert ([each.id for each in few], calls) == (["247", "248", "249"], 2)
    assert [each.id for each in most] == [str(n) for n in range(120, 250)]
