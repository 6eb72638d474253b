"""python -m app doctor: what is wrong is found, with the remedy; and the canary proves the gate."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from app import engine
from app.cli import cli
from sandbox import Sandbox
from sandbox.people import NOTES, JiraUser, post, text
from sandbox.seed import DONE
from sandbox.world import Option
from tests import effects
from tests.service import BOT_TOKEN, SIGNING_SECRET, Service, environment
from tests.waiting import quiet
from tests.walks.pairs import rename_project, reword

REFUSED = "Resolution Notes are empty, so this ticket cannot be moved to Done yet."


def doctor(service: Service, *arguments: str, **env: str) -> Result:
    return CliRunner().invoke(cli, ["doctor", *arguments], env=environment(service.settings, 0) | env)


def said(result: Result) -> str:
    """On one line, as a person reads it."""
    return " ".join(result.stdout.split())


def canaries(world: Sandbox) -> list[str]:
    return sorted(each.key for each in world.world.jira.issues.values() if "canary" in each.fields["summary"])


def test_when_all_is_well_it_says_so_and_what_it_has_seen(world: Sandbox, service: Service) -> None:
    result = doctor(service)

    assert (result.exit_code, result.stdout.splitlines()[-1]) == (0, "All is well."), result.stdout
    for seen in (
        "ok database",
        "ok Jira answers, as SolveOnce",
        "ok field Resolution Notes customfield_10050, textarea",
        "ok link type 'clones' id 10001",
        "ok OPS issue type Ops Exception, 5 statuses",
        "ok OPS status Resolution Notes Required",
        "ok YAY permissions all 7 that are needed",
        "ok YAY create screen takes all 6 fields",
        "ok Confluence OPSTEAM answers",
        "ok Slack #ops-exceptions the bot is in it",
    ):
        assert seen in said(result)
    for gate in ("OPS gate OPS-1", "YAY gate YAY-1"):
        assert f"ok {gate} was refused: “{REFUSED}" in said(result)


def test_the_lines_are_aligned_and_tell_no_secret(world: Sandbox, service: Service) -> None:
    result = doctor(service)

    lines = result.stdout.splitlines()
    assert all(len(line) <= 118 for line in lines)
    assert {
        line.index(word) for line in lines for word in ("answers, migrated", "the bot is in it") if word in line
    } == {44}
    for secret in (BOT_TOKEN, SIGNING_SECRET, service.settings.secret_keys):
        assert secret not in result.output


def test_the_canaries_are_made_once_and_nobody_hears_of_them(world: Sandbox, service: Service) -> None:
    first, again = doctor(service), doctor(service)

    assert (first.exit_code, again.exit_code) == (0, 0)
    quiet(world.url)
    assert canaries(world) == ["OPS-1", "YAY-1"]
    assert effects.issues(world, "YAY") == ["YAY-1"]
    assert [each.text for each in world.world.slack.messages] == []
    assert effects.log_rows(world) == []


def test_a_canary_whose_making_got_no_answer_is_found_again(world: Sandbox, service: Service) -> None:
    fault = {"path": "/rest/api/3/issue$", "method": "POST", "lose": True, "times": 1, "by": "solveonce"}
    post(f"{world.url}/_sandbox/faults", fault)
    assert doctor(service, SETTLE_TIME="0").exit_code == 1

    assert doctor(service, SETTLE_TIME="0").exit_code == 0

    assert canaries(world) == ["OPS-1", "YAY-1"]


def test_a_canary_that_somebody_deleted_is_made_anew_and_one_with_notes_is_emptied(
    world: Sandbox, service: Service, reporter: JiraUser
) -> None:
    doctor(service)
    assert reporter.call("DELETE", "issue/OPS-1").status_code == 204
    reporter.edit("YAY-1", **{NOTES: text("Who reads this?")})

    result = doctor(service)

    assert result.exit_code == 0
    assert canaries(world) == ["OPS-2", "YAY-1"]
    assert reporter.issue("YAY-1")[NOTES] is None


def test_a_workflow_without_the_validator_is_found_and_the_canary_is_moved_back(
    world: Sandbox, service: Service, reporter: JiraUser
) -> None:
    for transition in world.world.jira.projects["YAY"].transitions:
        transition.validators.clear()

    result = doctor(service)

    assert result.exit_code == 1
    assert "WRONG YAY gate YAY-1 got to Done without notes by 'Done'; it lies in 'Backlog' now" in said(result)
    assert "In the workflow of YAY put SolveOnce's validator" in said(result)
    assert "on the transition 'Done'" in said(result)
    assert f"ok OPS gate OPS-1 was refused: “{REFUSED}" in said(result)
    quiet(world.url)
    assert reporter.status("YAY-1") == "Backlog"
    assert [each.text for each in world.world.slack.messages] == []
    assert effects.log_rows(world) == []


def test_one_of_several_transitions_without_the_validator_is_named(world: Sandbox, service: Service) -> None:
    ways = world.world.jira.projects["OPS"].transitions
    ways.append(type(ways[1])("71", "Close at once", ("10000",), DONE))

    result = doctor(service)

    assert "OPS-1 got to Done without notes by 'Close at once'" in said(result)


def test_a_canary_that_lies_where_no_transition_leads_to_done_is_said_not_to_have_flown(
    world: Sandbox, service: Service
) -> None:
    for transition in world.world.jira.projects["YAY"].transitions:
        if transition.target == DONE:
            transition.sources = ("10001",)

    result = doctor(service)

    assert result.exit_code == 0
    assert "note YAY gate not tried: YAY-1 is in 'Backlog', and no transition leads to Done" in said(result)


def test_without_the_canary_nothing_is_made(world: Sandbox, service: Service) -> None:
    assert doctor(service, "--no-canary").exit_code == 0

    assert canaries(world) == []
    assert effects.writes(world) == []


def rename(world: Sandbox) -> None:
    world.world.jira.fields[NOTES].name = "Fix"


def double(world: Sandbox) -> None:
    world.world.jira.fields["customfield_1"] = type(world.world.jira.fields[NOTES])(
        "customfield_1", "Team Responsible", "select"
    )


def retype(world: Sandbox) -> None:
    world.world.jira.fields["customfield_10049"].kind = "select"


def unlink(world: Sandbox) -> None:
    world.world.jira.link_types["10001"]["outward"] = "klont"


def take_from_screen(world: Sandbox) -> None:
    project = world.world.jira.projects["YAY"]
    project.create_screen = tuple(id for id in project.create_screen if id != NOTES)


def rekey(world: Sandbox) -> None:
    rename_project(world, "YAY", "ENG")


def leave_channel(world: Sandbox) -> None:
    world.world.slack.channels["C0ENGTRI"]["members"].remove("U0SOLVE")


def close_channel(world: Sandbox) -> None:
    world.world.slack.channels["C0OPSEX"] |= {"is_private": True, "members": []}


def forbid(permission: str, project: str | None = "YAY") -> Callable[[Sandbox], None]:
    def limit(world: Sandbox) -> None:
        given = {"project": project, "permission": permission, "groups": ["ops"]}
        post(f"{world.url}/_sandbox/jira/permissions", given)

    return limit


@pytest.mark.parametrize(
    ("harm", "settings", "found", "remedy"),
    [
        pytest.param(rename, {}, "Jira has no field 'Resolution Notes'", "settings FIELD_…", id="a field renamed"),
        pytest.param(double, {}, "Jira has 2 fields 'Team Responsible'", "Rename all but one", id="two of a name"),
        pytest.param(retype, {}, "customfield_10049 is of the kind select, not multiselect", "FIELD_TAGS", id="of another kind"),
        pytest.param(unlink, {}, "no link type that says 'clones'", "set LINK_OUTWARD", id="no link type"),
        pytest.param(take_from_screen, {}, "does not take Resolution Notes", "on the create screen of YAY", id="not on the screen"),
        pytest.param(forbid("EDIT_ISSUES"), {}, "YAY permissions no EDIT_ISSUES", "Grant EDIT_ISSUES", id="a permission"),
        pytest.param(forbid("BROWSE_PROJECTS"), {}, "WRONG YAY board", "whether the app's user may see", id="a project unseen"),
        pytest.param(rekey, {}, "the project is called ENG now", "Set ENGINEERING_PROJECT to ENG", id="a project renamed"),
        pytest.param(reword, {}, "does not offer Engineering, only: Eng, Operations", "rename it back", id="a team renamed"),
        pytest.param(leave_channel, {}, "Slack #ops-exceptions-eng-triage the bot is not in it", "/invite", id="a channel left"),
        pytest.param(close_channel, {}, "Slack #ops-exceptions is not there, or is private", "CHANNEL_INTAKE", id="closed"),
        pytest.param(None, {"OPS_PROJECT": "NOPE"}, "WRONG NOPE board", "whether it is there", id="no such project"),
        pytest.param(None, {"OPS_ISSUE_TYPE": "Bug"}, "no 'Bug' in OPS, only: Ops Exception", "_ISSUE_TYPE", id="issue type"),
        pytest.param(None, {"STATUS_NEEDS_NOTES": "Review"}, "there is no 'Review'", "STATUS_NEEDS_NOTES", id="a status"),
        pytest.param(None, {"STATUS_ENGINEERING_REOPENED": "Done"}, "'Done' is of the category Done", "REOPENED", id="an end"),
        pytest.param(None, {"LOG_SPACE": "NOPE"}, "no Confluence space 'NOPE'", "whether it is there", id="no space"),
        pytest.param(None, {"SLACK_BOT_TOKEN": "xoxb-wrong"}, "invalid_auth", "lets the app in", id="Slack's token"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_found_with_its_remedy(
    world: Sandbox,
    service: Service,
    harm: Callable[[Sandbox], None] | None,
    settings: dict[str, str],
    found: str,
    remedy: str,
) -> None:
    if harm:
        harm(world)

    result = doctor(service, "--no-canary", **settings)

    assert result.exit_code == 1
    assert found in said(result)
    assert remedy in said(result)
    assert result.exception is None or isinstance(result.exception, SystemExit)


def test_what_only_costs_comfort_is_a_note(world: Sandbox, service: Service) -> None:
    """Trap 33: without it Jira finds nobody and does not say why."""
    forbid("USER_PICKER", None)(world)

    result = doctor(service, "--no-canary")

    assert result.exit_code == 0
    assert "note YAY permissions no USER_PICKER: people who ask in Slack are not found in Jira" in said(result)


def test_it_works_while_the_service_does_not_run(world: Sandbox, service: Service) -> None:
    service.close()
    assert not engine.running()

    assert doctor(service).exit_code == 0


def test_a_jira_that_does_not_answer_is_one_finding(world: Sandbox, service: Service) -> None:
    post(f"{world.url}/_sandbox/faults", {"path": "/rest/api/3/", "status": 503})

    result = doctor(service)

    assert result.exit_code == 1
    assert result.stdout.count("WRONG") == 1
    assert "503" in said(result)


def test_a_database_that_was_not_migrated_is_the_first_finding(tmp_path: Path, service: Service) -> None:
    result = doctor(service, DATABASE_URL=f"sqlite:///{tmp_path}/empty.sqlite")

    assert result.exit_code == 1
    assert re.search(r"is at migration none, not at \d+", said(result))
    assert "Run `python -m app migrate`." in said(result)


def test_an_app_that_is_installed_nowhere_is_said_with_what_to_do(bare_service: Service) -> None:
    result = doctor(bare_service)

    assert "the app is installed nowhere" in said(result)
    assert result.exit_code == 1


def test_options_without_the_canary_s_own_value_are_told(world: Sandbox, service: Service) -> None:
    """An admin renamed what the canary says of itself."""
    world.world.jira.fields["customfield_10047"].options = [Option("1", "Anything")]

    result = doctor(service)

    assert result.exit_code == 1
    assert "WRONG OPS gate" in said(result)
