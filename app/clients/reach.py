"""Calling our own address as the world does: nobody is followed, nothing is repeated, and every outcome is an answer."""

from __future__ import annotations

from collections.abc import Mapping

import requests

from app.clients.http import session
from app.domain_setup import Answered


def reached(
    method: str, url: str, timeout: float, body: bytes = b"", headers: Mapping[str, str] | None = None
) -> Answered:
    """What *url* answers; it never raises."""
    try:
        answer = session().request(
            method, url, data=body, headers=dict(headers or {}), timeout=timeout, allow_redirects=False
        )
    except requests.RequestException as error:
        return Answered(reason=_reason(error))
    try:
        said = answer.json()
    except ValueError:
        said = None
    kind, leads_to = answer.headers.get("Content-Type", ""), answer.headers.get("Location", "")
    return Answered(answer.status_code, said, kind.partition(";")[0], leads_to)


def _reason(error: requests.RequestException) -> str:
    if isinstance(error, requests.exceptions.SSLError):
        return "certificate"
    if isinstance(error, requests.Timeout):
        return "silent"
    if isinstance(error, requests.ConnectionError):
        # The library has no error of its own for a name that nobody knows.
        return "unknown host" if "NameResolution" in str(error) else "refused"
    return "no address"
