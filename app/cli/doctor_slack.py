"""Doctor: what is wrong with the Slack app."""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass, replace
from functools import partial
from urllib.parse import urlsplit

from app import context, workspaces
from app.cli.manifest import manifest_for
from app.clients import slack_scopes
from app.clients.slack_survey import SlackSurvey
from app.domain import Check
from app.domain_setup import SlackIdentity
from app.errors import Misconfigured, Refused, SolveOnceError, Unavailable
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


@dataclass(frozen=True)
class Workspace:
    """*name*: as `app/workspaces.py` has it; empty: that of SLACK_BOT_TOKEN."""

    name: str
    token: str
    #: Whether the channel of engineering is here: what belongs to no thread is told in one workspace of a site.
    is_home: bool = True
    #: Whether there are others, in which a channel may be that is not here.
    is_one_of_many: bool = False


def slack_workspaces(settings: Settings) -> Iterator[tuple[str, Iterable[Check]]]:
    """Title and findings: what the settings say, with the workspace of SLACK_BOT_TOKEN; then each that was installed by OAuth."""
    runtime = context.current()
    with runtime.db.reading() as session:
        names = [workspaces.name_of(row) for row in workspaces.every(session) if row.state == workspaces.INSTALLED]
    yield "Slack", slack(settings, names)
    several = len(names) > 1 or bool(settings.slack_bot_token)
    for name in names:
        # All are one app, with one manifest.
        told = (
            settings if name == names[0] and not settings.slack_bot_token else replace(settings, slack_config_token="")
        )
        found = looked("Slack", partial(_installed, told, name, several))
        yield f"Slack {workspaces.installation_of(name)}", found


def _installed(settings: Settings, name: str, several: bool) -> Iterator[Check]:
    id = workspaces.installation_of(name)
    with context.current().db.reading() as session:
        site_id = workspaces.site_of(session, name, context.sites(session))
        organisation = workspaces.enterprise_of(session, name)
    if site_id is None:
        remedy = f"Say it: `python -m app slack pair {id} --site …`"
        yield checks.wrong("site", "nobody has said to which Jira it belongs: its requests wait", remedy)
    if not settings.slack_installers & {id, organisation}:
        finding = "SLACK_WORKSPACES does not name it: nothing that comes from there is heard"
        yield checks.wrong("workspace", finding, f"Put {id} into SLACK_WORKSPACES, or remove the app there.")
    there = Workspace(name, context.slack_token(name), site_id is not None and _is_home(name, site_id), several)
    yield from _app(settings, there)


def _is_home(name: str, site_id: int) -> bool:
    with context.current().db.reading() as session:
        try:
            return context.home_of(session, site_id) == name
        except Unavailable:
            return False  # none belongs to that site yet


def slack(settings: Settings, installed: Collection[str] = ()) -> Iterator[Check]:
    """*installed*: names of the workspaces where the app was installed by OAuth."""
    if not settings.slack_bot_token and settings.slack_by_oauth and not installed:
        remedy = f"Open {settings.base_url.rstrip('/')}/slack/install as an admin of the workspace."
        yield checks.wrong("Slack", "the app is installed in no workspace", remedy)
    elif not settings.slack_bot_token and not installed:
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
    if settings.slack_bot_token and written[0] is None:
        yield from _app(settings, Workspace("", settings.slack_bot_token, is_one_of_many=bool(installed)))


def _app(settings: Settings, there: Workspace) -> Iterator[Check]:
    team_id = workspaces.team_id(there.name)
    survey = SlackSurvey(settings.slack_api_url, there.token, settings.call_timeout, team_id)
    try:
        found = survey.identity()
    except SolveOnceError as error:
        yield checks_slack.not_answered(error, settings.slack_api_url, by_oauth=bool(there.name))
        return  # everything else would only say the same
    # What these two settings say is about SLACK_BOT_TOKEN.
    yield from checks_slack.identity(
        found, replace(settings, slack_app_id="", slack_team_id="") if there.name else settings
    )
    if clock := checks_slack.clock(time.time(), found.clock):
        yield clock
    needed = {scope: (slack_scopes.WITHOUT[scope], slack_scopes.needing(scope)) for scope in slack_scopes.scopes()}
    yield from checks_slack.scopes(found.scopes, needed, settings)
    yield from looked("Slack channels", lambda: _channels(survey, settings, there))
    yield from looked("Slack user group", lambda: _group(survey, settings))
    yield from looked("Slack manifest", lambda: _manifest(found, settings))


def _presets(settings: Settings) -> list[Check]:
    """Raises Misconfigured for what is written wrongly."""
    presets = presets_in(settings.intake_presets)
    return [checks.right("presets", f"of {', '.join(presets)}")] if presets else []


def _channels(survey: SlackSurvey, settings: Settings, there: Workspace) -> Iterator[Check]:
    seen = survey.channels()
    for setting in CHANNELS:
        name = getattr(settings, setting)
        if setting == "channel_engineering" and not there.is_home:
            continue
        if name or setting != "triage_channel":
            yield checks_slack.channel(setting, name, seen)
    try:
        presets = presets_in(settings.intake_presets)
    except Misconfigured:
        return  # told already
    yield from (checks_slack.preset(name, seen, there.is_one_of_many) for name in presets)


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
