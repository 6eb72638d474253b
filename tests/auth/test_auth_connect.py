"""Which Connect tokens are good, and which sites may install us: the rules, without a server."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import math
from pathlib import Path
from typing import Any
from urllib.parse import urlencode, urlsplit

import jwt
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from hypothesis import given
from hypothesis import strategies as st

from app.auth import connect
from app.auth.connect import Rejected
from sandbox import jwt_qsh

NOW, LEEWAY = 1_790_000_000.0, 30
CLIENT_KEY, SECRET = "the-client-key-of-acme", "the-secret-that-acme-and-we-share"
BASE_URL = "https://ops.example.com/connect/jira"
TARGET = "/connect/jira/webhooks/issue-updated"


def claims(target: str = "/webhooks/issue-updated", method: str = "POST", **other: Any) -> dict[str, Any]:
    """What a good token says, with *other* claims instead; None leaves one out."""
    good = {"iss": CLIENT_KEY, "iat": int(NOW), "exp": int(NOW) + 180, "qsh": jwt_qsh.query_string_hash(method, target)}
    return {name: value for name, value in (good | other).items() if value is not None}


def signed(secret: str = SECRET, algorithm: str = "HS256", **other: Any) -> str:
    return jwt.encode(claims(**other), secret, algorithm=algorithm)


def by_hand(header: Any, payload: Any, secret: str = SECRET) -> str:
    """A token that no library would write, with a signature that is right."""
    parts = [part if isinstance(part, bytes) else json.dumps(part).encode() for part in (header, payload)]
    text = b".".join(base64.urlsafe_b64encode(part).rstrip(b"=") for part in parts)
    signature = hmac.new(secret.encode(), text, hashlib.sha256).digest()
    return f"{text.decode()}.{base64.urlsafe_b64encode(signature).rstrip(b'=').decode()}"


def check(token: str, method: str = "POST", target: str = TARGET, base_url: str = BASE_URL) -> connect.Claims:
    return connect.verify_call(token, SECRET, CLIENT_KEY, base_url, method, target, NOW, LEEWAY)


def host_key() -> str:
    """The public key under which the sandbox's host signs installations."""
    token = jwt_qsh.signed_by_host({"iss": "x"})
    key = jwt_qsh.public_key(jwt.get_unverified_header(token)["kid"])
    assert key
    return key


def installing(**other: Any) -> str:
    return jwt_qsh.signed_by_host(claims(**{"target": "/lifecycle/installed", "aud": [BASE_URL], **other}))


def check_install(token: str, key: str = "", target: str = "/connect/jira/lifecycle/installed") -> connect.Claims:
    return connect.verify_install(token, key or host_key(), BASE_URL, "POST", target, NOW, LEEWAY)


# The hash of a request


