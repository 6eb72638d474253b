"""`pytest tests/adf --update` writes the golden files anew; look at the difference before you keep it."""

from __future__ import annotations

import pytest


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--update", action="store_true", help="write the golden files of tests/adf/golden anew")


@pytest.fixture
def update(request: pytest.FixtureRequest) -> bool:
    # Not known when a whole run starts above this folder.
    return bool(request.config.getoption("--update", default=False))
