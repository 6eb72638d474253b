"""The Connect host: installs apps from their descriptor, takes them out again, and gives its public keys."""

from __future__ import annotations

import hashlib
import re
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import requests
from flask import Blueprint, Flask, current_app, jsonify, request
from flask.typing import ResponseReturnValue

from sandbox.courier import TIMEOUT, Courier, Parcel, app_url
from sandbox.jwt_qsh import host_claims, public_key, signed_by_host
from sandbox.seed import account_id
from sandbox.world import App, Json, Person, World

PRODUCTS = ("jira", "confluence")

blueprint = Blueprint("connect", __name__, url_prefix="/_sandbox")


@dataclass
class NotInstalled(Exception):
    """Why an installation came to nothing, for the administrator who tried."""

    status: int
    reason: str
    #: What the app answered, if it was asked.
    answer: Json | None = None


def register(app: Flask) -> None:
    """Add the host to *app*; its courier is at `app.extensions["courier"]`."""
    app.extensions["courier"] = Courier(app.extensions["world"])
    app.register_blueprint(blueprint)
    app.register_error_handler(NotInstalled, _refused)


def _refused(error: NotInstalled) -> ResponseReturnValue:
    return jsonify(error=error.reason, answer=error.answer), error.status


@blueprint.get("/keys/<kid>")
def key(kid: str) -> ResponseReturnValue:
    """What `connect-install-keys.atlassian.com` is on the real net."""
    pem = public_key(kid)
    return (pem, 200, {"Content-Type": "text/plain"}) if pem else ("", 404)


@blueprint.post("/connect/install")
def install() -> ResponseReturnValue:
    """Install the app of a descriptor, or install it again with a new secret."""
    given = request.get_json()
    world = _world()
    product = given.get("product", "jira")
    descriptor = _fetched(given.get("descriptor_url", ""))
    _check(descriptor, product)
    with world.lock:
        before = world.apps.get(descriptor["key"])
        _check_product(before, product)
        app = _app(world, descriptor, product)
        # The app may call back from within its handler, so the secret counts from here on.
        world.apps[app.key] = app
    _shake_hands(world, app, before)
    if "enabled" in descriptor["lifecycle"]:
        _post_enabled(world, app)
    return jsonify(key=app.key, clientKey=app.client_key, status="installed")


@blueprint.post("/connect/uninstall")
def uninstall() -> ResponseReturnValue:
    """Take the app out. Its rules stay in the workflows, as in Jira."""
    world = _world()
    with world.lock:
        app = world.apps.pop(request.get_json().get("key", ""), None)
    if app is None:
        raise NotInstalled(404, "No app with this key is installed.")
    path = app.descriptor["lifecycle"].get("uninstalled")
    answer = _call(world, app, "uninstalled", path) if path else None
    return jsonify(key=app.key, clientKey=app.client_key, status="uninstalled", answer=answer)


def _fetched(url: str) -> Json:
    try:
        answer = requests.get(url, timeout=TIMEOUT)
        answer.raise_for_status()
        descriptor = answer.json()
    except (requests.RequestException, ValueError) as reason:
        raise NotInstalled(400, f"The descriptor at {url!r} cannot be read: {reason}") from reason
    if not isinstance(descriptor, dict):
        raise NotInstalled(400, f"The descriptor at {url!r} is not a JSON object.")
    return descriptor


#: What a descriptor must satisfy, each with what to tell if it does not.
RULES: tuple[tuple[Callable[[Json], Any], str], ...] = (
    (lambda d: re.fullmatch(r"[A-Za-z0-9._-]{1,80}", str(d.get("key", ""))), "key must be 1-80 of A-Z a-z 0-9 . _ -"),
    (lambda d: re.match(r"https?://[^/]+", str(d.get("baseUrl", ""))), "baseUrl must be an absolute URL"),
    (lambda d: len(str(d.get("baseUrl"))) <= 200, "baseUrl must not be longer than 200 characters"),
    (lambda d: _part(d, "authentication").get("type") == "jwt", 'authentication.type must be "jwt"'),
    (lambda d: _part(d, "lifecycle").get("installed"), "lifecycle.installed is missing"),
    (lambda d: _part(d, "apiMigrations").get("signed-install") is True, "apiMigrations.signed-install must be true"),
    (lambda d: _has_all(d, "webhooks", "event", "url"), "each webhook needs an event and a url"),
    (lambda d: _has_all(d, "jiraWorkflowValidators", "key", "expression"), "each validator needs key and expression"),
    (
        lambda d: _has_all(d, "jiraWorkflowPostFunctions", "key", "triggered"),
        "each post-function needs key and triggered",
    ),
)