@pytest.mark.parametrize(
    ("target", "canonical"),
    [
        ("/test", "GET&/test&"),
        ("/", "GET&/&"),
        ("/test/", "GET&/test&"),
        ("/test?", "GET&/test&"),
        ("/test?param=value", "GET&/test&param=value"),
        ("/test?jwt=eyJ.a.b", "GET&/test&"),
        ("/test?a=x&jwt=eyJ.a.b&b=y", "GET&/test&a=x&b=y"),
        ("/test?JWT=x", "GET&/test&JWT=x"),
        ("/test?p=some+spaces+here", "GET&/test&p=some%20spaces%20here"),
        ("/test?p=some%20spaces", "GET&/test&p=some%20spaces"),
        ("/test?p=1+%2B+1", "GET&/test&p=1%20%2B%201"),
        ("/test?p=connect*", "GET&/test&p=connect%2A"),
        ("/test?p=in+%7E3+days", "GET&/test&p=in%20~3%20days"),
        ("/test?p=-._~", "GET&/test&p=-._~"),
        ("/test?p=%28a%29%27%21", "GET&/test&p=%28a%29%27%21"),
        ("/test?p=%5E%7B%22a%22%3A%5B1%5D%7D", "GET&/test&p=%5E%7B%22a%22%3A%5B1%5D%7D"),
        ("/test?p=10%2C2", "GET&/test&p=10%2C2"),
        ("/test?p=3,4", "GET&/test&p=3%2C4"),
        ("/test?p=%E5%AE%AE%E5%B4%8E", "GET&/test&p=%E5%AE%AE%E5%B4%8E"),
        ("/test?p=", "GET&/test&p="),
        ("/test?p", "GET&/test&p="),
        ("/test?i=2&i=-1&i=10&i=1&i=20", "GET&/test&i=-1,1,10,2,20"),
        ("/test?i=b%2Cc&i=a", "GET&/test&i=a,b%2Cc"),
        ("/test?i=&i=+&i=%2520", "GET&/test&i=,%20,%2520"),
        ("/test?a10=1&a1=2", "GET&/test&a1=2&a10=1"),
        ("/test?a=1&B=2&A=3&b=4", "GET&/test&A=3&B=2&a=1&b=4"),
        ("/test?%241=v", "GET&/test&%241=v"),
        ("/test?p=http%3A%2F%2Ffrom.net%2F%3Fx%3DA%252BB", "GET&/test&p=http%3A%2F%2Ffrom.net%2F%3Fx%3DA%252BB"),
        ("/a&b", "GET&/a%26b&"),
        ("/path-._~!$'()*+,;=", "GET&/path-._~!$'()*+,;=&"),
        ("/a%20b", "GET&/a%20b&"),
    ],
)
def test_the_hash_is_taken_of_the_canonical_request(target: str, canonical: str) -> None:
    assert connect.qsh("get", target) == hashlib.sha256(canonical.encode()).hexdigest()


def test_atlassians_own_signed_urls_are_good() -> None:
    """Signature and hash, for each case of the file that Atlassian's libraries are tested with."""
    vectors = json.loads((Path(__file__).parent / "vectors" / "jwt-signed-urls.json").read_text())
    assert len(vectors["tests"]) == 78
    for each in vectors["tests"]:
        url = urlsplit(each["signedUrl"])
        token = url.query.rpartition("jwt=")[2]
        said = jwt.decode(token, options={"verify_signature": False})
        target = f"{url.path}?{url.query}"
        connect.verify_call(
            token, vectors["secret"], said["iss"], "https://example.com", "GET", target, said["iat"], LEEWAY
        )


@given(st.lists(st.tuples(st.text("abAB19_-.", max_size=4), st.text(max_size=6)), max_size=5))
def test_host_and_service_agree_on_any_query(pairs: list[tuple[str, str]]) -> None:
    """The sandbox's host has a hash of its own making."""
    target = "/log?" + urlencode(pairs, errors="replace")

    assert connect.qsh("GET", target) == jwt_qsh.query_string_hash("GET", target)


@pytest.mark.parametrize(
    ("base_path", "target", "rest"),
    [
        ("/connect/jira", "/connect/jira/webhooks/x", "/webhooks/x"),
        ("/connect/jira", "/connect/jira", "/"),
        ("/connect/jira/", "/connect/jira/", "/"),
        ("/connect/jira", "/connect/jira?a=b", "/?a=b"),
        ("/connect/jira", "/connect/jira2/webhooks", "/connect/jira2/webhooks"),
        ("/connect/jira", "/connect/confluence/webhooks", "/connect/confluence/webhooks"),
        ("", "/webhooks/x", "/webhooks/x"),
        ("/", "/webhooks/x", "/webhooks/x"),
        ("/ops/connect/jira", "/ops/connect/jira/webhooks/x", "/webhooks/x"),
        ("/ops/connect/jira", "/connect/jira/webhooks/x", "/webhooks/x"),
        ("/a/ops/connect/jira", "/connect/jira/webhooks/x?y=1", "/webhooks/x?y=1"),
        ("/connect/connect/jira", "/connect/jira/webhooks/x", "/webhooks/x"),
    ],
)
def test_the_path_of_the_base_url_is_no_part_of_the_hash(base_path: str, target: str, rest: str) -> None:
    """Also where a proxy has cut off its beginning."""
    assert connect.below(base_path, target) == rest


