"""The sandbox's own switches, and how it starts."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from jira_client import JiraClient
from web import web

ROOT = Path(__file__).parents[2]


def test_a_reset_sandbox_is_as_new(jira: JiraClient) -> None:
    jira.an_issue()
    jira.control("settings", {"search_lag": 7})

    assert web.post(jira.sandbox.url + "/_sandbox/reset").status_code == 204

    assert jira.get("issue/OPS-1").status_code == 404
    assert web.get(jira.sandbox.url + "/_sandbox/settings").json()["search_lag"] == 1.0
    assert jira.an_issue() == "OPS-1"


def test_settings_are_changed_one_by_one(jira: JiraClient) -> None:
    answer = jira.control("settings", {"webhook_retries": [1, 2]}).json()

    assert (answer["webhook_retries"], answer["search_lag"]) == ([1, 2], 0.0)
    assert web.post(jira.sandbox.url + "/_sandbox/settings", json={"speed": 1}).status_code == 400


def test_a_busy_port_is_named_in_the_error(jira: JiraClient) -> None:
    port = jira.sandbox.url.rsplit(":", 1)[1]

    done = subprocess.run([sys.executable, "-m", "sandbox", "--port", port], cwd=ROOT, capture_output=True, text=True)

    assert done.returncode == 1
    assert f"Port {port} on 127.0.0.1" in done.stderr


def test_it_says_in_one_line_where_it_is() -> None:
    command = [sys.executable, "-m", "sandbox", "--port", "0"]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        url = process.stdout.readline().split()[-1]
        ready = web.get(url + "/_sandbox/ready").json()
        process.terminate()

    assert ready == {"ready": True}
