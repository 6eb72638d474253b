"""A product installs us, and says when we are enabled, disabled or gone."""

from __future__ import annotations

import json
from typing import Any

from sqlalchemy import select

from app import context
from app.models import AuditEntry, Site
from app.sites import store
from sandbox import Sandbox
from sandbox.people import Admin, post
from tests.callers import ACME, Doors, Tenant
from tests.service import Service
from tests.waiting import eventually, quiet

WIKI = Tenant(
    "the-client-key-of-the-wiki", "the-secret-of-the-wiki-and-us-alone", "confluence", ACME.base_url + "/wiki"
)
OTHER = Tenant("the-client-key-of-others", "the-secret-that-others-and-we-share", base_url="http://127.0.0.1:8091")


def secret_of(doors: Doors, tenant: Tenant) -> str | None:
    with doors.db.reading() as session:
        access = store.access(session, context.current().vault, f"solveonce-{tenant.product}", tenant.client_key)
    return access.shared_secret if access else None


def state_of(doors: Doors, tenant: Tenant) -> str:
    (state,) = [each.state for each in doors.installations() if each.client_key == tenant.client_key]
    return state


def audited(doors: Doors) -> list[tuple[int | None, str]]:
    with doors.db.reading() as session:
        return [(each.site_id, each.step) for each in session.scalars(select(AuditEntry).order_by(AuditEntry.at))]


def hosts(doors: Doors) -> list[str]:
    with doors.db.reading() as session:
        return list(session.scalars(select(Site.host).order_by(Site.id)))


# Installing


def test_an_installation_is_stored_before_we_say_yes(doors: Doors) -> None:
    assert doors.install().status_code == 204

    (row,) = doors.installations()
    assert (row.product, row.client_key, row.state) == ("jira", ACME.client_key, "enabled")
    assert row.base_url == ACME.base_url
    assert secret_of(doors, ACME) == ACME.secret
    assert [flow.partition("/")[0] for flow in doors.flows()] == ["sites.greet"]
    assert audited(doors) == [(1, "installed in jira")]


def test_what_we_do_not_know_in_the_body_does_not_disturb(doors: Doors) -> None:
    """Atlassian adds and takes away: `serverVersion`, `oauthClientId`, `entitlementId`."""
    more = {"oauthClientId": "x", "displayUrl": "https://x", "entitlementId": None, "capabilitySet": {"a": [1]}}

    assert doors.install(**more).status_code == 204


def test_the_content_type_of_an_installation_does_not_matter(doors: Doors) -> None:
    body = json.dumps(ACME.said_at_installation)
    sent = {"data": body, "content_type": "text/plain"}

    assert doors.send("jira", "/lifecycle/installed", doors.install_token(ACME), **sent).status_code == 204


REFUSED: dict[str, tuple[dict[str, Any], str]] = {
    "for somebody else's client key": ({"clientKey": "the-client-key-of-others"}, "foreign issuer"),
    "for no client key": ({"clientKey": None}, "foreign issuer"),
    "for a list of client keys": ({"clientKey": [ACME.client_key]}, "foreign issuer"),
    "of another app": ({"key": "another-app"}, "another app or product"),
    "of the app for the other product": ({"key": "solveonce-confluence"}, "another app or product"),
    "of the other product": ({"productType": "confluence"}, "another app or product"),
    "of no product": ({"productType": None}, "another app or product"),
    "without a secret": ({"sharedSecret": None}, "no shared secret"),
    "with an empty secret": ({"sharedSecret": ""}, "no shared secret"),
    "with a number for a secret": ({"sharedSecret": 5}, "no shared secret"),
    "of no site": ({"baseUrl": None}, "site not on ALLOWED_SITES"),
    "of a list of sites": ({"baseUrl": [ACME.base_url]}, "site not on ALLOWED_SITES"),
    "of a foreign site": ({"baseUrl": "https://acme.example.com"}, "site not on ALLOWED_SITES"),
    "of a site that looks like ours": ({"baseUrl": "http://127.0.0.1.evil.com"}, "site not on ALLOWED_SITES"),
    "of a site behind a user name": ({"baseUrl": "http://127.0.0.1@evil.com"}, "site not on ALLOWED_SITES"),
    "of a site behind a backslash": ({"baseUrl": "http://evil.com\\@127.0.0.1"}, "site not on ALLOWED_SITES"),
    "of half an address": ({"baseUrl": "http://[::1"}, "site not on ALLOWED_SITES"),
}


def test_an_installation_is_refused_with_a_reason(doors: Doors) -> None:
    """Atlassian's signature says who calls; it does not cover what stands in the body."""
    for what, (said, why) in REFUSED.items():
        before = len(doors.log)
        assert doors.install(**said).status_code == 401, what
        assert f"reason='{why}'" in doors.log[before:], what

    assert not doors.installations()
    assert not doors.flows()


def test_a_body_that_is_no_object_is_refused_with_a_reason(doors: Doors) -> None:
    for body in (b"", b"{", b"[]", b"null", b'"installed"', b"key=solveonce-jira", b"\xff"):
        assert doors.send("jira", "/lifecycle/installed", doors.install_token(ACME), data=body).status_code == 400

    assert doors.log.count("reason='not JSON'") == 7
    assert not doors.installations()


