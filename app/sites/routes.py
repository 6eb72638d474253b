"""Descriptors and lifecycle: a product installs us, and says when we are enabled, disabled or gone."""

from __future__ import annotations

import json
import logging
import secrets
from collections.abc import Callable
from functools import partial

from flask import Blueprint, Flask, abort, g, jsonify, request
from flask.typing import ResponseReturnValue

from app import audit, context, engine
from app.auth.connect import site_allowed
from app.auth.guard import from_atlassian, from_host, refused
from app.logs import event
from app.sites import descriptor, store


def register(app: Flask) -> None:
    for product in descriptor.FILES:
        app.register_blueprint(blueprint(product))


def blueprint(product: str) -> Blueprint:
    """The doors of the app for *product*, below the path that its descriptor names."""
    bp = Blueprint(f"sites-{product}", __name__, url_prefix=f"/connect/{product}")
    bp.add_url_rule("/atlassian-connect.json", "descriptor", partial(show_descriptor, product))
    doors: dict[str, Callable[[], ResponseReturnValue]] = {
        "installed": from_atlassian(product)(partial(installed, product)),
        "uninstalled": from_atlassian(product)(partial(uninstalled, product)),
        "enabled": from_host(product)(partial(enabled, product)),
        "disabled": partial(disabled, product),  # looks itself: see there
    }
    for name, view in doors.items():
        bp.add_url_rule(f"/lifecycle/{name}", name, view, methods=["POST"])
    return bp


def show_descriptor(product: str) -> ResponseReturnValue:
    template = (descriptor.root() / descriptor.FILES[product]).read_text()
    return jsonify(descriptor.rendered(template, context.current().settings.base_url))


def installed(product: str) -> ResponseReturnValue:
    """Keep the shared secret, encrypted; install again and the new one counts."""
    runtime, body = context.current(), _body()
    reason = _why_not(product, body)
    if reason:
        return refused(reason)
    with runtime.db.writing() as session:
        site_id = store.install(
            session, runtime.vault, product, body["key"], body["clientKey"], body["sharedSecret"], body["baseUrl"]
        )
        run = f"{site_id}:{secrets.token_hex(8)}"
        audit.record(session, site_id, f"installed in {product}", None, run=f"sites.installed/{run}")
        if product == "jira":
            engine.enqueue(session, "sites.greet", site_id, id=run, lane=f"{site_id}:greet")
    event("installed", product=product, site=site_id)
    return "", 204


def uninstalled(product: str) -> ResponseReturnValue:
    """What people wrote is forgotten with Jira's secret; a second uninstallation is another one."""
    if product == "jira":
        with context.current().db.writing() as session:
            site_id = store.site_of(session, descriptor.app_key(product), g.claims["iss"])
            if site_id is not None:
                run = f"{site_id}:{g.claims['iat']}"
                engine.enqueue(session, "handoff.forget", site_id, id=run, lane=f"{site_id}:forget")
    return _set_state(product, g.claims["iss"], store.UNINSTALLED)


def enabled(product: str) -> ResponseReturnValue:
    return _set_state(product, g.access.client_key, store.ENABLED)


def disabled(product: str) -> ResponseReturnValue:
    """After an uninstallation it comes late and without a token (AC-2561): that is answered and not acted on."""
    if not request.headers.get("Authorization"):
        event("unsigned 'disabled' ignored", level=logging.WARNING, product=product)
        return "", 204
    return from_host(product)(lambda: _set_state(product, g.access.client_key, store.DISABLED))()


def _set_state(product: str, client_key: str, state: str) -> ResponseReturnValue:
    with context.current().db.writing() as session:
        store.set_state(session, descriptor.app_key(product), client_key, state)
    event(state, product=product)
    return "", 204


def _why_not(product: str, body: dict[str, str]) -> str | None:
    """Why this installation is refused: the token must speak for the very site that the body names."""
    if body.get("clientKey") != g.claims["iss"]:
        return "foreign issuer"
    if body.get("key") != descriptor.app_key(product) or body.get("productType") != product:
        return "another app or product"
    if not body.get("sharedSecret"):
        return "no shared secret"
    if not site_allowed(body.get("baseUrl", ""), context.current().settings.allowed_sites.split(",")):
        return "site not on ALLOWED_SITES"
    return None


def _body() -> dict[str, str]:
    """What the body says in words; there is nothing else in it that we read."""
    try:
        body = json.loads(request.get_data())
    except ValueError:
        body = None
    if not isinstance(body, dict):
        event("call refused", level=logging.WARNING, reason="not JSON", method=request.method, path=request.path)
        abort(400)
    return {name: value for name, value in body.items() if isinstance(value, str)}