# Calls of an installed site


def test_a_call_signed_with_the_shared_secret_is_good() -> None:
    assert check(signed(sub="an-account"))["sub"] == "an-account"


REFUSED: dict[str, tuple[dict[str, Any], str]] = {
    "signed with another secret": ({"secret": "the-secret-of-somebody-else-altogether"}, "wrong signature"),
    "signed with another algorithm": ({"algorithm": "HS512", "secret": SECRET * 2}, "wrong algorithm"),
    "of another issuer": ({"iss": "another-site"}, "foreign issuer"),
    "of no issuer": ({"iss": None}, "unreadable"),
    "without its time": ({"iat": None}, "unreadable"),
    "without its end": ({"exp": None}, "unreadable"),
    "without a hash": ({"qsh": None}, "unreadable"),
    "past its end": ({"exp": NOW - LEEWAY - 1}, "stale"),
    "old, however far its end": ({"iat": NOW - connect.OLDEST - LEEWAY - 1, "exp": NOW + 10**9}, "stale"),
    "from the future": ({"iat": NOW + LEEWAY + 1}, "from the future"),
    "of a time that is no number": ({"iat": math.nan, "exp": math.nan}, "stale"),
    "issued at no number": ({"iat": math.nan}, "stale"),
    "good until no number": ({"exp": math.nan}, "stale"),
    "issued at infinity": ({"iat": math.inf}, "from the future"),
    "of a time in quotes": ({"iat": str(int(NOW))}, "times are no numbers"),
    "good until true": ({"exp": True}, "times are no numbers"),
    "of a list of times": ({"iat": [NOW]}, "times are no numbers"),
    "meant for another app": ({"aud": ["https://other.example.com"]}, "foreign audience"),
    "meant for another site": ({"aud": "another-site"}, "foreign audience"),
    "meant for nobody": ({"aud": []}, "foreign audience"),
    "meant for nonsense": ({"aud": {}}, "foreign audience"),
    "a context token": ({"qsh": "context-qsh"}, "hash of another request"),
    "of an empty hash": ({"qsh": ""}, "hash of another request"),
    "of a list of hashes": ({"qsh": ["x"]}, "hash of another request"),
    "for another address": ({"target": "/webhooks/issue-deleted"}, "hash of another request"),
    "for another query": ({"target": "/webhooks/issue-updated?user_id=x"}, "hash of another request"),
    "for another method": ({"method": "GET"}, "hash of another request"),
}


@pytest.mark.parametrize(("other", "why"), REFUSED.values(), ids=REFUSED)
def test_a_call_is_refused_that_is(other: dict[str, Any], why: str) -> None:
    with pytest.raises(Rejected, match=why):
        check(signed(**other))


GOOD: dict[str, dict[str, Any]] = {
    "an end that our clock has just passed": {"exp": NOW - LEEWAY},
    "a time that our clock has not reached": {"iat": NOW + LEEWAY},
    "the site as its audience": {"aud": [CLIENT_KEY]},
    "the app as its audience": {"aud": BASE_URL + "/"},
    "a subject that is a number": {"sub": 5},
    "a token id that is a number": {"jti": 5},
    "a context": {"context": {"user": {}}},
}


@pytest.mark.parametrize("other", GOOD.values(), ids=GOOD)
def test_a_call_is_good_with(other: dict[str, Any]) -> None:
    """A claim that nobody reads is no reason to lose a call."""
    assert check(signed(**other))


