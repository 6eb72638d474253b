"""Which issues a JQL query means, and in which order.

Dates are read in the zone of the caller's profile, with the precision of a minute.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sandbox import adf
from sandbox.jira_contexts import all_options
from sandbox.jira_permissions import sees
from sandbox.jira_view import CATEGORIES, RICH_TEXT, zone_of
from sandbox.jql_parser import Clause, Group, Value, read
from sandbox.refusals import JiraError
from sandbox.world import Issue, Person, World

UNBOUNDED = "Unbounded JQL queries are not allowed here. Please add a search restriction to your query."
EQUALITY = frozenset({"=", "!=", "in", "not in"})
EMPTINESS = frozenset({"is", "is not"})
ORDER = frozenset({"<", "<=", ">", ">="})
TEXT = frozenset({"~", "!~"})
#: Kind of field → the operators it knows.
OPERATORS = {
    "key": EQUALITY | ORDER,
    "date": EQUALITY | ORDER | EMPTINESS,
    "text": TEXT | EMPTINESS,
    "anywhere": frozenset({"~"}),
    "choice": EQUALITY | EMPTINESS,
}
DATE_FORMATS = ("%Y/%m/%d %H:%M", "%Y-%m-%d %H:%M", "%Y/%m/%d", "%Y-%m-%d")
UNITS = {"w": "weeks", "d": "days", "h": "hours", "m": "minutes"}
#: Jira's other names for the same field.
ALIASES = {"id": "key", "issue": "key", "issuekey": "key", "type": "issuetype", "resolved": "resolutiondate"}
ALIASES |= {"createddate": "created", "updateddate": "updated"}
CHOICES = ("project", "status", "statuscategory", "issuetype", "priority", "labels", "assignee", "reporter", "creator")
DATES = ("created", "updated", "resolutiondate")
#: Jira's `text` is all text fields at once, each by itself or together; it knows `~` alone.
ALL_TEXT = "text"

Test = Callable[[Issue], bool]


@dataclass
class Search:
    """A query that has been understood."""

    restricted: bool
    matches: Test
    _order: list[tuple[str, bool]]

    def sorted(self, issues: Iterable[Issue]) -> list[Issue]:
        """Those of *issues* that match, in the order asked for; without one, the newest first."""
        found = sorted((issue for issue in issues if self.matches(issue)), key=lambda i: int(i.id), reverse=True)
        for field, descending in reversed(self._order):
            found.sort(key=SORT_KEYS[field], reverse=descending)
        return found


def _key_order(issue: Issue) -> tuple[str, int]:
    project, _, number = issue.key.rpartition("-")
    return project, int(number)


SORT_KEYS: dict[str, Callable[[Issue], Any]] = {
    "key": _key_order,
    "id": lambda issue: int(issue.id),
    "created": lambda issue: issue.created,
    "updated": lambda issue: issue.updated,
    "resolutiondate": lambda issue: math.inf if issue.resolved is None else issue.resolved,
}


def parse(world: World, text: str, person: Person) -> Search:
    """The search that *text* means for *person*; raises `JiraError` in Jira's words."""
    query = read(text)
    order = [(_sort_field(field), descending) for field, descending in query.order]
    test = _Reader(world, person).test(query.where) if query.where else lambda issue: True
    return Search(query.where is not None, test, order)


def _sort_field(name: str) -> str:
    lower = name.lower()
    found = lower if lower in SORT_KEYS else ALIASES.get(lower, lower)
    if found not in SORT_KEYS:
        raise JiraError(400, f"Field '{name}' does not exist or you do not have permission to view it.")
    return found


