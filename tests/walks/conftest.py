"""What the walks about a ticket and its clone begin with, and what each of them ends with."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from app import engine
from sandbox import Sandbox
from tests.service import Service
from tests.walks.pairs import from_slack


@pytest.fixture
def pair(world: Sandbox, service: Service) -> tuple[str, str]:
    """A ticket from Slack that is with engineering, and its clone."""
    return from_slack(world)


@pytest.fixture
def nothing_is_put_aside(service: Service) -> Iterator[None]:
    """For pages of which no case makes a flow fail."""
    yield
    assert engine.failed() == []
