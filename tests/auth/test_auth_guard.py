"""Nobody comes in who cannot show where they come from, and the log says why; tried at every door."""

from __future__ import annotations

import shutil
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jwt
import pytest
from werkzeug.serving import make_server

from app import context
from app.auth.vault import new_key
from app.sites import store
from sandbox import Sandbox
from sandbox.jwt_qsh import public_key, signed_by_host
from tests.callers import ACME, Doors, Tenant
from tests.service import free_port

EVENT = "/webhooks/issue-updated"
OTHER = Tenant("the-client-key-of-others", "the-secret-that-others-and-we-share", base_url="http://127.0.0.1:8091")
WIKI = Tenant("the-client-key-of-the-wiki", "the-secret-of-the-wiki-and-us-alone", "confluence")
#: What may be called without a signature, and why.
OPEN = {
    "/healthz",
    "/readyz",
    "/status",
    "/static/<path:filename>",
    "/connect/jira/atlassian-connect.json",
    "/connect/confluence/atlassian-connect.json",
    # Answered and not acted on: it may come late and unsigned.
    "/connect/jira/lifecycle/disabled",
    "/connect/confluence/lifecycle/disabled",
}


@pytest.fixture
def installed(doors: Doors) -> Doors:
    for tenant in (ACME, OTHER, WIKI):
        assert doors.install(tenant).status_code == 204
    return doors


def guarded(doors: Doors) -> Iterator[tuple[str, str]]:
    """Each door that is not open: method and path."""
    for rule in doors.app.url_map.iter_rules():
        if rule.rule not in OPEN:
            path = rule.rule.replace("<module>", "clone-and-link").replace("<action>", "create")
            yield from ((method, path) for method in sorted(rule.methods or ()) if method in ("GET", "POST"))


def test_every_door_but_the_open_ones_asks_for_a_signature(installed: Doors) -> None:
    """A route that somebody adds is either guarded or named above."""
    found = list(guarded(installed))

    answers = {path: installed.client.open(path, method=method).status_code for method, path in found}

    assert len(found) >= 10
    assert set(answers.values()) == {401}, answers
    assert installed.log.count("call refused") == len(found)


def test_a_signed_call_comes_in(installed: Doors) -> None:
    assert installed.call(ACME, EVENT, {}).status_code == 400  # come in, and not understood


def refused(doors: Doors, token: str | None, target: str = EVENT, product: str = "jira", **sent: Any) -> str:
    """The reason in the log for the 401 that this call gets."""
    before = len(doors.log)
    answer = doors.send(product, target, token, **{"json": {}, **sent})
    assert answer.status_code == 401
    assert answer.json == {"error": "This call is not signed as it must be."}, "a stranger learns nothing"
    (line,) = [line for line in doors.log[before:].splitlines() if "call refused" in line]
    assert f"path='/connect/{product}{target.partition('?')[0]}'" in line
    return line.partition("reason='")[2].partition("'")[0]


def test_the_log_says_why_a_call_was_refused(installed: Doors) -> None:
    now = int(time.time())
    good = installed.token(ACME, "POST", EVENT)
    assert refused(installed, None) == "no token"
    assert refused(installed, "") == "no token"
    assert refused(installed, "nonsense") == "no token"
    assert refused(installed, installed.token(Tenant("nobody"), "POST", EVENT)) == "unknown issuer"
    assert refused(installed, installed.token(ACME, "POST", EVENT, secret=OTHER.secret)) == "wrong signature"
    assert refused(installed, good + "x") in ("wrong signature", "unreadable token (DecodeError)")
    assert refused(installed, installed.token(ACME, "POST", EVENT, iat=now - 900, exp=now - 600)) == "stale"
    assert refused(installed, installed.token(ACME, "POST", EVENT, iat=now + 600)) == "from the future"
    assert refused(installed, installed.token(ACME, "POST", EVENT, aud=["https://x.example"])) == "foreign audience"
    assert refused(installed, installed.token(ACME, "POST", EVENT, qsh="context-qsh")) == "hash of another request"
    assert refused(installed, installed.token(ACME, "GET", EVENT)) == "hash of another request"