def test_a_null_subject_does_not_turn_a_call_away() -> None:
    """Nobody caused it: a scheduled job of the site's, or somebody who is not logged in."""
    assert check(by_hand({"alg": "HS256"}, claims() | {"sub": None}))


def test_a_token_for_another_path_is_refused() -> None:
    with pytest.raises(Rejected, match="hash of another request"):
        check(signed(), target="/connect/jira/webhooks/issue-deleted")


def test_a_token_for_another_method_is_refused() -> None:
    with pytest.raises(Rejected, match="hash of another request"):
        check(signed(), method="GET")


@pytest.mark.parametrize(
    "target",
    [
        TARGET + "?a=b",
        TARGET + "/more",
        TARGET + "%20",
        TARGET.replace("issue", "%69ssue"),
        TARGET.replace("/webhooks", "/./webhooks"),
    ],
)
def test_a_token_replayed_to_a_similar_address_is_refused(target: str) -> None:
    with pytest.raises(Rejected, match="hash of another request"):
        check(signed(), target=target)


def test_a_token_without_a_signature_is_refused() -> None:
    unsigned = jwt.encode(claims(), None, algorithm="none")
    with pytest.raises(Rejected, match="wrong algorithm"):
        check(unsigned)
    with pytest.raises(Rejected):
        check(signed().rpartition(".")[0] + ".")
    for name in ("None", "NONE", "nOnE", ""):
        with pytest.raises(Rejected):
            check(by_hand({"alg": name}, claims()))


def test_a_signature_of_atlassians_does_not_open_the_doors_of_a_site() -> None:
    """One algorithm for one door: RS256 is for installations only."""
    with pytest.raises(Rejected, match="wrong algorithm"):
        check(jwt_qsh.signed_by_host(claims()))


STRANGE_HEADERS: dict[str, Any] = {
    "no algorithm": {},
    "a list of algorithms": {"alg": ["HS256"]},
    "a number": {"alg": 5},
    "a detached payload": {"alg": "HS256", "b64": False, "crit": ["b64"]},
    "a list": b"[]",
    "half an object": b"{",
    "a very deep list": b"[" * 3000,
}


@pytest.mark.parametrize("header", STRANGE_HEADERS.values(), ids=STRANGE_HEADERS)
def test_a_strange_header_is_a_no_and_not_an_exception(header: Any) -> None:
    with pytest.raises(Rejected):
        check(by_hand(header, claims()))


STRANGE_PAYLOADS = {
    "nothing": b"",
    "half an object": b"{",
    "a list": b"[]",
    "a number": b"5",
    "a very long number": b'{"iss":' + b"9" * 5000 + b"}",
    "null": b"null",
    "a text": b'"iss"',
    "a very deep list": b"[" * 3000,
    "a very deep object": b'{"iss":' * 3000,
    "no UTF-8": b'{"iss":"\xff"}',
}


@pytest.mark.parametrize("payload", STRANGE_PAYLOADS.values(), ids=STRANGE_PAYLOADS)
def test_a_strange_payload_is_a_no_and_not_an_exception(payload: bytes) -> None:
    token = by_hand({"alg": "HS256"}, payload)
    with pytest.raises(Rejected):
        connect.issuer_of(token)
    with pytest.raises(Rejected):
        check(token)


@pytest.mark.parametrize("issuer", ["", None, 5, {}, ["x"], "a\x00b", "\ud800", "a\nb", "ключ", "x" * 256], ids=ascii)
def test_an_issuer_that_no_site_has_is_not_looked_up(issuer: Any) -> None:
    """It is only a claim yet, and would go into a query: with a broken character the database raises."""
    with pytest.raises(Rejected, match="no issuer"):
        connect.issuer_of(by_hand({"alg": "HS256"}, {"iss": issuer}))


