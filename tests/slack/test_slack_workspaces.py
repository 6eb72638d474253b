"""From which workspace a payload comes, whether we listen to it, and who in it is a stranger."""

from __future__ import annotations

import shutil
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from sqlalchemy import select

from app import context, workspaces
from app.auth.slack import is_stranger
from app.auth.vault import Vault, new_key
from app.clients import slack_scopes
from app.db import Database
from app.errors import Unavailable
from app.models import Request, utcnow
from app.models_slack import SlackInstallState
from app.sites import store as sites
from sandbox import Sandbox
from sandbox.world import SlackApp
from tests.callers import Doors
from tests.service import BOT_TOKEN
from tests.slack.test_slack_door import submission

OAUTH = {"slack_client_id": "1.2", "slack_client_secret": "client-secret"}


def opened(world: Sandbox, folder: Path, empty: Path, **changes: Any) -> Doors:
    shutil.copy(empty, folder / "solveonce.sqlite")
    return Doors(world, folder, **changes)


def put(doors: Doors, id: str, **other: Any) -> None:
    about = workspaces.Installed(id, other.pop("enterprise_id", ""), f"Workspace {id}", "UBOT", "A1", "chat:write")
    with doors.db.writing() as session:
        workspaces.save(session, context.current().vault, about, f"xoxb-{id}", [])


def asked_in(doors: Doors) -> list[str]:
    with doors.db.reading() as session:
        return [str(row.asked["workspace"]) for row in session.scalars(select(Request).order_by(Request.id))]


def form(view_id: str, team: str | None, **other: Any) -> dict[str, Any]:
    """A form that somebody sent in *team*; None as in an organisation's installation."""
    sent = submission({"id": view_id, **other.pop("view", {})})
    sent["team"] = {"id": team} if team else None
    sent["user"]["team_id"] = other.pop("user_team", team)
    return sent | other


def test_an_installation_is_begun_with_our_scopes_a_cookie_and_a_state_that_is_good_for_a_while(
    world: Sandbox, tmp_path: Path, empty_database: Path
) -> None:
    base = "https://ops.example.org"
    doors = opened(world, tmp_path, empty_database, **OAUTH, slack_workspaces="T1", base_url=base)
    begun = doors.client.get("/slack/install")
    asked = {name: values[0] for name, values in parse_qs(urlsplit(begun.headers["Location"]).query).items()}

    assert begun.headers["Location"].startswith(f"{world.url}/slack/oauth/v2/authorize?")
    assert asked["redirect_uri"] == f"{base}/slack/oauth_redirect"
    assert asked["scope"].split(",") == slack_scopes.scopes()
    cookie = begun.headers["Set-Cookie"]
    assert {"Secure", "HttpOnly", "SameSite=Lax", "Max-Age=600"} <= set(cookie.split("; "))

    # Another process knows it too; what is too old is good no more.
    with doors.db.writing() as session:
        kept = session.get_one(SlackInstallState, asked["state"])
        kept.expires_at = utcnow() - timedelta(seconds=1)
    back = {"Cookie": cookie.partition(";")[0]}
    late = doors.client.get(f"/slack/oauth_redirect?code=c&state={asked['state']}", headers=back)
    assert (late.status_code, "begun too long ago" in late.text) == (401, True)
    assert [call["path"] for call in world.world.calls if "oauth.v2.access" in call["path"]] == []
    assert "deleted" in late.headers["Set-Cookie"]
    assert late.headers["Referrer-Policy"] == "no-referrer"


def test_with_a_token_alone_every_workspace_is_heard_unless_the_settings_name_some(
    world: Sandbox, tmp_path: Path, empty_database: Path
) -> None:
    doors = opened(world, tmp_path, empty_database, slack_workspaces="T1,E2")

    strange = doors.interact(form("V1", "T9"))
    for view_id, more in (("V2", {}), ("V3", {"enterprise": {"id": "E2"}})):
        doors.interact(form(view_id, "T1" if not more else "T7", **more))

    assert (strange.status_code, strange.data) == (200, b"")
    assert "reason='workspace is not installed'" in doors.log
    assert asked_in(doors) == ["", ""]
    assert doors.client.get("/slack/install").status_code == 404