@dataclass
class _Reader:
    """Turns clauses into tests, and refuses fields and values that do not exist."""

    world: World
    person: Person

    def test(self, part: Clause | Group) -> Test:
        if isinstance(part, Clause):
            return self._clause(part)
        tests = [self.test(inner) for inner in part.parts]
        if part.kind == "not":
            return lambda issue: not tests[0](issue)
        joined = all if part.kind == "and" else any
        return lambda issue: joined(test(issue) for test in tests)

    def _clause(self, clause: Clause) -> Test:
        field = self._field(clause.field)
        kind = self._kind(field)
        if clause.operator not in OPERATORS[kind]:
            refused = f"The operator '{clause.operator}' is not supported by the '{clause.field}' field."
            raise JiraError(400, refused)
        return getattr(self, f"_{kind}_test")(field, clause)  # type: ignore[no-any-return]

    def _field(self, name: str) -> str:
        """The field's id, for an id, a name, `cf[10050]` or one of Jira's other names."""
        lower = name.lower()
        lower = ALIASES.get(lower, lower)
        if lower in ("key", "statuscategory", ALL_TEXT, *DATES, *CHOICES):
            return lower
        custom = re.fullmatch(r"cf\[(\d+)\]", lower)
        wanted = f"customfield_{custom[1]}" if custom else lower
        fields = self.world.jira.fields.values()
        found = next((f for f in fields if wanted in (f.id, f.name.lower()) and self._is_searchable(f.kind)), None)
        if found is None:
            raise JiraError(400, f"Field '{name}' does not exist or you do not have permission to view it.")
        return found.id

    def _is_searchable(self, kind: str) -> bool:
        return kind in ("summary", "select", "multiselect", *RICH_TEXT)

    def _kind(self, field: str) -> str:
        if field == "key":
            return "key"
        if field in DATES:
            return "date"
        if field == ALL_TEXT:
            return "anywhere"
        return "choice" if field in CHOICES or self._is_option(field) else "text"

    def _is_option(self, field: str) -> bool:
        return self.world.jira.fields[field].kind in ("select", "multiselect")

    def _key_test(self, field: str, clause: Clause) -> Test:
        issues = [self._issue(value, clause.field) for value in clause.values]
        if clause.operator in EQUALITY:
            ids = {issue.id for issue in issues}
            return lambda issue: (issue.id in ids) == (clause.operator in ("=", "in"))
        bound = _key_order(issues[0])
        return lambda issue: issue.project == issues[0].project and _compared(_key_order(issue), clause.operator, bound)

    def _issue(self, value: Value, field: str) -> Issue:
        issue = self.world.issue(value.text) or self.world.issue(value.text.upper())
        if issue is None or not sees(self.world, self.person, issue):
            what = f"A value with ID '{value.text}'" if value.text.isdigit() else f"An issue with key '{value.text}'"
            raise JiraError(400, f"{what} does not exist for field '{field}'.")
        return issue

    def _date_test(self, field: str, clause: Clause) -> Test:
        if clause.operator in EMPTINESS:
            return lambda issue: (_date(issue, field) is None) == (clause.operator == "is")
        bounds = [self._moment(value, clause.field) for value in clause.values]
        if clause.operator in ORDER:
            return lambda issue: (at := _date(issue, field)) is not None and _compared(at, clause.operator, bounds[0])
        return lambda issue: (_date(issue, field) in bounds) == (clause.operator in ("=", "in"))

    def _moment(self, value: Value, field: str) -> float:
        if value.text.lower() == "now()":
            return self.world.now()
        if relative := re.fullmatch(r"([-+]?)(\d+)([wdhm])", value.text):
            pause = timedelta(**{UNITS[relative[3]]: int(relative[2])}).total_seconds()
            return self.world.now() + (pause if relative[1] != "-" else -pause)
        zone = ZoneInfo(zone_of(self.world, self.person))
        for form in DATE_FORMATS:
            try:
                return datetime.strptime(value.text, form).replace(tzinfo=zone).timestamp()
            except ValueError:
                continue
        raise JiraError(
            400,
            f"Date value '{value.text}' for field '{field}' is invalid. Valid formats include: 'yyyy/MM/dd HH:mm', "
            "'yyyy-MM-dd HH:mm', 'yyyy/MM/dd', 'yyyy-MM-dd', or a period format e.g. '-5d', '4w 2d'.",
        )

    def _text_test(self, field: str, clause: Clause) -> Test:
        if clause.operator in EMPTINESS:
            return lambda issue: (not _text(issue, field)) == (clause.operator == "is")
        words = re.findall(r"\w+", clause.values[0].text.lower())
        return lambda issue: _has_words(_text(issue, field), words) == (clause.operator == "~")

    def _anywhere_test(self, field: str, clause: Clause) -> Test:
        words = re.findall(r"\w+", clause.values[0].text.lower())
        fields = [f.id for f in self.world.jira.fields.values() if f.kind in ("summary", *RICH_TEXT)]
        return lambda issue: _has_words(" ".join(_text(issue, each) for each in fields), words)

    def _choice_test(self, field: str, clause: Clause) -> Test:
        if clause.operator in EMPTINESS:
            return lambda issue: (not self._choices(issue, field)) == (clause.operator == "is")
        named = [self._known(field, value, clause.field) for value in clause.values if not value.is_empty]
        wanted = {id_ for ids in named for id_ in ids}
        takes_empty = any(value.is_empty for value in clause.values)
        return lambda issue: self._chosen(issue, field, wanted, takes_empty, clause.operator)

    def _chosen(self, issue: Issue, field: str, wanted: set[str], takes_empty: bool, operator: str) -> bool:
        has = self._choices(issue, field)
        if operator in ("=", "in"):
            return bool(has & wanted) or (takes_empty and not has)
        # In JQL an empty field is neither equal nor unequal to anything.
        return bool(has) and not has & wanted

    def _choices(self, issue: Issue, field: str) -> set[str]:
        """The lower-case names or ids that the issue has in *field*, as `_known` gives them."""
        status = self.world.jira.statuses[issue.status]
        fixed = {"project": issue.project, "status": status.id, "statuscategory": status.category}
        fixed |= {"issuetype": self.world.jira.projects[issue.project].issue_type_id, "creator": issue.creator}
        if field in fixed:
            return {fixed[field]}
        value = issue.fields.get(field)
        if field == "labels":
            return {label.lower() for label in value or []}
        items = value if isinstance(value, list) else [value] if value else []
        return {item.get("accountId") or item["id"] for item in items}

    def _known(self, field: str, value: Value, name: str) -> set[str]:
        """What *value* means in *field*; a value that nothing has is an error, as in Jira, except for labels.

        The name of an option means it in every context.
        """
        text = value.text.lower()
        if field == "labels":
            return {text}
        if text == "currentuser()":
            return {self.person.account_id}
        found = {id_ for id_, names in self._values(field) if text in names}
        if not found:
            raise JiraError(400, f"The value '{value.text}' does not exist for the field '{name}'.")
        return found

    def _values(self, field: str) -> list[tuple[str, tuple[str, ...]]]:
        """The possible values of *field*: what is compared, and the lower-case names for it."""
        jira = self.world.jira
        if field == "project":
            return [(p.key, (p.key.lower(), p.id, p.name.lower())) for p in jira.projects.values()]
        if field == "status":
            return [(s.id, (s.id, s.name.lower())) for s in jira.statuses.values()]
        if field == "statuscategory":
            return [(key, (key, str(c["id"]), c["name"].lower())) for key, c in CATEGORIES.items()]
        if field == "issuetype":
            return [(p.issue_type_id, (p.issue_type_id, p.issue_type.lower())) for p in jira.projects.values()]
        if field in ("assignee", "reporter", "creator"):
            people = self.world.people.values()
            return [(p.account_id, (p.account_id.lower(), p.email.lower(), p.name.lower())) for p in people]
        return [(o.id, (o.id, o.value.lower())) for o in all_options(jira.fields[field])]


def _compared(left: Any, operator: str, right: Any) -> bool:
    if operator in ("<", "<="):
        return bool(left < right or (operator == "<=" and left == right))
    return bool(left > right or (operator == ">=" and left == right))


def _date(issue: Issue, field: str) -> float | None:
    return {"created": issue.created, "updated": issue.updated, "resolutiondate": issue.resolved}[field]


def _text(issue: Issue, field: str) -> str:
    value = issue.fields.get(field)
    return adf.plain_text(value) if isinstance(value, dict) else value or ""


def _has_words(text: str, words: list[str]) -> bool:
    return set(words) <= set(re.findall(r"\w+", text.lower()))
