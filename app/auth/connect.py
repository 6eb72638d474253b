"""A Connect token is good when its signature, hash of the request, audience, issuer and age are (facts: connect_forge.md §1)."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import urlsplit

import jwt
from atlassian_jwt.url_utils import hash_url

CONTEXT_QSH = "context-qsh"
#: Our own calls are short; Atlassian's libraries use the same three minutes.
LIFETIME = 180
#: However far away `exp` lies, a token older than this is stale.
OLDEST = 3600
SAFE_KEY_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,127}(/[A-Za-z0-9][A-Za-z0-9._-]{0,127})*")
#: It is looked up in the database before anything is known of the token.
SAFE_ISSUER = re.compile(r"[ -~]{1,255}")
#: Scheme, host, port and path, and nothing that two readers of the address could understand differently:
#: in `https://evil.com\.atlassian.net` one sees a host of Atlassian's, and the one that sends sees evil.com.
SITE = re.compile(
    r"(https?)://([a-z0-9-]+(?:\.[a-z0-9-]+)*)(?::[0-9]{1,5})?(?:/[a-z0-9_-]+)*/?", re.IGNORECASE | re.ASCII
)

Claims = dict[str, Any]


class Rejected(Exception):
    """Why a token is not good; for the log, not for the caller."""


def sign(app_key: str, client_key: str, secret: str, method: str, target: str, now: float) -> str:
    """The Authorization header of a call of ours; *target* is path and query below the product's base URL."""
    claims = {
        "iss": app_key,
        "aud": [client_key],
        "iat": int(now),
        "exp": int(now) + LIFETIME,
        "qsh": qsh(method, target),
    }
    return "JWT " + jwt.encode(claims, secret, algorithm="HS256")


def qsh(method: str, target: str) -> str:
    """The query string hash of a request; *target* is raw: nothing is decoded and encoded again."""
    return str(hash_url(method, target))


def below(base_path: str, target: str) -> str:
    """*target* without the path of the app's base URL: the hash is taken of the rest.

    A proxy may have cut off the beginning of that path before the call came to us; the end of it is still there.
    """
    parts = base_path.strip("/").split("/")
    for start in range(len(parts)):
        base = "/" + "/".join(parts[start:])
        if target == base or target.startswith((base + "/", base + "?")):
            rest = target[len(base) :]
            return rest if rest.startswith("/") else "/" + rest
    return target


def issuer_of(token: str) -> str:
    """Who claims to have sent *token*; to find the secret with which to check that. Raises Rejected."""
    return _issuer(_unverified(token))


def key_id_of(token: str) -> str:
    """The `kid` of a token signed with an asymmetric key. It becomes part of a URL, so it must be harmless. Raises Rejected."""
    try:
        header = jwt.get_unverified_header(token)
    except jwt.InvalidTokenError as error:
        raise Rejected("no token") from error
    if header.get("alg") != "RS256":  # before anybody is asked for a key
        raise Rejected("wrong algorithm")
    key_id = header.get("kid")
    if not isinstance(key_id, str) or not SAFE_KEY_ID.fullmatch(key_id) or ".." in key_id:
        raise Rejected("unsafe key id")
    return key_id


def verify_call(
    token: str, secret: str, client_key: str, base_url: str, method: str, target: str, now: float, leeway: int
) -> Claims:
    """Claims of a call that the host signed with the shared secret. Raises Rejected, for a context token too."""
    claims = _verified(token, secret, "HS256", now, leeway)
    _check_issuer(claims, client_key)
    _check_audience(claims, {client_key, base_url}, required=False)
    _check_hash(claims, base_url, method, target)
    return claims


def verify_context(token: str, secret: str, client_key: str, base_url: str, now: float, leeway: int) -> Claims:
    """Claims of a call from our own page inside the product: its hash is the words `context-qsh`. Raises Rejected."""
    claims = _verified(token, secret, "HS256", now, leeway)
    _check_issuer(claims, client_key)
    _check_audience(claims, {client_key, base_url}, required=False)
    if claims.get("qsh") != CONTEXT_QSH:
        raise Rejected("not a context token")
    return claims


