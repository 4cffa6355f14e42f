"""users.* and dnd.*: who there is and who wants to be left alone."""

from g40flow.sandbox.slack.call import Call
from g40flow.sandbox.slack.objects import user_object
from g40flow.sandbox.slack.refusals import Json, Refused
from g40flow.sandbox.slack.state import DND_OFF, User
from g40flow.sandbox.slack.workspace import page_of

USERS_IN_ONE_DND_CALL = 50


def list_users(call: Call) -> Json:
    """users.list: everybody, bots and deactivated people included."""
    people = [user for user in call.workspace.users.values() if not user.part.hidden]
    without_limit = not call.arguments.number("limit", "invalid_limit")
    if without_limit and len(people) > call.workspace.definition.settings.users_list_without_limit_up_to:
        raise Refused("limit_required")
    limit = call.arguments.limit(max(1, len(people)), 1000)
    page, cursor = page_of(people, call.arguments.text("cursor"), limit)
    return {
        "members": [_shown(call, user) for user in page],
        "cache_ts": int(call.now.timestamp()),
        "response_metadata": {"next_cursor": cursor},
    }


def info(call: Call) -> Json:
    """users.info."""
    return {"user": _shown(call, call.user("user"))}


def lookup_by_email(call: Call) -> Json:
    """users.lookupByEmail: active people only."""
    email = call.arguments.required("email").strip().lower()
    for user in call.workspace.users.values():
        if (user.part.email or "").lower() == email and not user.part.deleted and not user.part.hidden:
            return {"user": _shown(call, user)}
    raise Refused("users_not_found")


def dnd_info(call: Call) -> Json:
    """dnd.info: of one person, or of the caller."""
    user = call.user("user") if call.arguments.text("user") else call.workspace.users[call.caller_id]
    dnd = user.part.dnd or DND_OFF
    now = int(call.now.timestamp())
    snoozing = dnd.snooze_until is not None and dnd.snooze_until > now
    return {
        **_dnd(user),
        "snooze_enabled": snoozing,
        "snooze_endtime": dnd.snooze_until if snoozing else 0,
        "snooze_remaining": (dnd.snooze_until or 0) - now if snoozing else 0,
        "snooze_is_indefinite": False,
    }


def dnd_team_info(call: Call) -> Json:
    """dnd.teamInfo: of up to fifty people at once."""
    names = call.arguments.names("users")
    if not names:
        raise Refused("no_users_provided")
    if len(names) > USERS_IN_ONE_DND_CALL:
        raise Refused("too_many_users")
    known = call.workspace.users
    return {"users": {name: _dnd(known[name]) for name in names if name in known}}


def _dnd(user: User) -> Json:
    dnd = user.part.dnd or DND_OFF
    return {"dnd_enabled": dnd.enabled, "next_dnd_start_ts": dnd.start, "next_dnd_end_ts": dnd.end}


def _shown(call: Call, user: User) -> Json:
    with_email = "users:read.email" in call.token.scopes
    return user_object(call.workspace, user, call.now, with_email=with_email)
