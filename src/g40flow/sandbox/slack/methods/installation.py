"""auth.test, blocks.validate and apps.connections.open: what an app asks about itself."""

import secrets
from datetime import timedelta

from g40flow.sandbox.slack.call import Call
from g40flow.sandbox.slack.refusals import Json, Refused
from g40flow.sandbox.slack.validation import validate_blocks, validate_message, validate_view

TICKET_LIFE = timedelta(seconds=30)


def auth_test(call: Call) -> Json:
    """auth.test."""
    user = call.workspace.users[call.caller_id]
    answer: Json = {
        "url": call.workspace.team_url,
        "team": call.workspace.definition.team.name,
        "user": user.part.name,
        "team_id": call.workspace.team_id,
        "user_id": user.id,
        "is_enterprise_install": False,
    }
    if call.token.kind == "bot":
        answer |= {"bot_id": call.app.bot_id}
    return answer


def blocks_validate(call: Call) -> Json:
    """blocks.validate: exactly one of blocks, message and view."""
    given = [n for n in ("blocks", "message", "view") if call.arguments.values.get(n) not in (None, "")]
    if len(given) != 1:
        raise Refused(
            "invalid_arguments", messages=["[ERROR] exactly one of blocks, message or view is required"]
        )
    check = {"blocks": validate_blocks, "message": validate_message, "view": validate_view}[given[0]]
    check(call.arguments.values[given[0]])
    return {}


def open_connection(call: Call) -> Json:
    """apps.connections.open: the address of one web socket, to be used once."""
    if call.app.part.socket_mode is False:
        raise Refused("forbidden_team", messages=["[ERROR] Socket Mode is not enabled for this app"])
    ticket = secrets.token_urlsafe(24)
    call.workspace.tickets[ticket] = (call.app.id, call.now + TICKET_LIFE)
    address = "ws" + call.base_url.removeprefix("http")
    return {"url": f"{address}link/?ticket={ticket}&app_id={call.app.id}"}
