"""Whether the world reaches this service at BASE_URL: what an answer from there means, and what to do about it."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import urlsplit

from app.domain import Check, Verdict
from app.domain_setup import Answered
from app.sites.checks import right, wrong

#: What a proxy says whose service does not answer it.
DOWN = (502, 503, 504)
START = "Start it, and ask again: whether BASE_URL is right shows only then."
ANOTHER = (
    "Give the service and this command the same SLACK_SIGNING_SECRET and restart the service; if they have, its clock "
    "is off by minutes."
)


def written(base_url: str, slack_is_real: bool) -> list[Check]:
    """BASE_URL as it is written. *slack_is_real*: no stand-in that lives on this machine too."""
    name, parts = "BASE_URL", urlsplit(base_url)
    remedy = (
        "Set BASE_URL to the https address at which Jira and Slack reach this service, and print the manifest anew."
    )
    if parts.scheme not in ("http", "https") or not parts.hostname:
        return [wrong(name, f"{base_url!r} is no address", remedy)]
    if parts.query or parts.fragment or parts.username:
        return [wrong(name, "has more than scheme, host and path", remedy)]
    if slack_is_real and (
        parts.hostname == "localhost" or parts.hostname.startswith("127.") or parts.hostname == "::1"
    ):
        return [wrong(name, f"{base_url} is an address of this machine, which Slack cannot reach", remedy)]
    if slack_is_real and parts.scheme != "https":
        return [wrong(name, f"{base_url} is not https, and Slack sends nothing to it", remedy)]
    return []


def alive(url: str, answer: Answered) -> Check:
    """What `/healthz` answered. A service that does not run is no mistake in the set-up."""
    return _ours("BASE_URL", url, answer, _health)


def _health(name: str, url: str, answer: Answered) -> Check:
    if isinstance(answer.said, dict) and answer.said.get("alive") is True:
        return right(name, f"the service answers at {url.removesuffix('/healthz')}")
    remedy = "Set BASE_URL to the address of this service, with the path that the proxy in front of it cuts off."
    return wrong(name, f"{url} is answered by something else ({_what(answer)})", remedy)


def descriptor(url: str, product: str, wanted: str, answer: Answered) -> Check:
    """*wanted*: the address that the Connect descriptor has to name."""

    def names_us(name: str, url: str, answer: Answered) -> Check:
        said = answer.said if isinstance(answer.said, dict) else {}
        if said.get("baseUrl") == wanted:
            return right(name, f"names {wanted}")
        if "baseUrl" not in said:
            return wrong(name, f"{url} is no descriptor ({_what(answer)})", "Let the proxy pass on every path of ours.")
        remedy = "Give the service and this command the same BASE_URL, restart the service, and install the app again."
        return wrong(name, f"{url} names {said['baseUrl']}, not {wanted}", remedy)

    return _ours(f"{product.capitalize()} descriptor", url, answer, names_us)


def slack_door(url: str, challenge: str, answer: Answered) -> Check:
    """What came of a signed `url_verification`: Slack asks the same before it takes the address."""

    def challenged(name: str, url: str, answer: Answered) -> Check:
        if isinstance(answer.said, dict) and answer.said.get("challenge") == challenge:
            return right(name, "takes what is signed with our secret")
        if answer.status == 401:
            return wrong(name, f"{url} refuses what is signed with SLACK_SIGNING_SECRET", ANOTHER)
        if answer.status == 503:
            remedy = "Set SLACK_BOT_TOKEN and SLACK_SIGNING_SECRET for the service, and restart it."
            return wrong(name, "Slack is not set up in the service that runs there", remedy)
        remedy = "Let the proxy pass POST /slack/events on to this service, with its body and headers as they are."
        return wrong(name, f"{url} did not send the challenge back ({_what(answer)})", remedy)

    return _ours("Slack's door", url, answer, challenged)


def _ours(name: str, url: str, answer: Answered, look: Callable[[str, str, Answered], Check]) -> Check:
    """What is wrong on the way; when nothing is, *look* at what was said."""
    if answer.reason == "refused":
        return Check(name, Verdict.NOTE, f"nothing answers at {url}: the service does not run", START)
    if answer.reason:
        return wrong(name, f"{url}: {_NOTHING[answer.reason][0]}", _NOTHING[answer.reason][1])
    if answer.status in DOWN and answer.said is None:  # the service itself would give its reason as JSON
        return Check(name, Verdict.NOTE, f"a proxy answers {answer.status} at {url}: the service does not run", START)
    if 300 <= (answer.status or 0) < 400:
        remedy = "Set BASE_URL to the address that answers itself: what is sent on loses its body or its signature."
        return wrong(name, f"{url} sends on to {answer.location or 'nowhere'} ({answer.status})", remedy)
    return look(name, url, answer)


_NOTHING = {
    "unknown host": ("no such host", "Mend BASE_URL, or the entry in the DNS."),
    "silent": ("no answer in time", "Look whether a firewall lets calls in to this address, also from this machine."),
    "certificate": (
        "its certificate is not good",
        "Renew it with the whole chain: Jira and Slack refuse it as this command does.",
    ),
    "no address": ("cannot be called", "Set BASE_URL to an address like https://solveonce.example.com."),
}


def _what(answer: Answered) -> str:
    kind = "a page" if answer.content_type == "text/html" else answer.content_type or "nothing"
    return f"{answer.status}, {kind}"
