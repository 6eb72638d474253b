"""Several Slack workspaces: installed as a browser does it, each with its own people, threads and token."""

from __future__ import annotations

import base64
import re
from pathlib import Path
from typing import Any

import pytest
import requests
from click.testing import CliRunner

from app import context, engine, workspaces
from app.cli import cli
from app.sites import store as sites
from sandbox import Sandbox
from sandbox.people import Admin, JiraUser, SlackUser, post
from sandbox.slack_workspaces import SECOND
from sandbox.world_slack import FIRST
from tests.callers import log_lines
from tests.service import SIGNING_SECRET, Service, environment
from tests.waiting import eventually, quiet

OAUTH = {
    "slack_bot_token": "",
    "slack_client_id": "111.222",
    "slack_client_secret": "the-client-secret",
    "slack_workspaces": f"{FIRST}, {SECOND}",
}
SAM, TESS, RILEY = "sam@second.example.com", "tess@second.example.com", "reporter@example.com"


class Browser:
    """An admin's, with its cookies, who goes through Slack's question."""

    def __init__(self, service: Service) -> None:
        self.service, self.session = service, requests.Session()
        self.session.trust_env = False

    def begin(self) -> dict[str, str]:
        """What stands in the form that Slack shows."""
        asked = self.session.get(f"{self.service.url}/slack/install", timeout=10)
        assert asked.status_code == 200, asked.text
        return dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', asked.text))

    def decide(self, world: Sandbox, team: str, decision: str = "allow", **other: str) -> str:
        """The address to which Slack sends the browser back."""
        form = {**self.begin(), "team": team, "decision": decision, **other}
        url = f"{world.url}/slack/oauth/v2/authorize"
        return self.session.post(url, data=form, timeout=10, allow_redirects=False).headers["Location"]

    def follow(self, address: str) -> requests.Response:
        return self.session.get(address, timeout=20)

    def install(self, world: Sandbox, team: str) -> requests.Response:
        return self.follow(self.decide(world, team))


@pytest.fixture
def made(world: Sandbox, bare_service: Service) -> Service:
    """The app is made, and installed in Jira and Confluence; in no workspace yet."""
    admin = Admin(world.url, bare_service.url)
    admin.install("jira")
    admin.install("confluence")
    admin.add_rule("OPS", "post-function", "clone-and-link", transition="Create")
    admin.add_rule("OPS", "post-function", "publish-log-row", to_status="Done")
    admin.make_slack_app(SIGNING_SECRET, OAUTH["slack_client_id"], OAUTH["slack_client_secret"])
    return bare_service


def token(world: Sandbox, team: str) -> str:
    app = world.world.workspaces[team].app
    assert app
    return app.bot_token


def said(world: Sandbox, team: str, part: str = "") -> list[Any]:
    return [m for m in world.world.workspaces[team].messages if part in m.text]


def kept(service: Service) -> list[tuple[str, str, bool]]:
    with service.db.reading() as session:
        return [(row.id, row.state, bool(row.bot_token)) for row in workspaces.every(session)]


def run(service: Service, *arguments: str) -> str:
    known = {"DATABASE_URL": service.settings.database_url, "SECRET_KEYS": service.settings.secret_keys}
    answer = CliRunner().invoke(cli, arguments, env=known)
    assert answer.exit_code == 0, answer.output
    return answer.output


def controls(world: Sandbox, team: str, key: str) -> dict[str, str]:
    (message,) = said(world, team, f"Triage {key}")
    return {"channel": message.channel, "ts": message.ts}