def test_a_token_of_one_site_does_not_pass_for_another(installed: Doors) -> None:
    """Whoever installs us knows a secret of ours; it is good for that site alone."""
    as_acme = installed.token(OTHER, "POST", EVENT, iss=ACME.client_key)

    assert refused(installed, as_acme) == "wrong signature"


def test_a_confluence_token_does_not_open_the_doors_of_jira(installed: Doors) -> None:
    lifecycle = "/lifecycle/enabled"

    assert refused(installed, installed.token(WIKI, "POST", EVENT)) == "unknown issuer"
    assert refused(installed, installed.token(WIKI, "POST", lifecycle), lifecycle) == "unknown issuer"
    assert refused(installed, installed.token(ACME, "POST", lifecycle), lifecycle, "confluence") == "unknown issuer"


def test_both_products_under_one_client_key_are_still_told_apart(doors: Doors) -> None:
    wiki = Tenant(ACME.client_key, WIKI.secret, "confluence")
    doors.install(ACME)
    doors.install(wiki)

    assert refused(doors, doors.token(wiki, "POST", EVENT)) == "wrong signature"
    assert doors.call(wiki, "/lifecycle/enabled", {}).status_code == 204


def test_a_token_replayed_to_another_address_is_refused(installed: Doors) -> None:
    token = installed.token(ACME, "POST", EVENT)

    for target in ("/webhooks/issue-created", "/post-functions/clone-and-link", EVENT + "?user_id=x"):
        assert refused(installed, token, target) == "hash of another request"


def test_an_address_that_only_looks_like_a_door_is_none(installed: Doors) -> None:
    header = {"Authorization": "JWT " + installed.token(ACME, "POST", EVENT)}
    paths = {
        "/connect/jira/webhooks/%69ssue-updated": 401,
        "/connect/jira/webhooks/issue%2Dupdated": 401,
        "/connect/%6Aira/webhooks/issue-updated": 401,
        "/connect/jira//webhooks/issue-updated": 308,
        "/connect/jira/webhooks/issue-updated/": 404,
        "/connect/jira/webhooks/x/../issue-updated": 404,
        "/connect/jira/webhooks/./issue-updated": 404,
        "/connect/jira/webhooks/issue-updated;x": 404,
        "/connect/JIRA/webhooks/issue-updated": 404,
    }

    answers = {path: installed.client.post(path, headers=header, json={}).status_code for path in paths}

    assert answers == paths


def test_an_address_is_hashed_as_it_was_sent(installed: Doors) -> None:
    """A host that encodes differently hashes what it sends; decoded and encoded again it would be another."""
    target = "/webhooks/%69ssue-updated"

    assert installed.call(ACME, target, {}).status_code == 400


def test_the_token_may_stand_in_the_query(installed: Doors) -> None:
    """As for pages in an iframe, where nobody can send a header."""
    token = installed.token(ACME, "POST", EVENT + "?xdm_e=x&jwt=ignored")

    answer = installed.send("jira", f"{EVENT}?xdm_e=x&jwt={token}", None, json={})

    assert answer.status_code == 400


def test_two_tokens_are_one_too_many(installed: Doors) -> None:
    """A proxy and we might look at different ones."""
    token = installed.token(ACME, "POST", EVENT)
    assert refused(installed, token, f"{EVENT}?jwt={token}") == "several tokens"
    assert refused(installed, None, f"{EVENT}?jwt={token}&jwt={token}") == "several tokens"
    assert refused(installed, None, f"{EVENT}?jwt=&jwt={token}") == "several tokens"
    assert refused(installed, f"{token},JWT {token}").startswith(("no token", "unreadable", "wrong"))


def test_a_token_under_another_name_is_none(installed: Doors) -> None:
    token = installed.token(ACME, "POST", EVENT)

    for name in ("Bearer ", "jwt ", "JWT", "Basic ", " ", ""):
        assert refused(installed, None, headers={"Authorization": name + token}) == "no token"


