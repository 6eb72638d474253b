"""The bytes of a file come from Slack's hosts alone, and our token goes nowhere else."""

from __future__ import annotations

import pytest
import responses

from app.clients.slack_files import FIRST, SlackFiles
from app.errors import NotFound, Refused, SolveOnceError, Unavailable

FILE = "https://files.slack.com/files-pri/T1-F1/download/error.png"
ELSEWHERE = "https://files.example.com/error.png"


@pytest.fixture
def files() -> SlackFiles:
    return SlackFiles("https://slack.com/api/", "xoxb-1", 2.0)


@pytest.mark.parametrize(
    "address",
    [
        ELSEWHERE,
        "http://files.slack.com/error.png",
        "https://files.slack.com.example.com/error.png",
        "https://evilslack.com/error.png",
        "https://files.slack.com@example.com/error.png",
        "https://user@files.slack.com/error.png",
        "file:///etc/passwd",
        "",
    ],
)
def test_no_other_host_is_asked(files: SlackFiles, address: str) -> None:
    with responses.RequestsMock() as mock:
        with pytest.raises(Refused):
            files.download(address)
        assert len(mock.calls) == 0


def test_a_redirect_within_slack_is_followed_and_one_that_leads_away_is_not(files: SlackFiles) -> None:
    second = "https://files-edge.slack.com/error.png"
    with responses.RequestsMock() as mock:
        mock.get(FILE, status=302, headers={"Location": second})
        mock.get(second, body=b"\x89PNG")
        assert files.download(FILE).first == b"\x89PNG"
        assert {call.request.headers["Authorization"] for call in mock.calls} == {"Bearer xoxb-1"}
    with responses.RequestsMock() as mock:
        mock.get(FILE, status=302, headers={"Location": ELSEWHERE})
        with pytest.raises(Refused):
            files.download(FILE)
        assert [call.request.url for call in mock.calls] == [FILE]


def test_redirects_in_a_circle_end(files: SlackFiles) -> None:
    with responses.RequestsMock() as mock:
        mock.get(FILE, status=302, headers={"Location": FILE})
        with pytest.raises(Refused):
            files.download(FILE)


@pytest.mark.parametrize(
    ("status", "error"), [(404, NotFound), (403, Refused), (429, Unavailable), (500, Unavailable), (401, Unavailable)]
)
def test_a_status_is_one_of_our_errors(files: SlackFiles, status: int, error: type[SolveOnceError]) -> None:
    with responses.RequestsMock() as mock:
        mock.get(FILE, status=status)
        with pytest.raises(error):
            files.download(FILE)


@pytest.mark.parametrize("size", [1, 3, FIRST - 1, FIRST, FIRST + 1, 10_000])
def test_the_first_bytes_come_again_and_then_the_rest(files: SlackFiles, size: int) -> None:
    body = bytes(range(256)) * 5
    with responses.RequestsMock() as mock:
        mock.get(FILE, body=body)
        source = files.download(FILE)

        assert source.first == body[:FIRST]
        assert b"".join(iter(lambda: source.read(size), b"")) == body
