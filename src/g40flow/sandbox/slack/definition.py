"""The workspace file: who and what exists in the stand-in when it starts.

Strict: an unknown key stops the start, naming file, line, key and what is known there. Of the common
alternative spellings (`private` for `is_private`, a mapping of tokens for a list) the ones in
docs/sandbox-slack.md are understood.
"""

import hashlib
from collections.abc import Iterable, Mapping
from difflib import get_close_matches
from pathlib import Path
from typing import Any, Literal

import yaml
from pydantic import (
    AliasChoices,
    AwareDatetime,
    BaseModel,
    ConfigDict,
    Field,
    ValidationError,
    field_validator,
    model_validator,
)

TokenKind = Literal["bot", "app", "user"]
TokenStatus = Literal["active", "revoked", "expired"]

BOT_SCOPES = (
    "chat:write",
    "commands",
    "im:write",
    "im:read",
    "im:history",
    "users:read",
    "users:read.email",
    "channels:read",
    "channels:join",
    "channels:history",
    "groups:read",
    "groups:history",
    "reactions:write",
    "files:write",
    "dnd:read",
    "pins:write",
)
EVENTS = (
    "app_home_opened",
    "app_mention",
    "channel_left",
    "group_left",
    "member_joined_channel",
    "member_left_channel",
    "message.channels",
    "message.groups",
    "message.im",
    "reaction_added",
    "reaction_removed",
    "team_join",
    "user_change",
)


class InvalidWorkspace(ValueError):
    """The workspace file cannot be used; the message has a line per mistake, with file, line and key."""


class Part(BaseModel):
    """Base of every part of the file."""

    model_config = ConfigDict(extra="forbid", populate_by_name=True)


def _spelled(*names: str, default: Any = ...) -> Any:
    return Field(default=default, validation_alias=AliasChoices(*names))


class TeamPart(Part):
    """The workspace itself. domain: the part before .slack.com."""

    id: str = _spelled("id", "team_id", default="T0SANDBOX")
    name: str = "Sandbox"
    domain: str = "sandbox"
    url: str | None = None


class RequestUrls(Part):
    """Where the app wants to be called over HTTP; None: it cannot be reached that way."""

    interactivity: str | None = _spelled("interactivity", "interactions", "interactivity_url", default=None)
    events: str | None = _spelled("events", "event_subscriptions", "events_url", default=None)
    commands: str | None = _spelled("commands", "slash_commands", "commands_url", default=None)
    options: str | None = _spelled("options", "options_load", "options_url", default=None)


class BotPart(Part):
    """The bot user of an app."""

    user_id: str | None = _spelled("user_id", "user", default=None)
    bot_id: str | None = _spelled("bot_id", "id", default=None)
    name: str | None = None


class AppPart(Part):
    """One app. socket_mode: None uses a socket when one is open and otherwise HTTP.

    events: event types that the app is subscribed to. redirect_urls: empty accepts none.
    """

    id: str = _spelled("id", "app_id", default="A0SANDBOX")
    name: str = "sandbox-app"
    client_id: str = "sandbox-client-id"
    client_secret: str = "sandbox-client-secret"  # noqa: S105  a public default of a stand-in
    signing_secret: str = "sandbox-signing-secret"  # noqa: S105  idem
    redirect_urls: list[str] = _spelled("redirect_urls", "redirect_uris", default=[])
    bot: BotPart = BotPart()
    bot_scopes: list[str] = _spelled("bot_scopes", "scopes", default=list(BOT_SCOPES))
    socket_mode: bool | None = _spelled("socket_mode", "socket_mode_enabled", default=None)
    request_urls: RequestUrls = _spelled("request_urls", "urls", default=RequestUrls())
    events: list[str] = _spelled("events", "bot_events", "event_subscriptions", default=list(EVENTS))
    commands: list[str] = _spelled("commands", "slash_commands", default=[])
    shortcuts: list[str] = []
    home_tab: bool = _spelled("home_tab", "home_tab_enabled", default=True)
    messages_tab: bool = _spelled("messages_tab", "messages_tab_enabled", default=True)

    @model_validator(mode="before")
    @classmethod
    def _gather(cls, given: Any) -> Any:
        """Loose `interactivity_url: …` and `bot_user_id: …` become parts of `request_urls` and `bot`."""
        if not isinstance(given, Mapping):
            return given
        content = dict(given)
        _read_manifest(content)
        _move(content, "request_urls", _LOOSE_URLS)
        _move(content, "bot", {"bot_user_id": "user_id", "bot_id": "bot_id", "bot_name": "name"})
        return content

    @field_validator("request_urls", mode="before")
    @classmethod
    def _one_url_for_all(cls, given: Any) -> Any:
        return dict.fromkeys(RequestUrls.model_fields, given) if isinstance(given, str) else given

    @field_validator("bot", mode="before")
    @classmethod
    def _bot_by_name(cls, given: Any) -> Any:
        return {"name": given} if isinstance(given, str) else given

    @field_validator("bot_scopes", mode="before")
    @classmethod
    def _scopes(cls, given: Any) -> Any:
        return split_scopes(given)

    @field_validator("commands", "shortcuts", mode="before")
    @classmethod
    def _names_only(cls, given: Any) -> Any:
        if not isinstance(given, list):
            return given
        return [c.get("command") or c.get("callback_id") if isinstance(c, Mapping) else c for c in given]


