"""Settings: an environment variable each, with a default that works in the sandbox."""

from __future__ import annotations

from dataclasses import fields

import pytest

from app.errors import Misconfigured
from app.settings import Settings


def test_an_empty_environment_gives_the_defaults() -> None:
    assert Settings.from_env({}) == Settings()


def test_each_variable_is_the_field_in_capitals_and_of_its_kind() -> None:
    found = Settings.from_env({"OPS_PROJECT": "SUP", "CALL_TIMEOUT": "2.5", "RETRY_TRIES": "7", "PATH": "/bin"})

    assert (found.ops_project, found.call_timeout, found.retry_tries) == ("SUP", 2.5, 7)


@pytest.mark.parametrize(
    ("name", "value", "told"),
    [
        ("RETRY_TRIES", "many", "RETRY_TRIES is 'many', which is no int. Set it to something like 200."),
        ("RETRY_TRIES", "2.5", "RETRY_TRIES is '2.5', which is no int. Set it to something like 200."),
        ("CALL_TIMEOUT", "", "CALL_TIMEOUT is '', which is no float. Set it to something like 20.0."),
    ],
)
def test_a_value_of_another_kind_is_named_with_an_example(name: str, value: str, told: str) -> None:
    with pytest.raises(Misconfigured) as raised:
        Settings.from_env({name: value})

    assert str(raised.value) == told


@pytest.mark.parametrize(
    ("url", "path"),
    [
        ("sqlite:///solveonce.sqlite", "solveonce.sqlite"),
        ("sqlite:////var/lib/solveonce.sqlite", "/var/lib/solveonce.sqlite"),
        ("postgresql://solveonce@127.0.0.1/solveonce", None),
    ],
)
def test_the_database_file_is_known_where_there_is_one(url: str, path: str | None) -> None:
    assert Settings(database_url=url).sqlite_path == path


def test_no_secret_is_shown_when_settings_are_printed() -> None:
    secrets = {"secret_keys": "fernet-1", "slack_bot_token": "xoxb-1", "slack_signing_secret": "signing-1"}
    secrets["slack_config_token"] = "xoxe.xoxp-1"
    secrets["slack_client_secret"] = "client-1"

    shown = repr(Settings(**secrets))

    assert [secret for secret in secrets.values() if secret in shown] == []
    assert set(secrets) == {field.name for field in fields(Settings) if field.metadata["secret"]}


def test_every_setting_has_a_sentence_and_a_plain_kind() -> None:
    for field in fields(Settings):
        assert field.metadata["sentence"].endswith((".", "?"))
        assert type(field.default) in (str, int, float, bool)


@pytest.mark.parametrize(
    ("table", "names"),
    [
        (Settings().handoff_fields, {"Description", "description", "Resolution Notes", "resolution notes"}),
        ("Priority -> Severity : newest", {"Priority", "priority", "Severity", "severity"}),
        ("customfield_1 <- customfield_2; A => B", {"customfield_1", "customfield_2"}),
        ("nonsense", set()),
    ],
)
def test_the_fields_that_follow_each_other_are_known_by_the_names_that_a_webhook_gives(
    table: str, names: set[str]
) -> None:
    assert Settings(handoff_fields=table).followed_fields == names


def test_a_field_of_ours_that_a_site_calls_otherwise_is_known_by_that_name() -> None:
    assert "Loesung" in Settings(field_notes="Loesung").followed_fields