def verify_install(
    token: str, public_key: str, base_url: str, method: str, target: str, now: float, leeway: int
) -> Claims:
    """Claims of `installed` and `uninstalled`, signed by Atlassian. Raises Rejected."""
    claims = _verified(token, public_key, "RS256", now, leeway)
    _issuer(claims)
    _check_audience(claims, {base_url}, required=True)
    _check_hash(claims, base_url, method, target)
    return claims


def _verified(token: str, key: str, algorithm: str, now: float, leeway: int) -> Claims:
    try:
        # One algorithm for one route, never the one that the token names. Time is checked below, against *now*.
        claims = jwt.decode(
            token,
            key,
            algorithms=[algorithm],
            options={
                "require": ["iss", "iat", "exp", "qsh"],
                "verify_exp": False,
                "verify_iat": False,
                "verify_aud": False,
                "verify_nbf": False,
                # Nobody here reads these two, so what stands in them is no reason to turn a call away.
                "verify_sub": False,
                "verify_jti": False,
            },
        )
    except jwt.InvalidAlgorithmError as error:
        raise Rejected("wrong algorithm") from error
    except jwt.InvalidSignatureError as error:
        raise Rejected("wrong signature") from error
    except (jwt.PyJWTError, ValueError, TypeError) as error:
        raise Rejected(f"unreadable token ({type(error).__name__})") from error
    _check_age(claims, now, leeway)
    return dict(claims)


def _check_age(claims: Claims, now: float, leeway: int) -> None:
    issued, expires = claims["iat"], claims["exp"]
    if not all(isinstance(value, int | float) and not isinstance(value, bool) for value in (issued, expires)):
        raise Rejected("times are no numbers")
    # Said this way round because NaN, which JSON here may hold, is neither before nor after anything.
    if not (expires >= now - leeway and issued >= now - OLDEST - leeway):
        raise Rejected("stale")
    if issued > now + leeway:
        raise Rejected("from the future")


def _issuer(claims: Claims) -> str:
    issuer = claims.get("iss")
    if not isinstance(issuer, str) or not SAFE_ISSUER.fullmatch(issuer):
        raise Rejected("no issuer")
    return issuer


def _check_issuer(claims: Claims, client_key: str) -> None:
    if claims["iss"] != client_key:
        raise Rejected("foreign issuer")


def _check_audience(claims: Claims, accepted: set[str], required: bool) -> None:
    audience = claims.get("aud")
    if audience is None and not required:
        return
    named = audience if isinstance(audience, list) else [audience]
    if not {str(each).removesuffix("/") for each in named} & {each.removesuffix("/") for each in accepted}:
        raise Rejected("foreign audience")


def _check_hash(claims: Claims, base_url: str, method: str, target: str) -> None:
    relative = below(urlsplit(base_url).path, target)
    if claims["qsh"] != qsh(method, relative):
        raise Rejected("hash of another request")


def _unverified(token: str) -> Claims:
    try:
        return dict(jwt.decode(token, options={"verify_signature": False}))
    except (jwt.PyJWTError, ValueError) as error:
        raise Rejected("no token") from error


def site_allowed(base_url: str, patterns: list[str]) -> bool:
    """Whether a site at *base_url* may install us: https (or loopback), and a host of *patterns*."""
    address = SITE.fullmatch(base_url)
    if address is None:
        return False
    scheme, host = address[1].lower(), address[2].lower()
    if scheme != "https" and host not in ("127.0.0.1", "localhost"):
        return False
    return any(_matches(host, pattern.strip().lower()) for pattern in patterns if pattern.strip())


def _matches(host: str, pattern: str) -> bool:
    return host.endswith(pattern[1:]) if pattern.startswith("*.") else host == pattern