@pytest.mark.parametrize("issuer", [CLIENT_KEY, "9f0a3e9c-3f5e-4a3e-8d58-b9f2d8d5c1f0", "jira:1234-5678-9000"])
def test_the_issuer_is_found_before_the_signature_is_checked(issuer: str) -> None:
    assert connect.issuer_of(by_hand({"alg": "HS256"}, {"iss": issuer})) == issuer


@pytest.mark.parametrize("token", ["", ".", "..", "a.b.c", "ä.ö.ü", "x.y.z.w", "=.=.="])
def test_what_is_no_token_has_no_issuer(token: str) -> None:
    with pytest.raises(Rejected, match="no token"):
        connect.issuer_of(token)


# Calls of our own pages


def check_context(token: str) -> connect.Claims:
    return connect.verify_context(token, SECRET, CLIENT_KEY, BASE_URL, NOW, LEEWAY)


def test_a_context_token_is_good_where_pages_of_ours_call() -> None:
    assert check_context(signed(qsh="context-qsh"))["iss"] == CLIENT_KEY


NO_CONTEXT: dict[str, tuple[dict[str, Any], str]] = {
    "the token of an ordinary call": ({}, "not a context token"),
    "nearly one": ({"qsh": "context-qsh "}, "not a context token"),
    "of another issuer": ({"qsh": "context-qsh", "iss": "another-site"}, "foreign issuer"),
    "meant for another": ({"qsh": "context-qsh", "aud": ["another-site"]}, "foreign audience"),
    "past its end": ({"qsh": "context-qsh", "exp": NOW - LEEWAY - 1}, "stale"),
    "signed by another": ({"qsh": "context-qsh", "secret": "somebody-else's-secret-of-32-bytes"}, "wrong signature"),
}


@pytest.mark.parametrize(("other", "why"), NO_CONTEXT.values(), ids=NO_CONTEXT)
def test_a_context_token_is_refused_that_is(other: dict[str, Any], why: str) -> None:
    with pytest.raises(Rejected, match=why):
        check_context(signed(**other))


# Installations


def test_an_installation_signed_by_atlassian_is_good() -> None:
    assert check_install(installing())["iss"] == CLIENT_KEY


@pytest.mark.parametrize("audience", [BASE_URL, BASE_URL + "/", [BASE_URL], ["x", BASE_URL]], ids=str)
def test_the_audience_of_an_installation_is_this_app(audience: Any) -> None:
    assert check_install(installing(aud=audience))


NOT_INSTALLED: dict[str, tuple[dict[str, Any], str]] = {
    "meant for nobody in particular": ({"aud": None}, "foreign audience"),
    "meant for nobody": ({"aud": []}, "foreign audience"),
    "meant for the site": ({"aud": [CLIENT_KEY]}, "foreign audience"),
    "meant for the service but not this app": ({"aud": ["https://ops.example.com"]}, "foreign audience"),
    "meant for the other product": ({"aud": ["https://ops.example.com/connect/confluence"]}, "foreign audience"),
    "meant for nearly this app": ({"aud": [BASE_URL + "//"]}, "foreign audience"),
    "a context token": ({"qsh": "context-qsh"}, "hash of another request"),
    "for uninstalling": ({"target": "/lifecycle/uninstalled"}, "hash of another request"),
    "past its end": ({"exp": NOW - LEEWAY - 1}, "stale"),
    "from the future": ({"iat": NOW + LEEWAY + 1}, "from the future"),
    "of no issuer": ({"iss": ""}, "no issuer"),
}


@pytest.mark.parametrize(("other", "why"), NOT_INSTALLED.values(), ids=NOT_INSTALLED)
def test_an_installation_is_refused_that_is(other: dict[str, Any], why: str) -> None:
    with pytest.raises(Rejected, match=why):
        check_install(installing(**other))


def test_an_installation_signed_under_another_key_is_refused() -> None:
    forger = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    forged = jwt.encode(claims("/lifecycle/installed", aud=[BASE_URL]), forger, algorithm="RS256")
    with pytest.raises(Rejected, match="wrong signature"):
        check_install(forged)