def test_a_token_in_the_body_is_none(installed: Doors) -> None:
    token = installed.token(ACME, "POST", EVENT)

    assert refused(installed, None, json={"jwt": token}) == "no token"
    assert refused(installed, None, json=None, data={"jwt": token}) == "no token"


def test_an_unsigned_token_is_refused(installed: Doors) -> None:
    claims = installed.claims("POST", EVENT, "jira", ACME.client_key)

    assert refused(installed, jwt.encode(claims, None, algorithm="none")) == "wrong algorithm"


def test_an_issuer_that_the_database_cannot_read_is_a_no(installed: Doors) -> None:
    """Anybody can send it, so it must be neither an exception nor a line of its own in the log."""
    for issuer in ("a\x00b", "x" * 10_000, "\r\nevent='installed'"):
        assert refused(installed, jwt.encode({"iss": issuer}, "x" * 32)) == "no issuer"


def test_a_page_of_ours_inside_jira_cannot_play_the_host(installed: Doors) -> None:
    """A context token is in the browser of everybody who opens such a page."""
    for target in (EVENT, "/post-functions/clone-and-link", "/lifecycle/enabled"):
        token = installed.token(ACME, "POST", target, qsh="context-qsh")
        assert refused(installed, token, target) == "hash of another request"


def test_the_former_secret_is_refused_after_a_re_installation(installed: Doors) -> None:
    installed.install(Tenant(ACME.client_key, "a-new-secret-that-acme-and-we-share"))

    assert refused(installed, installed.token(ACME, "POST", EVENT)) == "wrong signature"


def test_a_site_that_went_away_is_a_stranger(installed: Doors) -> None:
    installed.uninstall(ACME)

    assert refused(installed, installed.token(ACME, "POST", EVENT)) == "unknown issuer"


# Who installs


INSTALLED = "/lifecycle/installed"


def test_an_installation_needs_atlassians_signature(doors: Doors) -> None:
    body = ACME.said_at_installation
    by_site = doors.token(ACME, "POST", INSTALLED, aud=[doors.app_url("jira")])

    assert refused(doors, None, INSTALLED, json=body) == "no token"
    assert refused(doors, by_site, INSTALLED, json=body) == "wrong algorithm"
    assert not doors.installations()


def test_an_installed_site_cannot_install_itself_again_with_its_secret(installed: Doors) -> None:
    token = installed.token(ACME, "POST", INSTALLED, aud=[installed.app_url("jira")])

    assert refused(installed, token, INSTALLED, json=ACME.said_at_installation) == "wrong algorithm"


def test_a_key_id_cannot_lead_the_look_up_of_keys_elsewhere(world: Sandbox, doors: Doors) -> None:
    """It becomes part of an address that we call."""
    before = len(world.world.calls)

    for key_id in ("../reset", "a/../../calls", "//evil.example.com", "https://evil.example", "a\n", "@x", "a?b"):
        assert refused(doors, doors.forged_install_token(ACME, key_id), INSTALLED) == "unsafe key id"

    assert len(world.world.calls) == before


def test_a_key_that_atlassian_does_not_know_opens_nothing(doors: Doors) -> None:
    token = doors.forged_install_token(ACME, "a-key-of-my-own")

    assert refused(doors, token, INSTALLED, json=ACME.said_at_installation) == "unknown key id"


def test_atlassians_key_id_on_another_key_opens_nothing(doors: Doors) -> None:
    key_id = jwt.get_unverified_header(doors.install_token(ACME))["kid"]
    token = doors.forged_install_token(ACME, key_id)

    assert refused(doors, token, INSTALLED, json=ACME.said_at_installation) == "wrong signature"


class KeyServer:
    """Answers every question for a key in the same way."""

    def __init__(self, status: str, text: str = "", location: str = "") -> None:
        self.asked: list[str] = []
        self._answer = status, [("Location", location)] if location else [], text.encode()
        self._server = make_server("127.0.0.1", 0, self._serve, threaded=True)
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()

    def _serve(self, environ: dict[str, Any], start: Any) -> list[bytes]:
        self.asked.append(environ["PATH_INFO"])
        status, headers, text = self._answer
        start(status, headers)
        return [text]

    def __enter__(self) -> KeyServer:
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()


