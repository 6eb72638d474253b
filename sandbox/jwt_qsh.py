"""Connect's tokens: the query string hash, and signing and checking of JWTs.

The canonical request is that of https://developer.atlassian.com/cloud/jira/platform/understanding-jwt-for-connect-apps/.
"""

from __future__ import annotations

import functools
import hashlib
import time
import uuid
from typing import Any
from urllib.parse import parse_qsl, quote, urlsplit

import jwt
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

#: Seconds a token of the host lives.
LIFETIME = 180


def canonical_request(method: str, url: str, base_path: str = "") -> str:
    """METHOD&path&query of *url*, its path taken relative to *base_path*."""
    target = urlsplit(url)
    return f"{method.upper()}&{_path(target.path, base_path.rstrip('/'))}&{_query(target.query)}"


def query_string_hash(method: str, url: str, base_path: str = "") -> str:
    """The `qsh` claim for a request."""
    return hashlib.sha256(canonical_request(method, url, base_path).encode()).hexdigest()


def _path(path: str, base_path: str) -> str:
    if base_path and (path == base_path or path.startswith(base_path + "/")):
        path = path[len(base_path) :]
    path = path.replace("&", "%26")
    return (path if path == "/" else path.removesuffix("/")) or "/"


def _query(query: str) -> str:
    values: dict[str, list[str]] = {}
    for name, value in parse_qsl(query, keep_blank_values=True):
        if name != "jwt":
            values.setdefault(name, []).append(value)
    return "&".join(f"{_encoded(name)}={','.join(map(_encoded, sorted(values[name])))}" for name in sorted(values))


def _encoded(text: str) -> str:
    return quote(text, safe="-._~")


def host_claims(client_key: str, method: str, url: str, app_base_url: str, subject: str | None) -> dict[str, Any]:
    """The claims of a token with which the host calls an app; no `sub` when nobody caused the call."""
    now = int(time.time())
    claims = {"iss": client_key, "iat": now, "exp": now + LIFETIME, "context": {}}
    claims["qsh"] = query_string_hash(method, url, urlsplit(app_base_url).path)
    return claims | ({"sub": subject} if subject else {})


def signed(claims: dict[str, Any], secret: str) -> str:
    """A token signed with the secret that host and app share."""
    return jwt.encode(claims, secret, algorithm="HS256")


def signed_by_host(claims: dict[str, Any]) -> str:
    """A token of the install handshake: RS256 under the host's own key."""
    kid, key = _host_key()
    return jwt.encode(claims, key, algorithm="RS256", headers={"kid": kid})


def public_key(kid: str) -> str | None:
    """The PEM text that the key server gives for *kid*."""
    own_kid, key = _host_key()
    if kid != own_kid:
        return None
    encoding, form = serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    return key.public_key().public_bytes(encoding, form).decode()


@functools.cache
def _host_key() -> tuple[str, rsa.RSAPrivateKey]:
    return str(uuid.uuid4()), rsa.generate_private_key(public_exponent=65537, key_size=2048)


def unverified_issuer(token: str) -> str | None:
    """Who says to have made *token*; only good for looking up the secret that proves it."""
    try:
        return jwt.decode(token, options={"verify_signature": False}).get("iss")
    except jwt.PyJWTError:
        return None


def claims_from_app(token: str, secret: str, client_key: str) -> dict[str, Any]:
    """The claims of an app's token; raises `jwt.PyJWTError` when it is forged, old, or meant for another site."""
    claims: dict[str, Any] = jwt.decode(
        token,
        secret,
        algorithms=["HS256"],
        options={"require": ["iss", "iat", "exp", "qsh"], "verify_aud": False},
    )
    audience = claims.get("aud")
    if audience is not None and client_key not in ([audience] if isinstance(audience, str) else audience):
        raise jwt.InvalidAudienceError("the token is for another site")
    return claims
