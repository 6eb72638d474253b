"""python -m app doctor: what is wrong with the Slack app and with our address is found, with the remedy."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType
from typing import Any

import pytest
from click.testing import CliRunner, Result
from werkzeug.serving import make_server
from werkzeug.wrappers import Request, Response

from app.cli import cli
from app.cli.doctor_reach import reach
from app.cli.doctor_slack import slack
from app.domain import Check, Verdict
from app.settings import Settings
from sandbox import Sandbox
from sandbox.people import Admin, post
from tests.service import BOT_TOKEN, SIGNING_SECRET, Service, environment, settings_for

CONFIG_TOKEN = "xoxe.xoxp-sandbox"
ADDRESS = "http://127.0.0.1:8080"
Harm = Callable[[Sandbox], None]


def doctor(service: Service, **env: str) -> Result:
    return CliRunner().invoke(cli, ["doctor", "--no-canary"], env=environment(service.settings, 0) | env)


def said(result: Result) -> str:
    return " ".join(result.stdout.split())


def people(world: Sandbox) -> None:
    group = {"id": "S0OPS", "handle": "ops-triage", "users": ["U0TRIAGE"]}
    world.world.slack.usergroups["S0OPS"] = dict(group)


def test_an_app_that_is_right_is_said_to_be_so(world: Sandbox, service: Service) -> None:
    people(world)
    rota = "triage@example.com, engineer@example.com"

    result = doctor(
        service, SLACK_CONFIG_TOKEN=CONFIG_TOKEN, TRIAGE_GROUP="@ops-triage", TRIAGE_ROTA=rota, SLACK_APP_ID="A0SOLVE"
    )

    assert result.exit_code == 0, result.stdout
    for seen in (
        f"ok BASE_URL the service answers at {service.url}",
        f"ok Jira descriptor names {service.url}/connect/jira",
        f"ok Confluence descriptor names {service.url}/connect/confluence",
        "ok Slack's door takes what is signed with our secret",
        "ok rota all 2 have accounts",
        "ok Slack answers, workspace Sandbox (T0SANDBOX), app SolveOnce (A0SOLVE)",
        "ok Slack clock within",
        "ok Slack scopes all 13 that are needed",
        "ok Slack #ops-requests the bot is in it",
        "ok Slack @ops-triage 1 may triage",
        "ok Slack manifest is as `python -m app manifest` prints it",
        # The tests' secret is the one of Slack's own documentation, which is no real one.
        "note Slack signing secret is not 32 hexadecimal digits",
    ):
        assert seen in said(result)
    assert "(under *App Credentials*), not to its client secret" in said(result)
    assert "[secret]" not in result.stdout, "no remedy looks like a secret"
    for secret in (BOT_TOKEN, SIGNING_SECRET, CONFIG_TOKEN):
        assert secret not in result.output


def test_what_is_wrong_at_both_ends_ends_with_status_1(world: Sandbox, service: Service) -> None:
    """The service runs with another secret than this command has, and two of the rota are unknown to Jira."""
    rota = "triage@example.com, gone@example.com"

    result = doctor(service, SLACK_SIGNING_SECRET="0" * 32, TRIAGE_ROTA=rota)

    assert result.exit_code == 1
    assert "/slack/events refuses what is signed with SLACK_SIGNING_SECRET" in said(result)
    assert "Give the service and this command the same SLACK_SIGNING_SECRET" in said(result)
    assert "nobody with the address of number 2 (gone) in TRIAGE_ROTA" in said(result)
    assert "0" * 32 not in result.output


@pytest.fixture
def ours(world: Sandbox, tmp_path: Path) -> Settings:
    """An app that is installed into Slack; nothing is asked of the service here."""
    manifest = Admin(world.url, ADDRESS)
    app = {"signing_secret": SIGNING_SECRET, "bot_token": BOT_TOKEN, "manifest": manifest.slack_manifest()}
    post(f"{world.url}/_sandbox/slack/install", {"request_url": f"{ADDRESS}/slack/events", **app})
    people(world)
    return settings_for(world, tmp_path, 8080)


def ungrant(*scopes: str) -> Harm:
    def harm(world: Sandbox) -> None:
        settings = world.world.settings
        settings.slack_scopes = tuple(each for each in settings.slack_scopes if each not in scopes)

    return harm


def grant_more(world: Sandbox) -> None:
    world.world.settings.slack_scopes += ("files:write",)


def archive(world: Sandbox) -> None:
    world.world.slack.channels["C0OPSRQ"]["is_archived"] = True


def hide(world: Sandbox) -> None:
    world.world.slack.channels["C0OPSRQ"]["is_private"] = True


def leave_all(world: Sandbox) -> None:
    for channel in world.world.slack.channels.values():
        channel["members"] = []


def disable_group(world: Sandbox) -> None:
    world.world.slack.usergroups["S0OPS"]["disabled"] = True


def empty_group(world: Sandbox) -> None:
    world.world.slack.usergroups["S0OPS"]["users"] = []


def token_is(word: str) -> Harm:
    def harm(world: Sandbox) -> None:
        app = world.world.slack.app
        assert app
        app.token_is = word

    return harm


def move_clock(seconds: float) -> Harm:
    def harm(world: Sandbox) -> None:
        post(f"{world.url}/_sandbox/clock", {"advance": seconds})

    return harm


def redo(change: Callable[[Any], None]) -> Harm:
    """An admin changes the app on its pages."""

    def harm(world: Sandbox) -> None:
        app = world.world.slack.app
        assert app
        change(app.manifest)

    return harm


def elsewhere(manifest: Any) -> None:
    manifest["settings"]["event_subscriptions"]["request_url"] = "https://old.example.com/slack/events"
    manifest["features"]["slash_commands"][0]["url"] = "https://old.example.com/slack/events"


def socket(manifest: Any) -> None:
    manifest["settings"]["socket_mode_enabled"] = True


def fewer(manifest: Any) -> None:
    manifest["settings"]["event_subscriptions"]["bot_events"].remove("function_executed")
    manifest["features"]["shortcuts"].pop()
    manifest["oauth_config"]["scopes"]["bot"].remove("im:write")


WRONG, NOTE = Verdict.WRONG, Verdict.NOTE
MANIFEST = {"slack_config_token": CONFIG_TOKEN}
GROUP = {"triage_group": "@ops-triage"}


def case(
    id: str,
    found: str,
    remedy: str,
    harm: Harm | None = None,
    settings: Mapping[str, str] = MappingProxyType({}),
    verdict: Verdict = WRONG,
) -> Any:
    return pytest.param(harm, dict(settings), verdict, found, remedy, id=id)


@pytest.mark.parametrize(
    ("harm", "settings", "verdict", "found", "remedy"),
    [
        case("a scope", "files:read is missing: files are not copied", "install the app again", ungrant("files:read")),
        case("what needs the scope", "(needed by files.info)", "App Manifest", ungrant("files:read")),
        case(
            "a scope of what is not used",
            "usergroups:read is missing",
            "App Manifest",
            ungrant("usergroups:read"),
            {},
            NOTE,
        ),
        case("the same scope, used", "usergroups:read is missing", "App Manifest", ungrant("usergroups:read"), GROUP),
        case(
            "channels unseen",
            "cannot be looked at: Slack conversations.list: missing_scope",
            "App Manifest",
            ungrant("groups:read"),
        ),
        case("the app unnamed", "users:read is missing: people have no names", "App Manifest", ungrant("users:read")),
        case("a scope too many", "more than are needed: files:write", "fewer rights", grant_more, {}, NOTE),
        case("archived", "is archived", "out of the archive, or name another in CHANNEL_REQUESTS", archive),
        case("in no channel", "the bot is not in it", "/invite", leave_all),
        case(
            "another workspace",
            "is not there, or is private",
            "another workspace's",
            leave_all,
            {"channel_intake": "#nope"},
        ),
        case(
            "no name",
            "names no channel",
            "Write CHANNEL_INTAKE like `#ops`",
            None,
            {"channel_intake": "ops-exceptions"},
        ),
        case("triage channel", "is not there", "TRIAGE_CHANNEL", None, {"triage_channel": "#nope"}),
        case("no group", "no such user group, only: @ops-triage", "TRIAGE_GROUP", None, {"triage_group": "@nope"}),
        case("a group disabled", "is disabled, so nobody may triage", "Enable it", disable_group, GROUP),
        case("a group of nobody", "has no members", "Put those who triage into it", empty_group, GROUP),
        case("both", "TRIAGE_CHANNEL is set too", "Empty one", None, GROUP | {"triage_channel": "#ops-requests"}, NOTE),
        case(
            "a preset",
            "'Priority = High' cannot be chosen there",
            "Choose one of: General",
            None,
            {"intake_presets": "#ops: Priority = High"},
        ),
        case(
            "a preset of no channel",
            "there is no such channel",
            "INTAKE_PRESETS",
            None,
            {"intake_presets": "#nope: Priority = Major"},
        ),
        case(
            "a preset of a private channel",
            "does not hear its name",
            "Write C0OPSRQ instead of #ops-requests",
            hide,
            {"intake_presets": "#ops-requests: Priority = Major"},
        ),
        case("an emoji itself", "is no name of an emoji", "SLACK_EMOJI", None, {"slack_emoji": "🎫"}),
        case("no command", "a slash, then", "SLACK_COMMAND like `/ops`", None, {"slack_command": "ops"}),
        case("Slack's command", "a command of Slack's own", "SLACK_COMMAND", None, {"slack_command": "/remind"}),
        case("revoked", "token_revoked: the token was revoked", "Bot User OAuth Token", token_is("token_revoked")),
        case("expired", "token_expired: the token has expired", "Make a new app", token_is("token_expired")),
        case(
            "unknown",
            "invalid_auth: Slack does not know",
            "Bot User OAuth Token",
            None,
            {"slack_bot_token": "xoxb-other"},
        ),
        case("a person's", "is the token of a person", "Bot User OAuth Token", None, {"slack_bot_token": "xoxp-1-2"}),
        case("app-level", "is an app-level token", "Bot User OAuth Token", None, {"slack_bot_token": "xapp-1-2"}),
        case("none", "there is no Slack bot token", "SLACK_BOT_TOKEN", None, {"slack_bot_token": ""}),
        case(
            "another app",
            "app SolveOnce (A0SOLVE), SLACK_APP_ID is A0OTHER",
            "of one app",
            None,
            {"slack_app_id": "A0OTHER"},
        ),
        case(
            "the wrong workspace", "SLACK_TEAM_ID is T0OTHER", "into that workspace", None, {"slack_team_id": "T0OTHER"}
        ),
        case("no secret", "is empty: everything", "App Credentials", None, {"slack_signing_secret": " "}),
        case("a clock that is off", "s behind Slack's", "NTP", move_clock(90), {}, NOTE),
        case("a clock that is far off", "s behind Slack's", "from 300 s on nothing", move_clock(400)),
        case(
            "events elsewhere",
            "events go to https://old.example.com/slack/events, not to http://127",
            "App Manifest",
            redo(elsewhere),
            MANIFEST,
        ),
        case(
            "the command elsewhere", "/ops goes to https://old.example.com", "App Manifest", redo(elsewhere), MANIFEST
        ),
        case("socket mode", "socket mode is on", "App Manifest", redo(socket), MANIFEST),
        case("an event", "the event function_executed is missing", "App Manifest", redo(fewer), MANIFEST),
        case(
            "a shortcut",
            "the shortcut ops_create_from_message (message) is missing",
            "App Manifest",
            redo(fewer),
            MANIFEST,
        ),
        case("a scope of the manifest", "the scope im:write is missing", "App Manifest", redo(fewer), MANIFEST),
        case(
            "config token",
            "does not show the manifest",
            "lives twelve hours",
            None,
            {"slack_config_token": "xoxe.xoxp-old"},
        ),
        case(
            "no config token", "(not_allowed_token_type)", "api.slack.com/apps", None, {"slack_config_token": BOT_TOKEN}
        ),
    ],
)
def test_what_is_wrong_in_slack_is_found_with_its_remedy(
    world: Sandbox,
    ours: Settings,
    harm: Harm | None,
    settings: dict[str, str],
    verdict: Verdict,
    found: str,
    remedy: str,
) -> None:
    if harm:
        harm(world)

    checks = list(slack(replace(ours, **settings)))  # type: ignore[arg-type]

    named = [each for each in checks if found in each.finding]
    assert named, checks
    assert named[0].verdict is verdict
    assert remedy in named[0].remedy
    if verdict is NOTE:
        assert not any(each.verdict is WRONG for each in checks)


def test_an_address_that_is_not_slacks_api_is_named(world: Sandbox, ours: Settings) -> None:
    [found] = [each for each in slack(replace(ours, slack_api_url=f"{world.url}/")) if each.verdict is WRONG]

    assert f"{world.url}/ is not Slack's Web API" in found.finding
    assert "https://slack.com/api/" in found.remedy


def test_a_slack_that_is_not_reached_is_named(ours: Settings) -> None:
    [found] = [each for each in slack(replace(ours, slack_api_url="http://127.0.0.1:9/api/")) if each.verdict is WRONG]

    assert "no answer" in found.finding
    assert "SLACK_API_URL" in found.remedy


# At BASE_URL

#: A Slack that lives on this machine, as the service may then too.
STAND_IN = Settings(
    slack_api_url="http://127.0.0.1:9/api/", slack_bot_token=BOT_TOKEN, slack_signing_secret=SIGNING_SECRET
)


@pytest.fixture
def elsewhere_url() -> Iterator[tuple[str, list[Response]]]:
    """Somebody else's server; it gives the answers that a test puts there, the last for good."""
    answers: list[Response] = []

    @Request.application
    def answer(request: Request) -> Response:
        return answers.pop(0) if len(answers) > 1 else answers[0]

    server = make_server("127.0.0.1", 0, answer)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}", answers
    server.shutdown()
    server.server_close()