@pytest.mark.settings(**OAUTH, log_level="INFO")
def test_two_workspaces_have_each_its_own_tickets_threads_presses_files_and_home(
    world: Sandbox, made: Service, reporter: JiraUser
) -> None:
    lines = log_lines()
    for team in (FIRST, SECOND):
        page = Browser(made).install(world, team)
        assert (page.status_code, "SolveOnce is installed" in page.text) == (200, True)
    riley, sam, tess = (SlackUser(world.url, email) for email in (RILEY, SAM, TESS))

    riley.ask(summary="Refunds are stuck", team="Engineering")
    eventually(lambda: said(world, FIRST, "Triage OPS-1") and reporter.status("OPS-1") == "Sent to Engineering")
    log = {"name": "app.log", "content": base64.b64encode(b"a line\n").decode(), "mimetype": "text/plain"}
    ts = sam.say("#ops-exceptions", "Badge printer is out of ribbons", files=[log])
    sam.react("#ops-exceptions", ts)
    eventually(lambda: said(world, SECOND, "Triage OPS-2"))
    tess.do("click", action_id="ops.triage.severity", value="Critical", **controls(world, SECOND, "OPS-2"))
    sam.do("home")
    eventually(lambda: reporter.issue("OPS-2")["priority"]["name"] == "Critical")
    eventually(lambda: world.world.workspaces[SECOND].homes)
    quiet(world.url)

    first, second = world.world.workspaces[FIRST], world.world.workspaces[SECOND]
    assert {m.text for m in first.messages if "OPS-2" in m.text} == set()
    assert {m.text for m in second.messages if "OPS-1" in m.text} == set()
    assert [m.channel for m in first.messages if m.text.startswith("New Ops Exception")] == ["C0ENGTRI"]
    assert [m.text for m in second.messages if "(by Tess Second)" in m.text and m.thread_ts == ts]
    assert [each["filename"] for each in reporter.issue("OPS-2")["attachment"]] == ["app.log"]
    assert (list(first.homes), list(second.homes)) == ([], ["U1SAM"])
    assert "Badge printer" in str(second.homes["U1SAM"])
    assert reporter.issue("OPS-2")["reporter"]["displayName"] == "Sam Second"

    # The review, by the person who asked, in the second workspace.
    view = tess.do("click", action_id="ops.triage.team", value="Engineering", **controls(world, SECOND, "OPS-2"))
    assert not view["error"]
    eventually(lambda: reporter.clone_of("OPS-2"))
    quiet(world.url)
    clone = str(reporter.clone_of("OPS-2"))
    reporter.write_notes(clone, "Changed the ribbon")
    reporter.move(clone, "Done")
    question = eventually(lambda: [m for m in said(world, SECOND, "needs your review") if m.thread_ts])[0]
    quiet(world.url)
    sam.do("click", action_id="ops.notes.accept", channel=question.channel, ts=question.ts)
    eventually(lambda: reporter.status("OPS-2") == "Done")
    quiet(world.url)
    assert said(world, SECOND, "accepted by Sam Second")
    # What belongs to no thread of the second workspace's stands in the site's first: the alert alone.
    assert {m.channel for m in first.messages if "OPS-2" in m.text} <= {"C0ENGTRI"}

    calls = requests.get(f"{world.url}/_sandbox/calls?neighbour=slack", timeout=10).json()
    assert {call["by"] for call in calls} >= {"U0SOLVE", "U1SOLVE"}
    assert engine.failed() == []
    store = Path(made.settings.sqlite_path)
    everything = b"".join(file.read_bytes() for file in store.parent.glob(f"{store.name}*"))
    secrets = [token(world, FIRST), token(world, SECOND), OAUTH["slack_client_secret"]]
    assert [each for each in secrets if each.encode() in everything or each in lines.getvalue()] == []
    assert "slack workspace installed" in lines.getvalue()


@pytest.mark.settings(**(OAUTH | {"slack_workspaces": FIRST}), log_level="INFO")
def test_an_installation_that_is_not_wanted_leaves_nothing_behind_and_says_what_to_do(
    world: Sandbox, made: Service
) -> None:
    lines, browser = log_lines(), Browser(made)

    refused = browser.install(world, SECOND)
    assert (refused.status_code, "SLACK_WORKSPACES" in refused.text) == (403, True)
    assert world.world.workspaces[SECOND].app is None  # handed back
    assert "reason='not_listed'" in lines.getvalue()

    said_no = browser.follow(browser.decide(world, FIRST, "cancel"))
    assert (said_no.status_code, "You said no" in said_no.text) == (400, True)

    address = browser.decide(world, FIRST)
    assert "begun in another browser" in Browser(made).follow(address).text
    code = world.world.slack_app["codes"][address.partition("code=")[2].partition("&")[0]]
    code["used"] = True
    assert "the code was used" in browser.follow(address).text
    # The state was good once.
    again = browser.follow(address)
    assert (again.status_code, "Begin again" in again.text) == (400, True)

    world.world.slack_app["client_secret"] = "another"
    assert "SLACK_CLIENT_SECRET" in browser.install(world, FIRST).text
    world.world.slack_app["client_secret"] = OAUTH["slack_client_secret"]
    post(f"{world.url}/_sandbox/faults", {"path": "oauth.v2.access", "cut": True, "times": 1})
    silent = browser.install(world, FIRST)
    assert (silent.status_code, "Slack does not answer" in silent.text) == (503, True)

    world.world.slack_app["manifest"]["settings"]["token_rotation_enabled"] = True
    assert "Token rotation is on" in browser.install(world, FIRST).text
    hostile = f"{made.url}/slack/oauth_redirect?error=%3Cscript%3Ealert(1)%3C/script%3E"
    assert "<script>" not in browser.follow(hostile).text
    assert kept(made) == []
    world.world.slack_app["manifest"]["settings"]["token_rotation_enabled"] = False
    assert browser.install(world, FIRST).status_code == 200
    assert kept(made) == [(FIRST, "installed", True)]