def test_the_public_key_is_not_taken_for_a_shared_secret() -> None:
    """It is known to everybody; a library that let the token choose would check an HS256 signature with it."""
    key = host_key()
    forged = by_hand({"alg": "HS256", "typ": "JWT"}, claims("/lifecycle/installed", aud=[BASE_URL]), secret=key)
    with pytest.raises(Rejected, match="wrong algorithm"):
        check_install(forged, key)


def test_an_installation_signed_with_the_former_secret_is_refused() -> None:
    """The scheme before 2021: whoever once had the secret could install again."""
    with pytest.raises(Rejected, match="wrong algorithm"):
        check_install(signed(target="/lifecycle/installed", aud=[BASE_URL]))


@pytest.mark.parametrize("key", ["", "no key", "-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----"])
def test_a_key_that_is_none_is_a_no_and_not_an_exception(key: str) -> None:
    with pytest.raises(Rejected, match="unreadable"):
        connect.verify_install(installing(), key, BASE_URL, "POST", "/lifecycle/installed", NOW, LEEWAY)


def with_key_id(key_id: Any, algorithm: str = "RS256") -> str:
    return by_hand({"alg": algorithm, "kid": key_id}, claims())


@pytest.mark.parametrize("key_id", ["4b8f6c1e-9d2a-4c57-8f01-2a7d5f4f3b11", "micros/connect/key-2026.07", "A_1"])
def test_a_key_id_becomes_part_of_the_key_servers_address(key_id: str) -> None:
    assert connect.key_id_of(with_key_id(key_id)) == key_id


@pytest.mark.parametrize(
    "key_id",
    [
        None,
        "",
        5,
        "..",
        ".",
        "../secrets",
        "a/../../b",
        "a/..",
        "a..b",
        "/etc/passwd",
        "//evil.example.com/key",
        "https://evil.example.com/key",
        "a?b",
        "a#b",
        "a@b",
        "a b",
        "a\n",
        "a\r\nHost: evil",
        "%2e%2e/a",
        "a\\b",
        "a/",
        "ключ",
        "x" * 129,
    ],
    ids=ascii,
)
def test_a_key_id_that_could_lead_elsewhere_is_refused(key_id: Any) -> None:
    with pytest.raises(Rejected):
        connect.key_id_of(with_key_id(key_id))


@pytest.mark.parametrize("algorithm", ["HS256", "none", "RS512", "ES256", "rs256"])
def test_nobody_is_asked_for_a_key_unless_the_algorithm_is_right(algorithm: str) -> None:
    with pytest.raises(Rejected, match="wrong algorithm"):
        connect.key_id_of(with_key_id("a-key", algorithm))


# Sites

ATLASSIAN = ["*.atlassian.net", " *.jira.com ", ""]


@pytest.mark.parametrize(
    "base_url",
    [
        "https://acme.atlassian.net",
        "https://acme.atlassian.net/",
        "https://acme.atlassian.net/wiki",
        "https://ACME.Atlassian.NET/wiki",
        "https://acme.jira.com:443",
        "https://a.b.atlassian.net",
    ],
)
def test_a_site_of_atlassians_may_install(base_url: str) -> None:
    assert connect.site_allowed(base_url, ATLASSIAN)


