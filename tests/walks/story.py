"""The customer's story, played by people; and what must be there at its end, once each."""

from __future__ import annotations

from sandbox import Sandbox
from sandbox.people import NOTES, JiraUser, SlackUser, words
from tests import effects
from tests.waiting import eventually, quiet

INTAKE, ENGINEERING = "#ops-exceptions", "#ops-exceptions-eng-triage"
SUMMARY, FIX = "Refunds are stuck", "The queue was full. Restarted it."


def play(world: Sandbox, limit: float = 30.0) -> None:
    """From `/ops` to the row, each step as soon as the one before has shown its effect."""
    reporter, engineer = JiraUser(world.url, "reporter@example.com"), JiraUser(world.url, "engineer@example.com")
    report(world, limit)
    eventually(lambda: effects.issues(world, "OPS"), limit)
    eventually(lambda: reporter.status("OPS-1") == "Sent to Engineering", limit)
    quiet(world.url, limit)
    engineer.write_notes("YAY-1", FIX)
    eventually(lambda: words(reporter.issue("OPS-1")[NOTES]) == FIX, limit)
    engineer.move("YAY-1", "Done")
    eventually(lambda: reporter.status("OPS-1") == "Resolution Notes Required", limit)
    quiet(world.url, limit)
    reporter.move("OPS-1", "Done")
    eventually(lambda: effects.log_rows(world), limit)
    quiet(world.url, limit)


def report(world: Sandbox, limit: float) -> None:
    """A person presses again what did not work."""
    person = SlackUser(world.url, "reporter@example.com")
    view = eventually(lambda: person.command(INTAKE)["view"], limit, every=0.3)
    answers = {"summary": SUMMARY, "description": "Since this morning", "type": "Payments and transactions"}
    submitted = {**answers, "team": "Engineering", "tags": ["Finance - refunds"], "priority": "Critical"}
    eventually(lambda: person.submit(view["id"], **submitted)["status"] == 200, limit, every=0.3)


def assert_told_once(world: Sandbox) -> None:
    """None lost, none doubled, at every neighbour."""
    assert effects.issues(world, "OPS") == ["OPS-1"]
    assert effects.issues(world, "YAY") == ["YAY-1"]
    assert effects.links(world) == 1
    assert len(effects.remote_links(world, "OPS-1")) == 1
    assert effects.messages(world, ENGINEERING) == [
        f"New Ops Exception for engineering: YAY-1 {SUMMARY} (Priority Critical)"
    ]
    card, *thread = effects.messages(world, INTAKE)
    thread.remove("Triage OPS-1")  # the controls, once
    assert card == f"OPS-1 Done: {SUMMARY} (Priority Critical)"
    # When the thread is opened late its card says this already.
    sent = ":arrow_right: OPS-1 is now *Sent to Engineering*."
    assert thread.count(sent) <= 1
    assert sorted(words for words in thread if words != sent) == [
        ":arrow_right: OPS-1 is now *Resolution Notes Required*.",
        ":white_check_mark: OPS-1 is now *Done*.",
        "<@U0REPORTER> OPS-1 needs your review: engineering is done.",
    ]
    assert effects.direct_messages(world) == ["<@U0REPORTER> OPS-1 needs your review: engineering is done."]
    rows = effects.log_rows(world)
    assert [row[0] for row in rows] == ["OPS-1"]
    assert rows[0][1:6] == ["Payments and transactions", "Finance - refunds", SUMMARY, "Since this morning", FIX]
    assert rows[0][8] == "Riley Reporter"
