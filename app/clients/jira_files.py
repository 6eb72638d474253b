"""Files of issues, from one to another in a stream: whatever their size, only a piece of one is in memory."""

from __future__ import annotations

import io
import re
from contextlib import closing
from typing import Any
from urllib.parse import urljoin, urlsplit

import requests
import urllib3
from requests_toolbelt import MultipartEncoder

from app.clients.http import Http, parsed, raise_for, session
from app.clients.jira import API
from app.domain import Attachment
from app.errors import Refused, Unavailable

#: `…/file/<media id>/binary?token=…`; no document says so (facts: jira_api.md §4).
_MEDIA_ID = re.compile(r"/file/([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})(?:/|$)", re.IGNORECASE)
#: From Jira to the media service, and from there perhaps to where it keeps the bytes.
_MOST_HOPS = 5
_MIME_TYPE = re.compile(r"[\w.+-]+/[\w.+-]+", re.ASCII)


class JiraFiles:
    def __init__(self, http: Http) -> None:
        self._http = http

    def upload_limit(self) -> int | None:
        """How large a file may be, in bytes; None where Jira names no limit."""
        limit = self._http.get(f"{API}/attachment/meta").get("uploadLimit")
        return limit if isinstance(limit, int) else None

    def media_id(self, attachment_id: str) -> str | None:
        """The id under which a text shows this file; None where Jira does not say."""
        with closing(self._content(attachment_id)) as answer:
            return _media_id(answer)

    def copy(self, file: Attachment, to_issue: str) -> dict[str, Any]:
        """`{"id": of the copy, "media": the media id of *file* or None}`. Jira keeps two of one name: call it through `once`.

        Raises Refused with the code 413 for a file that is too large.
        """
        with closing(self._content(file.id)) as first, closing(self._followed(first, file.id)) as answer:
            made = self._upload(file, _stream_of(answer, file.size), to_issue)
            return {"id": str(made["id"]), "media": _media_id(first)}

    def attach(self, name: str, mime_type: str, source: Any, length: int, to_issue: str) -> str:
        """The id of a new attachment with *length* bytes of *source*. Jira keeps two of one name: call it through `once`."""
        return str(self._upload(Attachment("", name, length, mime_type), Exactly(source, length), to_issue)["id"])

    def attach_text(self, name: str, words: str, to_issue: str) -> str:
        """The id of a new text file. Call it through `once`, as the others."""
        content = words.encode()
        return self.attach(name, "text/plain", _Bytes(content), len(content), to_issue)

    def _content(self, attachment_id: str) -> requests.Response:
        """Jira sends us on to the media service, or gives the bytes itself."""
        path = f"{API}/attachment/content/{attachment_id}"
        return self._http.call("GET", path, headers=_PLAIN, stream=True, redirect=True)

    def _followed(self, answer: requests.Response, attachment_id: str) -> requests.Response:
        """The answer with the bytes. Our Authorization header stays behind: the other host has a token in its address."""
        place, what = self._http.base_url, f"the content of attachment {attachment_id}"
        for _ in range(_MOST_HOPS):
            if not answer.is_redirect:
                raise_for(answer, "GET", what)
                return answer
            place = _next(place, answer.headers["Location"])
            answer.close()
            answer = _read(place, self._http.timeout, what)
        raise Refused(f"GET {what}: sent on more than {_MOST_HOPS} times")

    def _upload(self, file: Attachment, content: Exactly, to_issue: str) -> Any:
        path = f"{API}/issue/{to_issue}/attachments"
        mime_type = file.mime_type if _MIME_TYPE.fullmatch(file.mime_type) else "application/octet-stream"
        form = MultipartEncoder({"file": (file.filename, content, mime_type)})
        headers = {"X-Atlassian-Token": "no-check", "Content-Type": form.content_type}
        answer = self._http.call("POST", path, data=form, headers=headers)
        return parsed(answer, "POST", path)[0]


#: A compressed answer would have another length than the file.
_PLAIN = {"Accept": "*/*", "Accept-Encoding": "identity"}


def _next(place: str, location: str) -> str:
    """Where a redirect leads. Raises Refused for anything but the web, and for a way out of TLS."""
    found = urljoin(place, location)
    allowed = ("https",) if urlsplit(place).scheme == "https" else ("https", "http")
    if urlsplit(found).scheme not in allowed:
        raise Refused(f"A file's address begins with {urlsplit(found).scheme!r}.")
    return found


def _read(address: str, timeout: float, what: str) -> requests.Response:
    try:
        return session().get(address, headers=_PLAIN, timeout=(5, timeout), stream=True, allow_redirects=False)
    except requests.RequestException as error:
        # Not the error's own text: the address has a token in it.
        raise Unavailable(f"GET {what}: no answer ({type(error).__name__})") from None


def _media_id(answer: requests.Response) -> str | None:
    found = _MEDIA_ID.search(urlsplit(answer.headers.get("Location", "")).path)
    return found[1] if found else None


def _stream_of(answer: requests.Response, size: int) -> Exactly:
    """Its length is what the answer says; *size*, what Jira says, where the answer says nothing or is compressed after all."""
    length = answer.headers.get("Content-Length", "")
    encoded = answer.headers.get("Content-Encoding", "identity") != "identity"
    return Exactly(answer.raw, int(length) if length.isdigit() and not encoded else size, encoded)


class _Bytes(io.BytesIO):
    """Read as an answer's stream is."""

    def read(self, size: int | None = -1, decode_content: bool = False) -> bytes:
        return super().read(size)


class Exactly:
    """A stream of so many bytes. If there are fewer or more it fails before the last one is handed on.

    So an upload that has begun with a length neither waits for what never comes, nor ends as half a file.
    """

    def __init__(self, source: Any, length: int, encoded: bool = False) -> None:
        self._source, self._encoded = source, encoded
        #: How many bytes are left: by this name requests-toolbelt asks for it.
        self.len = length

    def read(self, size: int = -1) -> bytes:
        wanted = self.len if size < 0 else min(size, self.len)
        piece = self._read(wanted) if wanted else b""
        if wanted and not piece:
            raise Unavailable(f"A file was cut on its way, {self.len} bytes before its end.")
        self.len -= len(piece)
        if piece and not self.len and self._read(1):
            raise Unavailable("A file was longer than was said.")
        return piece

    def _read(self, size: int) -> bytes:
        try:
            return bytes(self._source.read(size, decode_content=self._encoded))
        except (urllib3.exceptions.HTTPError, OSError) as error:
            raise Unavailable(f"A file was cut on its way ({type(error).__name__}).") from error
