"""One HTTP call to a neighbour: time-outs, `Retry-After`, and status codes turned into our five errors."""

from __future__ import annotations

import math
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode, urlsplit

import requests

from app.errors import Conflict, NotFound, Refused, Unavailable

#: Gives the Authorization header for (method, path with query); the path is relative to the client's base URL.
Signer = Callable[[str, str], str]

_local = threading.local()
_LONGEST_REASON = 500


@dataclass(frozen=True)
class Http:
    """Calls one product of one site. Every write carries the trace, so that Jira's echo of it can be told apart."""

    base_url: str
    sign: Signer
    timeout: float
    trace: str = ""

    def get(self, path: str, **query: Any) -> Any:
        return self.send("GET", path, query=query)

    def send(self, method: str, path: str, *, query: Mapping[str, Any] | None = None, json: Any = None) -> Any:
        """The JSON of the answer."""
        return parsed(self.call(method, path, query=query, json=json), method, path)

    def call(
        self,
        method: str,
        path: str,
        *,
        query: Mapping[str, Any] | None = None,
        json: Any = None,
        data: Any = None,
        headers: Mapping[str, str] | None = None,
        stream: bool = False,
        redirect: bool = False,
    ) -> requests.Response:
        """Raises Unavailable, Conflict, NotFound or Refused for anything but success.

        *redirect*: the caller wants to know where it would be sent on to; nobody is followed here.
        """
        kept = {name: value for name, value in (query or {}).items() if value is not None}
        target = f"{path}?{urlencode(kept, doseq=True)}" if kept else path
        sent = {"Authorization": self.sign(method, target), "Accept": "application/json", **(headers or {})}
        if self.trace and method != "GET":
            sent["X-Atlassian-Webhook-Trace"] = self.trace
        try:
            answer = session().request(
                method,
                self.base_url + target,
                json=json,
                data=data,
                headers=sent,
                timeout=(5, self.timeout),
                stream=stream,
                allow_redirects=False,  # our token is for this address only
            )
        except requests.ConnectTimeout as error:
            raise Unavailable(f"{method} {path}: nobody answered the call") from error
        except requests.RequestException as error:
            raise Unavailable(
                f"{method} {path}: no answer ({type(error).__name__})", perhaps_done=method != "GET"
            ) from error
        if not (redirect and answer.is_redirect):
            raise_for(answer, method, path)
        return answer


def session() -> requests.Session:
    """One for each thread: a Session is not safe to share, and a fresh one for each call would connect anew."""
    if not hasattr(_local, "session"):
        _local.session = requests.Session()
        _local.session.trust_env = False  # no proxy, no .netrc: a stray password must not replace our token
    return _local.session  # type: ignore[no-any-return]


def raise_for(answer: requests.Response, method: str, path: str) -> None:
    """Our error for a status; nothing for success."""
    status = answer.status_code
    if status < 300:
        return
    if status < 400:
        # A write that ends at a login page or at a renamed site has not taken effect.
        raise Refused(f"{method} {path}: {status}, sent on to {urlsplit(answer.headers.get('Location', '')).netloc!r}")
    reason = f"{method} {path}: {status} {reason_of(answer)}".strip()
    # 401: the secret was changed by a re-installation a moment ago (each try signs with the newest), or an admin has
    # to do something; what people did meanwhile must not be lost.
    if status in (401, 429):
        raise Unavailable(reason, retry_after(answer))
    if status >= 500:
        raise Unavailable(reason, retry_after(answer), perhaps_done=method != "GET")
    if status == 404:
        raise NotFound(reason)
    if status == 409:
        raise Conflict(reason)
    raise Refused(reason, str(status))


def parsed(answer: requests.Response, method: str, path: str) -> Any:
    """The JSON of *answer*. Raises Unavailable for anything else: something between us has answered, or cut it short."""
    try:
        return answer.json()
    except ValueError as error:
        raise Unavailable(f"{method} {path}: the answer is no JSON", perhaps_done=method != "GET") from error


#: However long a neighbour asks us to wait, after a day we look again.
LONGEST_WAIT = 86_400.0


def retry_after(answer: requests.Response) -> float | None:
    """Seconds, when the header is a number; a date is left to our own pauses."""
    return seconds(answer.headers.get("Retry-After", ""))


def seconds(header: str) -> float | None:
    try:
        asked = float(header)
    except ValueError:
        return None
    return min(max(0.0, asked), LONGEST_WAIT) if math.isfinite(asked) else None


def reason_of(answer: requests.Response) -> str:
    """The neighbour's own words: Jira's `errorMessages` and `errors`, Confluence's `errors[].title`, a gateway's `message`."""
    try:
        body = answer.json()
    except ValueError:
        return ""
    if not isinstance(body, dict):
        return ""
    messages, errors = body.get("errorMessages"), body.get("errors")
    texts = [str(text) for text in messages] if isinstance(messages, list) else []
    if isinstance(errors, dict):
        texts += [f"{field}: {text}" for field, text in errors.items()]
    elif isinstance(errors, list):
        texts += [str(each.get("title") or each.get("code") or "") for each in errors if isinstance(each, dict)]
    return " ".join(texts or [str(body.get("message") or "")])[:_LONGEST_REASON]
