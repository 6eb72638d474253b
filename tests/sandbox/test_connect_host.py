"""The Connect host: installing apps, and knowing them by their tokens."""

from __future__ import annotations

import time
from typing import Any
from urllib.parse import urlsplit

import jwt
import pytest
import requests
from jira_client import JiraClient
from recording_app import RecordingApp, a_descriptor
from web import web

from sandbox.jwt_qsh import canonical_request, query_string_hash
from sandbox.world import App

KEY = "com.example.recorder"


def install(jira: JiraClient, app: RecordingApp, product: str = "jira") -> requests.Response:
    body = {"descriptor_url": app.descriptor_url, "product": product}
    return web.post(jira.sandbox.url + "/_sandbox/connect/install", json=body)


def the_app(jira: JiraClient) -> App:
    return jira.sandbox.world.apps[KEY]


def call_as_app(
    jira: JiraClient, method: str, target: str, secret: str | None = None, context_path: str = "", **claims: Any
) -> requests.Response:
    """A call signed by the installed app, with *claims* other than they should be."""
    app, now = the_app(jira), int(time.time())
    good = {"iss": app.key, "iat": now, "exp": now + 60, "qsh": query_string_hash(method, target, context_path)}
    token = jwt.encode(good | claims, secret or app.shared_secret, algorithm="HS256")
    body = {} if method in ("POST", "PUT") else None
    return web.request(method, jira.sandbox.url + target, headers={"Authorization": f"JWT {token}"}, json=body)


def test_installing_is_a_handshake_under_the_hosts_own_key(jira: JiraClient, app: RecordingApp) -> None:
    answer = install(jira, app)

    (call,) = app.to("/installed")
    kid = jwt.get_unverified_header(call.token)["kid"]
    public_key = web.get(f"{jira.sandbox.url}/_sandbox/keys/{kid}").text
    claims = jwt.decode(call.token, public_key, algorithms=["RS256"], audience=app.base_url)
    assert (answer.status_code, answer.json()["clientKey"]) == (200, claims["iss"])
    assert claims["qsh"] == query_string_hash("POST", "/installed")
    assert claims["exp"] - claims["iat"] == 180
    assert "sub" not in claims
    assert call.body["clientKey"] == claims["iss"]
    assert (call.body["eventType"], call.body["productType"]) == ("installed", "jira")
    assert call.body["baseUrl"] == jira.sandbox.url


def test_an_unknown_key_is_not_given_out(jira: JiraClient) -> None:
    assert web.get(jira.sandbox.url + "/_sandbox/keys/another").status_code == 404


def test_enabled_follows_signed_with_the_shared_secret(jira: JiraClient, app: RecordingApp) -> None:
    install(jira, app)

    call = app.wait_for("/enabled")[0]

    claims = jwt.decode(call.token, the_app(jira).shared_secret, algorithms=["HS256"])
    assert (claims["iss"], claims["qsh"]) == (the_app(jira).client_key, query_string_hash("POST", "/enabled"))
    assert "aud" not in claims
    assert "sharedSecret" not in call.body


def test_installing_again_keeps_the_client_and_changes_the_secret(jira: JiraClient, app: RecordingApp) -> None:
    install(jira, app)
    install(jira, app)

    first, second = (call.body for call in app.to("/installed"))

    assert first["clientKey"] == second["clientKey"]
    assert first["sharedSecret"] != second["sharedSecret"]
    assert len([p for p in jira.sandbox.world.people.values() if p.account_type == "app"]) == 1


def test_an_app_that_declines_is_not_installed(jira: JiraClient, app: RecordingApp) -> None:
    app.answers["/connect/jira/installed"] = [500]

    answer = install(jira, app)

    assert (answer.status_code, answer.json()["answer"]["status"]) == (502, 500)
    assert jira.sandbox.world.apps == {}


def test_an_app_that_declines_its_new_secret_keeps_the_old(jira: JiraClient, installed: RecordingApp) -> None:
    secret = the_app(jira).shared_secret
    installed.answers["/connect/jira/installed"] = [401]

    install(jira, installed)

    assert the_app(jira).shared_secret == secret


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"key": "not a key"}, "key must be"),
        ({"baseUrl": "/relative"}, "baseUrl must be an absolute URL"),
        ({"authentication": {"type": "none"}}, "authentication.type"),
        ({"apiMigrations": {"gdpr": True}}, "signed-install"),
        ({"lifecycle": {}}, "lifecycle.installed"),
        ({"modules": {"webhooks": [{"event": "jira:issue_created"}]}}, "each webhook needs"),
    ],
)
def test_a_descriptor_that_is_not_valid_is_refused(
    jira: JiraClient, app: RecordingApp, change: dict[str, Any], words: str
) -> None:
    app.descriptor |= change

    answer = install(jira, app)

    assert answer.status_code == 400
    assert words in answer.json()["error"]
    assert app.calls == []


def test_a_second_product_needs_a_second_key(jira: JiraClient, installed: RecordingApp) -> None:
    assert install(jira, installed, "confluence").status_code == 400
    installed.descriptor |= {"key": KEY + ".confluence", "modules": {}}
    assert install(jira, installed, "confluence").status_code == 200
    assert installed.to("/installed")[-1].body["baseUrl"] == jira.sandbox.url + "/wiki"


def test_uninstalling_is_told_under_the_hosts_own_key(jira: JiraClient, installed: RecordingApp) -> None:
    jira.control("connect/uninstall", {"key": KEY})

    (call,) = installed.to("/uninstalled")
    assert jwt.get_unverified_header(call.token)["alg"] == "RS256"
    assert "sharedSecret" not in call.body
    assert KEY not in jira.sandbox.world.apps


