"""Nobody comes in who cannot show where they come from, and the log says why; tried at every door."""

from __future__ import annotations

import shutil
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jwt
import pytest

from app.auth.vault import new_key
from sandbox import Sandbox
from tests.callers import ACME, Doors, Tenant

EVENT = "/webhooks/issue-updated"
OTHER = Tenant("the-client-key-of-others", "the-secret-that-others-and-we-share", base_url="http://127.0.0.1:8091")
WIKI = Tenant("the-client-key-of-the-wiki", "the-secret-of-the-wiki-and-us-alone", "confluence")
#: What may be called without a signature, and why.
OPEN = {
    "/healthz",
    "/readyz",
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


@pytest.mark.parametrize("target", ["/webhooks/issue-created", "/post-functions/clone-and-link", EVENT + "?user_id=x"])
def test_a_token_replayed_to_another_address_is_refused(installed: Doors, target: str) -> None:
    token = installed.token(ACME, "POST", EVENT)

    assert refused(installed, token, target) == "hash of another request"


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/connect/jira/webhooks/%69ssue-updated", 401),
        ("/connect/jira/webhooks/issue%2Dupdated", 401),
        ("/connect/%6Aira/webhooks/issue-updated", 401),
        ("/connect/jira//webhooks/issue-updated", 308),
        ("/connect/jira/webhooks/issue-updated/", 404),
        ("/connect/jira/webhooks/x/../issue-updated", 404),
        ("/connect/jira/webhooks/./issue-updated", 404),
        ("/connect/jira/webhooks/issue-updated;x", 404),
        ("/connect/JIRA/webhooks/issue-updated", 404),
    ],
)
def test_an_address_that_only_looks_like_a_door_is_none(installed: Doors, path: str, status: int) -> None:
    header = {"Authorization": "JWT " + installed.token(ACME, "POST", EVENT)}

    assert installed.client.post(path, headers=header, json={}).status_code == status


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


@pytest.mark.parametrize("header", ["Bearer {}", "jwt {}", "JWT{}", "Basic {}", " {}", "{}"])
def test_a_token_under_another_name_is_none(installed: Doors, header: str) -> None:
    token = installed.token(ACME, "POST", EVENT)

    assert refused(installed, None, headers={"Authorization": header.format(token)}) == "no token"


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
    assert refused(installed, installed.token(ACME, "POST", EVENT, secret="")) == "unknown issuer"


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


def test_a_key_id_cannot_lead_the_key_lookup_elsewhere(world: Sandbox, doors: Doors) -> None:
    """`kid` becomes part of an address that we call."""
    before = len(world.world.calls)
    for key_id in ("../reset", "a/../../calls", "//evil.example.com", "https://evil.example.com/k", "a?b", "a\n", "@x"):
        forged = jwt.encode({"iss": "x"}, "x" * 32, headers={"kid": key_id, "alg": "HS256"})
        header = jwt.encode({}, "x", headers={"kid": key_id}).partition(".")[0]
        assert refused(doors, forged, INSTALLED) == "wrong algorithm"
        assert header
    assert len(world.world.calls) == before