@pytest.mark.settings(**OAUTH)
def test_what_was_removed_is_not_heard_and_is_used_again_when_it_is_back(
    world: Sandbox, made: Service, reporter: JiraUser
) -> None:
    Browser(made).install(world, SECOND)
    old, sam = token(world, SECOND), SlackUser(world.url, SAM)
    sam.ask(summary="Before", team="Operations")
    eventually(lambda: said(world, SECOND, "Triage OPS-1"))
    quiet(world.url)

    post(f"{world.url}/_sandbox/slack/uninstall", {"team": SECOND})
    eventually(lambda: kept(made) == [(SECOND, "uninstalled", False)])
    reporter.edit("OPS-1", priority={"name": "Blocker"})  # its thread cannot hear of it now
    assert Browser(made).install(world, SECOND).status_code == 200

    assert kept(made) == [(SECOND, "installed", True)]
    assert token(world, SECOND) != old
    eventually(lambda: said(world, SECOND, "severity *Blocker*"))
    sam.ask(summary="After", team="Operations")
    eventually(lambda: said(world, SECOND, "Triage OPS-2"))
    quiet(world.url)
    found = CliRunner().invoke(cli, ["doctor", "--no-canary"], env=environment(made.settings, 0)).output
    assert "answers, workspace Second" in found
    # Jira's, Confluence's and the workspace's.
    assert "3 secrets are encrypted" in run(made, "rotate-keys")


@pytest.mark.settings(**OAUTH)
def test_where_several_sites_have_jira_an_admin_says_to_which_a_workspace_belongs(
    world: Sandbox, made: Service, reporter: JiraUser
) -> None:
    """A request waits until then, its person is told once, and it goes to no site by chance."""
    here = world.url.partition("//")[2]
    with made.db.writing() as session:
        sites.install(
            session, context.current().vault, "jira", "solveonce-jira", "another", "secret" * 8, "http://127.0.0.1:9"
        )
    for team in (FIRST, SECOND):
        Browser(made).install(world, team)
    run(made, "slack", "pair", FIRST, "--site", "127.0.0.1:9")
    SlackUser(world.url, RILEY).ask(summary="For the other Jira", team="Operations")
    assert "nobody has said which site" in run(made, "slack", "list")

    SlackUser(world.url, SAM).ask(summary="Which Jira?", team="Operations")
    eventually(lambda: said(world, SECOND, "does not know yet to which Jira"))
    assert [call for call in world.world.calls if call["method"] == "POST" and call["path"].endswith("/issue")] == []

    assert f"go to {here}" in run(made, "slack", "pair", SECOND, "--site", here)
    eventually(lambda: said(world, SECOND, "Triage OPS-1"))
    assert len(said(world, SECOND, "does not know yet to which Jira")) == 1
    listed = run(made, "slack", "list")
    assert f"{SECOND}  Second  installed  {here}" in listed
    assert f"{FIRST}  Sandbox  installed  127.0.0.1:9" in listed
    # The first workspace's request waits for its own site, which is away, and nobody else's Jira gets it.
    assert [each.fields["summary"] for each in world.world.jira.issues.values()] == ["Which Jira?"]
    eventually(lambda: [each.text for each in said(world, FIRST)] == ["Queued: For the other Jira"])


@pytest.mark.settings(**OAUTH)
def test_people_of_another_organisation_make_no_ticket_and_do_not_triage(
    world: Sandbox, made: Service, reporter: JiraUser
) -> None:
    """Slack Connect: they are in the channel, and belong elsewhere."""
    Browser(made).install(world, FIRST)
    lead = next(p for p in world.world.people.values() if p.slack_id == "U0LEAD")
    lead.stranger_of = "T9ELSEWHERE"
    world.world.workspaces[FIRST].channels["C0OPSEX"]["is_ext_shared"] = True
    stranger, riley = SlackUser(world.url, lead.email), SlackUser(world.url, RILEY)

    ts = stranger.say("#ops-exceptions", "Our invoice is wrong")
    stranger.react("#ops-exceptions", ts)
    stranger.say("@solveonce", "A ticket, please")
    told = stranger.triage("#ops-exceptions", ts)
    quiet(world.url)
    assert told["view"] is None
    assert [m.text for m in said(world, FIRST, "Only people of the organisation") if m.only_for == "U0LEAD"]
    assert world.world.jira.issues == {}

    # Somebody of the house may make one of a stranger's message; the stranger may not triage it.
    view = riley.triage("#ops-exceptions", ts)["view"]
    riley.submit(view["id"], type="Payments and transactions", team="Operations")
    eventually(lambda: said(world, FIRST, "Triage OPS-1"))
    stranger.do("click", action_id="ops.triage.severity", value="Blocker", **controls(world, FIRST, "OPS-1"))
    quiet(world.url)
    assert reporter.issue("OPS-1")["priority"]["name"] == "General"
    assert len(said(world, FIRST, "Only people of the organisation")) == 2
