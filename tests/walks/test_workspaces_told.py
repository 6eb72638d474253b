"""Several Slack workspaces: what cannot be done is told in the one where it was asked for, and in no other."""

from __future__ import annotations

import base64
from typing import Any

import pytest
from click.testing import CliRunner

from app import context, engine
from app.cli import cli
from app.sites import store as sites
from sandbox import Sandbox
from sandbox.people import JiraUser, SlackUser, post
from sandbox.slack_workspaces import SECOND
from sandbox.world_slack import FIRST
from tests.builders import a_text
from tests.service import Service, environment
from tests.waiting import eventually, quiet
from tests.walks.test_nothing_typed_is_lost import UNOPENED
from tests.walks.test_queued import jira_is, jira_is_back
from tests.walks.test_sync import FIRST as THREE
from tests.walks.test_sync import both_edit, press
from tests.walks.test_workspaces import OAUTH, RILEY, SAM, TESS, Browser, controls, made, run, said

__all__ = ["made"]
OPS = "#ops-exceptions"


def told(world: Sandbox, user: str, part: str) -> list[Any]:
    """What that person of the second workspace reads alone."""
    direct = f"D{user[1:]}"
    messages = world.world.workspaces[SECOND].messages
    return [m for m in messages if (m.only_for == user or m.channel == direct) and part in f"{m.text} {m.blocks}"]


@pytest.mark.settings(**OAUTH)
def test_what_was_not_done_is_told_in_the_workspace_where_it_was_asked_for(
    world: Sandbox, made: Service, reporter: JiraUser
) -> None:
    for team in (FIRST, SECOND):
        Browser(made).install(world, team)
    sam, tess = SlackUser(world.url, SAM), SlackUser(world.url, TESS)

    # Jira is away: the card says so, and what is posted below it follows.
    jira_is(world, 503)
    sam.ask(summary="Refunds are stuck", team="Operations")
    [queued] = eventually(lambda: said(world, SECOND, "Queued: Refunds are stuck"))
    log = {"name": "app.log", "content": base64.b64encode(b"2026-11-22 ERROR").decode()}
    sam.say(OPS, "Here", thread_ts=queued.ts, files=[log])
    jira_is_back(world)
    eventually(lambda: said(world, SECOND, "Triage OPS-1"))
    eventually(lambda: (issue := world.world.issue("OPS-1")) and [each.filename for each in issue.attachments])
    assert queued.text.startswith("OPS-1")

    # Forms that Slack does not open.
    post(f"{world.url}/_sandbox/faults", {"path": "/slack/api/views.open", "status": 500})
    tess.do("click", action_id="ops.triage.decline", **controls(world, SECOND, "OPS-1"))
    eventually(lambda: told(world, "U1TESS", UNOPENED))
    quiet(world.url)
    jira_is_back(world)

    # A reason that Jira does not take.
    view = tess.do("click", action_id="ops.triage.decline", **controls(world, SECOND, "OPS-1"))["view"]
    jira_is(world, 400, "/issue/", "PUT")
    tess.do("submit", view_id=view["id"], values={"answer_b": "Works as agreed"})
    eventually(lambda: told(world, "U1TESS", "Works as agreed"))
    quiet(world.url)
    jira_is_back(world)
    tess.do("click", action_id="ops.triage.severity", value="Critical", **controls(world, SECOND, "OPS-1"))
    eventually(lambda: said(world, SECOND, "severity *Critical*"))

    # A message that Slack does not let us read.
    ts = sam.say(OPS, "Printer")
    settings = world.world.settings
    settings.slack_scopes = tuple(scope for scope in settings.slack_scopes if scope != "channels:history")
    tess.react(OPS, ts)
    eventually(lambda: told(world, "U1TESS", "channels:history"))
    quiet(world.url)

    assert said(world, FIRST) == []
    assert [each["id"].partition("/")[0] for each in engine.failed()] == ["intake.from_reaction"]


