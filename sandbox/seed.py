"""A small team and its two boards, its Confluence space and its Slack channels: what a fresh sandbox has."""

from __future__ import annotations

import uuid

from sandbox.world import Field, Json, Option, Page, Person, Project, Status, Transition, World

TO_DO, IN_PROGRESS, SENT, NOTES_REQUIRED, DONE = "10000", "10001", "10002", "10003", "10004"
BACKLOG, SELECTED = "10010", "10011"
EXCEPTION_TYPE, TEAM, TAGS, NOTES = "customfield_10047", "customfield_10048", "customfield_10049", "customfield_10050"

PEOPLE = (
    ("reporter@example.com", "Riley Reporter", "U0REPORTER", ("ops",)),
    ("triage@example.com", "Toni Triage", "U0TRIAGE", ("ops",)),
    ("engineer@example.com", "Erin Engineer", "U0ENGINEER", ("engineering",)),
    ("lead@example.com", "Lee Lead", "U0LEAD", ("ops", "engineering")),
    ("admin@example.com", "Alex Admin", "U0ADMIN", ("jira-admins",)),
)
STATUSES = (
    Status(TO_DO, "To Do", "new"),
    Status(IN_PROGRESS, "In Progress", "indeterminate"),
    Status(SENT, "Sent to Engineering", "indeterminate"),
    Status(NOTES_REQUIRED, "Resolution Notes Required", "indeterminate"),
    Status(DONE, "Done", "done"),
    Status(BACKLOG, "Backlog", "new"),
    Status(SELECTED, "Selected for Development", "new"),
)
SYSTEM_FIELDS = (
    ("summary", "Summary", "summary"),
    ("description", "Description", "description"),
    ("labels", "Labels", "labels"),
    ("assignee", "Assignee", "user"),
    ("reporter", "Reporter", "user"),
    ("creator", "Creator", "user"),
    ("project", "Project", "project"),
    ("issuetype", "Issue Type", "issuetype"),
    ("status", "Status", "status"),
    ("resolution", "Resolution", "resolution"),
    ("created", "Created", "datetime"),
    ("updated", "Updated", "datetime"),
    ("resolutiondate", "Resolved", "datetime"),
    ("statuscategorychangedate", "Status Category Changed", "datetime"),
    ("attachment", "Attachment", "attachment"),
    ("issuelinks", "Linked Issues", "issuelinks"),
    ("comment", "Comment", "comments"),
    ("security", "Security Level", "securitylevel"),
)
#: On no screen until an administrator puts them there.
RESOLUTIONS = ("Done", "Won't Do", "Duplicate")
PRIORITIES = ("Blocker", "Critical", "Major", "General")
EXCEPTION_TYPES = (
    "Platform / app issue",
    "Payments and transactions",
    "Customer experience",
    "Event operations",
    "Internal ops and admin",
    "Other (needs triage)",
)
TEAMS = ("Engineering", "Operations")
CONTEXT_TAGS = (
    "Platform - functional issue",
    "Platform - UI issue",
    "Platform - event / venue visibility",
    "Platform - integrations",
    "Platform - outage / latency",
    "Platform - mobile app",
    "Ops - scheduling",
    "Ops - ticketing",
    "Ops - supplies / logistics",
    "Ops - access / permissions",
    "Ops - reporting",
    "Finance - payment processing",
    "Finance - refunds",
    "Finance - taxes",
    "Marketing - promotions / discounts",
    "CX - email / notifications",
)
CUSTOM_FIELDS = (EXCEPTION_TYPE, TEAM, TAGS, NOTES)
CREATE_SCREEN = ("summary", "description", "priority", "labels", "assignee", "reporter", *CUSTOM_FIELDS)
LINK_TYPES = (
    ("10000", "Blocks", "is blocked by", "blocks"),
    ("10001", "Cloners", "is cloned by", "clones"),
    ("10002", "Duplicate", "is duplicated by", "duplicates"),
    ("10003", "Relates", "relates to", "relates to"),
)
CHANNELS = (
    ("C0OPSEX", "ops-exceptions"),
    ("C0OPSRQ", "ops-requests"),
    ("C0ENGTRI", "ops-exceptions-eng-triage"),
)
SPACE_ID, HOME_PAGE_ID = "65537", "65538"


def fill(world: World) -> None:
    """Put the team and its empty boards into *world*."""
    with world.lock:
        for person in _people():
            world.people[person.account_id] = person
        _fill_jira(world)
        _fill_confluence(world)
        _fill_slack(world)


def _people() -> list[Person]:
    return [Person(account_id(email), email, name, slack, groups) for email, name, slack, groups in PEOPLE]


def account_id(name: str) -> str:
    """The account id that goes with a name or address, the same in every run."""
    return f"712020:{uuid.uuid5(uuid.NAMESPACE_URL, name)}"


