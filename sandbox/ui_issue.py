"""An issue of Jira as a page: its texts, fields, files, links, comments and history, and what one can do with it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

from flask import Blueprint, abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from sandbox import jira_attachments, jira_comments, jira_issues, jira_links, jira_transitions
from sandbox.jira_act import Act, found_issue
from sandbox.jira_permissions import on_issue, sees
from sandbox.refusals import JiraError
from sandbox.ui_adf import document as document_html
from sandbox.ui_files import as_download
from sandbox.ui_jira import boards_page, way
from sandbox.ui_jira_forms import act, changes, control, fields_for_people, named, pictures, the_world
from sandbox.ui_markdown import document
from sandbox.world import Issue, Json, Transition, World

TEXTS = ("Description", "Resolution Notes")
DETAILS = ("Exception Type", "Team Responsible", "Context Tags", "Priority", "Labels", "Assignee", "Reporter")
#: What was tried, in the words of the flag that tells that it did not work.
TRIED = {"transition": "could not be moved", "edit": "could not be saved", "comment": "could not be commented"}
TRIED |= {"attach": "did not take the files", "link": "could not be linked", "delete": "could not be deleted"}

blueprint = Blueprint("ui_issue", __name__, url_prefix="/browse")


def _issue(key: str) -> Issue:
    """Who may not see it reads the same as for one that is not there."""
    try:
        return found_issue(act(), key)
    except JiraError:
        abort(404)


@blueprint.get("/<key>")
def browse(key: str) -> ResponseReturnValue:
    issue = _issue(key)
    # An issue that was moved is found by its old key and goes by its new one.
    return issue_page(issue) if issue.key == key else redirect(url_for("ui_issue.browse", key=issue.key), 302)


def issue_page(issue: Issue, refusal: Json | None = None) -> str:
    world, doing = the_world(), act()
    with world.lock:
        project = world.jira.projects[issue.project]
        return render_template(
            "issue.html",
            issue=issue,
            project=project,
            status=world.jira.statuses[issue.status],
            texts=[(name, document_html(issue, issue.fields.get(named(name).id))) for name in TEXTS],
            details=_details(issue),
            transitions=[_with_screen(doing, issue, t) for t in jira_transitions.available(doing, issue)],
            controls=[control(field, project, issue) for field in fields_for_people(project)],
            may={name: on_issue(world, doing.person, name, issue) for name in ("EDIT_ISSUES", "DELETE_ISSUES")},
            links=_links(doing, issue),
            link_words=_link_words(world),
            comments=[_comment(issue, each) for each in issue.comments],
            history=[_entry(world, entry.author, entry.created, entry.items) for entry in reversed(issue.history)],
            refusal=refusal,
            here=url_for("ui_issue.browse", key=issue.key),
        )


def _comment(issue: Issue, comment: Json) -> Json:
    written = datetime.strptime(comment["created"], "%Y-%m-%dT%H:%M:%S.%f%z")
    shown = document_html(issue, comment["body"])
    return {"by": comment["author"]["displayName"], "when": _when(written.timestamp()), "text": shown}


def _details(issue: Issue) -> list[tuple[str, str]]:
    """Name and value of what stands beside the text; empty ones are left out."""
    rows = [(name, _plain(issue.fields.get(named(name).id))) for name in DETAILS]
    moments = (("Created", issue.created), ("Updated", issue.updated), ("Resolved", issue.resolved))
    return [row for row in rows if row[1]] + [(name, _when(moment)) for name, moment in moments if moment]


def _plain(value: object) -> str:
    if isinstance(value, list):
        return ", ".join(_plain(one) for one in value)
    if isinstance(value, dict):
        return str(value.get("value") or value.get("name") or value.get("displayName") or "")
    return str(value or "")


def _when(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, UTC).strftime("%d %b %Y, %H:%M UTC")


def _with_screen(doing: Act, issue: Issue, transition: Transition) -> Json:
    project = doing.world.jira.projects[issue.project]
    fields = [doing.world.jira.fields[id_] for id_ in transition.screen]
    return way(doing.world, transition) | {"controls": [control(f, project, issue) for f in fields]}


def _links(doing: Act, issue: Issue) -> list[Json]:
    """Links to other issues in Jira's words: the inward issue is the one that acts."""
    world, shown = doing.world, []
    for link in world.jira.links:
        if issue.id in (link.inward, link.outward):
            acts = link.inward == issue.id
            other = world.jira.issues[link.outward if acts else link.inward]
            words = world.jira.link_types[link.type_id]["outward" if acts else "inward"]
            if sees(world, doing.person, other):
                shown.append({"words": words, "issue": other, "status": world.jira.statuses[other.status]})
    return shown


def _link_words(world: World) -> list[tuple[str, str]]:
    """What one issue can be to another: the type and the end at which this one stands, and the words for it."""
    ways = [(f"{t['id']} {end}", t[end]) for t in world.jira.link_types.values() for end in ("outward", "inward")]
    return [(value, words) for n, (value, words) in enumerate(ways) if words not in [w for _, w in ways[:n]]]


