"""views.*: modals and the Home tab."""

from g40flow.sandbox.slack.call import Call
from g40flow.sandbox.slack.objects import view_object
from g40flow.sandbox.slack.refusals import Json, Refused, missing_argument
from g40flow.sandbox.slack.state import View
from g40flow.sandbox.slack.validation import accept_view
from g40flow.sandbox.slack.workspace import VIEWS_IN_A_STACK


def open_view(call: Call) -> Json:
    """views.open: the first view of a new stack."""
    content = _content(call, "modal")
    call.workspace.refuse_taken_external_id(content, call.app.id)
    trigger = call.workspace.use_trigger(_trigger_id(call), call.app, call.now)
    view = call.workspace.new_view(call.app, trigger.user_id, content, call.now)
    return _answer(call, view)


def push(call: Call) -> Json:
    """views.push: on top of the view in which the person acted, else of the one last opened."""
    content = _content(call, "modal")
    call.workspace.refuse_taken_external_id(content, call.app.id)
    trigger = call.workspace.use_trigger(_trigger_id(call), call.app, call.now)
    below = _top_view(call, trigger.user_id, trigger.view_id)
    if len(call.workspace.stack(below.root_id)) >= VIEWS_IN_A_STACK:
        raise Refused("push_limit_reached")
    view = call.workspace.new_view(call.app, trigger.user_id, content, call.now, below)
    return _answer(call, view)


def update(call: Call) -> Json:
    """views.update: by view_id or external_id."""
    content = _content(call, "modal", "home")
    view = _wanted_view(call)
    if content["type"] != view.content["type"]:
        raise Refused("invalid_arguments", messages=[f"[ERROR] expected a {view.content['type']} view"])
    _refuse_other_hash(call, view)
    call.workspace.replace_view(view, content, call.now)
    return _answer(call, view)


def publish(call: Call) -> Json:
    """views.publish: the Home tab of one person."""
    user_id = call.arguments.required("user_id")
    content = _content(call, "home")
    if user_id not in call.workspace.users:
        raise Refused("invalid_arguments", messages=["[ERROR] user not found [json-pointer:/user_id]"])
    if not call.app.part.home_tab:
        raise Refused("not_enabled")
    view = call.workspace.homes.get((call.app.id, user_id))
    if view is None:
        view = _first_home(call, user_id, content)
    else:
        _refuse_other_hash(call, view)
        call.workspace.replace_view(view, content, call.now)
    return _answer(call, view)


def generate_trigger_id(call: Call) -> Json:
    """views.generateTriggerId: not a method of Slack but a help for tests."""
    user = call.user("user_id") if call.arguments.text("user_id") else None
    view = call.workspace.views.get(call.arguments.text("view_id") or "")
    if user is None and view is None:
        raise missing_argument("user_id")
    user_id = user.id if user else view.user_id if view else ""
    trigger = call.workspace.new_trigger(call.app, user_id, call.now, view.id if view else None)
    return {"trigger_id": trigger.id, "expires_at": int(trigger.expires_at.timestamp())}


def _content(call: Call, *kinds: str) -> Json:
    given = call.arguments.values.get("view")
    if given in (None, ""):
        raise missing_argument("view")
    return accept_view(given, kinds)


def _trigger_id(call: Call) -> str:
    if call.arguments.text("interactivity_pointer"):
        return call.arguments.required("interactivity_pointer")
    return call.arguments.required("trigger_id")


def _top_view(call: Call, user_id: str, view_id: str | None) -> View:
    own = [v for v in call.workspace.views.values() if v.user_id == user_id and v.app_id == call.app.id]
    if view_id is not None:
        root = next((v.root_id for v in own if v.id == view_id), None)
        own = [v for v in own if v.root_id == root]
    if not own:
        raise Refused("not_found")
    return own[-1]


def _wanted_view(call: Call) -> View:
    view_id, external_id = call.arguments.text("view_id"), call.arguments.text("external_id")
    if not view_id and not external_id:
        raise missing_argument("view_id")
    for view in (*call.workspace.views.values(), *call.workspace.homes.values()):
        matches = view.id == view_id if view_id else view.content.get("external_id") == external_id
        if matches and view.app_id == call.app.id:
            return view
    raise Refused("not_found")


def _refuse_other_hash(call: Call, view: View) -> None:
    given = call.arguments.text("hash")
    if given and given != view.hash:
        raise Refused("hash_conflict")


def _first_home(call: Call, user_id: str, content: Json) -> View:
    workspace = call.workspace
    workspace.refuse_taken_external_id(content, call.app.id)
    if call.arguments.text("hash"):
        raise Refused("hash_conflict")
    view_id = workspace.new_id("V")
    stored = workspace.stored_view(content)
    view = View(view_id, call.app.id, user_id, stored, workspace.new_hash(call.now), view_id)
    workspace.homes[call.app.id, user_id] = view
    workspace.touch()
    return view


def _answer(call: Call, view: View) -> Json:
    return {"view": view_object(call.workspace, view, with_state=False)}
