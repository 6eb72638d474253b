"""Doctor: whether Jira and Slack reach the service at BASE_URL."""

from __future__ import annotations

import json
import secrets
import time
from collections.abc import Iterator

from slack_sdk.signature import SignatureVerifier

from app.cli.doctor_slack import is_real
from app.clients.reach import reached
from app.domain import Check, Verdict
from app.settings import Settings
from app.sites import checks_reach, descriptor


def reach(settings: Settings) -> Iterator[Check]:
    """Call the service as the world calls it; nothing is changed there."""
    base, timeout = settings.base_url.rstrip("/"), settings.call_timeout
    if wrong := checks_reach.written(base, is_real(settings)):
        yield from wrong
        return
    alive = checks_reach.alive(f"{base}/healthz", reached("GET", f"{base}/healthz", timeout))
    yield alive
    if alive.verdict is not Verdict.OK:
        return  # everything else would only say the same
    for product in descriptor.FILES:
        wanted = descriptor.app_base_url(base, product)
        url = f"{wanted}/atlassian-connect.json"
        yield checks_reach.descriptor(url, product, wanted, reached("GET", url, timeout))
    if (settings.slack_bot_token or settings.slack_by_oauth) and settings.slack_signing_secret.strip(" ,"):
        yield _slack_door(f"{base}/slack/events", settings)


def _slack_door(url: str, settings: Settings) -> Check:
    """As Slack does it before it takes an address, signed with the newest secret."""
    challenge, stamp = secrets.token_urlsafe(24), str(int(time.time()))
    body = json.dumps({"type": "url_verification", "challenge": challenge, "token": "doctor"})
    secret = next(each.strip() for each in settings.slack_signing_secret.split(",") if each.strip())
    signature = SignatureVerifier(secret).generate_signature(timestamp=stamp, body=body) or ""
    headers = {
        "Content-Type": "application/json",
        "X-Slack-Request-Timestamp": stamp,
        "X-Slack-Signature": signature,
    }
    return checks_reach.slack_door(url, challenge, reached("POST", url, settings.call_timeout, body.encode(), headers))
