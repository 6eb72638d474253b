"""What a product of Atlassian reads to install us: the two descriptors, with this service's own address in them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

#: The descriptors carry this address; it is replaced by the setting BASE_URL.
EXAMPLE = "https://solveonce.example.com"
FILES = {"jira": "atlassian-connect.json", "confluence": "atlassian-connect.confluence.json"}


def app_key(product: str) -> str:
    """Each product installs an app of its own: one descriptor cannot hold modules of both."""
    return f"solveonce-{product}"


def app_base_url(base_url: str, product: str) -> str:
    """Unique for each app, as Atlassian asks."""
    return f"{base_url.rstrip('/')}/connect/{product}"


def rendered(template: str, base_url: str) -> dict[str, Any]:
    """The descriptor in *template* for a service at *base_url*."""
    descriptor: dict[str, Any] = json.loads(template.replace(EXAMPLE, base_url.rstrip("/")))
    return descriptor


def root() -> Path:
    """Where the descriptors lie: at the top of the project."""
    return Path(__file__).resolve().parents[2]