@pytest.mark.settings(**OAUTH)
def test_the_doctor_looks_through_every_workspace_and_home_says_what_is_missing(world: Sandbox, made: Service) -> None:
    with made.db.writing() as session:
        vault = context.current().vault
        sites.install(session, vault, "jira", "solveonce-jira", "another", "secret" * 8, "http://127.0.0.1:9")
    for team in (FIRST, SECOND):
        Browser(made).install(world, team)
    run(made, "slack", "pair", FIRST, "--site", world.url.partition("//")[2])
    world.world.workspaces[SECOND].channels["C1OPSRQ"]["members"].remove("U1SOLVE")
    other = environment(made.settings, 0) | {"SLACK_TEAM_ID": "T0OTHER", "SLACK_WORKSPACES": FIRST}

    SlackUser(world.url, SAM).do("home")
    eventually(lambda: "to which Jira this workspace belongs" in str(world.world.workspaces[SECOND].homes.get("U1SAM")))
    # Its settings are this process's from here on: the service would refuse the second workspace.
    output = CliRunner().invoke(cli, ["doctor", "--no-canary"], env=other).output

    _, _, rest = output.partition(f"Slack {FIRST}")
    first, _, second = (" ".join(part.split()) for part in rest.partition(f"Slack {SECOND}"))
    assert f"ok Slack answers, workspace Sandbox ({FIRST})" in first
    assert "ok Slack #ops-exceptions-eng-triage" in first
    assert "WRONG" not in first
    assert f"answers, workspace Second ({SECOND})" in second
    assert f"python -m app slack pair {SECOND} --site" in second
    assert "SLACK_WORKSPACES does not name it" in second
    assert "WRONG Slack #ops-requests" in second
    assert "SLACK_TEAM_ID" not in output
    assert "eng-triage" not in second


@pytest.mark.settings(**OAUTH)
def test_what_engineering_cannot_be_told_and_whose_text_counts_is_asked_in_the_tickets_own_workspace(
    world: Sandbox, made: Service, reporter: JiraUser, engineer: JiraUser
) -> None:
    """Where nobody may write there, in the channel of engineering, which is in the site's first workspace."""
    for team in (FIRST, SECOND):
        Browser(made).install(world, team)
    first, second = (world.world.workspaces[team].channels for team in (FIRST, SECOND))
    sam, riley = SlackUser(world.url, SAM), SlackUser(world.url, RILEY)

    first["C0ENGTRI"]["is_archived"] = True
    sam.ask(summary="Refunds are stuck", team="Engineering")
    assert eventually(lambda: said(world, SECOND, "they could not be told"))[0].thread_ts
    first["C0ENGTRI"]["is_archived"] = False
    quiet(world.url)
    pair = "OPS-1", str(reporter.clone_of("OPS-1"))
    reporter.edit(pair[0], description=a_text(*THREE))
    quiet(world.url)

    both_edit(world, pair, reporter, engineer, "It broke at one", "It broke at two")
    [card] = said(world, SECOND, "was changed in OPS-")
    press(sam, card, "both")
    press(SlackUser(world.url, TESS), card, "ops")
    eventually(lambda: "<@U1SAM> chose" in str(card.blocks))
    eventually(lambda: told(world, "U1TESS", "chose a moment before you"))
    assert said(world, FIRST) == []

    second["C1OPSEX"]["is_archived"] = True
    reporter.edit(pair[0], description=a_text(*THREE))
    quiet(world.url)
    both_edit(world, pair, reporter, engineer, "It broke at six", "It broke at ten")
    [card] = said(world, FIRST, "was changed in OPS-")
    assert card.channel == "C0ENGTRI"
    press(riley, card, "ops")
    eventually(lambda: "<@U0REPORTER> chose" in str(card.blocks))
    quiet(world.url)
    assert [each["id"].partition("/")[0] for each in engine.failed()] == ["handoff.alert"]
