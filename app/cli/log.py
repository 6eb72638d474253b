"""Look after the Ops Exception Log: check, repair, rebuild, preview."""

from __future__ import annotations

import sys
import tempfile
import time
import webbrowser
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from uuid import uuid4

import click

from app import context, create_app
from app.errors import NotFound, SolveOnceError
from app.models import utcnow
from app.publishing import columns, flow_check, flow_rebuild, preview, rendering, store
from app.publishing.entry import Withheld, entry_for
from app.publishing.reconcile import Finding, Wrong
from app.settings import Settings
from app.sites import store as sites

#: For so many seconds nothing may move before we say that nobody works.
_PATIENCE = 60.0
_SAID = {
    Wrong.MISSING: "has no row",
    Wrong.DOUBLED: "has a second row on page {page}",
    Wrong.STALE: "has a row on page {page} that does not say what the ticket says",
    Wrong.MISPLACED: "has its row on page {page}, where nobody remembers it",
    Wrong.WITHHELD: "has a row on page {page} and is not for everybody's eyes",
    Wrong.UNREADABLE: "Page {page} of the log cannot be read: it is gone, laid aside or closed to the app",
    Wrong.FOREIGN: "has a row on page {page} and is no solved ticket of ours; it is left alone",
}


@click.group("log", help="Look after the Ops Exception Log.")
def log() -> None:
    pass


def _site(function: Callable[..., None]) -> Callable[..., None]:
    return click.option("--site", "host", help="Which site, when there are several: team.atlassian.net")(function)


def _dry(function: Callable[..., None]) -> Callable[..., None]:
    return click.option("--dry-run", "dry", is_flag=True, help="Only say what would be done.")(function)


@log.command("check")
@_site
def check(host: str | None) -> None:
    """Compare the log with Jira, row by row. Exit status 1 when something is wrong."""
    found = _looked(_at(host))
    _tell(found)
    sys.exit(any(each.wrong is not Wrong.FOREIGN for each in found))


@log.command("repair")
@_site
@_dry
def repair(host: str | None, dry: bool) -> None:
    """Check, and have the service put right what is wrong."""
    at = _at(host)
    found = _looked(at)
    _tell(found)
    if dry:
        return
    count = flow_check.put_right(at, found, f"repair:{uuid4().hex}")
    _watch(at, "Writing")
    click.echo(f"{count} put right." if count else "Nothing to put right.")


@log.command("rebuild")
@_site
@_dry
def rebuild(host: str | None, dry: bool) -> None:
    """Write the whole log anew from Jira, on new pages. The old pages stay; delete them when you like.

    Broken off, it goes on when it is called again.
    """
    at = _at(host)
    jql = flow_check.all_solved(at)
    about = at.jira.count(jql.partition(" ORDER BY ")[0])
    if dry:
        click.echo(f"About {about} solved tickets would be written to a new page tree. The old pages would stay.")
        return
    with at.db.writing() as session:
        title = flow_rebuild.begin(session, at, utcnow())
    click.echo(f"The new log is {title!r}, in the space {at.settings.log_space}.")
    _until(at, lambda: _begun(at, title), "The service has not begun")
    with click.progressbar(length=about, label="Reading Jira") as bar:
        expected = flow_rebuild.ask_for_all(at, lambda: bar.update(1))
    _watch(at, "Writing")
    click.echo(f"{expected} rows.")


@log.command("preview")
@click.argument("key")
@_site
@click.option("--open/--no-open", "shown", default=True, help="Show the row in a browser.")
def show(key: str, host: str | None, shown: bool) -> None:
    """Print the row of a ticket as it would be published, and show it rendered."""
    at = _at(host)
    try:
        issue = at.issue(key)
    except NotFound:
        raise click.ClickException(f"There is no issue {key}, or the app may not see it.") from None
    entry = entry_for(issue, at.browse(issue.ref.key), at.settings.logged_projects)
    if entry is None:
        raise click.ClickException(f"{issue.ref.key} gets no row: it is not done, or has no Resolution Notes.")
    if isinstance(entry, Withheld):
        raise click.ClickException(f"{issue.ref.key} gets no row: {entry.reason}.")
    cells = rendering.cells(entry, at.settings.time_zone, at.jira_access.base_url)
    chosen = columns.chosen(at.settings.log_columns)
    click.echo(preview.text(cells, chosen))
    file = Path(tempfile.mkdtemp(prefix="solveonce-")) / f"{issue.ref.key}.html"
    file.write_text(preview.html_page(cells, chosen, f"{issue.ref.key} in the log"), encoding="utf-8")
    if not (shown and webbrowser.open(file.as_uri())):
        click.echo(f"Rendered: {file}")


def _at(host: str | None) -> context.At:
    """The site, ready to be called. Raises what says how to name it."""
    create_app(Settings.from_env())
    with context.current().db.reading() as session:
        found = sites.enabled_sites(session)
    if not found:
        raise click.ClickException("The app is installed into no Jira yet.")
    if (host is None and len(found) > 1) or (host and host not in found):
        raise click.ClickException(f"Name a site with --site: {', '.join(sorted(found))}.")
    return context.at(found[host] if host else next(iter(found.values())))


def _looked(at: context.At) -> list[Finding]:
    try:
        with click.progressbar(length=0, label="Looking", show_pos=True, show_percent=False, show_eta=False) as bar:
            return flow_check.survey(at, lambda: bar.update(1))
    except SolveOnceError as problem:
        raise click.ClickException(str(problem)) from None


def _tell(found: list[Finding]) -> None:
    for each in found:
        click.echo(f"{each.key} {_SAID[each.wrong].format(page=each.page_id)}.".strip())
    counts = Counter(each.wrong.value for each in found)
    told = ", ".join(f"{count} {name}" for name, count in sorted(counts.items()))
    click.echo(told or "The log says what Jira says.")


def _begun(at: context.At, title: str) -> bool:
    with at.db.reading() as session:
        row = store.peek(session, at.site_id)
    return bool(row and row.title == title)


def _waiting(at: context.At) -> tuple[int, str]:
    with at.db.reading() as session:
        row = store.peek(session, at.site_id)
        return store.count_waiting(session, at.site_id), (row and row.paused) or ""


def _watch(at: context.At, label: str) -> None:
    """Until no row waits any more; raises what says why none is written."""
    left, _ = _waiting(at)
    with click.progressbar(length=left, label=label) as bar:

        def moved() -> bool:
            nonlocal left
            now, paused = _waiting(at)
            if paused and now:
                raise click.ClickException(paused)
            bar.update(max(0, left - now))
            left = now
            return left == 0

        _until(at, moved, "The rows wait")


def _until(at: context.At, done: Callable[[], bool], otherwise: str) -> None:
    """Looks again and again; *done* has to become true while somebody works."""
    seen, since = _waiting(at), time.monotonic()
    while not done():
        if _waiting(at) != seen:
            seen, since = _waiting(at), time.monotonic()
        if time.monotonic() - since > _PATIENCE:
            raise click.ClickException(f"{otherwise}: start it, or a worker (`python -m app worker`). Nothing is lost.")
        time.sleep(0.2)
