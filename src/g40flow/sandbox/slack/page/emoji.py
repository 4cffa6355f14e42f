"""The emoji that a workspace like this one uses; others are shown by their name."""

import re

EMOJI = {
    "+1": "👍",
    "-1": "👎",
    "alarm_clock": "⏰",
    "arrow_right": "➡️",
    "bar_chart": "📊",
    "bell": "🔔",
    "bulb": "💡",
    "calendar": "📅",
    "clipboard": "📋",
    "construction": "🚧",
    "date": "📅",
    "eyes": "👀",
    "exclamation": "❗",
    "fire": "🔥",
    "hourglass": "⌛",
    "hourglass_flowing_sand": "⏳",
    "heavy_check_mark": "✔️",
    "inbox_tray": "📥",
    "information_source": "ℹ️",
    "large_blue_circle": "🔵",
    "large_green_circle": "🟢",
    "large_yellow_circle": "🟡",
    "link": "🔗",
    "lock": "🔒",
    "mag": "🔍",
    "mailbox_with_mail": "📬",
    "memo": "📝",
    "no_entry": "⛔",
    "page_facing_up": "📄",
    "paperclip": "📎",
    "pencil2": "✏️",
    "pushpin": "📌",
    "question": "❓",
    "raised_hands": "🙌",
    "red_circle": "🔴",
    "rotating_light": "🚨",
    "scroll": "📜",
    "speech_balloon": "💬",
    "star": "⭐",
    "tada": "🎉",
    "thumbsup": "👍",
    "warning": "⚠️",
    "wave": "👋",
    "white_check_mark": "✅",
    "x": "❌",
    "zap": "⚡",
}
QUICK_REACTIONS = ("thumbsup", "white_check_mark", "eyes", "question")
_NAME = re.compile(r":([a-z0-9_+'-]{1,60}):")


def emoji(name: str) -> str:
    """The character of a name without colons, or the name with colons."""
    return EMOJI.get(name, f":{name}:")


def with_emoji(text: str) -> str:
    """Known names between colons as characters."""
    return _NAME.sub(lambda found: emoji(found[1]), text)
