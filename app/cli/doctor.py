"""What is wrong, and what to do about it: python -m app doctor."""

from __future__ import annotations

import sys
import textwrap
from collections.abc import Iterable, Iterator

import click
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy.exc import SQLAlchemyError

from app import context
from app.cli.canary import fly
from app.cli.doctor_reach import reach
from app.cli.doctor_slack import looked, slack_workspaces
from app.db import Database, connect
from app.domain import Check, Verdict
from app.logs import scrub
from app.migrate import alembic_config
from app.settings import Settings
from app.sites import checks, checks_slack
from app.sites import store as sites
from app.triage.rota import addresses

Looked = Iterable[Check]
_WIDTH, _NAMES = 118, 34


@click.command("doctor")
@click.option("--site", "host", help="Only this one: team.atlassian.net")
@click.option(
    "--canary/--no-canary",
    default=True,
    help="Whether a test ticket in each project tries to get to Done without Resolution Notes.",
)
def doctor(host: str | None, canary: bool) -> None:
    """Say what is wrong and what to do about it. Exit status 1 when something is. The service may run or not."""
    settings = Settings.from_env()
    well = _show("this service", [_database(settings)])
    if well:
        context.install(settings)
        found = _sites(host)
        for name, site_id in found.items():
            well = _show(name, _site(context.at(site_id), canary)) and well
        if not found:
            well = _show("sites", [checks.wrong("Jira", "the app is installed nowhere", "Install it: see the README.")])
        well = _show("addresses", reach(settings)) and well
        for title, found_there in slack_workspaces(settings):
            well = _show(title, found_there) and well
    click.echo("\nAll is well." if well else "\nSomething is wrong: see the arrows.")
    sys.exit(not well)


def _show(title: str, found: Looked) -> bool:
    """Print each check as soon as it is done; whether nothing is wrong."""
    click.echo(f"\n{title}")
    well = True
    for each in found:
        well = well and each.verdict is not Verdict.WRONG
        _line(f"  {each.verdict.value:6} {each.name:{_NAMES}} ", scrub(each.finding))
        if each.remedy:
            _line(f"{'':{_NAMES + 8}}→ ", scrub(each.remedy))
    return well


def _line(start: str, words: str) -> None:
    """*words* may be a neighbour's: nothing in them moves the cursor."""
    words = "".join(each if each.isprintable() else " " for each in words)
    click.echo(textwrap.fill(words, _WIDTH, initial_indent=start, subsequent_indent=" " * len(start)))


def _database(settings: Settings) -> Check:
    script = ScriptDirectory.from_config(alembic_config(settings.database_url))
    try:
        with connect(settings.database_url).connect() as connection:
            current = MigrationContext.configure(connection).get_current_heads()
    except SQLAlchemyError as error:
        return checks.wrong("database", f"does not answer ({type(error).__name__})", "Look at DATABASE_URL.")
    return checks.database(current, script.get_heads())


def _sites(host: str | None) -> dict[str, int]:
    with _db().reading() as session:
        found = sites.enabled_sites(session)
    if host and host not in found:
        raise click.ClickException(f"Name a site with --site: {', '.join(sorted(found)) or 'there is none'}.")
    return {name: id for name, id in found.items() if host in (None, name)}


def _db() -> Database:
    return context.current().db


#: Settings that name a status in which a ticket is not finished.
OPS_STATUSES = ("status_to_engineering", "status_needs_notes", "status_ops_todo")
ENGINEERING_STATUSES = ("status_engineering_taken", "status_engineering_reopened", "status_engineering_sent_back")


def _site(at: context.At, canary: bool) -> Iterator[Check]:
    account = looked("Jira", lambda: [checks.right("Jira", f"answers, as {at.jira.myself().name}")])
    yield from account
    if account[0].verdict is Verdict.WRONG:
        return  # everything else would only say the same
    s = at.settings
    yield from looked("fields", lambda: checks.fields(at.jira.fields(), s))
    yield from looked("link type", lambda: [checks.link_type(at.jira.link_types(), s.link_outward)])
    yield from looked(f"{s.ops_project} key", lambda: [_project_key(at, "ops_project")])
    yield from looked(f"{s.engineering_project} key", lambda: [_project_key(at, "engineering_project")])
    ops = {name: getattr(s, name) for name in OPS_STATUSES}
    yield from _project(at, s.ops_project, s.ops_issue_type, ops, canary)
    yield from looked(f"{s.ops_project} {s.field_team}", lambda: [_teams(at)])
    engineering = {name: getattr(s, name) for name in ENGINEERING_STATUSES}
    yield from _project(at, s.engineering_project, s.engineering_issue_type, engineering, canary)
    yield from looked(f"Confluence {s.log_space}", lambda: [_space(at)])
    yield from looked("rota", lambda: _rota(at))


def _project(at: context.At, key: str, issue_type: str, wanted: dict[str, str], canary: bool) -> Iterator[Check]:
    keys = [*checks.NEEDED, *checks.WISHED]
    yield from looked(f"{key} board", lambda: checks.board(key, issue_type, at.survey.board(key), wanted))
    yield from looked(f"{key} permissions", lambda: checks.permissions(key, at.survey.permissions(key, keys)))
    yield from looked(f"{key} create screen", lambda: [_create_screen(at, key, issue_type)])
    if canary:
        yield from looked(f"{key} gate", lambda: [fly(at, key, issue_type)])


def _project_key(at: context.At, setting: str) -> Check:
    key = getattr(at.settings, setting)
    return checks.project_key(setting, key, at.survey.project_key(key))


def _teams(at: context.At) -> Check:
    s = at.settings
    team = at.jira.create_fields(s.ops_project, s.ops_issue_type).get(at.fields.team)
    return checks.team_choices(s.ops_project, s.field_team, [words for words, _ in team.choices] if team else [])


def _create_screen(at: context.At, key: str, issue_type: str) -> Check:
    s, ids = at.settings, at.fields
    names = (s.field_exception_type, s.field_team, s.field_tags, s.field_notes)
    named = {"description": "Description", "priority": "Priority", **dict(zip(ids.all(), names, strict=True))}
    return checks.create_screen(key, named, at.jira.settable_fields(key, issue_type))


def _rota(at: context.At) -> list[Check]:
    people = addresses(at.settings.triage_rota)
    return checks_slack.rota([(address, at.jira.account_of(address) is not None) for address in people])


def _space(at: context.At) -> Check:
    key = at.settings.log_space
    return checks.right(f"Confluence {key}", f"answers, space {at.confluence.space_id(key)}")