def _read_manifest(content: dict[str, Any]) -> None:
    """What stands in an app manifest under interactivity, event_subscriptions and slash_commands."""
    if "request_url" in content:
        content.setdefault("request_urls", content.pop("request_url"))
    interactivity = content.pop("interactivity", None)
    if isinstance(interactivity, Mapping) and interactivity.get("request_url"):
        content["interactivity_url"] = interactivity["request_url"]
    subscriptions = content.get("event_subscriptions")
    if isinstance(subscriptions, Mapping):
        del content["event_subscriptions"]
        content.setdefault("events", subscriptions.get("bot_events", list(EVENTS)))
        if subscriptions.get("request_url"):
            content["events_url"] = subscriptions["request_url"]
    commands = content.get("slash_commands", content.get("commands"))
    for command in commands if isinstance(commands, list) else []:
        if isinstance(command, Mapping) and command.get("url"):
            content["commands_url"] = command["url"]


_LOOSE_URLS = {
    "interactivity_url": "interactivity",
    "interactivity_request_url": "interactivity",
    "events_url": "events",
    "events_request_url": "events",
    "event_request_url": "events",
    "commands_url": "commands",
    "commands_request_url": "commands",
    "slash_command_url": "commands",
    "options_url": "options",
}


def _move(content: dict[str, Any], target: str, loose: Mapping[str, str]) -> None:
    found = {name: content.pop(key) for key, name in loose.items() if key in content}
    if found:
        present = content.get(target)
        content[target] = {**(present if isinstance(present, Mapping) else {}), **found}


# What Slack's own objects carry as well, so that a copy of users.list or conversations.list can be used.
_DERIVED_OF_USERS = (
    "profile",
    "team",
    "team_id",
    "color",
    "tz_label",
    "tz_offset",
    "updated",
    "is_primary_owner",
    "is_app_user",
    "presence",
    "is_email_confirmed",
    "who_can_share_contact_card",
    "has_2fa",
    "avatar_hash",
    "status_text",
    "status_emoji",
    "status_expiration",
    "first_name",
    "last_name",
    "real_name_normalized",
    "display_name_normalized",
)
_DERIVED_OF_CHANNELS = (
    "created",
    "creator",
    "updated",
    "is_channel",
    "is_im",
    "is_mpim",
    "is_shared",
    "is_org_shared",
    "is_ext_shared",
    "is_pending_ext_shared",
    "name_normalized",
    "num_members",
    "context_team_id",
    "unlinked",
    "previous_names",
)


def _without(given: Mapping[str, Any], names: Iterable[str]) -> dict[str, Any]:
    left_out = set(names)
    return {
        name: value
        for name, value in given.items()
        if name not in left_out and not str(name).startswith("image_")
    }