@pytest.mark.parametrize(
    "base_url",
    [
        "",
        "acme.atlassian.net",
        "//acme.atlassian.net",
        "http://acme.atlassian.net",
        "ftp://acme.atlassian.net",
        "javascript://acme.atlassian.net",
        "https:acme.atlassian.net",
        "https:///acme.atlassian.net",
        "https://atlassian.net",
        "https://.atlassian.net",
        "https://acme..atlassian.net",
        "https://acme.atlassian.net.",
        "https://evilatlassian.net",
        "https://evil.atlassian.net.evil.com",
        "https://evil.com/.atlassian.net",
        "https://evil.com?.atlassian.net",
        "https://evil.com#.atlassian.net",
        "https://evil.com;.atlassian.net",
        "https://evil.com,.atlassian.net",
        "https://evil.com:80,.atlassian.net",
        "https://evil.com\\.atlassian.net",
        "https://evil.com\\@acme.atlassian.net",
        "https://evil.com%2f.atlassian.net",
        "https://evil.com%00.atlassian.net",
        "https://evil.com\t.atlassian.net",
        "https://evil.com\x00.atlassian.net",
        "https://evil.com .atlassian.net",
        "https://user@acme.atlassian.net",
        "https://user:word@acme.atlassian.net",
        "https://@acme.atlassian.net",
        "https://acme.atlassian.net@evil.com",
        "https://acme.atlassian.net:443@evil.com",
        "https://acme.atlassian.net:port",
        "https://acme.atlassian.net:",
        "https://acme.atlassian.net?",
        "https://acme.atlassian.net?x=y",
        "https://acme.atlassian.net#",
        "https://acme.atlassian.net/wiki/../..",
        "https://acme.atlassian.net//evil.com",
        " https://acme.atlassian.net",
        "https://acme.atlassian.net\n",
        "https://acme.atlaſſian.net",
        "https://\N{KELVIN SIGN}.atlassian.net",
        "https://acme\N{FULLWIDTH FULL STOP}atlassian.net",
        "https://acme.atlassian.net\N{FULLWIDTH SOLIDUS}x",
        "https://[::1",
        "https://[::1].atlassian.net",
        "http://127.0.0.1",
        "https://127.0.0.1",
        "https://169.254.169.254/latest",
        "http://localhost:8080",
    ],
)
def test_no_other_address_passes_for_one(base_url: str) -> None:
    """What we send to a site is signed and holds people's texts; here it is decided where that may go."""
    assert not connect.site_allowed(base_url, ATLASSIAN)


@pytest.mark.parametrize(
    ("base_url", "allowed"),
    [
        ("http://127.0.0.1:8090", True),
        ("http://127.0.0.1:8090/wiki", True),
        ("http://localhost:8090", False),
        ("http://127.0.0.1.evil.com", False),
        ("http://127.0.0.1@evil.com", False),
        ("http://0x7f000001:8090", False),
        ("http://10.0.0.1", False),
    ],
)
def test_the_sandbox_may_install_without_https_where_it_is_named(base_url: str, allowed: bool) -> None:
    assert connect.site_allowed(base_url, ["127.0.0.1", "10.0.0.1"]) is allowed


def test_a_host_that_is_named_in_full_is_the_only_one() -> None:
    assert connect.site_allowed("https://acme.atlassian.net", ["acme.atlassian.net"])
    assert not connect.site_allowed("https://x.acme.atlassian.net", ["acme.atlassian.net"])
    assert not connect.site_allowed("https://acme.atlassian.net", [])


# Our own calls


def test_our_own_calls_are_good_to_the_host() -> None:
    target = "/rest/api/3/search/jql?jql=project+%3D+OPS&fields=summary&fields=status"
    header = connect.sign("solveonce-jira", CLIENT_KEY, SECRET, "get", target, NOW)

    scheme, token = header.split(" ")
    said = jwt.decode(token, SECRET, algorithms=["HS256"], options={"verify_exp": False, "verify_aud": False})
    assert scheme == "JWT"
    assert said == {
        "iss": "solveonce-jira",
        "aud": [CLIENT_KEY],
        "iat": int(NOW),
        "exp": int(NOW) + 180,
        "qsh": jwt_qsh.query_string_hash("GET", target),
    }


def test_a_public_key_is_what_its_name_says() -> None:
    """The tests above stand on it: the sandbox gives out a key in the form that Atlassian's servers use."""
    key = serialization.load_pem_public_key(host_key().encode())
    assert isinstance(key, rsa.RSAPublicKey)
