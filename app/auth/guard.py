"""Lets in who can show that they come from an installed site; everybody else gets 401, and the log the reason."""

from __future__ import annotations

import functools
import logging
import time
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

from flask import g, jsonify, request
from flask.typing import ResponseReturnValue

from app import context
from app.auth import connect, keys
from app.auth.connect import Claims, Rejected
from app.errors import Misconfigured, Unavailable
from app.logs import event
from app.sites import store
from app.sites.descriptor import app_base_url, app_key
from app.sites.store import Access

View = Callable[..., ResponseReturnValue]


def from_host(product: str) -> Callable[[View], View]:
    """The view runs for a call signed with an installation's shared secret; it finds `g.access` and `g.claims`."""

    def check() -> None:
        g.access, g.claims = _installed_caller(product)

    return functools.partial(_guarded, check)


def from_atlassian(product: str) -> Callable[[View], View]:
    """The view runs for `installed` and `uninstalled`, signed by Atlassian itself; it finds `g.claims`."""

    def check() -> None:
        g.claims = _signed_by_atlassian(product)

    return functools.partial(_guarded, check)


def _guarded(check: Callable[[], None], view: View) -> View:
    @functools.wraps(view)
    def guarded(*args: Any, **kwargs: Any) -> ResponseReturnValue:
        try:
            check()
        except Rejected as reason:
            return refused(str(reason))
        except (Unavailable, Misconfigured) as problem:
            # Not the caller's fault: Jira sends its call again, and the reason says what somebody here has to do.
            event(
                "call not checked", level=logging.ERROR, reason=str(problem), method=request.method, path=request.path
            )
            return jsonify(error="This call cannot be checked at the moment; please send it again."), 503
        return view(*args, **kwargs)

    return guarded


def refused(reason: str) -> ResponseReturnValue:
    """401. The reason is for our log; a stranger learns nothing."""
    event("call refused", level=logging.WARNING, reason=reason, method=request.method, path=request.path)
    return jsonify(error="This call is not signed as it must be."), 401


def raw_target() -> str:
    """Path and query exactly as they were sent: a decoded path would give another hash."""
    raw = request.environ.get("RAW_URI") or request.environ.get("REQUEST_URI") or request.full_path
    if raw.startswith("/"):
        return raw
    parts = urlsplit(raw)  # a proxy may send the whole address
    return parts.path + (f"?{parts.query}" if parts.query else "")


def _token() -> str:
    """From the header or the query; not from both, as they might differ."""
    header = request.headers.get("Authorization", "")
    in_header = header[4:].strip() if header.startswith("JWT ") else ""
    in_query = request.args.getlist("jwt")
    if len(in_query) > 1 or (in_header and in_query):
        raise Rejected("several tokens")
    token = in_header or (in_query[0] if in_query else "")
    if not token:
        raise Rejected("no token")
    return token


def _installed_caller(product: str) -> tuple[Access, Claims]:
    runtime, token = context.current(), _token()
    client_key = connect.issuer_of(token)
    with runtime.db.reading() as session:  # each time anew: the secret changes with a re-installation
        access = store.access(session, runtime.vault, app_key(product), client_key)
    if access is None:
        raise Rejected("unknown issuer")
    claims = connect.verify_call(
        token,
        access.shared_secret,
        client_key,
        app_base_url(runtime.settings.base_url, product),
        request.method,
        raw_target(),
        time.time(),
        runtime.settings.connect_leeway,
    )
    return access, claims


def _signed_by_atlassian(product: str) -> Claims:
    settings, token = context.current().settings, _token()
    key = keys.public_key(connect.key_id_of(token), settings.connect_keys_urls.split(","))
    base_url = app_base_url(settings.base_url, product)
    return connect.verify_install(
        token, key, base_url, request.method, raw_target(), time.time(), settings.connect_leeway
    )
