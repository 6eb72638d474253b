"""Every setting: an environment variable, its default (which works in the sandbox), and a sentence."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from dataclasses import Field, dataclass, field, fields
from typing import Any

from app.errors import Misconfigured


def _setting(default: Any, sentence: str, secret: bool = False) -> Any:
    return field(default=default, metadata={"sentence": sentence, "secret": secret}, repr=not secret)


@dataclass(frozen=True)
class Settings:
    """Read once at start; `Settings.from_env()`. Each field is the environment variable of its name in capitals."""

    database_url: str = _setting(
        "sqlite:///solveonce.sqlite", "Where everything is stored: an SQLite file, or `postgresql://…`."
    )
    base_url: str = _setting(
        "http://127.0.0.1:8080",
        "The address at which Jira, Confluence and Slack reach this service, without a slash at the end.",
    )
    secret_keys: str = _setting(
        "",
        "Keys that encrypt shared secrets at rest, separated by commas, newest first: `python -m app new-key` makes one. Required.",
        secret=True,
    )
    allowed_sites: str = _setting(
        "*.atlassian.net,*.jira.com",
        "Hosts that may install the Connect app, separated by commas; `*.` stands for one or more labels.",
    )
    connect_keys_urls: str = _setting(
        "https://asap-distribution.us-west-2.prod.atl-asap.net,https://connect-install-keys.atlassian.com",
        "Where Atlassian publishes the keys that sign an installation; the first that answers counts.",
    )
    connect_all_js: str = _setting(
        "https://connect-cdn.atl-paas.net/all.js", "The script with which our pages inside Jira talk to it."
    )
    connect_leeway: int = _setting(30, "How many seconds a Connect token's clock may differ from ours.")

    slack_api_url: str = _setting("https://slack.com/api/", "Slack's Web API.")
    slack_bot_token: str = _setting(
        "", "Slack's bot token (`xoxb-…`); without it the Slack door stays shut.", secret=True
    )
    slack_signing_secret: str = _setting(
        "", "Slack's signing secret; two, separated by a comma, while it is changed.", secret=True
    )

    slack_app_id: str = _setting(
        "",
        "The Slack app's id (`A…`, under *App Credentials*), by which `doctor` sees that the token is another app's.",
    )
    slack_team_id: str = _setting(
        "", "The Slack workspace's id (`T…`), by which `doctor` sees that the token is another workspace's."
    )
    slack_config_token: str = _setting(
        "",
        "An app configuration token (`xoxe.xoxp-…`, good for twelve hours), with which `doctor` compares the Slack app "
        "with its manifest. Only that command reads it; leave it out of the service's environment.",
        secret=True,
    )

    slack_client_id: str = _setting(
        "", "The Slack app's client id, for installing it in several workspaces (docs/runbook.md); empty: there is one."
    )
    slack_client_secret: str = _setting("", "The Slack app's client secret.", secret=True)
    slack_workspaces: str = _setting(
        "",
        "Ids (`T…`, or `E…` of an organisation) of the workspaces that may install the app, separated by commas. "
        "Empty: none may. With the bot token alone: from which workspaces we listen; empty: from its own.",
    )
    slack_strangers: bool = _setting(
        False, "Whether people of other organisations, in shared channels, may make tickets, triage and review: `true`."
    )

    slack_command: str = _setting(
        "/ops", "The slash command; commands of all apps share one list, and the app that was installed last has it."
    )

    slack_emoji: str = _setting(
        "ticket",
        "The emoji that makes a ticket of the message on which somebody puts it, by its name in Slack; empty: none does.",
    )
    slack_burst: int = _setting(
        5,
        "So many messages go into one channel at once; what is more follows one a second. Slack allows short bursts and "
        "gives no number.",
    )
    slack_file_limit: int = _setting(
        50, "Largest file that is copied from Slack to its ticket, in MB; Jira may have a smaller limit of its own."
    )

    ops_project: str = _setting("OPS", "Key of the Jira project for Ops issues.")
    ops_issue_type: str = _setting("Ops Exception", "Issue type of an Ops issue.")
    engineering_project: str = _setting("YAY", "Key of the engineering project.")
    engineering_issue_type: str = _setting("Task", "Issue type of an engineering clone.")
    field_exception_type: str = _setting("Exception Type", "Name of the field *Exception Type* in Jira.")
    field_team: str = _setting("Team Responsible", "Name of the field *Team Responsible* in Jira.")
    field_tags: str = _setting("Context Tags", "Name of the field *Context Tags* in Jira.")
    field_notes: str = _setting("Resolution Notes", "Name of the field *Resolution Notes* in Jira.")
    handoff_fields: str = _setting(
        "Summary => Summary; Description <-> Description; Priority => Priority; Exception Type => Exception Type; "
        "Team Responsible => Team Responsible; Context Tags => Context Tags; Resolution Notes <-> Resolution Notes",
        "Which fields the Ops issue and its clone share, separated by `;`, by names or ids: `A <-> B` follow each other, "
        "`A -> B` and `A <- B` one way, `A => B` once, when the clone is made. "
        "On a clash `: merge` (by itself), `: newest`, `: ops` or `: engineering` stands.",
    )
    link_outward: str = _setting("clones", "The link type that joins a clone to its original, by its outward words.")
    label_clone: str = _setting(
        "solveonce-clone", "Label of a clone, if labels may be set there; what bears it is never cloned. Empty: none."
    )
    status_to_engineering: str = _setting("Sent to Engineering", "Ops status while engineering works on the clone.")
    status_needs_notes: str = _setting(
        "Resolution Notes Required", "Ops status when engineering is done and the reporter reviews."
    )
    status_ops_todo: str = _setting("To Do", "Ops status when Operations has taken the ticket back from engineering.")
    status_engineering_wont_do: str = _setting(
        "Done", "Status of a clone that nobody had started when Operations took the ticket back."
    )
    resolution_wont_do: str = _setting(
        "Won't Do", "Resolution of such a clone, where the transition's screen asks for one."
    )
    status_engineering_reopened: str = _setting(
        "Backlog", "Status of a finished clone whose ticket goes to engineering once more."
    )

    status_engineering_taken: str = _setting(
        "In Progress", "Engineering status into which *Take it* in the alert moves a clone that nobody has started."
    )

    status_engineering_sent_back: str = _setting(
        "In Progress", "Engineering status to which a ticket goes back that is done without Resolution Notes."
    )
    gate_engineering: str = _setting(
        "all",
        "Which engineering tickets go back when they are done without Resolution Notes: `all`, or `clones` alone, "
        "where engineering's own tickets need none.",
    )

    channel_intake: str = _setting(
        "#ops-exceptions", "Slack channel for a request that came from nowhere in particular."
    )
    channel_requests: str = _setting("#ops-requests", "Slack channel of the shortcut *Create Triage Ticket*.")
    channel_engineering: str = _setting("#ops-exceptions-eng-triage", "Slack channel that is told of a new clone.")

    triage_channel: str = _setting(
        "", "Slack channel whose members may triage, like `#ops-triage`. Empty, with TRIAGE_GROUP empty too: everybody."
    )
    triage_group: str = _setting("", "Slack user group whose members may triage, like `@ops-triage`.")
    triage_rota: str = _setting(
        "", "E-mail addresses of those who take tickets in turn, separated by commas: the one with the fewest open."
    )
    tell_window: float = _setting(
        2.0, "So many seconds after a change a ticket's thread is told; what changes meanwhile is told with it."
    )
    link_duplicate: str = _setting("duplicates", "The link type of a duplicate, by its outward words.")
    status_done: str = _setting("Done", "Ops status of a ticket whose notes its reporter accepted.")
    status_declined: str = _setting("Done", "Ops status of a ticket that is declined, or a duplicate.")
    status_needs_information: str = _setting(
        "", "Ops status while the reporter is asked for information; empty: the status stays as it is."
    )
    status_reopened: str = _setting(
        "In Progress,To Do",
        "Ops status of a ticket without a clone that its reporter does not take as solved: the first that can be reached.",
    )

    intake_words: str = _setting(
        "",
        "A file like app/intake/words.toml: by which words type, team, tags and priority are guessed. Empty: that one.",
    )

    intake_presets: str = _setting(
        "",
        "What a channel presets in the form, and for a request without one, unless words or people say otherwise: "
        "`#ops-requests: Exception Type = Internal ops and admin, Team Responsible = Operations; #ops-exceptions: "
        "Priority = Major`. Context Tags may stand there several times. A private channel stands by its id: Slack does "
        "not tell its name.",
    )

    log_space: str = _setting("OPSTEAM", "Key of the Confluence space with the log.")
    log_title: str = _setting("Ops Exception Log", "Title of the log page.")
    log_projects: str = _setting(
        "", "Keys of the projects whose issues may stand in the log, separated by commas; empty: the Ops project alone."
    )
    log_columns: str = _setting(
        "link,exception_type,tags,summary,description,notes,created,resolved,reporter",
        "Columns of the log and their order; the link comes first. A log that exists keeps its own until it is rebuilt.",
    )
    log_page_rows: int = _setting(120, "Most rows on a page of the log; older ones move to an archive page.")
    log_page_bytes: int = _setting(409_600, "How large a page of the log may grow, in bytes of storage format.")
    log_keep_rows: int = _setting(20, "So many of the newest rows stay on the log page when the others are archived.")
    log_batch: int = _setting(20, "So many waiting rows are written at once without waiting for more.")
    log_window: float = _setting(
        10.0, "For so many seconds after a write, rows wait for company; the first row after a pause does not wait."
    )
    time_zone: str = _setting("UTC", "Time zone of the dates in the log, as an IANA name.")

    sweep_overlap: int = _setting(
        10, "How far the look for events that never came reaches back before the last one, in minutes: search lags."
    )
    deliveries_days: int = _setting(30, "For so many days what Jira told us is kept, so that it can be replayed.")
    flows_days: int = _setting(30, "For so many days flows that ended well are kept.")

    engine: str = _setting(
        "embedded", "`embedded`: the web process runs the flows; `off`: `python -m app worker` does."
    )
    engine_poll: float = _setting(0.2, "How often waiting flows are looked for, in seconds.")
    engine_threads: int = _setting(
        32, "How many flows may run at the same time in one process, beside those that wait for another try."
    )
    engine_reap: float = _setting(
        30.0, "How often a process looks for flows of another one that is gone for good, in seconds."
    )
    retry_first: float = _setting(
        1.0, "Pause before the first repetition of a failed step, in seconds; it doubles each time."
    )
    retry_longest: float = _setting(
        300.0, "Longest pause between two tries, in seconds, unless the neighbour asks for more."
    )
    retry_tries: int = _setting(200, "Tries of one step before its flow is put aside as failed.")
    settle_time: float = _setting(
        10.0,
        "How long a call with an unknown outcome may still take effect, in seconds, before we look for its trace and call again.",
    )
    call_timeout: float = _setting(20.0, "How long a neighbour may take to answer, in seconds.")
    log_level: str = _setting("INFO", "Level of the log: DEBUG, INFO, WARNING or ERROR.")

    @classmethod
    def from_env(cls, env: Mapping[str, str] = os.environ) -> Settings:
        """Raises Misconfigured for a value that is not of its kind."""
        return cls(**{f.name: _read(f, env[f.name.upper()]) for f in fields(cls) if f.name.upper() in env})

    @property
    def slack_installers(self) -> frozenset[str]:
        """Ids of the workspaces and organisations that we know."""
        return frozenset(id.strip() for id in self.slack_workspaces.split(",") if id.strip())

    @property
    def slack_by_oauth(self) -> bool:
        """Whether the app may be installed in several workspaces."""
        return bool(self.slack_client_id and self.slack_client_secret and self.slack_installers)

    @property
    def logged_projects(self) -> tuple[str, ...]:
        """Keys of the projects whose issues may stand in the log."""
        return tuple(key.strip() for key in self.log_projects.split(",") if key.strip()) or (self.ops_project,)

    @property
    def followed_fields(self) -> frozenset[str]:
        """Names and ids of the fields that follow each other, as the lines of HANDOFF_FIELDS have them."""
        lines = (re.split("<->|->|<-", line.partition(":")[0]) for line in self.handoff_fields.split(";"))
        names = {name.strip() for line in lines for name in line if len(line) == 2}
        ours = {"Exception Type": self.field_exception_type, "Team Responsible": self.field_team}
        ours |= {"Context Tags": self.field_tags, "Resolution Notes": self.field_notes}
        # A webhook calls Jira's own fields by their ids, which are their names in small letters.
        return frozenset(names | {name.lower() for name in names} | {ours[name] for name in names & set(ours)})

    @property
    def sqlite_path(self) -> str | None:
        """The database file, or None on PostgreSQL."""
        prefix = "sqlite:///"
        return self.database_url.removeprefix(prefix) if self.database_url.startswith(prefix) else None


_SAID = {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False, "": False}


def _read(setting: Field[Any], text: str) -> Any:
    kind: Any = type(setting.default)
    try:
        return _SAID[text.strip().lower()] if kind is bool else kind(text)
    except (ValueError, KeyError):
        raise Misconfigured(
            f"{setting.name.upper()} is {text!r}, which is no {kind.__name__}.",
            f"Set it to something like {setting.default}.",
        ) from None