def a_page(status: int = 200, **headers: str) -> Response:
    return Response("<h1>Welcome</h1>", status, mimetype="text/html", headers=headers)


def alive() -> Response:
    return Response('{"alive": true}', mimetype="application/json")


@pytest.mark.parametrize(
    ("answers", "verdict", "found", "remedy"),
    [
        pytest.param([a_page()], WRONG, "is answered by something else (200, a page)", "Set BASE_URL", id="a page"),
        pytest.param(
            [a_page(404)], WRONG, "is answered by something else (404, a page)", "Set BASE_URL", id="not there"
        ),
        pytest.param([a_page(502)], NOTE, "a proxy answers 502", "Start it", id="a proxy without its service"),
        pytest.param(
            [a_page(301, Location="https://new.example.com/")],
            WRONG,
            "sends on to https://new.example.com/",
            "answers itself",
            id="sent on",
        ),
        pytest.param(
            [alive(), a_page()], WRONG, "is no descriptor (200, a page)", "Let the proxy pass", id="some paths only"
        ),
        pytest.param(
            [alive(), Response('{"baseUrl": "https://x.example.com"}')],
            WRONG,
            "names https://x.example.com, not",
            "the same BASE_URL",
            id="another BASE_URL",
        ),
        pytest.param(
            [alive(), alive(), alive(), a_page()],
            WRONG,
            "did not send the challenge back (200, a page)",
            "POST /slack/events",
            id="no challenge",
        ),
        pytest.param(
            [alive(), alive(), alive(), Response('{"error": "…"}', 503)],
            WRONG,
            "Slack is not set up",
            "SLACK_BOT_TOKEN",
            id="no token there",
        ),
    ],
)
def test_what_answers_at_our_address_is_told_apart(
    elsewhere_url: tuple[str, list[Response]], answers: list[Response], verdict: Verdict, found: str, remedy: str
) -> None:
    url, given = elsewhere_url
    given += answers

    checks = list(reach(replace(STAND_IN, base_url=url)))

    named = [each for each in checks if found in each.finding]
    assert named, checks
    assert named[0].verdict is verdict
    assert remedy in named[0].remedy


@pytest.mark.parametrize(
    ("settings", "verdict", "found"),
    [
        pytest.param({"base_url": "solveonce.example.com"}, WRONG, "is no address", id="no scheme"),
        pytest.param(
            {"base_url": "https://a.example.com/?x=1"}, WRONG, "more than scheme, host and path", id="a query"
        ),
        pytest.param({"slack_api_url": "https://slack.com/api/"}, WRONG, "which Slack cannot reach", id="this machine"),
        pytest.param(
            {"slack_api_url": "https://slack.com/api/", "base_url": "http://a.example.com"},
            WRONG,
            "is not https",
            id="http",
        ),
        pytest.param({"base_url": "http://127.0.0.1:9"}, NOTE, "the service does not run", id="nothing there"),
    ],
)
def test_an_address_that_cannot_be_right_is_named(settings: dict[str, str], verdict: Verdict, found: str) -> None:
    checks: list[Check] = list(reach(replace(STAND_IN, **settings)))  # type: ignore[arg-type]

    assert [each.verdict for each in checks] == [verdict]
    assert found in checks[0].finding
    assert checks[0].remedy
