"""Answer whoever typed `/ops mine`, `/ops OPS-12` or `/ops search …`, when Jira has told us what to say."""

from __future__ import annotations

from itertools import islice

from app import context, threads
from app.domain import Issue, StatusCategory
from app.engine import flow, step
from app.errors import NotFound, SolveOnceError, Unavailable
from app.intake import blocks_lists
from app.intake.blocks_lists import MOST, Answer
from app.intake.commands import Wish, solved_about
from app.logs import event


@flow
def answer(site_id: int, wish: str, about: str, user: str, response_url: str, team: str = "") -> None:
    """*response_url* is where Slack takes the answer, for half an hour; it shows it to that person alone."""
    say(site_id, wish, about, user, response_url, team)


@step
def say(site_id: int, wish: str, about: str, user: str, response_url: str, team: str = "") -> None:
    """Somebody waits: a Jira that does not answer now is said at once, and is not tried again."""
    at = context.at(site_id).within(team)
    text, shown = _said(at, wish, about, user)
    try:
        at.slack.respond(response_url, text, shown)
    except SolveOnceError as problem:
        event("answer not shown", wish=wish, error=problem.code)  # the address is used up, or too old


@flow
def answer_direct(wish: str, about: str, user: str, channel: str, ts: str, team: str = "") -> None:
    """The same, to a direct message: in the thread of the message *ts*."""
    say_direct(wish, about, user, channel, ts, team)


@step
def say_direct(wish: str, about: str, user: str, channel: str, ts: str, team: str = "") -> None:
    runtime = context.current()
    with runtime.db.reading() as session:
        site_id = context.site_of(session, team)
    if site_id is None:
        raise Unavailable("Jira is not installed yet, or nobody has said to which one this workspace belongs.")
    at = context.at(site_id).within(team)
    text, shown = _said(at, wish, about, user)
    at.post_once(f"intake.say_direct:{channel}:{ts}", channel, text, shown, ts, "say_direct", "")


def _said(at: context.At, wish: str, about: str, user: str) -> Answer:
    try:
        return _answer(at, Wish(wish), about, user)
    except NotFound:
        return blocks_lists.no_ticket(about)
    except SolveOnceError as problem:
        event("command not answered", wish=wish, error=problem.code, reason=str(problem))
        return blocks_lists.cannot(str(problem))


def _answer(at: context.At, wish: Wish, about: str, user: str) -> Answer:
    if wish is Wish.HELP:
        return blocks_lists.help_with(at.settings.slack_command, at.settings.slack_emoji.strip().strip(":"))
    if wish is Wish.TICKET:
        issue = at.issue(about)
        # One with a security level is not for everybody's eyes, and who asks here is not known to Jira.
        return blocks_lists.no_ticket(about) if issue.security_level else blocks_lists.ticket(issue, at.browse)
    if wish is Wish.MINE:
        return blocks_lists.mine(_open_tickets(at, user), at.browse)
    jql = solved_about(about, at.settings.logged_projects)
    found = (issue for issue in at.jira.search(jql, at.fields) if not issue.security_level) if jql else iter(())
    return blocks_lists.past_fixes(about, list(islice(found, MOST)), at.browse)


def _open_tickets(at: context.At, user: str) -> list[Issue]:
    """Those that came from Slack by this person, the newest first."""
    names = at.names_of_team
    with at.db.reading() as session:
        ids = threads.asked_by(session, at.site_id, user, names)
    found = at.jira.issues(ids, at.fields)
    return [found[id] for id in ids if id in found and found[id].status.category is not StatusCategory.DONE]
