"""What a step needs to work for one site: its clients, the settings and the database. The engine calls us, not Flask."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from functools import cached_property
from typing import Any

from sqlalchemy.orm import Session

from app import audit, engine, threads, workspaces
from app.auth import connect
from app.auth.vault import Vault
from app.clients.confluence import ConfluenceClient
from app.clients.http import Http
from app.clients.jira import JiraClient
from app.clients.jira_files import JiraFiles
from app.clients.jira_survey import JiraSurvey
from app.clients.slack import SlackClient
from app.clients.slack_files import SlackFiles
from app.db import Database
from app.domain import FieldIds, Issue, Thread
from app.domain_handoff import SharedField
from app.errors import Misconfigured, Unavailable
from app.handoff.sync_table import field_rules
from app.once import Found, once
from app.runtime import Runtime
from app.settings import Settings
from app.sites import layout, store
from app.sites.store import Access

#: Our writes carry it, and Jira's echo of them too (`X-Atlassian-Webhook-Trace`).
TRACE = "solveonce"
#: How long a site's field ids and limits are trusted, in seconds: an admin may have put something right.
LAYOUT_AGE = 300.0
#: By how many seconds Slack's clock and ours may differ when a message is looked for.
CLOCKS = 120.0


@dataclass
class At:
    """One site, for the length of a step; in Slack the workspace of an issue's thread, or one that is named."""

    runtime: Runtime
    site_id: int
    issue_id: str | None = None
    named: str | None = None

    @property
    def db(self) -> Database:
        return self.runtime.db

    @property
    def settings(self) -> Settings:
        return self.runtime.settings

    @cached_property
    def jira_access(self) -> Access:
        return self._access("jira")

    @cached_property
    def jira(self) -> JiraClient:
        return JiraClient(self._http(self.jira_access))

    @cached_property
    def survey(self) -> JiraSurvey:
        return JiraSurvey(self._http(self.jira_access))

    @cached_property
    def jira_files(self) -> JiraFiles:
        return JiraFiles(self._http(self.jira_access))

    @property
    def upload_limit(self) -> int | None:
        """How large a file may be here, in bytes; None without a limit."""
        known = self.runtime.upload_limits.get(self.site_id)
        if known is None or time.monotonic() - known[0] >= LAYOUT_AGE:
            known = self.runtime.upload_limits[self.site_id] = time.monotonic(), self.jira_files.upload_limit()
        return known[1]

    @cached_property
    def confluence(self) -> ConfluenceClient:
        return ConfluenceClient(self._http(self._access("confluence")))

    @cached_property
    def team(self) -> str:
        """The workspace, as `app/workspaces.py` names it. What belongs to no thread has its place in the site's first."""
        if self.named is not None:
            return self.named
        with self.db.reading() as session:
            found = threads.team_of(session, self.site_id, self.issue_id) if self.issue_id else None
            return home_of(session, self.site_id) if found is None else found

    @property
    def names_of_team(self) -> tuple[str, ...]:
        """What is remembered of the time when SLACK_BOT_TOKEN alone was there has no name; that was the first workspace."""
        with self.db.reading() as session:
            is_first = not self.settings.slack_bot_token and self.team == home_of(session, self.site_id)
        return (self.team, "") if is_first else (self.team,)

    def within(self, team: str) -> At:
        """The same site, in another workspace."""
        return At(self.runtime, self.site_id, named=team)

    @cached_property
    def slack(self) -> SlackClient:
        return slack(self._reachable)

    @cached_property
    def slack_files(self) -> SlackFiles:
        settings = self.settings
        return SlackFiles(settings.slack_api_url, slack_token(self._reachable), settings.call_timeout)

    @property
    def _reachable(self) -> str:
        if self.team or self.settings.slack_bot_token:
            return self.team
        with self.db.reading() as session:
            return home_of(session, self.site_id)

    @property
    def fields(self) -> FieldIds:
        """Ids of our fields here. Raises Misconfigured, with the remedy, when a name stands for none or several."""
        known = self.runtime.layouts.get(self.site_id)
        if known and time.monotonic() - known[0] < LAYOUT_AGE:
            return known[1]
        s = self.settings
        found = layout.field_ids(self.jira.fields(), s.field_exception_type, s.field_team, s.field_tags, s.field_notes)
        self.runtime.layouts[self.site_id] = (time.monotonic(), found)
        return found

    @property
    def shared(self) -> tuple[SharedField, ...]:
        """The sync table here. Raises Misconfigured; whoever needs no table goes on."""
        known = self.runtime.tables.get(self.site_id)
        if known and time.monotonic() - known[0] < LAYOUT_AGE:
            return known[1]
        found = layout.shared_fields(self.jira.fields(), field_rules(self.settings.handoff_fields), self.fields)
        self.runtime.tables[self.site_id] = (time.monotonic(), found)
        return found

    @property
    def link_type(self) -> str:
        """Id of the link type that joins a clone to its original."""
        return self.link_type_saying(self.settings.link_outward)

    def link_type_saying(self, outward: str) -> str:
        """Id of the link type with these outward words. Raises Misconfigured where none has them, or several."""
        return layout.link_type_id(self.jira.link_types(), outward)

    def issue(self, id: str, *more: str) -> Issue:
        """The issue as it is now; *more* are ids of fields that shall stand in its `values`."""
        return self.jira.issue(id, self.fields, more)

    def browse(self, key: str) -> str:
        """The address of an issue, for people."""
        return f"{self.jira_access.base_url}/browse/{key}"

    def post_once(
        self,
        source: str,
        channel: str,
        text: str,
        blocks: list[dict[str, Any]],
        thread_ts: str | None,
        step: str,
        issue_key: str,
    ) -> Thread:
        """Post a message that stands for *source* exactly once, and write it down."""

        def make() -> Found:
            return asdict(self.slack.post(channel, text, blocks, source, thread_ts)) | {"team": self.team}

        def look(hint: dict[str, Any]) -> Found | None:
            found = self.slack.posted(channel, source, hint["since"] - CLOCKS, thread_ts)
            return asdict(found) | {"team": self.team} if found else None

        def remember(session: Session, made: Found) -> None:
            audit.record(session, self.site_id, step, issue_key)

        found = once(self.db, source, make=make, look=look, remember=remember, settle_time=self.settings.settle_time)
        return Thread(found["channel"], found["ts"], found.get("team", ""))

    def _access(self, product: str) -> Access:
        with self.db.reading() as session:
            found = store.access_to(session, self.runtime.vault, self.site_id, product)
        if found is None:
            # An admin may install or enable it any minute; what people asked for meanwhile must not be lost.
            raise Unavailable(f"{product.capitalize()} is not installed on site {self.site_id}, or is disabled.")
        return found

    def _http(self, access: Access) -> Http:
        def sign(method: str, target: str) -> str:
            return connect.sign(access.app_key, access.client_key, access.shared_secret, method, target, time.time())

        return Http(access.base_url, sign, self.settings.call_timeout, TRACE)


