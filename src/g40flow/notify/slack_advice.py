"""What an administrator can do about a refusal of Slack's, in Dutch, one line each."""

_ACCESS = "controleer G40FLOW_SLACK_BOT_TOKEN; is het token ingetrokken, installeer de app dan opnieuw"
_CHANNEL = (
    "het kanaal bestaat niet of is besloten; controleer config/notifications.yaml, "
    "of typ in het kanaal: /invite @g40flow"
)
_ARCHIVED = "het kanaal is gearchiveerd; haal het uit het archief of wijzig config/notifications.yaml"
_PERSON = "Slack kent deze persoon niet; controleer het adres in config/people.yaml"
_PARENT = "het bericht boven deze draad is in Slack verwijderd"
_OURS = "dit is een fout in g40flow; geef hem door aan de beheerder"

_ADVICE = {
    "not_authed": _ACCESS,
    "invalid_auth": _ACCESS,
    "account_inactive": _ACCESS,
    "token_revoked": _ACCESS,
    "token_expired": _ACCESS,
    "not_allowed_token_type": "gebruik het token van de bot, dat begint met xoxb-",
    "channel_not_found": _CHANNEL,
    "not_in_channel": _CHANNEL,
    "method_not_supported_for_channel_type": _CHANNEL,
    "is_archived": _ARCHIVED,
    "is_inactive": _ARCHIVED,
    "users_not_found": _PERSON,
    "user_not_found": _PERSON,
    "user_not_visible": _PERSON,
    "user_disabled": "deze persoon is uit Slack gehaald; werk config/people.yaml bij",
    "cannot_dm_bot": "dit is een bot, geen persoon; controleer config/people.yaml",
    "messages_tab_disabled": "zet bij de app in Slack het tabblad Messages aan",
    "message_not_found": "het bericht is in Slack verwijderd",
    "thread_not_found": _PARENT,
    "cannot_reply_to_message": _PARENT,
    "cant_update_message": "dit bericht is van een andere app of een ander token",
    "edit_window_closed": "deze werkruimte laat wijzigen maar kort toe; vraag het aan een beheerder",
    "no_text": _OURS,
    "msg_too_long": _OURS,
    "msg_blocks_too_long": _OURS,
    "invalid_blocks": _OURS,
    "invalid_blocks_format": _OURS,
}


def advice_for(code: str, *, needed: str = "") -> str:
    """What to do. code: Slack's word. needed: the scope that is missing, for missing_scope."""
    if code == "missing_scope":
        return f"geef de app in Slack het recht {needed} en installeer haar opnieuw"
    if code.startswith("restricted_action"):
        return "de app mag in dit kanaal niet schrijven; vraag het aan een beheerder van Slack"
    return _ADVICE.get(code, "zie https://docs.slack.dev/reference/methods")