def _has_all(descriptor: Json, kind: str, *names: str) -> bool:
    modules = _part(descriptor, "modules").get(kind, [])
    return all(isinstance(module, dict) and all(module.get(name) for name in names) for module in modules)


def _part(descriptor: Json, name: str) -> Json:
    value = descriptor.get(name)
    return value if isinstance(value, dict) else {}


def _check(descriptor: Json, product: str) -> None:
    if product not in PRODUCTS:
        raise NotInstalled(400, f"There is no product {product!r}, only {' and '.join(PRODUCTS)}.")
    wrong = [message for holds, message in RULES if not holds(descriptor)]
    if wrong:
        raise NotInstalled(400, "The descriptor is not valid: " + "; ".join(wrong) + ".")


def _check_product(before: App | None, product: str) -> None:
    if before is not None and before.product != product:
        reason = f"{before.key} is installed in {before.product}; an app for {product} needs a key of its own."
        raise NotInstalled(400, reason)


def _app(world: World, descriptor: Json, product: str) -> App:
    key_ = descriptor["key"]
    user = _app_user(world, descriptor)
    return App(
        key=key_,
        client_key=str(uuid.uuid5(uuid.NAMESPACE_URL, f"client of {key_}")),
        shared_secret=_secret(key_, world.next_id(f"install of {key_}", 1)),
        base_url=descriptor["baseUrl"].rstrip("/"),
        product=product,
        descriptor=descriptor,
        account_id=user.account_id,
    )


def _secret(app_key: str, count: str) -> str:
    """The same in every run, another for each installation."""
    return "ATCO" + hashlib.sha256(f"{app_key}, installation {count}".encode()).hexdigest()


def _app_user(world: World, descriptor: Json) -> Person:
    id_ = account_id(descriptor["key"])
    email = f"{descriptor['key']}@connect.atlassian.com"
    name = descriptor.get("name") or descriptor["key"]
    # No Slack account, and no token: an app proves itself by signing.
    user = Person(id_, email, name, slack_id="", groups=(descriptor["key"],), token="", account_type="app")
    world.people[id_] = user
    return user


def _shake_hands(world: World, app: App, before: App | None) -> None:
    answer = _call(world, app, "installed", app.descriptor["lifecycle"]["installed"])
    if answer["status"] in (200, 204):
        return
    with world.lock:
        if before is not None:
            world.apps[app.key] = before
        else:
            world.apps.pop(app.key, None)
    raise NotInstalled(502, f"The app did not accept the installation: {answer['status'] or answer['body']}.", answer)


def _call(world: World, app: App, event: str, path: str) -> Json:
    """Post *event* signed with the host's own key, which only `installed` and `uninstalled` are."""
    url = app_url(app, path)
    claims = host_claims(app.client_key, "POST", url, app.base_url, None) | {"aud": [app.base_url]}
    headers = {"Authorization": f"JWT {signed_by_host(claims)}"}
    body = lifecycle_body(world, app, event)
    started = world.now()
    try:
        response = requests.post(url, json=body, headers=headers, timeout=TIMEOUT, allow_redirects=False)
        answer = {"status": response.status_code, "body": response.text[:2000]}
    except requests.RequestException as reason:
        answer = {"status": 0, "body": str(reason)}
    note: Json = {"time": started, "kind": "lifecycle", "event": event, "url": url, "status": answer["status"]}
    with world.lock:
        world.deliveries.append(note | {"try": 1, "identifier": None, "issue": None})
    return answer


def lifecycle_body(world: World, app: App, event: str) -> Json:
    """What a lifecycle call says; only `installed` tells the secret."""
    site = world.base_url + ("/wiki" if app.product == "confluence" else "")
    body: Json = {"key": app.key, "clientKey": app.client_key, "baseUrl": site, "displayUrl": site}
    body |= {"productType": app.product, "description": f"Sandbox {app.product.title()}", "eventType": event}
    return body | ({"sharedSecret": app.shared_secret} if event == "installed" else {})


def _post_enabled(world: World, app: App) -> None:
    body, path = lifecycle_body(world, app, "enabled"), app.descriptor["lifecycle"]["enabled"]
    courier: Courier = current_app.extensions["courier"]
    courier.post(Parcel("lifecycle", "enabled", app.key, path, body, lane=app.key))


def _world() -> World:
    world: World = current_app.extensions["world"]
    return world
