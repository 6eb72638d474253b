"""A request from Slack is good when it is signed with our signing secret and not older than five minutes."""

from __future__ import annotations

import re
from collections.abc import Sequence

from slack_sdk.signature import Clock, SignatureVerifier

#: `v0=` and 64 hexadecimal digits; anything else would make the library raise instead of saying no.
_SIGNATURE = re.compile(r"v0=[0-9a-f]{64}")
_TIMESTAMP = re.compile(r"[0-9]{1,12}")


def why_refused(body: bytes, timestamp: str, signature: str, secrets: Sequence[str], now: float) -> str | None:
    """A reason for the log, or None when the request is good. Two secrets are accepted while one is being changed."""
    if not _TIMESTAMP.fullmatch(timestamp) or not _SIGNATURE.fullmatch(signature):
        return "malformed signature"
    if abs(now - int(timestamp)) > 300:
        return "stale"
    try:
        good = any(SignatureVerifier(each, clock=_At(now)).is_valid(body, timestamp, signature) for each in secrets)
    except UnicodeDecodeError:
        return "not text"
    return None if good else "wrong signature"


class _At(Clock):
    """The library asks a clock; ours stands at the moment of the request."""

    def __init__(self, moment: float) -> None:
        self._moment = moment

    def now(self) -> float:
        return self._moment
