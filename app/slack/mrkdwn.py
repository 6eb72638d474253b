"""Text from outside in a Slack message: it is data, so it can neither call the channel nor make a link of its own."""

from __future__ import annotations


def escaped(words: str) -> str:
    """*words* as Slack shows them literally; `<!channel>` from a ticket must not ring for everybody."""
    return words.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def link(url: str, words: str) -> str:
    """A link. `|` would end the address, and `>` the link."""
    return f"<{escaped(url).replace('|', '%7C')}|{escaped(words).replace('|', '¦')}>"


def shortened(words: str, longest: int) -> str:
    return words if len(words) <= longest else words[: longest - 1].rstrip() + "…"


def quoted(mrkdwn: str) -> str:
    """As a quotation: every line by itself, as Slack asks."""
    return "\n".join(f"> {line}" for line in mrkdwn.splitlines())
