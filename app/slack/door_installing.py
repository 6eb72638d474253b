"""GET /slack/install and /slack/oauth_redirect: the app is installed in a workspace that the settings name.

The library has the flow (state, cookie, code, token); ours are the two stores, the list, and the pages.
"""

from __future__ import annotations

import logging
import secrets
from datetime import timedelta
from http.client import HTTPException
from urllib.parse import urljoin

from flask import Blueprint, Flask, make_response, render_template, request
from flask.typing import ResponseReturnValue
from slack_bolt.adapter.flask.handler import to_bolt_request, to_flask_response
from slack_bolt.error import BoltError
from slack_bolt.oauth import OAuthFlow
from slack_bolt.oauth.callback_options import CallbackOptions, FailureArgs, SuccessArgs
from slack_bolt.oauth.oauth_settings import OAuthSettings
from slack_bolt.request import BoltRequest
from slack_bolt.response import BoltResponse
from slack_sdk import WebClient
from slack_sdk.errors import SlackRequestError
from slack_sdk.oauth import InstallationStore, OAuthStateStore, OAuthStateUtils
from slack_sdk.oauth.installation_store import Installation
from sqlalchemy import delete

from app import context, workspaces
from app.clients.slack import SlackClient
from app.clients.slack_scopes import scopes
from app.errors import SolveOnceError
from app.logs import event
from app.models import utcnow
from app.models_slack import SlackInstallState
from app.settings import Settings

INSTALL, BACK = "/slack/install", "/slack/oauth_redirect"
#: So long somebody may look at Slack's question.
PATIENCE = timedelta(minutes=10)
#: Slack's, the library's and our words for what went wrong → heading, and what to do. Nothing of ours has changed then.
PROBLEMS = {
    "access_denied": ("Not installed", "You said no to Slack, so nothing was changed."),
    "invalid_browser": (
        "Not installed",
        "This was begun in another browser, or too long ago. Open the address on this server, in this browser, and allow cookies.",
    ),
    "invalid_state": ("Not installed", "This was finished before, or begun too long ago. Begin again."),
    "missing_code": ("Not installed", "Slack sent no code along. Begin again."),
    "invalid_code": (
        "Not installed",
        "Slack did not take our part of it: the code was used or is too old, or SLACK_CLIENT_ID, SLACK_CLIENT_SECRET or the "
        "app's redirect URL are not as Slack has them. Begin again; if it stays so, look at these.",
    ),
    "no_answer": ("Not installed", "Slack does not answer. Begin again in a few minutes."),
    "not_listed": (
        "This workspace may not install SolveOnce",
        "Its id is not on SLACK_WORKSPACES. The permission was handed back to Slack. Ask whoever runs this server to add it.",
    ),
    "rotation": (
        "Not installed",
        "Token rotation is on for this Slack app, and SolveOnce does not use it; the permission was handed back. Slack cannot "
        "switch it off again: make the app anew from the manifest (`python -m app manifest`), where it is off.",
    ),
    "no_bot": (
        "Not installed",
        "Slack gave no token for a bot. Make the app from the manifest (`python -m app manifest`).",
    ),
}


def register(app: Flask, settings: Settings) -> None:
    """Open the two addresses, if the settings name who may install."""
    if not settings.slack_by_oauth:
        return
    bp = Blueprint("slack_installing", __name__)
    flow = _Flow(settings)

    @bp.get(INSTALL)
    def install() -> ResponseReturnValue:
        return to_flask_response(flow.handle_installation(to_bolt_request(request)))

    @bp.get(BACK)
    def back() -> ResponseReturnValue:
        answer = make_response(to_flask_response(flow.handle_callback(to_bolt_request(request))))
        # The address carries a code: no other page hears of it.
        answer.headers["Referrer-Policy"] = "no-referrer"
        answer.headers["Cache-Control"] = "no-store"
        answer.headers["Content-Security-Policy"] = (
            "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'"
        )
        return answer

    app.register_blueprint(bp)


class _Refused(BoltError):
    """Why an installation is not kept: a word of `PROBLEMS`."""


class _States(OAuthStateStore):
    """In our database, so that any process can finish what another one began, also after a restart."""

    @property
    def logger(self) -> logging.Logger:
        return logging.getLogger("slack_bolt.oauth")

    def issue(self, *args: object, **kwargs: object) -> str:
        state = secrets.token_urlsafe(32)
        with context.current().db.writing() as session:
            session.execute(delete(SlackInstallState).where(SlackInstallState.expires_at < utcnow()))
            session.add(SlackInstallState(state=state, expires_at=utcnow() + PATIENCE))
        return state

    def consume(self, state: str) -> bool:
        """Of two who come with the same state one finds it."""
        good = (SlackInstallState.state == state, SlackInstallState.expires_at >= utcnow())
        with context.current().db.writing() as session:
            return bool(getattr(session.execute(delete(SlackInstallState).where(*good)), "rowcount", 0))


