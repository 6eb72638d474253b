"""A ticket that gets a security level: what stands in Slack of it is taken back, and nothing more is told there."""

from __future__ import annotations

from sqlalchemy import select

from app.models import AuditEntry
from sandbox import Sandbox
from sandbox.people import JiraUser, SlackUser, post
from tests import effects
from tests.service import Service
from tests.waiting import eventually, quiet
from tests.walks.test_triage import controls

SECRET, FIX = "Refunds of Ms Miller", "She was paid twice"


def everything(world: Sandbox) -> str:
    """All that anybody can read in Slack, but for what people wrote themselves."""
    return str([(m.text, m.blocks) for m in world.world.slack.messages if m.bot_id])


def restrict(world: Sandbox, key: str) -> None:
    level = {"user": "admin@example.com", "issue": key, "level": "Staff only"}
    post(f"{world.url}/_sandbox/jira/security", level)
    quiet(world.url)


def left_behind(service: Service) -> list[str]:
    with service.db.reading() as session:
        return list(session.scalars(select(AuditEntry.outcome).where(AuditEntry.step == "not_carried")))


def test_what_is_restricted_is_taken_back_and_told_no_more(
    world: Sandbox, service: Service, slack_reporter: SlackUser, reporter: JiraUser, engineer: JiraUser
) -> None:
    slack_reporter.ask(team="Operations", summary=SECRET)
    eventually(lambda: [m for m in world.world.slack.messages if m.text == "Triage OPS-1"])
    quiet(world.url)
    assert SECRET in everything(world)
    stale = controls(world).blocks
    restrict(world, "OPS-1")
    assert SECRET not in everything(world)
    assert "ops.triage." not in str(controls(world).blocks)

    controls(world).blocks = stale  # somebody's screen was not brought up to date
    place = {"channel": controls(world).channel, "ts": controls(world).ts}
    slack_reporter.do("click", action_id="ops.triage.severity", value="Blocker", **place)
    (refusal,) = eventually(lambda: [m for m in world.world.slack.messages if m.only_for])
    quiet(world.url)
    assert "it has a security level" in refusal.text
    assert reporter.issue("OPS-1")["priority"]["name"] == "General"

    reporter.edit("OPS-1", customfield_10048={"value": "Engineering"})
    eventually(lambda: effects.issues(world, "YAY") and reporter.status("OPS-1") == "Sent to Engineering")
    quiet(world.url)
    assert left_behind(service) == ["Security Level: whoever may see YAY sees the clone"]
    engineer.write_notes("YAY-1", FIX)
    engineer.move("YAY-1", "Done")
    eventually(lambda: "needs your review" in everything(world))
    quiet(world.url)

    told = everything(world)
    assert SECRET not in told
    assert FIX not in told
    assert "OPS-1 is now" not in told


def test_the_notes_of_a_restricted_ticket_are_not_shown_to_be_edited(
    world: Sandbox, service: Service, slack_reporter: SlackUser, reporter: JiraUser, engineer: JiraUser
) -> None:
    slack_reporter.ask(summary=SECRET)
    eventually(lambda: effects.issues(world, "YAY") and reporter.status("OPS-1") == "Sent to Engineering")
    quiet(world.url)
    engineer.write_notes("YAY-1", FIX)
    engineer.move("YAY-1", "Done")
    eventually(lambda: "needs your review" in everything(world))
    quiet(world.url)
    restrict(world, "OPS-1")

    asked = next(m for m in world.world.slack.messages if "needs your review" in m.text and m.thread_ts)
    view = slack_reporter.do("click", action_id="ops.notes.edit", channel=asked.channel, ts=asked.ts)["view"]["id"]
    eventually(lambda: "security level" in str(world.world.slack.views[view].view["blocks"]))

    assert FIX not in str(world.world.slack.views[view].view["blocks"])
