"""Which of a message's files are copied to the ticket, and what a file is: told by its first bytes, not by its name."""

from __future__ import annotations

import re

from app.domain import SlackFile

#: First bytes → what it is; where several begin alike, what stands further on tells.
_MAGIC = (
    (rb"\x89PNG\r\n\x1a\n", "image/png"),
    (rb"\xff\xd8\xff", "image/jpeg"),
    (rb"GIF8[79]a", "image/gif"),
    (rb"RIFF....WEBP", "image/webp"),
    (rb"BM.{12}\x28\x00\x00\x00", "image/bmp"),
    (rb"%PDF-", "application/pdf"),
    (rb"....ftypqt", "video/quicktime"),
    (rb"....ftyphei[cx]", "image/heic"),
    (rb"....ftyp", "video/mp4"),
    (rb"\x1aE\xdf\xa3", "video/webm"),
    (rb"ID3|\xff[\xf2\xf3\xfb]", "audio/mpeg"),
    (rb"PK\x03\x04", "application/zip"),
    (rb"\x1f\x8b", "application/gzip"),
    (rb"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "application/x-ole-storage"),
)
#: What a zip or an old Office file may really be, if Slack says so.
_WITHIN = re.compile(r"application/(?:vnd\.|msword|java-archive|epub)")
_HTML = re.compile(rb"\s*(?:<!--.*?-->\s*)*<(?:!doctype html|html)", re.IGNORECASE | re.DOTALL)
UNKNOWN = "application/octet-stream"


def why_not(file: SlackFile, limit: int) -> str | None:
    """Why *file* cannot be copied, as people read it; None if it can. *limit* in bytes."""
    if file.mode in ("tombstone", "hidden_by_limit"):
        return "Slack does not have it any more"
    if file.is_external:
        return "it lies outside of Slack, and only its link is here"
    if not file.url:
        return "Slack has no file behind it"
    if file.size > limit:
        return f"it is larger than {limit // 1024**2} MB"
    return None


def is_sign_in_page(file: SlackFile, content_type: str, length: int | None, first: bytes) -> bool:
    """Whether Slack gave its page to sign in: it does so with status 200 where a right is missing."""
    if not (content_type.lower().startswith("text/html") or _HTML.match(first)):
        return False
    says_html = file.mime_type == "text/html"
    return not says_html or (length is not None and bool(file.size) and length != file.size)


def kind_of(first: bytes, said: str) -> str:
    """The media type. *said* is Slack's word for it, which goes by the name; it counts only where the bytes allow it."""
    found = next((kind for magic, kind in _MAGIC if re.match(magic, first, re.DOTALL)), None)
    if found in ("application/zip", "application/x-ole-storage"):
        return said if _WITHIN.match(said) else found
    if found:
        return found
    if b"\x00" not in first and (said.startswith("text/") or said in _TEXTS):
        return said
    return UNKNOWN


_TEXTS = ("application/json", "application/xml", "application/x-yaml", "image/svg+xml")