class _Installations(InstallationStore):
    """Keeps what is wanted; what Slack granted for anything else is handed back."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings

    @property
    def logger(self) -> logging.Logger:
        return logging.getLogger("slack_bolt.oauth")

    def save(self, installation: Installation) -> None:
        """Raises `_Refused`."""
        about, token = _about(installation), installation.bot_token or ""
        if reason := self._why_not(about, installation):
            event("installation refused", level=logging.WARNING, reason=reason, workspace=about.id)
            self._hand_back(token)
            raise _Refused(reason)
        runtime = context.current()
        with runtime.db.writing() as session:
            workspaces.save(session, runtime.vault, about, token, context.sites(session))
        event("slack workspace installed", workspace=about.id)

    def _why_not(self, about: workspaces.Installed, installation: Installation) -> str:
        if not installation.bot_token:
            return "no_bot"
        if not {about.id, about.enterprise_id} & self._settings.slack_installers:
            return "not_listed"
        return "rotation" if installation.bot_refresh_token else ""

    def _hand_back(self, token: str) -> None:
        if token in ("", self._settings.slack_bot_token):
            return  # Slack gives a workspace the same token again
        try:
            SlackClient(self._settings.slack_api_url, token, self._settings.call_timeout).revoke()
        except SolveOnceError as error:
            event("token not revoked", level=logging.WARNING, error=error.code)


def _about(said: Installation) -> workspaces.Installed:
    team = (said.team_id, said.team_name)
    id, name = (said.enterprise_id, said.enterprise_name) if said.is_enterprise_install else team
    # The library has made a list of Slack's commas.
    granted = said.bot_scopes or []
    return workspaces.Installed(
        id or "",
        said.enterprise_id or "",
        name or id or "",
        said.bot_user_id or "",
        said.app_id or "",
        granted if isinstance(granted, str) else ",".join(granted),
    )


class _Cookies(OAuthStateUtils):
    """The library's, and sent along from Slack's page only when somebody follows it here."""

    def __init__(self, is_https: bool) -> None:
        super().__init__(expiration_seconds=int(PATIENCE.total_seconds()))
        self._is_https = is_https

    def build_set_cookie_for_new_state(self, state: str) -> str:
        return self._fitting(super().build_set_cookie_for_new_state(state))

    def build_set_cookie_for_deletion(self) -> str:
        return self._fitting(super().build_set_cookie_for_deletion())

    def _fitting(self, cookie: str) -> str:
        # On this machine, without TLS, a secure cookie would never come back.
        return (cookie if self._is_https else cookie.replace(" Secure;", "")) + "; SameSite=Lax"


class _Flow(OAuthFlow):
    def __init__(self, settings: Settings) -> None:
        base, api = settings.base_url.rstrip("/"), settings.slack_api_url
        about = OAuthSettings(
            client_id=settings.slack_client_id,
            client_secret=settings.slack_client_secret,
            scopes=scopes(),
            user_scopes=[],
            redirect_uri=base + BACK,
            install_path=INSTALL,
            install_page_rendering_enabled=False,
            redirect_uri_path=BACK,
            callback_options=CallbackOptions(success=self._installed, failure=self._not_installed),
            authorization_url=urljoin(api, "../oauth/v2/authorize"),
            installation_store=_Installations(settings),
            state_store=_States(),
        )
        about.state_utils = _Cookies(base.startswith("https:"))
        super().__init__(
            client=WebClient(base_url=api, timeout=int(settings.call_timeout) or 1, retry_handlers=[]),
            logger=logging.getLogger("slack_bolt.oauth"),
            settings=about,
        )

    def handle_callback(self, request: BoltRequest) -> BoltResponse:
        try:
            return super().handle_callback(request)
        except (OSError, HTTPException, SlackRequestError, ValueError) as error:
            event("slack did not finish an installation", level=logging.WARNING, error=type(error).__name__)
            return self._page("no_answer", 503)

    def _installed(self, args: SuccessArgs) -> BoltResponse:
        about = _about(args.installation)
        with context.current().db.reading() as session:
            paired = workspaces.site_of(session, about.id, context.sites(session))
        sentences = [f"{about.name} can use it now. Invite the app into your channels."]
        if paired is None:
            say = f"python -m app slack pair {about.id} --site …"
            sentences.append(f"Its requests wait until whoever runs this server says to which Jira they belong: {say}")
        return self._shown("SolveOnce is installed", sentences, "", 200)

    def _not_installed(self, args: FailureArgs) -> BoltResponse:
        reason = str(args.error) if isinstance(args.error, _Refused) else args.reason
        event("installation ended", reason=reason[:60] if reason.replace("_", "").isalpha() else "unknown")
        status = 403 if isinstance(args.error, _Refused) else max(args.suggested_status_code, 400)
        return self._page(reason, status)

    def _page(self, reason: str, status: int) -> BoltResponse:
        """What Slack may say besides is one short word; it is shown as such."""
        heading, remedy = PROBLEMS.get(reason, ("Not installed", f"Slack says “{reason[:60]}”. Begin again."))
        return self._shown(heading, [remedy], "" if reason == "not_listed" else INSTALL, status)

    def _shown(self, heading: str, sentences: list[str], again: str, status: int) -> BoltResponse:
        page = render_template("slack/installation.html", heading=heading, sentences=sentences, again=again)
        gone = self.settings.state_utils.build_set_cookie_for_deletion()
        headers = {"Content-Type": "text/html; charset=utf-8", "Set-Cookie": [gone]}
        return BoltResponse(status=status, headers=headers, body=page)
