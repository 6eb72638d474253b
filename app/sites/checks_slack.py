"""What the Slack app must have for the service to do its work: its token, its scopes, its channels, its people."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence

from app.domain import Check, Verdict
from app.domain_setup import SlackChannel, SlackGroup, SlackIdentity
from app.errors import SolveOnceError
from app.settings import Settings
from app.sites import checks
from app.sites.checks import right, wrong

#: Slack's own; everything else is a stand-in for it.
HOSTS = ("slack.com", "www.slack.com", "slack-gov.com")
#: How a token begins → what it is (docs.slack.dev, tokens). Ours begins with `xoxb-`.
TOKENS = {
    "xoxe.xoxb-": "the token of an app with token rotation, which is good for twelve hours only",
    "xoxe.xoxp-": "an app configuration token",
    "xoxe-": "a refresh token",
    "xoxp-": "the token of a person",
    "xapp-": "an app-level token",
}
OAUTH_PAGE = "Slack lets the app in with its *Bot User OAuth Token* (`xoxb-…`, page *OAuth & Permissions*)"
REINSTALL = (
    "Paste what `python -m app manifest` prints on the app's page *App Manifest*, and install the app again "
    "(page *Install App*; /slack/install where it was installed by OAuth)."
)


def note(name: str, finding: str, remedy: str) -> Check:
    return Check(name, Verdict.NOTE, finding, remedy)


def token(said: str) -> Check | None:
    """What is wrong with the token as it is written; it is never shown."""
    if not said or said.startswith("xoxb-"):
        return None  # without any, looking says so
    kind = next((what for start, what in TOKENS.items() if said.startswith(start)), "no token of a bot")
    return wrong("Slack token", f"SLACK_BOT_TOKEN is {kind}", f"{OAUTH_PAGE}: set SLACK_BOT_TOKEN to that one.")


def not_answered(error: SolveOnceError, api_url: str, by_oauth: bool = False) -> Check:
    """Slack did not tell who we are."""
    said = str(error)
    ended = {
        "token_revoked": "the token was revoked, or the app was removed from the workspace",
        "token_expired": "the token has expired: the app has token rotation, which cannot be switched off again",
        "account_inactive": "the app was removed from the workspace, or the workspace is closed",
        "invalid_auth": "Slack does not know this token",
    }
    for code, meaning in ended.items():
        if code in said:
            how = "Make a new app from the manifest." if code == "token_expired" else "Install it again if it is gone."
            page = f"{OAUTH_PAGE}: set SLACK_BOT_TOKEN to that one. {how}"
            return wrong("Slack token", f"{code}: {meaning}", "Open /slack/install anew." if by_oauth else page)
    if "no JSON" in said or "auth.test: 4" in said:
        remedy = "Set SLACK_API_URL to https://slack.com/api/ (GovSlack: https://slack-gov.com/api/)."
        return wrong("Slack", f"{said}; {api_url} is not Slack's Web API", remedy)
    if "no answer" in said:
        remedy = f"Look whether {api_url} (SLACK_API_URL) can be reached from here; then ask again."
        return wrong("Slack", said, remedy)
    return checks.failed("Slack", error)


def identity(seen: SlackIdentity, settings: Settings) -> list[Check]:
    """Whose token ours is; as an admin reads it on the app's pages."""
    if not seen.bot_id:
        return [
            wrong("Slack token", "is the token of a person, not of a bot", f"{OAUTH_PAGE}: set SLACK_BOT_TOKEN to it.")
        ]
    app = f"app {seen.app_name} ({seen.app_id})" if seen.app_id else "an app that it does not name"
    found = [right("Slack", f"answers, workspace {seen.team} ({seen.team_id}), {app}")]
    if settings.slack_app_id and seen.app_id and settings.slack_app_id != seen.app_id:
        finding = f"SLACK_BOT_TOKEN belongs to {app}, SLACK_APP_ID is {settings.slack_app_id}"
        found.append(wrong("Slack token", finding, "Take token and signing secret from the pages of one app."))
    if settings.slack_team_id and settings.slack_team_id != seen.team_id:
        finding = f"SLACK_BOT_TOKEN belongs to workspace {seen.team_id}, SLACK_TEAM_ID is {settings.slack_team_id}"
        found.append(
            wrong("Slack token", finding, "Install the app into that workspace, and take the token from there.")
        )
    return found


def clock(ours: float, slacks: float | None) -> Check | None:
    """Slack signs with its clock; a signature that is five minutes off is not taken."""
    if slacks is None:
        return None
    off = round(slacks - ours)
    how = f"this machine's clock is {abs(off)} s {'behind' if off > 0 else 'ahead of'} Slack's"
    remedy = "Set the clock (NTP): from 300 s on nothing that Slack sends is taken."
    if abs(off) >= 300:
        return wrong("Slack clock", how, remedy)
    return note("Slack clock", how, remedy) if abs(off) > 60 else right("Slack clock", f"within {abs(off)} s of ours")


def signing_secret(said: str, strict: bool) -> Check:
    """*strict*: against the real Slack. The secret is never shown."""
    name, secrets = "Slack signing secret", [each.strip() for each in said.split(",") if each.strip()]
    remedy = (
        "Set SLACK_SIGNING_SECRET to the app's *Signing Secret* (under *App Credentials*), not to its client secret."
    )
    if not secrets:
        return wrong(name, "is empty: everything that Slack sends is refused", remedy)
    odd = [number for number, each in enumerate(secrets, 1) if not re.fullmatch(r"[0-9a-f]{32}", each)]
    if odd:
        which = f"number {odd[0]} " if len(secrets) > 1 else ""
        return (wrong if strict else note)(name, f"{which}is not 32 hexadecimal digits", remedy)
    return right(name, "has the shape of one" if len(secrets) == 1 else f"{len(secrets)}, while it is changed")


