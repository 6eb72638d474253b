"""Who is calling Jira or Confluence: a person with an API token, or an installed app with a signed token."""

from __future__ import annotations

import hmac
from typing import NoReturn, cast

import jwt
from flask import abort, current_app, g, request

from sandbox.jwt_qsh import claims_from_app, query_string_hash, unverified_issuer
from sandbox.refusals import UNAUTHENTICATED, refusal
from sandbox.world import App, Person, World

#: Each Connect scope includes those before it.
SCOPES = ("NONE", "READ", "WRITE", "DELETE", "PROJECT_ADMIN", "ADMIN")
#: What the official documents ask for as `x-atlassian-connect-scope`, as far as it follows from the method.
SCOPE_OF_METHOD = {"GET": "READ", "HEAD": "READ", "POST": "WRITE", "PUT": "WRITE", "DELETE": "DELETE"}
ADMINS = "jira-admins"


def caller(product: str, scope: str | None = None) -> Person:
    """The account behind the current request to *product* (`jira` or `confluence`); ends it with 401 if unknown.

    An app also needs *scope* in its descriptor, by default the one of the request's method, else 403.
    """
    world: World = current_app.extensions["world"]
    token = _token()
    if token:
        return _app_user(world, product, token, scope or SCOPE_OF_METHOD.get(request.method, "READ"))
    return _person(world, product)


def scope_allows(world: World, person: Person, scope: str) -> bool:
    """Whether *person* is no app, or one whose descriptor has *scope*."""
    app = _app_of(world, person)
    return app is None or _allows(app, scope)


def is_admin(world: World, person: Person) -> bool:
    """Whether *person* administers Jira: by group, or as an app by its descriptor's scope."""
    app = _app_of(world, person)
    return _allows(app, "PROJECT_ADMIN") if app else ADMINS in person.groups


def _app_of(world: World, person: Person) -> App | None:
    return next((app for app in world.apps.values() if app.account_id == person.account_id), None)


def claimed_caller() -> str | None:
    """Who the current request says to come from, proven or not: for the call log, limits and faults."""
    if "claimed" not in g:  # each of them asks, at every call
        token, person = _token(), request.authorization
        g.claimed = unverified_issuer(token) if token else person.username if person else None
    return cast(str | None, g.claimed)


def _token() -> str | None:
    header = request.headers.get("Authorization", "")
    return header[4:] if header.startswith("JWT ") else request.args.get("jwt")


def _person(world: World, product: str) -> Person:
    given = request.authorization
    if given is None or given.type != "basic" or not given.username:
        _unknown(product)
    person = world.person(given.username)
    if person is None or person.email != given.username or person.account_type != "atlassian":
        _unknown(product)
    if not _same(given.password or "", person.token):
        _unknown(product)
    g.by = person.email
    return person


def _same(given: str, expected: str) -> bool:
    return hmac.compare_digest(given.encode(), expected.encode())


def _app_user(world: World, product: str, token: str, scope: str) -> Person:
    app = world.apps.get(unverified_issuer(token) or "")
    if app is None or app.product != product or not app.enabled:
        _unknown(product)
    _check_token(app, product, token)
    if not _allows(app, scope):
        abort(refusal(product, 403, f"The app's descriptor does not have the scope {scope} that this call needs."))
    g.by = app.key
    return world.people[app.account_id]


def _check_token(app: App, product: str, token: str) -> None:
    try:
        claims = claims_from_app(token, app.shared_secret, app.client_key)
    except jwt.PyJWTError:
        _unknown(product)
    # The product's context path is not part of the hash: Confluence's REST lives under /wiki.
    context_path = "/wiki" if product == "confluence" else ""
    if claims["qsh"] != query_string_hash(request.method, _raw_target(), context_path):
        _unknown(product)


def _raw_target() -> str:
    """The path and query as they came over the wire; Flask's are decoded already."""
    query = request.query_string.decode("latin-1")
    return str(request.environ.get("RAW_URI") or request.path + (f"?{query}" if query else ""))


def _allows(app: App, scope: str) -> bool:
    granted = [SCOPES.index(s) for s in app.descriptor.get("scopes", []) if s in SCOPES]
    return max(granted, default=0) >= SCOPES.index(scope)


def _unknown(product: str) -> NoReturn:
    abort(refusal(product, 401, UNAUTHENTICATED))