def split_scopes(given: Any) -> Any:
    """A list from "a,b" or "a b"; anything else unchanged."""
    return given.replace(",", " ").split() if isinstance(given, str) else given


class TokenPart(Part):
    """One token. kind: from the prefix if left out. user: whose, for a user token: id, name or address."""

    token: str = _spelled("token", "value")
    kind: TokenKind | None = _spelled("kind", "type", "token_type", default=None)
    app: str | None = _spelled("app", "app_id", default=None)
    user: str | None = _spelled("user", "user_id", default=None)
    scopes: list[str] | None = _spelled("scopes", "scope", default=None)
    status: TokenStatus = "active"
    expires_at: AwareDatetime | None = None

    @model_validator(mode="before")
    @classmethod
    def _status_flags(cls, given: Any) -> Any:
        if not isinstance(given, Mapping):
            return given
        content = _without(given, ("team_id", "client_id", "bot_id", "bot_user_id"))
        for status in ("revoked", "expired"):
            if content.pop(status, False):
                content["status"] = status
        return content

    @field_validator("scopes", mode="before")
    @classmethod
    def _scopes(cls, given: Any) -> Any:
        return split_scopes(given)

    @property
    def resolved_kind(self) -> TokenKind:
        """bot unless the prefix or the file says otherwise."""
        if self.kind:
            return self.kind
        return (
            "app" if self.token.startswith("xapp-") else "user" if self.token.startswith("xoxp-") else "bot"
        )


class DndPart(Part):
    """Do not disturb. start, end: Unix seconds of the next period."""

    enabled: bool = True
    start: int = _spelled("start", "next_dnd_start_ts", default=1)
    end: int = _spelled("end", "next_dnd_end_ts", default=1)
    snooze_until: int | None = _spelled("snooze_until", "snooze_endtime", default=None)


class UserPart(Part):
    """One person or bot. hidden: exists, but the app may not see this person (user_not_visible)."""

    id: str | None = None
    name: str
    real_name: str | None = None
    display_name: str | None = None
    email: str | None = None
    title: str = ""
    tz: str = _spelled("tz", "timezone", default="Europe/Amsterdam")
    locale: str = "nl-NL"
    deleted: bool = _spelled("deleted", "deactivated", "is_deleted", default=False)
    is_bot: bool = _spelled("is_bot", "bot", default=False)
    is_admin: bool = _spelled("is_admin", "admin", default=False)
    is_owner: bool = _spelled("is_owner", "owner", default=False)
    is_restricted: bool = _spelled("is_restricted", "guest", "restricted", default=False)
    is_ultra_restricted: bool = _spelled("is_ultra_restricted", "single_channel_guest", default=False)
    hidden: bool = False
    dnd: DndPart | None = None

    @model_validator(mode="before")
    @classmethod
    def _lift_profile(cls, given: Any) -> Any:
        """`profile: {email, title, …}` as Slack writes it; names default to each other."""
        if isinstance(given, str):
            return {"name": given}
        if not isinstance(given, Mapping):
            return given
        profile = given.get("profile")
        content = {**(profile if isinstance(profile, Mapping) else {}), **given}
        content = _without(content, _DERIVED_OF_USERS)
        if "active" in content:
            content["deleted"] = not content.pop("active")
        if "name" not in content:
            content["name"] = _name_from(content)
        return content


def _name_from(content: Mapping[str, Any]) -> str | None:
    email, real_name = content.get("email"), content.get("real_name")
    if isinstance(email, str):
        return email.split("@")[0]
    return ".".join(real_name.lower().split()) if isinstance(real_name, str) else content.get("id")