def scopes(
    granted: Collection[str] | None, needed: Mapping[str, tuple[str, Sequence[str]]], settings: Settings
) -> list[Check]:
    """*needed*: scope → what is missed without it, and which methods, events and features need it."""
    if granted is None:
        return [note("Slack scopes", "Slack does not tell them", "Look at the page *OAuth & Permissions*.")]
    idle = {"reactions:read": not settings.slack_emoji.strip(" :"), "usergroups:read": not settings.triage_group}
    found: list[Check] = []
    for scope, (without, asking) in needed.items():
        if scope not in granted:
            finding = f"{scope} is missing: {without} (needed by {', '.join(asking)})"
            found.append((note if idle.get(scope) else wrong)("Slack scopes", finding, REINSTALL))
    if not found:
        found.append(right("Slack scopes", f"all {len(needed)} that are needed"))
    if more := sorted(set(granted) - set(needed)):
        finding = f"more than are needed: {', '.join(more)}"
        found.append(note("Slack scopes", finding, f"The app works with fewer rights. {REINSTALL}"))
    return found


def channel(setting: str, wanted: str, seen: Mapping[str, SlackChannel]) -> Check:
    """A channel that the setting names; *seen*: what the bot sees, by `#name` and by id."""
    name, variable = f"Slack {wanted or setting}", setting.upper()
    if not re.fullmatch(r"#\S+|[CG][A-Z0-9]{6,}", wanted):
        return wrong(
            name, f"{variable} is {wanted!r}, which names no channel", f"Write {variable} like `#ops` or by its id."
        )
    found = seen.get(wanted)
    if found and found.is_archived:
        return wrong(name, "is archived", f"Take it out of the archive, or name another in {variable}.")
    if found and not found.is_member and setting == "triage_channel":
        return right(name, "public; its members may triage")
    check = checks.channel(setting, wanted, found.is_member if found else None)
    if found is None and not any(each.is_member for each in seen.values()):
        return wrong(
            name, check.finding, f"{check.remedy} The bot is in no channel at all: is the token another workspace's?"
        )
    return check


def preset(wanted: str, seen: Mapping[str, SlackChannel], elsewhere: bool = False) -> Check:
    """A channel that INTAKE_PRESETS names; *elsewhere*: it may be one of another workspace."""
    name, found = f"preset of {wanted}", seen.get(wanted)
    if found is None and elsewhere:
        return note(name, "there is no such channel here", "Look whether another workspace has it.")
    if found is None or found.is_archived:
        remedy = "Mend its name in INTAKE_PRESETS, or invite the bot if it is private."
        return wrong(name, "there is no such channel" if found is None else "the channel is archived", remedy)
    if found.is_private and wanted.startswith("#"):
        remedy = f"Write {found.id} instead of {wanted} in INTAKE_PRESETS."
        return wrong(name, "the channel is private, and a form opened there does not hear its name", remedy)
    return right(name, "the channel is there")


def group(wanted: str, seen: Mapping[str, SlackGroup], members: int) -> Check:
    """The user group whose members may triage; *members*: how many there are."""
    name, found = f"Slack {wanted}", seen.get(wanted)
    if found is None:
        there = ", ".join(sorted(each for each in seen if each.startswith("@"))) or "none"
        return wrong(
            name, f"there is no such user group, only: {there}", "Make it, or write TRIAGE_GROUP like `@ops-triage`."
        )
    if found.is_disabled:
        return wrong(name, "is disabled, so nobody may triage", "Enable it, or name another in TRIAGE_GROUP.")
    if not members:
        return wrong(name, "has no members, so nobody may triage", "Put those who triage into it.")
    return right(name, f"{members} may triage")


def emoji(said: str) -> Check | None:
    """The name of the emoji that makes tickets, as Slack writes names."""
    wanted = said.strip().strip(":")
    if not wanted or re.fullmatch(r"[a-z0-9_+'-]{1,100}", wanted):
        return None
    remedy = "Write SLACK_EMOJI as Slack shows it when one points at it, like `ticket`; empty: none makes tickets."
    return wrong("Slack emoji", f"{said!r} is no name of an emoji", remedy)


def command(said: str) -> Check | None:
    """A command of Slack's own cannot be taken."""
    own = {
        "/remind",
        "/invite",
        "/kick",
        "/leave",
        "/join",
        "/msg",
        "/dm",
        "/me",
        "/search",
        "/status",
        "/topic",
        "/who",
    }
    remedy = "Write SLACK_COMMAND like `/ops`, paste the manifest anew, and install the app again."
    if said in own:
        return wrong("Slack command", f"{said} is a command of Slack's own", remedy)
    if not re.fullmatch(r"/[a-z0-9_-]{1,31}", said):
        finding = f"{said!r} is none: a slash, then at most 31 small letters, digits, `-` or `_`"
        return wrong("Slack command", finding, remedy)
    return None


def rota(people: Sequence[tuple[str, bool]]) -> list[Check]:
    """*people*: each address of TRIAGE_ROTA, and whether it is that of a Jira account."""
    # What is before the @ is enough to know who is meant; addresses are not shown.
    lost = [f"number {n} ({address.partition('@')[0]})" for n, (address, known) in enumerate(people, 1) if not known]
    if lost:
        finding = f"Jira finds nobody with the address of {', '.join(lost)} in TRIAGE_ROTA: their turn is left out"
        return [wrong("rota", finding, "Mend the address, or let the app see it: *Browse users and groups*.")]
    return [right("rota", f"all {len(people)} have accounts")] if people else []