def test_by_oauth_what_comes_from_a_workspace_without_the_app_is_taken_and_dropped(
    world: Sandbox, tmp_path: Path, empty_database: Path
) -> None:
    doors = opened(world, tmp_path, empty_database, **OAUTH, slack_bot_token="", slack_workspaces="T1,E5,T6")
    put(doors, "T1")
    put(doors, "E5", enterprise_id="E5")
    put(doors, "T6")
    with doors.db.writing() as session:
        workspaces.drop(session, "T6")

    answers = [doors.interact(form(f"V{n}", team)) for n, team in enumerate(("T1", "T9", "T6"))]
    # A whole organisation: no team, and the workspace is the person's.
    doors.interact(form("V5", None, user_team="T51", enterprise={"id": "E5"}, is_enterprise_install=True))
    hello = doors.slack_event({"type": "url_verification", "challenge": "c"})

    assert [answer.status_code for answer in answers] == [200, 200, 200]
    assert asked_in(doors) == ["T1", "E5/T51"]
    assert doors.log.count("workspace is not installed") == 2
    assert hello.json == {"challenge": "c"} or b"c" in hello.data


def test_an_organisations_event_names_its_workspace_in_the_envelope(
    world: Sandbox, tmp_path: Path, empty_database: Path
) -> None:
    doors = opened(world, tmp_path, empty_database, **OAUTH, slack_bot_token="", slack_workspaces="E5")
    put(doors, "E5", enterprise_id="E5")
    bot = {"enterprise_id": "E5", "team_id": None, "user_id": "UBOT", "is_bot": True, "is_enterprise_install": True}
    said = {"type": "message", "channel_type": "im", "channel": "D1", "user": "W1", "text": "It is broken", "ts": "1.2"}
    event = {"type": "event_callback", "team_id": "T51", "enterprise_id": "E5", "event_id": "Ev1", "event": said}
    doors.slack_event(event | {"authorizations": [bot], "is_ext_shared_channel": False})

    assert asked_in(doors) == ["E5/T51"]


def test_the_token_of_the_settings_and_installed_workspaces_stand_beside_each_other(
    world: Sandbox, tmp_path: Path, empty_database: Path
) -> None:
    """Slack is asked once which workspace the token belongs to; while it does not say, nothing is lost."""
    doors = opened(world, tmp_path, empty_database, **OAUTH, slack_bot_token=BOT_TOKEN, slack_workspaces="T1")
    put(doors, "T1")
    assert doors.interact(form("V0", "T0SANDBOX")).status_code == 503
    world.world.slack.app = SlackApp("http://127.0.0.1:9/slack/events", "s", BOT_TOKEN)

    for view_id, team in (("V1", "T1"), ("V2", "T0SANDBOX"), ("V3", "T9"), ("V4", "T0SANDBOX")):
        assert doors.interact(form(view_id, team)).status_code == 200

    assert asked_in(doors) == ["T1", "", ""]
    assert len([call for call in world.world.calls if "auth.test" in call["path"] and call["status"] == 200]) <= 2


def test_what_belongs_to_no_thread_is_told_in_a_workspace_of_its_site_and_in_no_other(
    world: Sandbox, tmp_path: Path, empty_database: Path
) -> None:
    doors = opened(world, tmp_path, empty_database, **OAUTH, slack_bot_token=BOT_TOKEN, slack_workspaces="T1,E5")
    put(doors, "T1")
    put(doors, "E5", enterprise_id="E5")
    vault = context.current().vault
    with doors.db.writing() as session:
        one, two = (sites.install(session, vault, "jira", "a", k, "s", f"https://{k}.net") for k in ("one", "two"))
        # The workspace of the settings' token belongs to the site that was first.
        assert context.home_of(session, one) == ""
        with pytest.raises(Unavailable, match="No Slack workspace belongs to this site"):
            context.home_of(session, two)
        workspaces.pair(session, "E5", two)
        workspaces.belongs(session, "E5/T51", two)
        session.flush()
        assert context.home_of(session, two) == "E5/T51"
        assert (context.site_of(session, "E5/T77"), context.site_of(session, "T1")) == (two, None)


def test_a_form_of_a_stranger_keeps_what_was_typed_and_says_who_may(
    world: Sandbox, tmp_path: Path, empty_database: Path
) -> None:
    """It was opened in a shared channel: the app is installed on one side, the person belongs to the other."""
    doors = opened(world, tmp_path, empty_database)
    sent = form("V1", "T-other", view={"app_installed_team_id": "T1"})

    assert "Only people of the organisation" in str(doors.interact(sent).json)
    assert asked_in(doors) == []