def test_nobody_takes_over_a_site_by_its_client_key(doors: Doors) -> None:
    """Another site's own, well-signed installation, with our client key in the body."""
    doors.install(ACME)
    taking_over = OTHER.said_at_installation | {"clientKey": ACME.client_key}

    answer = doors.send("jira", "/lifecycle/installed", doors.install_token(OTHER), json=taking_over)

    assert answer.status_code == 401
    assert secret_of(doors, ACME) == ACME.secret


def test_no_yes_without_a_database(doors: Doors) -> None:
    doors.lose_the_database()

    answer = doors.install()

    assert answer.status_code == 503
    assert "event='database did not take it'" in doors.log


# Again


def test_a_re_installation_replaces_the_secret(doors: Doors) -> None:
    again = Tenant(ACME.client_key, "a-new-secret-that-acme-and-we-share")
    doors.install(ACME)

    assert doors.install(again).status_code == 204

    assert len(doors.installations()) == 1
    assert secret_of(doors, ACME) == again.secret
    assert doors.call(ACME, "/lifecycle/enabled", {}).status_code == 401
    assert doors.call(again, "/lifecycle/enabled", {}).status_code == 204


def test_every_installation_is_in_the_audit(doors: Doors) -> None:
    for tenant in (ACME, ACME, OTHER, WIKI):
        doors.install(tenant)

    assert audited(doors) == [
        (1, "installed in jira"),
        (1, "installed in jira"),
        (2, "installed in jira"),
        (1, "installed in confluence"),
    ]


def test_a_site_that_moved_is_found_at_its_new_address(doors: Doors) -> None:
    doors.install(ACME)
    doors.install(Tenant(ACME.client_key, ACME.secret, base_url="http://127.0.0.1:9999"))

    assert [(row.base_url, row.site_id) for row in doors.installations()] == [("http://127.0.0.1:9999", 2)]


def test_jira_and_confluence_of_one_host_are_one_site(doors: Doors) -> None:
    doors.install(ACME)
    doors.install(WIKI)
    doors.install(OTHER)

    assert [row.site_id for row in doors.installations()] == [1, 1, 2]
    assert hosts(doors) == ["127.0.0.1:8090", "127.0.0.1:8091"]


def test_a_host_in_capitals_is_the_same_host(doors: Doors) -> None:
    with doors.db.writing() as session:
        ids = {
            store.install(session, context.current().vault, product, f"solveonce-{product}", "x", "secret", url)
            for product, url in (
                ("jira", "https://ACME.atlassian.net/"),
                ("confluence", "https://acme.atlassian.net/wiki"),
            )
        }

    assert len(ids) == 1


def test_a_second_site_does_not_take_over_the_requests_from_slack(doors: Doors) -> None:
    """By default every site of Atlassian's may install us; what people write in Slack stays with the first."""
    doors.install(ACME)
    doors.install(OTHER)
    doors.call(OTHER, "/lifecycle/enabled", {})

    with doors.db.reading() as session:
        assert store.only_site(session) == 1


def test_when_the_first_site_is_gone_requests_from_slack_go_to_the_next(doors: Doors) -> None:
    doors.install(ACME)
    doors.install(OTHER)
    doors.uninstall(ACME)

    with doors.db.reading() as session:
        assert store.only_site(session) == 2
    doors.uninstall(OTHER)
    with doors.db.reading() as session:
        assert store.only_site(session) is None


# Going


def test_an_uninstallation_forgets_the_secret(doors: Doors) -> None:
    doors.install(ACME)
    doors.install(OTHER)

    assert doors.uninstall(ACME).status_code == 204

    assert (state_of(doors, ACME), secret_of(doors, ACME)) == ("uninstalled", None)
    assert doors.installations()[0].shared_secret == ""
    assert (state_of(doors, OTHER), secret_of(doors, OTHER)) == ("enabled", OTHER.secret)


def test_an_uninstallation_is_only_for_who_signed_it(doors: Doors) -> None:
    """The body may name anybody."""
    doors.install(ACME)
    doors.install(OTHER)
    token = doors.install_token(OTHER, "uninstalled")

    doors.send("jira", "/lifecycle/uninstalled", token, json={"clientKey": ACME.client_key})

    assert (state_of(doors, ACME), state_of(doors, OTHER)) == ("enabled", "uninstalled")


def test_an_uninstallation_needs_atlassians_signature(doors: Doors) -> None:
    doors.install(ACME)
    signed = doors.token(ACME, "POST", "/lifecycle/uninstalled", aud=[doors.app_url("jira")])

    assert doors.send("jira", "/lifecycle/uninstalled", signed, json={}).status_code == 401
    assert doors.send("jira", "/lifecycle/uninstalled", doors.install_token(ACME), json={}).status_code == 401
    assert doors.send("jira", "/lifecycle/uninstalled", None, json={}).status_code == 401
    assert state_of(doors, ACME) == "enabled"


