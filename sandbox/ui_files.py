"""Uploaded bytes for a browser, so that they can do nothing but be looked at or saved."""

from __future__ import annotations

from urllib.parse import quote

from flask import Response

#: Shown in the page; everything else is saved. SVG is not here, because it can carry scripts.
PICTURES = ("image/png", "image/jpeg", "image/gif", "image/webp")


def as_download(name: str, mimetype: str, content: bytes) -> Response:
    how = "inline" if mimetype in PICTURES else "attachment"
    answer = Response(content, mimetype=mimetype if mimetype in PICTURES else "application/octet-stream")
    answer.headers["Content-Disposition"] = f"{how}; filename*=UTF-8''{quote(name)}"
    answer.headers["X-Content-Type-Options"] = "nosniff"
    return answer
