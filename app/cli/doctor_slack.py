"""Doctor: what is wrong with the Slack app."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator
from urllib.parse import urlsplit

from app.cli.manifest import manifest_for
from app.clients import slack_scopes
from app.clients.slack_survey import SlackSurvey
from app.domain import Check
from app.domain_setup import SlackIdentity
from app.errors import Misconfigured, Refused, SolveOnceError
from app.intake.presets import presets_in
from app.settings import Settings
from app.sites import checks, checks_manifest, checks_slack

CHANNELS = ("channel_intake", "channel_requests", "channel_engineering", "triage_channel")


def is_real(settings: Settings) -> bool:
    """Whether it is Slack itself, and no stand-in of it."""
    return urlsplit(settings.slack_api_url).hostname in checks_slack.HOSTS


def looked(name: str, look: Callable[[], Iterable[Check]]) -> list[Check]:
    """What *look* found; that it could not look is a finding too."""
    try:
        return list(look())
    except SolveOnceError as error:
        if isinstance(error, Refused) and error.error == "missing_scope":
            return [checks.wrong(name, f"cannot be looked at: {error}", checks_slack.REINSTALL)]
        return [checks.failed(name, error)]


def slack(settings: Settings) -> Iterator[Check]:
    if not settings.slack_bot_token:
        remedy = "Set SLACK_BOT_TOKEN to the *Bot User OAuth Token* of the installed app (page *OAuth & Permissions*)."
        yield checks.wrong("Slack token", "there is no Slack bot token", remedy)
        return
    s = settings
    written = [
        checks_slack.token(s.slack_bot_token),
        checks_slack.emoji(s.slack_emoji),
        checks_slack.command(s.slack_command),
    ]
    yield from (each for each in written if each)
    yield checks_slack.signing_secret(s.slack_signing_secret, is_real(s))
    yield from looked("presets", lambda: _presets(s))
    if written[0] is None:
        yield from _app(settings)


def _app(settings: Settings) -> Iterator[Check]:
    survey = SlackSurvey(settings.slack_api_url, settings.slack_bot_token, settings.call_timeout)
    try:
        found = survey.identity()
    except SolveOnceError as error:
        yield checks_slack.not_answered(error, settings.slack_api_url)
        return  # everything else would only say the same
    yield from checks_slack.identity(found, settings)
    if clock := checks_slack.clock(time.time(), found.clock):
        yield clock
    needed = {scope: (slack_scopes.WITHOUT[scope], slack_scopes.needing(scope)) for scope in slack_scopes.scopes()}
    yield from checks_slack.scopes(found.scopes, needed, settings)
    yield from looked("Slack channels", lambda: _channels(survey, settings))
    yield from looked("Slack user group", lambda: _group(survey, settings))
    yield from looked("Slack manifest", lambda: _manifest(found, settings))


def _presets(settings: Settings) -> list[Check]:
    """Raises Misconfigured for what is written wrongly."""
    presets = presets_in(settings.intake_presets)
    return [checks.right("presets", f"of {', '.join(presets)}")] if presets else []


def _channels(survey: SlackSurvey, settings: Settings) -> Iterator[Check]:
    seen = survey.channels()
    for setting in CHANNELS:
        name = getattr(settings, setting)
        if name or setting != "triage_channel":
            yield checks_slack.channel(setting, name, seen)
    try:
        presets = presets_in(settings.intake_presets)
    except Misconfigured:
        return  # told already
    yield from (checks_slack.preset(name, seen) for name in presets)


def _group(survey: SlackSurvey, settings: Settings) -> Iterator[Check]:
    wanted = settings.triage_group
    if not wanted:
        return
    if settings.triage_channel:
        finding = "TRIAGE_CHANNEL is set too, and it alone says who may triage"
        yield checks_slack.note(f"Slack {wanted}", finding, "Empty one of the two.")
    seen = survey.groups()
    group = seen.get(wanted)
    members = len(survey.group_members(group.id)) if group and not group.is_disabled else 0
    yield checks_slack.group(wanted, seen, members)


def _manifest(found: SlackIdentity, settings: Settings) -> list[Check]:
    """Compared only for whoever may read it: with a token that lives twelve hours."""
    token = settings.slack_config_token
    if not token:
        return []
    try:
        there = SlackSurvey(settings.slack_api_url, token, settings.call_timeout).manifest(found.app_id)
    except Refused as error:
        raise Misconfigured(
            f"Slack does not show the manifest of {found.app_id or 'the app'} ({error.error or error})",
            "The token must be that of somebody who may change this app: make one at api.slack.com/apps.",
        ) from error
    except SolveOnceError as error:
        raise Misconfigured(
            f"Slack does not show the manifest ({str(error).partition(';')[0]})",
            "Make a new SLACK_CONFIG_TOKEN at api.slack.com/apps (*Your App Configuration Tokens*): it lives twelve hours.",
        ) from error
    return checks_manifest.differences(manifest_for(settings), there)