def test_strangers_may_where_the_settings_say_so(world: Sandbox, tmp_path: Path, empty_database: Path) -> None:
    doors = opened(world, tmp_path, empty_database, slack_strangers=True)
    doors.interact(form("V1", "T-other", view={"app_installed_team_id": "T1"}))

    assert asked_in(doors) == [""]


@pytest.mark.parametrize(
    ("body", "stranger"),
    [
        ({"user": {"team_id": "T1"}}, False),
        ({"user": {"team_id": "T2"}}, True),
        ({"user": {"team_id": "E1"}}, False),
        ({"user": {"id": "U1"}}, False),
        ({"user_id": "U1", "command": "/ops"}, False),
        (
            {"type": "block_actions", "user": {"team_id": "T2"}, "message": {"team": "T1", "bot_id": "B1"}},
            True,
        ),
        # Enterprise Grid: a workspace of the same organisation, and one of another on the other side of a channel.
        ({"team": {"id": "T1", "enterprise_id": "E7"}, "enterprise": {"id": "E7"}, "user": {"team_id": "T3"}}, False),
        ({"team": {"id": "T2", "enterprise_id": "E2"}, "enterprise": {"id": "E2"}, "user": {"team_id": "T2"}}, True),
        ({"event": {"type": "message", "user_team": "T2"}, "is_ext_shared_channel": True}, True),
        ({"event": {"type": "message", "source_team": "T2"}}, True),
        ({"event": {"type": "message", "user_team": "T3"}, "is_ext_shared_channel": False}, False),
        ({"event": {"type": "message", "team": "T1"}, "is_ext_shared_channel": True}, False),
        ({"event": {"type": "reaction_added", "user": "U1"}, "is_ext_shared_channel": True}, False),
        ({"event": None, "user": "U1"}, False),
    ],
)
def test_who_belongs_elsewhere_is_a_stranger(body: dict[str, Any], stranger: bool) -> None:
    assert is_stranger(body, "T1", "E1") is stranger


def test_a_press_from_the_other_side_of_a_shared_channel_is_known_by_our_own_message() -> None:
    """Slack names the person's workspace as the press's own."""
    body = {"type": "block_actions", "user": {"team_id": "T2"}, "message": {"team": "T1", "bot_id": "B1"}}
    assert is_stranger(body, "T2", "") is True


def test_tokens_are_locked_moved_to_the_newest_key_and_gone_when_the_app_is_removed(
    tmp_path: Path, empty_database: Path
) -> None:
    shutil.copy(empty_database, tmp_path / "solveonce.sqlite")
    db, old, new = Database(f"sqlite:///{tmp_path}/solveonce.sqlite"), new_key(), new_key()
    about = workspaces.Installed("T1", "", "One", "UBOT", "A1", "chat:write")
    with db.writing() as session:
        workspaces.save(session, Vault(old), about, "xoxb-1", [])
        assert workspaces.relock_all(session, Vault(f"{new},{old}")) == 1
        assert workspaces.token(session, Vault(new), "T1") == "xoxb-1"
        assert workspaces.team_of(session, "T1", "") == "T1"
        workspaces.drop(session, "T1")
    with db.reading() as session:
        assert workspaces.token(session, Vault(new), "T1") is None
        assert workspaces.team_of(session, "T1", "") is None


def test_a_workspace_stays_with_the_site_that_it_had_first_whoever_installs_jira_later(
    tmp_path: Path, empty_database: Path
) -> None:
    shutil.copy(empty_database, tmp_path / "solveonce.sqlite")
    db, vault = Database(f"sqlite:///{tmp_path}/solveonce.sqlite"), Vault(new_key())
    with db.writing() as session:
        ids = [sites.install(session, vault, "jira", "a", key, "s", f"https://{key}.net") for key in ("one", "two")]
        for id in ("T1", "T2"):
            about = workspaces.Installed(id, "", id, "UBOT", "A1", "chat:write")
            workspaces.save(session, vault, about, "xoxb", ids[:1] if id == "T1" else ids)
        assert workspaces.site_of(session, "T1", ids) == ids[0]
        assert workspaces.site_of(session, "T2", ids) is None
        assert workspaces.site_of(session, "T2", ids[1:]) == ids[1]
        assert workspaces.pair(session, "T2", ids[1])
        assert not workspaces.pair(session, "T9", ids[1])
        session.flush()
        assert [workspaces.first_of(session, id) for id in ids] == ["T1", "T2"]
