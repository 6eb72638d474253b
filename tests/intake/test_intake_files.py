"""What a file is, told by its first bytes; and which are not copied."""

from __future__ import annotations

from dataclasses import replace

import pytest

from app.domain import SlackFile
from app.intake.blocks_files import not_copied
from app.intake.files import is_sign_in_page, kind_of, why_not
from tests.slack_limits import HOSTILE, assert_message

FILE = SlackFile("F1", "error.png", "image/png", 100, "https://files.slack.com/F1", "hosted", False)


@pytest.mark.parametrize(
    ("first", "said", "kind"),
    [
        (b"\x89PNG\r\n\x1a\n....", "image/png", "image/png"),
        (b"\x89PNG\r\n\x1a\n....", "text/plain", "image/png"),
        (b"\xff\xd8\xff\xe0", "image/jpeg", "image/jpeg"),
        (b"RIFF\x10\x00\x00\x00WEBPVP8 ", "image/webp", "image/webp"),
        (b"\x00\x00\x00\x14ftypqt  ", "video/quicktime", "video/quicktime"),
        (b"\x00\x00\x00\x20ftypisom", "video/mp4", "video/mp4"),
        (b"%PDF-1.7", "application/pdf", "application/pdf"),
        (b"PK\x03\x04", "application/zip", "application/zip"),
        (
            b"PK\x03\x04",
            "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
            "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        ),
        (b"MZ\x90\x00\x03", "image/png", "application/octet-stream"),
        (b"2026-11-22 ERROR", "text/plain", "text/plain"),
        (b"a,b\n1,2\n", "text/csv", "text/csv"),
        (b'{"a": 1}', "application/json", "application/json"),
        (b"\x00\x01", "text/plain", "application/octet-stream"),
        (b"", "", "application/octet-stream"),
    ],
)
def test_a_file_is_what_its_first_bytes_say(first: bytes, said: str, kind: str) -> None:
    assert kind_of(first, said) == kind


@pytest.mark.parametrize(
    ("file", "reason"),
    [
        (FILE, None),
        (replace(FILE, size=2048 * 1024), "larger than 1 MB"),
        (replace(FILE, mode="tombstone"), "does not have it any more"),
        (replace(FILE, mode="hidden_by_limit"), "does not have it any more"),
        (replace(FILE, is_external=True), "outside of Slack"),
        (replace(FILE, url="", mode="quip"), "no file behind it"),
    ],
)
def test_why_a_file_is_not_copied(file: SlackFile, reason: str | None) -> None:
    found = why_not(file, 1024**2)

    assert found is None if reason is None else reason in str(found)


PAGE = b"<!DOCTYPE html><html><title>Sign in</title>"


@pytest.mark.parametrize(
    ("file", "content_type", "length", "first", "is_page"),
    [
        (FILE, "text/html; charset=utf-8", 900, PAGE, True),
        (FILE, "image/png", 900, PAGE, True),
        (FILE, "text/html", None, b"\n <html>", True),
        (FILE, "image/png", 100, b"\x89PNG", False),
        (replace(FILE, mime_type="text/html"), "text/html", 100, PAGE, False),
        (replace(FILE, mime_type="text/html"), "text/html", 900, PAGE, True),
    ],
)
def test_a_page_to_sign_in_is_told_from_a_page_that_somebody_posted(
    file: SlackFile, content_type: str, length: int | None, first: bytes, is_page: bool
) -> None:
    assert is_sign_in_page(file, content_type, length, first) == is_page


@pytest.mark.parametrize("name", HOSTILE.values(), ids=list(HOSTILE))
def test_the_thread_is_told_whatever_the_file_is_called(name: str) -> None:
    assert_message(*not_copied("OPS-1", name, "it is larger than 1 MB", "https://team.atlassian.net/browse/OPS-1"))
