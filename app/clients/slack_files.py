"""Files in Slack: their bytes in a stream, from Slack's own hosts alone; our token goes nowhere else."""

from __future__ import annotations

from typing import Any
from urllib.parse import urljoin, urlsplit

import requests

from app.clients.http import raise_for, session
from app.errors import Refused, Unavailable

_HOSTS = (".slack.com", ".slack-gov.com")
_MOST_HOPS = 3
#: So many bytes tell what a file is.
FIRST = 512
#: A compressed answer would have another length than the file.
_PLAIN = {"Accept": "*/*", "Accept-Encoding": "identity"}


class SlackFiles:
    def __init__(self, api_url: str, token: str, timeout: float) -> None:
        self._api_url, self._token, self._timeout = api_url, token, timeout

    def download(self, address: str) -> Download:
        """The bytes, to be closed. A redirect is followed by hand: a library would take our token along.

        Raises Refused for an address that is not Slack's. It may still be the page to sign in, with status 200.
        """
        for _ in range(_MOST_HOPS):
            if not self._is_slacks(address):
                raise Refused(f"The file lies on {urlsplit(address).hostname!r}, which is no host of Slack's.")
            answer = self._get(address)
            if not answer.is_redirect:
                raise_for(answer, "GET", "a file in Slack")
                return Download(answer)
            address = urljoin(address, answer.headers["Location"])
            answer.close()
        raise Refused(f"Slack sent us on for a file more than {_MOST_HOPS} times.")

    def _get(self, address: str) -> requests.Response:
        headers = _PLAIN | {"Authorization": f"Bearer {self._token}"}
        try:
            return session().get(
                address, headers=headers, timeout=(5, self._timeout), stream=True, allow_redirects=False
            )
        except requests.RequestException as error:
            raise Unavailable(f"GET a file in Slack: no answer ({type(error).__name__})") from None

    def _is_slacks(self, address: str) -> bool:
        """Over TLS on one of Slack's names, or in the sandbox the host of its API."""
        asked, api = urlsplit(address), urlsplit(self._api_url)
        if (asked.scheme, asked.netloc) == (api.scheme, api.netloc):
            return True
        # A name and a password in the address would hide the true host from whoever reads the log.
        return asked.scheme == "https" and "@" not in asked.netloc and (asked.hostname or "").endswith(_HOSTS)


class Download:
    """A stream whose first bytes were read to see what it is: they come again, then the rest."""

    def __init__(self, answer: requests.Response) -> None:
        self._answer = answer
        self._raw: Any = answer.raw
        told = answer.headers.get("Content-Length", "")
        #: In bytes; None where Slack does not say.
        self.length = int(told) if told.isdigit() else None
        self.content_type = answer.headers.get("Content-Type", "")
        self.first = bytes(self._raw.read(FIRST))
        self._again = self.first

    def read(self, size: int, decode_content: bool = False) -> bytes:
        if self._again:
            piece, self._again = self._again[:size], self._again[size:]
            return piece
        return bytes(self._raw.read(size, decode_content=decode_content))

    def close(self) -> None:
        self._answer.close()