class ChannelPart(Part):
    """One channel. members: ids, names or addresses; the bot of an app by its user id, bot name or `bot`."""

    id: str | None = None
    name: str
    is_private: bool = _spelled("is_private", "private", default=False)
    is_archived: bool = _spelled("is_archived", "archived", default=False)
    is_general: bool = _spelled("is_general", "general", default=False)
    topic: str = ""
    purpose: str = _spelled("purpose", "description", default="")
    members: list[str] = []
    restriction: Literal["read_only", "thread_only", "non_threadable", "locked"] | None = None

    @model_validator(mode="before")
    @classmethod
    def _by_name(cls, given: Any) -> Any:
        if isinstance(given, str):
            return {"name": given.removeprefix("#")}
        if not isinstance(given, Mapping):
            return given
        content = {**given, "name": str(given["name"]).removeprefix("#")} if "name" in given else dict(given)
        kind = content.pop("type", None) or content.pop("visibility", None)
        if kind is not None:
            content["is_private"] = kind in ("private", "private_channel")
        if content.pop("is_group", False):
            content["is_private"] = True
        if content.pop("is_member", False) or content.pop("bot_is_member", False):
            content["members"] = ["bot", *content.get("members", [])]
        content = _without(content, _DERIVED_OF_CHANNELS)
        for field in ("topic", "purpose"):
            if isinstance(content.get(field), Mapping):
                content[field] = content[field].get("value", "")
        return content


class LimitsPart(Part):
    """Rate limits. burst: messages to one channel that may follow each other at once."""

    enabled: bool = False
    posts_per_second: float = _spelled("posts_per_second", "posts_per_second_per_channel", default=1.0)
    burst: int = Field(default=1, ge=1)
    posts_per_minute: int = _spelled("posts_per_minute", "workspace_posts_per_minute", default=300)


class SettingsPart(Part):
    """Ways in which workspaces differ. None: no limit.

    file_ready_seconds: so long after an upload is completed, no block can show the file yet.
    """

    edit_window_minutes: int | None = None
    users_list_without_limit_up_to: int = 1000
    storage_bytes: int | None = None
    file_ready_seconds: float = Field(default=0, ge=0)
    refused_file_types: list[str] = [".exe", ".bat", ".cmd", ".scr"]


class WorkspaceDefinition(Part):
    """Everything in a workspace file."""

    team: TeamPart = _spelled("team", "workspace", default=TeamPart())
    apps: list[AppPart] = _spelled("apps", "oauth_apps", default=[])
    tokens: list[TokenPart] = []
    users: list[UserPart] = _spelled("users", "people", "members", default=[])
    channels: list[ChannelPart] = _spelled("channels", "conversations", default=[])
    rate_limits: LimitsPart = _spelled("rate_limits", "limits", default=LimitsPart())
    settings: SettingsPart = SettingsPart()

    @model_validator(mode="before")
    @classmethod
    def _usual_spellings(cls, given: Any) -> Any:
        if not isinstance(given, Mapping):
            return given
        content = dict(given)
        if isinstance(content.get("slack"), Mapping):
            content = {**{k: v for k, v in content.items() if k != "slack"}, **content["slack"]}
        _one_app(content)
        _tokens_of_apps(content)
        for key, name in (("tokens", "token"), ("users", "name"), ("channels", "name"), ("apps", "id")):
            content[key] = _listed(content.get(key, []), name) if key in content else []
        if not content["apps"]:
            content.pop("apps")
        return content

    @field_validator("team", mode="before")
    @classmethod
    def _team_by_name(cls, given: Any) -> Any:
        return {"name": given} if isinstance(given, str) else given

    @field_validator("rate_limits", mode="before")
    @classmethod
    def _limits_on_or_off(cls, given: Any) -> Any:
        return {"enabled": given} if isinstance(given, bool) else given


_APP_KEYS = ("client_id", "client_secret", "signing_secret", "socket_mode", "redirect_urls", "redirect_uris")


def _one_app(content: dict[str, Any]) -> None:
    """A single `app:` and secrets at the top belong to the (first) app."""
    single = content.pop("app", None)
    loose = {key: content.pop(key) for key in (*_APP_KEYS, "request_urls", *_LOOSE_URLS) if key in content}
    key = "oauth_apps" if "oauth_apps" in content else "apps"
    apps = _listed(content.get(key, []), "id")
    if not isinstance(apps, list):
        content["apps"] = apps
        return
    apps = [dict(app) if isinstance(app, Mapping) else app for app in apps]
    if isinstance(single, Mapping):
        apps = [dict(single), *apps]
    if loose or not apps:
        apps = apps or [{}]
        if isinstance(apps[0], Mapping):
            apps[0] = {**loose, **apps[0]}
    content.pop(key, None)
    content["apps"] = apps