def hosts_key() -> str:
    return public_key(jwt.get_unverified_header(signed_by_host({}))["kid"]) or ""


def with_key_servers(world: Sandbox, tmp_path: Path, *addresses: str) -> Doors:
    return Doors(world, tmp_path, connect_keys_urls=" , ".join(addresses))


def migrated(tmp_path: Path, empty_database: Path) -> Path:
    shutil.copy(empty_database, tmp_path / "solveonce.sqlite")
    return tmp_path


def test_a_redirect_of_a_key_server_is_not_followed(world: Sandbox, tmp_path: Path, empty_database: Path) -> None:
    """Where it leads, anybody's key could lie."""
    with KeyServer("200 OK", "-----BEGIN PUBLIC KEY-----") as far, KeyServer("302 Found", location=far.url) as near:
        doors = with_key_servers(world, migrated(tmp_path, empty_database), near.url)

        assert refused(doors, doors.install_token(ACME), INSTALLED) == "unknown key id"
        assert (len(near.asked), far.asked) == (1, [])


def test_the_second_key_server_is_asked_when_the_first_has_no_key(
    world: Sandbox, tmp_path: Path, empty_database: Path
) -> None:
    with KeyServer("500 Oops") as broken, KeyServer("200 OK", "<html>Sign in</html>") as strange:
        doors = with_key_servers(
            world, migrated(tmp_path, empty_database), broken.url, strange.url + "/", f"{world.url}/_sandbox/keys"
        )

        assert doors.install().status_code == 204
        assert broken.asked == strange.asked


def test_a_key_is_fetched_once(world: Sandbox, tmp_path: Path, empty_database: Path) -> None:
    with KeyServer("200 OK", hosts_key()) as server:
        doors = with_key_servers(world, migrated(tmp_path, empty_database), server.url)

        assert [doors.install().status_code for _ in range(3)] == [204] * 3
        assert len(server.asked) == 1


def test_an_installation_is_asked_for_again_while_no_key_server_answers(
    world: Sandbox, tmp_path: Path, empty_database: Path
) -> None:
    """That is nobody's forgery, so it is not a no."""
    doors = with_key_servers(world, migrated(tmp_path, empty_database), f"http://127.0.0.1:{free_port()}")

    assert doors.install().status_code == 503
    assert "Atlassian's key servers do not answer." in doors.log


# What stands before us


@pytest.mark.parametrize("prefix", ["", "/solveonce"])
def test_a_proxy_may_cut_off_the_path_of_the_base_url(
    world: Sandbox, tmp_path: Path, empty_database: Path, prefix: str
) -> None:
    """Jira hashes what stands behind the base URL, which is `…/solveonce/connect/jira`; we get `/connect/jira/…`."""
    doors = Doors(world, migrated(tmp_path, empty_database), base_url=f"https://ops.example.com{prefix}")

    assert doors.install().status_code == 204
    assert doors.call(ACME, "/lifecycle/enabled", {}).status_code == 204
    assert refused(doors, doors.token(ACME, "POST", "/connect/jira" + EVENT)) == "hash of another request"


def test_a_proxy_may_leave_the_path_of_the_base_url(world: Sandbox, tmp_path: Path, empty_database: Path) -> None:
    """gunicorn takes it off by `SCRIPT_NAME`; the raw address still has it."""
    doors = Doors(world, migrated(tmp_path, empty_database), base_url="https://ops.example.com/solveonce")
    header = {"Authorization": f"JWT {doors.install_token(ACME)}"}

    answer = doors.client.post(
        "/connect/jira/lifecycle/installed",
        headers=header,
        json=ACME.said_at_installation,
        environ_overrides={"RAW_URI": "/solveonce/connect/jira/lifecycle/installed"},
    )

    assert answer.status_code == 204