_runtime: Runtime | None = None
_lock = threading.Lock()


def install(settings: Settings) -> Runtime:
    """Called once by `create_app` and by the worker. Raises Misconfigured without a key for the secrets."""
    global _runtime
    with _lock:
        _runtime = Runtime(settings, Database(settings.database_url), Vault(settings.secret_keys))
    return _runtime


def current() -> Runtime:
    if _runtime is None:
        raise RuntimeError("context.install(settings) has not been called")
    return _runtime


def at(site_id: int, issue_id: str | None = None) -> At:
    """A site; with *issue_id* in the workspace where that issue's thread is."""
    return At(current(), site_id, issue_id)


def site_of(session: Session, team: str) -> int | None:
    """The site that requests of a workspace belong to; None while Jira is nowhere, or while nobody has said which."""
    if not team:
        return store.only_site(session)
    return workspaces.site_of(session, team, sites(session))


def sites(session: Session) -> list[int]:
    """Ids of the sites where Jira is installed and enabled."""
    return sorted(store.enabled_sites(session).values())


def start_at_each(session: Session, site_ids: Iterable[int], flow: str, moment: str, lane: str) -> None:
    """What a schedule starts: *flow* once for each site and *moment*, in the site's *lane*."""
    for site_id in site_ids:
        engine.enqueue(session, flow, site_id, moment, id=f"{site_id}:{moment}", lane=f"{site_id}:{lane}")


def home_of(session: Session, site_id: int) -> str:
    """The workspace in which a site's people are told what belongs to no thread.

    Raises Unavailable where it has none yet: what another site's people read is none of theirs.
    """
    settings = current().settings
    if not settings.slack_by_oauth or (settings.slack_bot_token and store.only_site(session) == site_id):
        return ""
    found = workspaces.first_of(session, site_id)
    if found is None:
        raise Unavailable("No Slack workspace belongs to this site: open /slack/install, or pair one with it.")
    return found


def slack(team: str = "", quick: bool = False) -> SlackClient:
    """*quick*: for a person who waits; Slack itself gives up after three seconds."""
    settings = current().settings
    timeout = 2.0 if quick else settings.call_timeout
    return SlackClient(settings.slack_api_url, slack_token(team), timeout, workspaces.team_id(team), current().pace)


def slack_token(team: str) -> str:
    """Raises Unavailable where the app was uninstalled: what waits goes on when it is there again."""
    runtime = current()
    if team:
        with runtime.db.reading() as session:
            token = workspaces.token(session, runtime.vault, team)
        if token is None:
            raise Unavailable(f"The app is not installed in the Slack workspace {team}: open /slack/install.")
        return token
    if not runtime.settings.slack_bot_token:
        remedy = "Set SLACK_BOT_TOKEN to the token of the installed Slack app, or pair a workspace with the site."
        raise Misconfigured("There is no Slack bot token.", remedy)
    return runtime.settings.slack_bot_token