def _fill_jira(world: World) -> None:
    jira = world.jira
    jira.statuses = {status.id: Status(status.id, status.name, status.category) for status in STATUSES}
    jira.fields = {field.id: field for field in _fields()}
    jira.link_types = {type_["id"]: type_ for type_ in _link_types()}
    jira.projects = {project.key: project for project in (_ops(), _yay())}


def _fields() -> list[Field]:
    fields = [Field(id_, name, kind, custom=False) for id_, name, kind in SYSTEM_FIELDS]
    resolution = next(field for field in fields if field.id == "resolution")
    resolution.options = [Option(str(10000 + number), name) for number, name in enumerate(RESOLUTIONS)]
    levels = [Option(str(number), name) for number, name in enumerate(PRIORITIES, 1)]
    fields.append(Field("priority", "Priority", "priority", levels, custom=False))
    option_ids, own_ids = iter(range(10201, 10300)), iter(range(10301, 10400))
    for id_, name, kind, values in (
        (EXCEPTION_TYPE, "Exception Type", "select", EXCEPTION_TYPES),
        (TEAM, "Team Responsible", "select", TEAMS),
        (TAGS, "Context Tags", "multiselect", CONTEXT_TAGS),
        (NOTES, "Resolution Notes", "textarea", ()),
    ):
        field = Field(id_, name, kind, [Option(str(next(option_ids)), value) for value in values])
        # The context that YAY has when `settings.own_contexts` says so.
        field.own_options = {"YAY": [Option(str(next(own_ids)), value) for value in values]} if values else {}
        fields.append(field)
    return fields


def _link_types() -> list[Json]:
    return [
        {"id": id_, "name": name, "inward": inward, "outward": outward} for id_, name, inward, outward in LINK_TYPES
    ]


def _ops() -> Project:
    open_ones = (TO_DO, IN_PROGRESS, SENT)
    return Project(
        id="10020",
        key="OPS",
        name="Ops Issues & Exceptions",
        issue_type_id="10030",
        issue_type="Ops Exception",
        columns=(*open_ones, NOTES_REQUIRED, DONE),
        initial_status=TO_DO,
        transitions=[
            Transition("1", "Create", (), TO_DO),
            Transition("11", "To Do", (IN_PROGRESS, SENT, NOTES_REQUIRED), TO_DO),
            Transition("21", "Start work", (TO_DO,), IN_PROGRESS),
            Transition("31", "Send to engineering", (TO_DO, IN_PROGRESS, NOTES_REQUIRED, DONE), SENT),
            Transition("41", "Ask for resolution notes", (*open_ones, DONE), NOTES_REQUIRED),
            Transition("51", "Done", (TO_DO, IN_PROGRESS, NOTES_REQUIRED), DONE, screen=(NOTES,)),
            Transition("61", "Re-open", (DONE,), IN_PROGRESS),
        ],
        create_screen=CREATE_SCREEN,
        required=("summary", EXCEPTION_TYPE, TEAM),
    )


def _yay() -> Project:
    return Project(
        id="10021",
        key="YAY",
        name="Engineering Kanban",
        issue_type_id="10031",
        issue_type="Task",
        columns=(BACKLOG, SELECTED, IN_PROGRESS, DONE),
        initial_status=BACKLOG,
        transitions=[
            Transition("1", "Create", (), BACKLOG),
            Transition("11", "Backlog", (SELECTED, IN_PROGRESS, DONE), BACKLOG),
            Transition("21", "Select", (BACKLOG,), SELECTED),
            Transition("31", "Start work", (BACKLOG, SELECTED), IN_PROGRESS),
            Transition("41", "Done", (BACKLOG, SELECTED, IN_PROGRESS), DONE, screen=(NOTES,)),
            Transition("51", "Re-open", (DONE,), IN_PROGRESS),
        ],
        create_screen=CREATE_SCREEN,
        required=("summary",),
    )


def _fill_confluence(world: World) -> None:
    space = {"id": SPACE_ID, "key": "OPSTEAM", "name": "Operations Team", "homepageId": HOME_PAGE_ID}
    author, now = account_id("admin@example.com"), world.now()
    body = "<p>The pages of the operations team.</p>"
    world.confluence.spaces[SPACE_ID] = space
    world.confluence.pages[HOME_PAGE_ID] = Page(HOME_PAGE_ID, SPACE_ID, "Operations Team", body, 1, author, now, now)


def _fill_slack(world: World) -> None:
    members = [slack for _, _, slack, _ in PEOPLE] + ["U0SOLVE"]
    for id_, name in CHANNELS:
        world.slack.channels[id_] = {"id": id_, "name": name, "members": list(members)}
