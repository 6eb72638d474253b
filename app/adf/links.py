"""Where a link in the log may lead: to the web, to a mailbox, to a telephone; never to a script.

Source: the allow-list of facts confluence_adf.md §3.4, which is narrower than Atlassian's own.
"""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

_SAFE = ("http://", "https://", "mailto:", "tel:")
_SKIPPED = dict.fromkeys(map(ord, "\t\n\r"))


def address(href: Any, base_url: str) -> str:
    """*href* as it may stand in the log; empty for what is not safe.

    A path such as `/browse/OPS-1` leads to Jira at *base_url*: on a page of Confluence's it would lead to Confluence.
    """
    if not isinstance(href, str):
        return ""
    url = href if href.isprintable() and " " not in href else _plain(href)
    if url.startswith(("https://", "http://")):
        return url
    if url.startswith("//"):
        return "https:" + url
    if url.startswith("/"):
        return base_url.rstrip("/") + url if base_url else ""
    return url if url.lower().startswith(_SAFE) else ""


def _plain(href: str) -> str:
    """*href* as browsers read it: they skip tabs and line ends, so `java\tscript:` is a script."""
    return quote(href.strip().translate(_SKIPPED), safe="!#$%&'()*+,/:;=?@[]~", errors="replace")
