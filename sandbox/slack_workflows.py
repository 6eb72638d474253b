"""Workflow Builder: a step of the app's is executed, and the app says how it ended.

The step's own token lives fifteen minutes, or until the step ends (facts: slack.md §2.3).
"""

from __future__ import annotations

from typing import Any

from sandbox.slack_checks import SlackError
from sandbox.slack_forms import NotPossible
from sandbox.slack_messages import next_ts
from sandbox.slack_rooms import installed
from sandbox.slack_wire import send_event_later
from sandbox.world import Json, Person, World

TOKEN_LIFE = 15 * 60
#: Methods that take a step's token.
METHODS_OF_A_STEP = ("functions.completeSuccess", "functions.completeError")


def run(world: World, who: Person, callback_id: str, inputs: Json) -> str:
    """The id of the execution. Slack itself sees to it that what is required is there."""
    function = installed(world).functions.get(callback_id)
    if function is None:
        raise NotPossible(f"the app has no step {callback_id}")
    known, required = _parameters(function, "input_parameters")
    missing = [name for name in required if not inputs.get(name)]
    if missing or set(inputs) - set(known):
        raise NotPossible(f"the step needs {missing} and takes only {known}")
    with world.lock:
        id = "Fx0" + world.next_id("slack execution")
        token = "xwfp-" + world.next_id("slack execution token")
        expires = world.now() + TOKEN_LIFE
        world.slack.executions[id] = {
            "callback_id": callback_id,
            "token": token,
            "expires": expires,
            "state": "running",
        }
    send_event_later(world, _event(world, callback_id, function, inputs, id, token))
    return id


def _event(world: World, callback_id: str, function: Json, inputs: Json, id: str, token: str) -> Json:
    described = {
        "id": "Fn0STEP",
        "callback_id": callback_id,
        "title": function["title"],
        "description": function["description"],
        "type": "app",
        "input_parameters": _listed(function, "input_parameters"),
        "output_parameters": _listed(function, "output_parameters"),
        "app_id": installed(world).app_id,
        "date_updated": 1732250000,
    }
    run_of = {"function_execution_id": id, "workflow_execution_id": "Wx" + id[2:], "bot_access_token": token}
    return {"type": "function_executed", "function": described, "inputs": inputs, **run_of, "event_ts": next_ts(world)}


def _parameters(function: Json, which: str) -> tuple[list[str], list[str]]:
    about = function.get(which) or {}
    return list(about.get("properties") or {}), list(about.get("required") or [])


def _listed(function: Json, which: str) -> list[Json]:
    known, required = (function.get(which) or {}).get("properties") or {}, _parameters(function, which)[1]
    return [{**about, "is_required": name in required} for name, about in known.items()]


def allowed(world: World, method: str, token: str) -> bool:
    """Whether *token* is one of a step, and good for *method*. Raises `SlackError` for one whose time is over."""
    for execution in world.slack.executions.values():
        if execution["token"] == token and method in METHODS_OF_A_STEP:
            if world.now() > execution["expires"]:
                raise SlackError("token_expired")
            return True
    return False


def outcome(world: World, id: str) -> Json:
    found = world.slack.executions.get(id)
    if found is None:
        raise NotPossible(f"no step {id} was executed")
    return {key: value for key, value in found.items() if key != "token"}


def _running(world: World, args: Json) -> Json:
    found: Json | None = world.slack.executions.get(str(args.get("function_execution_id") or ""))
    if found is None:
        raise SlackError("function_execution_not_found")
    if found["state"] != "running":
        raise SlackError("execution_not_in_running_state")
    return found


def complete_success(world: World, args: Json) -> Json:
    execution, outputs = _running(world, args), args.get("outputs")
    function = installed(world).functions[execution["callback_id"]]
    known, required = _parameters(function, "output_parameters")
    if not isinstance(outputs, dict):
        raise SlackError("invalid_arguments", ["[ERROR] missing required field: outputs"])
    if any(not outputs.get(name) for name in required) or set(outputs) - set(known):
        raise SlackError("parameter_validation_failed")
    execution.update(state="completed", outputs=outputs)
    return {}


def complete_error(world: World, args: Json) -> Json:
    execution, error = _running(world, args), args.get("error")
    if not error:
        raise SlackError("invalid_arguments", ["[ERROR] missing required field: error"])
    execution.update(state="failed", error=str(error))
    return {}


METHODS: dict[str, Any] = {"functions.completeSuccess": complete_success, "functions.completeError": complete_error}