def test_an_app_acts_as_its_own_user(jira: JiraClient, installed: RecordingApp) -> None:
    answer = call_as_app(jira, "GET", "/rest/api/3/myself")

    assert (answer.json()["displayName"], answer.json()["accountType"]) == ("Recorder", "app")
    assert "emailAddress" not in answer.json()


@pytest.mark.parametrize(
    "claims",
    [
        {"qsh": query_string_hash("GET", "/rest/api/3/field")},
        {"qsh": "context-qsh"},
        {"exp": 1},
        {"iat": 32503680000, "exp": 32503680180},
        {"iss": "com.example.other"},
        {"aud": ["another-site"]},
        {"secret": "x" * 64},
    ],
    ids=["other request", "context token", "expired", "from the future", "other app", "other site", "forged"],
)
def test_a_token_that_is_not_right_is_unknown(
    jira: JiraClient, installed: RecordingApp, claims: dict[str, Any]
) -> None:
    assert call_as_app(jira, "GET", "/rest/api/3/myself", **claims).status_code == 401


def test_a_token_without_a_hash_is_unknown(jira: JiraClient, installed: RecordingApp) -> None:
    app, now = the_app(jira), int(time.time())
    token = jwt.encode({"iss": app.key, "iat": now, "exp": now + 60}, app.shared_secret, algorithm="HS256")

    url = jira.sandbox.url + "/rest/api/3/myself"

    assert web.get(url, headers={"Authorization": f"JWT {token}"}).status_code == 401


def test_the_query_is_part_of_the_hash_and_the_audience_may_be_the_client(
    jira: JiraClient, installed: RecordingApp
) -> None:
    target = "/rest/api/3/user/search?query=riley+reporter&maxResults=1"

    assert len(call_as_app(jira, "GET", target, aud=[the_app(jira).client_key]).json()) == 1


def test_the_old_secret_is_worth_nothing_after_a_new_installation(jira: JiraClient, installed: RecordingApp) -> None:
    secret = the_app(jira).shared_secret
    install(jira, installed)

    assert call_as_app(jira, "GET", "/rest/api/3/myself", secret=secret).status_code == 401


def test_the_app_of_one_product_is_unknown_to_the_other(jira: JiraClient, installed: RecordingApp) -> None:
    target = "/wiki/api/v2/spaces"

    assert call_as_app(jira, "GET", target, context_path="/wiki").status_code == 401


def test_the_context_path_of_confluence_is_not_part_of_the_hash(jira: JiraClient, app: RecordingApp) -> None:
    app.descriptor["modules"] = {}
    install(jira, app, "confluence")
    target = "/wiki/api/v2/spaces?keys=OPSTEAM"

    assert call_as_app(jira, "GET", target, context_path="/wiki").status_code == 200
    assert call_as_app(jira, "GET", target).status_code == 401


def test_an_app_does_no_more_than_its_scopes(jira: JiraClient, installed: RecordingApp) -> None:
    key = jira.an_issue()

    assert call_as_app(jira, "DELETE", f"/rest/api/3/issue/{key}").status_code == 403
    # A search changes nothing, although it is a POST.
    the_app(jira).descriptor["scopes"] = ["READ"]
    assert call_as_app(jira, "POST", "/rest/api/3/search/jql").status_code == 400
    assert call_as_app(jira, "PUT", f"/rest/api/3/issue/{key}").status_code == 403


@pytest.mark.parametrize(
    ("url", "base", "canonical"),
    [
        ("https://a/", "", "GET&/&"),
        ("https://a", "", "GET&/&"),
        ("https://a/jc/installed", "/jc", "GET&/installed&"),
        ("https://a/jc/", "/jc", "GET&/&"),
        ("https://a/jcx", "/jc", "GET&/jcx&"),
        ("https://a/p?b=&a&jwt=x", "", "GET&/p&a=&b="),
        ("https://a/p?b=2&b=10&b=1", "", "GET&/p&b=1,10,2"),
        ("https://a/p?a10=1&a1=1&A=x+y&c=a,b*~", "", "GET&/p&A=x%20y&a1=1&a10=1&c=a%2Cb%2A~"),
        ("https://a/path!$&'()*+,;=", "", "GET&/path!$%26'()*+,;=&"),
    ],
)
def test_the_canonical_request(url: str, base: str, canonical: str) -> None:
    assert canonical_request("get", url, base) == canonical


def test_a_rule_needs_an_installed_app_with_such_a_module(jira: JiraClient, installed: RecordingApp) -> None:
    rule = {"project": "OPS", "to_status": "Done", "kind": "validator", "app_key": KEY, "module_key": "require-field"}
    url = jira.sandbox.url + "/_sandbox/jira/rules"
    wrong = [{"app_key": "com.example.other"}, {"module_key": "publish"}, {"kind": "condition"}, {"to_status": "Shut"}]

    assert web.post(url, json=rule).json() == {"transitions": ["Done"]}
    assert [web.post(url, json=rule | change).status_code for change in wrong] == [400] * 4


def test_a_path_of_the_descriptor_is_below_the_base_url(jira: JiraClient, app: RecordingApp) -> None:
    install(jira, app)

    assert urlsplit(app.base_url).path == "/connect/jira"
    assert app.calls[0].path == "/connect/jira/installed"
    assert a_descriptor(app.base_url)["lifecycle"]["installed"] == "/installed"
