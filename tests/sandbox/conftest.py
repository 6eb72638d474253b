"""One sandbox for all tests here, as new for each of them; and a Jira that speaks as somebody."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from jira_client import JiraClient
from page_client import Browser
from recording_app import RecordingApp
from slack_app import SlackApp
from slack_client import SlackClient
from web import web
from wiki_client import Wiki

from sandbox.server import Sandbox


@pytest.fixture(scope="session")
def running_sandbox() -> Iterator[Sandbox]:
    with Sandbox() as sandbox:
        yield sandbox


@pytest.fixture
def sandbox(running_sandbox: Sandbox) -> Sandbox:
    web.post(running_sandbox.url + "/_sandbox/reset").raise_for_status()
    # Whoever tests the lag of search or the pauses of webhooks sets them.
    running_sandbox.world.settings.search_lag = 0.0
    running_sandbox.world.settings.webhook_retries = (0.01, 0.01, 0.01)
    return running_sandbox


@pytest.fixture
def jira(sandbox: Sandbox) -> JiraClient:
    return JiraClient(sandbox)


@pytest.fixture
def wiki(sandbox: Sandbox) -> Wiki:
    return Wiki(sandbox)


@pytest.fixture
def browser(sandbox: Sandbox) -> Iterator[Browser]:
    with Browser(sandbox) as found:
        yield found


@pytest.fixture
def app() -> Iterator[RecordingApp]:
    with RecordingApp() as app:
        yield app


@pytest.fixture
def installed(app: RecordingApp, jira: JiraClient) -> RecordingApp:
    """The recording app, installed and enabled, with nothing written down yet."""
    jira.control("connect/install", {"descriptor_url": app.descriptor_url, "product": "jira"})
    app.wait_for("/enabled")
    app.calls.clear()
    return app


@pytest.fixture
def slack(sandbox: Sandbox) -> Iterator[SlackClient]:
    """Slack with an app installed that answers 200 to everything until a test says otherwise."""
    with SlackApp() as app:
        client = SlackClient(sandbox, app)
        client.install()
        yield client