def _tokens_of_apps(content: dict[str, Any]) -> None:
    """`bot_token` and `app_token` of an app, as entries of `tokens`."""
    tokens = _listed(content.get("tokens"), "token")
    apps = content["apps"]
    for app in apps if isinstance(tokens, list) and isinstance(apps, list) else []:
        if not isinstance(app, dict):
            continue
        for key, kind in (("bot_token", "bot"), ("app_token", "app"), ("app_level_token", "app")):
            if key in app:
                named = {"app": app["id"]} if "id" in app else {}
                tokens.append({"token": app.pop(key), "kind": kind, **named})
    content["tokens"] = tokens


def _listed(given: Any, key: str) -> Any:
    """`{name: {…}}` as a list of `{key: name, …}`; lists and mistakes unchanged, for the check to see."""
    if given is None:
        return []
    if not isinstance(given, Mapping):
        return given
    listed = []
    for name, content in given.items():
        if key == "token" and name in ("bot", "app", "user") and isinstance(content, str):
            listed.append({key: content, "kind": name})
        elif isinstance(content, list | str) and key == "token":
            listed.append({key: name, "scopes": content})
        elif content is None:
            listed.append({key: name})
        else:
            listed.append({key: name, **content} if isinstance(content, Mapping) else content)
    return listed


def read_definition(path: Path) -> WorkspaceDefinition:
    """The content of a YAML or JSON workspace file. Raises InvalidWorkspace with every mistake."""
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise InvalidWorkspace(f"{path}: cannot be read as UTF-8 text: {error}") from error
    return parse_definition(text, str(path))


def parse_definition(text: str, name: str = "workspace") -> WorkspaceDefinition:
    """The same from text; `name` stands in the messages."""
    try:
        root = yaml.compose(text, Loader=yaml.SafeLoader)
        content = yaml.safe_load(text)
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise InvalidWorkspace(f"{name}:{line}: not valid YAML or JSON: {error.problem}") from error
    try:
        return WorkspaceDefinition.model_validate({} if content is None else content)
    except ValidationError as error:
        raise InvalidWorkspace("\n".join(_complaint(name, root, e) for e in error.errors())) from error


def stable_id(prefix: str, name: str) -> str:
    """An id that is the same at every start: the prefix and nine characters of a digest."""
    digest = hashlib.sha256(f"{prefix}/{name}".encode()).hexdigest().upper()
    return f"{prefix}0{digest[:9]}"


def _complaint(name: str, root: yaml.Node | None, error: Any) -> str:
    location = error["loc"]
    key = ".".join(str(part) for part in location) or "(whole file)"
    where = f"{name}:{_line_of(root, location)}: {key}"
    if error["type"] != "extra_forbidden":
        found = "" if error["type"] == "missing" else f"; found {error['input']!r:.80}"
        return f"{where}: {error['msg']}{found}"
    close = get_close_matches(str(location[-1]), _all_known_keys(), n=1)
    return f"{where}: unknown key" + (f"; did you mean {close[0]}?" if close else "")


def _all_known_keys() -> list[str]:
    parts = (
        WorkspaceDefinition,
        TeamPart,
        AppPart,
        TokenPart,
        UserPart,
        ChannelPart,
        LimitsPart,
        SettingsPart,
    )
    return sorted({name for part in parts for name in part.model_fields})


def _line_of(node: yaml.Node | None, location: tuple[int | str, ...]) -> int:
    """1-based line of the deepest part of `location` that the document has."""
    line = 1 if node is None else node.start_mark.line + 1
    for part in location:
        if isinstance(node, yaml.MappingNode):
            pairs = [(k, v) for k, v in node.value if k.value == str(part)]
            if not pairs:
                break
            line, node = pairs[0][0].start_mark.line + 1, pairs[0][1]
        elif isinstance(node, yaml.SequenceNode) and isinstance(part, int) and part < len(node.value):
            node = node.value[part]
            line = node.start_mark.line + 1
        else:
            break
    return line
