"""A file on its way from one issue to another: in pieces, whole or not at all, and without our token at another host."""

from __future__ import annotations

import io
import re
import socket
import threading
from collections.abc import Iterator
from typing import Any

import pytest
import responses

from app.clients.http import Http
from app.clients.jira_files import Exactly, JiraFiles
from app.domain import Attachment
from app.errors import NotFound, Refused, Unavailable

BASE = "https://team.atlassian.net"
CONTENT = BASE + "/rest/api/3/attachment/content/7"
TARGET = BASE + "/rest/api/3/issue/20001/attachments"
MEDIA_ID = "0b3c1f52-9d1e-4a7c-8a53-0d2f6d9a7e11"
MEDIA = f"https://api.media.example/file/{MEDIA_ID}/binary"
FILE = Attachment("7", "error.png", 9, "image/png")


@pytest.fixture
def wire() -> Iterator[responses.RequestsMock]:
    with responses.RequestsMock(assert_all_requests_are_fired=False) as mock:
        yield mock


@pytest.fixture
def files() -> JiraFiles:
    return JiraFiles(Http(BASE, lambda method, target: "JWT x", timeout=5, trace="solveonce"))


@pytest.fixture
def uploaded(wire: responses.RequestsMock) -> list[bytes]:
    """The bodies that Jira got."""
    found: list[bytes] = []

    def take(request: Any) -> tuple[int, dict[str, str], str]:
        found.append(request.body)
        return 200, {}, '[{"id": "8"}]'

    wire.add_callback("POST", TARGET, callback=take)
    return found


def sent_on(wire: responses.RequestsMock, body: bytes = b"\x00\xffpicture", to: str = MEDIA, **more: Any) -> None:
    wire.add("GET", CONTENT, status=303, headers={"Location": f"{to}?token=t"})
    wire.add("GET", to, body=body, **more)


def test_our_token_does_not_go_to_the_media_service(wire: Any, files: JiraFiles, uploaded: list[bytes]) -> None:
    sent_on(wire)

    made = files.copy(FILE, "20001")

    jira, media, upload = (call.request for call in wire.calls)
    assert jira.headers["Authorization"] == upload.headers["Authorization"] == "JWT x"
    assert "Authorization" not in media.headers
    assert upload.headers["X-Atlassian-Token"] == "no-check"
    assert made == {"id": "8", "media": MEDIA_ID}
    assert b'name="file"; filename="error.png"' in uploaded[0]
    assert b"\x00\xffpicture" in uploaded[0]
    assert int(upload.headers["Content-Length"]) == len(uploaded[0])


def test_bytes_that_jira_gives_itself_do_as_well(wire: Any, files: JiraFiles, uploaded: list[bytes]) -> None:
    wire.add("GET", CONTENT, body=b"\x00\xffpicture")

    assert files.copy(FILE, "20001") == {"id": "8", "media": None}
    assert b"\x00\xffpicture" in uploaded[0]


def test_a_second_host_is_followed_without_our_token_too(wire: Any, files: JiraFiles, uploaded: list[bytes]) -> None:
    wire.add("GET", MEDIA, status=302, headers={"Location": "https://cdn.example/x?sig=1"})
    wire.add("GET", CONTENT, status=303, headers={"Location": MEDIA})
    wire.add("GET", "https://cdn.example/x", body=b"123456789")

    files.copy(FILE, "20001")

    assert [call.request.headers.get("Authorization") for call in wire.calls] == ["JWT x", None, None, "JWT x"]
    assert b"123456789" in uploaded[0]


@pytest.mark.parametrize("location", ["file:///etc/passwd", "ftp://media.example/x", "http://media.example/x"])
def test_no_address_but_the_web_s_is_followed_and_none_out_of_tls(wire: Any, files: JiraFiles, location: str) -> None:
    wire.add("GET", CONTENT, status=303, headers={"Location": location})

    with pytest.raises(Refused, match="address begins with"):
        files.copy(FILE, "20001")
    assert len(wire.calls) == 1


def test_who_is_sent_on_for_ever_gives_up(wire: Any, files: JiraFiles) -> None:
    wire.add("GET", CONTENT, status=303, headers={"Location": MEDIA})
    wire.add("GET", MEDIA, status=302, headers={"Location": MEDIA})

    with pytest.raises(Refused, match="sent on more than"):
        files.copy(FILE, "20001")


@pytest.mark.parametrize(("status", "error"), [(404, NotFound), (403, Refused), (429, Unavailable), (500, Unavailable)])
def test_a_media_service_that_does_not_give_it_is_no_file(
    wire: Any, files: JiraFiles, uploaded: list[bytes], status: int, error: type[Exception]
) -> None:
    sent_on(wire, status=status)

    with pytest.raises(error) as raised:
        files.copy(FILE, "20001")
    assert "token" not in str(raised.value)
    assert uploaded == []


def test_a_file_that_is_too_large_for_jira_is_known_by_its_code(wire: Any, files: JiraFiles) -> None:
    sent_on(wire)
    wire.add("POST", TARGET, status=413)

    with pytest.raises(Refused) as raised:
        files.copy(FILE, "20001")
    assert raised.value.error == "413"


def test_a_name_and_a_type_cannot_break_out_of_their_headers(
    wire: Any, files: JiraFiles, uploaded: list[bytes]
) -> None:
    sent_on(wire)

    files.copy(Attachment("7", 'Снимок "1"\r\nX-Evil: 1.png', 9, "image/png\r\nX-Evil: 1"), "20001")

    head = uploaded[0].partition(b"\r\n\r\n")[0].decode()
    assert head.count("\r\n") == 2
    assert "Снимок %221%22%0D%0AX-Evil: 1.png" in head
    assert "application/octet-stream" in head