def _entry(world: World, author: str, created: float, items: list[Json]) -> Json:
    return {"author": world.people[author].name, "when": _when(created), "items": items}


def _done(issue: Issue, what: str, do: Callable[[], object]) -> ResponseReturnValue:
    """Do it and show the page again; or show it with Jira's words for why not, and everything that was typed."""
    try:
        do()
    except JiraError as refusal:
        return _refused_page(issue, _flag(issue, what, refusal)), refusal.status
    return redirect(_back(issue), 303)


def _flag(issue: Issue, what: str, refusal: JiraError) -> Json:
    words = [*refusal.messages, *refusal.errors.values()]
    return {"title": f"{issue.key} {TRIED[what]}", "words": words, "errors": refusal.errors}


def _refused_page(issue: Issue, refusal: Json) -> str:
    if request.form.get("back") != "/boards":
        return issue_page(issue, refusal)
    chosen = _chosen(issue)
    return _screen_page(issue, chosen, refusal) if chosen and chosen.screen else boards_page(refusal)


def _back(issue: Issue) -> str:
    board = request.form.get("back") == "/boards"
    return f"/boards#{issue.project}" if board else url_for("ui_issue.browse", key=issue.key)


def _chosen(issue: Issue) -> Transition | None:
    wanted = (request.view_args or {}).get("transition_id") or request.form.get("id")
    return next((t for t in the_world().jira.projects[issue.project].transitions if t.id == wanted), None)


@blueprint.get("/<key>/transition/<transition_id>")
def screen(key: str, transition_id: str) -> ResponseReturnValue:
    """The screen of a transition by itself, for a card on a board."""
    issue = _issue(key)
    chosen = _chosen(issue)
    if chosen is None or chosen not in jira_transitions.available(act(), issue):
        return redirect(url_for("ui_issue.browse", key=issue.key), 302)
    return _screen_page(issue, chosen)


def _screen_page(issue: Issue, chosen: Transition, refusal: Json | None = None) -> str:
    shown = _with_screen(act(), issue, chosen)
    return render_template("transition.html", issue=issue, way=shown, refusal=refusal, here="/boards")


@blueprint.post("/<key>/transition")
def transition(key: str) -> ResponseReturnValue:
    issue = _issue(key)
    chosen = _chosen(issue)
    fields = changes(issue, [the_world().jira.fields[id_] for id_ in chosen.screen]) if chosen else {}
    body = {"transition": {"id": request.form.get("id")}, "fields": fields}
    return _done(issue, "transition", lambda: jira_transitions.transit(act(), issue, body))


@blueprint.post("/<key>/edit")
def edit(key: str) -> ResponseReturnValue:
    issue = _issue(key)
    fields = fields_for_people(the_world().jira.projects[issue.project])
    return _done(issue, "edit", lambda: jira_issues.edit(act(), issue, {"fields": changes(issue, fields)}))


@blueprint.post("/<key>/comment")
def comment(key: str) -> ResponseReturnValue:
    issue = _issue(key)
    body = {"body": document(request.form.get("text", ""), None, pictures(issue))}
    return _done(issue, "comment", lambda: jira_comments.write(act(), issue, body))


@blueprint.post("/<key>/attachments")
def attach(key: str) -> ResponseReturnValue:
    issue = _issue(key)
    files = [file for file in request.files.getlist("file") if file.filename]
    return _done(issue, "attach", lambda: jira_attachments.attach(act(), issue, files))


@blueprint.post("/<key>/link")
def link(key: str) -> ResponseReturnValue:
    issue = _issue(key)
    type_id, _, end = request.form.get("how", "").partition(" ")
    ours, theirs = ("inwardIssue", "outwardIssue") if end == "outward" else ("outwardIssue", "inwardIssue")
    other = {"key": request.form.get("other", "").strip().upper()}
    body = {"type": {"id": type_id}, ours: {"key": issue.key}, theirs: other}
    return _done(issue, "link", lambda: jira_links.link(act(), body))


@blueprint.post("/<key>/delete")
def delete(key: str) -> ResponseReturnValue:
    issue = _issue(key)
    if not on_issue(the_world(), act().person, "DELETE_ISSUES", issue):
        refusal = JiraError(403, "You do not have permission to delete issues in this project.")
        return issue_page(issue, _flag(issue, "delete", refusal)), 403
    jira_issues.delete(act(), issue)
    return redirect(f"/boards#{issue.project}", 303)


@blueprint.get("/<key>/attachments/<attachment_id>")
def attachment(key: str, attachment_id: str) -> ResponseReturnValue:
    found = next((a for a in _issue(key).attachments if a.id == attachment_id), None) or abort(404)
    return as_download(found.filename, found.mime_type, found.content)