def test_a_site_that_nobody_knows_may_go(doors: Doors) -> None:
    assert doors.uninstall(OTHER).status_code == 204
    assert not doors.installations()


def test_who_comes_back_is_installed_again(doors: Doors) -> None:
    doors.install(ACME)
    doors.uninstall(ACME)

    assert doors.install(ACME).status_code == 204

    assert len(doors.installations()) == 1
    assert (state_of(doors, ACME), secret_of(doors, ACME)) == ("enabled", ACME.secret)


def test_disabled_and_enabled_again(doors: Doors) -> None:
    doors.install(ACME)

    assert doors.call(ACME, "/lifecycle/disabled", {}).status_code == 204
    assert state_of(doors, ACME) == "disabled"
    assert doors.call(ACME, "/lifecycle/enabled", {}).status_code == 204
    assert state_of(doors, ACME) == "enabled"


def test_an_unsigned_disabled_is_answered_and_not_acted_on(doors: Doors) -> None:
    doors.install(ACME)
    body = {"clientKey": ACME.client_key, "key": "solveonce-jira", "eventType": "disabled"}

    assert doors.send("jira", "/lifecycle/disabled", None, json=body).status_code == 204

    assert state_of(doors, ACME) == "enabled"
    assert "unsigned 'disabled' ignored" in doors.log


def test_a_forged_disabled_is_refused(doors: Doors) -> None:
    doors.install(ACME)
    doors.install(OTHER)
    forged = doors.token(ACME, "POST", "/lifecycle/disabled", secret=OTHER.secret)

    assert doors.send("jira", "/lifecycle/disabled", forged, json={}).status_code == 401
    assert state_of(doors, ACME) == "enabled"


def test_a_late_disabled_does_not_bring_an_uninstalled_app_back(doors: Doors) -> None:
    """It comes some milliseconds after, or before, with the secret that is gone or with no token at all."""
    doors.install(ACME)
    doors.uninstall(ACME)

    assert doors.call(ACME, "/lifecycle/disabled", {}).status_code == 401
    assert doors.send("jira", "/lifecycle/disabled", None, json={}).status_code == 204
    assert doors.call(ACME, "/lifecycle/enabled", {}).status_code == 401

    assert (state_of(doors, ACME), secret_of(doors, ACME)) == ("uninstalled", None)


# What we show


def test_a_descriptor_names_the_address_of_this_service_and_no_other(doors: Doors) -> None:
    for product in ("jira", "confluence"):
        url = f"/connect/{product}/atlassian-connect.json"
        shown = doors.client.get(
            url, base_url="http://evil.example.com", headers={"X-Forwarded-Host": "evil.example.com"}
        )

        assert shown.json["baseUrl"] == doors.app_url(product)
        assert shown.json["key"] == f"solveonce-{product}"
        assert shown.json["apiMigrations"]["signed-install"] is True
        assert "evil" not in shown.text
        assert "solveonce.example.com" not in shown.text


def test_every_address_in_the_descriptors_is_a_door(doors: Doors) -> None:
    """A module whose address nobody answers would be seen only in Jira."""
    for product in ("jira", "confluence"):
        descriptor = doors.client.get(f"/connect/{product}/atlassian-connect.json").json
        assert descriptor
        modules = [module for each in descriptor["modules"].values() for module in each]
        pages = [module[name]["url"] for module in modules for name in ("create", "edit", "view") if name in module]
        calls = [module["triggered"]["url"] for module in modules if "triggered" in module]
        calls += [module["url"] for module in modules if "event" in module] + list(descriptor["lifecycle"].values())

        for url in pages:
            assert doors.send(product, url, None, "GET").status_code == 401
        for url in calls:
            assert doors.send(product, url, None).status_code in ((204,) if url.endswith("/disabled") else (401,))


# With a host, over the wire


def test_the_hosts_handshake_from_installing_to_going(world: Sandbox, bare_service: Service) -> None:
    admin = Admin(world.url, bare_service.url)

    def states() -> list[str]:
        with bare_service.db.reading() as session:
            return [str(store.only_site(session, product)) for product in ("jira", "confluence")]

    admin.install("jira")
    admin.install("confluence")
    assert states() == ["1", "1"]

    admin.install("jira")  # again, with a new secret
    said = eventually(lambda: [each for each in world.world.deliveries if each["event"] == "enabled"][2:])
    assert [each["status"] for each in said] == [204]

    gone = post(f"{world.url}/_sandbox/connect/uninstall", {"key": "solveonce-confluence"})
    assert gone["answer"]["status"] == 204
    assert states() == ["1", "None"]
    quiet(world.url)


def test_after_an_installation_we_know_under_which_account_we_write(world: Sandbox, bare_service: Service) -> None:
    """By it our own changes are known when they come back."""
    Admin(world.url, bare_service.url).install("jira")

    def account() -> str | None:
        with bare_service.db.reading() as session:
            access = store.access_to(session, context.current().vault, 1, "jira")
        return access.account_id if access else None

    assert eventually(account) == world.world.apps["solveonce-jira"].account_id
    quiet(world.url)