def test_the_media_id_is_read_from_the_address_and_nobody_is_followed(wire: Any, files: JiraFiles) -> None:
    wire.add("GET", CONTENT, status=303, headers={"Location": f"{MEDIA}?token=t&name=/file/{'0' * 36}/"})

    assert files.media_id("7") == MEDIA_ID
    assert len(wire.calls) == 1


def test_a_jira_that_does_not_say_the_media_id_has_none(wire: Any, files: JiraFiles) -> None:
    wire.add("GET", CONTENT, body=b"bytes")

    assert files.media_id("7") is None


@pytest.mark.parametrize(("meta", "limit"), [({"enabled": True, "uploadLimit": 10}, 10), ({"enabled": True}, None)])
def test_the_limit_is_jira_s(wire: Any, files: JiraFiles, meta: dict[str, Any], limit: int | None) -> None:
    wire.add("GET", BASE + "/rest/api/3/attachment/meta", json=meta)

    assert files.upload_limit() == limit


class Source(io.BytesIO):
    """As urllib3's answers are read."""

    def read(self, size: int | None = -1, decode_content: bool = False) -> bytes:
        return super().read(size)


@pytest.mark.parametrize("size", [1, 3, 4, 100, -1])
def test_a_stream_gives_what_was_said_in_pieces_of_any_size(size: int) -> None:
    stream, got = Exactly(Source(b"0123456789"), 10), b""
    while piece := stream.read(size):
        got += piece
    assert got == b"0123456789"
    assert stream.len == 0


@pytest.mark.parametrize(("content", "said"), [(b"012345", 10), (b"", 1), (b"0123456789x", 10)])
def test_a_stream_that_is_shorter_or_longer_fails_before_its_last_byte(content: bytes, said: int) -> None:
    stream = Exactly(Source(content), said)
    with pytest.raises(Unavailable, match=r"cut on its way|longer than"):
        list(iter(lambda: stream.read(4), b""))


def test_a_file_of_nothing_is_a_file() -> None:
    assert Exactly(Source(b""), 0).read(10) == b""


class Peers:
    """Jira and its media service on one loopback port, who write what a test wants, byte by byte."""

    def __init__(self, media_answer: bytes) -> None:
        self.media_answer, self.got = media_answer, b""
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._socket.getsockname()[1]}"
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self) -> None:
        while True:
            try:
                peer, _ = self._socket.accept()
            except OSError:
                return
            threading.Thread(target=self._answer, args=(peer,), daemon=True).start()

    def _answer(self, peer: socket.socket) -> None:
        with peer:
            head = b""
            while b"\r\n\r\n" not in head:
                head += peer.recv(1)
            if head.startswith(b"GET /rest"):
                where = f"{self.url}/file/{MEDIA_ID}/binary".encode()
                peer.sendall(
                    b"HTTP/1.1 303 See Other\r\nConnection: close\r\nLocation: "
                    + where
                    + b"\r\nContent-Length: 0\r\n\r\n"
                )
            elif head.startswith(b"GET"):
                peer.sendall(self.media_answer)
            else:
                self._take(peer, int(re.findall(rb"Content-Length: (\d+)", head)[0]))

    def _take(self, peer: socket.socket, length: int) -> None:
        while len(self.got) < length and (piece := peer.recv(65536)):
            self.got += piece
        if len(self.got) == length:
            body = b'[{"id": "8"}]'
            peer.sendall(b"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 13\r\n\r\n" + body)

    def close(self) -> None:
        self._socket.close()


@pytest.mark.parametrize(
    ("answer", "arrives"),
    [
        pytest.param(b"Content-Length: 9\r\n\r\n123456789", b"123456789", id="whole"),
        pytest.param(b"Content-Length: 12\r\n\r\n123456789abc", b"123456789abc", id="longer than Jira said"),
        pytest.param(b"Transfer-Encoding: chunked\r\n\r\n9\r\n123456789\r\n0\r\n\r\n", b"123456789", id="in chunks"),
        pytest.param(b"Content-Length: 9\r\n\r\n1234", None, id="cut"),
        pytest.param(b"Transfer-Encoding: chunked\r\n\r\n4\r\n1234\r\n0\r\n\r\n", None, id="shrunk, in chunks"),
        pytest.param(b"Transfer-Encoding: chunked\r\n\r\na\r\n1234567890\r\n0\r\n\r\n", None, id="grown, in chunks"),
        pytest.param(b"Transfer-Encoding: chunked\r\n\r\n9\r\n1234", None, id="cut, in chunks"),
    ],
)
def test_a_file_arrives_whole_or_not_at_all(answer: bytes, arrives: bytes | None) -> None:
    peers = Peers(b"HTTP/1.1 200 OK\r\nConnection: close\r\n" + answer)
    files = JiraFiles(Http(peers.url, lambda method, target: "JWT x", timeout=2))
    try:
        if arrives is None:
            with pytest.raises(Unavailable) as raised:
                files.copy(FILE, "20001")
            assert not raised.value.perhaps_done
        else:
            assert files.copy(FILE, "20001")["id"] == "8"
            assert b"\r\n\r\n" + arrives + b"\r\n--" in peers.got
    finally:
        peers.close()