def test_a_proxy_may_send_the_whole_address(installed: Doors) -> None:
    header = {"Authorization": "JWT " + installed.token(ACME, "POST", "/lifecycle/enabled")}
    path = "/connect/jira/lifecycle/enabled"

    for raw, status in ((f"http://ops.example.com{path}", 204), (f"http://ops.example.com/x{path}", 401)):
        answer = installed.client.post(path, headers=header, environ_overrides={"RAW_URI": raw})
        assert answer.status_code == status


def test_headers_that_name_another_address_are_not_listened_to(installed: Doors) -> None:
    other = f"/connect/jira{EVENT}"
    names = ("X-Original-URL", "X-Rewrite-URL", "X-Forwarded-Path", "X-Forwarded-Prefix", "Raw-Uri", "Request-Uri")
    token = installed.token(ACME, "POST", EVENT)

    for name in names:
        assert refused(installed, token, "/lifecycle/enabled", headers={name: other}) == "hash of another request"


def test_the_wrong_method_finds_no_door(installed: Doors) -> None:
    for method in ("GET", "PUT", "DELETE", "PATCH"):
        assert installed.call(ACME, EVENT, method=method).status_code == 405
    override = {"X-HTTP-Method-Override": "POST"}
    assert installed.call(ACME, EVENT, method="GET", headers=override).status_code == 405


# What we write down and give away


def test_nobody_forges_a_line_in_the_log(installed: Doors) -> None:
    path = "/connect/jira/post-functions/x%0Atimestamp='2026' event='installed'%0D%1b[2J%E2%80%A8event='a'"

    assert installed.client.post(path).status_code == 401

    assert len(installed.log.splitlines()) == len(installed.log.split("\n")) - 1
    assert not [line for line in installed.log.splitlines() if not line.startswith("timestamp='20")]
    assert "\x1b" not in installed.log


def test_the_log_holds_neither_tokens_nor_secrets_nor_addresses(installed: Doors) -> None:
    token = installed.token(ACME, "POST", EVENT)
    installed.send("jira", EVENT + "?jwt=" + token, None, json={})
    installed.send("jira", "/lifecycle/enabled", token, json={})
    installed.client.post("/connect/jira/post-functions/jwt=" + token + "/riley@example.com")
    installed.client.post("/connect/jira/post-functions/JWT%20" + token)
    installed.install()

    assert "call refused" in installed.log
    for hidden in (token, token.rpartition(".")[2], "eyJ", ACME.secret, WIKI.secret, "riley@example.com"):
        assert hidden not in installed.log


def test_a_secret_that_cannot_be_read_any_more_is_said_with_the_way_out(
    world: Sandbox, tmp_path: Path, installed: Doors
) -> None:
    """SECRET_KEYS was changed without keeping the former one: that is ours to mend, so Jira sends its call again."""
    doors = Doors(world, tmp_path, secret_keys=new_key())

    assert doors.call(ACME, EVENT, {}).status_code == 503
    assert "Set SECRET_KEYS to the keys it was stored with, newest first" in doors.log
    assert "Traceback" not in doors.log


def test_an_error_page_tells_nothing(installed: Doors) -> None:
    token = installed.token(ACME, "POST", EVENT)
    pages = [
        installed.client.get("/nowhere?jwt=" + token),
        installed.client.get(f"/connect/jira{EVENT}?jwt={token}"),
        installed.send("jira", EVENT, token, environ_overrides={"CONTENT_LENGTH": str(26 * 1024 * 1024)}),
        installed.send("jira", EVENT, "wrong"),
    ]

    assert [page.status_code for page in pages] == [404, 405, 413, 401]
    for page in pages:
        for hidden in (token, ACME.secret, "Traceback", "sqlite", str(Path(__file__).parents[2])):
            assert hidden not in page.text


def test_an_access_does_not_show_its_secret(installed: Doors) -> None:
    """It may stand in a traceback."""
    with installed.db.reading() as session:
        access = store.access(session, context.current().vault, "solveonce-jira", ACME.client_key)

    assert access
    assert access.shared_secret == ACME.secret
    assert ACME.secret not in repr(access)
