"""Those who knock at the service's doors: a site, Atlassian, Slack; and whoever only says so."""

from __future__ import annotations

import functools
import io
import json
import logging
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlencode, urlsplit

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa
from sqlalchemy import select, text
from werkzeug.test import TestResponse

from app import context, create_app
from app.models import Delivery, Installation
from sandbox import Sandbox
from sandbox.jwt_qsh import query_string_hash, signed_by_host
from sandbox.slack_wire import signature
from tests.service import SIGNING_SECRET, settings_for

LIFETIME = 180


@dataclass(frozen=True)
class Tenant:
    """A product of a site, with what only the two of us know."""

    client_key: str = "the-client-key-of-acme"
    secret: str = "the-secret-that-acme-and-we-share"
    product: str = "jira"
    base_url: str = "http://127.0.0.1:8090"

    @property
    def said_at_installation(self) -> dict[str, Any]:
        """The body of `installed`."""
        return {
            "key": f"solveonce-{self.product}",
            "clientKey": self.client_key,
            "sharedSecret": self.secret,
            "baseUrl": self.base_url,
            "productType": self.product,
            "eventType": "installed",
        }


ACME = Tenant()


class Doors:
    """The service without its engine: what a call leaves behind stays as it lies. `log` is what it wrote."""

    def __init__(self, sandbox: Sandbox, folder: Path, **changes: Any) -> None:
        self.settings = settings_for(sandbox, folder, 8080, **{"log_level": "INFO", **changes})
        self.app = create_app(self.settings)
        self.client = self.app.test_client()
        self.db = context.current().db
        self._log = log_lines()

    @property
    def log(self) -> str:
        return self._log.getvalue()

    def app_url(self, product: str) -> str:
        """The base URL of the app as its descriptor names it."""
        return f"{self.settings.base_url}/connect/{product}"

    def claims(self, method: str, target: str, product: str, issuer: str, **other: Any) -> dict[str, Any]:
        """What a good token says; *target* is below the app's base URL. None takes a claim out."""
        now = int(time.time())
        good = {"iss": issuer, "iat": now, "exp": now + LIFETIME, "qsh": query_string_hash(method, target)}
        return {name: value for name, value in (good | other).items() if value is not None}

    def token(self, tenant: Tenant, method: str, target: str, secret: str | None = None, **other: Any) -> str:
        """As the host signs a call."""
        claims = self.claims(method, target, tenant.product, tenant.client_key, **other)
        return jwt.encode(claims, tenant.secret if secret is None else secret, algorithm="HS256")

    def install_token(self, tenant: Tenant, event: str = "installed", **other: Any) -> str:
        """As Atlassian signs `installed` and `uninstalled`."""
        target = f"/lifecycle/{event}"
        audience = {"aud": [self.app_url(tenant.product)]}
        return signed_by_host(self.claims("POST", target, tenant.product, tenant.client_key, **audience | other))

    def forged_install_token(self, tenant: Tenant, key_id: str) -> str:
        """As somebody signs who has a key of their own."""
        claims = self.claims("POST", "/lifecycle/installed", tenant.product, tenant.client_key)
        audience = {"aud": [self.app_url(tenant.product)]}
        return jwt.encode(claims | audience, _forgers_key(), algorithm="RS256", headers={"kid": key_id})

    def send(self, product: str, target: str, token: str | None, method: str = "POST", **sent: Any) -> TestResponse:
        headers = {"Authorization": f"JWT {token}"} if token is not None else {}
        headers |= sent.pop("headers", {})
        return self.client.open(f"/connect/{product}{target}", method=method, headers=headers, **sent)

    def call(self, tenant: Tenant, target: str, body: Any = None, method: str = "POST", **sent: Any) -> TestResponse:
        """A call of *tenant*, signed as it must be."""
        token = self.token(tenant, method, target)
        return self.send(tenant.product, target, token, method, **({"json": body} if method == "POST" else {}), **sent)

    def install(self, tenant: Tenant = ACME, **other: Any) -> TestResponse:
        """A good installation; *other* is said in the body instead."""
        body = tenant.said_at_installation | other
        return self.send(tenant.product, "/lifecycle/installed", self.install_token(tenant), json=body)

    def uninstall(self, tenant: Tenant = ACME) -> TestResponse:
        body = {"clientKey": tenant.client_key}
        return self.send(tenant.product, "/lifecycle/uninstalled", self.install_token(tenant, "uninstalled"), json=body)

    def slack(
        self, body: bytes, content_type: str, secret: str = SIGNING_SECRET, stamp: str | None = None, **headers: str
    ) -> TestResponse:
        """A request of Slack's, signed as it must be."""
        stamp = stamp or str(int(time.time()))
        signed = {"X-Slack-Request-Timestamp": stamp, "X-Slack-Signature": signature(secret, stamp, body)}
        return self.client.post("/slack/events", data=body, content_type=content_type, headers=signed | headers)

    def interact(self, payload: Any) -> TestResponse:
        """A click, shortcut or submitted view: JSON in a form field."""
        return self.slack(urlencode({"payload": json.dumps(payload)}).encode(), FORM)

    def command(self, **form: str) -> TestResponse:
        return self.slack(urlencode(form).encode(), FORM)

    def slack_event(self, payload: Any) -> TestResponse:
        return self.slack(json.dumps(payload).encode(), "application/json")

    def installations(self) -> list[Installation]:
        with self.db.reading() as session:
            return list(session.scalars(select(Installation).order_by(Installation.id)))

    def deliveries(self) -> list[Delivery]:
        with self.db.reading() as session:
            return list(session.scalars(select(Delivery).order_by(Delivery.id)))

    def flows(self) -> list[str]:
        """Ids of the flows that have been started."""
        with self.db.reading() as session:
            return list(session.scalars(text("SELECT workflow_uuid FROM workflow_status ORDER BY created_at")))

    def lose_the_database(self) -> None:
        """Its file cannot be opened any more."""
        self.db.close()
        path = Path(urlsplit(self.settings.database_url).path[1:])
        path.rename(path.with_suffix(".away"))
        path.mkdir()


FORM = "application/x-www-form-urlencoded"


@functools.cache
def _forgers_key() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


def log_lines() -> io.StringIO:
    """The lines that the service writes from now on."""
    lines = io.StringIO()
    for handler in logging.getLogger().handlers:
        if type(handler) is logging.StreamHandler:
            handler.setStream(lines)
    return lines
